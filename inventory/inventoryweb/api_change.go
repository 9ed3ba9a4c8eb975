package inventoryweb

import (
	"context"
	"encoding/json"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
)

// changing is what a change by the API must know of a sort of record.
type changing[T any] struct {
	find     func(ctx context.Context, by auth.Principal, code string) (T, error)
	names    func(t *T) (names, error) // of what the record refers to
	reader   func(n names, s fieldweb.Style) *field.Reader[T]
	document func(t *T, n names) (json.RawMessage, error) // as the API shows it
	check    func(t *T) []fault.Field
	change   func(ctx context.Context, by auth.Principal, code string, version int64, next T, reason string) (T, []fault.Field, error)
}

// changeRecord changes a record, beginning with what from makes of the present
// one. It refuses a change without the version that it is based on, and says
// all that is wrong with it at once; otherwise it returns the record with all
// remarks.
func changeRecord[T any](ctx context.Context, call web.Call, in *changeIn, from func(T) T, of changing[T]) (T, []fault.Field, error) {
	var none T
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return none, nil, err
	}
	body, err := readObject(in.ContentType, in.RawBody)
	if err != nil {
		return none, nil, err
	}
	present, err := of.find(ctx, call.By, in.Code)
	if err != nil {
		return none, nil, err
	}
	n, err := of.names(&present)
	if err != nil {
		return none, nil, err
	}
	shown, err := of.document(&present, n)
	if err != nil {
		return none, nil, err
	}
	next := from(present)
	notes := readFields(of.reader(n, fieldweb.ForPrograms), &next, body, shown)
	if err := refuseAll(notes, func() []fault.Field { return of.check(&next) }); err != nil {
		return none, nil, err
	}
	next, remarks, err := of.change(ctx, call.By, in.Code, version, next, in.Reason)
	return next, append(notes, remarks...), err
}

package web

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"qingce/internal/fault"
)

// translate turns what huma says of a request that does not fit its
// description into a Problem in the reader's language, with our codes. Nothing
// of what was sent, and nothing of the decoder's own words, is repeated.
func (s *Server) translate(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	c := humagin.Unwrap(ctx)
	p := newProblem(humaFault(model, ctx.Operation()), s.printer(c), identityOf(c).By.RequestID)
	p.Status, p.Title = model.Status, http.StatusText(model.Status)
	return p, nil
}

func humaFault(model *huma.ErrorModel, op *huma.Operation) error {
	switch model.Status {
	case http.StatusRequestEntityTooLarge:
		return tooLarge(op.MaxBodyBytes)
	case http.StatusUnsupportedMediaType:
		return fault.New(fault.Unsupported, "web.err.not_json")
	case http.StatusRequestTimeout:
		return fault.New(fault.Invalid, "web.err.slow")
	}
	var fields []fault.Field
	for _, d := range model.Errors {
		if d == nil {
			continue
		}
		if d.Location == "body" && model.Status == http.StatusBadRequest {
			return fault.New(fault.Invalid, "web.err.json")
		}
		fields = append(fields, humaField(d))
	}
	switch {
	case len(fields) > 0:
		return fault.Refuse(fields)
	case model.Status >= http.StatusInternalServerError:
		return fault.New(fault.Internal, "err.internal")
	}
	return fault.New(fault.Invalid, "web.err.no_body")
}

// humaMessage is a pattern of what huma says and the message we give for it.
// What the pattern captures is the argument of that name.
type humaMessage struct {
	pattern *regexp.Regexp
	code    string
	arg     string
}

// humaMessages are tried in order.
var humaMessages = []humaMessage{
	{regexp.MustCompile(`^unexpected property$`), "web.err.unknown_member", ""},
	{regexp.MustCompile(`^unknown query parameter$`), "web.err.unknown_parameter", ""},
	{regexp.MustCompile(`^required \w+ parameter is missing$`), "web.err.missing", ""},
	{regexp.MustCompile(`^expected required property (\S+) to be present$`), "web.err.missing", "member"},
	{regexp.MustCompile(`^(?:expected|invalid) (boolean|integer|number|string|array|object)$`), "web.err.type", "type"},
	{regexp.MustCompile(`^invalid (?:float|bool).*$`), "web.err.value", ""},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), "web.err.choice", "choices"},
	{regexp.MustCompile(`^expected number >=? (.+)$`), "web.err.min", "min"},
	{regexp.MustCompile(`^expected number <=? (.+)$`), "web.err.max", "max"},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "web.err.short", "min"},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "web.err.long", "max"},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "web.err.few", "min"},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "web.err.many", "max"},
	{regexp.MustCompile(`^expected array items to be unique$`), "web.err.repeated", ""},
	{regexp.MustCompile(`^expected value to match at least one schema`), "web.err.day", ""}, // see dateSchema
	{regexp.MustCompile(`^expected string to be RFC 3339 date$`), "web.err.day", ""},
	{regexp.MustCompile(`^expected string to be RFC 3339 date-time$`), "web.err.moment", ""},
	{regexp.MustCompile(`^expected string to match pattern (.+)$`), "web.err.pattern", "pattern"},
}

// humaField finds our message for one of huma's. The type's name is shown in
// the reader's language; whatever is not known is "not allowed".
func humaField(d *huma.ErrorDetail) fault.Field {
	name := fieldName(d.Location)
	for _, m := range humaMessages {
		found := m.pattern.FindStringSubmatch(d.Message)
		switch {
		case found == nil:
			continue
		case m.arg == "member":
			return fault.At(strings.TrimPrefix(name+"."+found[1], "."), m.code)
		case m.arg == "type":
			return fault.At(name, m.code, "type", fault.Label("web.type."+found[1]))
		case m.arg != "":
			return fault.At(name, m.code, m.arg, found[1])
		}
		return fault.At(name, m.code)
	}
	return fault.At(name, "web.err.value")
}

// fieldName leaves out where a field stands: "body.roles[0]" is "roles[0]".
func fieldName(location string) string {
	place, name, _ := strings.Cut(location, ".")
	switch place {
	case "body", "query", "path", "header":
		return name
	}
	return location
}

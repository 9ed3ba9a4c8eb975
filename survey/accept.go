package survey

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// Accept accepts a form that was handed in and writes the register in the same
// transaction: every declared system is registered or changed and verified,
// every one that is gone is switched off, merged or handed over. Row and record
// then name each other: the row has code and version of the record, the record's
// history the address of the form. All comments are settled and the due dates
// closed.
//
// When the register refuses one of the rows nothing is written, and the error
// (survey.err.accept) names all rows and fields that it refused.
func (d *Desk) Accept(ctx context.Context, by auth.Principal, key FormKey, version int64) (Form, error) {
	return d.accept(ctx, by, key, version, nil)
}

// Accepted is what became of a form in AcceptMany: Err is why it was not
// accepted, and stays what it was.
type Accepted struct {
	Key  FormKey
	Form Form
	Err  error
}

// MostAccepted bounds how many forms are accepted at once.
const MostAccepted = 100

// AcceptMany accepts the clean forms among those that are named, each in a
// transaction of its own. A form is clean when it has no error and no warning,
// nothing said about it is open, and it takes no system out of the register; the
// others have to be looked at one by one (ErrNotClean). The error is of asking
// for too many, or of no right to review at all.
func (d *Desk) AcceptMany(ctx context.Context, by auth.Principal, keys []FormKey) ([]Accepted, error) {
	if err := by.Require(reviewers()...); err != nil {
		return nil, err
	}
	if len(keys) > MostAccepted {
		return nil, fault.New(fault.TooLarge, "survey.err.accept_many", "max", MostAccepted)
	}
	out := make([]Accepted, len(keys))
	for i, key := range keys {
		out[i].Key = key
		out[i].Form, out[i].Err = d.accept(ctx, by, key, 0, clean)
		if out[i].Err != nil && fault.KindOf(out[i].Err) == fault.Internal {
			return out[:i], fmt.Errorf("accept form %s: %w", key, out[i].Err)
		}
	}
	return out, nil
}

// ErrNotClean says that a form has to be looked at by itself.
var ErrNotClean = fault.New(fault.Conflict, "survey.err.not_clean")

// clean refuses a form that somebody has to look at.
func clean(tx *store.Tx, p *Paper) error {
	open, gone, err := remarkable(tx, p.Form.ID)
	if err != nil {
		return err
	}
	if p.Form.Errors > 0 || p.Form.Warnings > 0 || open || gone {
		return ErrNotClean
	}
	return nil
}

func (d *Desk) accept(ctx context.Context, by auth.Principal, key FormKey, version int64, first func(*store.Tx, *Paper) error) (Form, error) {
	var out Form
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := d.reviewPaper(tx, by, key, version)
		if err != nil {
			return err
		}
		if err := waiting(p); err != nil {
			return err
		}
		if first != nil {
			if err := first(tx, p); err != nil {
				return err
			}
		}
		err = d.acceptIn(tx, by, p)
		out = p.Form
		return err
	})
	if err != nil {
		return Form{}, err
	}
	return out, nil
}

// ErrDrafts says that comments are drafted for a form that is to be accepted.
var ErrDrafts = fault.New(fault.Conflict, "survey.err.drafts_left")

func (d *Desk) acceptIn(tx *store.Tx, by auth.Principal, p *Paper) error {
	drafts, err := draftsOf(tx, p.Form.ID)
	if err != nil {
		return err
	}
	if len(drafts) > 0 {
		return ErrDrafts
	}
	if err := d.adoptAll(tx, by, p); err != nil {
		return err
	}
	if err := settleComments(tx, by, p.Form.ID, nil); err != nil {
		return err
	}
	if err := d.closeDues(tx, by, p.Key()); err != nil {
		return err
	}
	before := p.Form.said()
	p.Form.State = FormAccepted
	return d.reviewed(tx, by, p, "accepted", "", before)
}

// adoptAll takes all rows over into the register.
func (d *Desk) adoptAll(tx *store.Tx, by auth.Principal, p *Paper) error {
	rows, err := rowsOf(tx, p.Form.ID)
	if err != nil {
		return err
	}
	records, err := recordsOf(tx, rows)
	if err != nil {
		return err
	}
	numbered(rows)
	refused := &refusal{}
	for _, standing := range []bool{true, false} { // what stays is there before others are merged into it
		for i := range rows {
			r := &rows[i]
			if r.Decision == Removed || r.Stands() != standing {
				continue
			}
			if err := d.adoptRow(tx, by, p, r, record(records, r)); err != nil && !refused.take(r, err) {
				return fmt.Errorf("row %d of form %s: %w", r.Position, p.Key(), err)
			}
		}
	}
	return refused.err()
}

// adoptRow takes one row over. What an earlier acceptance of the same form has
// written, and nobody changed since, is left as it is.
func (d *Desk) adoptRow(tx *store.Tx, by auth.Principal, p *Paper, r *Row, now *inventory.System) error {
	if r.SystemID != nil && now == nil {
		return fault.New(fault.Conflict, "inventory.err.unknown_system")
	}
	a := inventory.Adoption{Reason: p.Campaign.Title, Origin: p.Key().Path()}
	if now != nil {
		done, err := settledRow(tx, r, now)
		if err != nil || done {
			return err
		}
		a.Version = now.Version
	}
	if !r.Stands() {
		return d.adoptGone(tx, by, r, now, a)
	}
	a.System = r.System()
	a.System.OwnerID = p.Owner.ID
	next, _, err := d.deps.Registry.AdoptIn(tx, by, a)
	if err != nil {
		return err
	}
	r.SystemID, r.Code, r.Name = &next.ID, next.Code, next.Name
	r.Body = bodyOf(next, r.Body)
	return adopted(tx, r, next)
}

// adoptGone takes over that a system is gone. One that never was registered has
// nothing to take over.
func (d *Desk) adoptGone(tx *store.Tx, by auth.Principal, r *Row, now *inventory.System, a inventory.Adoption) error {
	if now == nil {
		return nil
	}
	kind, ok := map[GoneKind]inventory.GoneKind{
		GoneOffline: inventory.GoneOffline, GoneDuplicate: inventory.GoneDuplicate, GoneTransferred: inventory.GoneTransferred,
	}[r.GoneKind]
	if !ok {
		return fault.New(fault.Conflict, "survey.err.gone_registered")
	}
	a.System.ID = now.ID
	a.Reason += ": " + r.GoneReason
	a.Gone = &inventory.Gone{Kind: kind, On: r.GoneOn}
	if r.GoneOtherID != nil {
		a.Gone.Other = *r.GoneOtherID
	}
	if r.GoneToID != nil {
		a.Gone.To = *r.GoneToID
	}
	next, _, err := d.deps.Registry.AdoptIn(tx, by, a)
	if err != nil {
		return err
	}
	return adopted(tx, r, next)
}

func adopted(tx *store.Tx, r *Row, next inventory.System) error {
	r.BaseVersion, r.AdoptedVersion = next.Version, next.Version
	r.Version++
	return saveAdopted(tx, r)
}

// settledRow tells whether the register holds already what a row says, by an
// earlier acceptance; and refuses one whose record the body has not seen as it
// is now. What the Office decided about a system meanwhile is not the body's.
func settledRow(tx *store.Tx, r *Row, now *inventory.System) (bool, error) {
	if r.AdoptedVersion != 0 && r.AdoptedVersion == now.Version {
		if !r.Stands() {
			return goneAlready(r, now), nil
		}
		mine := systemOf(r.Body)
		return len(answerDiff(now, &mine)) == 0, nil
	}
	if now.Version == r.BaseVersion {
		return false, nil
	}
	base, err := systemVersion(tx, now.ID, r.BaseVersion)
	if err != nil {
		return false, err
	}
	if now.OwnerID != base.OwnerID || len(answerDiff(&base, now)) > 0 {
		return false, fault.New(fault.Conflict, "survey.err.register_moved")
	}
	return false, nil
}

// goneAlready tells whether the register knows that a system is gone.
func goneAlready(r *Row, now *inventory.System) bool {
	switch r.GoneKind {
	case GoneOffline:
		return now.Phase == inventory.PhaseOffline && (now.Classified || now.DisabledDate == r.GoneOn)
	case GoneDuplicate:
		return now.State == inventory.Merged
	case GoneTransferred:
		return r.GoneToID != nil && now.OwnerID == *r.GoneToID
	}
	return false
}

// refusal collects what the register refused, to name all of it at once.
type refusal struct {
	rows   []string
	fields []fault.Field
}

// take keeps the refusal of a row; what is no refusal is not taken.
func (f *refusal) take(r *Row, err error) bool {
	var fe *fault.Error
	if !errors.As(err, &fe) || fe.Kind == fault.Internal || fe.Kind == fault.Unavailable {
		return false
	}
	f.rows = append(f.rows, fmt.Sprintf("%d %s", r.Position, strings.TrimSpace(r.Code+" "+r.Name)))
	n := len(f.fields)
	for _, one := range fe.Fields {
		if !one.Warning {
			one.Name = RowField(r.ID, one.Name)
			f.fields = append(f.fields, one)
		}
	}
	if len(f.fields) == n {
		f.fields = append(f.fields, fault.Field{Name: RowField(r.ID, ""), Code: fe.Code, Args: fe.Args})
	}
	return true
}

// namedRows is how many rows stand in the error itself.
const namedRows = 10

func (f *refusal) err() error {
	if len(f.rows) == 0 {
		return nil
	}
	names := f.rows
	if len(names) > namedRows {
		names = append(names[:namedRows:namedRows], "…")
	}
	return &fault.Error{
		Kind: fault.Conflict, Code: "survey.err.accept", Fields: f.fields,
		Args: fault.Pairs("n", len(f.rows), "rows", strings.Join(names, "; ")),
	}
}

package survey

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// RowQuery asks for a page of the rows of a form; the zero value asks for the
// first page of those that are not removed, in the order of the form.
type RowQuery struct {
	Search    string // in name and code
	Decisions []RowDecision
	Wrong     bool // with errors
	Warned    bool
	Typed     bool // with something typed and not saved
	Commented bool // with a comment that is open
	Sort      Order
	// Descending turns the order round.
	Descending bool
	Page       int // from 1
	Size       int
}

// RowPage is a page of rows and how many fit altogether.
type RowPage struct {
	Rows       []Row
	Total      int64
	Page, Size int
}

// FormRows lists rows of a form that by sees.
func (d *Desk) FormRows(ctx context.Context, by auth.Principal, key FormKey, q RowQuery) (RowPage, error) {
	q.Page, q.Size = max(q.Page, 1), min(max(q.Size, 0), inventory.MaxPageSize)
	if q.Size == 0 {
		q.Size = inventory.DefaultPageSize
	}
	out := RowPage{Page: q.Page, Size: q.Size}
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		out.Rows, out.Total, err = selectRows(tx, p.Form.ID, q)
		return err
	})
	return out, err
}

// RowView is a row with what stands around it.
type RowView struct {
	Paper
	Row Row
	// Now is the record of the register, nil when it has none.
	Now *inventory.System
	// Draft are the answers with what is typed and not saved, as far as it can be
	// read.
	Draft map[string]string
	// Unread is what is typed and cannot be read, each with why not.
	Unread []fault.Field
	// Found is what the rules say of the row as it is saved.
	Found         []fault.Field
	Before, After RowID
	Comments      []Comment // about the row, that are open
	// Last is the row as it was submitted last, nil when it was not.
	Last map[string]string
}

// FindRow reads a row of a form.
func (d *Desk) FindRow(ctx context.Context, by auth.Principal, key FormKey, id RowID) (RowView, error) {
	var v RowView
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		v = RowView{Paper: *p}
		if v.Row, v.Now, err = rowAndRecord(tx, p, id); err != nil {
			return err
		}
		if v.Draft, v.Unread, err = d.readOver(tx, by, p, v.Row.Body, v.Now, Input{Form: v.Row.Typed}); err != nil {
			return err
		}
		judged := v.Row
		judged.Body = maps.Clone(v.Row.Body)
		if v.Found, err = d.judge(tx, by, p, &judged, v.Now, inFull); err != nil {
			return err
		}
		if v.Before, v.After, err = neighbours(tx, v.Row); err != nil {
			return err
		}
		if v.Comments, err = openCommentsOf(tx, p.Form.ID, id); err != nil {
			return err
		}
		v.Last, err = lastSaid(tx, p.Form.ID, id)
		return d.dueOf(tx, &v.Paper, err)
	})
	return v, err
}

// readOver reads an input over answers without keeping anything. Questions that
// it does not name stay as they are.
func (d *Desk) readOver(tx *store.Tx, by auth.Principal, p *Paper, over map[string]string, now *inventory.System, in Input) (map[string]string, []fault.Field, error) {
	if len(in.Form) == 0 && in.Fields == nil {
		return over, nil, nil
	}
	reading, err := d.reading(tx, by, p, in.Manner)
	if err != nil {
		return nil, nil, err
	}
	if in.Only == nil {
		in.Only = Kept(in.Form).Only
	}
	t := reading.take(questionnaire.OfSystem, over, now, in)
	return t.answers, t.found, nil
}

// ReadRow reads what somebody typed over answers and keeps nothing, for pages
// that show two versions of a row beside each other.
func (d *Desk) ReadRow(ctx context.Context, by auth.Principal, key FormKey, id RowID, over map[string]string, in Input) (map[string]string, []fault.Field, error) {
	var out map[string]string
	var found []fault.Field
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		_, now, err := rowAndRecord(tx, p, id)
		if err != nil {
			return err
		}
		out, found, err = d.readOver(tx, by, p, over, now, in)
		return err
	})
	return out, found, err
}

// rowAndRecord reads a row with its record of the register.
func rowAndRecord(tx *store.Tx, p *Paper, id RowID) (Row, *inventory.System, error) {
	r, err := rowOf(tx, p.Form.ID, id)
	if err != nil || r.SystemID == nil {
		return r, nil, err
	}
	found, err := systemsIn(tx, []inventory.SystemID{*r.SystemID})
	if err != nil {
		return r, nil, err
	}
	if s, ok := found[*r.SystemID]; ok {
		return r, &s, nil
	}
	return r, nil, nil
}

// changeRow runs fn on a row at the version that the person began with (0 for
// whichever it is) and keeps it.
func (d *Desk) changeRow(ctx context.Context, by auth.Principal, key FormKey, id RowID, version int64, action string, fn func(tx *store.Tx, p *Paper, r *Row, now *inventory.System) error) (Row, error) {
	var out Row
	_, err := d.change(ctx, by, key, func(tx *store.Tx, p *Paper) error {
		r, now, err := rowAndRecord(tx, p, id)
		if err != nil {
			return err
		}
		if version != 0 && r.Version != version {
			return store.ErrStale
		}
		before := said(&r)
		if err := fn(tx, p, &r, now); err != nil {
			return err
		}
		if err := saveRow(tx, by, &r); err != nil {
			return err
		}
		out = r
		if action == "" { // drafts are not in the log
			return nil
		}
		return logRow(tx, by, p, &r, action, before)
	})
	return out, err
}

// said is what the log keeps of a row.
func said(r *Row) map[string]string {
	out := maps.Clone(r.Body)
	if out == nil {
		out = map[string]string{}
	}
	out["decision"] = string(r.Decision)
	if r.GoneKind != "" {
		out["gone_kind"], out["gone_on"], out["gone_reason"] = string(r.GoneKind), r.GoneOn.String(), r.GoneReason
	}
	return out
}

func logRow(tx *store.Tx, by auth.Principal, p *Paper, r *Row, action string, before map[string]string) error {
	e := oplog.Entry{
		Action: "form_row." + action, Kind: "form_row", ID: fmt.Sprintf("%s/%d", p.Key(), r.ID), Name: r.Name,
		Department: p.Owner.ID, Reason: r.GoneReason, After: said(r),
	}
	if before != nil {
		e.Before = before
	}
	return oplog.Record(tx, by, e)
}

// SaveRow saves the answers about a system. A row with mistakes is saved as
// well, as far as it could be read, with the rest as it was typed: it counts as
// not done. What is wrong, and what was put right, is returned; version is the
// one the person began with, and when the row has moved on nothing is written
// and the error is store.ErrStale.
func (d *Desk) SaveRow(ctx context.Context, by auth.Principal, key FormKey, id RowID, version int64, in Input) (Row, []fault.Field, error) {
	var found []fault.Field
	r, err := d.changeRow(ctx, by, key, id, version, "saved", func(tx *store.Tx, p *Paper, r *Row, now *inventory.System) error {
		if !r.Stands() {
			return errNotStanding
		}
		var err error
		found, err = d.takeRow(tx, by, p, r, now, in)
		return err
	})
	return r, found, err
}

var errNotStanding = fault.New(fault.Conflict, "survey.err.row_not_standing")

// takeRow puts an input into a row and says what is to be said of it.
func (d *Desk) takeRow(tx *store.Tx, by auth.Principal, p *Paper, r *Row, now *inventory.System, in Input) ([]fault.Field, error) {
	reading, err := d.reading(tx, by, p, in.Manner)
	if err != nil {
		return nil, err
	}
	t := reading.take(questionnaire.OfSystem, r.Body, now, in)
	r.Body, r.Typed = t.answers, t.typed
	_, both, err := d.follow(tx, by, p, r, now)
	if err != nil || !r.Stands() {
		return both, err
	}
	found, err := d.judge(tx, by, p, r, now, inFull)
	if err != nil {
		return nil, err
	}
	found = join(t.found, both, found)
	r.count(found)
	r.decide(now)
	return found, nil
}

// join puts findings together: where an answer could not be read the rules have
// nothing to add.
func join(read, both, rules []fault.Field) []fault.Field {
	out := slices.Clone(read)
	for _, f := range slices.Concat(both, rules) {
		unread := func(r fault.Field) bool { return r.Name == f.Name && !r.Warning && f.Name != "" }
		if !slices.ContainsFunc(read, unread) {
			out = append(out, f)
		}
	}
	return out
}

// decide says what the body says of a row that was saved: a registered one is
// confirmed or changed.
func (r *Row) decide(now *inventory.System) {
	switch {
	case r.SystemID == nil:
		r.Decision = Added
	case unchanged(r, now):
		r.Decision = Confirmed
	default:
		r.Decision = Changed
	}
}

// AutosaveRow keeps what somebody is typing, without judging it, and the page in
// which it is typed (PageField). The row gets a new version: whoever else is
// writing in it is told when they save.
func (d *Desk) AutosaveRow(ctx context.Context, by auth.Principal, key FormKey, id RowID, version int64, in Input) (Row, error) {
	return d.changeRow(ctx, by, key, id, version, "", func(tx *store.Tx, p *Paper, r *Row, now *inventory.System) error {
		if !r.Stands() {
			return errNotStanding
		}
		typed, err := d.unsavedRow(tx, by, p, r, now, in)
		r.Typed = typed
		return err
	})
}

// DropTyped forgets what was typed into a row and not saved.
func (d *Desk) DropTyped(ctx context.Context, by auth.Principal, key FormKey, id RowID, version int64) (Row, error) {
	return d.changeRow(ctx, by, key, id, version, "", func(tx *store.Tx, p *Paper, r *Row, now *inventory.System) error {
		r.Typed = nil
		_, err := d.judge(tx, by, p, r, now, inFull)
		return err
	})
}

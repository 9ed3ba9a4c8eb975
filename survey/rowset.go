package survey

import (
	"context"
	"maps"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// RowTrouble is a row with what is wrong with it.
type RowTrouble struct {
	Row   Row
	Found []fault.Field
}

// errUnsaved is a row in which somebody typed and did not save.
var errUnsaved = fault.At("", "survey.err.unsaved")

// ConfirmRows says of rows that nothing has changed (确认无变化). Those that the
// rules refuse as they stand, and those in which something is typed and not
// saved, stay as they are and are returned with the reasons.
func (d *Desk) ConfirmRows(ctx context.Context, by auth.Principal, key FormKey, ids ...RowID) (int, []RowTrouble, error) {
	var refused []RowTrouble
	done := 0
	_, err := d.change(ctx, by, key, func(tx *store.Tx, p *Paper) error {
		refused, done = nil, 0
		rows, err := rowsByID(tx, p.Form.ID, ids)
		if err != nil {
			return err
		}
		records, err := recordsOf(tx, rows)
		if err != nil {
			return err
		}
		var names []string
		for i := range rows {
			found, err := d.confirm(tx, by, p, &rows[i], record(records, &rows[i]))
			if err != nil {
				return err
			}
			if fault.AnyError(found) {
				refused = append(refused, RowTrouble{rows[i], found})
				continue
			}
			done++
			names = append(names, rows[i].Code+" "+rows[i].Name)
		}
		if done == 0 {
			return nil
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "form.rows_confirmed", Kind: "form", ID: p.Key().String(), Name: p.Campaign.Title,
			Department: p.Owner.ID, After: confirmedRows{Rows: names},
		})
	})
	return done, refused, err
}

type confirmedRows struct {
	Rows []string `json:"rows"`
}

// confirm confirms one row, or says why not.
func (d *Desk) confirm(tx *store.Tx, by auth.Principal, p *Paper, r *Row, now *inventory.System) ([]fault.Field, error) {
	switch {
	case !r.Stands():
		return []fault.Field{fault.At("", "survey.err.row_not_standing")}, nil
	case len(r.Typed) > 0:
		return []fault.Field{errUnsaved}, nil
	}
	if _, _, err := d.follow(tx, by, p, r, now); err != nil || !r.Stands() {
		if err == nil { // the register took it off the form
			err = saveRow(tx, by, r)
		}
		return nil, err
	}
	found, err := d.judge(tx, by, p, r, now, inFull)
	if err != nil {
		return nil, err
	}
	if !fault.AnyError(found) {
		r.decide(now)
	}
	return found, saveRow(tx, by, r)
}

// recordsOf reads the records of the register behind rows.
func recordsOf(tx *store.Tx, rows []Row) (map[inventory.SystemID]inventory.System, error) {
	var ids []inventory.SystemID
	for _, r := range rows {
		if r.SystemID != nil {
			ids = append(ids, *r.SystemID)
		}
	}
	return systemsIn(tx, ids)
}

func record(records map[inventory.SystemID]inventory.System, r *Row) *inventory.System {
	if r.SystemID == nil {
		return nil
	}
	if s, ok := records[*r.SystemID]; ok {
		return &s
	}
	return nil
}

// AddRow puts a system that is not registered yet onto the form, with the
// answers that there are. It may be full of gaps.
func (d *Desk) AddRow(ctx context.Context, by auth.Principal, key FormKey, in Input) (Row, []fault.Field, error) {
	var r Row
	var found []fault.Field
	_, err := d.change(ctx, by, key, func(tx *store.Tx, p *Paper) error {
		r = Row{Origin: FromPerson, Body: blank(p)}
		var err error
		found, err = d.addIn(tx, by, p, &r, in)
		return err
	})
	return r, found, err
}

// blank are the answers of a system of which nothing is known.
func blank(p *Paper) map[string]string {
	return inventory.SystemFields.Values(&inventory.System{OwnerID: p.Owner.ID, State: inventory.Draft})
}

// addIn adds a row at the end of the form and judges it.
func (d *Desk) addIn(tx *store.Tx, by auth.Principal, p *Paper, r *Row, in Input) ([]fault.Field, error) {
	if p.Form.Zero {
		return nil, errZero
	}
	last, err := lastPosition(tx, p.Form.ID)
	if err != nil {
		return nil, err
	}
	if last >= inventory.MaxSystemsOf {
		return nil, fault.New(fault.TooLarge, "survey.err.too_many_rows", "max", inventory.MaxSystemsOf)
	}
	r.FormID, r.Position, r.Decision = p.Form.ID, last+1, Added
	var found []fault.Field
	if in.Form != nil || in.Fields != nil {
		found, err = d.takeRow(tx, by, p, r, nil, in)
	} else {
		found, err = d.judge(tx, by, p, r, nil, inFull)
	}
	if err != nil {
		return nil, err
	}
	rows := []Row{*r}
	if err := insertRows(tx, by, rows); err != nil {
		return nil, err
	}
	*r = rows[0]
	return found, logRow(tx, by, p, r, "added", nil)
}

// own are the answers that are about one system only; a copy leaves them open.
var own = []string{
	"name", "short_name", "visit_url", "server_ips", "djbh_filing_no", "djbh_filing_date", "approval_doc_no", "finance_code",
	"final", "office_note", "merged_into_id",
}

// CopyRow adds a system like another one on the form.
func (d *Desk) CopyRow(ctx context.Context, by auth.Principal, key FormKey, id RowID) (Row, error) {
	var r Row
	_, err := d.change(ctx, by, key, func(tx *store.Tx, p *Paper) error {
		from, err := rowOf(tx, p.Form.ID, id)
		if err != nil {
			return err
		}
		r = Row{Origin: FromCopy, Body: maps.Clone(from.Body)}
		for _, k := range own {
			delete(r.Body, k)
		}
		for key := range r.Body {
			if q, ok := p.Ask.Question(key); ok && q.Type == questionnaire.File {
				delete(r.Body, key)
			}
		}
		_, err = d.addIn(tx, by, p, &r, Input{})
		return err
	})
	return r, err
}

// RemoveRow takes a row off the form that should not have been there. What is
// registered, or was found by the census, cannot be removed: it is said to be
// gone, with the reason.
func (d *Desk) RemoveRow(ctx context.Context, by auth.Principal, key FormKey, id RowID, version int64) (Row, error) {
	return d.changeRow(ctx, by, key, id, version, "removed", func(_ *store.Tx, _ *Paper, r *Row, _ *inventory.System) error {
		if r.SystemID != nil || r.Origin == FromCensus {
			return fault.New(fault.Conflict, "survey.err.not_removable")
		}
		r.Decision, r.Typed = Removed, nil
		return nil
	})
}

// Restore takes a row back that was said to be gone or was removed.
func (d *Desk) Restore(ctx context.Context, by auth.Principal, key FormKey, id RowID, version int64) (Row, error) {
	return d.changeRow(ctx, by, key, id, version, "restored", func(tx *store.Tx, p *Paper, r *Row, now *inventory.System) error {
		switch {
		case r.Stands():
			return nil
		case now != nil && (now.OwnerID != p.Owner.ID || now.State.Closed()):
			return fault.New(fault.Conflict, "survey.err.not_yours")
		case p.Form.Zero:
			return errZero
		}
		r.Decision = Added
		if r.SystemID != nil || r.Origin == FromCensus {
			r.Decision = Pending
		}
		r.GoneKind, r.GoneReason, r.GoneOtherID, r.GoneToID = "", "", nil, nil
		r.GoneOn = calendar.Date{}
		_, err := d.judge(tx, by, p, r, now, inFull)
		return err
	})
}

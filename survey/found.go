package survey

import (
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// What a census asks of the forms of the self-survey that it verifies. The
// methods end in In, take the transaction first and leave the commit to the
// caller; when one returns an error the caller gives its transaction up.

// FoundRow is a system that others know of and the body did not declare (漏报).
type FoundRow struct {
	Name string
	// Values are canonical text by field of the register, as far as the source
	// knows them. What is no field of the register is left out.
	Values map[string]string
	// Source is the address of what was found, kept with the row.
	Source string
	// Text is what the body is told about it.
	Text string
}

// AddFoundIn puts a system that the census found onto the form of a body, which
// has to say what it is: fill it in and declare it, or say why it is not one of
// its own. A form that lies with the reviewers or is accepted is opened again
// for the body and has to be handed in once more; when it was handed in first
// stays as it is. Who may do this is who may review the form.
func (d *Desk) AddFoundIn(tx *store.Tx, by auth.Principal, key FormKey, found FoundRow) (Row, error) {
	p, err := d.askable(tx, by, key)
	if err != nil {
		return Row{}, err
	}
	if found.Name = strings.TrimSpace(found.Name); found.Name == "" {
		return Row{}, fault.Refuse([]fault.Field{fault.At("name", "err.required", "field", inventory.SystemFields.Label("name"))})
	}
	last, err := lastPosition(tx, p.Form.ID)
	if err != nil {
		return Row{}, err
	}
	rows := []Row{{
		FormID: p.Form.ID, Position: last + 1, Name: found.Name, Origin: FromCensus, Source: found.Source, Decision: Pending,
		Body: foundBody(p, found),
	}}
	if _, err := d.judge(tx, by, p, &rows[0], nil, inFull); err != nil {
		return Row{}, err
	}
	if err := insertRows(tx, by, rows); err != nil {
		return Row{}, err
	}
	if err := logRow(tx, by, p, &rows[0], "found", nil); err != nil {
		return Row{}, err
	}
	_, err = d.sayForCensus(tx, by, p, Said{Row: rows[0].ID, Text: found.Text})
	return rows[0], err
}

// foundBody are the answers that the source gives.
func foundBody(p *Paper, found FoundRow) map[string]string {
	body := blank(p)
	for key, v := range found.Values {
		if f, ok := inventory.SystemFields.Find(key); ok && !f.Given && key != "owner_id" {
			body[key] = v
		}
	}
	body["name"] = found.Name
	s := systemOf(body) // only what is canonical
	return bodyOf(s, nil)
}

// AskIn puts a difference that the census found to the body: question is the
// key of the answer that it is about, empty for the row as a whole; row 0 is the
// form. The form is opened again as by AddFoundIn.
func (d *Desk) AskIn(tx *store.Tx, by auth.Principal, key FormKey, row RowID, question, text string) (Comment, error) {
	p, err := d.askable(tx, by, key)
	if err != nil {
		return Comment{}, err
	}
	if wrong, err := d.wrongSaid(tx, p, []Said{{row, question, text}}); err != nil || len(wrong) > 0 {
		if err == nil {
			err = fault.Refuse(wrong)
		}
		return Comment{}, err
	}
	return d.sayForCensus(tx, by, p, Said{row, question, text})
}

// askable is a form that the census may ask about.
func (d *Desk) askable(tx *store.Tx, by auth.Principal, key FormKey) (*Paper, error) {
	p, err := d.reviewPaper(tx, by, key, 0)
	if err != nil {
		return nil, err
	}
	return p, takes(p.Campaign)
}

// sayForCensus says one thing for the census and opens the form again.
func (d *Desk) sayForCensus(tx *store.Tx, by auth.Principal, p *Paper, said Said) (Comment, error) {
	before := p.Form.said()
	comments := []Comment{p.comment(tx, by, OfCensus, said)}
	if err := insertComments(tx, comments); err != nil {
		return Comment{}, err
	}
	back, err := d.reopen(tx, by, p)
	if err != nil {
		return Comment{}, err
	}
	if back {
		return comments[0], d.reviewed(tx, by, p, "reopened", said.Text, before)
	}
	if err := oplog.Record(tx, by, oplog.Entry{
		Action: "form.asked", Kind: "form", ID: p.Key().String(), Name: p.Campaign.Title, Department: p.Owner.ID,
		After: commentLog{Row: said.Row, Question: said.Question}, Reason: said.Text,
	}); err != nil {
		return Comment{}, err
	}
	if p.Form.ReadyAt != nil { // the head would confirm without having read it
		p.Form.ReadyAt, p.Form.ReadyBy, p.Form.ReadyName = nil, 0, ""
		p.Form.Version++
	}
	return comments[0], d.keep(tx, by, p)
}

// commentLog is what the operation log keeps of a comment besides its text.
type commentLog struct {
	Row      RowID  `json:"row,omitempty"`
	Question string `json:"question,omitempty"`
}

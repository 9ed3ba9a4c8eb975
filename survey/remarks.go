package survey

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// Remark is an open comment with the answer that it is about: as it was handed
// in, and as it stands.
type Remark struct {
	Comment
	Row     *Row // nil when it is about the form
	Was, Is string
}

// Remarks lists the comments on a form that are not settled, as they were made.
func (d *Desk) Remarks(ctx context.Context, by auth.Principal, key FormKey) ([]Remark, error) {
	var out []Remark
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		out = nil
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		comments, err := commentsOf(tx, p.Form.ID)
		if err != nil {
			return err
		}
		said := map[int]Snapshot{}
		for _, c := range comments {
			if c.SettledAt != nil {
				continue
			}
			m, err := remark(tx, p, c, said)
			if err != nil {
				return err
			}
			out = append(out, m)
		}
		return nil
	})
	return out, err
}

// remark finds the answer that a comment is about.
func remark(tx *store.Tx, p *Paper, c Comment, said map[int]Snapshot) (Remark, error) {
	m := Remark{Comment: c}
	s, known := said[c.Round]
	if !known && c.Round > 0 {
		sub, err := submissionOf(tx, p.Form.ID, c.Round)
		if err != nil {
			return m, err
		}
		s = sub.Body
		said[c.Round] = s
	}
	if c.RowID == nil {
		m.Was, m.Is = s.Answers[c.Question], p.Form.Answers[c.Question]
		return m, nil
	}
	r, err := rowOf(tx, p.Form.ID, *c.RowID)
	if err != nil {
		return m, err
	}
	m.Row, m.Is = &r, r.Body[c.Question]
	for _, one := range s.Rows {
		if one.ID == r.ID {
			m.Was = one.Body[c.Question]
		}
	}
	return m, nil
}

// lastSaid is a row as it was handed in last, nil when it was not.
func lastSaid(tx *store.Tx, form FormID, id RowID) (map[string]string, error) {
	last, err := submissionsOf(tx, form, 1)
	if err != nil || len(last) == 0 {
		return nil, err
	}
	for _, r := range last[0].Body.Rows {
		if r.ID == id {
			return r.Body, nil
		}
	}
	return nil, nil
}

// Submissions lists what was handed in of a form, newest first.
func (d *Desk) Submissions(ctx context.Context, by auth.Principal, key FormKey) ([]Submission, error) {
	var out []Submission
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		out, err = submissionsOf(tx, p.Form.ID, 0)
		return err
	})
	return out, err
}

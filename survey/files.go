package survey

import (
	"context"
	"maps"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// RowFiles is the subject under which the files of a row are kept; their purpose
// is the key of the question.
func RowFiles(id RowID, owner auth.DepartmentID) evidence.Subject {
	return evidence.Subject{Kind: "form_row", ID: strconv.FormatInt(int64(id), 10), Department: owner}
}

// FormFiles is the subject under which the files about a body as a whole are
// kept.
func FormFiles(id FormID, owner auth.DepartmentID) evidence.Subject {
	return evidence.Subject{Kind: "form", ID: strconv.FormatInt(int64(id), 10), Department: owner}
}

// Place is where a file belongs: a question about a system, or about the body
// when Row is 0.
type Place struct {
	Row      RowID
	Question string
}

// AttachFile receives a file for a question that asks for one.
func (d *Desk) AttachFile(ctx context.Context, by auth.Principal, key FormKey, at Place, up evidence.Upload, note string) (evidence.Item, error) {
	if p, err := d.FindForm(ctx, by, key); err != nil {
		return evidence.Item{}, err
	} else if err := p.Open(); err != nil { // before 20 MiB are read in vain
		return evidence.Item{}, err
	}
	var item evidence.Item
	err := d.deps.Box.Receive(ctx, up, func(f evidence.Received) error {
		return d.withFiles(ctx, by, key, at, func(tx *store.Tx, s evidence.Subject) error {
			var err error
			item, err = d.deps.Box.Attach(tx, by, f, s, at.Question, note)
			return err
		})
	})
	return item, err
}

// RemoveFile takes a file away from a question.
func (d *Desk) RemoveFile(ctx context.Context, by auth.Principal, key FormKey, at Place, id evidence.LinkID, reason string) error {
	return d.withFiles(ctx, by, key, at, func(tx *store.Tx, s evidence.Subject) error {
		items, err := d.deps.Box.List(tx, s)
		if err != nil {
			return err
		}
		for _, item := range items {
			if item.Link.ID == id && item.Link.Purpose == at.Question {
				return d.deps.Box.Detach(tx, by, id, reason)
			}
		}
		return fault.New(fault.NotFound, "err.not_found")
	})
}

// withFiles lets fn change the files of a question and counts them as its
// answer.
func (d *Desk) withFiles(ctx context.Context, by auth.Principal, key FormKey, at Place, fn func(*store.Tx, evidence.Subject) error) error {
	_, err := d.change(ctx, by, key, func(tx *store.Tx, p *Paper) error {
		if q, ok := p.Ask.Question(at.Question); !ok || q.Type != questionnaire.File {
			return fault.New(fault.NotFound, "err.not_found")
		}
		if at.Row == 0 {
			s := FormFiles(p.Form.ID, p.Owner.ID)
			if err := fn(tx, s); err != nil {
				return err
			}
			answers := maps.Clone(field.Answers(p.Form.Answers))
			err := d.countFiles(tx, s, at.Question, &answers)
			p.Form.Answers = answers
			p.Form.Version++
			return err
		}
		r, now, err := rowAndRecord(tx, p, at.Row)
		if err != nil {
			return err
		}
		s := RowFiles(r.ID, p.Owner.ID)
		if err := fn(tx, s); err != nil {
			return err
		}
		return d.recountRow(tx, by, p, &r, now, s, at.Question)
	})
	return err
}

func (d *Desk) recountRow(tx *store.Tx, by auth.Principal, p *Paper, r *Row, now *inventory.System, s evidence.Subject, question string) error {
	answers := field.Answers(r.Body)
	if err := d.countFiles(tx, s, question, &answers); err != nil {
		return err
	}
	r.Body = answers
	if _, err := d.judge(tx, by, p, r, now, inFull); err != nil {
		return err
	}
	return saveRow(tx, by, r)
}

func (d *Desk) countFiles(tx *store.Tx, s evidence.Subject, question string, answers *field.Answers) error {
	items, err := d.deps.Box.List(tx, s)
	if err != nil {
		return err
	}
	n := 0
	for _, item := range items {
		if item.Link.Purpose == question {
			n++
		}
	}
	if *answers == nil {
		*answers = field.Answers{}
	}
	put(*answers, question, "")
	if n > 0 {
		put(*answers, question, strconv.Itoa(n))
	}
	return nil
}

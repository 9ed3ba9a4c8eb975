package survey

import (
	"context"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Draft is a comment that a reviewer has written and that the body does not see
// yet: it goes out when the form is sent back. There is one for an answer, which
// all reviewers see.
type Draft struct {
	FormID   FormID
	RowID    RowID // 0 is the form
	Question string
	Text     string
	SaidBy   auth.AccountID
	SaidName string
	SaidAt   time.Time
}

// TableName is the table of drafted comments.
func (Draft) TableName() string { return "form_comment_drafts" }

// Said is what the draft says.
func (c Draft) Said() Said { return Said{c.RowID, c.Question, c.Text} }

// SaveDrafts keeps comments for the return that is being prepared; one without
// a text takes what was drafted about the answer back. What is wrong with one is
// Invalid with a field named by CommentField, and nothing is kept.
func (d *Desk) SaveDrafts(ctx context.Context, by auth.Principal, key FormKey, said []Said) error {
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := d.reviewPaper(tx, by, key, 0)
		if err != nil {
			return err
		}
		if err := waiting(p); err != nil {
			return err
		}
		var given []Said
		for _, s := range said {
			if strings.TrimSpace(s.Text) != "" {
				given = append(given, s)
				continue
			}
			if err := dropDraft(tx, p.Form.ID, s); err != nil {
				return err
			}
		}
		return d.keepDrafts(tx, by, p, given)
	})
}

// keepDrafts adds drafts to those that there are.
func (d *Desk) keepDrafts(tx *store.Tx, by auth.Principal, p *Paper, said []Said) error {
	if len(said) == 0 {
		return nil
	}
	wrong, err := d.wrongSaid(tx, p, said)
	if err != nil {
		return err
	}
	if len(said) > mostComments {
		wrong = append(wrong, fault.At("comments", "survey.err.too_many_comments", "max", mostComments))
	}
	if err := fault.Refuse(wrong); err != nil {
		return err
	}
	for _, s := range said {
		one := Draft{
			FormID: p.Form.ID, RowID: s.Row, Question: s.Question, Text: strings.TrimSpace(s.Text),
			SaidBy: by.AccountID, SaidName: by.Name, SaidAt: tx.Now(),
		}
		if err := putDraft(tx, one); err != nil {
			return err
		}
	}
	return nil
}

package survey

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// ReturnNote says why a form is sent back: what is said anew, and which open
// comments of earlier returns are not answered well enough yet. All the others
// are settled, so that the body sees exactly what it has to mend.
type ReturnNote struct {
	Comments []Said
	Again    []CommentID
}

// Return sends a form that was handed in back to its body with at least one
// comment; what was drafted for it (SaveDrafts) goes along. The body gets the
// working days of the campaign to mend it; all answers stay as they are, and
// whether the form is late stays decided by when it was handed in first. What is
// wrong with the comments is Invalid with fields named by CommentField.
func (d *Desk) Return(ctx context.Context, by auth.Principal, key FormKey, version int64, note ReturnNote) (Form, error) {
	var out Form
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := d.reviewPaper(tx, by, key, version)
		if err != nil {
			return err
		}
		if err := waiting(p); err != nil {
			return err
		}
		if err := d.keepDrafts(tx, by, p, note.Comments); err != nil {
			return err
		}
		n, err := d.publishDrafts(tx, by, p, note.Again)
		if err != nil {
			return err
		}
		before := p.Form.said()
		if err := d.sendBack(tx, by, p); err != nil {
			return err
		}
		err = d.reviewed(tx, by, p, "returned", n, before)
		out = p.Form
		return err
	})
	if err != nil {
		return Form{}, err
	}
	return out, nil
}

// waiting refuses a form that does not wait for the reviewers.
func waiting(p *Paper) error {
	if err := takes(p.Campaign); err != nil {
		return err
	}
	if p.Form.State != FormSubmitted {
		return ErrNotSubmitted
	}
	return nil
}

// publishDrafts makes comments of all that is drafted, and settles what is not
// said again. It returns what the log is told of it.
func (d *Desk) publishDrafts(tx *store.Tx, by auth.Principal, p *Paper, again []CommentID) (string, error) {
	drafts, err := draftsOf(tx, p.Form.ID)
	if err != nil {
		return "", err
	}
	open, err := openIDs(tx, p.Form.ID, again)
	if err != nil {
		return "", err
	}
	if len(drafts) == 0 && len(open) == 0 {
		return "", fault.Refuse([]fault.Field{fault.At("comments", "survey.err.return_empty")})
	}
	if err := settleComments(tx, by, p.Form.ID, open); err != nil {
		return "", err
	}
	comments := make([]Comment, 0, len(drafts))
	for _, one := range drafts {
		c := p.comment(tx, by, FromReview, one.Said())
		if one.SaidBy != by.AccountID { // drafted by another reviewer
			c.SaidBy, c.SaidName = one.SaidBy, one.SaidName
		}
		comments = append(comments, c)
	}
	if err := insertComments(tx, comments); err != nil {
		return "", err
	}
	return told(comments, len(open)), dropDrafts(tx, p.Form.ID)
}

// told is what the log keeps of the comments of a return.
func told(comments []Comment, again int) string {
	out := ""
	for i, c := range comments {
		if i == 20 {
			out += fmt.Sprintf(" … (%d)", len(comments))
			break
		}
		if i > 0 {
			out += " | "
		}
		out += c.Text
	}
	if again > 0 {
		out += fmt.Sprintf(" (+%d)", again)
	}
	return out
}

package survey

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// Said is what somebody has to say about an answer: Question is its key, empty
// for the row as a whole; Row 0 is the form.
type Said struct {
	Row      RowID
	Question string
	Text     string
}

// Field names the remark among posted values and findings.
func (s Said) Field() string { return CommentField(s.Row, s.Question) }

// CommentField names what is said about an answer among posted values and
// findings.
func CommentField(row RowID, question string) string {
	return fmt.Sprintf("comment.%d.%s", row, question)
}

const (
	greatestComment = 500  // characters
	greatestNote    = 1000 // of the Office's note
	mostComments    = 500  // in one return
)

// comment makes a comment of what is said about the form as it was handed in
// last.
func (p *Paper) comment(tx *store.Tx, by auth.Principal, kind CommentKind, s Said) Comment {
	c := Comment{
		FormID: p.Form.ID, Question: s.Question, Kind: kind, Round: p.Form.Submissions, Text: strings.TrimSpace(s.Text),
		SaidBy: by.AccountID, SaidName: by.Name, SaidAt: tx.Now(),
	}
	if s.Row != 0 {
		c.RowID = &s.Row
	}
	return c
}

// wrongSaid lists what is wrong with remarks: a row that is not on the form, a
// question that nobody was asked, no text.
func (d *Desk) wrongSaid(tx *store.Tx, p *Paper, said []Said) ([]fault.Field, error) {
	on, err := rowsOnForm(tx, p.Form.ID)
	if err != nil {
		return nil, err
	}
	var out []fault.Field
	refuse := func(s Said, code string, args ...any) { out = append(out, fault.At(s.Field(), code, args...)) }
	for _, s := range said {
		if s.Row != 0 && !on[s.Row] {
			refuse(s, "survey.err.comment_row")
		}
		if !p.isQuestion(s) {
			refuse(s, "survey.err.comment_question", "question", s.Question)
		}
		switch n := utf8.RuneCountInString(strings.TrimSpace(s.Text)); {
		case n == 0:
			refuse(s, "survey.err.comment_empty")
		case n > greatestComment:
			refuse(s, "err.too_long", "field", fault.Label("survey.field.comment"), "max", greatestComment)
		}
	}
	return out, nil
}

// isQuestion tells whether something can be said about: a question of the
// questionnaire, a field of the register, or what every form says by itself.
func (p *Paper) isQuestion(s Said) bool {
	if s.Question == "" {
		return true
	}
	part := questionnaire.OfDepartment
	if s.Row != 0 {
		part = questionnaire.OfSystem
		if f, ok := inventory.SystemFields.Find(s.Question); ok && !f.Given {
			return true
		}
	}
	if f, ok := p.Ask.Catalog(part).Find(s.Question); ok {
		_, asked := p.Ask.Question(f.Key) // facts are nobody's answers
		return asked
	}
	if s.Row != 0 {
		return false
	}
	switch s.Question {
	case CountField, NoneCleanField, NoneConnectField, NoneDemandField, ZeroField, ZeroReasonField:
		return true
	}
	return false
}

// Comments lists all that was said about a form that by sees, in the order in
// which it was, settled or not.
func (d *Desk) Comments(ctx context.Context, by auth.Principal, key FormKey) ([]Comment, error) {
	var out []Comment
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		out, err = commentsOf(tx, p.Form.ID)
		return err
	})
	return out, err
}

// Reply is what the body has to say to a comment of the reviewers or of the
// census. It settles nothing: whether it was answered is for the reviewers.
func (d *Desk) Reply(ctx context.Context, by auth.Principal, key FormKey, id CommentID, text string) (Comment, error) {
	if err := by.Require(fillers()...); err != nil {
		return Comment{}, err
	}
	var out Comment
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, true)
		if err != nil {
			return err
		}
		if err := p.Open(); err != nil {
			return err
		}
		to, err := commentByID(tx, p.Form.ID, id)
		if err != nil {
			return err
		}
		if to.SettledAt != nil {
			return fault.New(fault.Conflict, "survey.err.comment_settled")
		}
		if err := fault.Refuse(wrongText("text", text, greatestComment, "survey.field.reply")); err != nil {
			return err
		}
		said := Said{Question: to.Question, Text: text}
		if to.RowID != nil {
			said.Row = *to.RowID
		}
		comments := []Comment{p.comment(tx, by, Reply, said)}
		if err := insertComments(tx, comments); err != nil {
			return err
		}
		out = comments[0]
		return oplog.Record(tx, by, oplog.Entry{
			Action: "form.replied", Kind: "form", ID: p.Key().String(), Name: p.Campaign.Title, Department: p.Owner.ID,
			After: commentLog{Row: said.Row, Question: said.Question}, Reason: out.Text,
		})
	})
	return out, err
}

// wrongText holds a text that must be given to its length.
func wrongText(name, text string, longest int, label fault.Label) []fault.Field {
	switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
	case n == 0:
		return []fault.Field{fault.At(name, "err.required", "field", label)}
	case n > longest:
		return []fault.Field{fault.At(name, "err.too_long", "field", label, "max", longest)}
	}
	return nil
}

// SetOfficeNote keeps what the reviewers note about a form for themselves and
// for whoever may see it; the body's answers stay as they are. An empty note
// takes it back.
func (d *Desk) SetOfficeNote(ctx context.Context, by auth.Principal, key FormKey, version int64, note string) (Form, error) {
	var out Form
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := d.reviewPaper(tx, by, key, version)
		if err != nil {
			return err
		}
		if err := takes(p.Campaign); err != nil {
			return err
		}
		note = strings.TrimSpace(note)
		if n := utf8.RuneCountInString(note); n > greatestNote {
			return fault.Refuse([]fault.Field{fault.At("office_note", "err.too_long", "field", fault.Label("survey.field.office_note"), "max", greatestNote)})
		}
		before := noteLog{p.Form.OfficeNote}
		p.Form.OfficeNote = note
		p.Form.Version++
		if err := oplog.Record(tx, by, oplog.Entry{
			Action: "form.noted", Kind: "form", ID: p.Key().String(), Name: p.Campaign.Title, Department: p.Owner.ID,
			Before: before, After: noteLog{note},
		}); err != nil {
			return err
		}
		err = d.keep(tx, by, p)
		out = p.Form
		return err
	})
	if err != nil {
		return Form{}, err
	}
	return out, nil
}

type noteLog struct {
	OfficeNote string `json:"office_note"`
}

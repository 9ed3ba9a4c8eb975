package survey

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// FormKey names a form as its address does: by the codes of the campaign and of
// the body that answers.
type FormKey struct{ Campaign, Department string }

// String is the key as due dates and the operation log have it.
func (k FormKey) String() string { return k.Campaign + "/" + k.Department }

// Path is the address of the form's page.
func (k FormKey) Path() string { return "/surveys/" + k.Campaign + "/forms/" + k.Department }

// DueOf is the subject of the due dates of a form.
func DueOf(k FormKey) schedule.Subject { return schedule.Subject{Kind: "form", ID: k.String()} }

// Titles of the due dates of a form: to file it, and to mend it when it was
// sent back.
const (
	DueTitle  = "due.survey"
	MendTitle = "due.survey_mend"
)

// Errors of filling in that callers test for.
var (
	ErrFormClosed  = fault.New(fault.Conflict, "survey.err.form_closed")     // it lies with the reviewers, or is accepted
	ErrNotTaking   = fault.New(fault.Conflict, "survey.err.campaign_closed") // the campaign takes nothing
	ErrWithHead    = fault.New(fault.Conflict, "survey.err.with_head")       // a clerk handed it to the head
	ErrNoQuestions = fault.New(fault.Conflict, "survey.err.no_questions")    // the campaign asks nothing of its own
)

// Paper is a form with what it is read and judged by.
type Paper struct {
	Campaign Campaign
	Form     Form
	// Owner is the body that answers.
	Owner inventory.Department
	Ask   *questionnaire.Compiled
	// MayFill and MayAnswer tell what the reader may do with it at all, in
	// whichever state it is: write its answers, and confirm them as the head.
	MayFill   bool
	MayAnswer bool
	// Due is the open due date that comes first, nil when nothing is due.
	Due *schedule.Open

	dir    *inventory.Directory
	sealed string // hash of what the change under way hands in
}

// Key names the form.
func (p *Paper) Key() FormKey { return FormKey{p.Campaign.Code, p.Owner.Code} }

// Open tells whether the reader can write answers now; the error says why not.
func (p *Paper) Open() error {
	switch {
	case !p.MayFill:
		return auth.ErrForbidden
	case !p.Campaign.State.Takes():
		return ErrNotTaking
	case !p.Form.State.Open():
		return ErrFormClosed
	case p.Form.ReadyAt != nil && !p.MayAnswer:
		return ErrWithHead
	}
	return nil
}

// paper reads a form that by may see; to everybody else it does not exist.
func (d *Desk) paper(tx *store.Tx, by auth.Principal, key FormKey, lock bool) (*Paper, error) {
	absent := fault.New(fault.NotFound, "err.not_found")
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	owner, ok := dir.Lookup(key.Department)
	if !ok || owner.Code != key.Department || !dir.Covers(by.View(), owner.ID) {
		return nil, absent
	}
	p := &Paper{Owner: owner, dir: dir}
	if p.Campaign, p.Form, err = formByKey(tx, key.Campaign, owner.ID, lock); err != nil {
		return nil, err
	}
	if p.Campaign.QuestionnaireID == nil {
		return nil, ErrNoQuestions
	}
	if p.Ask, err = d.ask(tx, *p.Campaign.QuestionnaireID); err != nil {
		return nil, fmt.Errorf("questionnaire of form %s: %w", key, err)
	}
	covered := by.Console() || dir.Covers(by.Own(), owner.ID)
	p.MayFill = covered && by.Is(fillers()...)
	p.MayAnswer = covered && by.Is(answerers()...)
	return p, nil
}

// OpenForm reads a form. Whoever fills it in or reviews it finds its rows taken
// over from the register; that somebody of the body has looked at it is noted
// once. Of a form that the reader does not see the error is NotFound.
func (d *Desk) OpenForm(ctx context.Context, by auth.Principal, key FormKey) (Paper, error) {
	var p *Paper
	var stale bool
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		if p, err = d.paper(tx, by, key, false); err != nil {
			return err
		}
		if stale, err = d.behind(tx, by, p); err != nil {
			return err
		}
		return d.dueOf(tx, p, nil)
	})
	if err != nil || !stale {
		return value(p), err
	}
	err = d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		var err error
		if p, err = d.paper(tx, by, key, true); err != nil {
			return err
		}
		if err := d.openIn(tx, by, p); err != nil {
			return err
		}
		return d.dueOf(tx, p, nil)
	})
	return value(p), err
}

func value(p *Paper) Paper {
	if p == nil {
		return Paper{}
	}
	return *p
}

// FindForm reads a form and changes nothing.
func (d *Desk) FindForm(ctx context.Context, by auth.Principal, key FormKey) (Paper, error) {
	var p *Paper
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		if p, err = d.paper(tx, by, key, false); err != nil {
			return err
		}
		return d.dueOf(tx, p, nil)
	})
	return value(p), err
}

// dueOf finds by when the form is due.
func (d *Desk) dueOf(tx *store.Tx, p *Paper, err error) error {
	if err != nil {
		return err
	}
	open, err := d.deps.Book.Of(tx, DueOf(p.Key()))
	if len(open) > 0 {
		p.Due = &open[0]
	}
	return err
}

// behind tells whether opening the form has something to write down: that it is
// looked at, or rows that are in the register and not on the form.
func (d *Desk) behind(tx *store.Tx, by auth.Principal, p *Paper) (bool, error) {
	if !p.Campaign.State.Takes() || !p.Form.State.Open() || !p.MayFill && !by.Is(reviewers()...) {
		return false, nil
	}
	if p.MayFill && !by.Console() && p.Form.OpenedAt == nil {
		return true, nil
	}
	missing, err := missingSystems(tx, p.Form.ID, p.Owner.ID)
	return len(missing) > 0 && !p.Form.Zero, err
}

// openIn takes the rows over and notes who looked at the form.
func (d *Desk) openIn(tx *store.Tx, by auth.Principal, p *Paper) error {
	if stale, err := d.behind(tx, by, p); err != nil || !stale {
		return err
	}
	if err := d.fillIn(tx, by, p); err != nil {
		return err
	}
	if p.MayFill && !by.Console() && p.Form.OpenedAt == nil {
		now := tx.Now()
		p.Form.OpenedAt = &now
	}
	return d.keep(tx, by, p)
}

// change runs fn on a form that by fills in and keeps what it makes of it, the
// numbers counted anew. Changes of one form wait for each other.
func (d *Desk) change(ctx context.Context, by auth.Principal, key FormKey, fn func(tx *store.Tx, p *Paper) error) (Form, error) {
	if err := by.Require(fillers()...); err != nil {
		return Form{}, err
	}
	var out Form
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, true)
		if err != nil {
			return err
		}
		if err := p.Open(); err != nil {
			return err
		}
		if err := d.openIn(tx, by, p); err != nil {
			return err
		}
		if err := fn(tx, p); err != nil {
			return err
		}
		if p.Form.BegunAt == nil {
			now := tx.Now()
			p.Form.BegunAt = &now
		}
		if err := d.keep(tx, by, p); err != nil {
			return err
		}
		out = p.Form
		return nil
	})
	if err != nil {
		return Form{}, err
	}
	return out, nil
}

// keep counts a form anew and writes it. The version is for what the form says
// by itself; whoever changes that has moved it on.
func (d *Desk) keep(tx *store.Tx, by auth.Principal, p *Paper) error {
	if err := d.count(tx, p); err != nil {
		return err
	}
	p.Form.UpdatedAt, p.Form.UpdatedBy, p.Form.UpdatedName = tx.Now(), by.AccountID, by.Name
	return saveForm(tx, &p.Form)
}

// today is the day of a transaction in Asia/Shanghai.
func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

package cleanup

import (
	"context"
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// Notify puts a suspicion to its department: from now on the days of the answer
// run. Only the Office does, and not for its own.
func (d *Desk) Notify(ctx context.Context, by auth.Principal, no string, version int64) (Case, error) {
	return d.step(ctx, by, no, version, Notify, nil, func(tx *store.Tx, c *Case) (act, error) {
		p, err := d.deps.Detector.PolicyIn(tx, c.PolicyVersion)
		if err != nil {
			return act{}, fmt.Errorf("policy of case %s: %w", c.No, err)
		}
		c.State, c.NotifiedOn = Notified, today(tx)
		c.AnswerDue, err = d.ask(tx, by, c, schedule.Due{Title: AnswerDueTitle, EventOn: today(tx), TermWD: p.Numbers.AnswerDays})
		return act{onDay: c.AnswerDue}, err
	})
}

// Chosen is a case as somebody saw it in a list.
type Chosen struct {
	No      string
	Version int64
}

// Outcome is what became of one of many: Err is why nothing was done.
type Outcome struct {
	No  string
	Err error
}

// MostAtOnce bounds how many cases one request may act on.
const MostAtOnce = 200

// NotifyMany puts several suspicions to their departments, each in a transaction
// of its own. The error is of asking for too many, or of no right at all.
func (d *Desk) NotifyMany(ctx context.Context, by auth.Principal, cases []Chosen) ([]Outcome, error) {
	if err := by.Require(auth.Office); err != nil {
		return nil, err
	}
	if len(cases) > MostAtOnce {
		return nil, fault.New(fault.TooLarge, "cleanup.err.too_many", "max", MostAtOnce)
	}
	out := make([]Outcome, len(cases))
	for i, one := range cases {
		out[i].No = one.No
		_, out[i].Err = d.Notify(ctx, by, one.No, one.Version)
		if out[i].Err != nil && fault.KindOf(out[i].Err) == fault.Internal {
			return out[:i], fmt.Errorf("notify of case %s: %w", one.No, out[i].Err)
		}
	}
	return out, nil
}

// Reply is what a department says to a suspicion.
type Reply struct {
	Answer Answer
	// Text is why the system is still needed; an admission may go without.
	Text string
}

// Answer gives the answer of the department: it admits that the system is no
// longer used, or contests that and says why. The head or the region answers;
// files that prove it are put beside the case.
func (d *Desk) Answer(ctx context.Context, by auth.Principal, no string, version int64, r Reply) (Case, error) {
	move := Admit
	if r.Answer == Contests {
		move = Contest
	}
	text := strings.TrimSpace(r.Text)
	wrong := checkText("answer_text", text, r.Answer == Contests)
	if r.Answer != Admits && r.Answer != Contests {
		wrong = append(wrong, fault.At("answer", "err.choice", "field", fault.Label("cleanup.field.answer")))
	}
	return d.step(ctx, by, no, version, move, wrong, func(tx *store.Tx, c *Case) (act, error) {
		c.State, c.Answer, c.AnswerText = Admitted, r.Answer, text
		if r.Answer == Contests {
			c.State = Contested
		}
		c.AnsweredOn, c.AnsweredBy, c.AnsweredName = today(tx), by.AccountID, by.Name
		c.DraftText, c.DraftName = "", ""
		return act{note: text}, d.settle(tx, by, c)
	})
}

// Prepare keeps what a clerk would answer, for the head to look at. It does not
// answer.
func (d *Desk) Prepare(ctx context.Context, by auth.Principal, no string, version int64, text string) (Case, error) {
	if err := by.Require(preparers()...); err != nil {
		return Case{}, err
	}
	text = strings.TrimSpace(text)
	if err := fault.Refuse(checkText("answer_text", text, false)); err != nil {
		return Case{}, err
	}
	var c Case
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		old, err := d.ownCase(tx, by, no)
		if err != nil {
			return err
		}
		if old.State != Suspected && old.State != Notified {
			return fault.New(ErrMove.Kind, ErrMove.Code, "state", old.State.Label())
		}
		if old.Version != version {
			return store.ErrStale
		}
		c = old
		c.DraftText, c.DraftName = text, by.Name
		return d.keep(tx, act{by: by, what: "prepared", note: text}, old, &c)
	})
	return c, err
}

// ownCase finds a case of the principal's own department or region.
func (d *Desk) ownCase(tx *store.Tx, by auth.Principal, no string) (Case, error) {
	c, err := caseForUpdate(tx, no)
	if err != nil {
		return Case{}, err
	}
	return c, d.mayActOn(tx, by, &c, Way{Own: true})
}

// step takes a step with a case: it looks whether the step is legal, lets fn
// change the case and keeps it with the step that fn describes.
func (d *Desk) step(ctx context.Context, by auth.Principal, no string, version int64, m Move, wrong []fault.Field, fn func(*store.Tx, *Case) (act, error)) (Case, error) {
	way, ok := wayOf(m)
	if !ok {
		return Case{}, fmt.Errorf("no such move: %q", m)
	}
	if err := by.Require(way.Roles...); err != nil {
		return Case{}, err
	}
	var c Case
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		old, err := d.hold(tx, by, no, version, m)
		if err != nil {
			return err
		}
		if err := fault.Refuse(wrong); err != nil {
			return err
		}
		c = old
		a, err := fn(tx, &c)
		if err != nil {
			return err
		}
		a.by, a.what = by, string(m)
		return d.keep(tx, a, old, &c)
	})
	if err != nil {
		return Case{}, err
	}
	return c, nil
}

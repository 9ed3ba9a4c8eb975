package cleanup

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// ErrUnanswered says that the department still has time to answer.
var ErrUnanswered = fault.New(fault.Conflict, "cleanup.err.unanswered")

// Decide confirms or dismisses a suspicion, with the reason, which the
// department reads. The Office decides, the leading group about the systems of
// those who otherwise decide; nobody about the own department or the own answer.
// Confirming needs an answer, or that its days have passed (ErrUnanswered).
func (d *Desk) Decide(ctx context.Context, by auth.Principal, no string, version int64, confirm bool, reason string) (Case, error) {
	move := Dismiss
	if confirm {
		move = Confirm
	}
	reason = strings.TrimSpace(reason)
	return d.step(ctx, by, no, version, move, checkText("reason", reason, true), func(tx *store.Tx, c *Case) (act, error) {
		if confirm && c.State == Notified && !c.AnswerOverdue(today(tx)) {
			return act{}, ErrUnanswered
		}
		c.Decision, c.DecisionReason, c.DecidedOn, c.DecidedName = string(move), reason, today(tx), by.Name
		if err := d.settle(tx, by, c); err != nil {
			return act{}, err
		}
		if !confirm {
			c.State, c.ClosedOn = Dismissed, today(tx)
			return act{note: reason}, nil
		}
		c.State = Confirmed
		return act{note: reason}, d.setDue(tx, by, c)
	})
}

// setDue sets by when a confirmed case is to be cleaned up: the day that the
// document names while it is ahead, else so many working days.
func (d *Desk) setDue(tx *store.Tx, by auth.Principal, c *Case) error {
	t, err := termsNow(tx)
	if err != nil {
		return err
	}
	due := schedule.Due{Title: CleanDueTitle, EventOn: today(tx), TermWD: t.CleanWd}
	if !t.CleanBy.IsZero() && !t.CleanBy.Before(today(tx)) {
		due = schedule.Due{Title: CleanDueTitle, FixedOn: t.CleanBy}
	}
	c.DueOn, err = d.ask(tx, by, c, due)
	return err
}

// MakeExempt puts a case aside until a day, with a reason: the Office answers for
// it by name. After the day a new case is opened if the system is still
// suspected.
func (d *Desk) MakeExempt(ctx context.Context, by auth.Principal, no string, version int64, until calendar.Date, reason string) (Case, error) {
	reason = strings.TrimSpace(reason)
	wrong := checkText("reason", reason, true)
	return d.step(ctx, by, no, version, MakeExempt, wrong, func(tx *store.Tx, c *Case) (act, error) {
		last := today(tx).AddDays(longestExemption)
		if until.IsZero() || !until.After(today(tx)) || until.After(last) {
			return act{}, fault.Refuse([]fault.Field{fault.At("until", "cleanup.err.until", "last", last)})
		}
		c.State, c.ExemptUntil, c.ExemptReason, c.ClosedOn = Exempt, until, reason, today(tx)
		c.DecidedName = by.Name
		return act{note: reason, onDay: until}, d.settle(tx, by, c)
	})
}

// longestExemption is for how many days a case can be put aside at a time.
const longestExemption = 366

package cleanup

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// Purposes of the files beside a case, besides those that retirement needs
// (V23).
const (
	PurposeAnswer  = "statement"
	PurposeRelease = "release"
	PurposeNotice  = "notice"
)

// Purposes lists what files beside a case prove.
func Purposes() []string {
	return []string{PurposeAnswer, inventory.PurposeBackup, inventory.PurposeDisposal, PurposeRelease, PurposeNotice, "other"}
}

// Scheme is a plan as a department hands it in; Target is the code of the system
// that takes over.
type Scheme struct {
	Plan
	Target string
}

// most is the greatest number of servers, addresses or accounts, mostMoney the
// greatest sum a year.
const (
	most      = 1_000_000
	mostMoney = int64(1) << 50
)

func (r *Released) wrong() []fault.Field {
	var out []fault.Field
	for _, one := range []struct {
		name string
		n    int64
	}{{"servers", r.Servers}, {"ips", r.Ips}, {"domains", r.Domains}, {"accounts", r.Accounts}} {
		if one.n < 0 || one.n > most {
			out = append(out, fault.At(one.name, "cleanup.err.number", "most", most, "field", fault.Label("cleanup.field."+one.name)))
		}
	}
	if r.OmSaved < 0 || r.OmSaved > mostMoney {
		out = append(out, fault.At("om_saved", "cleanup.err.money", "field", fault.Label("cleanup.field.om_saved")))
	}
	return out
}

// wrong lists what is wrong with a plan by itself.
func (p *Scheme) wrong() []fault.Field {
	var out []fault.Field
	need := func(ok bool, name, code string, args ...any) {
		if !ok {
			out = append(out, fault.At(name, code, append(args, "field", fault.Label("cleanup.field."+name))...))
		}
	}
	need(slices.Contains(Actions(), p.Action), "action", "err.required")
	need(!p.Action.Ends() || slices.Contains(Disposals(), p.Disposal), "disposal", "err.required")
	need(p.Action != MergeIt || strings.TrimSpace(p.Target) != "", "target", "err.required")
	need(p.Disposal == "" || slices.Contains(Disposals(), p.Disposal), "disposal", "err.choice")
	need(utf8.RuneCountInString(p.DisposalNote) <= longestText, "disposal_note", "err.too_long", "max", longestText)
	need(utf8.RuneCountInString(p.UsersTold) <= longestText, "users_told", "err.too_long", "max", longestText)
	out = append(out, p.Released.wrong()...)
	need(!p.Action.Ends() || strings.TrimSpace(p.UsersTold) != "", "users_told", "err.required")
	return out
}

// HandInPlan hands in what is to become of a confirmed system. The head or the
// region does; the Office then approves it or sends it back.
func (d *Desk) HandInPlan(ctx context.Context, by auth.Principal, no string, version int64, p Scheme) (Case, error) {
	p.DisposalNote, p.UsersTold = strings.TrimSpace(p.DisposalNote), strings.TrimSpace(p.UsersTold)
	return d.step(ctx, by, no, version, HandInPlan, p.wrong(), func(tx *store.Tx, c *Case) (act, error) {
		target, err := d.target(tx, c, p)
		if err != nil {
			return act{}, err
		}
		c.Plan, c.TargetID = p.Plan, target
		c.State, c.PlannedOn, c.PlannedBy = Planned, today(tx), by.AccountID
		return act{}, nil
	})
}

// target finds the system that takes over.
func (d *Desk) target(tx *store.Tx, c *Case, p Scheme) (*inventory.SystemID, error) {
	code := strings.ToUpper(strings.TrimSpace(p.Target))
	if code == "" {
		return nil, nil
	}
	s, err := systemByCode(tx, code)
	if fault.KindOf(err) == fault.NotFound || err == nil && (s.State.Closed() || s.ID == c.SystemID) {
		return nil, fault.Refuse([]fault.Field{fault.At("target", "cleanup.err.target", "code", code)})
	}
	return &s.ID, err
}

// ApprovePlan lets the clean-up begin. Only the Office does, and not its own.
func (d *Desk) ApprovePlan(ctx context.Context, by auth.Principal, no string, version int64) (Case, error) {
	return d.step(ctx, by, no, version, ApprovePlan, nil, func(_ *store.Tx, c *Case) (act, error) {
		c.State = Cleaning
		return act{}, nil
	})
}

// ReturnPlan sends a plan back to be mended, with the reason.
func (d *Desk) ReturnPlan(ctx context.Context, by auth.Principal, no string, version int64, reason string) (Case, error) {
	reason = strings.TrimSpace(reason)
	return d.step(ctx, by, no, version, ReturnPlan, checkText("reason", reason, true), func(_ *store.Tx, c *Case) (act, error) {
		c.State = Confirmed
		return act{note: reason}, nil
	})
}

// Done is what a department says it has done.
type Done struct {
	// StoppedOn is when the system was switched off, or went over into the other.
	StoppedOn calendar.Date
	// Outcome is what was done, in its words.
	Outcome string
	// What was released in the end.
	Released
}

func (w *Done) wrong() []fault.Field {
	out := checkText("outcome", w.Outcome, true)
	return append(out, w.Released.wrong()...)
}

// SubmitEvidence hands in that the clean-up is done. Where the system is gone
// there must be files that prove the backup and what became of the data (V23).
func (d *Desk) SubmitEvidence(ctx context.Context, by auth.Principal, no string, version int64, w Done) (Case, error) {
	return d.step(ctx, by, no, version, SubmitEvidence, w.wrong(), func(tx *store.Tx, c *Case) (act, error) {
		wrong := stoppedWrong(c, w.StoppedOn, today(tx))
		if c.Action.Ends() {
			proved, err := d.proved(tx, c)
			if err != nil {
				return act{}, err
			}
			wrong = append(wrong, inventory.MissingProof(proved)...)
		}
		if err := fault.Refuse(wrong); err != nil {
			return act{}, err
		}
		c.State, c.StoppedOn, c.Outcome = EvidenceSubmitted, w.StoppedOn, strings.TrimSpace(w.Outcome)
		c.Released = w.Released
		c.SubmittedOn, c.SubmittedBy = today(tx), by.AccountID
		return act{note: c.Outcome, onDay: w.StoppedOn}, d.settle(tx, by, c)
	})
}

// stoppedWrong lists what is wrong with the day on which a system was switched
// off.
func stoppedWrong(c *Case, on, today calendar.Date) []fault.Field {
	label := fault.Label("cleanup.field.stopped_on")
	switch {
	case on.IsZero() && c.Action.Ends():
		return []fault.Field{fault.At("stopped_on", "err.required", "field", label)}
	case on.After(today):
		return []fault.Field{fault.At("stopped_on", "inventory.err.date_future", "field", label, "today", today)}
	}
	return nil
}

// proved counts the files beside a case by what they prove.
func (d *Desk) proved(tx *store.Tx, c *Case) (map[string]int64, error) {
	items, err := d.deps.Box.List(tx, c.evidence())
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, item := range items {
		out[item.Link.Purpose]++
	}
	return out, nil
}

// evidence is what files beside the case are filed under.
func (c *Case) evidence() evidence.Subject {
	return evidence.Subject{Kind: SubjectKind, ID: c.No, Department: c.DepartmentID}
}

// ReturnEvidence sends proof back to be mended, with the reason. The day by
// which the clean-up is due stays what it was.
func (d *Desk) ReturnEvidence(ctx context.Context, by auth.Principal, no string, version int64, reason string) (Case, error) {
	reason = strings.TrimSpace(reason)
	return d.step(ctx, by, no, version, ReturnEvidence, checkText("reason", reason, true), func(tx *store.Tx, c *Case) (act, error) {
		c.State = Cleaning
		if c.DueOn.IsZero() {
			return act{note: reason}, nil
		}
		_, err := d.ask(tx, by, c, schedule.Due{Title: CleanDueTitle, FixedOn: c.DueOn})
		return act{note: reason}, err
	})
}

// Accept accepts that a system was cleaned up, and writes the register in the
// same transaction: it is retired or merged from the day on which it was
// switched off. From then on the system is watched. Only the centre and the
// Office accept, and nobody what the own department did.
func (d *Desk) Accept(ctx context.Context, by auth.Principal, no string, version int64, remark string) (Case, error) {
	remark = strings.TrimSpace(remark)
	return d.step(ctx, by, no, version, Accept, checkText("reason", remark, false), func(tx *store.Tx, c *Case) (act, error) {
		late, err := d.lateness(tx, c)
		if err != nil {
			return act{}, err
		}
		if err := d.writeRegister(tx, by, c); err != nil {
			return act{}, err
		}
		if c.LateWd == nil { // a system that was reopened was late, or not, the first time
			c.LateWd = &late
		}
		c.State, c.CleanedOn, c.ClosedOn = Cleaned, today(tx), today(tx)
		return act{note: remark}, nil
	})
}

// lateness is how many working days after the due day the proof came.
func (d *Desk) lateness(tx *store.Tx, c *Case) (int, error) {
	if c.DueOn.IsZero() {
		return 0, nil
	}
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return 0, err
	}
	late, err := cal.Lateness(c.DueOn, c.SubmittedOn)
	return late, schedule.Explain(err)
}

func (d *Desk) writeRegister(tx *store.Tx, by auth.Principal, c *Case) error {
	if !c.Action.Ends() {
		return nil
	}
	proved, err := d.proved(tx, c)
	if err != nil {
		return err
	}
	e := inventory.Ending{
		System: c.SystemID, On: c.StoppedOn, Situation: c.Outcome, Reason: c.DecisionReason, Origin: c.Address(), Proved: proved,
	}
	if c.Action == MergeIt {
		e.Into = c.TargetID
	}
	_, err = d.deps.Registry.EndIn(tx, by, e)
	return err
}

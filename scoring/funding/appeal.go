package funding

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/eligibility"
)

// Titles of the due dates of pleas, and the article that they rest on.
const (
	dueVerify     = "due.funding_verify"
	articleFunds  = "办法 art. 20"
	leastPlea     = 10
	officeDuty    = "office"
	officeDutyKey = "opt.duty.office"
)

// Petition is what the head of a department puts forward.
type Petition struct {
	Kind PleaKind
	Text string
	// Evidence are the papers that say what was not known before; an appeal needs
	// at least one.
	Evidence []evidence.Received
}

func (p *Petition) wrong() []fault.Field {
	out := append(oneOf("plea", p.Kind, []PleaKind{Appeal, Recheck}), needText("plea_text", p.Text, leastPlea)...)
	if p.Kind == Appeal && len(p.Evidence) == 0 {
		out = append(out, fault.At("file", "funding.err.evidence"))
	}
	return out
}

// Plead puts a plea forward: the head's step. An appeal is taken up to AppealWd
// working days after the opinion of the Office (ErrTooLate) and needs new
// evidence; a re-check is asked for at any time when the registers say something
// else than what was frozen (ErrSame otherwise). The Office then has VerifyWd
// working days. One plea is open at a time (ErrPlea).
func (d *Desk) Plead(ctx context.Context, by auth.Principal, ref Ref, p Petition) (Item, error) {
	if err := by.Require(Heads()...); err != nil {
		return Item{}, err
	}
	if p.Kind == Recheck {
		if err := d.deps.Hub.Settle(ctx); err != nil {
			return Item{}, fmt.Errorf("look at %s again: %w", ref.Code, err)
		}
	}
	p.Text = strings.TrimSpace(p.Text)
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) { return d.plead(tx, by, i, ref.Year, p) })
}

func (d *Desk) plead(tx *store.Tx, by auth.Principal, i *Item, year int, p Petition) (act, error) {
	if err := d.ofOwn(tx, by, i.DepartmentID); err != nil {
		return act{}, err
	}
	if err := fault.Refuse(p.wrong()); err != nil {
		return act{}, err
	}
	if err := d.mayPlead(tx, i, year, p.Kind); err != nil {
		return act{}, err
	}
	plea := Plea{ItemID: i.ID, DepartmentID: i.DepartmentID, Kind: p.Kind, State: PleaSubmitted, Text: p.Text, SubmittedOn: today(tx), SubmittedName: by.Name}
	if err := insertPlea(tx, &plea); err != nil {
		return act{}, err
	}
	for _, file := range p.Evidence {
		if _, err := d.deps.Box.Attach(tx, by, file, plea.Evidence(), FileEvidence, ""); err != nil {
			return act{}, err
		}
	}
	office, err := d.office(tx)
	if err != nil {
		return act{}, err
	}
	subject := DueOf(year, i.Code)
	_, err = d.deps.Book.Set(tx, by, schedule.Due{
		SubjectKind: subject.Kind, SubjectID: subject.ID, DepartmentID: office, Title: dueVerify, Article: articleFunds,
		TitleArgs: map[string]string{"code": i.Code}, EventOn: today(tx), TermWD: VerifyWd,
	})
	i.Plea = PleaSubmitted
	return act{by, "plea_" + string(p.Kind), p.Text}, err
}

// ofOwn returns nil when the principal acts for the department; to everybody else
// the item does not exist.
func (d *Desk) ofOwn(tx *store.Tx, by auth.Principal, id auth.DepartmentID) error {
	if by.Console() {
		return nil
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	if !dir.Covers(by.Own(), id) {
		return ErrAbsent
	}
	return nil
}

// mayPlead holds the terms of a plea.
func (d *Desk) mayPlead(tx *store.Tx, i *Item, year int, kind PleaKind) error {
	switch {
	case i.Plea != "":
		return ErrPlea
	case kind == Appeal && i.OfficeAt == nil, kind == Recheck && i.Stage == Found:
		return i.stands()
	case kind == Appeal && today(tx).After(i.AppealUntil):
		return fault.New(ErrTooLate.Kind, ErrTooLate.Code, "date", i.AppealUntil, "wd", AppealWd)
	case kind == Appeal && (i.Result == eligibility.Eligible || i.Result == eligibility.ExemptFrom):
		return ErrNoCourse
	case kind == Appeal:
		return nil
	}
	f, j, err := d.freshly(tx, i, year)
	if err != nil {
		return err
	}
	if j.Result == i.Result && slices.Equal(j.Rules, i.Rules) {
		return fault.New(ErrSame.Kind, ErrSame.Code, "result", ResultLabel(i.Result), "stage", f.Hub.Stage)
	}
	return nil
}

// freshly reads the facts of one system as they are now and holds them against
// the table of the run.
func (d *Desk) freshly(tx *store.Tx, i *Item, year int) (Facts, Judged, error) {
	run, err := runOf(tx, year)
	if err != nil {
		return Facts{}, Judged{}, err
	}
	facts, err := d.collect(tx, year, []inventory.SystemID{i.SystemID})
	if err != nil {
		return Facts{}, Judged{}, err
	}
	if len(facts) != 1 {
		return Facts{}, Judged{}, fmt.Errorf("the facts of %s: %w", i.Code, ErrAbsent)
	}
	table, err := run.Table()
	if err != nil {
		return Facts{}, Judged{}, err
	}
	return facts[0], Judge(&facts[0], &table), nil
}

// office is the body that verifies.
func (d *Desk) office(tx *store.Tx) (auth.DepartmentID, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return 0, err
	}
	for _, body := range dir.ActiveOn(today(tx)) {
		if body.Duties.Has(officeDuty) {
			return body.ID, nil
		}
	}
	return 0, fault.New(ErrNoOrgan.Kind, ErrNoOrgan.Code, "duty", fault.Label(officeDutyKey))
}

// Withdraw takes the open plea back: the head's step, while nobody has verified
// it.
func (d *Desk) Withdraw(ctx context.Context, by auth.Principal, ref Ref, reason string) (Item, error) {
	if err := by.Require(Heads()...); err != nil {
		return Item{}, err
	}
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) {
		if err := d.ofOwn(tx, by, i.DepartmentID); err != nil {
			return act{}, err
		}
		if err := fault.Refuse(needText("reason", reason, 2)); err != nil {
			return act{}, err
		}
		if i.Plea != PleaSubmitted {
			return act{}, i.stands()
		}
		p, err := openPlea(tx, i.ID)
		if err != nil {
			return act{}, err
		}
		reason := strings.TrimSpace(reason)
		if err := d.endTerm(tx, by, DueOf(ref.Year, i.Code), &p); err != nil {
			return act{}, err
		}
		i.Plea = ""
		return act{by, "plea_withdrawn", reason}, closePlea(tx, by, &p, PleaWithdrawn, reason)
	})
}

// closePlea ends a plea.
func closePlea(tx *store.Tx, by auth.Principal, p *Plea, to PleaState, text string) error {
	p.State, p.ClosedOn, p.ClosedName, p.ClosedText = to, today(tx), by.Name, text
	return updatePlea(tx, p)
}

// endTerm closes the due date of a plea and keeps how it stood.
func (d *Desk) endTerm(tx *store.Tx, by auth.Principal, of schedule.Subject, p *Plea) error {
	open, err := d.deps.Book.Of(tx, of)
	if err != nil {
		return err
	}
	for _, due := range open {
		late := int64(due.Late)
		p.DueOn, p.LateWd = due.DueOn, &late
		if due.Unknown != 0 { // the calendar of that year is not known yet
			p.LateWd = nil
		}
		if err := d.deps.Book.Close(tx, by, due.ID); err != nil && !errors.Is(err, schedule.ErrClosed) {
			return err
		}
	}
	return nil
}

// nextMonth is the first day of the month after a day: from then on holds what a
// re-check changed.
func nextMonth(day calendar.Date) calendar.Date { return day.MonthEnd().AddDays(1) }

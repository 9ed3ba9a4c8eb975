package monthly

import (
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// WaitKind is what somebody has to do with a month.
type WaitKind string

// The kinds, in the order of a month's life.
const (
	WaitFreeze  WaitKind = "freeze"  // it was counted
	WaitOpen    WaitKind = "open"    // it is frozen: let the bodies see their sheets
	WaitObject  WaitKind = "object"  // the own sheet is shown, and the term runs
	WaitAnswer  WaitKind = "answer"  // objections wait
	WaitReview  WaitKind = "review"  // all are answered and the term is over
	WaitDecide  WaitKind = "decide"  // praise and criticism wait
	WaitApprove WaitKind = "approve" // all of it is decided on
	WaitPublish WaitKind = "publish"
)

// Wait is a month that waits for a step of somebody.
type Wait struct {
	Kind  WaitKind
	Month Month
	// N is how many objections or proposals wait; of WaitObject, how many
	// objections of the own bodies the Office has not answered.
	N int64
	// Due is the last day of an objection; zero where no day is set.
	Due calendar.Date
}

// Waits lists the months that wait for a step of the principal, the newest
// first: the Office freezes, answers and reviews, the leading group decides and
// approves, departments and regions look through their own sheets until their
// term is over.
func (d *Desk) Waits(ctx context.Context, by auth.Principal) ([]Wait, error) {
	if !by.Is(append(Owners(), auth.Office, auth.Leader)...) {
		return nil, nil
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Wait, error) {
		months, err := openMonths(tx)
		if err != nil || len(months) == 0 {
			return nil, err
		}
		tallies, err := tallies(tx, by.DepartmentID)
		if err != nil {
			return nil, err
		}
		own, err := d.own(tx, by)
		if err != nil {
			return nil, err
		}
		var out []Wait
		for _, m := range months {
			more, err := d.waitsOf(tx, by, m, tallies[m.ID], own)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
		return out, nil
	})
}

// tally is what of a month is undecided. Others leaves out what concerns the
// reader's own department, about which the reader may not decide.
type tally struct {
	MonthID            MonthID
	Raised, Others     int64
	Proposed, ForOther int64
}

func (d *Desk) waitsOf(tx *store.Tx, by auth.Principal, m Month, n tally, own []auth.DepartmentID) ([]Wait, error) {
	var out []Wait
	add := func(kind WaitKind, n int64, holds bool, who ...auth.Role) {
		if holds && by.Is(who...) {
			out = append(out, Wait{Kind: kind, Month: m, N: n})
		}
	}
	switch m.State {
	case Computing:
		add(WaitFreeze, 0, true, auth.Office)
	case Frozen:
		add(WaitOpen, 0, true, auth.Office)
	case Appeal:
		due, err := d.lastAppeal(tx, m)
		if err != nil {
			return nil, err
		}
		running := !due.IsZero() && !today(tx).After(due)
		add(WaitAnswer, n.Others, n.Others > 0, auth.Office)
		add(WaitReview, 0, n.Raised == 0 && !running, auth.Office)
		if running && by.Is(Owners()...) {
			w, shown, err := d.toObject(tx, m, own, due)
			if err != nil || !shown {
				return out, err
			}
			out = append(out, w)
		}
	case Reviewed:
		add(WaitDecide, n.ForOther, n.ForOther > 0, Deciders()...)
		add(WaitApprove, 0, n.Proposed == 0, auth.Leader)
	case Approved:
		add(WaitPublish, 0, true, auth.Leader, auth.Office)
	}
	return out, nil
}

// lastAppeal is the last day on which a body may object; zero when none may.
func (d *Desk) lastAppeal(tx *store.Tx, m Month) (calendar.Date, error) {
	code, err := firstCode(tx, m.ID)
	if err != nil || code == "" {
		return calendar.Date{}, err
	}
	return d.appealDue(tx, m, code)
}

// toObject is the own sheet that may still be objected to; false when the reader
// has none in the month.
func (d *Desk) toObject(tx *store.Tx, m Month, own []auth.DepartmentID, due calendar.Date) (Wait, bool, error) {
	if has, err := hasSheet(tx, m.ID, own); err != nil || !has {
		return Wait{}, false, err
	}
	raised, err := objectionsOf(tx, m.ID, own)
	if err != nil {
		return Wait{}, false, err
	}
	raised = slices.DeleteFunc(raised, func(o Objection) bool { return o.State != ObjectionRaised })
	return Wait{Kind: WaitObject, Month: m, N: int64(len(raised)), Due: due}, true, nil
}

// Ended is a month that was counted, and when it was first published; zero while
// it was not.
type Ended struct {
	Month       Period
	PublishedOn calendar.Date
}

// EndedIn lists the months that were counted, the newest first, for rooms that
// tell whether they were scored in time. It knows no rights.
func (d *Desk) EndedIn(tx *store.Tx) ([]Ended, error) {
	all, err := allMonths(tx)
	if err != nil {
		return nil, err
	}
	var out []Ended
	for _, m := range all { // the versions of a month stand together, the newest first
		if len(out) == 0 || out[len(out)-1].Month != m.Month {
			out = append(out, Ended{Month: m.Month})
		}
		if m.PublishedAt != nil {
			out[len(out)-1].PublishedOn = calendar.DateOf(*m.PublishedAt)
		}
	}
	return out, nil
}

package sharing

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Want is what a department needs.
type Want struct {
	// Department is who needs it; 0 is the principal's own.
	Department auth.DepartmentID
	Wanted     string
	Items      string
	Guess      auth.DepartmentID // who may hold it; 0 is not known
	Purpose    string
	Business   string
	Method     string
	Frequency  string
	// Submit hands it in at once, which a head or a region may.
	Submit bool
}

func (w *Want) clean() {
	for _, text := range []*string{&w.Wanted, &w.Items, &w.Business, &w.Frequency} {
		*text = strings.TrimSpace(*text)
	}
}

func (w *Want) wrong() []fault.Field {
	out := needText("wanted", w.Wanted, 2, maxLine)
	out = append(out, needText("items_wanted", w.Items, 0, maxReason)...)
	out = append(out, needText("purpose", w.Purpose, 1, maxLine)...)
	out = append(out, known("purpose", given(w.Purpose), Purposes())...)
	out = append(out, needText("business", w.Business, 2, maxLine)...)
	out = append(out, known("method", given(w.Method), Methods())...)
	return append(out, needText("frequency", w.Frequency, 0, maxLine)...)
}

// Need writes a demand: a draft that waits for the head, or with Submit one that
// waits for the reviewers.
func (d *Desk) Need(ctx context.Context, by auth.Principal, in Want) (Demand, error) {
	if err := by.Require(askers(in.Submit)...); err != nil {
		return Demand{}, err
	}
	in.clean()
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Demand, error) {
		dept, err := d.department(tx, by, in.Department)
		if err != nil {
			return Demand{}, err
		}
		n := Demand{DepartmentID: dept, State: DemandDraft}
		if err := d.fillDemand(tx, &n, in); err != nil {
			return Demand{}, err
		}
		if err := insertDemand(tx, by, &n); err != nil {
			return Demand{}, err
		}
		err = d.submitDemandIf(tx, by, in.Submit, &n)
		return n, err
	})
}

func (d *Desk) fillDemand(tx *store.Tx, n *Demand, in Want) error {
	found := in.wrong()
	n.GuessID = nil
	if in.Guess != 0 {
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		if _, ok := dir.Find(in.Guess); !ok || in.Guess == n.DepartmentID {
			found = append(found, fault.At("guess", "sharing.err.holder"))
		}
		n.GuessID = &in.Guess
	}
	n.Wanted, n.Items, n.Purpose, n.Business, n.Method, n.Frequency = in.Wanted, in.Items, in.Purpose, in.Business, in.Method, in.Frequency
	return fault.Refuse(found)
}

// ReviseDemand rewrites a draft.
func (d *Desk) ReviseDemand(ctx context.Context, by auth.Principal, id DemandID, version int64, in Want) (Demand, error) {
	if err := by.Require(askers(in.Submit)...); err != nil {
		return Demand{}, err
	}
	in.clean()
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Demand, error) {
		old, err := d.ownDemand(tx, by, id, version)
		if err != nil {
			return Demand{}, err
		}
		n := old
		if err := d.fillDemand(tx, &n, in); err != nil {
			return Demand{}, err
		}
		if err := updateDemand(tx, act{by: by, action: "demand.revised"}, old, &n); err != nil {
			return Demand{}, err
		}
		err = d.submitDemandIf(tx, by, in.Submit, &n)
		return n, err
	})
}

// ownDemand finds a draft of the principal's own department.
func (d *Desk) ownDemand(tx *store.Tx, by auth.Principal, id DemandID, version int64) (Demand, error) {
	n, err := demandForUpdate(tx, id)
	if err != nil {
		return Demand{}, err
	}
	if err := d.ofOwn(tx, by, n.DepartmentID); err != nil {
		return Demand{}, err
	}
	return n, n.standsAt(version, DemandDraft)
}

// standsAt refuses a demand that is not as the person read it, or that has gone
// past the step.
func (d Demand) standsAt(version int64, states ...DemandState) error {
	switch {
	case !slices.Contains(states, d.State):
		return fault.New(ErrState.Kind, ErrState.Code, "state", d.State.Label())
	case d.Version != version:
		return store.ErrStale
	}
	return nil
}

// SubmitDemand hands a draft in to the reviewers: the head's or the region's
// step.
func (d *Desk) SubmitDemand(ctx context.Context, by auth.Principal, id DemandID, version int64) (Demand, error) {
	if err := by.Require(Heads()...); err != nil {
		return Demand{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Demand, error) {
		n, err := d.ownDemand(tx, by, id, version)
		if err != nil {
			return Demand{}, err
		}
		err = d.submitDemandIf(tx, by, true, &n)
		return n, err
	})
}

func (d *Desk) submitDemandIf(tx *store.Tx, by auth.Principal, wanted bool, n *Demand) error {
	if !wanted {
		return nil
	}
	old, at := *n, tx.Now()
	n.State, n.SubmittedAt, n.SubmittedName = DemandSubmitted, &at, by.Name
	return updateDemand(tx, act{by: by, action: "demand.submitted"}, old, n)
}

// Decision is what a reviewer makes of a demand: an entry that holds the data, a
// department that may hold them, or neither.
type Decision struct {
	Entry  string            // code; matched
	Holder auth.DepartmentID // asked whether it holds the data
	Unmet  bool
	Reason string
}

// holderTerm is how long a department has to say whether it holds the data, in
// working days. The document names no term; ten is that of other answers.
const holderTerm = 10

// Match decides about a demand: it is for the Office and the staffing office,
// which lead the census of resources (方案 part 2 (3)).
func (d *Desk) Match(ctx context.Context, by auth.Principal, id DemandID, version int64, in Decision) (Demand, error) {
	if err := by.Require(Matchers()...); err != nil {
		return Demand{}, err
	}
	in.Entry, in.Reason = strings.TrimSpace(in.Entry), strings.TrimSpace(in.Reason)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Demand, error) {
		old, err := demandForUpdate(tx, id)
		if err != nil {
			return Demand{}, err
		}
		if err := old.standsAt(version, DemandSubmitted, DemandAsked, DemandUnmet); err != nil {
			return Demand{}, err
		}
		n := old
		if err := d.decide(tx, &n, in); err != nil {
			return Demand{}, err
		}
		err = d.decided(tx, by, old, &n)
		return n, err
	})
}

// decide puts a decision into a demand, by the rules.
func (d *Desk) decide(tx *store.Tx, n *Demand, in Decision) error {
	found := needText("reason", in.Reason, 0, maxReason)
	n.Decision = in.Reason
	switch {
	case in.Entry != "":
		entry, err := d.entry(tx, in.Entry)
		if err != nil && !isAbsent(err) {
			return err
		}
		if err != nil {
			found = append(found, fault.At("entry", "sharing.err.entry", "code", in.Entry))
		}
		n.State, n.EntryCode, n.EntryName = DemandMatched, entry.Code, entry.Name
	case in.Unmet:
		found = needText("reason", in.Reason, leastReason, maxReason)
		n.State = DemandUnmet
	case in.Holder == 0, in.Holder == n.DepartmentID:
		found = append(found, fault.At("holder", "sharing.err.holder"))
	default:
		n.State, n.HolderID = DemandAsked, &in.Holder
	}
	return fault.Refuse(found)
}

// decided writes a decision, and starts or ends the term of the holder.
func (d *Desk) decided(tx *store.Tx, by auth.Principal, old Demand, n *Demand) error {
	at := tx.Now()
	n.DecidedAt, n.DecidedName = &at, by.Name
	if err := updateDemand(tx, act{by: by, action: "demand." + string(n.State), note: n.Decision}, old, n); err != nil {
		return err
	}
	of := DueOf(KindDemand, int64(n.ID))
	if n.State != DemandAsked {
		_, err := d.end(tx, by, of, "")
		return err
	}
	_, err := d.begin(tx, by, term{
		of: of, on: *n.HolderID, title: dueDemand, article: articleDemand, name: n.Wanted, from: today(tx), days: holderTerm,
	})
	return err
}

// Holding is what a department that was asked answers: the entry that holds the
// data, or that it does not hold them.
type Holding struct {
	Entry  string // code; empty when it does not hold the data
	Reason string
}

// AnswerDemand answers for the department that was asked: its head's or region's
// step. Without an entry the demand goes back to the reviewers.
func (d *Desk) AnswerDemand(ctx context.Context, by auth.Principal, id DemandID, version int64, in Holding) (Demand, error) {
	if err := by.Require(Heads()...); err != nil {
		return Demand{}, err
	}
	in.Entry, in.Reason = strings.TrimSpace(in.Entry), strings.TrimSpace(in.Reason)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Demand, error) {
		old, err := demandForUpdate(tx, id)
		if err != nil {
			return Demand{}, err
		}
		if old.HolderID == nil {
			return Demand{}, errAbsent
		}
		if err := d.ofOwn(tx, by, *old.HolderID); err != nil {
			return Demand{}, err
		}
		if err := old.standsAt(version, DemandAsked); err != nil {
			return Demand{}, err
		}
		n := old
		if in.Entry != "" {
			if err := d.decide(tx, &n, Decision{Entry: in.Entry, Reason: in.Reason}); err != nil {
				return Demand{}, err
			}
			err = d.decided(tx, by, old, &n)
			return n, err
		}
		if err := fault.Refuse(needText("reason", in.Reason, leastReason, maxReason)); err != nil {
			return Demand{}, err
		}
		n.State, n.HolderID, n.Decision = DemandSubmitted, nil, in.Reason
		err = d.denied(tx, by, old, &n)
		return n, err
	})
}

func (d *Desk) denied(tx *store.Tx, by auth.Principal, old Demand, n *Demand) error {
	if _, err := d.end(tx, by, DueOf(KindDemand, int64(n.ID)), ""); err != nil {
		return err
	}
	return updateDemand(tx, act{by: by, action: "demand.denied", note: n.Decision}, old, n)
}

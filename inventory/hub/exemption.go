package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// ExemptionID identifies an exemption.
type ExemptionID int64

// ExemptionKind is whether a system is let off or put off.
type ExemptionKind string

// The kinds.
const (
	ExemptKind ExemptionKind = "exempt" // 免予接入
	DeferKind  ExemptionKind = "defer"  // 暂缓接入
)

// ExemptionKinds lists the kinds in the order in which pages show them.
func ExemptionKinds() []ExemptionKind { return []ExemptionKind{DeferKind, ExemptKind} }

// Label is the message key of the kind's name.
func (k ExemptionKind) Label() fault.Label { return fault.Label("hub.exemption.kind." + string(k)) }

// Grounds lists why a system may be let off: its reason says the rest.
func Grounds() []string { return []string{"line", "rebuild", "vertical", "isolated", "other"} }

// ExemptionState is where an exemption stands.
type ExemptionState string

// The states.
const (
	Asked     ExemptionState = "asked"
	Approved  ExemptionState = "approved"
	Refused   ExemptionState = "refused"
	Ended     ExemptionState = "ended" // by the Office, before its last day
	TakenBack ExemptionState = "withdrawn"
)

// ExemptionStates lists the states in the order in which pages show them.
func ExemptionStates() []ExemptionState {
	return []ExemptionState{Asked, Approved, Refused, Ended, TakenBack}
}

// Label is the message key of the state's name.
func (s ExemptionState) Label() fault.Label { return fault.Label("hub.exemption.state." + string(s)) }

// Exemption lets a system off, or puts it off, until a day. It stands beside the
// rate that it changes.
type Exemption struct {
	ID             ExemptionID
	SystemID       inventory.SystemID
	OwnerID        auth.DepartmentID
	Kind           ExemptionKind
	Ground         string
	Reason         string
	Until          calendar.Date
	State          ExemptionState
	AskedAt        time.Time
	AskedBy        auth.AccountID
	AskedName      string
	DecidedAt      *time.Time
	DecidedBy      auth.AccountID
	DecidedName    string
	DecisionReason string
	EndedOn        calendar.Date
	EndedName      string
	EndedReason    string
	Version        int64
}

// TableName is the table of exemptions.
func (Exemption) TableName() string { return "hub_exemptions" }

// InForce tells whether the exemption lets its system off on a day.
func (e *Exemption) InForce(today calendar.Date) bool {
	return e.State == Approved && !e.Until.Before(today)
}

// Deciders approve exemptions: the Office, and the leading group (DOMAIN §1.3).
func Deciders() []auth.Role { return []auth.Role{auth.Office, auth.Leader} }

// Askers may ask for one: the head of a department, and a region.
func Askers() []auth.Role { return []auth.Role{auth.Head, auth.Region} }

// Plea is what is asked for.
type Plea struct {
	System string // code
	Kind   ExemptionKind
	Ground string
	Reason string
	Until  calendar.Date
}

// check holds the terms: a reason, and an end that is not too far (V20).
func (a Plea) check(p *Policy, today calendar.Date) error {
	var wrong []fault.Field
	if !slices.Contains(ExemptionKinds(), a.Kind) {
		wrong = append(wrong, fault.At("kind", "err.choice", "field", fault.Label("hub.field.kind")))
	}
	if !slices.Contains(Grounds(), a.Ground) {
		wrong = append(wrong, fault.At("ground", "err.choice", "field", fault.Label("hub.field.ground")))
	}
	switch n := len([]rune(strings.TrimSpace(a.Reason))); {
	case n < 10:
		wrong = append(wrong, fault.At("reason", "hub.err.exempt_reason"))
	case n > mostReason:
		wrong = append(wrong, fault.At("reason", "err.too_long", "field", fault.Label("hub.field.reason"), "max", mostReason))
	}
	months := p.DeferMonths
	if a.Kind == ExemptKind {
		months = p.ExemptMonths
	}
	last := calendar.NewDate(today.Year(), today.Month()+time.Month(months), today.Day())
	if a.Until.IsZero() || a.Until.Before(today) || a.Until.After(last) {
		wrong = append(wrong, fault.At("until", "hub.err.until", "first", today, "last", last, "months", months))
	}
	return fault.Refuse(wrong)
}

// Ask asks the Office to let a system off. What is asked changes nothing before
// it is approved; one system has one exemption that is asked for or in force.
func (h *Hub) Ask(ctx context.Context, by auth.Principal, a Plea) (Exemption, error) {
	if err := by.Require(Askers()...); err != nil {
		return Exemption{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return Exemption{}, err
	}
	var out Exemption
	err := h.db.Write(ctx, func(tx *store.Tx) error {
		mine, err := h.within(tx, by.Own())
		if by.Console() {
			mine = nil
		}
		if err != nil {
			return err
		}
		s, err := systemByCode(tx, a.System, mine)
		if err != nil {
			return err
		}
		p, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		today := calendar.DateOf(tx.Now())
		if err := a.check(&p, today); err != nil {
			return err
		}
		if out, err = h.ask(tx, by, &s, a); err != nil {
			return err
		}
		return recordExemption(tx, by, "hub.exemption_asked", &s, nil, &out, out.Reason)
	})
	if err != nil {
		return Exemption{}, fmt.Errorf("ask for an exemption of %s: %w", a.System, err)
	}
	return out, nil
}

// ask ends what has run out, and adds the new one.
func (h *Hub) ask(tx *store.Tx, by auth.Principal, s *inventory.System, a Plea) (Exemption, error) {
	c, err := connectionOf(tx, s.ID)
	if err != nil {
		return Exemption{}, err
	}
	if !c.Must {
		return Exemption{}, fault.New(fault.Conflict, "hub.err.not_must")
	}
	if err := closeLapsed(tx, s.ID, calendar.DateOf(tx.Now())); err != nil {
		return Exemption{}, err
	}
	e := Exemption{
		SystemID: s.ID, OwnerID: s.OwnerID, Kind: a.Kind, Ground: a.Ground, Reason: strings.TrimSpace(a.Reason), Until: a.Until, State: Asked,
		AskedAt: tx.Now(), AskedBy: by.AccountID, AskedName: by.Name, Version: 1,
	}
	return e, insertExemption(tx, &e)
}

// recordExemption writes to the operation log what became of an exemption.
func recordExemption(tx *store.Tx, by auth.Principal, action string, s *inventory.System, before, after *Exemption, reason string) error {
	e := oplog.Entry{Action: action, Kind: "hub_exemption", ID: fmt.Sprint(after.ID), Name: s.Code + " " + s.Name, Department: s.OwnerID, After: after.facts(), Reason: reason}
	if before != nil {
		e.Before = before.facts()
	}
	return oplog.Record(tx, by, e)
}

type exemptionFacts struct {
	System inventory.SystemID `json:"system"`
	Kind   ExemptionKind      `json:"kind"`
	Ground string             `json:"ground"`
	Reason string             `json:"reason"`
	Until  calendar.Date      `json:"until"`
	State  ExemptionState     `json:"state"`
}

func (e *Exemption) facts() exemptionFacts {
	return exemptionFacts{e.SystemID, e.Kind, e.Ground, e.Reason, e.Until, e.State}
}

// Decision is what becomes of an exemption that was asked for.
type Decision struct {
	Approve bool
	Until   calendar.Date // zero takes what was asked for
	Reason  string        // required where it is refused
}

// Decide approves or refuses an exemption; nobody decides on what the own
// department asked for. Approval takes the system off the list at once.
func (h *Hub) Decide(ctx context.Context, by auth.Principal, id ExemptionID, version int64, d Decision) (Exemption, error) {
	if err := by.Require(Deciders()...); err != nil {
		return Exemption{}, err
	}
	return h.changeExemption(ctx, by, id, version, "hub.exemption_decided", d.Reason, func(tx *store.Tx, e *Exemption) error {
		if e.State != Asked {
			return ErrNotOpen
		}
		if by.DepartmentID != 0 && by.DepartmentID == e.OwnerID {
			return inventory.ErrOwnReview
		}
		now := tx.Now()
		e.DecidedAt, e.DecidedBy, e.DecidedName, e.DecisionReason = &now, by.AccountID, by.Name, strings.TrimSpace(d.Reason)
		if !d.Approve {
			e.State = Refused
			if e.DecisionReason == "" {
				return fault.Refuse([]fault.Field{fault.At("reason", "hub.err.reason")})
			}
			return nil
		}
		e.State = Approved
		if !d.Until.IsZero() {
			e.Until = d.Until
		}
		p, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		return Plea{Kind: e.Kind, Ground: e.Ground, Reason: e.Reason, Until: e.Until}.check(&p, calendar.DateOf(now))
	})
}

// End takes an exemption away before its last day, with a reason: its system
// must be connected again.
func (h *Hub) End(ctx context.Context, by auth.Principal, id ExemptionID, version int64, reason string) (Exemption, error) {
	if err := by.Require(Deciders()...); err != nil {
		return Exemption{}, err
	}
	return h.changeExemption(ctx, by, id, version, "hub.exemption_ended", reason, func(tx *store.Tx, e *Exemption) error {
		if e.State != Approved {
			return ErrNotOpen
		}
		if strings.TrimSpace(reason) == "" {
			return fault.Refuse([]fault.Field{fault.At("reason", "hub.err.reason")})
		}
		e.State, e.EndedOn, e.EndedName, e.EndedReason = Ended, calendar.DateOf(tx.Now()), by.Name, strings.TrimSpace(reason)
		return nil
	})
}

// TakeBack withdraws what was asked for and not yet decided.
func (h *Hub) TakeBack(ctx context.Context, by auth.Principal, id ExemptionID, version int64) (Exemption, error) {
	if err := by.Require(Askers()...); err != nil {
		return Exemption{}, err
	}
	return h.changeExemption(ctx, by, id, version, "hub.exemption_withdrawn", "", func(tx *store.Tx, e *Exemption) error {
		covered, err := h.covers(tx, by, e.OwnerID)
		switch {
		case err != nil:
			return err
		case !covered:
			return fault.New(fault.NotFound, "err.not_found")
		case e.State != Asked:
			return ErrNotOpen
		}
		e.State = TakenBack
		return nil
	})
}

// changeExemption changes one and works its connection out.
func (h *Hub) changeExemption(ctx context.Context, by auth.Principal, id ExemptionID, version int64, action, reason string, do func(*store.Tx, *Exemption) error) (Exemption, error) {
	var out Exemption
	err := h.db.Write(ctx, func(tx *store.Tx) error {
		seen, err := h.within(tx, by.View())
		if err != nil {
			return err
		}
		old, err := exemptionByID(tx, id, seen)
		if err != nil {
			return err
		}
		out = old
		if err := do(tx, &out); err != nil {
			return err
		}
		out.Version = old.Version + 1
		if err := tx.UpdateVersion(&out, int64(id), version); err != nil {
			return err
		}
		s, err := systemByID(tx, out.SystemID)
		if err != nil {
			return err
		}
		if err := recordExemption(tx, by, action, &s, &old, &out, reason); err != nil {
			return err
		}
		return h.settleIn(tx, []inventory.SystemID{out.SystemID})
	})
	if err != nil {
		return Exemption{}, fmt.Errorf("exemption %d: %w", id, err)
	}
	return out, nil
}

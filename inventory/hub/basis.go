package hub

import (
	"slices"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
)

// Basis is why a system must be connected, or why it need not.
type Basis string

// Why a system must be connected.
const (
	OnList   Basis = "list"    // its department put it on the list (方案 part 2 (1))
	ByCensus Basis = "census"  // the census certified that it must
	ByRule   Basis = "rule"    // nothing says that it need not (办法 art. 4)
	Claimed  Basis = "claimed" // its department says that it need not, and nobody approved
	Lapsed   Basis = "lapsed"  // what let it off is over
)

// Why a system need not be connected.
const (
	Closed    Basis = "closed"    // merged or retired
	NotInUse  Basis = "not_used"  // planned, being built, or switched off
	Secret    Basis = "secret"    // classified (办法 art. 9)
	Cleaning  Basis = "cleaning"  // to be cleaned up (V22)
	Merging   Basis = "merging"   // to go into another system (V22)
	Certified Basis = "certified" // the census certified what its department says of being exempt
	Exempted  Basis = "exempt"    // the Office approved
	Deferred  Basis = "defer"     // the Office approved for a while
)

// Bases lists all of them, those that must be connected first.
func Bases() []Basis {
	return []Basis{OnList, ByCensus, ByRule, Claimed, Lapsed, Secret, Certified, Exempted, Deferred, Cleaning, Merging, NotInUse, Closed}
}

// Must tells whether a system with the basis must be connected.
func (b Basis) Must() bool {
	return slices.Contains([]Basis{OnList, ByCensus, ByRule, Claimed, Lapsed}, b)
}

// Exempt tells the bases that let a system off which runs on: they stand beside
// the rate that they change.
func (b Basis) Exempt() bool {
	return slices.Contains([]Basis{Secret, Certified, Exempted, Deferred}, b)
}

// Valid tells whether b is a known basis.
func (b Basis) Valid() bool { return slices.Contains(Bases(), b) }

// Label is the message key of the basis's name.
func (b Basis) Label() fault.Label { return fault.Label("hub.basis." + string(b)) }

// Verdict is whether a system must be connected, and why.
type Verdict struct {
	Basis Basis
	// Until is the last day of what lets it off, or of what did; zero is without
	// an end.
	Until calendar.Date
}

// Judge works out whether a system must be connected on a day. granted is its
// approved exemption, nil without one. What is final goes before what is
// proposed, and nothing that a department says of itself lets it off before the
// census has locked the record (方案 part 2 (8); V20, V22).
func Judge(s *inventory.System, granted *Exemption, today calendar.Date) Verdict {
	disposition := s.Final
	if disposition == "" {
		disposition = s.Proposed
	}
	switch {
	case s.State.Closed():
		return Verdict{Basis: Closed}
	case s.Phase == inventory.PhasePlanned, s.Phase == inventory.PhaseBuilding, s.Phase == inventory.PhaseStopped, s.Phase == inventory.PhaseOffline:
		return Verdict{Basis: NotInUse}
	case s.Classified:
		return Verdict{Basis: Secret}
	case disposition == inventory.Clean:
		return Verdict{Basis: Cleaning}
	case disposition == inventory.Merge:
		return Verdict{Basis: Merging}
	case granted != nil:
		return judgeGranted(granted, today)
	case s.MustConnect != nil && !*s.MustConnect:
		return judgeDeclared(s, today)
	case s.State.Locked():
		return Verdict{Basis: ByCensus}
	case s.MustConnect != nil:
		return Verdict{Basis: OnList}
	}
	return Verdict{Basis: ByRule}
}

func judgeGranted(e *Exemption, today calendar.Date) Verdict {
	switch {
	case e.Until.Before(today):
		return Verdict{Lapsed, e.Until}
	case e.Kind == DeferKind:
		return Verdict{Deferred, e.Until}
	}
	return Verdict{Exempted, e.Until}
}

// judgeDeclared is about a system of which its department says that it need not
// be connected.
func judgeDeclared(s *inventory.System, today calendar.Date) Verdict {
	switch {
	case !s.State.Locked():
		return Verdict{Basis: Claimed, Until: s.DeferUntil}
	case s.ExemptReason == inventory.ExemptDeferred && s.DeferUntil.Before(today):
		return Verdict{Lapsed, s.DeferUntil}
	}
	return Verdict{Certified, s.DeferUntil}
}

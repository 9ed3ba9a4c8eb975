package cleanup

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
)

// State is where a case stands.
type State string

// The states (DOMAIN §3.12).
const (
	Suspected         State = "suspected"
	Notified          State = "notified"
	Admitted          State = "admitted"
	Contested         State = "contested"
	Confirmed         State = "confirmed"
	Planned           State = "planned"            // the plan waits for the Office
	Cleaning          State = "cleaning"           // the plan is approved
	EvidenceSubmitted State = "evidence_submitted" // the proof waits for the centre
	Cleaned           State = "cleaned"
	Dismissed         State = "dismissed"
	ClosedItself      State = "closed_itself" // use resumed before anybody confirmed it
	Exempt            State = "exempt"
	Reopened          State = "reopened" // used again after it was cleaned up
)

var states = []State{
	Suspected, Notified, Admitted, Contested, Confirmed, Planned, Cleaning, EvidenceSubmitted, Cleaned, Dismissed, ClosedItself, Exempt, Reopened,
}

// States lists the states in the order of a case's life.
func States() []State { return slices.Clone(states) }

// Valid tells whether s is a known state.
func (s State) Valid() bool { return slices.Contains(states, s) }

// Label is the message key of the state's name.
func (s State) Label() fault.Label { return fault.Label("cleanup.state." + string(s)) }

// unconfirmed are the states in which a suspicion is only that.
var unconfirmed = []State{Suspected, Notified, Admitted, Contested}

// closed are the states in which nobody has anything to do.
var closed = []State{Cleaned, Dismissed, ClosedItself, Exempt}

// Unconfirmed tells whether nobody has decided about the case yet.
func (s State) Unconfirmed() bool { return slices.Contains(unconfirmed, s) }

// OpenStates are those in which nobody has decided about a case.
func OpenStates() []State { return slices.Clone(unconfirmed) }

// OwedStates are those in which a clean-up is owed or waits to be accepted.
func OwedStates() []State { return []State{Confirmed, Planned, Cleaning, EvidenceSubmitted, Reopened} }

// Closed tells whether nobody has anything to do with the case now.
func (s State) Closed() bool { return slices.Contains(closed, s) }

// Underway tells whether the clean-up is owed: confirmed, and not handed in.
func (s State) Underway() bool {
	return slices.Contains([]State{Confirmed, Planned, Cleaning, Reopened}, s)
}

// Move is a step that a person takes with a case.
type Move string

// The moves.
const (
	Notify         Move = "notify"
	Admit          Move = "admit"
	Contest        Move = "contest"
	Confirm        Move = "confirm"
	Dismiss        Move = "dismiss"
	HandInPlan     Move = "plan"
	ApprovePlan    Move = "approve_plan"
	ReturnPlan     Move = "return_plan"
	SubmitEvidence Move = "submit"
	Accept         Move = "accept"
	ReturnEvidence Move = "return"
	MakeExempt     Move = "exempt"
)

// Way is a line of the table of moves: from which states a move leads where, and
// whose it is.
type Way struct {
	Move  Move
	From  []State
	To    State
	Roles []auth.Role
	// Own moves are of the department whose system it is; the others are of
	// people who do not belong to it.
	Own bool
	// Reasoned moves must say why.
	Reasoned bool
}

// Ways is the table of moves (DOMAIN §1.3: the department answers and cleans up,
// the Office decides, the centre looks at what was done).
func Ways() []Way {
	office, review, own := []auth.Role{auth.Office}, []auth.Role{auth.Centre, auth.Office}, answerers()
	return []Way{
		{Notify, []State{Suspected}, Notified, office, false, false},
		{Admit, []State{Suspected, Notified}, Admitted, own, true, false},
		{Contest, []State{Suspected, Notified}, Contested, own, true, true},
		{Confirm, []State{Notified, Admitted, Contested}, Confirmed, deciders(), false, true},
		{Dismiss, unconfirmed, Dismissed, deciders(), false, true},
		{HandInPlan, []State{Confirmed, Planned}, Planned, own, true, false},
		{ApprovePlan, []State{Planned}, Cleaning, office, false, false},
		{ReturnPlan, []State{Planned}, Confirmed, review, false, true},
		{SubmitEvidence, []State{Cleaning, Reopened}, EvidenceSubmitted, own, true, false},
		{Accept, []State{EvidenceSubmitted}, Cleaned, review, false, false},
		{ReturnEvidence, []State{EvidenceSubmitted}, Cleaning, review, false, true},
		{MakeExempt, append(slices.Clone(unconfirmed), Confirmed, Planned, Cleaning), Exempt, office, false, true},
	}
}

// wayOf finds the line of a move.
func wayOf(m Move) (Way, bool) {
	all := Ways()
	i := slices.IndexFunc(all, func(w Way) bool { return w.Move == m })
	if i < 0 {
		return Way{}, false
	}
	return all[i], true
}

// preparers write what the head then answers (DOMAIN: C own), answerers answer
// for the department.
func preparers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }
func answerers() []auth.Role { return []auth.Role{auth.Head, auth.Region} }

// deciders decide about suspicions. The leading group does so for the systems of
// those who otherwise decide.
func deciders() []auth.Role { return []auth.Role{auth.Office, auth.Leader} }

// Viewers see cases: departments their own, regions those below them, the others
// all. The administrator of the service sees none (DOMAIN §1.3).
func Viewers() []auth.Role {
	return slices.DeleteFunc(auth.AllRoles(), func(r auth.Role) bool {
		return slices.Contains([]auth.Role{auth.Standards, auth.Police, auth.Network, auth.Probe, auth.Admin}, r)
	})
}

// overseers see the cases of all departments.
func overseers() []auth.Role {
	return slices.DeleteFunc(Viewers(), func(r auth.Role) bool { return slices.Contains(preparers(), r) })
}

// scopeOf says whose cases somebody sees.
func scopeOf(by auth.Principal) auth.Scope {
	if by.Is(overseers()...) {
		return auth.Scope{All: true}
	}
	return by.Own()
}

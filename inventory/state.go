package inventory

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
)

// State is where a system's record stands between the department and the
// census (DOMAIN: draft → declared → verified → certified → in service → merged
// or retired).
type State string

// The states.
const (
	Draft     State = "draft"
	Declared  State = "declared"
	Returned  State = "returned"
	Verified  State = "verified"
	Certified State = "certified"
	InService State = "in_service"
	Merging   State = "merging"
	Merged    State = "merged"
	Retiring  State = "retiring"
	Retired   State = "retired"
)

var states = []State{Draft, Declared, Returned, Verified, Certified, InService, Merging, Merged, Retiring, Retired}

// States lists the states in the order of a record's life.
func States() []State { return slices.Clone(states) }

// Valid tells whether s is a known state.
func (s State) Valid() bool { return slices.Contains(states, s) }

func stateNames() []string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = string(s)
	}
	return names
}

// Editable tells whether the department may change the record as it stands.
// A certified record changes only by a change request with review.
func (s State) Editable() bool {
	return slices.Contains([]State{Draft, Declared, Returned, Verified}, s)
}

// Locked tells whether the record changes only by a change request: the census
// has locked it and its life in the register goes on.
func (s State) Locked() bool { return !s.Editable() && !s.Closed() }

// Closed tells whether the system's life in the register has ended.
func (s State) Closed() bool { return s == Merged || s == Retired }

// Move is a step from one state to another.
type Move string

// The moves.
const (
	Declare       Move = "declare"
	Return        Move = "return"
	Verify        Move = "verify"
	Certify       Move = "certify"
	PutInService  Move = "put_in_service"
	StartMerging  Move = "start_merging"
	FinishMerging Move = "finish_merging"
	StartRetiring Move = "start_retiring"
	Retire        Move = "retire"
)

// Step is a line of the table of moves.
type Step struct {
	Move Move
	From []State
	To   State
	// Roles may take the step: those in the department's own scope act for
	// their department only.
	Roles []auth.Role
	// Reasoned steps must say why.
	Reasoned bool
}

var steps = []Step{
	{Declare, []State{Draft, Returned}, Declared, []auth.Role{auth.Head, auth.Region}, false},
	{Return, []State{Declared, Verified}, Returned, []auth.Role{auth.Centre, auth.Office}, true},
	{Verify, []State{Declared}, Verified, []auth.Role{auth.Centre, auth.Office}, false},
	{Certify, []State{Verified}, Certified, []auth.Role{auth.Office}, true},
	{PutInService, []State{Certified}, InService, []auth.Role{auth.Office}, false},
	{StartMerging, []State{Certified, InService}, Merging, []auth.Role{auth.Office}, true},
	{FinishMerging, []State{Merging}, Merged, []auth.Role{auth.Office}, true},
	{StartRetiring, []State{Verified, Certified, InService}, Retiring, []auth.Role{auth.Office}, true},
	{Retire, []State{Retiring}, Retired, []auth.Role{auth.Office}, true},
}

// Steps is the whole table of moves, for pages that explain it and for tests.
func Steps() []Step { return slices.Clone(steps) }

func findStep(m Move) (Step, bool) {
	for _, s := range steps {
		if s.Move == m {
			return s, true
		}
	}
	return Step{}, false
}

// Label is the message key of the state's name.
func (s State) Label() fault.Label { return fault.Label("opt.state." + string(s)) }

package zombie

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory/zombie/detect"
)

// PolicyState says how a version of the policy stands.
type PolicyState string

// The states of a policy.
const (
	Draft   PolicyState = "draft"
	InForce PolicyState = "in_force"
	Dropped PolicyState = "dropped" // a draft that was given up
)

// Policy is one version of the numbers.
type Policy struct {
	Version int64
	Name    string
	State   PolicyState
	// AppliesFrom is the first day for which it holds; no date is from the
	// beginning, or not yet.
	AppliesFrom calendar.Date
	Numbers     Numbers
	Reason      string
	MadeBy      auth.AccountID
	MadeName    string
	MadeAt      time.Time
	DecidedBy   auth.AccountID
	DecidedName string
	DecidedAt   time.Time
	// DecidedReason says why it was put in force or given up.
	DecidedReason string
	Revision      int64 // counts the changes of a draft
}

// Numbers are all numbers of a policy.
type Numbers struct {
	detect.Policy
	// FleetShare and VolumeShare of what is usual: with fewer systems or less
	// volume a day is incomplete for all. FleetLeast is how many systems must be
	// usual for that.
	FleetShare, VolumeShare float64
	FleetLeast              int
	// MassShare is the share of the fleet that a run may newly suspect, and
	// MassLeast how many systems it always may.
	MassShare float64
	MassLeast int
	// AnswerDays is how many working days a department has to answer.
	AnswerDays int
}

// DefaultNumbers are those of a programme that nobody has tuned.
func DefaultNumbers() Numbers {
	return Numbers{
		Policy: detect.DefaultPolicy(), FleetShare: 0.90, VolumeShare: 0.60, FleetLeast: 20, MassShare: 0.10, MassLeast: 20, AnswerDays: 5,
	}
}

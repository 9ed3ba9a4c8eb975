package survey

import "qingce/internal/fault"

// Standing is where a form stands in one word, finer than its state.
type Standing string

// The standings, in the order in which a form goes through them.
const (
	NotOpened         Standing = "not_opened" // nobody of the body has looked at it
	Opened            Standing = "opened"
	Begun             Standing = "begun"
	Ready             Standing = "ready" // the head has to confirm it
	StandingSubmitted Standing = "submitted"
	StandingReturned  Standing = "returned"
	StandingAccepted  Standing = "accepted"
	StandingLocked    Standing = "locked"
)

// Standings lists the standings in order.
func Standings() []Standing {
	return []Standing{NotOpened, Opened, Begun, Ready, StandingSubmitted, StandingReturned, StandingAccepted, StandingLocked}
}

// Label is the message key of the standing's name.
func (s Standing) Label() fault.Label { return fault.Label("st." + string(s)) }

// Standing tells where the form stands. A form that was returned stays returned
// until it is handed in again, also while its head has it.
func (f *Form) Standing() Standing {
	switch {
	case f.State != FormDraft:
		return Standing(f.State)
	case f.ReadyAt != nil:
		return Ready
	case f.BegunAt != nil:
		return Begun
	case f.OpenedAt != nil:
		return Opened
	}
	return NotOpened
}

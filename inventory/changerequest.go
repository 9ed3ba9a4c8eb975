package inventory

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
)

// ChangeID identifies a change request.
type ChangeID int64

// String writes the id as addresses have it.
func (id ChangeID) String() string { return strconv.FormatInt(int64(id), 10) }

// ChangeState is where a change request stands.
type ChangeState string

// The states: a clerk's draft waits for the head, what was submitted waits for
// the Office, and the others are the end.
const (
	ChangeDraft     ChangeState = "draft"
	ChangeSubmitted ChangeState = "submitted"
	ChangeApproved  ChangeState = "approved"
	ChangeRejected  ChangeState = "rejected"
	ChangeWithdrawn ChangeState = "withdrawn"
)

// openStates are those of a request that is still to be decided.
var openStates = []ChangeState{ChangeDraft, ChangeSubmitted}

// ChangeStates lists the states in the order of a request's life.
func ChangeStates() []ChangeState {
	return []ChangeState{ChangeDraft, ChangeSubmitted, ChangeApproved, ChangeRejected, ChangeWithdrawn}
}

// Valid tells whether s is a known state.
func (s ChangeState) Valid() bool { return slices.Contains(ChangeStates(), s) }

// Open tells whether the request is still to be decided.
func (s ChangeState) Open() bool { return slices.Contains(openStates, s) }

// Label is the message key of the state's name.
func (s ChangeState) Label() fault.Label { return fault.Label("change.state." + string(s)) }

// Advice is what the centre recommends to the Office; empty is nothing yet.
type Advice string

// The recommendations.
const (
	AdviseApproval  Advice = "approve"
	AdviseRejection Advice = "reject"
)

// Valid tells whether a is a recommendation.
func (a Advice) Valid() bool { return a == AdviseApproval || a == AdviseRejection }

// ChangeRequest asks for other values in a record that the census has locked,
// with the reason (DOMAIN: a certified record changes only by a change request
// with reason). At most one request of a record is open at a time.
type ChangeRequest struct {
	ID       ChangeID
	SystemID SystemID
	// DepartmentID is whose record it is; it follows the record.
	DepartmentID DepartmentID
	State        ChangeState
	// BaseVersion is the version of the record that the request was written
	// from: Old of the changes is what stood there.
	BaseVersion int64
	Changes     []field.Change `gorm:"serializer:json"`
	Reason      string
	Advice      Advice
	// DecisionReason is what the Office said; a rejection always has one.
	DecisionReason string
	// AppliedVersion is the version of the record with the approved values.
	AppliedVersion int64
	CreatedAt      time.Time
	CreatedBy      auth.AccountID
	CreatedName    string
	SubmittedAt    *time.Time
	SubmittedName  string
	ClosedAt       *time.Time // approved, rejected or withdrawn
	ClosedName     string
	UpdatedAt      time.Time
	UpdatedBy      auth.AccountID
	Version        int64
}

// TableName is the table of requests.
func (ChangeRequest) TableName() string { return "change_requests" }

// Address is the page of the request, which versions of the record keep as
// their origin.
func (c ChangeRequest) Address() string { return "/changes/" + c.ID.String() }

// ChangeStep is one thing that was done with a request.
type ChangeStep struct {
	RequestID  ChangeID
	Number     int64
	At         time.Time
	AccountID  auth.AccountID
	Name       string
	Department string
	Action     string // message key change.step.<action>
	Note       string
}

// TableName is the table of steps.
func (ChangeStep) TableName() string { return "change_steps" }

// ProposedValue is a field of a request beside what the record says by now.
type ProposedValue struct {
	field.Change
	Present string
}

// Overtaken tells that somebody changed the field since the request was
// written, to something else than it asks for.
func (v ProposedValue) Overtaken() bool { return v.Present != v.Old && v.Present != v.New }

// proposed sets what the request asks for beside the record as it stands.
func (c ChangeRequest) proposed(now *System) []ProposedValue {
	out := make([]ProposedValue, 0, len(c.Changes))
	for _, change := range c.Changes {
		if f, ok := SystemFields.Find(change.Key); ok {
			out = append(out, ProposedValue{change, f.Get(now)})
		}
	}
	return out
}

// applied is the record as it would become.
func (c ChangeRequest) applied(now System) System {
	for _, change := range c.Changes {
		if f, ok := SystemFields.Find(change.Key); ok && requestable(f) {
			f.Set(&now, change.New)
		}
	}
	return now
}

// requestable tells whether a request may ask for another value: whatever the
// department declares, but not whose the record is, which is the Office's act.
func requestable(f *field.Field[System]) bool { return !f.Given && f.Key != "owner_id" }

// RequestableFields lists the keys that a change request may ask to change.
func RequestableFields() []string {
	var out []string
	for i := range SystemFields.All() {
		if f := &SystemFields.All()[i]; requestable(f) {
			out = append(out, f.Key)
		}
	}
	return out
}

// Errors of change requests that callers test for.
var (
	ErrNotLocked     = fault.New(fault.Conflict, "inventory.err.not_locked")
	ErrChangeOpen    = fault.New(fault.Conflict, "inventory.err.change_open")
	ErrChangeState   = fault.New(fault.Conflict, "inventory.err.change_state")
	ErrOvertaken     = fault.New(fault.Conflict, "inventory.err.change_overtaken")
	ErrChangeNothing = fault.New(fault.Invalid, "inventory.err.change_nothing")
)

package sharing

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory/catalog"
)

// RequestID identifies a request.
type RequestID int64

// String writes the id as addresses have it.
func (id RequestID) String() string { return strconv.FormatInt(int64(id), 10) }

// RequestState is where a request stands.
type RequestState string

// The states. A draft waits for the head of the user; submitted and overdue wait
// for the provider; refused and partial for the user, who goes to the Office or
// lets it rest; escalated and coordinating for the Office; the others are the
// end.
const (
	RequestDraft        RequestState = "draft"
	RequestSubmitted    RequestState = "submitted"
	RequestOverdue      RequestState = "overdue" // the provider was silent (办法 art. 10)
	RequestGranted      RequestState = "granted"
	RequestPartial      RequestState = "partial"
	RequestRefused      RequestState = "refused"
	RequestEscalated    RequestState = "escalated"
	RequestCoordinating RequestState = "coordinating"
	RequestSettled      RequestState = "settled"
	RequestClosed       RequestState = "closed"
	RequestWithdrawn    RequestState = "withdrawn"
)

// RequestStates lists the states in the order of a request's life.
func RequestStates() []RequestState {
	return []RequestState{
		RequestDraft, RequestSubmitted, RequestOverdue, RequestGranted, RequestPartial, RequestRefused,
		RequestEscalated, RequestCoordinating, RequestSettled, RequestClosed, RequestWithdrawn,
	}
}

// Valid tells whether s is a known state.
func (s RequestState) Valid() bool { return slices.Contains(RequestStates(), s) }

// Label is the message key of the state's name.
func (s RequestState) Label() fault.Label { return fault.Label("sharing.request." + string(s)) }

// requestMoves are the steps from each state; every other one is refused.
func requestMoves() map[RequestState][]RequestState {
	return map[RequestState][]RequestState{
		RequestDraft:        {RequestSubmitted, RequestEscalated, RequestWithdrawn},
		RequestSubmitted:    {RequestOverdue, RequestGranted, RequestPartial, RequestRefused, RequestEscalated, RequestWithdrawn},
		RequestOverdue:      {RequestGranted, RequestPartial, RequestRefused, RequestEscalated, RequestWithdrawn},
		RequestPartial:      {RequestEscalated, RequestClosed},
		RequestRefused:      {RequestEscalated, RequestClosed},
		RequestEscalated:    {RequestCoordinating, RequestSettled, RequestWithdrawn},
		RequestCoordinating: {RequestSettled, RequestWithdrawn},
	}
}

// May tells whether the state may be followed by another.
func (s RequestState) May(next RequestState) bool { return slices.Contains(requestMoves()[s], next) }

// Turn is who has to do the next thing.
func (s RequestState) Turn() Turn {
	switch s {
	case RequestDraft:
		return TurnHead
	case RequestSubmitted, RequestOverdue:
		return TurnProvider
	case RequestPartial, RequestRefused:
		return TurnUser
	case RequestEscalated, RequestCoordinating:
		return TurnOffice
	}
	return TurnNobody
}

// Request asks a provider for the data of an entry (办法 art. 10).
type Request struct {
	ID         RequestID
	UserID     auth.DepartmentID // who asks
	ProviderID auth.DepartmentID
	EntryCode  string
	EntryName  string
	// ShareType is that of the entry when it was asked for: what is not shared
	// can only be put to the Office (V11).
	ShareType   catalog.ShareType
	Items       []string `gorm:"serializer:json"` // names of the items; none is all
	Purposes    field.List
	PurposeNote string
	DutyBasis   string // the duty for which the data are needed
	ScopeWanted string
	Method      string
	Frequency   string
	ValidUntil  calendar.Date // until when the data are needed; zero without end
	State       RequestState

	SubmittedAt   *time.Time
	SubmittedName string
	OverdueAt     *time.Time

	Reply        string
	ReplyReasons field.List
	ReplyText    string
	// ReplyDueOn and ReplyLateWd are how the provider's term stood when it ended,
	// by an answer or by the way to the Office.
	ReplyDueOn  calendar.Date
	ReplyLateWd *int64
	RepliedAt   *time.Time
	RepliedName string

	EscalationText string
	EscalatedAt    *time.Time
	EscalatedName  string
	MeetingOn      calendar.Date
	MeetingNote    string
	Outcome        string
	OutcomeText    string
	SettleDueOn    calendar.Date
	SettleLateWd   *int64
	SettledAt      *time.Time
	SettledName    string

	ClosedAt    *time.Time
	CreatedAt   time.Time
	CreatedBy   auth.AccountID
	CreatedName string
	UpdatedAt   time.Time
	UpdatedBy   auth.AccountID
	Version     int64
}

// TableName is the table of requests.
func (Request) TableName() string { return "sharing_requests" }

// Address is the page of the request.
func (r Request) Address() string { return "/sharing/requests/" + r.ID.String() }

// Turn is who has to do the next thing. What is not shared goes from its draft
// straight to the Office.
func (r Request) Turn() Turn { return r.State.Turn() }

// Evidence is the subject under which the files of the request are kept: they
// are the user's.
func (r Request) Evidence() evidence.Subject {
	return evidence.Subject{Kind: string(KindRequest), ID: r.ID.String(), Department: r.UserID}
}

// Purposes of the files beside a request.
const (
	FileApplication = "application" // the signed application to the Office
	FileMinutes     = "minutes"     // of the mediation
)

// requestFacts is a request as the operation log keeps it.
type requestFacts struct {
	Entry      string        `json:"entry"`
	User       int64         `json:"user"`
	Provider   int64         `json:"provider"`
	State      RequestState  `json:"state"`
	Items      []string      `json:"items"`
	Purposes   string        `json:"purposes"`
	Duty       string        `json:"duty_basis"`
	Scope      string        `json:"scope_wanted"`
	Method     string        `json:"method"`
	Reply      string        `json:"reply"`
	Reasons    string        `json:"reply_reasons"`
	ReplyText  string        `json:"reply_text"`
	ReplyLate  *int64        `json:"reply_late_wd,omitempty"`
	Escalation string        `json:"escalation"`
	Meeting    calendar.Date `json:"meeting_on"`
	Outcome    string        `json:"outcome"`
	Decision   string        `json:"outcome_text"`
	SettleLate *int64        `json:"settle_late_wd,omitempty"`
}

func (r Request) facts() requestFacts {
	return requestFacts{
		Entry: r.EntryCode, User: int64(r.UserID), Provider: int64(r.ProviderID), State: r.State, Items: r.Items,
		Purposes: r.Purposes.Canonical(), Duty: r.DutyBasis, Scope: r.ScopeWanted, Method: r.Method, Reply: r.Reply,
		Reasons: r.ReplyReasons.Canonical(), ReplyText: r.ReplyText, ReplyLate: r.ReplyLateWd, Escalation: r.EscalationText,
		Meeting: r.MeetingOn, Outcome: r.Outcome, Decision: r.OutcomeText, SettleLate: r.SettleLateWd,
	}
}

// Errors of requests that callers test for.
var (
	ErrFetch         = fault.New(fault.Conflict, "sharing.err.fetch")        // V10
	ErrWrittenOnly   = fault.New(fault.Conflict, "sharing.err.written_only") // V11
	ErrNotPublished  = fault.New(fault.Conflict, "sharing.err.not_published")
	ErrOwnData       = fault.New(fault.Invalid, "sharing.err.own_data")
	ErrRequestOpen   = fault.New(fault.Conflict, "sharing.err.request_open")
	ErrState         = fault.New(fault.Conflict, "sharing.err.state")
	ErrTooEarly      = fault.New(fault.Conflict, "sharing.err.too_early")
	ErrOwnEscalation = fault.New(fault.Forbidden, "sharing.err.own_escalation")
)

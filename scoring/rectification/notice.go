package rectification

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/inventory"
)

// NoticeID identifies a notice.
type NoticeID int64

// String writes the id as addresses have it.
func (id NoticeID) String() string { return strconv.FormatInt(int64(id), 10) }

// Kind is the name of notices in due dates, beside files and in the operation
// log.
const Kind = "rectification"

// Notice is a rectification notice from its draft to its end.
type Notice struct {
	ID           NoticeID
	DepartmentID auth.DepartmentID // who has to rectify
	Situation    Situation
	// PlanBreach says that the 方案 is breached as well.
	PlanBreach bool
	Facts      string
	Demand     string // what has to be done
	Origin     string // what it was drafted from, empty when by hand
	TermWd     int    // working days from the day after it is issued
	State      State

	// Year and Number make up the 文号; 0 before the notice is issued.
	Year, Number int
	IssuedOn     calendar.Date
	IssuedAt     *time.Time
	IssuedName   string
	// TermFrom is the day after which the term counts: the day of issue, or of the
	// rejection that gave a new term.
	TermFrom calendar.Date
	// DueOn is the day that the term ends on; zero before it is issued.
	DueOn calendar.Date
	// RepliedOn is the day of the last reply, OverdueFrom the first day too late,
	// EscalatedOn the day of the report to the leading group, each zero as long as
	// there is none.
	RepliedOn   calendar.Date
	OverdueFrom calendar.Date
	EscalatedOn calendar.Date
	EscalatedAt *time.Time
	// SettledOn is the day of the reply that was accepted, or of the decision of
	// the leading group; ClosedOn when the notice ended.
	SettledOn  calendar.Date
	ClosedAt   *time.Time
	ClosedOn   calendar.Date
	ClosedName string
	LateWd     *int64 // working days after the due day, of the reply that was accepted
	Decision   string // of the leading group: one of Decisions
	Outcome    string

	// MisuseOn and FalseOn are the days on which misuse and a false report were
	// proven; zero as long as they are not.
	MisuseOn   calendar.Date
	MisuseText string
	FalseOn    calendar.Date
	FalseText  string

	CreatedAt   time.Time
	CreatedBy   auth.AccountID
	CreatedName string
	UpdatedAt   time.Time
	UpdatedBy   auth.AccountID
	Version     int64
}

// TableName is the table of notices.
func (Notice) TableName() string { return "rectifications" }

// No is the number as programs write it: 2017-3; empty before it is issued.
func (n Notice) No() string {
	if n.Number == 0 {
		return ""
	}
	return strconv.Itoa(n.Year) + "-" + strconv.Itoa(n.Number)
}

// Address is the page of the notice.
func (n Notice) Address() string { return "/rectifications/" + n.ID.String() }

// Due is the subject of the due dates of the notice.
func (n Notice) Due() schedule.Subject { return DueOf(n.ID) }

// DueOf is the subject of the due dates of a notice.
func DueOf(id NoticeID) schedule.Subject { return schedule.Subject{Kind: Kind, ID: id.String()} }

// Evidence is the subject under which the files of the notice are kept.
func (n Notice) Evidence() evidence.Subject {
	return evidence.Subject{Kind: Kind, ID: n.ID.String(), Department: n.DepartmentID}
}

// OverdueOn tells whether the notice was overdue on a day: its term had passed
// and no reply that was accepted later had come in by then.
func (n Notice) OverdueOn(day calendar.Date) bool {
	return !n.OverdueFrom.IsZero() && !n.OverdueFrom.After(day) && (n.SettledOn.IsZero() || n.SettledOn.After(day))
}

// Fact is a record that a notice speaks of.
type Fact struct {
	NoticeID NoticeID
	Number   int64
	Kind     FactKind
	Ref      string // code or number of the record
	Title    string
	Path     string // of its page
	SystemID *inventory.SystemID
}

// TableName is the table of facts.
func (Fact) TableName() string { return "rectification_facts" }

// ReplyID identifies a reply.
type ReplyID int64

// The states of a reply.
const (
	ReplyDrafted   = "drafted"
	ReplySubmitted = "submitted"
	ReplyAccepted  = "accepted"
	ReplyRejected  = "rejected"
)

// Reply is what a department answers to a notice.
type Reply struct {
	ID            ReplyID
	NoticeID      NoticeID
	Number        int64
	State         string
	Text          string
	WrittenAt     time.Time
	WrittenName   string
	SubmittedAt   *time.Time
	SubmittedName string
	CheckedAt     *time.Time
	CheckedName   string
	CheckNote     string
	Version       int64
}

// TableName is the table of replies.
func (Reply) TableName() string { return "rectification_replies" }

// noticeFacts is a notice as the operation log keeps it.
type noticeFacts struct {
	No        string        `json:"no,omitempty"`
	Situation Situation     `json:"situation"`
	Facts     string        `json:"facts"`
	Demand    string        `json:"demand"`
	State     State         `json:"state"`
	TermWd    int           `json:"term_wd"`
	DueOn     calendar.Date `json:"due_on"`
	LateWd    *int64        `json:"late_wd,omitempty"`
	Decision  string        `json:"decision,omitempty"`
	Outcome   string        `json:"outcome,omitempty"`
	MisuseOn  calendar.Date `json:"misuse_on"`
	FalseOn   calendar.Date `json:"false_on"`
}

func (n Notice) facts() noticeFacts {
	return noticeFacts{
		No: n.No(), Situation: n.Situation, Facts: n.Facts, Demand: n.Demand, State: n.State, TermWd: n.TermWd, DueOn: n.DueOn,
		LateWd: n.LateWd, Decision: n.Decision, Outcome: n.Outcome, MisuseOn: n.MisuseOn, FalseOn: n.FalseOn,
	}
}

// Mistakes that have nothing to do with one field.
var (
	// ErrState says that the notice has gone past the step.
	ErrState = fault.New(fault.Conflict, "rectify.err.state")
	// ErrOwn says that nobody decides on a notice to the own body.
	ErrOwn = fault.New(fault.Forbidden, "rectify.err.own")
	// ErrNotInForce says that the 办法 does not hold yet.
	ErrNotInForce = fault.New(fault.Conflict, "rectify.err.not_in_force")
	// ErrProven says that it was proven before.
	ErrProven = fault.New(fault.Conflict, "rectify.err.proven")
)

package cleanup

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/schedule"
	"qingce/inventory"
	"qingce/inventory/zombie"
)

// CaseID identifies a case.
type CaseID int64

// Strength is how much a suspicion weighs.
type Strength int

// The strengths: a small scope alone is weak, a met feature is the strongest.
const (
	Weak   Strength = 1
	Likely Strength = 2
	Strong Strength = 3
)

// Label is the message key of the strength's name.
func (s Strength) Label() fault.Label {
	return fault.Label("cleanup.strength." + strconv.Itoa(int(s)))
}

// Case is a suspicion about a system and what became of it. Dates are days of
// the city; a zero date has not come. Money is in fen.
type Case struct {
	ID           CaseID
	No           string // ZC-2017-0001
	SystemID     inventory.SystemID
	DepartmentID auth.DepartmentID
	State        State
	OpenedOn     calendar.Date
	// RunDay is the day of facts that Findings are of, PolicyVersion the policy
	// by which they were judged.
	RunDay        calendar.Date
	PolicyVersion int64
	// Findings are what the run found of each feature, word for word.
	Findings []zombie.Finding `gorm:"serializer:json"`
	// Features are those that are met or suspected, "z3".
	Features   field.List
	Strength   Strength
	Confidence int // in thousandths
	// Money is the O&M of a year when the case was opened, nil when not known.
	Money *int64
	// SeenOn is the last day on which a run looked at the case.
	SeenOn calendar.Date

	NotifiedOn   calendar.Date
	AnswerDue    calendar.Date
	Answer       Answer
	AnswerText   string
	AnsweredOn   calendar.Date
	AnsweredBy   auth.AccountID
	AnsweredName string
	// DraftText is what a clerk prepared for the head.
	DraftText, DraftName string

	Decision       string // confirm, dismiss or nothing
	DecisionReason string
	DecidedOn      calendar.Date
	DecidedName    string
	// DueOn is by when it is to be cleaned up.
	DueOn calendar.Date

	Plan
	PlannedOn calendar.Date
	PlannedBy auth.AccountID

	StoppedOn   calendar.Date // when it was switched off
	Outcome     string        // what was done, as the department says
	SubmittedOn calendar.Date
	SubmittedBy auth.AccountID
	CleanedOn   calendar.Date
	// LateWd is how many working days after DueOn the accepted proof was handed
	// in; nil while nothing was accepted.
	LateWd *int

	ExemptUntil  calendar.Date
	ExemptReason string
	ClosedOn     calendar.Date
	ClosedReason string // of what closed itself: a message key

	ReopenedOn calendar.Date
	// TrafficOn is the first day on which the cleaned system was used, the others
	// say how much.
	TrafficOn                                     calendar.Date
	TrafficLogins, TrafficBusiness, TrafficPeople int64
	Reopenings                                    int

	CreatedAt time.Time
	UpdatedAt time.Time
	UpdatedBy auth.AccountID
	Version   int64
}

// TableName is the table of cases.
func (Case) TableName() string { return "zombie_cases" }

// Address is the page of the case, which versions of the register keep as their
// origin.
func (c *Case) Address() string { return "/zombies/cases/" + c.No }

// Subject is what due dates and files of the case are filed under.
func (c *Case) Subject() schedule.Subject { return schedule.Subject{Kind: SubjectKind, ID: c.No} }

// SubjectKind is the kind of record that a case is to due dates and files.
const SubjectKind = "zombie_case"

// Overdue tells whether the clean-up is owed and its day is over.
func (c *Case) Overdue(today calendar.Date) bool {
	return c.State.Underway() && !c.DueOn.IsZero() && c.DueOn.Before(today)
}

// AnswerOverdue tells whether the department has let the day of its answer pass.
func (c *Case) AnswerOverdue(today calendar.Date) bool {
	return c.State == Notified && !c.AnswerDue.IsZero() && c.AnswerDue.Before(today)
}

// Answer is what a department says to a suspicion.
type Answer string

// The answers.
const (
	NoAnswer Answer = ""
	Admits   Answer = "admitted"
	Contests Answer = "contested"
)

// Step is one thing that was done with a case.
type Step struct {
	CaseID     CaseID
	Number     int64
	At         time.Time
	AccountID  auth.AccountID
	Name       string
	Department string
	Action     string // message key cleanup.step.<action>
	Note       string
	// OnDay is a day that the step speaks of: of a run, of traffic, of a due day.
	OnDay calendar.Date
}

// TableName is the table of steps.
func (Step) TableName() string { return "zombie_case_steps" }

// Action is what becomes of a system.
type Action string

// The actions (DOMAIN: 下线, 并入, 改造保留).
const (
	RetireIt  Action = "retire"
	MergeIt   Action = "merge"
	RebuildIt Action = "rebuild"
)

// Actions lists the actions.
func Actions() []Action { return []Action{RetireIt, MergeIt, RebuildIt} }

// Label is the message key of the action's name.
func (a Action) Label() fault.Label { return fault.Label("cleanup.action." + string(a)) }

// Ends tells whether the system is gone after the clean-up.
func (a Action) Ends() bool { return a == RetireIt || a == MergeIt }

// Disposal is what becomes of the data.
type Disposal string

// The ways to dispose of data (DOMAIN: 归档移交, 迁移, 销毁).
const (
	Archive Disposal = "archive"
	Migrate Disposal = "migrate"
	Destroy Disposal = "destroy"
)

// Disposals lists the ways to dispose of data.
func Disposals() []Disposal { return []Disposal{Archive, Migrate, Destroy} }

// Label is the message key of the disposal's name.
func (d Disposal) Label() fault.Label { return fault.Label("cleanup.disposal." + string(d)) }

// Plan is what becomes of a system and what that releases. Once the case is
// cleaned its numbers are those that were released.
type Plan struct {
	Action Action
	// TargetID is the system that takes over; needed to merge.
	TargetID     *inventory.SystemID
	Disposal     Disposal
	DisposalNote string
	Released
	OmStopOn  calendar.Date
	UsersTold string // how and when the users were told
}

// Released is what a clean-up sets free.
type Released struct {
	Servers  int64
	Ips      int64
	Domains  int64
	Accounts int64
	OmSaved  int64 // fen a year
}

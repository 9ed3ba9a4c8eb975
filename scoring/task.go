package scoring

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/scoring/programme"
)

// TaskState is how a task stands.
type TaskState string

// The states.
const (
	NotDue        TaskState = "not_due"
	OnTime        TaskState = "on_time"
	Late          TaskState = "late"    // done after its day
	Overdue       TaskState = "overdue" // not done, and its day is over
	NotApplicable TaskState = "not_applicable"
)

// TaskStates lists the states, the worst first.
func TaskStates() []TaskState { return []TaskState{Overdue, Late, OnTime, NotDue, NotApplicable} }

// Label is the message key of the state's name.
func (s TaskState) Label() fault.Label { return fault.Label("tasks.state." + string(s)) }

// Ref names a row that proves something, and where it can be opened. Title is
// the name of the row itself, as it was given.
type Ref struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Title string `json:"title"`
	Path  string `json:"path"`
}

// Task is what an obligation asks of a body by a day, and how it stands.
type Task struct {
	Obligation   string
	Key          string // of the term: P-22, P-39/2017-10, M-57/2017
	Article      string
	Title        map[string]string // of the obligation, by language
	DepartmentID auth.DepartmentID
	Scored       bool
	Due          calendar.Date
	State        TaskState
	DoneOn       calendar.Date // the day that counts; zero while it is not done
	// LateWd is how many working days after Due it was done, or have passed
	// since while it is not.
	LateWd int
	// Waiting tells that what was handed in waits for the Office.
	Waiting bool
	// Evidence tells that the task is done by what is handed in here.
	Evidence bool
	Mark     *Mark
	Proof    []Ref
}

// Done tells whether it is done, late or not.
func (t *Task) Done() bool { return t.State == OnTime || t.State == Late }

// standing is what a fact says of a body: since when something is done, and by
// which rows. A zero On is not done; the rows then are what is known so far.
type standing struct {
	On      calendar.Date
	Waiting bool
	Proof   []Ref
}

// fact tells how a body stands with a term; nothing that happened after the day
// of the reading counts.
type fact func(dept auth.DepartmentID, term programme.Term) standing

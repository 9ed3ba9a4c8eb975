package monthly

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/scoring/scorecard"
)

// MonthID identifies a version of a month.
type MonthID int64

// State is where a month stands.
type State string

// The states.
const (
	Computing  State = "computing"  // counted, and may be counted again
	Frozen     State = "frozen"     // inputs kept with their hash
	Appeal     State = "appeal"     // the bodies see their sheets and may object
	Reviewed   State = "reviewed"   // objections answered, corrections made
	Approved   State = "approved"   // by the leading group
	Published  State = "published"  // for everybody
	Superseded State = "superseded" // by a later version
)

// States lists the states in the order of a month's life.
func States() []State {
	return []State{Computing, Frozen, Appeal, Reviewed, Approved, Published, Superseded}
}

// Valid tells whether s is a known state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// Label is the message key of the state's name.
func (s State) Label() fault.Label { return fault.Label("monthly.state." + string(s)) }

// Public tells whether everybody may read the month.
func (s State) Public() bool { return s == Published || s == Superseded }

// Kept tells whether the inputs are kept word for word.
func (s State) Kept() bool { return s != Computing }

// Shown tells whether bodies may see their own sheets.
func (s State) Shown() bool { return s != Computing && s != Frozen }

// Move is a step that a person takes with a month.
type Move string

// The moves.
const (
	Recompute  Move = "recompute"   // count again
	Freeze     Move = "freeze"      // keep the inputs
	OpenAppeal Move = "open_appeal" // let the bodies see and object
	Review     Move = "review"      // all objections are answered
	Approve    Move = "approve"
	SendBack   Move = "send_back" // the leading group wants the Office to look again
	Publish    Move = "publish"
	Correct    Move = "correct" // make another version of what was published
)

// Moves lists the moves.
func Moves() []Move {
	return []Move{Recompute, Freeze, OpenAppeal, Review, Approve, SendBack, Publish, Correct}
}

// Label is the message key of the move's name.
func (m Move) Label() fault.Label { return fault.Label("monthly.move." + string(m)) }

// Way is a line of the table of moves: from which state a move leads where, and
// whose it is (DOMAIN §1.3: the Office counts and reviews, the leading group
// approves and publishes).
type Way struct {
	Move  Move
	From  State
	To    State
	Roles []auth.Role
	// Reasoned moves must say why.
	Reasoned bool
}

// Ways is the table of moves.
func Ways() []Way {
	office, leader := []auth.Role{auth.Office}, []auth.Role{auth.Leader}
	return []Way{
		{Recompute, Computing, Computing, office, false},
		{Freeze, Computing, Frozen, office, false},
		{OpenAppeal, Frozen, Appeal, office, false},
		{Review, Appeal, Reviewed, office, false},
		{Approve, Reviewed, Approved, leader, false},
		{SendBack, Reviewed, Appeal, leader, true},
		{Publish, Approved, Published, []auth.Role{auth.Leader, auth.Office}, false},
		{Correct, Published, Published, office, true},
	}
}

func wayOf(m Move) (Way, bool) {
	all := Ways()
	i := slices.IndexFunc(all, func(w Way) bool { return w.Move == m })
	if i < 0 {
		return Way{}, false
	}
	return all[i], true
}

// Month is one version of the close of a month.
type Month struct {
	ID            MonthID
	Month         Period
	Version       int64
	State         State
	PolicyVersion int64
	ThroughOn     calendar.Date // the last day that counts
	Bodies        int64
	// Hash is over the method and all inputs, FrozenHash as it was before what
	// objections corrected.
	Hash          string
	FrozenHash    string
	ComputedAt    time.Time
	ComputedName  string
	FrozenAt      *time.Time
	FrozenName    string
	AppealDue     calendar.Date // as it was when the term began
	ReviewedAt    *time.Time
	ReviewedName  string
	ApprovedAt    *time.Time
	ApprovedName  string
	PublishedAt   *time.Time
	PublishedName string
	Reason        string // why a published month was corrected
	Revision      int64
}

// TableName is the table of months.
func (Month) TableName() string { return "score_months" }

// Key names the version: 2017-11/2.
func (m Month) Key() string { return fmt.Sprintf("%s/%d", m.Month, m.Version) }

// Address is the page of the month.
func (m Month) Address() string {
	return "/scorecards/" + string(m.Month) + "?version=" + strconv.FormatInt(m.Version, 10)
}

// Latest is the page of the newest version of the month.
func (m Month) Latest() string { return "/scorecards/" + string(m.Month) }

// History is the page where steps are taken with the month.
func (m Month) History() string { return m.SheetOf("record") }

// SheetOf is the page of the sheet of a body, by its code.
func (m Month) SheetOf(code string) string {
	return "/scorecards/" + string(m.Month) + "/" + code + "?version=" + strconv.FormatInt(m.Version, 10)
}

// dueOf is the subject of the due date by which a body may object.
func (m Month) dueOf(code string) schedule.Subject {
	return schedule.Subject{Kind: kindMonth, ID: m.Key() + "/" + code}
}

// Kinds of records in the operation log and of due dates.
const (
	kindMonth     = "score_month"
	kindObjection = "score_objection"
	kindPolicy    = "score_policy"
)

// Step is one thing that was done with a month.
type Step struct {
	MonthID    MonthID
	Number     int64
	At         time.Time
	AccountID  auth.AccountID
	Name       string
	Department string
	Action     string // message key monthly.step.<action>
	Note       string
	Hash       string // of the month after it
}

// TableName is the table of steps.
func (Step) TableName() string { return "score_steps" }

// inputs is what is kept of a body.
type inputs struct {
	MonthID      MonthID
	DepartmentID auth.DepartmentID
	Code         string
	Name         string
	Region       string
	Counts       string // scorecard.Input
	Facts        string // Facts
	Hash         string
}

// TableName is the table of inputs.
func (inputs) TableName() string { return "score_inputs" }

// Line is a body in a table.
type Line struct {
	Body  Body
	Input scorecard.Input
	Card  scorecard.Card
	// Before is the card of the month before, nil without one.
	Before *scorecard.Card
	// Other is the card by the method of the month before, in the first month of
	// another method; nil in all others.
	Other *scorecard.Card
	// Proposal is what is proposed for the body; nil when nothing is, and for
	// readers who may not see it yet.
	Proposal *Proposal
}

// Table is the cards of all bodies that the reader sees, by group and rank.
type Table struct {
	Month  Month
	Policy Policy
	// OtherPolicy is the method of the month before, in the first month of
	// another; nil in all others.
	OtherPolicy *Policy
	Lines       []Line
	// Own is the reader's own body, empty without one.
	Own string
}

// Point is a month in the trend of a body.
type Point struct {
	Month   Period
	Version int64
	Card    scorecard.Card
}

// Raised is what would raise a total: one more of a figure, and the row that it
// is; the row is nil where no record is missing but another one is wanted.
type Raised struct {
	scorecard.Step
	Figure FigureKey
	Row    *Row
}

// Sheet is a body's month with everything that explains it.
type Sheet struct {
	Line
	Month       Month
	Policy      Policy
	OtherPolicy *Policy
	Facts       Facts
	Raise       []Raised
	Trend       []Point // the oldest first, this month included
	Objections  []Objection
	// Due is by when the body may object, zero when it may not any more.
	Due calendar.Date
	// MayObject tells that the reader may, now.
	MayObject bool
}

// Record is a month with what was done with it.
type Record struct {
	Month      Month
	Policy     Policy
	Versions   []Month // all that the reader sees, the newest first
	Steps      []Step
	Objections []Objection
	Proposals  []Proposal
	// Moves are those that the reader may take now.
	Moves []Move
	// Open is how many objections wait for an answer, Undecided how many
	// proposals for a decision.
	Open, Undecided int
}

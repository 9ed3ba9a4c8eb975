package monthly

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/scoring/scorecard"
)

// ObjectionID identifies an objection.
type ObjectionID int64

// String writes the id as addresses have it.
func (id ObjectionID) String() string { return strconv.FormatInt(int64(id), 10) }

// ObjectionState is where an objection stands.
type ObjectionState string

// The states.
const (
	ObjectionRaised    ObjectionState = "raised" // waits for the Office
	ObjectionUpheld    ObjectionState = "upheld"
	ObjectionRejected  ObjectionState = "rejected"
	ObjectionWithdrawn ObjectionState = "withdrawn"
)

// ObjectionStates lists the states.
func ObjectionStates() []ObjectionState {
	return []ObjectionState{ObjectionRaised, ObjectionUpheld, ObjectionRejected, ObjectionWithdrawn}
}

// Valid tells whether s is a known state.
func (s ObjectionState) Valid() bool { return slices.Contains(ObjectionStates(), s) }

// Label is the message key of the state's name.
func (s ObjectionState) Label() fault.Label { return fault.Label("monthly.objection." + string(s)) }

// Correction says how a row is to stand: what the Office found when it upheld an
// objection.
type Correction struct {
	Figure   FigureKey         `json:"figure"`
	Row      string            `json:"row"` // key of the row
	Standing Standing          `json:"standing"`
	Outcome  scorecard.Outcome `json:"outcome,omitempty"` // of a task
}

// Objection doubts a figure of a sheet.
type Objection struct {
	ID           ObjectionID
	MonthID      MonthID
	DepartmentID auth.DepartmentID
	Figure       FigureKey
	RowKey       string // of the row that it is about; empty for the figure
	Text         string
	State        ObjectionState
	Answer       string
	Corrections  []Correction `gorm:"serializer:json"`
	RaisedAt     time.Time
	RaisedBy     auth.AccountID
	RaisedName   string
	AnsweredAt   *time.Time
	AnsweredBy   auth.AccountID
	AnsweredName string
	Revision     int64
}

// TableName is the table of objections.
func (Objection) TableName() string { return "score_objections" }

// ProposalState is where a proposal stands.
type ProposalState string

// The states.
const (
	Proposed         ProposalState = "proposed"
	ProposalApproved ProposalState = "approved"
	ProposalDeclined ProposalState = "declined"
)

// Label is the message key of the state's name.
func (s ProposalState) Label() fault.Label { return fault.Label("monthly.proposal." + string(s)) }

// Proposal is the praise or criticism that a card suggests. People decide.
type Proposal struct {
	MonthID      MonthID
	DepartmentID auth.DepartmentID
	Band         scorecard.Band // Praise, Criticise or Report
	State        ProposalState
	Reason       string
	DecidedAt    *time.Time
	DecidedBy    auth.AccountID
	DecidedName  string
	Revision     int64
}

// TableName is the table of proposals.
func (Proposal) TableName() string { return "score_proposals" }

// proposes tells whether a band is something that people decide on.
func proposes(b scorecard.Band) bool {
	return slices.Contains([]scorecard.Band{scorecard.Praise, scorecard.Criticise, scorecard.Report}, b)
}

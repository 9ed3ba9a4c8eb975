package funding

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
)

// PleaID identifies a plea.
type PleaID int64

// String writes the id as addresses and due dates have it.
func (id PleaID) String() string { return strconv.FormatInt(int64(id), 10) }

// PleaKind is what a plea asks for.
type PleaKind string

// The kinds.
const (
	Appeal  PleaKind = "appeal"  // 申诉: against the opinion, with new evidence
	Recheck PleaKind = "recheck" // 复核: the facts have changed since
)

// Label is the message key of the kind's name.
func (k PleaKind) Label() fault.Label { return fault.Label("funding.plea." + string(k)) }

// PleaState is where a plea stands; empty is no plea.
type PleaState string

// The states.
const (
	PleaSubmitted PleaState = "submitted" // the Office verifies
	PleaVerified  PleaState = "verified"  // Office, finance and reform consult
	PleaConsulted PleaState = "consulted" // the leading group has the last word
	PleaGranted   PleaState = "granted"   // an exception
	PleaUpheld    PleaState = "upheld"    // what was found stands
	PleaChanged   PleaState = "changed"   // the facts are others now: a new finding
	PleaWithdrawn PleaState = "withdrawn"
)

// Open tells whether somebody has something to do with the plea.
func (s PleaState) Open() bool {
	return s == PleaSubmitted || s == PleaVerified || s == PleaConsulted
}

// Label is the message key of the state's name.
func (s PleaState) Label() fault.Label { return fault.Label("funding.plea_state." + string(s)) }

// Verdict is what the Office found of a plea.
type Verdict string

// The verdicts.
const (
	FactsChanged Verdict = "changed" // the registers say something else now
	Supports     Verdict = "support" // the facts stand, and there is reason for an exception
	Upholds      Verdict = "uphold"
)

// Verdicts lists the verdicts.
func Verdicts() []Verdict { return []Verdict{FactsChanged, Supports, Upholds} }

// Label is the message key of the verdict's name.
func (v Verdict) Label() fault.Label { return fault.Label("funding.verdict." + string(v)) }

// Plea is what the head of a department puts forward.
type Plea struct {
	ID            PleaID
	ItemID        ItemID
	DepartmentID  auth.DepartmentID
	Kind          PleaKind
	State         PleaState
	Text          string
	SubmittedOn   calendar.Date
	SubmittedName string
	Verdict       Verdict
	VerdictText   string
	VerifiedOn    calendar.Date
	VerifiedName  string
	// DueOn and LateWd are how the term of the verification stood at its end.
	DueOn       calendar.Date
	LateWd      *int64
	MeetingOn   calendar.Date
	MeetingText string
	MeetingName string
	ClosedOn    calendar.Date
	ClosedName  string
	ClosedText  string
	Version     int64
}

// TableName is the table of pleas.
func (Plea) TableName() string { return "funding_pleas" }

// Evidence is the subject under which the files of the plea are kept.
func (p *Plea) Evidence() evidence.Subject {
	return evidence.Subject{Kind: KindPlea, ID: p.ID.String(), Department: p.DepartmentID}
}

// DueOf is the subject of the due date of the open plea about an item.
func DueOf(year int, code string) schedule.Subject {
	return schedule.Subject{Kind: KindItem, ID: strconv.Itoa(year) + "/" + code}
}

// FileEvidence is the purpose of the files beside a plea.
const FileEvidence = "funding_evidence"

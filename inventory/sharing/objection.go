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
)

// ObjectionID identifies an objection.
type ObjectionID int64

// String writes the id as addresses have it.
func (id ObjectionID) String() string { return strconv.FormatInt(int64(id), 10) }

// ObjectionState is where an objection stands.
type ObjectionState string

// The states. Raised waits for the centre, checking and correcting for the
// provider; what is being corrected ends by itself when the corrected version of
// the entry is published.
const (
	ObjectionRaised       ObjectionState = "raised"
	ObjectionChecking     ObjectionState = "checking"   // 校核中(业务照常办理)
	ObjectionCorrecting   ObjectionState = "correcting" // admitted, waits for the corrected version
	ObjectionCorrected    ObjectionState = "corrected"  // 已更正
	ObjectionConfirmed    ObjectionState = "confirmed"  // 数据无误
	ObjectionUnverifiable ObjectionState = "unverifiable"
	ObjectionWithdrawn    ObjectionState = "withdrawn"
)

// ObjectionStates lists the states in the order of an objection's life.
func ObjectionStates() []ObjectionState {
	return []ObjectionState{
		ObjectionRaised, ObjectionChecking, ObjectionCorrecting, ObjectionCorrected, ObjectionConfirmed, ObjectionUnverifiable, ObjectionWithdrawn,
	}
}

// Results lists what a provider may answer.
func Results() []ObjectionState {
	return []ObjectionState{ObjectionCorrected, ObjectionCorrecting, ObjectionConfirmed, ObjectionUnverifiable}
}

// Valid tells whether s is a known state.
func (s ObjectionState) Valid() bool { return slices.Contains(ObjectionStates(), s) }

// Open tells whether the objection is still to be answered.
func (s ObjectionState) Open() bool {
	return s == ObjectionRaised || s == ObjectionChecking || s == ObjectionCorrecting
}

// Label is the message key of the state's name.
func (s ObjectionState) Label() fault.Label { return fault.Label("sharing.objection." + string(s)) }

// Turn is who has to do the next thing.
func (s ObjectionState) Turn() Turn {
	switch s {
	case ObjectionRaised:
		return TurnCentre
	case ObjectionChecking, ObjectionCorrecting:
		return TurnProvider
	}
	return TurnNobody
}

// Kinds of objection.
const (
	ObjectDoubt    = "doubt"    // 疑义
	ObjectError    = "error"    // 明显错误
	ObjectMismatch = "mismatch" // 与本部门掌握不一致
)

// ObjectionKinds lists the kinds.
func ObjectionKinds() []string { return []string{ObjectDoubt, ObjectError, ObjectMismatch} }

// Causes of what was wrong, or seemed so.
const (
	CauseEntry    = "entry"    // 采集录入错误
	CauseLate     = "late"     // 更新不及时
	CauseStandard = "standard" // 标准不一致
	CauseTransfer = "transfer" // 传输转换错误
	CauseReader   = "reader"   // 使用方理解有误
	CauseOther    = "other"
)

// Causes lists the causes.
func Causes() []string {
	return []string{CauseEntry, CauseLate, CauseStandard, CauseTransfer, CauseReader, CauseOther}
}

// Objection doubts data that were received (办法 art. 14).
type Objection struct {
	ID          ObjectionID
	UserID      auth.DepartmentID // who doubts
	ProviderID  auth.DepartmentID
	EntryCode   string
	EntryName   string
	RecordRef   string // which record; empty is the entry as a whole
	Kind        string
	Description string
	// CitizenCase says that somebody's case waits: it is then handled as usual,
	// and AsUsualNote says how.
	CitizenCase bool
	AsUsualNote string
	State       ObjectionState

	DispatchedAt   *time.Time
	DispatchedName string
	Causes         field.List
	Answer         string
	AnsweredAt     *time.Time
	AnsweredName   string
	// DueOn and LateWd are how the term stood at the end.
	DueOn       calendar.Date
	LateWd      *int64
	ClosedAt    *time.Time
	CreatedAt   time.Time
	CreatedBy   auth.AccountID
	CreatedName string
	UpdatedAt   time.Time
	UpdatedBy   auth.AccountID
	Version     int64
}

// TableName is the table of objections.
func (Objection) TableName() string { return "sharing_objections" }

// Address is the page of the objection.
func (o Objection) Address() string { return "/sharing/objections/" + o.ID.String() }

// Evidence is the subject under which the files of the objection are kept.
func (o Objection) Evidence() evidence.Subject {
	return evidence.Subject{Kind: string(KindObjection), ID: o.ID.String(), Department: o.UserID}
}

// objectionFacts is an objection as the operation log keeps it.
type objectionFacts struct {
	Entry   string         `json:"entry"`
	Record  string         `json:"record"`
	Kind    string         `json:"kind"`
	State   ObjectionState `json:"state"`
	Citizen bool           `json:"citizen_case"`
	AsUsual string         `json:"as_usual"`
	Causes  string         `json:"causes"`
	Answer  string         `json:"answer"`
	LateWd  *int64         `json:"late_wd,omitempty"`
}

func (o Objection) facts() objectionFacts {
	return objectionFacts{
		Entry: o.EntryCode, Record: o.RecordRef, Kind: o.Kind, State: o.State, Citizen: o.CitizenCase, AsUsual: o.AsUsualNote,
		Causes: o.Causes.Canonical(), Answer: o.Answer, LateWd: o.LateWd,
	}
}

// ErrObjectionOpen says that the same record is being verified already for the
// same kind of doubt.
var ErrObjectionOpen = fault.New(fault.Conflict, "sharing.err.objection_open")

package similar

import (
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
)

// PairID identifies a pair.
type PairID int64

// Verdict is what was said of a pair.
type Verdict string

// The verdicts. Same is work that is done twice by eight parts in ten or more
// (方案 part 2 (4)).
const (
	Open      Verdict = "open" // nobody has said yet
	Same      Verdict = "same"
	Partly    Verdict = "partly"
	Different Verdict = "different"
)

// Verdicts lists the verdicts in the order in which pages show them.
func Verdicts() []Verdict { return []Verdict{Open, Same, Partly, Different} }

// Valid tells whether v is a known verdict.
func (v Verdict) Valid() bool { return slices.Contains(Verdicts(), v) }

// Label is the message key of the verdict's name.
func (v Verdict) Label() fault.Label { return fault.Label("similar.verdict." + string(v)) }

// Ground is why a reviewer says so.
type Ground string

// Choice is a verdict with its ground.
type Choice struct {
	Verdict Verdict
	Ground  Ground
}

// otherGround is for what none of the grounds fits; it needs a note.
const otherGround Ground = "other"

// Choices lists what a reviewer can say, in the order in which pages show it.
func Choices() []Choice {
	return []Choice{
		{Same, "double"},        // the same work is done in both
		{Same, "successor"},     // one was built to take the place of the other
		{Partly, "modules"},     // some parts of them do the same
		{Partly, "levels"},      // alike, for other levels or places
		{Different, "business"}, // the work is another one
		{Different, "wording"},  // only the words are alike
		{Different, "parts"},    // parts of one system
		{Same, otherGround}, {Partly, otherGround}, {Different, otherGround},
	}
}

// ParseChoice reads "same.double".
func ParseChoice(word string) (Choice, bool) {
	v, g, _ := strings.Cut(word, ".")
	c := Choice{Verdict(v), Ground(g)}
	return c, slices.Contains(Choices(), c)
}

// String writes "same.double".
func (c Choice) String() string { return string(c.Verdict) + "." + string(c.Ground) }

// Label is the message key of the choice.
func (c Choice) Label() fault.Label { return fault.Label("similar.choice." + c.String()) }

// Side is one system of a pair, as the reader may see it.
type Side struct {
	ID      inventory.SystemID
	Code    string
	OwnerID inventory.DepartmentID
	// Hidden says that the reader sees the code and the department only; what is
	// below is empty then.
	Hidden bool
	Name   string
	State  inventory.State
	Phase  string
	// OmAmountYear is the yearly upkeep in fen, nil when not given.
	OmAmountYear *int64
}

// Pair is two systems whose functions are alike, or were declared to be.
type Pair struct {
	ID            PairID
	First, Second Side
	// Score is how much the texts are alike, 0 to 1, when they were compared.
	Score      float64
	ComparedAt time.Time
	Words      []string // that both texts hold, those that tell the most first
	// FirstReplaced and SecondReplaced say that the register declares the first,
	// or the second, to be replaced by the other one.
	FirstReplaced, SecondReplaced bool
	Judged                        Judgement
	// ReopenedAt is when the pair came back since a text had changed; zero if it
	// never did.
	ReopenedAt time.Time
	FoundAt    time.Time
	// FromFirst and FromSecond tell of people who went from the one to the other.
	FromFirst, FromSecond Move
	Version               int64
}

// Judgement is what a reviewer said, Open when nobody did.
type Judgement struct {
	Choice
	// KeeperID, of the same work, is the system that goes on.
	KeeperID inventory.SystemID
	Note     string
	At       time.Time
	By       auth.AccountID
	Name     string // who said so
}

// UsersState says whether it is known how many people went over, or why not.
type UsersState string

// The states.
const (
	UsersUnmeasured UsersState = "" // its use was not seen to fall
	UsersKnown      UsersState = "known"
	UsersNoSketch   UsersState = "no_sketch"   // its former users cannot be told apart
	UsersOtherKey   UsersState = "other_key"   // clients were hashed under other keys
	UsersTooCoarse  UsersState = "too_coarse"  // the error of the sketches is greater than the answer
	UsersNotPresent UsersState = "not_present" // the other one has no users since that can be told apart
)

// Label is the message key of the state.
func (s UsersState) Label() fault.Label { return fault.Label("similar.users." + string(s)) }

// ShiftState says whether use fell in one system and rose in the other one.
type ShiftState string

// The states.
const (
	ShiftUnmeasured ShiftState = ""
	ShiftSeen       ShiftState = "seen"
	ShiftNotSeen    ShiftState = "not_seen"
	ShiftUnknown    ShiftState = "unknown" // no signal was measured for long enough in both
)

// Label is the message key of the state.
func (s ShiftState) Label() fault.Label { return fault.Label("similar.shift." + string(s)) }

// Move is what is known of people who went from one system to another.
type Move struct {
	Users UsersState
	// Former is how many people used the system before its use fell; Moved is
	// the share of them that was seen in the other one since, and Error how much
	// that may be off, both 0 to 1.
	Former       int64
	Moved, Error float64
	Shift        ShiftState
	Signal       string // by which the shift was seen
	// FellOn is when use fell here, RoseOn when it rose there; zero when it did
	// not.
	FellOn, RoseOn calendar.Date
	// MeasuredOn is the last day that was looked at.
	MeasuredOn calendar.Date
}

// Known tells whether the share is known.
func (m Move) Known() bool { return m.Users == UsersKnown }

// Errors that callers test for.
var (
	ErrOwnPair = fault.New(fault.Forbidden, "similar.err.own_pair")
)

// Viewers may see pairs: departments those with a system of their own (DOMAIN
// §1.3, zombie finding).
func Viewers() []auth.Role {
	return []auth.Role{
		auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance, auth.Leader, auth.Auditor,
	}
}

// Judges may say what a pair is.
func Judges() []auth.Role { return []auth.Role{auth.Office, auth.Centre} }

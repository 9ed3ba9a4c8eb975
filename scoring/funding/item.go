package funding

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/scoring/eligibility"
)

// ItemID identifies an item.
type ItemID int64

// Stage is how far an item has come.
type Stage string

// The stages.
const (
	Found   Stage = "found"   // waits for the opinions
	Opined  Stage = "opined"  // waits for the finance bureau
	Decided Stage = "decided" // 已作出决定
)

// Stages lists the stages in their order.
func Stages() []Stage { return []Stage{Found, Opined, Decided} }

// Label is the message key of the stage's name.
func (s Stage) Label() fault.Label { return fault.Label("funding.stage." + string(s)) }

// Item is a system in a run as it stands now. Amounts are fen; nil is not known.
type Item struct {
	ID           ItemID
	RunID        RunID
	SystemID     inventory.SystemID
	DepartmentID auth.DepartmentID
	Code         string
	Name         string
	Amount       *int64
	Stage        Stage
	Result       eligibility.Result
	Rules        RuleList
	Forecast     string
	UntilOn      calendar.Date // last day of a condition
	FromOn       calendar.Date // since when the result holds; zero is the whole year

	OfficeResult eligibility.Result
	OfficeText   string
	OfficeAt     *time.Time
	OfficeName   string
	ReformResult eligibility.Result
	ReformText   string
	ReformAt     *time.Time
	ReformName   string
	// AppealUntil is the last day on which the head may appeal: five working days
	// after the opinion of the Office.
	AppealUntil calendar.Date

	DecidedAt    *time.Time
	DecidedName  string
	DecisionText string
	// KeptAmount is what is kept of the money that is not given, for security and
	// the export of data, until the system is gone.
	KeptAmount *int64
	KeptNote   string

	Plea      PleaState // of the plea that is open; empty without one
	Finding   int64     // number of the finding in force
	UpdatedAt time.Time
	UpdatedBy auth.AccountID
	Version   int64
}

// TableName is the table of items.
func (Item) TableName() string { return "funding_items" }

// Money is the O&M money of the year in fen, 0 when it is not known.
func (i *Item) Money() int64 {
	if i.Amount == nil {
		return 0
	}
	return *i.Amount
}

// Payable is what may be paid as the item stands, in fen.
func (i *Item) Payable() int64 {
	switch {
	case i.Result.Paid():
		return i.Money()
	case i.KeptAmount != nil:
		return *i.KeptAmount
	}
	return 0
}

// Lapsed tells whether the day of the condition is over: then it is looked at
// again (F10).
func (i *Item) Lapsed(today calendar.Date) bool {
	return i.Result == eligibility.Conditional && !i.UntilOn.IsZero() && i.UntilOn.Before(today)
}

// Agreed tells whether both opinions say what stands.
func (i *Item) Agreed() bool { return i.OfficeResult == i.Result && i.ReformResult == i.Result }

// Turn is who has to do the next thing with an item.
type Turn string

// The turns.
const (
	TurnNobody  Turn = "nobody"
	TurnOpinion Turn = "opinion" // the Office and the reform commission, whoever has not said
	TurnOffice  Turn = "office"
	TurnReform  Turn = "reform"
	TurnFinance Turn = "finance"
	TurnMeeting Turn = "meeting" // Office, finance and reform together
	TurnLeader  Turn = "leader"
)

// Turns lists the turns in the order in which pages show them.
func Turns() []Turn {
	return []Turn{TurnOpinion, TurnOffice, TurnReform, TurnFinance, TurnMeeting, TurnLeader, TurnNobody}
}

// Label is the message key of whose turn it is.
func (t Turn) Label() fault.Label { return fault.Label("funding.turn." + string(t)) }

// Turn is who has to do the next thing. A plea goes before the rest.
func (i *Item) Turn() Turn {
	switch i.Plea {
	case PleaSubmitted:
		return TurnOffice
	case PleaVerified:
		return TurnMeeting
	case PleaConsulted:
		return TurnLeader
	}
	switch {
	case i.Stage == Opined:
		return TurnFinance
	case i.Stage == Decided:
		return TurnNobody
	case i.OfficeAt == nil && i.ReformAt == nil:
		return TurnOpinion
	case i.OfficeAt == nil:
		return TurnOffice
	}
	return TurnReform
}

// Way is how a finding came about.
type Way string

// The ways.
const (
	ByFreeze    Way = "frozen"
	ByDecision  Way = "decided"
	ByException Way = "excepted"
	ByRecheck   Way = "rechecked"
)

// Label is the message key of the way's name.
func (w Way) Label() fault.Label { return fault.Label("funding.way." + string(w)) }

// Finding is a result that an item has had. It never changes.
type Finding struct {
	ItemID  ItemID
	Number  int64
	Way     Way
	At      time.Time
	ByID    auth.AccountID
	ByName  string
	Facts   string // canonical JSON
	Digest  string
	Result  eligibility.Result
	Rules   RuleList
	Amount  *int64
	UntilOn calendar.Date
	FromOn  calendar.Date
	Reason  string
}

// TableName is the table of findings.
func (Finding) TableName() string { return "funding_findings" }

// Step is one thing that was done with an item.
type Step struct {
	ItemID     ItemID
	Number     int64
	At         time.Time
	AccountID  auth.AccountID
	Name       string
	Department string
	Action     string // message key funding.step.<action>
	Note       string
}

// TableName is the table of steps.
func (Step) TableName() string { return "funding_steps" }

// address is the page of an item.
func address(year int, code string) string { return "/funding/" + strconv.Itoa(year) + "/" + code }

// itemFacts is an item as the operation log keeps it.
type itemFacts struct {
	Stage    Stage              `json:"stage"`
	Result   eligibility.Result `json:"result"`
	Rules    string             `json:"rules"`
	Until    calendar.Date      `json:"until"`
	From     calendar.Date      `json:"from"`
	Office   eligibility.Result `json:"office"`
	Reform   eligibility.Result `json:"reform"`
	Decision string             `json:"decision"`
	Kept     *int64             `json:"kept,omitempty"`
	Plea     PleaState          `json:"plea"`
}

func (i *Item) facts() itemFacts {
	return itemFacts{
		i.Stage, i.Result, i.Rules.String(), i.UntilOn, i.FromOn, i.OfficeResult, i.ReformResult, i.DecisionText, i.KeptAmount, i.Plea,
	}
}

// decidable are the results that the finance bureau may decide on: a condition is
// set by a finding or by the leading group.
func decidable() []eligibility.Result {
	return slices.DeleteFunc(eligibility.Results(), func(r eligibility.Result) bool { return r == eligibility.Conditional })
}

// Choices lists the results that an opinion or a decision about the item may
// have.
func (i *Item) Choices() []eligibility.Result {
	out := decidable()
	if i.Result == eligibility.Conditional {
		out = append(out, eligibility.Conditional)
	}
	return out
}

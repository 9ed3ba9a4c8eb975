package programme

import (
	"slices"

	"qingce/internal/calendar"
)

// Party is somebody whom an obligation can bind.
type Party string

// The parties.
const (
	Municipal Party = "municipal" // 市政府各部门
	Region    Party = "region"    // 各县（市、区）政府、各开发区管委会
	KeyArea   Party = "key_area"  // the departments of the key areas
	Office    Party = "office"    // 市信息化办
	Centre    Party = "centre"    // 市政务信息管理中心
	Leader    Party = "leader"    // 领导小组
	Staffing  Party = "staffing"
	Reform    Party = "reform"
	Finance   Party = "finance"
	Standards Party = "standards"
	Police    Party = "police"
	Network   Party = "network"
	Auditor   Party = "auditor"
	Expert    Party = "expert"
	Provider  Party = "provider" // whoever gives, uses or leads, case by case
	User      Party = "user"
	Lead      Party = "lead"
)

func parties() []Party {
	return []Party{
		Municipal, Region, KeyArea, Office, Centre, Leader, Staffing, Reform, Finance, Standards, Police, Network, Auditor, Expert, Provider, User, Lead,
	}
}

// Kind is when an obligation falls due.
type Kind string

// The kinds.
const (
	Standing Kind = "standing" // always
	Undated  Kind = "undated"  // once, and no day is given
	Once     Kind = "once"     // on Due
	Monthly  Kind = "monthly"  // at the end of each month from Due on
	Yearly   Kind = "yearly"   // on Due of each year
	Event    Kind = "event"    // within TermWd working days of Trigger
)

// Condition is when an obligation binds a body at all.
type Condition string

// The conditions; nothing is always.
const (
	Always         Condition = ""
	HasCleanUp     Condition = "cleanup"      // systems to be cleaned up
	HasIntegration Condition = "integration"  // systems to be integrated
	HasDisposition Condition = "disposition"  // either
	HasMustConnect Condition = "must_connect" // systems that must be connected
)

func conditions() []Condition {
	return []Condition{Always, HasCleanUp, HasIntegration, HasDisposition, HasMustConnect}
}

// ByEvidence says that an obligation is done when evidence of it is accepted;
// every other value of Obligation.DoneBy names a fact that the service holds.
const ByEvidence = "evidence"

// Obligation is something that an article asks of somebody.
type Obligation struct {
	ID       string
	Article  string // P2.1, M8(一)
	Who      []Party
	Kind     Kind
	Due      string // a date, 2017-10, or 12-31, by Kind
	TermWd   int
	Trigger  string
	Applies  Condition
	DoneBy   string            // a fact or ByEvidence; nothing where nothing can be done once and for all
	Scored   bool              // counts in the metric of tasks
	Follows  []string          // what follows if it is not done: R1 to R5, criticism, funding
	Title    map[string]string // by language
	Evidence map[string]string
}

// Binds tells whether a party is among those bound.
func (o *Obligation) Binds(p Party) bool { return slices.Contains(o.Who, p) }

// Dated tells whether it falls due on days that are known beforehand.
func (o *Obligation) Dated() bool { return o.Kind == Once || o.Kind == Monthly || o.Kind == Yearly }

// Term is one occasion on which an obligation falls due.
type Term struct {
	Obligation string
	// Key names it: P-07, P-39/2017-11, M-57/2017.
	Key string
	Due calendar.Date
}

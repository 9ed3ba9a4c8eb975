package programme

import (
	"slices"
	"time"

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
	Event    Kind = "event"    // within a term from Trigger
)

func kinds() []Kind { return []Kind{Standing, Undated, Once, Monthly, Yearly, Event} }

// Trigger is what an obligation of kind Event arises from.
type Trigger string

// The triggers whose facts the service holds. Of any other one there are no
// tasks.
const (
	LegalChange          Trigger = "legal_change"          // a law was revised or duties changed (办法 art. 6)
	Request              Trigger = "request"               // for data that is shared under conditions (办法 art. 10)
	Escalation           Trigger = "escalation"            // in writing to the Office (办法 art. 10)
	Objection            Trigger = "objection"             // to data that was received (办法 art. 14)
	Rectification        Trigger = "rectification"         // a notice was issued (办法 art. 23)
	RectificationExpired Trigger = "rectification_expired" // its term is over (办法 art. 23)
	MonthOver            Trigger = "month_over"            // a month to be scored has ended (方案 part 3 (5))
)

// Triggers lists those whose facts the service holds.
func Triggers() []Trigger {
	return []Trigger{LegalChange, Request, Escalation, Objection, Rectification, RectificationExpired, MonthOver}
}

// Reason is why an obligation has no tasks.
type Reason string

// The reasons.
const (
	Principle  Reason = "principle"  // it says what holds, and nothing is to be done for it by a day
	Checked    Reason = "checked"    // held whenever something is written: what does not fit is refused
	Measured   Reason = "measured"   // measured every month by facts, in the metrics
	Supervised Reason = "supervised" // a breach is dealt with when it is found, by a rectification notice
	Organ      Reason = "organ"      // a continuing duty of an organ; what it does stands in its room
	OnDemand   Reason = "on_demand"  // when somebody needs it
	Outside    Reason = "outside"    // its papers are kept elsewhere
	NoDay      Reason = "no_day"     // to be done once, and the document names no day
)

// Reasons lists the reasons.
func Reasons() []Reason {
	return []Reason{Principle, Checked, Measured, Supervised, Organ, OnDemand, Outside, NoDay}
}

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

// facts are what DoneBy of an obligation with a day may name: what the service
// holds, or evidence.
func facts() []string {
	return []string{
		ByEvidence, "survey", "clean_list", "connect_list", "census_opened", "census_locked", "demands", "catalog", "cleaned", "disposed", "connected",
		"monthly_report", "annual_report",
	}
}

// Obligation is something that an article asks of somebody.
type Obligation struct {
	ID       string
	Article  string // P2.1, M8(一)
	Who      []Party
	Kind     Kind
	Due      string // a date, 2017-10, or 12-31, by Kind
	TermWd   int
	Trigger  Trigger
	Applies  Condition
	DoneBy   string            // a fact or ByEvidence; nothing where nothing can be done once and for all
	Standing Reason            // why there are no tasks; nothing where there are
	Scored   bool              // counts in the metric of tasks
	Follows  []string          // what follows if it is not done: R1 to R5, criticism, funding
	Title    map[string]string // by language
	Evidence map[string]string
}

// Binds tells whether a party is among those bound.
func (o *Obligation) Binds(p Party) bool { return slices.Contains(o.Who, p) }

// Dated tells whether it falls due on days that are known beforehand.
func (o *Obligation) Dated() bool { return o.Kind == Once || o.Kind == Monthly || o.Kind == Yearly }

// Scheduled tells whether its tasks follow from days and from facts.
func (o *Obligation) Scheduled() bool { return o.Dated() && o.DoneBy != "" }

// Derived tells whether its tasks arise from events that the service holds. They
// are never scored as tasks: what comes of them counts where it is measured.
func (o *Obligation) Derived() bool {
	return o.Kind == Event && slices.Contains(Triggers(), o.Trigger)
}

// first is the first day of an obligation with a day.
func (o *Obligation) first() (time.Time, error) {
	layout := map[Kind]string{Once: time.DateOnly, Monthly: "2006-01", Yearly: "01-02"}[o.Kind]
	return time.Parse(layout, o.Due)
}

// Term is one occasion on which an obligation falls due.
type Term struct {
	Obligation string
	// Key names it: P-07, P-39/2017-11, M-57/2017.
	Key string
	Due calendar.Date
}

// Differs lists the columns of the file in which an obligation says something
// else than another.
func (o *Obligation) Differs(old *Obligation) []string {
	var out []string
	for _, c := range []struct {
		column string
		same   bool
	}{
		{"article", o.Article == old.Article}, {"who", slices.Equal(o.Who, old.Who)}, {"kind", o.Kind == old.Kind}, {"due", o.Due == old.Due},
		{"term_wd", o.TermWd == old.TermWd}, {"trigger", o.Trigger == old.Trigger}, {"applies", o.Applies == old.Applies}, {"done_by", o.DoneBy == old.DoneBy},
		{"standing", o.Standing == old.Standing}, {"scored", o.Scored == old.Scored}, {"consequence", slices.Equal(o.Follows, old.Follows)},
		{"zh", o.Title["zh-CN"] == old.Title["zh-CN"]}, {"en", o.Title["en"] == old.Title["en"]},
		{"evidence_zh", o.Evidence["zh-CN"] == old.Evidence["zh-CN"]}, {"evidence_en", o.Evidence["en"] == old.Evidence["en"]},
	} {
		if !c.same {
			out = append(out, c.column)
		}
	}
	return out
}

package monthly

import (
	"maps"
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/scoring/scorecard"
)

// Method is how a month is counted and what the counts are worth.
type Method struct {
	scorecard.Policy
	// AppealWd is how many working days the bodies have to object.
	AppealWd int `json:"appeal_wd"`
	// WindowDays is how far back exchanges and uses count, ReplyDays answers to
	// requests and to objections; both end with the last day of the month.
	WindowDays int `json:"window_days"`
	ReplyDays  int `json:"reply_days"`
	// PapersTarget is how many papers citizens are no longer to hand in; 0 is no
	// target, and then it is not measured.
	PapersTarget int `json:"papers_target"`
	// PenaltyFrom is the day from which points are taken off.
	PenaltyFrom calendar.Date `json:"penalty_from"`
}

// DefaultMethod is the method of the first pack (Xiangyang, 2017).
func DefaultMethod() Method {
	return Method{
		Policy: scorecard.DefaultPolicy(), AppealWd: 3, WindowDays: 30, ReplyDays: 365,
		PenaltyFrom: calendar.NewDate(2017, time.October, 24), // 办法 in force
	}
}

// clone is a method that shares nothing with m.
func (m Method) clone() Method {
	m.TaskPoints, m.Off = maps.Clone(m.TaskPoints), maps.Clone(m.Off)
	return m
}

// Wrong names what is out of bounds.
func (m *Method) Wrong() []fault.Field {
	out := m.Validate()
	for _, n := range []struct {
		name            string
		is, least, most int
	}{
		{"appeal_wd", m.AppealWd, 1, 30}, {"window_days", m.WindowDays, 1, 366}, {"reply_days", m.ReplyDays, 28, 732},
		{"papers_target", m.PapersTarget, 0, 1000},
	} {
		if n.is < n.least || n.is > n.most {
			out = append(out, fault.At(n.name, "scoring.err.policy_bound", "field", fault.Label("scoring.policy."+n.name), "low", n.least, "high", n.most))
		}
	}
	if m.PenaltyFrom.IsZero() {
		out = append(out, fault.At("penalty_from", "err.required", "field", fault.Label("scoring.policy.penalty_from")))
	}
	return out
}

// PolicyState is where a version of the method stands.
type PolicyState string

// The states.
const (
	PolicyDraft   PolicyState = "draft"
	PolicyInForce PolicyState = "in_force"
)

// Label is the message key of the state's name.
func (s PolicyState) Label() fault.Label { return fault.Label("monthly.policy." + string(s)) }

// Policy is a version of the method.
type Policy struct {
	Version int64
	State   PolicyState
	// FromMonth is the first month that it is in force for, empty for a draft.
	FromMonth   Period
	Method      Method `gorm:"serializer:json"`
	Reason      string
	CreatedAt   time.Time
	CreatedBy   auth.AccountID
	CreatedName string
	SetAt       *time.Time
	SetName     string
	Revision    int64
}

// TableName is the table of the versions.
func (Policy) TableName() string { return "score_policies" }

// inForce finds the version of a month among versions in their order.
func inForce(all []Policy, month Period) (Policy, bool) {
	for _, p := range slices.Backward(all) {
		if p.State == PolicyInForce && p.FromMonth <= month {
			return p, true
		}
	}
	return Policy{}, false
}

package funding

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"qingce/internal/fault"
	"qingce/scoring/eligibility"
)

// RuleList are the numbers of rules that held, the first one decides. A column
// keeps them as |F9|F13|, so that a list can be narrowed by one of them.
type RuleList []string

// String writes |F9|F13|.
func (l RuleList) String() string {
	if len(l) == 0 {
		return ""
	}
	return "|" + strings.Join(l, "|") + "|"
}

// Value writes the column.
func (l RuleList) Value() (driver.Value, error) { return l.String(), nil }

// Scan reads the column.
func (l *RuleList) Scan(source any) error {
	text, ok := source.(string)
	if raw, isBytes := source.([]byte); isBytes {
		text, ok = string(raw), true
	}
	if !ok {
		return fmt.Errorf("read a list of rules: %T", source)
	}
	*l = nil
	for part := range strings.SplitSeq(text, "|") {
		if part != "" {
			*l = append(*l, part)
		}
	}
	return nil
}

// GormDataType tells gorm that it is a text.
func (RuleList) GormDataType() string { return "text" }

// RuleText is the message key of what a rule says.
func RuleText(id string) fault.Label { return fault.Label("funding.rule." + id) }

// ResultLabel is the message key of a result's name.
func ResultLabel(r eligibility.Result) fault.Label { return fault.Label("funding.result." + string(r)) }

// Group is a result as sums show it: what is paid with a warning is paid.
type Group string

// The groups, in the order in which pages show them.
const (
	GroupEligible    Group = "eligible" // with and without a warning
	GroupExempt      Group = "exempt"
	GroupConditional Group = "conditional"
	GroupCeased      Group = "ceased"
	GroupNo          Group = "no"
	GroupConsult     Group = "consult"
	GroupHold        Group = "hold"
)

// Groups lists the groups.
func Groups() []Group {
	return []Group{GroupEligible, GroupExempt, GroupConditional, GroupCeased, GroupNo, GroupConsult, GroupHold}
}

// Label is the message key of the group's name.
func (g Group) Label() fault.Label { return fault.Label("funding.group." + string(g)) }

// GroupOf is the group of a result.
func GroupOf(r eligibility.Result) Group {
	if r == eligibility.Warned {
		return GroupEligible
	}
	return Group(r)
}

// Results lists the results of a group.
func (g Group) Results() []eligibility.Result {
	if g == GroupEligible {
		return []eligibility.Result{eligibility.Eligible, eligibility.Warned}
	}
	return []eligibility.Result{eligibility.Result(g)}
}

// Staked are the groups whose money a department does not have for sure.
func Staked() []Group { return []Group{GroupNo, GroupConditional, GroupConsult, GroupHold} }

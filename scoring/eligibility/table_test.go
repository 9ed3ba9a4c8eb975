package eligibility_test

import (
	"strings"
	"testing"

	"qingce/scoring/eligibility"
)

func ids(rules []eligibility.Rule) string {
	out := ""
	for _, r := range rules {
		out += " " + r.ID
	}
	return strings.TrimSpace(out)
}

func TestRules(t *testing.T) {
	const build, upkeep, accept = eligibility.Build, eligibility.Maintenance, eligibility.Acceptance
	for _, one := range []struct {
		name     string
		kind     eligibility.Kind
		year     int
		facts    string
		result   eligibility.Result
		rules    string
		forecast string
	}{
		{"F1: nothing is decided on what is not known", upkeep, 2018, "incomplete must_connect", eligibility.Hold, "F1 F9", ""},
		{"F2", build, 2018, "county_platform", eligibility.No, "F2", ""},
		{"F3", build, 2018, "no_pre_catalog", eligibility.No, "F3", ""},
		{"F4", build, 2018, "no_hub_clause overlap", eligibility.No, "F4 F6", ""},
		{"F5 for a notice", build, 2018, "overdue_notice", eligibility.No, "F5", ""},
		{"F5 for the catalog", build, 2018, "no_catalog", eligibility.No, "F5", ""},
		{"F6", build, 2018, "overlap", eligibility.Consult, "F6", ""},
		{"F7 for what is retired", upkeep, 2018, "retired must_connect", eligibility.Ceased, "F7 F9", ""},
		{"F7 for a zombie that should be gone", upkeep, 2018, "zombie_overdue", eligibility.Ceased, "F7", ""},
		{"F8", upkeep, 2018, "exempt", eligibility.ExemptFrom, "F8", ""},
		{"F9", upkeep, 2018, "must_connect unfiled", eligibility.No, "F9 F13", ""},
		{"F9 not before 2018, but said", upkeep, 2017, "must_connect", eligibility.Eligible, "F15", "F9"},
		{"F9 not when connected", upkeep, 2018, "must_connect connected", eligibility.Eligible, "F15", ""},
		{"F10", upkeep, 2018, "must_connect exception", eligibility.Conditional, "F10", ""},
		{"F11", upkeep, 2018, "against_rules must_connect connected", eligibility.Consult, "F11", ""},
		{"F12", upkeep, 2018, "notice_on_system suspected", eligibility.No, "F12 F13", ""},
		{"F13", upkeep, 2018, "suspected", eligibility.Warned, "F13", ""},
		{"F13 for a long outage", upkeep, 2018, "down_long", eligibility.Warned, "F13", ""},
		{"F13 for the contract", upkeep, 2018, "contract_over", eligibility.Warned, "F13", ""},
		{"F14", accept, 2018, "catalog_not_there", eligibility.No, "F14", ""},
		{"F14 says nothing of upkeep", upkeep, 2018, "catalog_not_there", eligibility.Eligible, "F15", ""},
		{"F15", build, 2018, "", eligibility.Eligible, "F15", ""},
	} {
		table := eligibility.First()
		facts := eligibility.Facts{Kind: one.kind, Year: one.year, True: map[eligibility.Fact]bool{}}
		for _, f := range strings.Fields(one.facts) {
			facts.True[eligibility.Fact(f)] = true
		}
		got := table.Find(facts)
		forecast := ""
		if got.Forecast != nil {
			forecast = got.Forecast.ID
		}
		if got.Result != one.result || ids(got.Rules) != one.rules || forecast != one.forecast {
			t.Errorf("%s: %s by %s, forecast %q; want %s by %s, forecast %q", one.name, got.Result, ids(got.Rules), forecast, one.result, one.rules, one.forecast)
		}
	}
}

// Every known fact is asked for by some rule: what nobody asks for is collected
// in vain.
func TestEveryFactIsAskedFor(t *testing.T) {
	asked := map[eligibility.Fact]bool{}
	for _, r := range eligibility.First().Rules {
		for _, list := range [][]eligibility.Fact{r.All, r.Any, r.None} {
			for _, f := range list {
				asked[f] = true
			}
		}
	}
	for _, f := range eligibility.AllFacts() {
		if !asked[f] {
			t.Errorf("no rule asks for %s", f)
		}
	}
}

func TestATableThatCannotDecideIsRefused(t *testing.T) {
	for _, one := range []struct{ name, table, want string }{
		{"not JSON", `{`, "read the table"},
		{"no rules", `{"rules": []}`, "does not hold always"},
		{"no last word", `{"rules": [{"id": "A", "all": ["retired"], "result": "no"}]}`, "does not hold always"},
		{"an unknown fact", `{"rules": [{"id": "A", "all": ["moon"], "result": "no"}]}`, `rule 1 (A) of the table of eligibility: fact "moon"`},
		{"an unknown kind", `{"rules": [{"id": "A", "kinds": ["gift"], "result": "no"}]}`, `kind "gift"`},
		{"an unknown result", `{"rules": [{"id": "A", "result": "maybe"}]}`, `result "maybe"`},
		{"a number twice", `{"rules": [{"id": "A", "all": ["retired"], "result": "no"}, {"id": "A", "result": "eligible"}]}`, "A is there twice"},
	} {
		if _, err := eligibility.Read([]byte(one.table)); err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: %v, want %q", one.name, err, one.want)
		}
	}
}

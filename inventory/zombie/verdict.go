package zombie

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// features is how many features of a system to be cleaned up there are.
const features = 5

// Strength is how much a verdict says.
type Strength int

// The strengths.
const (
	Nothing Strength = iota
	Warning          // at least one feature is suspected
	Strong           // at least one feature is met
)

// Verdict is what was found of a system, for as long as it was the same.
type Verdict struct {
	System inventory.SystemID
	// Since is the day of the run that first found it, Until the last day on
	// which it held; no date while it holds.
	Since, Until calendar.Date
	// Policy is the version by which it was found.
	Policy   int64
	Strength Strength
	// Confidence that nobody comes back, between 0 and 1.
	Confidence float64
	// Features has what was found of Z1 to Z5, in this order. The figures are
	// those of Since.
	Features [features]Finding
}

// Finding is what was found of one feature.
type Finding struct {
	Feature detect.Feature  `json:"feature"`
	Result  detect.Result   `json:"result"`
	Grounds []detect.Ground `json:"grounds,omitempty"`
	Figures detect.Figures  `json:"figures"`
}

// Finding is what was found of a feature.
func (v *Verdict) Finding(f detect.Feature) Finding { return v.Features[f-1] }

// Raised are the findings that are met or suspected.
func (v *Verdict) Raised() []Finding {
	var out []Finding
	for _, f := range v.Features {
		if f.Result == detect.Suspected || f.Result == detect.Met {
			out = append(out, f)
		}
	}
	return out
}

// strengthOf is what a finding adds to the strength of a verdict.
func strengthOf(r detect.Result) Strength {
	switch r {
	case detect.Met:
		return Strong
	case detect.Suspected:
		return Warning
	}
	return Nothing
}

// Results are the words for results, in the order of detect.
var resultWords = [...]string{"not_met", "suspected", "met", "insufficient", "off_season", "on_standby", "too_new", "exempt"}

// ResultWord is the name of a result in addresses, files and messages.
func ResultWord(r detect.Result) string { return resultWords[r] }

// ResultLabel is the message key of a result's name.
func ResultLabel(r detect.Result) fault.Label { return fault.Label("zombie.result." + ResultWord(r)) }

// FeatureWord is the name of a feature: z1 to z5.
func FeatureWord(f detect.Feature) string { return "z" + string('0'+rune(f)) }

// FeatureLabel is the message key of a feature's name.
func FeatureLabel(f detect.Feature) fault.Label {
	return fault.Label("zombie.feature." + FeatureWord(f))
}

// groundWords are the names of grounds, in the order of detect.
var groundWords = [...]string{
	"none", "silent", "never_taken_up", "handled_beside", "items_gone", "replaced_by", "users_gone", "idle", "contract_over", "no_release",
	"few_and_rare", "broken_collector", "too_little_seen", "faded", "use_shifted",
}

// GroundWord is the name of a ground in files and messages.
func GroundWord(g detect.Ground) string { return groundWords[g] }

// Viewers may read verdicts (DOMAIN: zombie finding): departments and regions
// their own, the others all. Experts advise on all of them.
func Viewers() []auth.Role {
	return []auth.Role{
		auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance, auth.Leader, auth.Auditor, auth.Expert,
	}
}

// Runners may start runs, and look at those that were held.
func Runners() []auth.Role { return []auth.Role{auth.Centre} }

package cleanup

import (
	"math"

	"qingce/internal/field"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
)

// featuresOf are the names of the features that a verdict holds against a
// system.
func featuresOf(v *zombie.Verdict) field.List {
	var out field.List
	for _, f := range v.Raised() {
		out = append(out, zombie.FeatureWord(f.Feature))
	}
	return out
}

// strengthOf weighs what is held against a system; 0 is too little for a case.
// Idle resources alone prove nothing, a small scope alone proves little.
func strengthOf(v *zombie.Verdict) Strength {
	var out Strength
	few, idle := false, false
	for _, f := range v.Raised() {
		switch {
		case f.Feature == detect.Z3:
			idle = true
		case f.Result == detect.Met:
			out = Strong
		case f.Feature == detect.Z5:
			few = true
		default:
			out = max(out, Likely)
		}
	}
	switch {
	case out > 0:
		return out
	case few && idle:
		return Likely
	case few:
		return Weak
	}
	return 0
}

// undecided tells whether a feature that was held against a system can neither
// be proved nor disproved any more: too little is measured, or it is not the
// season. Then silence does not end a case.
func undecided(v *zombie.Verdict, features field.List) bool {
	for _, f := range v.Features {
		open := f.Result == detect.Insufficient || f.Result == detect.OffSeason
		if open && features.Has(zombie.FeatureWord(f.Feature)) {
			return true
		}
	}
	return false
}

// thousandths is a confidence as cases keep it.
func thousandths(confidence float64) int {
	if math.IsNaN(confidence) || confidence < 0 {
		return 0
	}
	return int(math.Round(min(confidence, 1) * 1000))
}

package fleet

import "math/rand/v2"

// Archetype is how a system is used, or given up.
type Archetype string

// The archetypes of systems that are alive all the time, and of those that are
// given up on Fate day.
const (
	Office        Archetype = "office"
	Public        Archetype = "public"
	LowFrequency  Archetype = "low_frequency"
	Annual        Archetype = "annual"
	Quarterly     Archetype = "quarterly"
	Semester      Archetype = "semester"
	Emergency     Archetype = "emergency"
	Standby       Archetype = "standby"
	New           Archetype = "new"
	SmallSteady   Archetype = "small_steady"
	ProbeOut      Archetype = "probe_out"
	ProbeZero     Archetype = "probe_zero"
	CollectorGone Archetype = "collector_gone"
	Declining     Archetype = "declining"

	Abrupt       Archetype = "abrupt"
	SlowDecay    Archetype = "slow_decay"
	Replaced     Archetype = "replaced"
	MissedSeason Archetype = "missed_season"
	NeverUsed    Archetype = "never_used"
	AdminOnly    Archetype = "admin_only"
	Residual     Archetype = "residual"
)

// share is how many of a hundred systems are of an archetype.
var shares = []struct {
	of   Archetype
	part int
}{
	{Office, 18}, {Public, 10}, {LowFrequency, 8}, {Annual, 5}, {Quarterly, 4}, {Semester, 4}, {Emergency, 3}, {Standby, 2},
	{New, 3}, {SmallSteady, 8}, {ProbeOut, 3}, {ProbeZero, 2}, {CollectorGone, 2}, {Declining, 4},
	{Abrupt, 8}, {SlowDecay, 4}, {Replaced, 4}, {MissedSeason, 2}, {NeverUsed, 2}, {AdminOnly, 2}, {Residual, 2},
}

// Archetypes lists them, those that are alive first.
func Archetypes() []Archetype {
	out := make([]Archetype, 0, len(shares))
	for _, s := range shares {
		out = append(out, s.of)
	}
	return out
}

// Dies tells whether systems of the archetype are given up.
func (a Archetype) Dies() bool {
	switch a {
	case Abrupt, SlowDecay, Replaced, MissedSeason, NeverUsed, AdminOnly, Residual:
		return true
	}
	return false
}

func draw(r *rand.Rand) Archetype {
	whole := 0
	for _, s := range shares {
		whole += s.part
	}
	n := r.IntN(whole)
	for _, s := range shares {
		if n -= s.part; n < 0 {
			return s.of
		}
	}
	return Office
}

// rhythm is the archetype whose use a system has while it is alive.
func (a Archetype) rhythm(r *rand.Rand) Archetype {
	switch a {
	case New, ProbeOut, ProbeZero, CollectorGone, Declining, Abrupt, SlowDecay, Replaced, AdminOnly, Residual:
		return []Archetype{Office, Office, Office, Public, SmallSteady, LowFrequency}[r.IntN(6)]
	case MissedSeason:
		return Annual
	}
	return a
}

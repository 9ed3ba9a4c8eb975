package fleet_test

import (
	"slices"
	"testing"

	"qingce/internal/calendar"
	"qingce/inventory/zombie/detect"
	"qingce/inventory/zombie/fleet"
)

// threeYears are the days of 2015 to 2017, without holidays.
func threeYears(n int) []fleet.Day {
	first := calendar.NewDate(2015, 1, 1)
	epoch := calendar.NewDate(1970, 1, 1)
	out := make([]fleet.Day, n)
	for i := range out {
		d := first.AddDays(i)
		out[i] = fleet.Day{
			Day: detect.Day(d.DaysSince(epoch)), Working: d.Weekday() != 0 && d.Weekday() != 6,
			OfYear: d.DaysSince(calendar.NewDate(d.Year(), 1, 1)),
		}
	}
	return out
}

// A seed that nothing was tuned on.
const heldOut = 7

type climate struct {
	name string
	fleet.Climate
}

func climates() []climate {
	fair := fleet.Fair()
	out := []climate{{"fair", fair}, {"outages x4", fair}, {"web only", fair}, {"web only, leak x3", fair}}
	out[1].Outages = 4
	out[2].WebOnly = true
	out[3].WebOnly, out[3].Leak = true, 3
	return out
}

func ours(s *fleet.System) fleet.Watcher {
	return &fleet.Silence{Policy: detect.DefaultPolicy(), Profile: s.Profile}
}

func judge(seed uint64, n int, c fleet.Climate, rule func(*fleet.System) fleet.Watcher) *fleet.Result {
	days := threeYears(c.Days)
	return fleet.Judge(fleet.Make(seed, n, days[0].Day, c), days, c, rule)
}

// Systems that were given up are found, and those in use left alone, on a fleet
// that the method was not tuned on; the floors are what it reached, rounded
// down.
func TestFindsWhatWasGivenUp(t *testing.T) {
	floors := map[string]struct{ precision, recall, falsely float64 }{
		"fair": {0.975, 0.90, 3}, "outages x4": {0.96, 0.88, 5},
		"web only": {0.96, 0.75, 5}, "web only, leak x3": {0.84, 0.70, 20},
	}
	for _, c := range climates() {
		t.Run(c.name, func(t *testing.T) {
			r, floor := judge(heldOut, 2_000, c.Climate, ours), floors[c.name]
			t.Log("\n" + r.Table())
			if r.Precision() < floor.precision || r.Recall() < floor.recall || r.PerThousand() > floor.falsely {
				t.Errorf("precision %.3f, recall %.3f, %.1f false episodes in 1000 years; want at least %v",
					r.Precision(), r.Recall(), r.PerThousand(), floor)
			}
		})
	}
}

// The rules of peers must do worse on the same fleet, or ours were not worth
// their trouble.
func TestBeatsTheSimpleRules(t *testing.T) {
	mine := judge(heldOut, 1_000, fleet.Fair(), ours).F1()
	for _, z := range []fleet.ZeroUse{{After: 90}, {After: 180}, {After: 90, Blind: true}} {
		r := judge(heldOut, 1_000, fleet.Fair(), func(*fleet.System) fleet.Watcher { rule := z; return &rule })
		t.Logf("%+v: precision %.3f, recall %.3f, F1 %.3f, %.1f false episodes in 1000 years", z, r.Precision(), r.Recall(), r.F1(), r.PerThousand())
		if r.F1() >= mine {
			t.Errorf("%+v reaches F1 %.3f, ours %.3f", z, r.F1(), mine)
		}
	}
}

func TestSameSeedSameFleet(t *testing.T) {
	facts := func() (out []detect.Fact) {
		days := threeYears(400)
		c := fleet.Fair()
		for _, s := range fleet.Make(3, 40, days[0].Day, fleet.Climate{Days: 1096, Leak: 1, Outages: 1}) {
			s.Facts(days, c, func(f detect.Fact, _ detect.Weather) { out = append(out, f) })
		}
		return out
	}
	if !slices.Equal(facts(), facts()) {
		t.Error("the same seed gave two fleets")
	}
}

// BenchmarkStep measures a system-day.
func BenchmarkStep(b *testing.B) {
	days := threeYears(1096)
	systems := fleet.Make(heldOut, 50, days[0].Day, fleet.Fair())
	var facts []detect.Fact
	var weather []detect.Weather
	for i := range systems {
		systems[i].Facts(days, fleet.Fair(), func(f detect.Fact, w detect.Weather) {
			facts, weather = append(facts, f), append(weather, w)
		})
	}
	p := detect.DefaultPolicy()
	var s detect.State
	b.ResetTimer()
	for i := range b.N {
		at := i % len(facts)
		if at%len(days) == 0 {
			s = detect.State{}
		}
		s.Step(&p, &facts[at], weather[at])
		s.Unused(&p, &systems[at/len(days)].Profile)
	}
}

package fleet_test

import (
	"slices"
	"testing"

	"qingce/internal/calendar"
	"qingce/inventory/zombie/detect"
	"qingce/inventory/zombie/fleet"
)

// threeYears are days from 2015 on, with the holidays of the country.
func threeYears(t testing.TB, n int) []fleet.Day {
	t.Helper()
	days, err := fleet.Days(calendar.NewDate(2015, 1, 1), n)
	if err != nil {
		t.Fatal(err)
	}
	return days
}

// Seeds on which nothing was tuned, and those on which the numbers of the policy
// were found: only the former are reported.
var heldOut = []uint64{7, 8, 9}

type climate struct {
	name string
	fleet.Climate
}

func climates() []climate {
	fair := fleet.Fair()
	out := []climate{{"fair", fair}, {"outages x4", fair}, {"web only", fair}, {"leak x3", fair}, {"web only, leak x3", fair}}
	out[1].Outages = 4
	out[2].WebOnly = true
	out[3].Leak = 3
	out[4].WebOnly, out[4].Leak = true, 3
	return out
}

func ours(s *fleet.System) fleet.Watcher {
	return &fleet.Silence{Policy: detect.DefaultPolicy(), Profile: s.Profile}
}

// judge has a rule watch fleets of some seeds.
func judge(t testing.TB, seeds []uint64, n int, c fleet.Climate, rule func(*fleet.System) fleet.Watcher) *fleet.Result {
	t.Helper()
	days := threeYears(t, c.Days)
	all := &fleet.Result{}
	for _, seed := range seeds {
		all.Join(fleet.Judge(fleet.Make(seed, n, days[0].Day, c), days, c, rule))
	}
	return all
}

// Systems that were given up are found, and those in use left alone, on fleets
// that the method was not tuned on.
func TestFindsWhatWasGivenUp(t *testing.T) {
	floors := map[string]struct{ precision, recall, falsely float64 }{
		"fair": {0.97, 0.92, 5}, "web only": {0.94, 0.83, 7},
	}
	for _, c := range climates() {
		floor, known := floors[c.name]
		if !known {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			r := judge(t, heldOut[:1], 2_000, c.Climate, ours)
			if r.Precision() < floor.precision || r.Recall() < floor.recall || r.PerThousand() > floor.falsely {
				t.Errorf("precision %.3f, recall %.3f, %.1f false episodes in 1000 years; want at least %v\n%s",
					r.Precision(), r.Recall(), r.PerThousand(), floor, r.Table())
			}
		})
	}
}

// The rules of peers must do worse on the same fleet, or ours were not worth
// their trouble.
func TestBeatsTheSimpleRules(t *testing.T) {
	mine := judge(t, heldOut[:1], 500, fleet.Fair(), ours).F1()
	for _, peer := range peers() {
		if r := judge(t, heldOut[:1], 500, fleet.Fair(), peer.rule); r.F1() >= mine {
			t.Errorf("%s reaches F1 %.3f, ours %.3f", peer.name, r.F1(), mine)
		}
	}
}

func TestSameSeedSameFleet(t *testing.T) {
	facts := func() (out []detect.Fact) {
		days := threeYears(t, 400)
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

package usage_test

import (
	"fmt"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// declares registers a system that says of its use what change makes it say.
func (f filing) declares(name string, change func(*inventory.System)) inventory.System {
	f.t.Helper()
	in := f.System("RS", name)
	change(&in)
	s, _, err := f.Registry.Register(f.t.Context(), f.Clerk("RS"), inventory.Registration{System: in})
	if err != nil {
		f.t.Fatalf("register %s: %v", name, err)
	}
	return s
}

// used gives figures for the days before today: people and logins on every
// nth, zero on the others.
func (f filing) used(s inventory.System, days, nth, people int) {
	f.t.Helper()
	lines := []string{"system,day,users,logins"}
	for ago := 1; ago <= days; ago++ {
		n := 0
		if nth > 0 && ago%nth == 0 {
			n = people
		}
		lines = append(lines, fmt.Sprintf("%s,%s,%d,%d", s.Code, f.ago(ago), n, n))
	}
	f.counts(f.Clerk("RS"), lines...)
}

func TestDeclarationsAreHeldAgainstFacts(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		type want struct {
			judged usage.Judgement
			kinds  []usage.DifferenceKind
		}
		cases := []struct {
			name              string
			change            func(*inventory.System)
			days, nth, people int
			want
		}{
			{"daily and used", func(*inventory.System) {}, 90, 1, 50, want{usage.Agrees, nil}},
			{"daily and never used", func(*inventory.System) {}, 90, 0, 0, want{usage.Differs, []usage.DifferenceKind{usage.NeverUsed}}},
			{"daily and used each week", func(*inventory.System) {}, 90, 7, 50, want{usage.Differs, []usage.DifferenceKind{usage.UsedLess}}},
			{"daily, known for too few days", func(*inventory.System) {}, 71, 0, 0, want{usage.Unmeasured, nil}},
			{"daily, known for just enough days", func(*inventory.System) {}, 72, 0, 0, want{usage.Differs, []usage.DifferenceKind{usage.NeverUsed}}},
			{"nothing is known", func(*inventory.System) {}, 1, 1, 1, want{usage.Unmeasured, nil}},
			{"hardly used, and used", func(s *inventory.System) {
				s.UseFrequency, s.Proposed, s.ActiveUsersMonth = inventory.FrequencyHardly, "clean", new(int64(0))
			}, 90, 4, 3, want{usage.Differs, []usage.DifferenceKind{usage.UsedMore}}},
			{"season is over", func(s *inventory.System) { s.UsagePattern, s.SeasonMonths = inventory.PatternSeasonal, []string{"03"} }, 90, 0, 0, want{usage.Agrees, nil}},
			{"stands by", func(s *inventory.System) { s.UsagePattern = "standby" }, 90, 0, 0, want{usage.Agrees, nil}},
			{"stands by, and used", func(s *inventory.System) { s.UsagePattern = "standby" }, 90, 1, 9, want{usage.Differs, []usage.DifferenceKind{usage.StandbyUsed}}},
			{"more people than registered", func(*inventory.System) {}, 90, 1, 201, want{usage.Differs, []usage.DifferenceKind{usage.PeopleMore}}},
		}
		systems := map[string]want{}
		for _, c := range cases {
			s := f.declares(c.name, c.change)
			f.used(s, c.days, c.nth, c.people)
			systems[s.Name] = c.want
		}
		page, err := f.Ledger.Compare(t.Context(), f.Someone(auth.Office), usage.CompareQuery{Size: 50})
		if err != nil || page.Total != int64(len(cases)) {
			t.Fatalf("%d systems (%v), want %d", page.Total, err, len(cases))
		}
		for _, c := range page.Rows {
			var kinds []usage.DifferenceKind
			for _, d := range c.Differences {
				kinds = append(kinds, d.Kind)
			}
			if w := systems[c.System.Name]; c.Judgement != w.judged || !slices.Equal(kinds, w.kinds) {
				t.Errorf("%s: %s %v, want %s %v (%+v)", c.System.Name, c.Judgement, kinds, w.judged, w.kinds, c.Facts)
			}
		}
		if page.By[usage.Differs] != 6 || page.By[usage.Agrees] != 3 || page.By[usage.Unmeasured] != 2 {
			t.Errorf("counted %v", page.By)
		}
		only, err := f.Ledger.Compare(t.Context(), f.Clerk("RS"), usage.CompareQuery{Kind: usage.UsedLess})
		if err != nil || only.Total != 1 || only.Rows[0].System.Name != "daily and used each week" {
			t.Errorf("by kind: %d rows, %v", only.Total, err)
		}
		if none, err := f.Ledger.Compare(t.Context(), f.Clerk("MZ"), usage.CompareQuery{}); err != nil || none.Total != 0 {
			t.Errorf("another department sees %d, %v", none.Total, err)
		}
		if _, err := f.Ledger.Compare(t.Context(), f.Someone(auth.Leader), usage.CompareQuery{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the leading group sees single systems: %v", err)
		}
		sums, err := f.Ledger.Sums(t.Context(), f.Someone(auth.Leader))
		if err != nil || sums.All != (usage.Count{Systems: 11, Measured: 9, Used: 5}) || len(sums.Owners) != 1 {
			t.Errorf("sums %+v, %v", sums, err)
		}
	})
}

func TestTheSourcesOfADayAreNamed(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		p := f.Probe("网关", "RS", usage.Whole, s)
		source, day := f.Source(p, "web-1", 1), f.ago(2)
		for h := range 3 {
			f.Put(usage.HourState{System: s.ID, Source: source, Hour: wire.HourOf(day.At(h, 0)), Seq: 1, Minutes: 50, Build: "1.2"})
		}
		u := f.counts(f.Clerk("RS"), "system,day,logins", s.Code+","+day.String()+",4")
		got, err := f.Ledger.SourcesOf(t.Context(), f.Head("RS"), s.ID, day)
		want := []usage.SourceDay{{Probe: p.Code, Name: "web-1", Hours: 3, Minutes: 150, Build: "1.2"}, {Name: "f.csv", Upload: u.ID}}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %+v (%v), want %+v", got, err, want)
		}
		if _, err := f.Ledger.SourcesOf(t.Context(), f.Head("MZ"), s.ID, day); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another department: %v, want not found", err)
		}
	})
}

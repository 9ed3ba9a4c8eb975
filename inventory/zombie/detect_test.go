package zombie_test

import (
	"errors"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
	"qingce/inventory/zombie/zombietest"
)

func day(month time.Month, d int) calendar.Date { return calendar.NewDate(2017, month, d) }

// office is used on working days until a day, and visited by machines.
func office(w *zombietest.World, until calendar.Date) func(calendar.Date) (wire.Values, bool) {
	return func(d calendar.Date) (wire.Values, bool) {
		people := 0
		if !d.After(until) && w.Working(d) {
			people = 30
		}
		return usagetest.Values(wire.Requests, 200+people*20, wire.Logins, people, wire.BusinessTx, people*2, wire.Users, people, wire.MachineClients, 5), true
	}
}

var forever = calendar.NewDate(2100, 1, 1)

func TestADayIsRunOnce(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		dead, alive := w.Declared("RS", "人事档案查询系统", nil), w.Declared("MZ", "城乡低保救助系统", nil)
		from, to := calendar.NewDate(2016, 6, 1), day(10, 22)
		w.Until(to)
		w.Facts(dead.ID, from, to, office(w, day(2, 10)))
		w.Facts(alive.ID, from, to, office(w, forever))

		dry := w.Detect(to, zombie.How{DryRun: true})
		if _, err := w.Detector.Verdict(t.Context(), w.Someone(auth.Centre), dead.Code); !errors.Is(err, zombie.ErrNoRun) {
			t.Fatalf("a dry run has left something: %v", err)
		}
		run := w.Detect(to, zombie.How{})
		want := zombie.Counts{Systems: 2, Measured: 2, Met: 1, Fresh: 1, Changed: 2, Returns: detect.Returns{{Reached: 1}, {Reached: 1}, {Reached: 1}}}
		if run.Counts != want || run.Counts != dry.Counts || run.State != zombie.Finished {
			t.Fatalf("run %+v, dry run %+v, want %+v", run, dry.Counts, want)
		}
		if got := w.Results(dead.Code); got[detect.Z1] != "met" {
			t.Errorf("the system that nobody has used since February: %v", got)
		}
		if got := w.Results(alive.Code); got[detect.Z1] != "not_met" {
			t.Errorf("the system in use: %v", got)
		}
		w.Clock.Advance(time.Hour)
		again := w.Detect(to, zombie.How{})
		if again != run {
			t.Errorf("the same day again is %+v, want the summary %+v", again, run)
		}
		if _, err := w.Detector.Detect(t.Context(), w.Someone(auth.Centre), to.AddDays(-1), zombie.How{}); !errors.Is(err, zombie.ErrOlder) {
			t.Errorf("an earlier day: %v", err)
		}
		if _, err := w.Detector.Detect(t.Context(), w.Someone(auth.Centre), to.AddDays(1), zombie.How{}); !errors.Is(err, zombie.ErrNotOver) {
			t.Errorf("a day that is not over: %v", err)
		}
		if _, err := w.Detector.Detect(t.Context(), w.Someone(auth.Office), to, zombie.How{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a run by the Office: %v", err)
		}
	})
}

// verdictOf is what the newest run found of a system.
func verdictOf(t *testing.T, w *zombietest.World, s inventory.System) zombie.Verdict {
	t.Helper()
	v, err := w.Detector.Verdict(t.Context(), w.Someone(auth.Centre), s.Code)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestStatesGrownDayByDayAreThoseOfOnePass(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		dead, alive := w.Declared("RS", "人事档案查询系统", nil), w.Declared("MZ", "城乡低保救助系统", nil)
		w.Declared("JT", "没有数据的系统", nil)
		from, to := day(6, 1), day(10, 22)
		w.Until(to)
		gaps := func(fn func(calendar.Date) (wire.Values, bool)) func(calendar.Date) (wire.Values, bool) {
			return func(d calendar.Date) (wire.Values, bool) {
				v, ok := fn(d)
				return v, ok && d.Day()%9 != 0
			}
		}
		w.Facts(dead.ID, from, to, gaps(office(w, day(7, 10))))
		w.Facts(alive.ID, from, to, gaps(office(w, forever)))
		for d := day(9, 20); !d.After(to); d = d.AddDays(1) {
			w.Detect(d, zombie.How{})
		}
		// What comes late makes the system anew.
		w.Facts(alive.ID, day(10, 9), day(10, 9), office(w, forever))
		w.Facts(dead.ID, day(7, 9), day(7, 9), office(w, forever))
		run := w.Detect(to, zombie.How{Again: true})
		if run.Rebuilt != 2 || run.Corrections != 1 {
			t.Errorf("the correction made %d systems anew and is the %d., want 2 and 1", run.Rebuilt, run.Corrections)
		}
		grown := w.Written("zombie_states", "day, system_id")
		w.Detect(to, zombie.How{Rebuild: true})
		rebuilt := w.Written("zombie_states", "day, system_id")
		if newest := grown[len(grown)-len(rebuilt):]; newest != rebuilt {
			t.Errorf("states that grew:\n%s\nmade anew:\n%s", newest, rebuilt)
		}
	})
}

// asOf is the verdict on a system as it held on a day.
func asOf(t *testing.T, w *zombietest.World, id inventory.SystemID, on calendar.Date) zombie.Verdict {
	t.Helper()
	var found map[inventory.SystemID]zombie.Verdict
	err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		found, err = w.Detector.VerdictsOfIn(tx, on, []inventory.SystemID{id})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found[id]
}

func TestTooManySuspicionsAreHeld(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		numbers := zombie.DefaultNumbers()
		numbers.MassLeast = 1
		p, err := w.Detector.Draft(t.Context(), w.Someone(auth.Centre), zombie.PolicyForm{Name: "试", Reason: "试", Numbers: numbers})
		if err != nil {
			t.Fatal(err)
		}
		from, to := calendar.NewDate(2016, 6, 1), day(10, 22)
		w.Until(to)
		if _, err := w.Detector.PutInForce(t.Context(), w.Someone(auth.Office), p.Version, 1, to.AddDays(-1), "试"); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"甲系统", "乙系统"} {
			w.Facts(w.Declared("RS", name, nil).ID, from, to, office(w, day(2, 10)))
		}
		run := w.Detect(to.AddDays(-1), zombie.How{})
		if run.State != zombie.Held || run.Fresh != 2 {
			t.Fatalf("run %+v, want it held", run)
		}
		if _, err := w.Detector.Verdict(t.Context(), w.Someone(auth.Centre), "RS-0001"); !errors.Is(err, zombie.ErrNoRun) {
			t.Errorf("a held run shows something: %v", err)
		}
		if _, err := w.Detector.Discard(t.Context(), w.Someone(auth.Centre), to.AddDays(-1), "  "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("discarded without a reason: %v", err)
		}
		if _, err := w.Detector.Discard(t.Context(), w.Someone(auth.Centre), to.AddDays(-1), "探针升级"); err != nil {
			t.Fatal(err)
		}
		if next := w.Detect(to, zombie.How{}); next.State != zombie.Held {
			t.Fatalf("the next run %+v, want it held again", next)
		}
		if _, err := w.Detector.Release(t.Context(), w.Someone(auth.Office), to, "已核实"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("released by the Office: %v", err)
		}
		if _, err := w.Detector.Release(t.Context(), w.Someone(auth.Centre), to, "已核实"); err != nil {
			t.Fatal(err)
		}
		page, err := w.Detector.Verdicts(t.Context(), w.Someone(auth.Leader), zombie.VerdictQuery{Feature: detect.Z1})
		if err != nil || page.Total != 2 {
			t.Errorf("after the release %d verdicts are seen, want 2 (%v)", page.Total, err)
		}
	})
}

func TestARunThatBrokeOffGoesOn(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		w.Fleet(600)
		to := day(10, 22)
		w.Until(to)
		w.FleetFacts(to.AddDays(-1), to, day(1, 1))
		statement := func(sql string, args ...any) {
			t.Helper()
			if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(sql, args...).Error }); err != nil {
				t.Fatal(err)
			}
		}
		// A row in the way of the last lot breaks the run off.
		statement("INSERT INTO zombie_states (part, day, system_id, state) VALUES (?, ?, ?, ?)", zombie.DayOf(to)%4, zombie.DayOf(to), 1_000_590, []byte{0})
		if _, err := w.Detector.Detect(t.Context(), w.Someone(auth.Centre), to, zombie.How{}); err == nil {
			t.Fatal("the run did not break off")
		}
		if _, err := w.Detector.Newest(t.Context(), w.Someone(auth.Centre)); !errors.Is(err, zombie.ErrNoRun) {
			t.Errorf("half a run can be seen: %v", err)
		}
		statement("DELETE FROM zombie_states WHERE system_id = ?", 1_000_590)
		run := w.Detect(to, zombie.How{})
		if run.State != zombie.Finished || run.Systems != 601 || run.Measured != 600 {
			t.Errorf("the run that went on is %+v, want all 601 systems", run)
		}
		page, err := w.Detector.Verdicts(t.Context(), w.Someone(auth.Office), zombie.VerdictQuery{Size: 1})
		if err != nil || page.Total != 601 {
			t.Errorf("%d verdicts, want one of each of the 601 systems (%v)", page.Total, err)
		}
	})
}

// TestGuards has a system for each reason not to judge one, and for each feature
// that what the register says is enough for.
func TestGuards(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		from, to := calendar.NewDate(2016, 6, 1), day(10, 22)
		w.Until(to)
		silent := func(prefix, name string, change func(*inventory.System)) inventory.System {
			s := w.Declared(prefix, name, change)
			w.Facts(s.ID, from, to, office(w, day(2, 10)))
			return s
		}
		vertical := silent("MZ", "婚姻登记系统", func(s *inventory.System) { s.Vertical = "provincial" })
		young := silent("GS", "新系统", func(s *inventory.System) { s.EnabledDate = day(9, 1) })
		contract := w.Declared("RS", "人事档案查询系统", func(s *inventory.System) { s.OmContractEnd = calendar.NewDate(2015, 12, 31) })
		ended := calendar.NewDate(2015, 12, 31)
		itself := w.Declared("RS", "自行运维系统", func(s *inventory.System) { s.OmContractEnd, s.OmMode = ended, "self" })
		tended := w.Declared("RS", "自行维护系统", func(s *inventory.System) {
			s.OmContractEnd, s.OmMode, s.LastMaintenanceDate = ended, "self", day(3, 1)
		})
		season := w.Declared("JY", "中考招生系统", func(s *inventory.System) {
			s.UsagePattern, s.SeasonMonths = inventory.PatternSeasonal, []string{"05", "06", "07", "08"}
		})
		w.Facts(season.ID, from, to, office(w, day(8, 25)))
		old, next := w.Declared("JY", "教育OA旧版", nil), w.Declared("GA", "协同办公平台", nil)
		if err := w.Registry.Relate(t.Context(), w.Clerk("JY"), old.Code, next.Code, inventory.ReplacedBy, ""); err != nil {
			t.Fatal(err)
		}
		outage := w.Declared("JT", "道路运政管理系统", nil)
		w.Facts(outage.ID, from, to, func(d calendar.Date) (wire.Values, bool) {
			v, _ := office(w, forever)(d)
			return v, d.Before(day(9, 20)) || d.After(day(10, 20))
		})
		w.Detect(to, zombie.How{})
		for _, c := range []struct {
			name    string
			system  inventory.System
			feature detect.Feature
			want    string
		}{
			{"run by a higher level", vertical, detect.Z1, "exempt"},
			{"in service since September", young, detect.Z1, "too_new"},
			{"its contract ended in 2015", contract, detect.Z4, "suspected"},
			{"maintained by itself, by its word alone", itself, detect.Z4, "suspected"},
			{"maintained by itself, and seen to be", tended, detect.Z4, "not_met"},
			{"out of its season", season, detect.Z1, "off_season"},
			{"replaced", old, detect.Z2, "suspected"},
			{"a probe that failed for a month", outage, detect.Z1, "insufficient"},
		} {
			if got := w.Results(c.system.Code)[c.feature]; got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
		v := verdictOf(t, w, contract)
		if got := v.Finding(detect.Z4).Figures.Over; got != 661 {
			t.Errorf("the contract ended %d days ago, want 661", got)
		}
		// The outage is mended: the same day again finds the system in use.
		w.Facts(outage.ID, day(9, 20), day(10, 20), office(w, forever))
		w.Detect(to, zombie.How{Again: true})
		if got := w.Results(outage.Code)[detect.Z1]; got != "not_met" {
			t.Errorf("after the backfill: %s, want not_met", got)
		}
	})
}

func TestFewPeopleOnFewDays(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		s := w.Declared("LY", "游客投诉登记系统", nil)
		from, to := day(4, 1), day(10, 22)
		w.Until(to)
		w.Facts(s.ID, from, to, func(d calendar.Date) (wire.Values, bool) {
			people := 0
			if w.Working(d) && d.Day() == 14 || d == day(10, 16) {
				people = 1
			}
			return usagetest.Values(wire.Requests, 20, wire.Logins, people, wire.Users, people, wire.MachineClients, 2,
				wire.CPUAvg, 80, wire.CPUP95, 300, wire.CPUP05, 60, wire.NetBytes, 1000, wire.StorageBytes, 1_000_000), true
		})
		w.Detect(to, zombie.How{})
		got := w.Results(s.Code)
		if got[detect.Z5] != "suspected" || got[detect.Z3] == "not_met" {
			t.Errorf("three people on a few days at 0.8 %% of the processor: %v", got)
		}
		v := verdictOf(t, w, s)
		if f := v.Finding(detect.Z5).Figures; f.Users < 1 || f.Users > 4 || f.WorkingDays != 60 {
			t.Errorf("figures %+v, want at most four people and 60 working days", f)
		}
	})
}

func TestAProbeThatFailsAccusesNobody(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		from, to := calendar.NewDate(2016, 6, 1), day(10, 22)
		w.Until(to)
		var seen []inventory.System
		for _, name := range []string{"甲系统", "乙系统", "丙系统", "丁系统", "戊系统", "己系统"} {
			s := w.Declared("GA", name, nil)
			w.Facts(s.ID, from, to, office(w, day(2, 10)))
			seen = append(seen, s)
		}
		alone := w.Declared("RS", "人事档案查询系统", nil)
		w.Facts(alone.ID, from, to, office(w, day(2, 10)))
		w.Probe("公安网关", "GA", usage.Whole, seen...)
		w.Detect(to, zombie.How{})
		for _, s := range seen {
			if got := w.Results(s.Code)[detect.Z1]; got != "insufficient" {
				t.Errorf("%s fell silent with all others behind its probe, and is %s", s.Name, got)
			}
		}
		if got := w.Results(alone.Code)[detect.Z1]; got != "met" {
			t.Errorf("a system without a probe in question is %s, want met", got)
		}
		life, err := w.Detector.Life(t.Context(), w.Someone(auth.Centre), seen[0].Code, from, to)
		if err != nil || life.Findings[0].Result != detect.Insufficient {
			t.Errorf("its page says %s (%v)", zombie.ResultWord(life.Findings[0].Result), err)
		}
	})
}

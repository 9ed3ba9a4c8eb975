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
		want := zombie.Counts{Systems: 2, Measured: 2, Met: 1, Fresh: 1, Changed: 2}
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

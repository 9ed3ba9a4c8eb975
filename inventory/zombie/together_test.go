package zombie_test

import (
	"fmt"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
	"qingce/inventory/zombie/zombietest"
)

// Twelve systems of one probe fell silent in the same days. They lie far apart in
// the register, so that no lot of a run has five of them: the probe is in question
// all the same, and none of them is found; the others that fell silent are.
func TestSilentTogetherInTheWholeFleet(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		w.Fleet(600)
		to := day(10, 22)
		w.Until(to)
		w.FleetFacts(calendar.NewDate(2017, 5, 1), to, day(7, 1)) // every fourth has been silent since
		var seen []inventory.System
		for i := range 12 {
			n := 4 + 48*i
			seen = append(seen, inventory.System{ID: inventory.SystemID(1_000_000 + n), Code: fmt.Sprint("F-", n)})
		}
		w.Probe("政务云网关", "RS", usage.Whole, seen...)

		want := func(what string, run zombie.Run) {
			t.Helper()
			if run.Systems != 601 || run.Suspected+run.Met != 138 || run.Insufficient != 13 || run.Fresh != 138 {
				t.Errorf("%s: %+v, want 138 suspected, and 12 of which the probe is in question beside one that was never measured", what, run)
			}
		}
		want("a dry run", w.Detect(to, zombie.How{DryRun: true}))
		// The run breaks off at a row in the way of its last lot, and goes on.
		statement := func(sql string, args ...any) {
			t.Helper()
			if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(sql, args...).Error }); err != nil {
				t.Fatal(err)
			}
		}
		at := zombie.DayOf(to)
		statement("INSERT INTO zombie_states (part, day, system_id, state) VALUES (?, ?, ?, ?)", at%4, at, 1_000_590, []byte{0})
		if _, err := w.Detector.Detect(t.Context(), w.Someone(auth.Centre), to, zombie.How{}); err == nil {
			t.Fatal("the run did not break off")
		}
		statement("DELETE FROM zombie_states WHERE system_id = ?", 1_000_590)
		want("the run that went on", w.Detect(to, zombie.How{}))
		want("the run again", w.Detect(to, zombie.How{Again: true}))
		want("made anew", w.Detect(to, zombie.How{Rebuild: true}))
		if _, err := w.Detector.Release(t.Context(), w.Someone(auth.Centre), to, "已核实"); err != nil {
			t.Fatal(err)
		}
		for code, want := range map[string]string{"F-4": "insufficient", "F-532": "insufficient", "F-8": "suspected", "F-5": "not_met"} {
			if got := w.Results(code)[detect.Z5]; got != want {
				t.Errorf("%s is %s, want %s", code, got, want)
			}
		}
		life, err := w.Detector.Life(t.Context(), w.Someone(auth.Centre), "F-4", to.AddDays(-60), to)
		if err != nil || zombie.ResultWord(life.Findings[4].Result) != "insufficient" {
			t.Errorf("the life of one of them ends with %+v (%v)", life.Findings, err)
		}
		tried, err := w.Detector.Simulate(t.Context(), w.Someone(auth.Centre), 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Detector.JobSimulate(t.Context(), w.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		tried, err = w.Detector.Simulation(t.Context(), w.Someone(auth.Centre), tried.ID)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := tried.Results(); err != nil || len(r.Changes) != 0 || r.Suspected+r.Met != 138 {
			t.Errorf("the policy in force, tried, would change %+v (%v)", r, err)
		}
	})
}

// The confidence in a silence is no more than the fate of such silences in the
// fleet allows, as far as they were seen before.
func TestConfidenceIsBoundByTheFleet(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		quiet := w.Declared("RS", "人事档案查询系统", nil)
		from, to := calendar.NewDate(2016, 6, 1), day(10, 22)
		w.Until(to)
		w.Facts(quiet.ID, from, to, office(w, day(2, 10)))
		w.Detect(to.AddDays(-1), zombie.How{})
		w.Detect(to, zombie.How{})
		sure := func() detect.Figures {
			t.Helper()
			life, err := w.Detector.Life(t.Context(), w.Someone(auth.Centre), quiet.Code, to.AddDays(-9), to)
			if err != nil {
				t.Fatal(err)
			}
			return life.Findings[0].Figures
		}
		if got := sure(); got.Sure != got.Dead || got.Dead < 0.98 || got.Before.Reached != 0 {
			t.Fatalf("with one silence seen: %+v", got)
		}
		err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Gorm().Exec("UPDATE zombie_runs SET returns = ? WHERE day = ?",
				`[{}, {}, {"Reached": 200, "Returned": 4}]`, zombie.DayOf(to)-1).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := sure(); got.Sure < 0.94 || got.Sure > 0.96 || got.Before != (detect.Return{Reached: 200, Returned: 4}) {
			t.Errorf("where 4 of 200 came back: %+v", got)
		}
	})
}

package zombietest

import (
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
)

// World is a city whose systems are measured and judged.
type World struct {
	*usagetest.World
	Book     *schedule.Book
	Detector *zombie.Detector

	t        testing.TB
	files    usage.UploadID
	patterns []inventory.SystemID // of a fleet
}

// Over makes a world over a city.
func Over(t testing.TB, city *inventorytest.City) *World {
	t.Helper()
	w := &World{World: usagetest.Over(t, city), Book: schedule.New(city.DB, schedule.Options{}), t: t}
	w.Detector = zombie.New(zombie.Deps{DB: city.DB, Registry: city.Registry, Book: w.Book})
	w.Ledger.OnRedone(w.Detector.Late)
	for _, seed := range []func() error{
		func() error { return w.Book.Seed(t.Context()) }, func() error { return w.Detector.Seed(t.Context()) },
	} {
		if err := seed(); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// Each runs a test with a world on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, Over(t, city)) })
}

// Open makes a world on SQLite.
func Open(t testing.TB) *World {
	t.Helper()
	return Over(t, inventorytest.Open(t))
}

// Declared is a system that its department has declared; change may alter the
// record before.
func (w *World) Declared(prefix, name string, change func(*inventory.System)) inventory.System {
	w.t.Helper()
	s := w.System(prefix, name)
	if change != nil {
		change(&s)
	}
	s, _, err := w.Registry.Register(w.t.Context(), w.Clerk(prefix), inventory.Registration{System: s})
	if err != nil {
		w.t.Fatalf("register %s: %v", name, err)
	}
	if s, err = w.Registry.Move(w.t.Context(), w.Head(prefix), s.Code, s.Version, inventory.Declare, ""); err != nil {
		w.t.Fatalf("declare %s: %v", name, err)
	}
	return s
}

// Facts gives the facts of days of a system, and works them out: fn says what
// was measured on a day; false is a day of which nothing is known.
func (w *World) Facts(system inventory.SystemID, from, to calendar.Date, fn func(calendar.Date) (wire.Values, bool)) {
	w.t.Helper()
	w.files++
	var days []usage.GivenDay
	for day := from; !day.After(to); day = day.AddDays(1) {
		if values, ok := fn(day); ok {
			days = append(days, usage.GivenDay{System: system, Date: day, Upload: w.files, Values: values, At: w.DB.Now()})
		}
	}
	if err := w.DB.Write(w.t.Context(), func(tx *store.Tx) error { return w.Ledger.PutDaysIn(tx, days) }); err != nil {
		w.t.Fatalf("give %d days: %v", len(days), err)
	}
	w.RollUp()
}

// Working tells working days.
func (w *World) Working(day calendar.Date) bool {
	w.t.Helper()
	cal, err := w.Book.Load(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	working, err := cal.IsWorking(day)
	if err != nil {
		w.t.Fatal(err)
	}
	return working
}

// Detect runs detection for a day.
func (w *World) Detect(day calendar.Date, how zombie.How) zombie.Run {
	w.t.Helper()
	run, err := w.Detector.Detect(w.t.Context(), w.Someone(auth.Centre), day, how)
	if err != nil {
		w.t.Fatalf("detect %v: %v", day, err)
	}
	return run
}

// Until sets the clock to the morning after a day.
func (w *World) Until(day calendar.Date) {
	w.Clock.Advance(day.AddDays(1).At(8, 0).Sub(w.Clock.Now()))
}

// Results are what the newest run found of the features of a system, as words.
func (w *World) Results(code string) map[detect.Feature]string {
	w.t.Helper()
	v, err := w.Detector.Verdict(w.t.Context(), w.Someone(auth.Centre), code)
	if err != nil {
		w.t.Fatalf("verdict of %s: %v", code, err)
	}
	out := map[detect.Feature]string{}
	for _, f := range v.Features {
		out[f.Feature] = zombie.ResultWord(f.Result)
	}
	return out
}

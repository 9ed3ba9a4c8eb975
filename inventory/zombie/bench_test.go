package zombie_test

import (
	"os"
	"runtime"
	"strconv"
	"testing"

	"qingce/internal/calendar"
	"qingce/inventory/inventorytest"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/zombietest"
)

// fleetSize is how many systems a benchmark has: QINGCE_BENCH_FLEET, else few,
// so that it can be tried. docs/performance.md speaks of a million for a day and
// of two thousand for a rebuild.
func fleetSize(b *testing.B, few int) int {
	b.Helper()
	text := os.Getenv("QINGCE_BENCH_FLEET")
	if text == "" {
		return few
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkDay is the nightly run: one day of all systems evaluated and stored, on
// PostgreSQL. What is remembered of the day before is read, and written anew.
func BenchmarkDay(b *testing.B) {
	w := zombietest.Over(b, inventorytest.OpenPostgres(b))
	n := fleetSize(b, 5_000)
	next := day(10, 1)
	w.FleetStates(n, next, day(1, 20))
	most := uint64(0)
	for b.Loop() {
		b.StopTimer()
		next = next.AddDays(1)
		w.Until(next.AddDays(1))
		w.FleetFacts(next, next, day(1, 20))
		b.StartTimer()
		if run := w.Detect(next, zombie.How{}); run.Systems < n {
			b.Fatalf("only %d systems were evaluated", run.Systems)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.Sys)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "systems/s")
	b.ReportMetric(float64(most)/(1<<20), "MB")
}

// BenchmarkRebuild makes what is remembered of all systems anew from two years of
// facts, on SQLite.
func BenchmarkRebuild(b *testing.B) {
	w := zombietest.Open(b)
	n := fleetSize(b, 100)
	w.Fleet(n)
	from, to := calendar.NewDate(2015, 10, 24), day(10, 22)
	w.Until(to.AddDays(1))
	w.FleetFacts(from, to, day(1, 20))
	w.Detect(to, zombie.How{})
	for b.Loop() {
		if run := w.Detect(to, zombie.How{Rebuild: true}); run.Systems < n {
			b.Fatalf("only %d systems were evaluated", run.Systems)
		}
	}
	days := float64(to.DaysSince(from)+1) * float64(n) * float64(b.N)
	b.ReportMetric(days/b.Elapsed().Seconds(), "system-days/s")
}

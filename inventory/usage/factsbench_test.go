package usage_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// benchRows is how many hours one batch of the benchmarks has.
const benchRows = 20_000

// benchDB opens a database for a benchmark whose clock stands at the beginning
// of the story.
func benchDB(b *testing.B, engine string) (*store.DB, string) {
	b.Helper()
	clock := func() time.Time { return storyDay.At(9, 30) }
	if engine == "sqlite" {
		return storetest.Open(b, storetest.At(clock)), ""
	}
	dsn := storetest.PostgresDSN(b)
	db, err := store.Open(b.Context(), dsn, store.Options{Clock: clock})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db, dsn
}

// benchStates are the states of one hour of so many systems, as an agent at a
// web server measures them.
func benchStates(n int, hour wire.Hour, seq int64) []usage.HourState {
	out := make([]usage.HourState, n)
	for i := range out {
		out[i] = usage.HourState{
			System: inventory.SystemID(i + 1), Source: usage.SourceID(i + 1), Hour: hour, Seq: seq, Minutes: 55, SketchKey: "2017a",
			LastWrite: hour.Start(), Values: usagetest.Values(wire.Requests, 900+i%800, wire.HumanRequests, 300+i%80, wire.Errors, i%9,
				wire.NetBytes, 1_000_000+i*17, wire.Users, i%60, wire.MachineClients, i%7, wire.Logins, i%31, wire.BusinessTx, i%13),
		}
	}
	return out
}

// stopwatch measures ways of doing the same, one after the other in each round,
// so that what else the machine does hits all of them.
type stopwatch struct {
	names []string
	spent map[string][]float64 // seconds
}

func (w *stopwatch) measure(b *testing.B, name string, states []usage.HourState, do func([]usage.HourState) error) {
	b.Helper()
	begin := time.Now()
	if err := do(states); err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	if w.spent == nil {
		w.spent = map[string][]float64{}
	}
	if w.spent[name] == nil {
		w.names = append(w.names, name)
	}
	w.spent[name] = append(w.spent[name], time.Since(begin).Seconds())
}

// report gives the rows per second of the median round of each way, and how
// that is to the first one.
func (w *stopwatch) report(b *testing.B, rows int) {
	median := func(name string) float64 {
		slices.Sort(w.spent[name])
		return w.spent[name][len(w.spent[name])/2]
	}
	for _, name := range w.names {
		b.ReportMetric(float64(rows)/median(name), name+"-rows/s")
		if name != w.names[0] {
			b.ReportMetric(median(w.names[0])/median(name), name+"/"+w.names[0])
		}
	}
}

// BenchmarkHours compares what the ledger does with the hours of 20,000 systems
// with COPY of the same rows into the same keyed, partitioned table, on
// PostgreSQL: first states, later states of unknown and of known keys, and what
// comes again. "2x" is two transactions at a time, as the intake has them.
func BenchmarkHours(b *testing.B) {
	b.Run("postgres", func(b *testing.B) {
		db, dsn := benchDB(b, "postgres")
		put := putter(b, db)
		one, two := copier(b, dsn), copier(b, dsn)
		both := func(states []usage.HourState) error { return togetherOf(states, put, put) }
		hour, seq := nine, int64(2)
		next := func(seq int64) []usage.HourState {
			hour++
			return benchStates(benchRows, hour, seq)
		}
		known := func() []usage.HourState {
			seq++
			return benchStates(benchRows, nine, seq)
		}
		var w stopwatch
		for b.Loop() {
			w.measure(b, "copy", next(1), one)
			w.measure(b, "first", next(1), put)
			w.measure(b, "unknown", next(2), put)
			w.measure(b, "known", known(), put)
			w.measure(b, "repeated", benchStates(benchRows, nine, 1), put)
			w.measure(b, "copy2x", next(1), func(states []usage.HourState) error { return togetherOf(states, one, two) })
			w.measure(b, "first2x", next(1), both)
			w.measure(b, "unknown2x", next(2), both)
			w.measure(b, "known2x", known(), both)
		}
		w.report(b, benchRows)
	})
	b.Run("sqlite", func(b *testing.B) {
		db, _ := benchDB(b, "sqlite")
		put := putter(b, db)
		hour, seq := nine, int64(1)
		var w stopwatch
		for b.Loop() {
			hour++
			seq++
			w.measure(b, "new", benchStates(benchRows, hour, 1), put)
			w.measure(b, "known", benchStates(benchRows, nine, seq), put)
			w.measure(b, "repeated", benchStates(benchRows, nine, 1), put)
		}
		w.report(b, benchRows)
	})
}

// putter gives states to a ledger in one transaction.
func putter(b *testing.B, db *store.DB) func([]usage.HourState) error {
	b.Helper()
	l := usage.NewLedger(db, inventory.NewRegistry(db, inventory.Options{}))
	if _, err := l.MakePartitions(b.Context()); err != nil {
		b.Fatal(err)
	}
	return func(states []usage.HourState) error {
		return db.WriteMany(b.Context(), func(tx *store.Tx) error { return l.PutIn(tx, states) })
	}
}

// togetherOf gives each of two half of the states.
func togetherOf(states []usage.HourState, one, two func([]usage.HourState) error) error {
	half := len(states) / 2
	failed := make(chan error, 1)
	go func() { failed <- one(states[:half]) }()
	err := two(states[half:])
	if other := <-failed; other != nil {
		return other
	}
	return err
}

// copier copies states straight into usage_hour on a connection of its own.
func copier(b *testing.B, dsn string) func([]usage.HourState) error {
	b.Helper()
	c, err := pgx.Connect(b.Context(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close(context.Background()) })
	columns := []string{"system_id", "bucket", "source_id", "seq", "measured", "minutes", "last_write", "sketch_key"}
	signals := []wire.Signal{
		wire.Requests, wire.HumanRequests, wire.Errors, wire.NetBytes, wire.Users, wire.MachineClients, wire.Logins, wire.BusinessTx,
	}
	for _, s := range signals {
		columns = append(columns, s.String())
	}
	return func(states []usage.HourState) error {
		_, err := c.CopyFrom(context.Background(), pgx.Identifier{"usage_hour"}, columns, pgx.CopyFromSlice(len(states), func(i int) ([]any, error) {
			h := &states[i]
			row := []any{int64(h.System), int32(h.Hour), int32(h.Source), h.Seq, int32(255), int16(h.Minutes), h.LastWrite.Unix(), h.SketchKey}
			for _, s := range signals {
				n, _ := h.Values.Get(s)
				if s.Unit() == wire.Count && s >= wire.Logins && s != wire.Errors {
					row = append(row, int32(n))
				} else {
					row = append(row, n)
				}
			}
			return row, nil
		}))
		return err
	}
}

// BenchmarkIntake is Put end to end: many senders at a time, each of which waits
// for the commit of its one state, or of its hundred.
func BenchmarkIntake(b *testing.B) {
	for _, engine := range []string{"postgres", "sqlite"} {
		for _, size := range []int{1, 100} {
			b.Run(fmt.Sprintf("%s/%d", engine, size), func(b *testing.B) {
				db, _ := benchDB(b, engine)
				in := usage.NewIntake(usage.NewLedger(db, inventory.NewRegistry(db, inventory.Options{})), usage.DefaultIntakeLimits())
				all := benchStates(benchRows, nine, 1)
				begin := time.Now()
				n := 0
				for b.Loop() {
					n += senders(b, in, all, size, int64(n)+2)
				}
				b.ReportMetric(float64(n)/time.Since(begin).Seconds(), "states/s")
				if err := in.Stop(context.Background()); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

// senders are as many as a busy service has; together they bring all states.
func senders(b *testing.B, in *usage.Intake, all []usage.HourState, size int, seq int64) int {
	b.Helper()
	var next atomic.Int64
	var wait sync.WaitGroup
	for range 256 {
		wait.Go(func() {
			for {
				to := int(next.Add(int64(size)))
				if to > len(all) {
					return
				}
				part := make([]usage.HourState, size)
				copy(part, all[to-size:to])
				for i := range part {
					part[i].Seq = seq
				}
				if err := in.Put(context.Background(), part); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return len(all)
}

// BenchmarkRollUp makes the day of 20,000 systems out of 24 hours each.
func BenchmarkRollUp(b *testing.B) {
	for _, engine := range []string{"postgres", "sqlite"} {
		b.Run(engine, func(b *testing.B) {
			db, _ := benchDB(b, engine)
			l := usage.NewLedger(db, inventory.NewRegistry(db, inventory.Options{}))
			midnight := wire.HourOf(storyDay.StartsAt())
			benchSystems(b, db)
			for h := range 24 {
				states := benchStates(benchRows, midnight+wire.Hour(h), 1)
				for i := range states {
					if people, _ := states[i].Values.Get(wire.Users); people > 0 {
						states[i].Users = usagetest.Sketch(h, h+int(people))
					}
				}
				if err := db.WriteMany(b.Context(), func(tx *store.Tx) error { return l.PutIn(tx, states) }); err != nil {
					b.Fatal(err)
				}
			}
			n := 0
			begin := time.Now()
			for b.Loop() {
				done, err := l.Rebuild(b.Context(), storyDay, calendar.DateOf(storyDay.At(12, 0)))
				if err != nil || done.Days != benchRows {
					b.Fatalf("rolled up %+v %v", done, err)
				}
				n++
			}
			b.ReportMetric(float64(n*benchRows*24)/time.Since(begin).Seconds(), "hours/s")
			b.ReportMetric(float64(n*benchRows)/time.Since(begin).Seconds(), "days/s")
			if engine == "postgres" {
				b.ReportMetric(float64(sizeOf(b, db, "usage_hour"))/(benchRows*24), "B/hour")
				b.ReportMetric(float64(sizeOf(b, db, "usage_day_ext"))/benchRows, "B/ext")
			}
		})
	}
}

// BenchmarkAppendDay sets one day of 20,000 systems, or of QINGCE_BENCH_SYSTEMS,
// beside the days that are there, and says how many bytes a day of a system takes
// on PostgreSQL.
func BenchmarkAppendDay(b *testing.B) {
	systems := benchRows
	if text := os.Getenv("QINGCE_BENCH_SYSTEMS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		systems = n
	}
	db, _ := benchDB(b, "postgres")
	l := usage.NewLedger(db, inventory.NewRegistry(db, inventory.Options{}))
	n := 0
	var spent time.Duration
	for b.Loop() {
		appendDay(b, db, l, systems, storyDay.AddDays(-50-n))
		begin := time.Now()
		if _, err := l.RollUp(b.Context()); err != nil {
			b.Fatal(err)
		}
		spent += time.Since(begin)
		n++
	}
	b.ReportMetric(float64(n*systems)/spent.Seconds(), "days/s")
	b.ReportMetric(float64(sizeOf(b, db, "usage_day"))/float64(n*systems), "B/day")
}

// appendDay puts in what a file says of a day of so many systems.
func appendDay(b *testing.B, db *store.DB, l *usage.Ledger, systems int, date calendar.Date) {
	b.Helper()
	states := benchStates(benchRows, nine, 1)
	for from := 0; from < systems; from += benchRows {
		days := make([]usage.GivenDay, min(benchRows, systems-from))
		for i := range days {
			days[i] = usage.GivenDay{
				System: inventory.SystemID(from + i + 1), Date: date, Upload: 1, Values: states[i].Values, LastWrite: storyDay.StartsAt(),
			}
		}
		if err := db.Write(b.Context(), func(tx *store.Tx) error { return l.PutDaysIn(tx, days) }); err != nil {
			b.Fatal(err)
		}
	}
}

// sizeOf is the size of a table with its indexes and partitions.
func sizeOf(b *testing.B, db *store.DB, table string) (n int64) {
	b.Helper()
	err := db.Read(b.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Raw("SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = to_regclass(?)", table).Scan(&n).Error
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// benchSystems puts in rows of systems past the register.
func benchSystems(b *testing.B, db *store.DB) {
	b.Helper()
	err := db.Write(b.Context(), func(tx *store.Tx) error {
		d := inventory.Department{Code: "D1", Name: "局", Kind: inventory.Municipal, RegionCode: "420600", Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
		if err := tx.Gorm().Create(&d).Error; err != nil {
			return err
		}
		systems := make([]inventory.System, benchRows)
		for i := range systems {
			systems[i] = inventory.System{
				Code: fmt.Sprintf("S%05d", i), State: inventory.Draft, OwnerID: d.ID, Name: "系统", Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
			}
		}
		return tx.Gorm().CreateInBatches(&systems, 100).Error
	})
	if err != nil {
		b.Fatal(err)
	}
}

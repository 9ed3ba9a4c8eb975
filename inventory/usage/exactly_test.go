package usage_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// story is traffic of several days: every state that sources ever had, in the
// order in which they had them.
type story struct {
	begin  time.Time
	days   int
	states []usage.HourState
}

// teller makes a story. The same seed makes the same story, over any city that
// was built in the same way.
type teller struct {
	w   *usagetest.World
	rnd *rand.Rand
	out story
}

func tell(w *usagetest.World, seed uint64) story {
	// The end of a month, so that months are made of days of both.
	begin := calendar.NewDate(2017, time.October, 30).StartsAt()
	w.Clock.Advance(begin.Sub(w.Clock.Now()))
	s := &teller{w: w, rnd: rand.New(rand.NewPCG(seed, 37)), out: story{begin: begin, days: 4}}
	a, b, c := w.Registered("RS", "就业服务系统"), w.Registered("RS", "社会保险系统"), w.Registered("RS", "培训系统")
	s.watch(w.Probe("网关", "RS", usage.Whole, a, b), 2, a, b)
	s.watch(w.Probe("埋点", "RS", usage.Whole, a), 1, a)
	s.watch(w.Probe("东区", "RS", usage.Part, b, c), 1, b, c)
	s.watch(w.Probe("西区", "RS", usage.Part, b, c), 2, b, c)
	return s.out
}

func (s *teller) watch(p usage.Probe, sources int, systems ...inventory.System) {
	for n := range sources {
		name := fmt.Sprintf("web-%d", n)
		for day := range s.out.days {
			for _, system := range systems {
				for _, n := range s.rnd.Perm(24)[:5] {
					s.hour(p, name, system, wire.HourOf(s.out.begin.AddDate(0, 0, day))+wire.Hour(n))
				}
			}
		}
	}
}

// hour is the states of one hour: it grows, perhaps the source loses its
// counters and goes on under another epoch, perhaps something is corrected.
func (s *teller) hour(p usage.Probe, name string, system inventory.System, hour wire.Hour) {
	epochs := 1 + s.rnd.IntN(5)/4
	for epoch := 1; epoch <= epochs; epoch++ {
		source := s.w.Source(p, name, int64(epoch))
		people, from := 0, s.rnd.IntN(200)
		for seq := 1 + s.rnd.IntN(3); seq < 6; seq += 1 + s.rnd.IntN(2) {
			people += s.rnd.IntN(40)
			s.out.states = append(s.out.states, s.state(system, source, hour, seq, people, from))
		}
	}
}

func (s *teller) state(system inventory.System, source usage.SourceID, hour wire.Hour, seq, people, from int) usage.HourState {
	h := usage.HourState{
		System: system.ID, Source: source, Hour: hour, Seq: int64(seq), Minutes: s.rnd.IntN(61), SketchKey: "2017a",
		Values: usagetest.Values(wire.Requests, s.rnd.IntN(900), wire.HumanRequests, people*3, wire.Users, people,
			wire.CPUAvg, s.rnd.IntN(5000), wire.CPUP05, s.rnd.IntN(500), wire.CPUMax, 5000+s.rnd.IntN(5000)),
		Users: usagetest.Sketch(from, from+people), LastWrite: hour.Start().Add(time.Duration(s.rnd.IntN(3600)) * time.Second),
	}
	if s.rnd.IntN(3) == 0 {
		h.Values.Set(wire.BusinessTx, int64(s.rnd.IntN(9)))
	}
	if s.rnd.IntN(9) == 0 {
		h.SketchKey = "2017b" // the key of the department was changed
	}
	if s.rnd.IntN(9) == 0 {
		h.Users = nil
	}
	return h
}

// newest are the states that count: of each key the last.
func (s story) newest() []usage.HourState {
	last := map[usage.HourKey]usage.HourState{}
	for _, h := range s.states {
		if h.Seq >= last[h.Key()].Seq {
			last[h.Key()] = h
		}
	}
	var out []usage.HourState
	for _, h := range s.states {
		if k := last[h.Key()]; k.Seq == h.Seq {
			out = append(out, h)
			delete(last, h.Key())
		}
	}
	return out
}

// arrival is a state on its way.
type arrival struct {
	at time.Time
	usage.HourState
}

// scrambled is the story as a network delivers it: most things twice, some
// never, many late and out of order; what counts comes at least once.
func (s story) scrambled(rnd *rand.Rand) []arrival {
	counts := map[string]bool{}
	for _, h := range s.newest() {
		counts[fmt.Sprint(h.Key(), h.Seq)] = true
	}
	var out []arrival
	for _, h := range s.states {
		times := rnd.IntN(3)
		if counts[fmt.Sprint(h.Key(), h.Seq)] {
			times = 1 + rnd.IntN(3)
		}
		for range times {
			late := time.Duration(rnd.IntN(90)) * time.Minute
			if rnd.IntN(6) == 0 {
				late = time.Duration(rnd.IntN(50)) * time.Hour
			}
			out = append(out, arrival{h.Hour.Start().Add(time.Duration(h.Seq)*10*time.Minute + late), h})
		}
	}
	rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	slices.SortStableFunc(out, func(a, b arrival) int {
		return cmp.Compare(a.at.Truncate(time.Hour).Unix(), b.at.Truncate(time.Hour).Unix())
	})
	return out
}

// deliver brings what arrives to two nodes at once, in batches of any size,
// while the clock goes on and one of the nodes rolls up now and then.
func deliver(t *testing.T, w *usagetest.World, arrivals []arrival, rnd *rand.Rand) {
	nodes := []*usage.Ledger{w.Ledger, usage.NewLedger(w.DB, w.Registry)}
	var intakes []*usage.Intake
	for _, l := range nodes {
		in := usage.NewIntake(l, usage.DefaultIntakeLimits())
		intakes = append(intakes, in)
		t.Cleanup(func() {
			if err := in.Stop(t.Context()); err != nil && t.Context().Err() == nil {
				t.Error(err)
			}
		})
	}
	for len(arrivals) > 0 {
		now := arrivals[0].at.Truncate(time.Hour)
		if d := now.Sub(w.Clock.Now()); d > 0 {
			w.Clock.Advance(d)
		}
		n := 0
		for n < len(arrivals) && arrivals[n].at.Truncate(time.Hour).Equal(now) {
			n++
		}
		var senders sync.WaitGroup
		for _, part := range split(arrivals[:n], rnd) {
			in := intakes[rnd.IntN(len(intakes))]
			senders.Go(func() {
				if err := in.Put(t.Context(), part); err != nil {
					t.Errorf("put: %v", err)
				}
			})
		}
		if rnd.IntN(4) == 0 {
			node := nodes[rnd.IntN(len(nodes))]
			senders.Go(func() {
				if _, err := node.RollUp(t.Context()); err != nil {
					t.Errorf("roll up: %v", err)
				}
			})
		}
		senders.Wait()
		arrivals = arrivals[n:]
	}
}

func split(arrivals []arrival, rnd *rand.Rand) [][]usage.HourState {
	var out [][]usage.HourState
	for i, a := range arrivals {
		if i == 0 || rnd.IntN(3) == 0 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], a.HourState)
	}
	return out
}

// end moves the clock to some days after the story.
func (s story) end(w *usagetest.World) {
	w.Clock.Advance(s.begin.AddDate(0, 0, s.days+4).Sub(w.Clock.Now()))
}

// TestFactsDoNotDependOnTheWayOfTheTraffic holds the facts of shuffled,
// repeated, split and delayed traffic against those of one clean pass.
func TestFactsDoNotDependOnTheWayOfTheTraffic(t *testing.T) {
	open := map[string]func(testing.TB, ...inventory.Options) *inventorytest.City{
		"sqlite": inventorytest.Open, "postgres": inventorytest.OpenPostgres,
	}
	for engine, open := range open {
		for seed := range uint64(3) {
			t.Run(fmt.Sprintf("%s/%d", engine, seed), func(t *testing.T) {
				clean := usagetest.Over(t, open(t))
				plan := tell(clean, seed)
				plan.end(clean)
				clean.Put(plan.newest()...)
				clean.RollUp()

				w := usagetest.Over(t, open(t))
				same := tell(w, seed)
				rnd := rand.New(rand.NewPCG(seed, 99))
				deliver(t, w, same.scrambled(rnd), rnd)
				same.end(w)
				for range 3 {
					w.RollUp()
				}
				differ(t, clean.Facts(), w.Facts())

				before := w.Facts()
				if _, err := w.Ledger.Rebuild(t.Context(), calendar.DateOf(same.begin), calendar.DateOf(w.Clock.Now())); err != nil {
					t.Fatal(err)
				}
				differ(t, before, w.Facts())
			})
		}
	}
}

// differ says where two writings differ first.
func differ(t *testing.T, want, got string) {
	t.Helper()
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	if len(a) < 50 {
		t.Errorf("only %d rows: the story is too short to prove anything", len(a))
	}
	wrong := 0
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			if wrong++; wrong == 1 {
				t.Errorf("row %d\nwant %s\ngot  %s", i, slices.Concat(a, make([]string, len(b)))[i], slices.Concat(b, make([]string, len(a)))[i])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d rows of %d differ", wrong, max(len(a), len(b)))
	}
}

// TestManyRowsAtOnce: what goes to the database in bulk, new and known keys
// mixed, some of it twice, is the same as row by row.
func TestManyRowsAtOnce(t *testing.T) {
	open := map[string]func(testing.TB, ...inventory.Options) *inventorytest.City{
		"sqlite": inventorytest.Open, "postgres": inventorytest.OpenPostgres,
	}
	for engine, open := range open {
		t.Run(engine, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(7, 7))
			clean, w := usagetest.Over(t, open(t)), usagetest.Over(t, open(t))
			var states []usage.HourState
			for _, h := range tell(clean, 5).states {
				states = append(states, h)
				h.Hour += 24 * 4
				states = append(states, h)
			}
			tell(w, 5)
			all := story{states: states}.newestOf(rnd)
			clean.Put(all...)
			firsts := slices.DeleteFunc(slices.Clone(states), func(h usage.HourState) bool { return h.Seq != 1 })
			if len(firsts) < 200 {
				t.Fatalf("only %d states are the first of their keys", len(firsts))
			}
			for _, bulk := range [][]usage.HourState{firsts, firsts, states[:len(states)/2], states, states[len(states)/3:]} {
				rnd.Shuffle(len(bulk), func(i, j int) { bulk[i], bulk[j] = bulk[j], bulk[i] })
				err := w.DB.WriteMany(t.Context(), func(tx *store.Tx) error { return w.Ledger.PutIn(tx, bulk) })
				if err != nil {
					t.Fatal(err)
				}
			}
			differ(t, clean.Written("usage_hour", "system_id, bucket, source_id"), w.Written("usage_hour", "system_id, bucket, source_id"))
		})
	}
}

// newestOf gives states of one key different numbers, from 1, and returns those
// that count.
func (s story) newestOf(rnd *rand.Rand) []usage.HourState {
	seqs := map[usage.HourKey]int64{}
	for i := range s.states {
		h := &s.states[i]
		if seqs[h.Key()] == 0 && rnd.IntN(3) == 0 {
			seqs[h.Key()] = 1 // the first of it is lost
		}
		seqs[h.Key()]++
		h.Seq = seqs[h.Key()]
	}
	return s.newest()
}

package usage_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// watch is a probe with its rules over a system of a city.
type watch struct {
	t      testing.TB
	city   *inventorytest.City
	ledger *usage.Ledger
	rules  *usage.Rules
	inbox  *usage.Inbox
	system inventory.System
	pass   usage.Pass
}

func newWatch(t testing.TB, city *inventorytest.City, name string) *watch {
	t.Helper()
	s := city.Registered("RS", name)
	w := &watch{t: t, city: city, system: s, ledger: usage.NewLedger(city.DB, city.Registry), rules: usage.NewRules(city.DB, city.Registry)}
	probes := usage.NewProbes(city.DB, city.Registry)
	p, err := probes.Register(context.Background(), city.Someone(auth.Centre), usage.ProbeForm{
		Name: name, Kind: usage.GatewayProbe, Owner: s.OwnerID, Systems: []usage.SystemChoice{{Code: s.Code}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.pass = usage.Pass{ProbeID: p.ID, Code: p.Code, OwnerID: p.OwnerID, Systems: map[string]usage.PassSystem{s.Code: {ID: s.ID, Share: usage.Whole}}}
	w.restart()
	return w
}

// restart is the program after it was killed.
func (w *watch) restart() {
	w.inbox = usage.NewInbox(w.city.DB, w.ledger, w.rules, usage.InboxOptions{Step: 3})
}

func (w *watch) rule(metric, signal, scale string, reading usage.Reading) {
	w.t.Helper()
	_, err := w.rules.Add(context.Background(), w.city.Someone(auth.Centre), usage.RuleForm{
		ProbeID: w.pass.ProbeID, Metric: metric, Signal: signal, Scale: scale, Reading: reading, SystemBy: usage.OnlySystem,
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// bring has the inbox take samples as one body.
func (w *watch) bring(samples []wire.Sample) (kept, noted, refused int) {
	w.t.Helper()
	_, err := w.inbox.Take(context.Background(), w.pass, wire.RemoteWrite2, func(visit wire.Visit) (wire.Tally, error) {
		for i := range samples {
			s := samples[i]
			own := s.Series.Clone()
			own.Ref = i
			s.Series = &own
			switch v := visit(&s); v {
			case wire.Keep:
				kept++
			case wire.Note(usage.SeriesUnmapped), wire.Note(usage.SeriesUnlisted):
				noted++
			default:
				refused++
			}
		}
		return wire.Tally{}, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return kept, noted, refused
}

func (w *watch) fold() {
	w.t.Helper()
	if err := w.inbox.FoldAll(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// hours writes what is known of the hours of a day.
func (w *watch) hours(date calendar.Date) []string {
	w.t.Helper()
	hours, err := w.ledger.Hours(context.Background(), w.city.Someone(auth.Centre), w.system.ID, date)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, h := range hours {
		line := fmt.Sprintf("%s %d", h.Hour.Start().In(calendar.Zone).Format("15"), h.Minutes)
		for _, s := range wire.Signals() {
			if n, ok := h.Values.Get(s); ok {
				line += fmt.Sprintf(" %s=%d", s, n)
			}
		}
		out = append(out, line)
	}
	return out
}

// noon is the beginning of an hour of today, as the clock of the city has it.
func (w *watch) noon() time.Time {
	return w.city.Clock.Now().UTC().Truncate(time.Hour)
}

func series(name string, kind wire.Kind, labels ...string) *wire.Series {
	s := &wire.Series{Name: name, Kind: kind}
	for i := 0; i < len(labels); i += 2 {
		s.Labels = append(s.Labels, wire.Label{Name: labels[i], Value: labels[i+1]})
	}
	return s
}

// traffic is what some instances of a system say over hours, and what it means.
type traffic struct {
	samples  []wire.Sample
	requests map[wire.Hour]int64
}

// makeTraffic lets counters grow, and begin anew now and then, with gauges and
// differences beside them.
func makeTraffic(random *rand.Rand, from time.Time, hours int) traffic {
	out := traffic{requests: map[wire.Hour]int64{}}
	for i := range 3 {
		instance := fmt.Sprint("web-", i)
		started := i > 0 // some say since when they count
		total, start, known := int64(0), from, false
		for at := from; at.Before(from.Add(time.Duration(hours) * time.Hour)); at = at.Add(time.Duration(30+random.IntN(60)) * time.Second) {
			if random.IntN(40) == 0 { // a restart, or a silence
				at = at.Add(time.Duration(random.IntN(120)) * time.Minute)
				if random.IntN(2) == 0 {
					total, start = 0, at.Add(-time.Second)
				}
			}
			before := total
			total += random.Int64N(50)
			s := wire.Sample{Series: series("http_requests_total", wire.Counter, "instance", instance), Value: float64(total), At: at}
			if started {
				s.Start = start
			}
			out.samples = append(out.samples, s,
				wire.Sample{Series: series("cpu", wire.Gauge, "instance", instance), Value: random.Float64(), At: at},
				wire.Sample{Series: series("jobs", wire.Delta, "instance", instance), Value: float64(random.IntN(9)), At: at, Start: at.Add(-time.Minute)})
			if known || started {
				grown := total - before
				if before > 0 && grown < 0 {
					grown = total
				}
				out.requests[wire.HourOf(at)] += grown
			}
			known = true
		}
	}
	return out
}

// TestSeriesCountOnce: whatever happens to samples on their way, the hours are
// those of one clean pass.
func TestSeriesCountOnce(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		for round := range uint64(6) {
			random := rand.New(rand.NewPCG(7, round))
			clean, messy := newWatch(t, city, fmt.Sprint("clean ", round)), newWatch(t, city, fmt.Sprint("messy ", round))
			for _, w := range []*watch{clean, messy} {
				w.rule("http_requests_total", "requests", "", usage.AutoReading)
				w.rule("cpu", "cpu_avg", "100", usage.GaugeReading)
				w.rule("cpu", "cpu_max", "100", usage.GaugeReading)
				w.rule("cpu", "cpu_p95", "100", usage.GaugeReading)
				w.rule("jobs", "business_tx", "1/2", usage.AutoReading)
			}
			from := clean.noon().Add(-30 * time.Hour)
			made := makeTraffic(random, from, 6)
			clean.bring(made.samples)
			clean.fold()
			messy.shake(random, made.samples)
			total := int64(0)
			for back := range 3 {
				date := calendar.DateOf(from.Add(time.Duration(back) * 24 * time.Hour))
				want, got := clean.hours(date), messy.hours(date)
				if !slices.Equal(got, want) {
					t.Fatalf("round %d, %s:\n got %s\nwant %s", round, date, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
				}
				total += requestsOf(t, clean, date, made.requests)
			}
			if total == 0 {
				t.Fatal("nothing was counted")
			}
		}
	})
}

// requestsOf compares the requests of a day with what was made, hour by hour.
func requestsOf(t *testing.T, w *watch, date calendar.Date, made map[wire.Hour]int64) (total int64) {
	t.Helper()
	hours, err := w.ledger.Hours(context.Background(), w.city.Someone(auth.Centre), w.system.ID, date)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hours {
		n, _ := h.Values.Get(wire.Requests)
		if n != made[h.Hour] {
			t.Errorf("%s: %d requests, want %d", h.Hour.Start(), n, made[h.Hour])
		}
		total += n
	}
	return total
}

// shake sends samples in any order, split anyhow, some of them several times,
// while the folding is killed at any moment and begins anew.
func (w *watch) shake(random *rand.Rand, samples []wire.Sample) {
	w.t.Helper()
	all := slices.Clone(samples)
	for range len(samples) / 3 {
		all = append(all, samples[random.IntN(len(samples))])
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	killed := 0
	for len(all) > 0 {
		n := min(len(all), 1+random.IntN(300))
		w.bring(all[:n])
		if random.IntN(3) == 0 {
			w.bring(all[:n]) // the answer was lost
		}
		all = all[n:]
		if random.IntN(2) == 0 && w.killFold(time.Duration(random.IntN(8000))*time.Microsecond) {
			killed++
			w.restart()
		}
		if random.IntN(4) == 0 {
			w.foldTwice()
		}
	}
	w.fold()
	if killed == 0 {
		w.t.Error("no folding was killed: the test has become too slow or too kind")
	}
}

// foldTwice has two nodes fold at the same time.
func (w *watch) foldTwice() {
	w.t.Helper()
	other := usage.NewInbox(w.city.DB, w.ledger, w.rules, usage.InboxOptions{Step: 3})
	done := make(chan error, 1)
	go func() { done <- other.FoldAll(context.Background()) }()
	w.fold()
	if err := <-done; err != nil {
		w.t.Fatal(err)
	}
}

// killFold folds until the time has come, and tells whether that was too early.
func (w *watch) killFold(after time.Duration) bool {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	err := w.inbox.FoldAll(ctx)
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
		w.t.Fatal(err)
	}
	return err != nil
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func (w *watch) today() calendar.Date { return calendar.DateOf(w.noon()) }

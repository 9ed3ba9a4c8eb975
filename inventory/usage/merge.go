package usage

import (
	"cmp"
	"slices"
	"time"

	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// way is how figures of a signal are put together.
type way uint8

const (
	bySum   way = iota // of places and of hours
	byMost             // the greatest
	byLeast            // the least
	byMean             // weighted by minutes
	byUnion            // distinct clients: by sketches
)

// wayOf says how the figures of a signal are put together.
func wayOf(s wire.Signal) way {
	switch s {
	case wire.Users, wire.MachineClients:
		return byUnion
	case wire.CPUAvg, wire.MemAvg:
		return byMean
	case wire.CPUMax, wire.CPUP95, wire.MemMax, wire.DiskMax, wire.StorageBytes:
		return byMost
	case wire.CPUP05:
		return byLeast
	}
	return bySum
}

// blend puts figures of one signal together.
type blend struct {
	way    way
	n      int
	amount int64
	weight int64 // of an average
}

func (b *blend) add(n int64, minutes int) {
	w := int64(max(minutes, 1))
	switch {
	case b.way == byMean:
		b.amount += n * w
	case b.n == 0:
		b.amount = n
	case b.way == byMost || b.way == byUnion:
		b.amount = max(b.amount, n)
	case b.way == byLeast:
		b.amount = min(b.amount, n)
	default:
		b.amount += n
	}
	b.n++
	b.weight += w
}

func (b *blend) value() int64 {
	if b.way == byMean {
		return (b.amount + b.weight/2) / b.weight
	}
	return b.amount
}

// origin is whose a source is.
type origin struct {
	probe ProbeID
	name  string
}

// witness is what is needed to know to put states together: whose the sources
// are, and which probes see only a part of a system.
type witness struct {
	origins map[SourceID]origin
	parts   map[ProbeSystemKey]bool
}

// ProbeSystemKey names a system of a probe.
type ProbeSystemKey struct {
	Probe  ProbeID
	System inventory.SystemID
}

// hourFacts is one hour of a system as all probes together saw it.
type hourFacts struct {
	hour     wire.Hour
	values   wire.Values
	measured SignalSet
	minutes  [signalCount]uint8 // for which each signal was measured
	sketches [2]clientUnion     // of people, and of machines
	unmerged bool
	last     time.Time
}

// sketchPlace is where the sketches of a signal are.
func sketchPlace(s wire.Signal) int { return int(s - wire.Users) }

// testimony is what one candidate says of one signal of an hour.
type testimony struct {
	minutes  int
	value    int64
	sketch   clientUnion
	unmerged bool
}

// better tells whether t is to be believed rather than o: who watched longer,
// else who saw more.
func (t testimony) better(o testimony) bool {
	if t.minutes != o.minutes {
		return t.minutes > o.minutes
	}
	return t.value > o.value
}

// mergeHour makes an hour of the states of its sources. Candidates are every
// probe that sees the whole system, and all that see a part together; for each
// signal one of them is believed. The result does not depend on the order of
// the states.
func (w *witness) mergeHour(states []HourState) hourFacts {
	out := hourFacts{hour: states[0].Hour}
	groups := w.candidates(states)
	for s := wire.Requests; int(s) < signalCount; s++ {
		var best testimony
		found := false
		for _, g := range groups {
			if t, ok := w.testify(g, s); ok && (!found || t.better(best)) {
				best, found = t, true
			}
		}
		if found {
			out.take(s, best)
		}
	}
	for i := range states {
		if states[i].LastWrite.After(out.last) {
			out.last = states[i].LastWrite
		}
	}
	return out
}

func (f *hourFacts) take(s wire.Signal, t testimony) {
	f.values.Set(s, t.value)
	f.measured |= 1 << s
	f.minutes[s] = uint8(t.minutes)
	if wayOf(s) == byUnion {
		f.sketches[sketchPlace(s)] = t.sketch
		f.unmerged = f.unmerged || t.unmerged
	}
}

// candidates groups the states by who is to be believed or not, in an order of
// its own: by probe, those that see parts first.
func (w *witness) candidates(states []HourState) [][]HourState {
	if len(states) == 1 {
		return [][]HourState{states}
	}
	sorted := slices.Clone(states)
	slices.SortFunc(sorted, func(a, b HourState) int {
		return cmp.Or(cmp.Compare(w.candidate(&a), w.candidate(&b)), cmp.Compare(a.Source, b.Source))
	})
	var out [][]HourState
	for from, i := 0, 1; i <= len(sorted); i++ {
		if i == len(sorted) || w.candidate(&sorted[i]) != w.candidate(&sorted[from]) {
			out, from = append(out, sorted[from:i]), i
		}
	}
	return out
}

// candidate is the probe, or 0 for all that see parts.
func (w *witness) candidate(h *HourState) ProbeID {
	probe := w.origins[h.Source].probe
	if w.parts[ProbeSystemKey{probe, h.System}] {
		return 0
	}
	return probe
}

// testify says what a candidate knows of a signal: its sources are added up.
func (w *witness) testify(states []HourState, s wire.Signal) (testimony, bool) {
	if wayOf(s) == byUnion {
		return w.testifyClients(states, s)
	}
	b := blend{way: wayOf(s)}
	for i := range states {
		if n, ok := states[i].Values.Get(s); ok {
			b.add(n, states[i].Minutes)
		}
	}
	if b.n == 0 {
		return testimony{}, false
	}
	return testimony{minutes: w.minutes(states, s), value: b.value()}, true
}

func (w *witness) testifyClients(states []HourState, s wire.Signal) (testimony, bool) {
	b := blend{way: byUnion}
	var t testimony
	for i := range states {
		raw := states[i].sketch(s)
		n, ok := states[i].Values.Get(s)
		if !ok && len(raw) == 0 {
			continue
		}
		if n > 0 || len(raw) > 0 {
			t.sketch.add(raw, states[i].SketchKey)
		}
		b.add(n, states[i].Minutes)
	}
	if b.n == 0 {
		return testimony{}, false
	}
	t.minutes = w.minutes(states, s)
	t.value, t.unmerged = t.sketch.count(b.value())
	return t, true
}

// sketch is the sketch of Users or MachineClients.
func (h *HourState) sketch(s wire.Signal) []byte {
	if s == wire.Users {
		return h.Users
	}
	return h.Machines
}

// knows tells whether a state says anything of a signal.
func (h *HourState) knows(s wire.Signal) bool {
	_, ok := h.Values.Get(s)
	return ok || wayOf(s) == byUnion && len(h.sketch(s)) > 0
}

// minutes is for how long a candidate measured a signal: places watch side by
// side, epochs of one place follow each other.
func (w *witness) minutes(states []HourState, s wire.Signal) int {
	if len(states) == 1 {
		return states[0].Minutes
	}
	most := 0
	for i := range states {
		sum := 0
		for j := range states {
			if states[j].knows(s) && w.origins[states[j].Source] == w.origins[states[i].Source] {
				sum += states[j].Minutes
			}
		}
		most = max(most, min(sum, 60))
	}
	return most
}

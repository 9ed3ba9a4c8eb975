package usage

import (
	"time"

	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

const (
	minutesOfDay = 24 * 60
	// officeFrom and officeTo are the hours of the day between which requests
	// count as made at work.
	officeFrom, officeTo = 8, 18
)

// Bits of the column notes.
const noteUnmerged = 1

// dayFacts is a day as it is written.
type dayFacts struct {
	system   inventory.SystemID
	day      int
	values   wire.Values
	measured SignalSet
	covered  SignalSet
	given    SignalSet
	minutes  int
	active   int
	work     int64
	notes    int
	last     time.Time
	ext      dayExt
}

// dayExt is what is kept beside the day.
type dayExt struct {
	users, machines []byte
	key             string
	hours           []byte
}

func (e *dayExt) empty() bool { return len(e.users)+len(e.machines)+len(e.hours) == 0 }

// makeDay makes a day of its hours, which are in order.
func makeDay(system inventory.SystemID, day int, hours []hourFacts, coverage int) dayFacts {
	out := dayFacts{system: system, day: day}
	for s := wire.Requests; int(s) < signalCount; s++ {
		out.takeSignal(s, hours, coverage)
	}
	for i := range hours {
		out.takeHour(&hours[i])
	}
	out.ext.hours = packHours(hours)
	return out
}

// takeSignal puts the hours of one signal together.
func (d *dayFacts) takeSignal(s wire.Signal, hours []hourFacts, coverage int) {
	b := blend{way: wayOf(s)}
	var u clientUnion
	minutes, unmerged := 0, false
	for i := range hours {
		h := &hours[i]
		if !h.measured.Has(s) {
			continue
		}
		n, _ := h.values.Get(s)
		b.add(n, int(h.minutes[s]))
		minutes += int(h.minutes[s])
		if wayOf(s) == byUnion && n > 0 {
			u.add(h.sketches[sketchPlace(s)].bytes(), h.sketches[sketchPlace(s)].key)
			unmerged = unmerged || h.unmerged
		}
	}
	if b.n == 0 {
		return
	}
	d.measured |= 1 << s
	if minutes*100 >= coverage*minutesOfDay {
		d.covered |= 1 << s
	}
	n := b.value()
	if wayOf(s) == byUnion {
		n, unmerged = d.takeClients(s, &u, n, unmerged)
	}
	d.values.Set(s, kept(s, n))
	if unmerged {
		d.notes |= noteUnmerged
	}
}

// takeClients counts the distinct clients of the day and keeps their sketch.
func (d *dayFacts) takeClients(s wire.Signal, u *clientUnion, greatest int64, unmerged bool) (int64, bool) {
	n, more := u.count(greatest)
	raw := u.bytes()
	switch {
	case len(raw) == 0:
	case s == wire.Users:
		d.ext.users, d.ext.key = raw, u.key
	case d.ext.key == "" || d.ext.key == u.key:
		d.ext.machines, d.ext.key = raw, u.key
	}
	return n, more || unmerged
}

// takeHour adds what is counted in hours.
func (d *dayFacts) takeHour(h *hourFacts) {
	most := uint8(0)
	for _, m := range h.minutes {
		most = max(most, m)
	}
	d.minutes += int(most)
	if h.last.After(d.last) {
		d.last = h.last
	}
	people, told := h.values.Get(wire.HumanRequests)
	if !told {
		people, _ = h.values.Get(wire.Requests)
	}
	logins, _ := h.values.Get(wire.Logins)
	matters, _ := h.values.Get(wire.BusinessTx)
	if people > 0 || logins > 0 || matters > 0 {
		d.active++
	}
	if clock := int(h.hour - firstHour(d.day)); clock >= officeFrom && clock < officeTo {
		d.work += people
	}
}

// takeGiven puts in what a file says of signals that nobody measured. Of several
// files the newest comes first.
func (d *dayFacts) takeGiven(newestFirst []GivenDay) {
	for i := range newestFirst {
		g := &newestFirst[i]
		for s := wire.Requests; int(s) < signalCount; s++ {
			n, ok := g.Values.Get(s)
			if !ok || d.measured.Has(s) {
				continue
			}
			d.values.Set(s, n)
			d.measured |= 1 << s
			d.covered |= 1 << s
			d.given |= 1 << s
		}
		if g.LastWrite.After(d.last) {
			d.last = g.LastWrite
		}
	}
}

// withoutGiven is what probes measured of a day, when its hours are gone.
func (d *dayFacts) withoutGiven() dayFacts {
	out := *d
	out.values, out.given = wire.Values{}, 0
	out.measured &^= d.given
	out.covered &^= d.given
	for _, s := range out.measured.List() {
		n, _ := d.values.Get(s)
		out.values.Set(s, n)
	}
	return out
}

// shown is the day as people get it.
func (d *dayFacts) shown() Day {
	return Day{
		Date: dateOf(d.day), Values: d.values, Measured: d.measured, Covered: d.covered, Given: d.given, Minutes: d.minutes,
		ActiveHours: d.active, WorkRequests: d.work, PartsUnmerged: d.notes&noteUnmerged != 0, LastWrite: d.last,
	}
}

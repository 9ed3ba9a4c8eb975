package usage

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// monthFacts is a month as it is written.
type monthFacts struct {
	system     inventory.SystemID
	month      int
	values     wire.Values
	measured   SignalSet
	minutes    int
	active     int
	activeDays int
	work       int64
	notes      int
	last       time.Time
	days       [signalCount]uint8 // on which each signal was covered
	ext        dayExt
}

// makeMonths makes a month of the systems (sorted) anew from their days.
func makeMonths(tx *store.Tx, systems []inventory.SystemID, month int) (int, error) {
	from, to := dayNumber(firstOfMonth(month)), dayNumber(firstOfMonth(month+1))-1
	days := map[inventory.SystemID][]dayFacts{}
	const where = "WHERE system_id ? AND day BETWEEN ? AND ? ORDER BY system_id, day"
	err := readDays(tx, where, []any{store.Among(tx, systems), from, to}, func(d dayFacts) { days[d.system] = append(days[d.system], d) })
	if err != nil {
		return 0, err
	}
	err = readExts(tx, where, []any{store.Among(tx, systems), from, to}, func(system inventory.SystemID, day int, e dayExt) {
		for i := range days[system] {
			if days[system][i].day == day {
				days[system][i].ext = e
			}
		}
	})
	if err != nil {
		return 0, err
	}
	var out []monthFacts
	for _, system := range systems {
		if len(days[system]) > 0 {
			out = append(out, makeMonth(system, month, days[system]))
		}
	}
	return len(out), replaceMonths(tx, systems, month, out)
}

// makeMonth makes a month of its days.
func makeMonth(system inventory.SystemID, month int, days []dayFacts) monthFacts {
	out := monthFacts{system: system, month: month}
	for s := wire.Requests; int(s) < signalCount; s++ {
		out.takeSignal(s, days)
	}
	for i := range days {
		d := &days[i]
		out.minutes += d.minutes
		out.active += d.active
		out.work += d.work
		out.notes |= d.notes
		if d.last.After(out.last) {
			out.last = d.last
		}
		shown := d.shown()
		if used, _ := shown.Used(); used {
			out.activeDays++
		}
	}
	return out
}

func (m *monthFacts) takeSignal(s wire.Signal, days []dayFacts) {
	b := blend{way: wayOf(s)}
	var u clientUnion
	for i := range days {
		d := &days[i]
		n, ok := d.values.Get(s)
		if !ok {
			continue
		}
		b.add(n, d.minutes)
		if d.covered.Has(s) {
			m.days[s]++
		}
		if b.way == byUnion && n > 0 {
			u.add(d.ext.sketch(s), d.ext.key)
		}
	}
	if b.n == 0 {
		return
	}
	n := b.value()
	if b.way == byUnion {
		more := false
		if n, more = u.count(n); more {
			m.notes |= noteUnmerged
		}
		m.keepSketch(s, &u)
	}
	m.measured |= 1 << s
	m.values.Set(s, kept(s, n))
}

func (m *monthFacts) keepSketch(s wire.Signal, u *clientUnion) {
	raw := u.bytes()
	switch {
	case len(raw) == 0:
	case s == wire.Users:
		m.ext.users, m.ext.key = raw, u.key
	case m.ext.key == "" || m.ext.key == u.key:
		m.ext.machines, m.ext.key = raw, u.key
	}
}

// sketch is the sketch of Users or MachineClients.
func (e *dayExt) sketch(s wire.Signal) []byte {
	if s == wire.Users {
		return e.users
	}
	return e.machines
}

// packedDays writes for each measured signal on how many days it was covered.
func (m *monthFacts) packedDays() []byte {
	out := []byte{}
	for _, s := range m.measured.List() {
		out = binary.AppendUvarint(out, uint64(m.days[s]))
	}
	return out
}

// replaceMonths sets a month of the systems: those that have no days lose
// theirs.
func replaceMonths(tx *store.Tx, systems []inventory.SystemID, month int, facts []monthFacts) error {
	if err := writeMonths(tx, facts); err != nil {
		return err
	}
	gone := slices.DeleteFunc(slices.Clone(systems), func(s inventory.SystemID) bool {
		_, made := slices.BinarySearchFunc(facts, s, func(f monthFacts, s inventory.SystemID) int { return cmp.Compare(f.system, s) })
		return made
	})
	return deleteMonths(tx, gone, month)
}

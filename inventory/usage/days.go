package usage

import (
	"fmt"
	"slices"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// material is what the days of some systems are made of.
type material struct {
	states map[systemDay][]HourState
	given  map[systemDay][]GivenDay
	sealed map[systemDay]dayFacts // as they stand, when their hours are gone
	exts   map[systemDay]dayExt
}

// makeDays makes the days of a span of the systems (sorted) anew, or only some
// of the span, and says how many there are now.
func (l *Ledger) makeDays(tx *store.Tx, systems []inventory.SystemID, from, to int, only []int) (int, error) {
	p, err := currentPolicy(tx)
	if err != nil {
		return 0, err
	}
	sealedBefore := dayNumber(calendar.DateOf(tx.Now())) - p.HourDays
	m, w, err := readMaterial(tx, systems, from, to, sealedBefore)
	if err != nil {
		return 0, err
	}
	done := 0
	for day := from; day <= to; day++ {
		if only != nil && !slices.Contains(only, day) {
			continue
		}
		if err := l.parts.ensureDay(tx, day); err != nil {
			return done, err
		}
		facts := m.daysOf(w, systems, day, p.Coverage)
		if err := replaceDays(tx, systems, day, facts); err != nil {
			return done, fmt.Errorf("set %v: %w", dateOf(day), err)
		}
		done += len(facts)
	}
	return done, nil
}

// replaceDays sets a day of the systems: those that have no facts lose theirs.
func replaceDays(tx *store.Tx, systems []inventory.SystemID, day int, facts []dayFacts) error {
	if err := writeDays(tx, facts); err != nil {
		return err
	}
	kept := make([]inventory.SystemID, len(facts))
	for i := range facts {
		kept[i] = facts[i].system
	}
	return deleteDays(tx, systems, day, kept)
}

// readMaterial reads the hours of a span, or the days as they stand where the
// hours are kept no longer, and what files say of it.
func readMaterial(tx *store.Tx, systems []inventory.SystemID, from, to, sealedBefore int) (material, *witness, error) {
	m := material{
		states: map[systemDay][]HourState{}, given: map[systemDay][]GivenDay{}, sealed: map[systemDay]dayFacts{}, exts: map[systemDay]dayExt{},
	}
	var all []HourState
	if to >= sealedBefore {
		err := readHours(tx, "WHERE system_id ? AND bucket >= ? AND bucket < ? ORDER BY system_id, bucket, source_id",
			[]any{store.Among(tx, systems), firstHour(max(from, sealedBefore)), firstHour(to + 1)}, func(h HourState) { all = append(all, h) })
		if err != nil {
			return m, nil, err
		}
	}
	for start, i := 0, 1; i <= len(all); i++ {
		key := func(h *HourState) systemDay { return systemDay{h.System, dayOf(h.Hour)} }
		if i == len(all) || key(&all[i]) != key(&all[start]) {
			m.states[key(&all[start])] = all[start:i]
			start = i
		}
	}
	w, err := witnessOf(tx, all)
	if err != nil {
		return m, nil, err
	}
	err = readGiven(tx, "WHERE system_id ? AND day BETWEEN ? AND ? ORDER BY system_id, day, upload_id DESC", []any{store.Among(tx, systems), from, to},
		func(g GivenDay) {
			k := systemDay{g.System, dayNumber(g.Date)}
			m.given[k] = append(m.given[k], g)
		})
	if err != nil || from >= sealedBefore {
		return m, w, err
	}
	return m, w, m.readSealed(tx, systems, from, min(to, sealedBefore-1))
}

// readSealed reads days whose hours are gone.
func (m *material) readSealed(tx *store.Tx, systems []inventory.SystemID, from, to int) error {
	const where = "WHERE system_id ? AND day BETWEEN ? AND ?"
	err := readDays(tx, where, []any{store.Among(tx, systems), from, to}, func(d dayFacts) { m.sealed[systemDay{d.system, d.day}] = d.withoutGiven() })
	if err != nil {
		return err
	}
	return readExts(tx, where, []any{store.Among(tx, systems), from, to}, func(system inventory.SystemID, day int, e dayExt) {
		m.exts[systemDay{system, day}] = e
	})
}

// daysOf makes a day of the systems, in their order.
func (m *material) daysOf(w *witness, systems []inventory.SystemID, day, coverage int) []dayFacts {
	var out []dayFacts
	for _, system := range systems {
		k := systemDay{system, day}
		d, ok := m.sealed[k]
		if ok {
			d.ext = m.exts[k]
		} else {
			d = makeDay(system, day, w.mergeDay(m.states[k]), coverage)
		}
		d.takeGiven(m.given[k])
		if d.measured != 0 || d.minutes > 0 {
			out = append(out, d)
		}
	}
	return out
}

// mergeDay makes the hours of a day of states in the order of their hours.
func (w *witness) mergeDay(states []HourState) []hourFacts {
	var out []hourFacts
	for start, i := 0, 1; i <= len(states); i++ {
		if i == len(states) || states[i].Hour != states[start].Hour {
			out = append(out, w.mergeHour(states[start:i]))
			start = i
		}
	}
	return out
}

package usage

import (
	"slices"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// judge finds the outcome of every row.
func (b *Backfill) judge(tx *store.Tx, rows []*givenRow) error {
	p, err := currentPolicy(tx)
	if err != nil {
		return err
	}
	today := calendar.DateOf(tx.Now())
	oldest := today.AddDays(-p.DayDays)
	first := map[systemDay]int{} // row that speaks of the day
	for _, r := range rows {
		r.checkSystem()
		r.checkDay(today, oldest, p.DayDays)
		if r.system.ID == 0 || r.day.IsZero() {
			continue
		}
		key := systemDay{r.system.ID, dayNumber(r.day)}
		if other, twice := first[key]; twice {
			r.wrong(fault.At("", "usage.err.given_repeated", "row", other), dayColumn)
			continue
		}
		first[key] = r.number
	}
	return b.compare(tx, rows)
}

func (r *givenRow) checkSystem() {
	switch {
	case r.code == "":
		r.wrong(fault.At("", "usage.err.given_no_system"), systemColumn)
	case r.system.ID == 0 || r.foreign:
		r.wrong(fault.At("", "usage.err.given_system", "code", r.code), systemColumn)
	}
}

func (r *givenRow) checkDay(today, oldest calendar.Date, days int) {
	switch {
	case r.day.IsZero():
	case !r.day.Before(today):
		r.wrong(fault.At("", "usage.err.given_today", "day", r.day, "today", today), dayColumn)
	case r.day.Before(oldest):
		r.wrong(fault.At("", "usage.err.given_old", "day", r.day, "days", days, "oldest", oldest), dayColumn)
	}
}

// compare holds the good rows against what files gave before and against what
// probes measured, which is never replaced.
func (b *Backfill) compare(tx *store.Tx, rows []*givenRow) error {
	var good []systemDay
	for _, r := range rows {
		if r.outcome = inventory.RowWrong; !fault.AnyError(r.found) {
			r.outcome = inventory.RowNew
			good = append(good, systemDay{r.system.ID, dayNumber(r.day)})
		}
	}
	given, err := givenBefore(tx, good)
	if err != nil {
		return err
	}
	measured, err := measuredByProbes(tx, good)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.outcome == inventory.RowWrong {
			continue
		}
		key := systemDay{r.system.ID, dayNumber(r.day)}
		r.against(given[key])
		r.remarkMeasured(measured[key])
	}
	return nil
}

// against compares a row with what was given before.
func (r *givenRow) against(before wire.Values) {
	if before.None() {
		return
	}
	r.was, r.outcome = map[string]int64{}, inventory.RowSame
	for _, s := range wire.Signals() {
		was, had := before.Get(s)
		now, has := r.values.Get(s)
		if had {
			r.was[s.String()] = was
		}
		if has && (!had || was != now) {
			r.outcome = inventory.RowChanged
		}
	}
}

// remarkMeasured says which figures will not count.
func (r *givenRow) remarkMeasured(measured SignalSet) {
	var signals []fault.Label
	for _, s := range wire.Signals() {
		if _, ok := r.values.Get(s); ok && measured.Has(s) {
			signals = append(signals, SignalLabel(s))
		}
	}
	if len(signals) > 0 {
		r.wrong(fault.Remark("", "usage.note.given_measured", "signals", signals), dayColumn)
	}
}

// valuesNamed and namedValues change between values and what is kept of them.
func valuesNamed(named map[string]int64) wire.Values {
	var v wire.Values
	for name, n := range named {
		if s, ok := wire.SignalNamed(name); ok {
			v.Set(s, n)
		}
	}
	return v
}

func namedValues(v wire.Values) map[string]int64 {
	out := map[string]int64{}
	for _, s := range wire.Signals() {
		if n, ok := v.Get(s); ok {
			out[s.String()] = n
		}
	}
	return out
}

// figuresOf lists what a row gives, in the order of the signals.
func figuresOf(values, was map[string]int64) []Figure {
	var out []Figure
	for name, n := range values {
		s, ok := wire.SignalNamed(name)
		if !ok {
			continue
		}
		f := Figure{Signal: s, Value: n}
		if before, had := was[name]; had {
			f.Was = &before
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Figure) int { return int(a.Signal) - int(b.Signal) })
	return out
}

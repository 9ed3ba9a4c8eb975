package usage

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// closedAfter is how long after its end a day is taken to be rolled up: what
// comes later for one of its hours is a correction, and what it replaces is
// kept.
const closedAfter = 30 * time.Minute

// PutIn keeps the newest state of each key, in the transaction of the caller.
// States may come in any order, and twice; what is older than what is there
// changes nothing. States come from Flaw without a flaw.
func (l *Ledger) PutIn(tx *store.Tx, states []HourState) error {
	sorted := newestByKey(states)
	if len(sorted) == 0 {
		return nil
	}
	if err := l.refuseLate(tx, sorted); err != nil {
		return err
	}
	if err := l.parts.ensureHours(tx, sorted); err != nil {
		return err
	}
	if err := l.markDirty(tx, sorted); err != nil {
		return err
	}
	if err := upsertHours(tx, sorted); err != nil {
		return fmt.Errorf("keep %d states: %w", len(sorted), err)
	}
	return nil
}

// refuseLate refuses states of hours that are kept no longer: the retention
// would remove them, and what they add to would be lost.
func (l *Ledger) refuseLate(tx *store.Tx, states []HourState) error {
	days, err := l.hourDays(tx)
	if err != nil {
		return err
	}
	oldest := firstHour(dayNumber(calendar.DateOf(tx.Now())) - days)
	for i := range states {
		if states[i].Hour < oldest {
			return ErrTooLate
		}
	}
	return nil
}

// newestByKey sorts states by key and leaves the newest of each.
func newestByKey(states []HourState) []HourState {
	sorted := slices.Clone(states)
	slices.SortFunc(sorted, func(a, b HourState) int {
		return cmp.Or(a.Key().compare(b.Key()), cmp.Compare(b.Seq, a.Seq))
	})
	return slices.CompactFunc(sorted, func(a, b HourState) bool { return a.Key() == b.Key() })
}

func (k HourKey) compare(o HourKey) int {
	return cmp.Or(cmp.Compare(k.System, o.System), cmp.Compare(k.Hour, o.Hour), cmp.Compare(k.Source, o.Source))
}

// systemDay is a day of a system.
type systemDay struct {
	system inventory.SystemID
	day    int
}

// markDirty notes the days that are over and change again, and keeps what a
// correction replaces. The states are sorted by key.
func (l *Ledger) markDirty(tx *store.Tx, sorted []HourState) error {
	today := dayNumber(calendar.DateOf(tx.Now()))
	closed := dayNumber(calendar.DateOf(tx.Now().Add(-closedAfter)))
	var late []systemDay
	var corrections []HourState
	for _, h := range sorted {
		day := dayOf(h.Hour)
		if day < today {
			late = append(late, systemDay{h.System, day})
		}
		if day < closed {
			corrections = append(corrections, h)
		}
	}
	if err := insertDirty(tx, slices.Compact(late)); err != nil {
		return err
	}
	return keepPast(tx, corrections)
}

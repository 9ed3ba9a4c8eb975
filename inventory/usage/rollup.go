package usage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

const (
	// rollLot is how many systems are rolled up in one transaction.
	rollLot = 1000
	// dirtyLot is how many marked days are taken in one transaction: who writes
	// a late state of one of them waits for its end.
	dirtyLot = 400
)

// Rolled counts what a roll-up has done.
type Rolled struct {
	Days   int // days of systems that were made anew
	Months int
}

func (r *Rolled) add(o Rolled) { r.Days, r.Months = r.Days+o.Days, r.Months+o.Months }

// RollUp makes anew every day that needs it: days that are over and were not
// rolled up since, days that changed afterwards, and today. Days and months are
// worked out and set, never added to, so it may run again, break off anywhere,
// and run on two nodes.
func (l *Ledger) RollUp(ctx context.Context) (Rolled, error) {
	var all Rolled
	through, today, err := l.progress(ctx)
	if err != nil {
		return all, err
	}
	for day := through + 1; day < today; day++ {
		done, err := l.finishDay(ctx, day)
		all.add(done)
		if err != nil {
			return all, fmt.Errorf("roll up %v: %w", dateOf(day), err)
		}
	}
	done, err := l.rollDirty(ctx)
	all.add(done)
	if err != nil {
		return all, fmt.Errorf("roll up late days: %w", err)
	}
	done, err = l.rollDay(ctx, today)
	all.add(done)
	if err != nil {
		return all, fmt.Errorf("roll up today: %w", err)
	}
	return all, nil
}

// progress finds the last day that was rolled up after its end, and today. A
// day ends for this purpose closedAfter after midnight.
func (l *Ledger) progress(ctx context.Context) (through, today int, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		today = dayNumber(calendar.DateOf(tx.Now().Add(-closedAfter)))
		if through, err = rolledThrough(tx); err != nil {
			return err
		}
		p, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		if through == 0 { // never: there may be hours from as long ago as they are kept
			first, ok, err := firstHourKept(tx)
			if err != nil {
				return err
			}
			if through = today - 1; ok {
				through = dayOf(first) - 1
			}
		}
		through = max(through, today-p.HourDays-1)
		return nil
	})
	return through, today, err
}

// finishDay rolls up a day that is over, and the months it lies in.
func (l *Ledger) finishDay(ctx context.Context, day int) (Rolled, error) {
	done, err := l.rollDay(ctx, day)
	if err != nil {
		return done, err
	}
	months, err := l.rollMonth(ctx, monthNumber(dateOf(day)))
	done.add(months)
	if err != nil {
		return done, err
	}
	return done, l.db.Write(ctx, func(tx *store.Tx) error { return setRolledThrough(tx, day) })
}

// rollDay makes a day of all systems anew.
func (l *Ledger) rollDay(ctx context.Context, day int) (Rolled, error) {
	return l.eachLot(ctx, func(tx *store.Tx, systems []inventory.SystemID) (Rolled, error) {
		n, err := l.makeDays(tx, systems, day, day, nil)
		return Rolled{Days: n}, err
	})
}

// rollMonth makes a month of all systems anew.
func (l *Ledger) rollMonth(ctx context.Context, month int) (Rolled, error) {
	return l.eachLot(ctx, func(tx *store.Tx, systems []inventory.SystemID) (Rolled, error) {
		n, err := makeMonths(tx, systems, month)
		return Rolled{Months: n}, err
	})
}

// eachLot goes through all systems, a transaction for each lot. Only one lot is
// in work at a time, on whatever node: what is read in it is then still true
// when it is written.
func (l *Ledger) eachLot(ctx context.Context, do func(tx *store.Tx, systems []inventory.SystemID) (Rolled, error)) (Rolled, error) {
	var all Rolled
	for after := inventory.SystemID(0); ; {
		var systems []inventory.SystemID
		var done Rolled
		err := l.db.WriteMany(ctx, func(tx *store.Tx) (err error) {
			if err = takeTurn(tx); err != nil {
				return err
			}
			if systems, err = systemsAfter(tx, after, rollLot); err != nil || len(systems) == 0 {
				return err
			}
			done, err = do(tx, systems)
			return err
		})
		if err != nil || len(systems) == 0 {
			return all, err
		}
		all.add(done)
		after = systems[len(systems)-1]
	}
}

// rollDirty makes the marked days anew, until none is left.
func (l *Ledger) rollDirty(ctx context.Context) (Rolled, error) {
	var all Rolled
	for {
		var done Rolled
		taken := 0
		err := l.db.WriteMany(ctx, func(tx *store.Tx) error {
			if err := takeTurn(tx); err != nil {
				return err
			}
			// The marks go first: a state that is written from now on waits, or
			// marks its day again.
			marks, err := takeDirty(tx, dirtyLot)
			if err != nil {
				return err
			}
			taken = len(marks)
			done, err = l.makeMarked(tx, marks)
			return err
		})
		if err != nil || taken == 0 {
			return all, err
		}
		all.add(done)
	}
}

// makeMarked makes days anew, which are sorted by system and day, with their
// months.
func (l *Ledger) makeMarked(tx *store.Tx, marks []systemDay) (Rolled, error) {
	bySystem, byDay := map[inventory.SystemID][]int{}, map[int][]inventory.SystemID{}
	months := map[int]map[inventory.SystemID]bool{}
	for _, m := range marks {
		bySystem[m.system] = append(bySystem[m.system], m.day)
		byDay[m.day] = append(byDay[m.day], m.system)
		month := monthNumber(dateOf(m.day))
		if months[month] == nil {
			months[month] = map[inventory.SystemID]bool{}
		}
		months[month][m.system] = true
	}
	done, err := l.makeGroups(tx, bySystem, byDay)
	if err != nil {
		return done, err
	}
	if err := l.tellRedone(tx, bySystem); err != nil {
		return done, fmt.Errorf("tell which days were made anew: %w", err)
	}
	p, err := currentPolicy(tx)
	if err != nil {
		return done, err
	}
	kept := calendar.DateOf(tx.Now()).AddDays(-p.DayDays)
	for _, month := range slices.Sorted(maps.Keys(months)) {
		if firstOfMonth(month).Before(kept) { // some of its days are gone
			continue
		}
		n, err := makeMonths(tx, slices.Sorted(maps.Keys(months[month])), month)
		done.Months += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// tellRedone tells which systems had days made anew, and from which day on.
func (l *Ledger) tellRedone(tx *store.Tx, days map[inventory.SystemID][]int) error {
	if l.redone == nil {
		return nil
	}
	first := make(map[inventory.SystemID]calendar.Date, len(days))
	for system, list := range days {
		first[system] = dateOf(list[0])
	}
	return l.redone(tx, first)
}

// makeGroups asks for many systems of one day at once, or for many days of one
// system, whichever takes fewer questions.
func (l *Ledger) makeGroups(tx *store.Tx, bySystem map[inventory.SystemID][]int, byDay map[int][]inventory.SystemID) (done Rolled, err error) {
	n := 0
	if len(byDay) <= len(bySystem) {
		for _, day := range slices.Sorted(maps.Keys(byDay)) {
			n, err = l.makeDays(tx, byDay[day], day, day, nil)
			done.Days += n
			if err != nil {
				return done, err
			}
		}
		return done, nil
	}
	for _, system := range slices.Sorted(maps.Keys(bySystem)) {
		days := bySystem[system]
		n, err = l.makeDays(tx, []inventory.SystemID{system}, days[0], days[len(days)-1], days)
		done.Days += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// Rebuild makes the days of a span anew from the hours, as far as these are
// kept, and the months in which they lie.
func (l *Ledger) Rebuild(ctx context.Context, from, to calendar.Date) (Rolled, error) {
	var all Rolled
	var first, last int
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		p, err := currentPolicy(tx)
		today := calendar.DateOf(tx.Now())
		first = max(dayNumber(from), dayNumber(today)-p.HourDays)
		last = min(dayNumber(to), dayNumber(today))
		return err
	})
	if err != nil {
		return all, err
	}
	months := map[int]bool{}
	for day := first; day <= last; day++ {
		done, err := l.rollDay(ctx, day)
		all.add(done)
		if err != nil {
			return all, fmt.Errorf("rebuild %v: %w", dateOf(day), err)
		}
		months[monthNumber(dateOf(day))] = true
	}
	for _, month := range slices.Sorted(maps.Keys(months)) {
		done, err := l.rollMonth(ctx, month)
		all.add(done)
		if err != nil {
			return all, fmt.Errorf("rebuild the month of %v: %w", firstOfMonth(month), err)
		}
	}
	return all, nil
}

// JobRollUp is the job that rolls up; its note says what was done.
func (l *Ledger) JobRollUp(ctx context.Context, _ time.Time) (string, error) {
	done, err := l.RollUp(ctx)
	return fmt.Sprintf("days %d, months %d", done.Days, done.Months), err
}

// JobPartitions makes the partitions of the coming months and removes what is
// kept no longer.
func (l *Ledger) JobPartitions(ctx context.Context, _ time.Time) (string, error) {
	made, err1 := l.MakePartitions(ctx)
	gone, err2 := l.Expire(ctx)
	return fmt.Sprintf("partitions made %d, dropped %d, rows removed %d", made, gone.Partitions, gone.Rows), errors.Join(err1, err2)
}

package usage

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

const (
	// monthsAhead is how many months' partitions are made before they are needed.
	monthsAhead = 3
	// expireLot is how many rows one transaction removes.
	expireLot = 5000
)

// Expired counts what was kept no longer.
type Expired struct {
	Partitions int
	Rows       int64
}

// MakePartitions makes the partitions in which states may arrive: from the
// oldest that is kept to some months ahead. It says how many it made; on SQLite
// there are none.
func (l *Ledger) MakePartitions(ctx context.Context) (int, error) {
	if l.db.Engine() != store.Postgres {
		return 0, nil
	}
	made := 0
	err := l.db.Write(ctx, func(tx *store.Tx) error {
		p, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		before, err := countPartitions(tx)
		if err != nil {
			return err
		}
		today := calendar.DateOf(tx.Now())
		for month := monthNumber(today.AddDays(-p.HourDays)); month <= monthNumber(today)+monthsAhead; month++ {
			if err := l.parts.ensureMonth(tx, month); err != nil {
				return err
			}
		}
		after, err := countPartitions(tx)
		made = after - before
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("make partitions: %w", err)
	}
	return made, nil
}

// The longest times for which a policy may keep hours and days.
const mostHourDays, mostDayDays = 400, 4000

// MakeRoom makes the partitions that the facts of a backup of the time may
// need, under whatever policy it was taken. A schema that has no facts yet needs
// none.
func (l *Ledger) MakeRoom(ctx context.Context, at time.Time) error {
	if l.db.Engine() != store.Postgres {
		return nil
	}
	err := l.db.Write(ctx, func(tx *store.Tx) error {
		there, err := hasFacts(tx)
		if err != nil || !there {
			return err
		}
		date := calendar.DateOf(at)
		for _, t := range []struct {
			partitioned
			days int
		}{{hourParts, mostHourDays}, {dayParts, mostDayDays}, {extParts, mostDayDays}} {
			for month := monthNumber(date.AddDays(-t.days)); month <= monthNumber(date)+monthsAhead; month++ {
				if err := l.parts.ensure(tx, t.partitioned, month); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("make room for facts: %w", err)
	}
	return nil
}

// Expire removes hours and days that are kept no longer: whole partitions on
// PostgreSQL, rows in lots elsewhere. It may break off anywhere.
func (l *Ledger) Expire(ctx context.Context) (Expired, error) {
	var done Expired
	var hours, days int // the first days that are kept
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		p, err := currentPolicy(tx)
		today := dayNumber(calendar.DateOf(tx.Now()))
		hours, days = today-p.HourDays, today-p.DayDays
		return err
	})
	if err != nil {
		return done, err
	}
	for _, t := range []struct {
		partitioned
		before int
	}{{hourParts, int(firstHour(hours))}, {dayParts, days}, {extParts, days}} {
		if l.db.Engine() == store.Postgres {
			n, err := l.dropBefore(ctx, t.partitioned, t.before)
			done.Partitions += n
			if err != nil {
				return done, err
			}
			continue
		}
		n, err := l.deleteBefore(ctx, t.table, t.column, t.before)
		done.Rows += n
		if err != nil {
			return done, err
		}
	}
	n, err := l.deleteBefore(ctx, "usage_hour_past", "bucket", int(firstHour(hours)))
	done.Rows += n
	return done, err
}

// dropBefore drops the partitions that end before a bound.
func (l *Ledger) dropBefore(ctx context.Context, of partitioned, before int) (int, error) {
	n := 0
	err := l.db.Write(ctx, func(tx *store.Tx) error {
		n = 0
		months, err := partitionMonths(tx, of)
		if err != nil {
			return err
		}
		for _, month := range months {
			if of.bound(month+1) > before {
				continue
			}
			if err := dropPartition(tx, of, month); err != nil {
				return err
			}
			n++
		}
		tx.AfterCommit(l.parts.forget)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("drop partitions of %s: %w", of.table, err)
	}
	return n, nil
}

// deleteBefore removes rows from below a bound, a lot in each transaction.
func (l *Ledger) deleteBefore(ctx context.Context, table, column string, before int) (int64, error) {
	var all int64
	for {
		var n int64
		err := l.db.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = deleteLot(tx, table, column, before, expireLot)
			return err
		})
		all += n
		if err != nil || n == 0 {
			return all, err
		}
	}
}

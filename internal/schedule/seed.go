package schedule

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Seed puts the years that ship with the program into the calendar, as far as
// they are not known yet; what was published is never overwritten. It is run at
// every start: a newer program may bring a new year. Its act is the service's
// own.
func (b *Book) Seed(ctx context.Context) error {
	by := auth.System("calendar")
	exceptions, years := calendar.Statutory()
	known, err := b.Load(ctx)
	if err != nil {
		return fmt.Errorf("seed the calendar: %w", err)
	}
	if len(unknown(known, years)) == 0 {
		return nil
	}
	err = b.db.Write(ctx, func(tx *store.Tx) error {
		now, err := b.lock(tx)
		if err != nil {
			return err
		}
		return b.seed(tx, by, now, unknown(now.cal, years), exceptions)
	})
	if err != nil {
		return fmt.Errorf("seed the calendar: %w", err)
	}
	return nil
}

func unknown(cal *calendar.Calendar, years []int) []int {
	var out []int
	for _, year := range years {
		if !cal.Knows(year) {
			out = append(out, year)
		}
	}
	return out
}

func (b *Book) seed(tx *store.Tx, by auth.Principal, now *edition, years []int, exceptions []calendar.Exception) error {
	if len(years) == 0 {
		return nil // another node was faster
	}
	next := now.ledger
	for _, year := range years {
		days := daysOf(year, exceptions)
		next = next.withYear(year, days)
		y := Year{Year: year, Origin: Shipped, PublishedName: by.Name, PublishedAt: tx.Now(), Version: 1}
		y.ConfirmedBy, y.ConfirmedName, y.ConfirmedAt = confirmation(tx, by)
		if err := saveYear(tx, Year{}, y, days); err != nil {
			return err
		}
		name := strconv.Itoa(year)
		err := oplog.Record(tx, by, oplog.Entry{
			Action: "calendar.seed", Kind: "calendar_year", ID: name, Name: name, After: yearFacts(y.Notice, days),
		})
		if err != nil {
			return err
		}
	}
	moves, err := movesUnder(tx, next)
	if err != nil {
		return err
	}
	_, err = b.settle(tx, by, moves, "")
	return err
}

// daysOf picks the days of one year's notice out of the list of all years. Days
// of December belong to the New Year holiday, so to the next notice; only the
// last notice of the list keeps its own.
func daysOf(year int, exceptions []calendar.Exception) []calendar.Exception {
	first, last := calendar.NewDate(year-1, time.December, 1), calendar.NewDate(year, time.November, 30)
	if !slices.Contains(calendar.PublishedYears(exceptions), year+1) {
		last = calendar.NewDate(year, time.December, 31)
	}
	var out []calendar.Exception
	for _, e := range exceptions {
		if !e.Date.Before(first) && !e.Date.After(last) {
			out = append(out, e)
		}
	}
	return out
}

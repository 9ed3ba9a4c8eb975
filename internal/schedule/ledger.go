package schedule

import (
	"fmt"
	"maps"
	"slices"

	"qingce/internal/calendar"
)

// ledger is all that the calendar is made of. It is never changed: with and
// without give new ones.
type ledger struct {
	// years holds the days of each notice.
	years map[int][]calendar.Exception
	// closures are those in force; they never overlap.
	closures []Closure
}

// calendar works the ledger out. Where two notices list the same day the later
// one counts: the notice for 2019 set days of December 2018 anew.
func (l ledger) calendar() (*calendar.Calendar, error) {
	years := slices.Sorted(maps.Keys(l.years))
	days := map[calendar.Date]calendar.Exception{}
	for _, year := range years {
		for _, e := range l.years[year] {
			days[e.Date] = e
		}
	}
	cal, err := calendar.New(slices.Collect(maps.Values(days)), years)
	if err != nil {
		return nil, fmt.Errorf("work out the calendar: %w", err)
	}
	var local []calendar.Exception
	for _, c := range l.closures {
		local = append(local, c.exceptions()...)
	}
	if cal, err = cal.With(local...); err != nil {
		return nil, fmt.Errorf("work out the calendar with local closures: %w", err)
	}
	return cal, nil
}

func (l ledger) withYear(year int, days []calendar.Exception) ledger {
	l.years = maps.Clone(l.years)
	l.years[year] = days
	return l
}

func (l ledger) withClosure(c Closure) ledger {
	l.closures = append(slices.Clone(l.closures), c)
	return l
}

func (l ledger) withoutClosure(id ClosureID) ledger {
	l.closures = slices.DeleteFunc(slices.Clone(l.closures), func(c Closure) bool { return c.ID == id })
	return l
}

// overlapping finds a closure in force that has a day in common with c.
func (l ledger) overlapping(c Closure) (Closure, bool) {
	i := slices.IndexFunc(l.closures, func(other Closure) bool {
		return !c.FromOn.After(other.ToOn) && !c.ToOn.Before(other.FromOn)
	})
	if i < 0 {
		return Closure{}, false
	}
	return l.closures[i], true
}

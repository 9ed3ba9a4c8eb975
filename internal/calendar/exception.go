package calendar

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Kind says what an exception makes of its day.
type Kind string

// The kinds, as they are written in schedules and in the database.
const (
	Off  Kind = "off"  // nobody works: a holiday, a local closure
	Work Kind = "work" // everybody works: a make-up day 调休上班
)

// Valid tells whether k is one of the kinds.
func (k Kind) Valid() bool { return k == Off || k == Work }

// Exception is a day whose kind is not left to its weekday.
type Exception struct {
	Date Date
	Kind Kind
	// Name is the occasion as people read it (国庆节); it may be empty.
	Name string
}

// ErrNoDate says that a zero Date was given where a day is needed.
var ErrNoDate = errors.New("calendar: no date given")

// ConflictError says that two exceptions contradict each other about one day.
type ConflictError struct {
	First, Second Exception
}

// Error writes the error for logs.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("calendar: %s is both %q (%s) and %q (%s)",
		e.First.Date, e.First.Kind, e.First.Name, e.Second.Kind, e.Second.Name)
}

// PublishedYears lists, in order, the years whose statutory schedule is among
// the exceptions. A schedule always lists New Year's Day and National Day as
// off (全国年节及纪念日放假办法 art. 2). Single rows do not publish a year: the
// notice for 2019 already lists 2018-12-29, and a local closure may stand alone.
func PublishedYears(exceptions []Exception) []int {
	off := make(map[Date]bool, len(exceptions))
	for _, e := range exceptions {
		off[e.Date] = e.Kind == Off
	}
	var years []int
	for d := range off {
		number := d.Year()
		nationalDay := NewDate(number, time.October, 1)
		if d == NewDate(number, time.January, 1) && off[d] && off[nationalDay] {
			years = append(years, number)
		}
	}
	slices.Sort(years)
	return years
}

// ledger holds at most one exception per day.
type ledger map[Date]Exception

// with returns a copy that has the extra exceptions too. The same day may be
// listed twice when both say the same; the first name stays.
func (l ledger) with(extra []Exception) (ledger, error) {
	out := maps.Clone(l)
	for _, e := range extra {
		if e.Date.IsZero() {
			return nil, fmt.Errorf("exception %q: %w", e.Name, ErrNoDate)
		}
		if !e.Kind.Valid() {
			return nil, fmt.Errorf("calendar: exception %s has the unknown kind %q", e.Date, e.Kind)
		}
		first, twice := out[e.Date]
		if twice && first.Kind != e.Kind {
			return nil, &ConflictError{First: first, Second: e}
		}
		if !twice {
			out[e.Date] = e
		}
	}
	return out, nil
}

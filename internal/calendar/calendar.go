package calendar

import (
	"fmt"
	"time"
)

// Calendar says of every day of the published years whether people work. It is
// immutable and safe for concurrent use; New makes one.
type Calendar struct {
	statutory ledger
	local     ledger
	years     map[int]*year
}

// YearError says that a question touches a year whose schedule is not known.
type YearError struct {
	Year int
}

// Error writes the error for logs.
func (e *YearError) Error() string {
	return fmt.Sprintf("calendar: the schedule of %d is not known", e.Year)
}

// New makes a calendar of statutory exceptions and the years that they cover
// in full; PublishedYears finds those in a list. An exception outside of these
// years is kept and makes no year known. Exceptions that contradict each other
// are a *ConflictError.
func New(exceptions []Exception, years []int) (*Calendar, error) {
	statutory, err := ledger{}.with(exceptions)
	if err != nil {
		return nil, err
	}
	for _, number := range years {
		if number < 1 || number > 9999 {
			return nil, fmt.Errorf("calendar: no year %d", number)
		}
	}
	return assemble(statutory, ledger{}, years), nil
}

// With returns a calendar with local exceptions added: a closure after a flood,
// a day worked instead. They win over the statutory ones and make no year
// known. Local exceptions that contradict each other are a *ConflictError.
func (c *Calendar) With(extra ...Exception) (*Calendar, error) {
	local, err := c.local.with(extra)
	if err != nil {
		return nil, err
	}
	years := make([]int, 0, len(c.years))
	for number := range c.years {
		years = append(years, number)
	}
	return assemble(c.statutory, local, years), nil
}

func assemble(statutory, local ledger, years []int) *Calendar {
	c := &Calendar{statutory: statutory, local: local, years: make(map[int]*year, len(years))}
	for _, number := range years {
		c.years[number] = newYear(number, c.listedWorking)
	}
	return c
}

// Knows tells whether the schedule of the year is known.
func (c *Calendar) Knows(year int) bool { return c.years[year] != nil }

// ExceptionOn returns the exception in force on d, if there is one; pages show
// its kind and name beside the date.
func (c *Calendar) ExceptionOn(d Date) (Exception, bool) {
	if e, ok := c.local[d]; ok {
		return e, true
	}
	e, ok := c.statutory[d]
	return e, ok
}

// listedWorking is the rule for one day, before anything is counted.
func (c *Calendar) listedWorking(d Date) bool {
	if e, ok := c.ExceptionOn(d); ok {
		return e.Kind == Work
	}
	return !isWeekend(d)
}

func isWeekend(d Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

package calendar

import (
	"errors"
	"fmt"
	"time"
)

// ErrPeriod says that a period of less than one working day was asked for.
var ErrPeriod = errors.New("calendar: a period has at least one working day")

// IsWorking tells whether d is a working day.
func (c *Calendar) IsWorking(d Date) (bool, error) {
	y, err := c.yearOf(d)
	if err != nil {
		return false, err
	}
	return y.works(d), nil
}

// AddWorking is the due day of a period of n working days after an event. The
// day of the event is not counted, whatever the hour and whether or not it is a
// working day (民法总则 art. 201); only working days count, so that a period
// never ends on a day off. n below 1 is ErrPeriod.
func (c *Calendar) AddWorking(event Date, n int) (Date, error) {
	if n < 1 {
		return Date{}, fmt.Errorf("%d after %s: %w", n, event, ErrPeriod)
	}
	y, err := c.yearOf(event)
	if err != nil {
		return Date{}, err
	}
	number, counted := event.Year(), y.rank(event)
	for n > len(y.working)-counted {
		n -= len(y.working) - counted
		number, counted = number+1, 0
		if y, err = c.yearAt(number); err != nil {
			return Date{}, err
		}
	}
	return y.working[counted+n-1], nil
}

// AdvisedBy is the last working day on or before a fixed due date: the day by
// which a careful office is done when the date itself is a day off.
func (c *Calendar) AdvisedBy(due Date) (Date, error) {
	y, err := c.yearOf(due)
	if err != nil {
		return Date{}, err
	}
	number, counted := due.Year(), y.rank(due)
	for counted == 0 {
		number--
		if y, err = c.yearAt(number); err != nil {
			return Date{}, err
		}
		counted = len(y.working)
	}
	return y.working[counted-1], nil
}

// Lateness is the number of working days after the due date, up to and
// including the day of filing. What is filed on the due date or before is 0,
// and so is what is filed late but before the next working day has begun.
func (c *Calendar) Lateness(due, filed Date) (int, error) {
	return c.after(due, filed)
}

// Remaining is the number of working days left: today is not counted, the due
// date is when it is a working day. On the due date, and ever after, it is 0;
// compare the dates to tell the two apart. For a due date on a day off it
// becomes 0 on the AdvisedBy day already.
func (c *Calendar) Remaining(today, due Date) (int, error) {
	return c.after(today, due)
}

// WorkingDaysIn is the number of working days from one day to another, both
// included; 0 when to is before from.
func (c *Calendar) WorkingDaysIn(from, to Date) (int, error) {
	n, err := c.after(from, to)
	if err != nil || to.Before(from) {
		return 0, err
	}
	working, err := c.IsWorking(from)
	if working {
		n++
	}
	return n, err
}

// after counts the working days later than start, up to and including end. The
// years of both must be known; an end that is not later than start needs none.
func (c *Calendar) after(start, end Date) (int, error) {
	if start.IsZero() || end.IsZero() {
		return 0, ErrNoDate
	}
	if !end.After(start) {
		return 0, nil
	}
	y, err := c.yearOf(start)
	if err != nil {
		return 0, err
	}
	n := -y.rank(start)
	for number := start.Year() + 1; number <= end.Year(); number++ {
		n += len(y.working)
		if y, err = c.yearAt(number); err != nil {
			return 0, err
		}
	}
	return n + y.rank(end), nil
}

// Months is the number of working days of each month of a year, January first.
func (c *Calendar) Months(year int) ([12]int, error) {
	var months [12]int
	y, err := c.yearAt(year)
	if err != nil {
		return months, err
	}
	for _, d := range y.working {
		months[d.Month()-time.January]++
	}
	return months, nil
}

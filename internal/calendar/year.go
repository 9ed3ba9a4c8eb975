package calendar

import "time"

// year is the working days of one known year, counted once so that no question
// has to walk from day to day.
type year struct {
	first Date
	// working are the working days in order.
	working []Date
	// upTo[i] is how many of them are not after the i-th day (from 0).
	upTo []int16
}

func newYear(number int, isWorking func(Date) bool) *year {
	y := &year{first: NewDate(number, time.January, 1)}
	last := NewDate(number, time.December, 31)
	for i := range last.DaysSince(y.first) + 1 {
		if d := y.first.AddDays(i); isWorking(d) {
			y.working = append(y.working, d)
		}
		y.upTo = append(y.upTo, int16(len(y.working)))
	}
	return y
}

// rank is the number of working days of the year up to and including d.
func (y *year) rank(d Date) int { return int(y.upTo[d.DaysSince(y.first)]) }

// works tells whether d, a day of this year, is a working day.
func (y *year) works(d Date) bool {
	n := y.rank(d)
	return n > 0 && y.working[n-1] == d
}

// yearOf finds the year of d.
func (c *Calendar) yearOf(d Date) (*year, error) {
	if d.IsZero() {
		return nil, ErrNoDate
	}
	return c.yearAt(d.Year())
}

func (c *Calendar) yearAt(number int) (*year, error) {
	if y := c.years[number]; y != nil {
		return y, nil
	}
	return nil, &YearError{Year: number}
}

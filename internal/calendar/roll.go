package calendar

import "fmt"

// Rolling says what becomes of a fixed due date on a day off (the policy
// setting month_end_roll).
type Rolling string

// The ways to roll. A duty "before the end of the month" is not rolled by
// default: in the next month it would contradict its text.
const (
	RollNone     Rolling = "none"     // the date stays
	RollPrevious Rolling = "previous" // the last working day before it
	RollNext     Rolling = "next"     // the first working day after it (民法总则 art. 203)
)

// Valid tells whether r is one of the ways.
func (r Rolling) Valid() bool {
	return r == RollNone || r == RollPrevious || r == RollNext
}

// Roll is the due date that a fixed date becomes. A working day stays itself;
// with RollNone every day does, and no calendar is needed.
func (c *Calendar) Roll(date Date, by Rolling) (Date, error) {
	if date.IsZero() {
		return Date{}, ErrNoDate
	}
	switch by {
	case RollNone:
		return date, nil
	case RollPrevious:
		return c.AdvisedBy(date)
	case RollNext:
		return c.onOrAfter(date)
	}
	return Date{}, fmt.Errorf("calendar: unknown way to roll %q", by)
}

func (c *Calendar) onOrAfter(date Date) (Date, error) {
	working, err := c.IsWorking(date)
	if err != nil {
		return Date{}, err
	}
	if working {
		return date, nil
	}
	return c.AddWorking(date, 1)
}

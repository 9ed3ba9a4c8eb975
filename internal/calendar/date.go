package calendar

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zone must be there on a machine without zone files
)

// Zone is Asia/Shanghai, the zone of every office this service is for.
var Zone = mustZone("Asia/Shanghai")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic("calendar: zone data is built in, yet: " + err.Error())
	}
	return zone
}

// Date is one calendar day of the years 1 to 9999, as offices in Asia/Shanghai
// count days. Dates are compared with ==. The zero Date is "no date".
type Date struct {
	// number counts days; 1 is 0001-01-01, a Monday, and 0 is no date.
	number int32
}

const (
	epoch   = 719163  // the number of 1970-01-01
	lastDay = 3652059 // the number of 9999-12-31

	secondsPerUTCDay = 86400 // UTC has no summer time, so days there are equal
)

// DateError says that a text is not a date written as 2006-01-02.
type DateError struct {
	Value string
}

// Error writes the error for logs.
func (e *DateError) Error() string {
	return fmt.Sprintf("calendar: %.40q is not a date like 2006-01-02", e.Value)
}

// NewDate makes a date of year, month and day. Values out of range are carried
// over as time.Date does: October 32 is November 1, and day 0 is the last day
// of the month before. What falls outside the years 1 to 9999 is no date.
func NewDate(year int, month time.Month, day int) Date {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() < 1 || t.Year() > 9999 {
		return Date{}
	}
	return Date{int32(t.Unix()/secondsPerUTCDay + epoch)}
}

// DateOf is the day on which t falls in Asia/Shanghai; the zero time is no date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return NewDate(t.In(Zone).Date())
}

// ParseDate reads a date written exactly as 2006-01-02, of the years 0001 to
// 9999. Anything else, the empty text too, is a *DateError.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return Date{}, &DateError{text}
	}
	return NewDate(t.Date()), nil
}

// utc is midnight UTC of the day: arithmetic only, never a moment in the office.
func (d Date) utc() time.Time {
	return time.Unix((int64(d.number)-epoch)*secondsPerUTCDay, 0).UTC()
}

// IsZero tells whether d is no date.
func (d Date) IsZero() bool { return d.number == 0 }

// Year is the year of d, 0 for no date.
func (d Date) Year() int {
	if d.IsZero() {
		return 0
	}
	return d.utc().Year()
}

// Month is the month of d, 0 for no date.
func (d Date) Month() time.Month {
	if d.IsZero() {
		return 0
	}
	return d.utc().Month()
}

// Day is the day of the month, 0 for no date.
func (d Date) Day() int {
	if d.IsZero() {
		return 0
	}
	return d.utc().Day()
}

// Weekday is the day of the week; it means nothing for no date.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.number % 7) }

// String writes the date as 2006-01-02; no date is the empty text.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// AddDays is the day n calendar days later, or earlier when n is negative.
// No date stays no date; so becomes what leaves the years 1 to 9999.
func (d Date) AddDays(n int) Date {
	if d.IsZero() || n > lastDay || n < -lastDay {
		return Date{}
	}
	number := int(d.number) + n
	if number < 1 || number > lastDay {
		return Date{}
	}
	return Date{int32(number)}
}

// DaysSince is the number of calendar days from other to d, negative when d is
// the earlier. It means nothing when either is no date.
func (d Date) DaysSince(other Date) int { return int(d.number) - int(other.number) }

// MonthEnd is the last day of the month of d; no date stays no date.
func (d Date) MonthEnd() Date {
	if d.IsZero() {
		return Date{}
	}
	return NewDate(d.Year(), d.Month()+1, 0)
}

// Compare is -1 when d is before other, 0 when they are the same day and 1 when
// d is after. No date comes before every date.
func (d Date) Compare(other Date) int {
	switch {
	case d.number < other.number:
		return -1
	case d.number > other.number:
		return 1
	}
	return 0
}

// Before tells whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.number < other.number }

// After tells whether d is later than other.
func (d Date) After(other Date) bool { return d.number > other.number }

// At is the moment of d when the clock in Asia/Shanghai shows hour and minute;
// At(17, 30) is the end of office hours. No date has no moments: the zero time.
func (d Date) At(hour, minute int) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	year, month, day := d.utc().Date()
	return time.Date(year, month, day, hour, minute, 0, 0, Zone)
}

// StartsAt is 00:00 of the day in Asia/Shanghai.
func (d Date) StartsAt() time.Time { return d.At(0, 0) }

// EndsAt is 24:00 of the day in Asia/Shanghai, which is 00:00 of the next day:
// a thing done before EndsAt was done on d or earlier.
func (d Date) EndsAt() time.Time { return d.At(24, 0) }

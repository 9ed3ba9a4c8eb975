package monthly

import (
	"fmt"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
)

// Period is a month of the calendar: 2017-11.
type Period string

// PeriodOf is the month of a day.
func PeriodOf(day calendar.Date) Period {
	return Period(fmt.Sprintf("%04d-%02d", day.Year(), int(day.Month())))
}

// ParsePeriod reads 2017-11; anything else is an Invalid fault at month.
func ParsePeriod(text string) (Period, error) {
	if t, err := time.Parse("2006-01", text); err == nil && t.Year() > 1999 && t.Year() < 2200 {
		return Period(text), nil
	}
	return "", fault.Refuse([]fault.Field{fault.At("month", "monthly.err.month", "text", text)})
}

// Valid tells whether p is a month.
func (p Period) Valid() bool {
	_, err := ParsePeriod(string(p))
	return err == nil
}

// First is the first day of the month.
func (p Period) First() calendar.Date {
	day, err := calendar.ParseDate(string(p) + "-01")
	if err != nil {
		return calendar.Date{}
	}
	return day
}

// Last is the last day of the month, the one that counts.
func (p Period) Last() calendar.Date { return p.First().MonthEnd() }

// Before is the month before.
func (p Period) Before() Period { return PeriodOf(p.First().AddDays(-1)) }

// After is the month after.
func (p Period) After() Period { return PeriodOf(p.Last().AddDays(1)) }

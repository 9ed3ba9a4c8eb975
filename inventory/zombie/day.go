package zombie

import (
	"time"

	"qingce/internal/calendar"
	"qingce/inventory/zombie/detect"
)

// Detection counts days since 1970, people write dates.

// DayOf is the number of a date; 0 for no date.
func DayOf(d calendar.Date) detect.Day {
	if d.IsZero() {
		return 0
	}
	return detect.Day(d.DaysSince(calendar.NewDate(1970, time.January, 1)))
}

// DateOf is the date of a day's number; no date for 0.
func DateOf(day detect.Day) calendar.Date {
	if day == 0 {
		return calendar.Date{}
	}
	return calendar.NewDate(1970, time.January, 1).AddDays(int(day))
}

package schedule

import (
	"qingce/internal/calendar"
)

// MendWd is how many working days after a return a filing may come in again
// without losing the day on which it was handed in before.
const MendWd = 3

// CountsOn tells which day counts for the lateness of what is handed in on a
// day: the first time that day; again after a return, the day that counted
// before when no more than MendWd working days have passed since, or else the
// day of handing in again. A year without a schedule is err.calendar.
func CountsOn(cal *calendar.Calendar, before, returned, on calendar.Date) (calendar.Date, error) {
	if before.IsZero() {
		return on, nil
	}
	taken, err := cal.Lateness(returned, on)
	if err != nil {
		return calendar.Date{}, Explain(err)
	}
	if taken <= MendWd {
		return before, nil
	}
	return on, nil
}

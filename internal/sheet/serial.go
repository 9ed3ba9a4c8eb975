package sheet

import (
	"fmt"
	"math"
	"time"

	"qingce/internal/calendar"
)

// DateFromSerial is the day that a spreadsheet counts with this number, and
// the seconds since midnight. The 1900 count has a February 29, 1900 that never
// was (60): it is no day. ok is false too for what lies outside the years 1900
// (or 1904) to 9999.
func DateFromSerial(serial float64, date1904 bool) (day calendar.Date, seconds int, ok bool) {
	const day1900, day1904, last1900 = 1, 0, 2_958_465
	if math.IsNaN(serial) || serial < 0 || serial >= last1900+1 {
		return calendar.Date{}, 0, false
	}
	whole := math.Floor(serial)
	seconds = int(math.Round((serial - whole) * 86_400))
	n := int(whole)
	if seconds == 86_400 {
		n, seconds = n+1, 0
	}
	switch {
	case date1904:
		day = calendar.NewDate(1904, time.January, 1+n-day1904)
	case n > 60:
		day = calendar.NewDate(1900, time.January, n-day1900)
	case n >= day1900 && n < 60:
		day = calendar.NewDate(1900, time.January, n)
	}
	return day, seconds, !day.IsZero()
}

// dateText writes a serial number as the cell shows it; nothing when it is no
// date after all.
func dateText(serial float64, date1904 bool, format dateFormat) string {
	if format == showTime && serial < 1 {
		return ""
	}
	day, seconds, ok := DateFromSerial(serial, date1904)
	if !ok {
		return ""
	}
	text := day.String()
	switch {
	case seconds > 0:
		return fmt.Sprintf("%s %02d:%02d:%02d", text, seconds/3600, seconds/60%60, seconds%60)
	case format == showMonth && day.Day() == 1:
		return text[:len("2006-01")]
	case format == showYear && day.Day() == 1 && day.Month() == time.January:
		return text[:len("2006")]
	}
	return text
}

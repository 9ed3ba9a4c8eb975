package calendar

import "time"

// Codes of what is doubtful about a schedule; they are message keys.
const (
	// CodeWeekday: a make-up day on Monday to Friday, which is worked anyway.
	CodeWeekday = "warn.schedule.weekday"
	// CodeYear: days of a year without its New Year's Day and National Day,
	// which therefore stays unknown.
	CodeYear = "warn.schedule.year"
)

// Remark is one doubt about a schedule; it refuses nothing.
type Remark struct {
	Date Date
	Code string
}

// Review looks for signs that a schedule is not what was meant: a mistyped
// date, or half of a year. The remarks come in the order of the exceptions, for
// a year at its first one. December days listed by the notice for the next year
// are no reason for a remark.
func Review(exceptions []Exception) []Remark {
	known := map[int]bool{}
	for _, year := range PublishedYears(exceptions) {
		known[year] = true
	}
	said := map[int]bool{}
	var remarks []Remark
	for _, e := range exceptions {
		if year := e.Date.Year(); !known[noticeYear(e.Date, known)] && !said[year] {
			said[year] = true
			remarks = append(remarks, Remark{e.Date, CodeYear})
		}
		if e.Kind == Work && !isWeekend(e.Date) {
			remarks = append(remarks, Remark{e.Date, CodeWeekday})
		}
	}
	return remarks
}

// noticeYear is the year whose notice lists d: its own, or for a day in
// December the next year when only that one is known.
func noticeYear(d Date, known map[int]bool) int {
	year := d.Year()
	if d.Month() == time.December && !known[year] {
		return year + 1
	}
	return year
}

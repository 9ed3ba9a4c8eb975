package calendar

import (
	_ "embed"
	"strings"
)

//go:embed data/cn_calendar_exceptions_2015_2026.csv
var statutoryCSV string

// Statutory returns the schedules that ship with the program and the years that
// they cover, 2015 to 2026, as New takes them. Origin and licence are told in
// data/NOTICE.md. It panics only when the program was built with a broken table.
func Statutory() (exceptions []Exception, years []int) {
	exceptions, err := ParseSchedule(strings.NewReader(statutoryCSV))
	if err != nil {
		panic("calendar: the built-in table: " + err.Error())
	}
	return exceptions, PublishedYears(exceptions)
}

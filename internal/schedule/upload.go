package schedule

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
)

// Upload is the schedule of one year as somebody hands it in.
type Upload struct {
	// Year is the year of the notice; 0 means the one year that Days covers.
	Year int
	// Days are the days that the notice lists, those of December before too.
	Days []calendar.Exception
}

// ReadSchedule reads the days of a notice from CSV (columns date, name, kind or
// 日期, 名称, 类型). What is wrong is an Invalid fault with a field per line.
func ReadSchedule(r io.Reader) ([]calendar.Exception, error) {
	days, err := calendar.ParseSchedule(r)
	var broken *calendar.ScheduleError
	if !errors.As(err, &broken) {
		return days, err
	}
	fields := make([]fault.Field, len(broken.Lines))
	for i, l := range broken.Lines {
		fields[i] = fault.At("file", l.Code, "line", l.Line, "value", l.Value)
	}
	return nil, fault.Refuse(fields)
}

const (
	firstYear = 2000
	lastYear  = 2100

	maxName   = 100
	maxNotice = 100
	maxReason = 500
)

// checked gives the upload with its year found and its days in order, each
// once, or says what is wrong with it.
func (u Upload) checked() (Upload, error) {
	days, fields := checkDays(u.Days)
	if err := fault.Refuse(fields); err != nil {
		return Upload{}, err
	}
	known := calendar.PublishedYears(days)
	if u.Year == 0 && len(known) == 1 {
		u.Year = known[0]
	}
	switch {
	case u.Year == 0 && len(known) > 1:
		fields = append(fields, fault.At("year", "err.schedule.years"))
	case u.Year == 0:
		fields = append(fields, fault.At("file", "err.schedule.incomplete_any"))
	case u.Year < firstYear || u.Year > lastYear:
		fields = append(fields, fault.At("year", "err.schedule.year", "first", firstYear, "last", lastYear))
	case !slices.Contains(known, u.Year):
		fields = append(fields, fault.At("file", "err.schedule.incomplete", "year", u.Year))
	default:
		fields = outside(u.Year, days)
	}
	return Upload{u.Year, days}, fault.Refuse(fields)
}

// checkDays sorts the days, drops repetitions and names what is impossible.
func checkDays(given []calendar.Exception) ([]calendar.Exception, []fault.Field) {
	var fields []fault.Field
	seen := map[calendar.Date]calendar.Kind{}
	days := make([]calendar.Exception, 0, len(given))
	for i, e := range given {
		name := fmt.Sprintf("days[%d]", i)
		kind, twice := seen[e.Date]
		switch {
		case e.Date.IsZero():
			fields = append(fields, fault.At(name, calendar.CodeDate, "line", i+1, "value", ""))
		case !e.Kind.Valid():
			fields = append(fields, fault.At(name, calendar.CodeKind, "line", i+1, "value", string(e.Kind)))
		case !plain(e.Name, maxName):
			fields = append(fields, fault.At(name, calendar.CodeName, "line", i+1, "value", ""))
		case twice && kind != e.Kind:
			fields = append(fields, fault.At(name, calendar.CodeConflict, "line", i+1, "value", e.Date.String()))
		case !twice:
			seen[e.Date] = e.Kind
			days = append(days, e)
		}
	}
	slices.SortFunc(days, func(a, b calendar.Exception) int { return a.Date.Compare(b.Date) })
	return days, fields
}

// outside names the days that a notice for the year does not list: it covers
// the year, and the December before for the days around New Year.
func outside(year int, days []calendar.Exception) []fault.Field {
	first, last := calendar.NewDate(year-1, time.December, 1), calendar.NewDate(year, time.December, 31)
	var fields []fault.Field
	for _, e := range days {
		if e.Date.Before(first) || e.Date.After(last) {
			fields = append(fields, fault.At("file", "err.schedule.outside", "date", e.Date, "year", year))
		}
	}
	return fields
}

// remarks are the doubts about an upload that do not stop it.
func (u Upload) remarks() []fault.Field {
	var out []fault.Field
	for _, r := range calendar.Review(u.Days) {
		out = append(out, fault.Remark("file", r.Code, "date", r.Date, "year", r.Date.Year()))
	}
	return out
}

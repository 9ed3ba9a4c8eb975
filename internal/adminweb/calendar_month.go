package adminweb

import (
	"fmt"
	"strconv"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/web"
)

// MonthGrid is the data of the template "month": a month as a small calendar.
type MonthGrid struct {
	ID       string // id attribute, may be empty
	Title    string
	Working  string // "17 个工作日"
	Weekdays []string
	Weeks    [][]DayCell // Monday first; seven cells each
}

// DayCell is one day of a MonthGrid; the zero DayCell is a day of another
// month.
type DayCell struct {
	Number string
	Date   string
	// Kind is the class of the cell: one of the kinds below.
	Kind string
	// Sign says the kind in one character, so that no colour is needed.
	Sign string
	// Title is the occasion.
	Title string
	Today bool
	// Dues is how many things are due, 0 shows nothing.
	Dues int
	// Count is the place of the day in a term that is counted out.
	Count int
	// Mark is "from" or "to" for the days at the ends of such a term.
	Mark string
}

// The kinds of days.
const (
	dayWork   = "work"   // an ordinary working day
	dayRest   = "rest"   // a weekend
	dayOff    = "off"    // a holiday by the notice
	dayMakeup = "makeup" // worked by the notice, 调休上班
	dayClosed = "closed" // a local closure
	dayExtra  = "extra"  // worked by a local order
)

// grids draws months.
type grids struct {
	r     *web.Request
	cal   *calendar.Calendar
	local map[calendar.Date]schedule.Closure
	today calendar.Date
	mark  func(calendar.Date, *DayCell) // may be nil
}

// localDays are the days of the closures in force.
func localDays(all []schedule.Closure) map[calendar.Date]schedule.Closure {
	out := map[calendar.Date]schedule.Closure{}
	for _, c := range all {
		if c.RemovedAt != nil {
			continue
		}
		for d := c.FromOn; !d.After(c.ToOn); d = d.AddDays(1) {
			out[d] = c
		}
	}
	return out
}

const daysOfWeek = 7

// month draws the month of a year; working is its number of working days.
func (g grids) month(year int, month time.Month, working int) MonthGrid {
	out := MonthGrid{
		Title:   g.r.T(fmt.Sprintf("opt.month.%02d", int(month))),
		Working: g.r.T("calendar.working", "n", working),
	}
	for i := range daysOfWeek {
		out.Weekdays = append(out.Weekdays, g.r.T("calendar.weekday."+strconv.Itoa((i+1)%daysOfWeek)+".letter"))
	}
	first := calendar.NewDate(year, month, 1)
	week := make([]DayCell, daysBefore(first), daysOfWeek)
	for d := first; d.Month() == month; d = d.AddDays(1) {
		if week = append(week, g.day(d)); len(week) == daysOfWeek {
			out.Weeks = append(out.Weeks, week)
			week = nil
		}
	}
	if len(week) > 0 {
		out.Weeks = append(out.Weeks, append(week, make([]DayCell, daysOfWeek-len(week))...))
	}
	return out
}

// daysBefore is how many days of the week lie before the day.
func daysBefore(d calendar.Date) int { return (int(d.Weekday()) + daysOfWeek - 1) % daysOfWeek }

func (g grids) day(d calendar.Date) DayCell {
	cell := DayCell{Number: strconv.Itoa(d.Day()), Date: d.String(), Today: d == g.today}
	cell.Kind, cell.Title = g.kind(d)
	switch cell.Kind {
	case dayOff, dayMakeup, dayClosed, dayExtra:
		cell.Sign = g.r.T("calendar.sign." + cell.Kind)
	}
	if g.mark != nil {
		g.mark(d, &cell)
	}
	return cell
}

// kind says what sort of day it is, and of what occasion.
func (g grids) kind(d calendar.Date) (kind, occasion string) {
	e, listed := g.cal.ExceptionOn(d)
	_, local := g.local[d]
	switch {
	case !listed && (d.Weekday() == time.Saturday || d.Weekday() == time.Sunday):
		return dayRest, ""
	case !listed:
		return dayWork, ""
	case local && e.Kind == calendar.Off:
		return dayClosed, e.Name
	case local:
		return dayExtra, e.Name
	case e.Kind == calendar.Off:
		return dayOff, e.Name
	}
	return dayMakeup, e.Name
}

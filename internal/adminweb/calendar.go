package adminweb

import (
	"context"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/templates"
)

// CalendarDeps are what the pages of the calendar stand on. All must be set.
type CalendarDeps struct {
	Book *schedule.Book
	// Departments lists the departments by which due dates are named.
	Departments func(ctx context.Context) ([]Choice, error)
}

// calendarDesk is the handlers of the calendar.
type calendarDesk struct{ CalendarDeps }

const (
	calendarPath   = "/calendar"
	calculatorPath = calendarPath + "/calculator"
	schedulesPath  = calendarPath + "/schedules"
	closuresPath   = calendarPath + "/closures"
)

// greatestSchedule is the greatest file of holidays that may be handed in; the
// form around it and the rows that go through the preview are small.
const greatestSchedule = 1 << 20

// calendarViewers look at the calendar, calendarKeepers change it, the Office
// confirms (DOMAIN matrix, row "Calendar, dictionaries, deadlines").
func calendarViewers() []auth.Role { return readers() }

func calendarKeepers() []auth.Role { return []auth.Role{auth.Office, auth.Centre, auth.Admin} }

// MountCalendar adds the pages and the API of the working calendar.
func MountCalendar(s *web.Server, deps CalendarDeps) {
	d := &calendarDesk{deps}

	view := s.Group(web.For(calendarViewers()...))
	web.Get(view, calendarPath, d.thisYear)
	web.Get(view, calendarPath+"/:year", d.year)
	web.Get(view, calendarPath+"/:year/days.csv", d.daysFile)
	web.Get(view, calculatorPath, d.calculator)
	web.Get(view, closuresPath, d.closures)

	keep := s.Group(web.For(calendarKeepers()...))
	web.Get(keep, schedulesPath+"/new", d.scheduleForm)
	web.Post(keep.Upto(2*greatestSchedule), schedulesPath+"/preview", d.previewSchedule)
	web.Post(keep.Upto(2*greatestSchedule), schedulesPath, d.publishSchedule)
	web.Get(keep, closuresPath+"/new", d.closureForm)
	web.Post(keep, closuresPath+"/preview", d.previewClosure)
	web.Post(keep, closuresPath, d.addClosure)
	web.Get(keep, closuresPath+"/:id/remove", d.removalForm)
	web.Post(keep, closuresPath+"/:id/remove", d.removeClosure)

	office := s.Group(web.For(auth.Office))
	web.Post(office, calendarPath+"/:year/confirm", d.confirmYear)
	web.Post(office, closuresPath+"/:id/confirm", d.confirmClosure)

	d.mountAPI(s)
}

func yearPath(year int) string { return calendarPath + "/" + strconv.Itoa(year) }

func closurePath(id schedule.ClosureID, act string) string {
	return closuresPath + "/" + id.String() + "/" + act
}

func calendarCrumbs(r *web.Request, steps ...templates.Crumb) []templates.Crumb {
	first := crumb(r, "menu.calendar", calendarPath)
	if len(steps) == 0 {
		first.Href = ""
	}
	return crumbs(r, append([]templates.Crumb{first}, steps...)...)
}

// dayText writes a day with its weekday.
func dayText(r *web.Request, d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return r.T("calendar.day", "date", d, "weekday", web.Weekday(r.P, d))
}

// spanText writes the days from one to another.
func spanText(r *web.Request, from, to calendar.Date) string {
	if from == to {
		return dayText(r, from)
	}
	return r.T("calendar.span", "from", dayText(r, from), "to", dayText(r, to))
}

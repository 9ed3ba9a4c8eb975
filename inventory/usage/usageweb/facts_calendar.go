package usageweb

import (
	"context"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/locale"
)

// restDays tells which days are days off. Of a year whose schedule is not known
// it knows the weekends only.
type restDays struct{ calendar *calendar.Calendar }

func (d *desk) restDays(ctx context.Context) (restDays, error) {
	c, err := d.Book.Load(ctx)
	return restDays{c}, err
}

// off tells whether nobody is expected to work on a day.
func (r restDays) off(day calendar.Date) bool {
	if working, err := r.calendar.IsWorking(day); err == nil {
		return !working
	}
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// word says what kind of day it is, and the name of the occasion.
func (r restDays) word(p *locale.Printer, day calendar.Date) string {
	week := p.T("usage.weekday." + weekdays[day.Weekday()])
	e, listed := r.calendar.ExceptionOn(day)
	switch {
	case listed && e.Kind == calendar.Work:
		return week + " " + p.T("usage.day.made_up")
	case listed && e.Name != "":
		return week + " " + e.Name
	case r.off(day):
		return week + " " + p.T("usage.day.off")
	}
	return week
}

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// flags tells of every day from one to another whether it is a day off.
func (r restDays) flags(from, to calendar.Date) []bool {
	var out []bool
	for day := from; !day.After(to); day = day.AddDays(1) {
		out = append(out, r.off(day))
	}
	return out
}

package web

import (
	"strconv"

	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/templates"
)

// Due is a due day as its deadline is told. Numbers are working days.
type Due struct {
	On      calendar.Date
	Advised calendar.Date // last working day on or before the due day; none leaves it out
	// Remaining are the days left, Late those after the due day. Unknown is a
	// year without a schedule that the counts would need; they then mean nothing.
	Remaining, Late, Unknown int
	Overdue                  bool
	// Worked tells that the due day is a day off by the week that is worked.
	Worked  bool
	Article string
}

// soon is when a due day begins to press, in working days.
const soon = 3

// Deadline says by when, and how many working days are left.
func Deadline(p *locale.Printer, d Due, today calendar.Date) templates.Deadline {
	out := templates.Deadline{Level: templates.DueCalm, Date: d.On.String(), Article: d.Article}
	word := "left"
	switch {
	case d.Overdue && d.Unknown != 0:
		word, out.Level = "over", templates.DueLate
	case d.Overdue:
		word, out.Level = "late", templates.DueLate
	case d.Unknown != 0:
		word = "unknown"
	case d.On == today:
		word, out.Level = "today", templates.DueSoon
	case d.Remaining <= soon:
		out.Level = templates.DueSoon
	}
	weekday := Weekday(p, d.On)
	if d.Worked {
		weekday = p.T("calendar.due.worked", "weekday", weekday)
	}
	args := []any{"date", shortDay(d.On, today), "weekday", weekday, "n", d.Remaining, "late", d.Late, "year", d.Unknown}
	out.Text, out.Short = p.T("calendar.due."+word, args...), p.T("calendar.due."+word+".short", args...)
	if !d.Overdue && !d.Advised.IsZero() && d.Advised != d.On {
		out.Text += p.T("calendar.due.advised", "date", shortDay(d.Advised, today))
	}
	return out
}

// Weekday is the name of the day of the week.
func Weekday(p *locale.Printer, d calendar.Date) string {
	return p.T("calendar.weekday." + strconv.Itoa(int(d.Weekday())))
}

// shortDay leaves out the year when it is this one.
func shortDay(d, today calendar.Date) string {
	if d.Year() != today.Year() {
		return d.String()
	}
	return d.String()[len("2017-"):]
}

package usageweb

import (
	"net/url"
	"strconv"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

// Parameters of a stretch of days.
const (
	paramRange = "range" // one of spanDays, in days up to today
	paramMonth = "month" // 2017-10
	paramFrom  = "from"
	paramTo    = "to"
)

// usualSpan is shown when nobody asks for another; longestSpan bounds what
// somebody may ask for.
const (
	usualSpan   = 90
	longestSpan = 400
)

// spanDays are the stretches to choose from.
func spanDays() []int { return []int{30, usualSpan, 365} }

// span is a stretch of days, both included.
type span struct {
	from, to calendar.Date
	days     int           // of spanDays, 0 for another stretch
	month    calendar.Date // the first day of the month that is shown, no date otherwise
	own      bool          // from and to were typed
	wrong    []fault.Field
}

// readSpan reads which days an address asks for. What cannot be understood is
// told, and the usual days are shown.
func readSpan(q url.Values, today calendar.Date) span {
	usual := span{from: today.AddDays(1 - usualSpan), to: today, days: usualSpan}
	switch {
	case q.Get(paramMonth) != "":
		return readMonth(usual, q.Get(paramMonth), today)
	case q.Get(paramFrom) != "" || q.Get(paramTo) != "":
		return readOwn(usual, q.Get(paramFrom), q.Get(paramTo), today)
	case q.Get(paramRange) != "":
		n, err := strconv.Atoi(q.Get(paramRange))
		for _, known := range spanDays() {
			if err == nil && n == known {
				return span{from: today.AddDays(1 - n), to: today, days: n}
			}
		}
		usual.wrong = []fault.Field{fault.At(paramRange, "usage.err.range", "value", q.Get(paramRange))}
	}
	return usual
}

func readMonth(usual span, text string, today calendar.Date) span {
	first, err := calendar.ParseDate(text + "-01")
	if err != nil || first.After(today) {
		usual.wrong = []fault.Field{fault.At(paramMonth, "usage.err.month", "value", text)}
		return usual
	}
	return span{from: first, to: earlier(first.MonthEnd(), today), month: first}
}

func readOwn(usual span, from, to string, today calendar.Date) span {
	s := span{to: today, own: true}
	var err error
	if to != "" {
		if s.to, err = calendar.ParseDate(to); err != nil {
			usual.wrong = append(usual.wrong, fault.At(paramTo, "usage.err.day", "value", to))
			return usual
		}
	}
	s.to = earlier(s.to, today)
	s.from = s.to.AddDays(1 - usualSpan)
	if from != "" {
		if s.from, err = calendar.ParseDate(from); err != nil {
			usual.wrong = append(usual.wrong, fault.At(paramFrom, "usage.err.day", "value", from))
			return usual
		}
	}
	switch {
	case s.from.After(s.to):
		usual.wrong = append(usual.wrong, fault.At(paramFrom, "usage.err.span_order", "from", s.from, "to", s.to))
		return usual
	case s.to.DaysSince(s.from) >= longestSpan:
		s.from = s.to.AddDays(1 - longestSpan)
		s.wrong = append(s.wrong, fault.At(paramFrom, "usage.err.span_long", "days", longestSpan, "from", s.from))
	}
	return s
}

func earlier(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// length is the number of days.
func (s span) length() int { return s.to.DaysSince(s.from) + 1 }

// query is the stretch as parameters of an address.
func (s span) query() url.Values {
	q := url.Values{}
	switch {
	case !s.month.IsZero():
		q.Set(paramMonth, monthText(s.month))
	case s.own:
		q.Set(paramFrom, s.from.String())
		q.Set(paramTo, s.to.String())
	case s.days != usualSpan:
		q.Set(paramRange, strconv.Itoa(s.days))
	}
	return q
}

func monthText(d calendar.Date) string { return d.String()[:7] }

// tabs choose the stretch: the last days, this month and the ones around it.
func (s span) tabs(p *locale.Printer, path string, today calendar.Date) templates.Tabs {
	t := templates.Tabs{Label: p.T("usage.span")}
	for _, n := range spanDays() {
		t.Items = append(t.Items, templates.Tab{
			Text: p.T("usage.span.days", "n", n), Href: templates.WithQuery(path, paramRange, strconv.Itoa(n)), Active: s.days == n,
		})
	}
	shown := s.month
	if shown.IsZero() {
		shown = calendar.NewDate(today.Year(), today.Month(), 1)
	}
	for _, first := range []calendar.Date{monthAfter(shown, -1), shown, monthAfter(shown, 1)} {
		if first.After(today) {
			continue
		}
		t.Items = append(t.Items, templates.Tab{
			Text: monthText(first), Href: templates.WithQuery(path, paramMonth, monthText(first)), Active: !s.month.IsZero() && first == s.month,
		})
	}
	if s.own {
		t.Items = append(t.Items, templates.Tab{Text: s.from.String() + " – " + s.to.String(), Href: path + "?" + s.query().Encode(), Active: true})
	}
	return t
}

func monthAfter(first calendar.Date, n int) calendar.Date {
	return calendar.NewDate(first.Year(), first.Month()+time.Month(n), 1)
}

package hub

import (
	"qingce/internal/calendar"
)

// Run is what the signals of a connection say: since when it is heard without a
// gap, and whether it has fallen silent.
type Run struct {
	// Last is the last day with a signal, From the first one of the present run.
	Last, From calendar.Date
	// Down is the first day on which the silence was too long, zero while it is
	// not; Back, of a run that came after such a silence, is its first day.
	Down, Back calendar.Date
	// Stable is the day on which the run was long enough, zero before it was.
	Stable calendar.Date
}

// Observe carries a run on by the days with signals, which are in order, up to
// today. It begins with the day on which the centre verified, for it saw an
// exchange; days before that count for nothing.
func Observe(begin Run, days []calendar.Date, today calendar.Date, p *Policy) Run {
	r := Run{Last: begin.Last, From: begin.From}
	for _, d := range days {
		if !d.After(r.Last) || d.After(today) {
			continue
		}
		if d.DaysSince(r.Last) > p.SilenceDays {
			r.From, r.Back, r.Stable = d, d, calendar.Date{}
		}
		r.Last = d
		if r.Stable.IsZero() && d.DaysSince(r.From) >= p.StableDays {
			r.Stable = d
		}
	}
	if today.DaysSince(r.Last) > p.SilenceDays {
		r.Down, r.Stable = r.Last.AddDays(p.SilenceDays+1), calendar.Date{}
	}
	return r
}

// lookBack is how far back signals are read to carry a run on: far enough for
// what comes late to close a gap.
func (p *Policy) lookBack() int { return p.StableDays + 2*p.SilenceDays + 60 }

// beginning is the run of a connection at the first day whose signals are read.
func (c *Connection) beginning(first calendar.Date) Run {
	switch {
	case !c.VerifiedOn.Before(first):
		return Run{Last: c.VerifiedOn, From: c.VerifiedOn}
	case c.LastSignal.Before(first):
		return Run{Last: c.LastSignal, From: c.RunFrom}
	case c.RunFrom.Before(first):
		return Run{Last: first, From: c.RunFrom}
	}
	return Run{Last: first, From: first}
}

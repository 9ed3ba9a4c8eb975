package catalog

import "qingce/internal/calendar"

// Cycle is how often a resource is brought up to date.
type Cycle string

// The cycles of the guideline and those that are in use beside them.
const (
	Realtime  Cycle = "realtime"
	Daily     Cycle = "daily"
	Weekly    Cycle = "weekly"
	TenDays   Cycle = "ten_days"
	Monthly   Cycle = "monthly"
	Quarterly Cycle = "quarterly"
	HalfYear  Cycle = "half_year"
	Yearly    Cycle = "yearly"
	Irregular Cycle = "irregular"
)

// Cycles lists the cycles, the quickest first.
func Cycles() []Cycle {
	return []Cycle{Realtime, Daily, Weekly, TenDays, Monthly, Quarterly, HalfYear, Yearly, Irregular}
}

// days is the length of a cycle in days; 0 for what has none.
func (c Cycle) days() int {
	switch c {
	case Realtime, Daily:
		return 1
	case Weekly:
		return 7
	case TenDays:
		return 10
	case Monthly:
		return 31
	case Quarterly:
		return 92
	case HalfYear:
		return 183
	case Yearly:
		return 366
	}
	return 0
}

// StaleOn is the first day on which data of a day are older than one and a half
// cycles (V08); zero when the cycle says nothing about it.
func (c Cycle) StaleOn(updated calendar.Date) calendar.Date {
	d := c.days()
	if d == 0 || updated.IsZero() {
		return calendar.Date{}
	}
	return updated.AddDays(d*3/2 + 1)
}

package fleet

import (
	"math"
	"math/rand/v2"

	"qingce/inventory/zombie/detect"
)

// Day is a day of the calendar that a fleet lives by.
type Day struct {
	detect.Day
	Working bool
	OfYear  int // from 0
}

// Facts makes the facts of a system for the days, one after the other. On days
// that were lost nothing was measured.
func (s *System) Facts(days []Day, c Climate, visit func(f detect.Fact, w detect.Weather)) {
	source := s.rate
	r := rand.New(&source)
	first := days[0].Day
	for _, d := range days {
		people := s.visitors(r, d, first, c)
		f := s.fact(r, d, people)
		visit(f, detect.Weather{Working: d.Working})
	}
}

func (s *System) fact(r *rand.Rand, d Day, people int) detect.Fact {
	machines := poisson(r, s.machines)
	if r.IntN(60) == 0 { // a scan
		machines += 10 + r.IntN(200)
	}
	leaked := poisson(r, float64(machines)*s.leak)
	if s.checks {
		leaked++
	}
	f := detect.Fact{Day: d.Day, Measured: s.signals}
	f.Users, f.Machines = int64(people+leaked), int64(machines)
	f.Requests = int64(people*(5+r.IntN(20)) + machines*(1+r.IntN(10)) + 288)
	logins, business := people, poisson(r, float64(people)*0.8)
	if s.Of == AdminOnly && s.gone(d.Day) && r.IntN(15) == 0 {
		logins, f.Users = 1, f.Users+1
	}
	if s.brokenFor.holds(d.Day) {
		logins, business = 0, 0
	}
	f.Logins, f.Business = int64(logins), int64(business)
	for _, o := range s.lost {
		if o.holds(d.Day) {
			return lost(d.Day, s.signals, o.zero)
		}
	}
	if d.Day < s.Since {
		return detect.Fact{Day: d.Day}
	}
	return f
}

func lost(day detect.Day, signals detect.Signal, zero bool) detect.Fact {
	if zero {
		return detect.Fact{Day: day, Measured: signals}
	}
	return detect.Fact{Day: day}
}

func (s *System) gone(day detect.Day) bool { return s.Fate != 0 && day >= s.Fate }

// visitors is how many people use the system on a day.
func (s *System) visitors(r *rand.Rand, d Day, first detect.Day, c Climate) int {
	share, level := s.dayShare, s.level
	if !d.Working {
		share *= s.offShare
	}
	if !s.inSeason(d) {
		share = 0
	}
	switch {
	case s.Of == Standby && (int(d.Day)+s.ID)%365 == 0, s.Of == Standby && (int(d.Day)+s.ID)%365 == 1:
		share = 1
	case s.Of == Declining:
		level *= math.Max(0.2, 1-float64(d.Day-first)/float64(c.Days))
	case s.Of == SlowDecay && !s.gone(d.Day):
		left := float64(s.Fate-d.Day) / 365
		level, share = level*math.Min(1, left), share*math.Min(1, 0.3+left)
	case s.Of == NeverUsed:
		share = 0.05
	}
	if s.gone(d.Day) {
		if s.Of == Replaced && r.IntN(40) == 0 && s.level > 25 { // somebody who did not hear of it
			return 1
		}
		return 0
	}
	if r.Float64() >= share {
		return 0
	}
	return poisson(r, level)
}

func (s *System) inSeason(d Day) bool {
	since := func(period int) int { return ((d.OfYear-s.phase)%period + period) % period }
	switch s.rhythm {
	case Annual:
		return since(365) < s.length
	case Quarterly:
		return since(91) < s.length
	case Semester:
		return since(365) < s.length || since(365) >= 190 && since(365) < 190+s.length
	}
	return true
}

// poisson draws a number of events.
func poisson(r *rand.Rand, mean float64) int {
	if mean > 30 {
		return int(math.Max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	n, p := 0, math.Exp(-mean)
	for at := r.Float64(); at > p; at *= r.Float64() {
		n++
	}
	return n
}

package fleet

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"qingce/internal/calendar"
	"qingce/inventory/zombie/detect"
)

// Day is a day of the calendar that a fleet lives by.
type Day struct {
	detect.Day
	Working bool
	OfYear  int // from 0
}

// Days are n days of the calendar of the country from one on.
func Days(first calendar.Date, n int) ([]Day, error) {
	country, err := calendar.New(calendar.Statutory())
	if err != nil {
		return nil, err
	}
	epoch := calendar.NewDate(1970, time.January, 1)
	out := make([]Day, n)
	for i := range out {
		d := first.AddDays(i)
		working, err := country.IsWorking(d)
		if err != nil {
			return nil, fmt.Errorf("is %v a working day: %w", d, err)
		}
		out[i] = Day{Day: detect.Day(d.DaysSince(epoch)), Working: working, OfYear: d.DaysSince(calendar.NewDate(d.Year(), time.January, 1))}
	}
	return out, nil
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
		visit(f, detect.Weather{Working: d.Working, Partial: s.fleet.holds(d.Day)})
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
	s.load(&f)
	if o, is := s.lostOn(d.Day); is {
		return lost(d.Day, s.signals, o.zero)
	}
	if d.Day < s.Since {
		return detect.Fact{Day: d.Day}
	}
	return f
}

// load is what the work of the day makes of the processor and the network: most
// of a machine in use is idle, and nightly tasks make peaks on one that is not.
func (s *System) load(f *detect.Fact) {
	busy := s.idleCPU + float64(f.Requests)/1500 + float64(f.Users)/40
	f.CPUAvg = int64(100 * min(busy, 95))
	f.CPUP95 = int64(100 * min(2.2*busy+1, 99))
	f.CPUP05 = int64(100 * min(0.6*busy, 95))
	f.NetBytes = 2_000_000 + f.Requests*30_000
}

func (s *System) lostOn(day detect.Day) (outage, bool) {
	if s.fleet.holds(day) {
		return s.fleet, s.fleet.hits
	}
	for _, of := range [][]outage{s.lost, s.region} {
		for _, o := range of {
			if o.holds(day) {
				return o, true
			}
		}
	}
	return outage{}, false
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
		if s.Of == Residual && r.IntN(33) == 0 { // a handful a year still look something up
			return 1 + r.IntN(2)
		}
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

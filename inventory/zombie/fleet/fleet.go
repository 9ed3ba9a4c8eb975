package fleet

import (
	"math"
	"math/rand/v2"

	"qingce/inventory/zombie/detect"
)

// Climate is how hard a fleet is to read.
type Climate struct {
	Days int // length of the time that is observed
	// WebOnly gives no system a log-in or business probe.
	WebOnly bool
	// Leak times the share of machines that pass for people; Outages times the
	// days that are lost.
	Leak, Outages float64
}

// Fair is the climate in which detectors are compared: three years.
func Fair() Climate { return Climate{Days: 1096, Leak: 1, Outages: 1} }

// System is an invented system.
type System struct {
	ID   int
	Of   Archetype
	Fate detect.Day // first day on which nobody uses it any more; 0 for systems that live
	// Faded is the day from which less than a tenth of its use is left; the Fate
	// when it ends at once.
	Faded detect.Day
	Profile
	rhythm    Archetype
	rate      rand.PCG
	level     float64 // people on a usual day
	dayShare  float64 // of the days, on which anybody comes
	offShare  float64 // the same on days off, of that on working days
	phase     int     // first day of the season, in the year
	length    int     // of the season in days
	machines  float64
	leak      float64
	checks    bool // health checks that look like a browser
	signals   detect.Signal
	idleCPU   float64 // percent of the processor without anybody
	lost      []outage
	region    []outage
	fleet     outage // the collection of all systems fails
	brokenFor outage // log-ins and business read zero
}

// Profile is what the register says of the system.
type Profile = detect.Profile

type outage struct {
	from, to detect.Day
	zero     bool
	hits     bool // of the whole fleet: this system is among those that are lost
}

func (o outage) holds(d detect.Day) bool { return d >= o.from && d < o.to }

// Make invents so many systems, observed from a first day on.
func Make(seed uint64, n int, first detect.Day, c Climate) []System {
	out := make([]System, n)
	for i := range out {
		out[i] = one(seed, i, first, c)
	}
	return out
}

func one(seed uint64, id int, first detect.Day, c Climate) System {
	r := rand.New(rand.NewPCG(seed, uint64(id)))
	s := System{ID: id, Of: draw(r)}
	s.rate = *rand.NewPCG(seed^0x9e3779b97f4a7c15, uint64(id))
	s.rhythm = s.Of.rhythm(r)
	s.Since = first - detect.Day(r.IntN(1500))
	if s.Of == New {
		s.Since = first + detect.Day(c.Days) - detect.Day(30+r.IntN(170))
	}
	s.tempo(r)
	s.level = math.Exp(r.NormFloat64()*1.1) * 15
	if s.rhythm == SmallSteady {
		s.level = 1.5 + 3*r.Float64()
	}
	s.machines = 3 + math.Exp(r.NormFloat64()*0.9)*12
	s.leak = (0.02 + 0.13*r.Float64()) * c.Leak
	s.checks = r.IntN(10) == 0
	s.signals = signals(r, c)
	s.WindowUsers, s.UsersMoved = -1, -1
	s.Standby = (s.Of == Standby && r.IntN(5) != 0) || (s.Of == Emergency && r.IntN(10) >= 3)
	if s.Standby {
		s.Drill = first + detect.Day(c.Days)
	}
	s.end(r, first, c)
	s.outages(r, first, c)
	s.shared(seed, first, c)
	s.idleCPU = 0.5 + math.Exp(r.NormFloat64()*0.8)*1.5
	return s
}

// Shortest observation of a system in use, and of one that was given up.
const (
	before = 365
	after  = 300
)

// end draws when the system is given up.
func (s *System) end(r *rand.Rand, first detect.Day, c Climate) {
	if !s.Of.Dies() {
		return
	}
	s.Fate = first + before + detect.Day(r.IntN(c.Days-before-after))
	switch s.Of {
	case NeverUsed:
		s.Since = first
		s.Fate = first + detect.Day(r.IntN(60))
	case MissedSeason:
		// Nobody can miss a season that has not come: the fate is the first day
		// of one.
		s.Fate = first + detect.Day(s.phase)
		for s.Fate < first+before {
			s.Fate += 365
		}
	}
	s.Faded = s.Fate
	if s.Of == SlowDecay {
		s.Faded -= decayTail
	}
}

// decayTail is for how many days a slow decay has less than a tenth of the
// use left: the level, (days left)/365, times the share of days, that + 0.3.
const decayTail = 73

func signals(r *rand.Rand, c Climate) detect.Signal {
	seen := detect.Requests | detect.Users | detect.Machines | detect.CPU | detect.Net
	switch n := r.IntN(10); {
	case c.WebOnly:
	case n < 4:
		seen |= detect.Logins | detect.Business
	case n < 7:
		seen |= detect.Logins
	}
	return seen
}

// tempo draws how often people come.
func (s *System) tempo(r *rand.Rand) {
	s.dayShare, s.offShare = 0.97, 0.05+0.15*r.Float64()
	switch s.rhythm {
	case Public:
		s.offShare = 0.7 + 0.3*r.Float64()
	case LowFrequency:
		s.dayShare = (1 + 3*r.Float64()) / 21
	case SmallSteady:
		s.dayShare = 0.5 + 0.4*r.Float64()
	case Annual:
		s.phase, s.length, s.dayShare = r.IntN(365), 15+r.IntN(45), 0.8
	case Quarterly:
		s.phase, s.length, s.dayShare = r.IntN(91), 6+r.IntN(8), 0.8
	case Semester:
		s.phase, s.length, s.dayShare = 55+r.IntN(10), 125, 0.85
	case Emergency:
		s.dayShare = 0.004 + 0.01*r.Float64()
	case Standby:
		s.dayShare = 0
	}
}

// regions is how many regions there are: systems of one lose days together.
const regions = 10

// shared draws the days that are lost to all systems of a region, or to most of
// the fleet; the same for each system of it.
func (s *System) shared(seed uint64, first detect.Day, c Climate) {
	r := rand.New(rand.NewPCG(seed, 1<<40+uint64(s.ID%regions)))
	for range int(2 * c.Outages) {
		from := first + detect.Day(r.IntN(c.Days))
		s.region = append(s.region, outage{from: from, to: from + detect.Day(2+r.IntN(8)), zero: r.IntN(4) == 0})
	}
	all := rand.New(rand.NewPCG(seed, 1<<41))
	s.fleet.from = first + detect.Day(all.IntN(c.Days))
	s.fleet.to = s.fleet.from + detect.Day((1+float64(all.IntN(3)))*c.Outages)
	s.fleet.zero = all.IntN(2) == 0
	s.fleet.hits = r.IntN(5) != 0 && s.ID%5 != 0
}

// outages draws the days that are lost: random ones, of which some read zero,
// and those that make the archetype.
func (s *System) outages(r *rand.Rand, first detect.Day, c Climate) {
	for day := first; day < first+detect.Day(c.Days); day++ {
		if r.Float64() < 0.004*c.Outages {
			length := detect.Day(1 + r.ExpFloat64()*6)
			s.lost = append(s.lost, outage{from: day, to: day + length, zero: r.Float64() < 0.15})
			day += length
		}
	}
	long := func(most int) outage {
		from := first + 200 + detect.Day(r.IntN(c.Days-400))
		return outage{from: from, to: from + detect.Day(30+r.IntN(most))}
	}
	switch s.Of {
	case ProbeOut:
		s.lost = append(s.lost, long(120))
	case ProbeZero:
		o := long(12)
		o.zero = true
		s.lost = append(s.lost, o)
	case CollectorGone:
		s.brokenFor = long(250)
	}
}

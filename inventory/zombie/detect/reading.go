package detect

import "math"

// Tiers of trust: a business transaction says more than a log-in, a log-in more
// than a visit.
const (
	business = iota
	logins
	web
	tiers
)

// reading is what a day says of use.
type reading struct {
	covered  bool
	used     bool
	stray    bool // somebody was there, too few to be use
	people   int64
	levels   [tiers]float64
	webSeen  bool
	webUsed  bool
	trusting bool // business or log-ins were measured
	scan     bool // far more machines came than usually
	blurred  bool // machines may hide as many people as usually come
}

// read tells whether the day was measured and whether people used the system.
func (s *State) read(p *Policy, f *Fact, w Weather) reading {
	var r reading
	broken := s.canary.broken(p, f)
	r.trusting = f.Measured&(Business|Logins) != 0
	r.webSeen = f.has(Users)
	r.blurred = !r.trusting && r.webSeen && s.blurred(p, f) && !broken && !w.Partial
	r.covered = (r.trusting || r.webSeen) && !r.blurred && !broken && !w.Partial
	if !r.covered {
		return r
	}
	if r.webSeen {
		r.levels[web] = s.webLevel(p, f)
		r.webUsed = r.levels[web] > 0 && !s.isStray(p, web, r.levels[web])
	}
	if f.has(Business) {
		r.levels[business] = float64(f.Business)
	}
	if f.has(Logins) {
		r.levels[logins] = float64(f.Logins)
	}
	last := logins
	if !r.trusting {
		last = web
	}
	for t := business; t <= last; t++ {
		if r.levels[t] <= 0 || last == web && t != web {
			continue
		}
		if s.isStray(p, t, r.levels[t]) || t == web && s.doubtful(p, f.Day, r.levels[t]) {
			r.stray = true
		} else {
			r.used = true
		}
	}
	r.people = s.people(f, &r)
	return r
}

// doubtful tells whether a visit in a long silence that only the web measures
// may be machines after all: far below what was usual, and not the third in a
// fortnight.
func (s *State) doubtful(p *Policy, day Day, level float64) bool {
	if s.Gap < doubtAfter || level >= p.Doubt*s.Usual[web] {
		return false
	}
	sure := s.doubted[0] != 0 && day-s.doubted[0] <= 14
	s.doubted[0], s.doubted[1] = s.doubted[1], day
	return !sure
}

// doubtAfter is the silence in days after which a visit must be sure.
const doubtAfter = 21

// people is how many were there on a day of use.
func (s *State) people(f *Fact, r *reading) int64 {
	switch {
	case !r.used && !r.stray:
		return 0
	case f.has(Logins) && f.Logins > 0:
		return f.Logins
	case r.levels[web] > 0:
		return int64(math.Ceil(r.levels[web]))
	}
	return f.Business
}

// webLevel is how many people there were beyond what machines that pass for
// people, and what comes on every day off, can make up; zero when there may
// have been none.
func (s *State) webLevel(p *Policy, f *Fact) float64 {
	if float64(f.Users) <= s.hides(p, f) {
		return 0
	}
	return float64(f.Users) - s.always() - s.passing(p, f)
}

// hides is how many visitors of the day may all be machines.
func (s *State) hides(p *Policy, f *Fact) float64 {
	passing := s.passing(p, f)
	return s.always() + passing + 3*math.Sqrt(passing) + 0.5
}

// blurred tells whether machines may hide as many people as usually come: then
// the web says nothing of the day.
func (s *State) blurred(p *Policy, f *Fact) bool {
	return s.Early+s.Late >= 5 && float64(f.Users) <= s.hides(p, f) && (s.Usual[web] < 3*math.Sqrt(s.passing(p, f))+0.5 || s.leak.share > doubtLeak && s.leak.share <= mostLeak && !s.fading.rhythmic())
}

func (s *State) isStray(p *Policy, t int, level float64) bool {
	if t == web && level < s.trace(p) {
		return true
	}
	return level < min(p.StrayShare*s.Usual[t], p.StrayMost) || level <= 1 && s.Usual[t] >= p.LoneFrom
}

// trace is what is too little to be use on the web, however large the system
// was; in a silence that has lasted, more of it ends nothing.
func (s *State) trace(p *Policy) float64 {
	share := p.Trace
	if s.Gap >= traceAfter {
		share *= traceMore
	}
	return share * math.Expm1(s.habit)
}

const (
	traceAfter = 30
	traceMore  = 3
)

// canary notices a probe that reports zeros: machines come every day.
type canary struct {
	Presence float64 // smoothed over 60 days
	Days     int16
	Silent   int16
}

// patience is after how many days of complete silence even of machines the
// silence is believed: the system is then switched off.
const patience = 45

func (c *canary) broken(p *Policy, f *Fact) bool {
	if !f.has(Requests) {
		return false
	}
	if f.Requests == 0 && c.Days >= 30 && c.Presence > p.Canary && c.Silent < patience {
		c.Silent++
		return true
	}
	here := 0.
	if f.Requests > 0 {
		here, c.Silent = 1, 0
	}
	if c.Days == 0 {
		c.Presence = here
	}
	c.Presence += 2. / 61 * (here - c.Presence)
	c.Days = min(c.Days+1, 1<<14)
	return false
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

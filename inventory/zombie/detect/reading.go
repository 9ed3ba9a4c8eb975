package detect

import (
	"cmp"
	"math"
	"slices"
)

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

// passing is how many machines pass for people.
func (s *State) passing(p *Policy, f *Fact) float64 {
	if !f.has(Machines) {
		return 0
	}
	return s.leak.of(p) * float64(f.Machines)
}

// leakage learns the share of machines that pass for people from the last days
// off, on most of which hardly anybody works. Where people come on days off as
// well it cannot be learned, and the policy's share holds.
type leakage struct {
	days  [32]offDay
	n     uint16
	share float64
}

type offDay struct{ users, machines float32 }

// few is how many days off must have been seen, and most the greatest share
// that is believed.
const (
	fewDaysOff = 16
	mostLeak   = 0.5
	doubtLeak  = 0.25
)

func (l *leakage) add(f *Fact) {
	if !f.has(Machines) || f.Machines == 0 {
		return
	}
	l.days[int(l.n)%len(l.days)] = offDay{float32(f.Users), float32(f.Machines)}
	l.n++
	if l.n >= 2*uint16(len(l.days)) {
		l.n -= uint16(len(l.days))
	}
	known := min(int(l.n), len(l.days))
	if known < fewDaysOff || l.n%4 != 0 { // it changes slowly
		return
	}
	days := l.days
	quiet := days[:known]
	slices.SortFunc(quiet, func(a, b offDay) int { return cmp.Compare(a.users*b.machines, b.users*a.machines) })
	l.share = 1.1*shareOf(quiet) + 0.01
}

// shareOf is the share of machines that pass for people on days off, the least
// first. People of single days off are left out: first the upper quarter of
// the days, then what is far above the others.
func shareOf(days []offDay) float64 {
	share := ratioOf(days[:len(days)*3/4])
	for range 3 {
		n := 0
		for _, d := range days {
			passing := share * float64(d.machines)
			if float64(d.users) <= passing+2.5*math.Sqrt(passing)+1 {
				days[n] = d
				n++
			}
		}
		// The order of those that are left is kept, the others are lost: the
		// list is a copy.
		days = days[:n]
		share = ratioOf(days)
	}
	return share
}

func ratioOf(days []offDay) float64 {
	users, machines := float32(0), float32(0)
	for _, d := range days {
		users += d.users
		machines += d.machines
	}
	if machines == 0 {
		return 0
	}
	return float64(users / machines)
}

func (l *leakage) of(p *Policy) float64 {
	if l.share == 0 || l.share > mostLeak {
		return p.Leak
	}
	return l.share
}

// always is how many seem to be people on every day off, at most three.
func (s *State) always() float64 {
	if s.offs < uint8(len(s.off)) {
		return 0
	}
	least := uint16(3)
	for _, n := range s.off {
		least = min(least, n)
	}
	return float64(least)
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

// rhythm compares visits on working days and on days off during a silence:
// machines do not know the week, people do, even too few to be seen on any
// single day.
type rhythm struct {
	On, Off tally
}

type tally struct{ N, Sum, Squares float64 }

func (t *tally) add(x float64) {
	t.N++
	t.Sum += x
	t.Squares += x * x
}

func (t *tally) mean() float64 { return t.Sum / t.N }

func (t *tally) variance() float64 {
	return max(t.Squares/t.N-t.mean()*t.mean(), t.mean(), 0.1)
}

func (r *rhythm) add(f *Fact, w Weather) {
	if !f.has(Users) {
		return
	}
	of := &r.Off
	if w.Working {
		of = &r.On
	}
	of.add(float64(f.Users))
}

// strength is by how many standard errors working days have more visits.
func (r *rhythm) strength() float64 {
	if r.On.N < 10 || r.Off.N < 10 {
		return 0
	}
	return (r.On.mean() - r.Off.mean()) / math.Sqrt(r.On.variance()/r.On.N+r.Off.variance()/r.Off.N)
}

// webRate compares the use of the web in a silence of business with that
// before.
type webRate struct {
	Before, Now float64
	Seen        int16
	Others      float64 // visitors beyond those who log in, on a working day of use
	Days        int16   // on which they were learned
}

// others learns how many visitors of a day of use do not log in: machines that
// pass for people, and readers.
func (r *webRate) others(f *Fact) {
	known := f.Logins
	if !f.has(Logins) {
		known = min(f.Business, f.Users)
	}
	r.Days = min(r.Days+1, othersDays)
	r.Others += (float64(f.Users-known) - r.Others) / float64(r.Days)
}

const othersDays = 30

func (r *webRate) use(used, seen bool) {
	if seen {
		r.Before = smooth(r.Before, one(used), 1./28)
	}
	r.Now, r.Seen = 0, 0
}

func (r *webRate) idle(used, seen bool) {
	if seen {
		r.Seen = min(r.Seen+1, 1<<14)
		r.Now += (one(used) - r.Now) / float64(min(r.Seen, 28))
	}
}

// Conflict tells whether the web is used as before while business is silent: a
// collector is broken.
func (s *State) Conflict(p *Policy) bool {
	if s.web.Seen < 14 {
		return false
	}
	return s.web.Before > 0.1 && s.web.Now > p.Conflict*s.web.Before || s.Trust && s.crowded(p)
}

// crowded tells whether there are still so many visitors on working days that
// those who logged in before must be among them.
func (s *State) crowded(p *Policy) bool {
	people, on := s.Usual[logins], &s.rhythm.On
	if people == 0 {
		people = s.Usual[business]
	}
	if on.N < 20 || s.web.Days < 5 {
		return false
	}
	share := (s.flat.OnUsed + 0.5) / (s.flat.On + 1)
	noise := math.Sqrt(on.variance()/on.N + max(s.web.Others, 0.5)/float64(s.web.Days))
	return on.mean()-s.web.Others > p.Conflict*share*people+2.5*noise
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

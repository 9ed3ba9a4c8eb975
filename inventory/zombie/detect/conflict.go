package detect

import "math"

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

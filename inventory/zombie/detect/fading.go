package detect

import "math"

// Fading compares the last 26 weeks with the same weeks of earlier years: use
// that has fallen to nearly nothing, by people whom no single day shows, or who
// come now and then and end every silence.

// Lengths of fading in weeks: what is looked at, by how much a season may be
// late, or early.
const (
	fadeWeeks = ripening
	fadeLate  = 3
	fadeEarly = 4
	seasons   = 13 // of four weeks
)

// visits are sums over days on which the web was measured.
type visits struct {
	Days, Users, Machines uint32
}

func (v *visits) add(o visits) {
	v.Days += o.Days
	v.Users += o.Users
	v.Machines += o.Machines
}

func (v *visits) halve() { v.Days, v.Users, v.Machines = v.Days/2, v.Users/2, v.Machines/2 }

// stretch is what is summed up of a week, or of a season of the year.
type stretch struct {
	Days, Active, People uint32 // covered days, days of use, people on them
	On, Off              visits // working days and days off
}

func (t *stretch) add(o *stretch) {
	t.Days += o.Days
	t.Active += o.Active
	t.People += o.People
	t.On.add(o.On)
	t.Off.add(o.Off)
}

func (t *stretch) halve() {
	t.Days, t.Active, t.People = t.Days/2, t.Active/2, t.People/2
	t.On.halve()
	t.Off.halve()
}

// fading remembers the weeks one by one until they are old enough to become
// what is usual.
type fading struct {
	weeks [fadeWeeks]stretch
	of    [fadeWeeks]uint8 // week of the year
	at    uint8            // the present one
	year  [seasons]stretch
	Crowd float64 // machines on a usual day
	Weeks uint8   // for how many the use has been faded
	Full  uint8   // weeks that were begun, up to fadeWeeks
}

func seasonOf(week uint8) int { return min(int(week)/4, seasons-1) }

// mostDays is how many days of a season are remembered: older years fade.
const mostDays = 42

// pass goes to the week of a day. The week that is 26 weeks old becomes usual,
// unless the use has faded: what is in question must not become what is usual.
func (m *fading) pass(p *Policy, day Day, trust bool) {
	of := weekOf(day)
	if m.Full > 0 && of == m.of[m.at] {
		return
	}
	if m.Full > 0 {
		if m.faded(p, trust) {
			m.Weeks = min(m.Weeks+1, 200)
		} else {
			m.Weeks = 0
		}
		m.at = (m.at + 1) % fadeWeeks
	}
	if m.Full == fadeWeeks && m.Weeks == 0 {
		usual := &m.year[seasonOf(m.of[m.at])]
		if usual.Days > mostDays || usual.On.Days+usual.Off.Days > mostDays {
			usual.halve()
		}
		usual.add(&m.weeks[m.at])
	}
	m.weeks[m.at], m.of[m.at] = stretch{}, of
	m.Full = min(m.Full+1, fadeWeeks)
}

// add counts a covered day.
func (m *fading) add(f *Fact, w Weather, seen *reading) {
	t := &m.weeks[m.at]
	t.Days++
	if seen.used || seen.stray {
		t.Active++
		t.People += uint32(min(seen.people, 1<<24))
	}
	if !seen.webSeen || seen.scan {
		return
	}
	v := visits{Days: 1, Users: uint32(min(f.Users, 1<<24))}
	if f.has(Machines) {
		v.Machines = uint32(min(f.Machines, 1<<24))
		m.Crowd = smooth(m.Crowd, float64(f.Machines), 1./30)
	}
	if w.Working {
		t.On.add(v)
	} else {
		t.Off.add(v)
	}
}

// scanned tells whether far more machines came than usually: such a day says
// little of people.
func (m *fading) scanned(f *Fact) bool {
	if !f.has(Machines) || m.Crowd == 0 || float64(f.Machines) <= 3*m.Crowd+10 {
		return false
	}
	m.Crowd *= 1.05 // if they stay, they become usual
	return true
}

// expect sums up what was to be expected in the last 26 weeks, had the year
// been as those before. The newest weeks are left out: a season may be late.
func (m *fading) expect() (want expectation, known bool) {
	weeks := 0
	for i := fadeLate; i < fadeWeeks-fadeEarly; i++ {
		at := (int(m.at) + fadeWeeks - i) % fadeWeeks
		here, usual := &m.weeks[at], &m.year[seasonOf(m.of[at])]
		if usual.Days < 7 {
			continue
		}
		weeks++
		days := float64(here.Days) / float64(usual.Days)
		want.people += days * float64(usual.People)
		want.active += days * float64(usual.Active)
		want.on.scale(here.On, usual.On)
		want.off.scale(here.Off, usual.Off)
	}
	return want, weeks >= (fadeWeeks-fadeLate-fadeEarly)*4/5
}

type expectation struct {
	people, active float64
	on, off        sums
}

type sums struct{ days, users, machines float64 }

func (s *sums) scale(here, usual visits) {
	if usual.Days == 0 {
		return
	}
	days := float64(here.Days) / float64(usual.Days)
	s.days += float64(here.Days)
	s.users += days * float64(usual.Users)
	s.machines += days * float64(usual.Machines)
}

// total sums up the last 26 weeks.
func (m *fading) total() (t stretch) {
	for i := range m.weeks {
		t.add(&m.weeks[i])
	}
	return t
}

// figures are the people of the last 26 weeks, and how many were to be expected.
// Of a system that only the web measures, those count whom no single day shows.
func (m *fading) figures(trust bool) (people, expected int64) {
	now := m.total()
	want, known := m.expect()
	if !known {
		return int64(now.People), -1
	}
	// What was left out for seasons that are late or early is put back.
	whole := float64(fadeWeeks) / (fadeWeeks - fadeLate - fadeEarly)
	if !trust {
		gone, days, _ := want.gone(&now)
		want.people = max(want.people, gone*days)
	}
	return int64(now.People), int64(math.Round(want.people * whole))
}

func (m *fading) faded(p *Policy, trust bool) bool {
	if m.Full < fadeWeeks || p.FadeDays == 0 {
		return false
	}
	now := m.total()
	if float64(now.Days) < p.Coverage*7*fadeWeeks {
		return false
	}
	want, known := m.expect()
	if !known {
		return false
	}
	if trust {
		return m.seldom(p, &now, &want)
	}
	return m.drained(p, &now, &want)
}

// seldom tells whether the people that were seen have become few.
func (m *fading) seldom(p *Policy, now *stretch, want *expectation) bool {
	people, active := float64(now.People), float64(now.Active)
	if now.People > uint32(p.FadePeople) || now.Active > uint32(p.FadeDays) || want.people < p.FadeExpected || people > p.FadeShare*want.people {
		return false
	}
	if atMost(int(now.Active), p.FadeAgainst*want.active) < p.FadeSure {
		return true
	}
	usual := want.people / max(want.active, 1) // on a day of use
	return want.active >= 3 && people <= p.FadeShare*usual*active && atMost(int(now.People), p.FadeAgainst*usual*active) < p.FadeSure
}

// drained tells whether the people among the visitors of the web are gone: what
// is left are so many as machines that pass for people can be, and they do not
// know the week.
func (m *fading) drained(p *Policy, now *stretch, want *expectation) bool {
	if now.On.Days < 60 || now.Off.Days < 20 || want.on.days < 40 || want.off.days < 15 {
		return false
	}
	if float64(now.People) > p.FadeShare*want.people && now.People > uint32(p.FadePeople) {
		return false
	}
	gone, days, left := want.gone(now)
	sd := math.Sqrt((want.on.users+want.off.users)/days*2/days) + 1e-9
	if left > mostLeak || gone < leastGone || gone < sureGone*sd {
		return false
	}
	if want.people >= 0.5*gone*days && atMost(int(now.Active), p.FadeAgainst*want.active) >= p.FadeSure {
		return false // those who came were seen, on too few days
	}
	rhythm := want.on.users/want.on.days - want.off.users/want.off.days
	rhythmSD := math.Sqrt(want.on.users/want.on.days/want.on.days + want.off.users/want.off.days/want.off.days)
	still := float64(now.On.Users)/float64(now.On.Days) - float64(now.Off.Users)/float64(now.Off.Days)
	stillSD := math.Hypot(math.Sqrt(float64(now.On.Users+1))/float64(now.On.Days), math.Sqrt(float64(now.Off.Users+1))/float64(now.Off.Days))
	if rhythm >= 4*rhythmSD && rhythm >= 0.5*gone {
		return still+1.3*stillSD <= p.FadeRhythm*rhythm
	}
	// Without a rhythm only the level speaks: nearly all is gone, or the half,
	// and what is left is what usually passes.
	share := float64(now.On.Users+now.Off.Users) / float64(now.On.Days+now.Off.Days) * days / (want.on.users + want.off.users)
	return left <= p.FadeLeak && share <= p.FadeRhythm || left <= p.Leak && share <= 2*p.FadeRhythm
}

// rhythmic tells whether the visitors of other years knew the week.
func (m *fading) rhythmic() bool {
	var on, off visits
	for i := range m.year {
		on.add(m.year[i].On)
		off.add(m.year[i].Off)
	}
	if on.Days < 20 || off.Days < 10 {
		return false
	}
	a, b := float64(on.Users)/float64(on.Days), float64(off.Users)/float64(off.Days)
	return a-b > 4*math.Sqrt(a/float64(on.Days)+b/float64(off.Days)) && a > 1.3*b
}

// forget takes the newest weeks as not measured.
func (m *fading) forget(weeks int) {
	for i := range min(weeks, fadeWeeks) {
		m.weeks[(int(m.at)+fadeWeeks-i)%fadeWeeks] = stretch{}
	}
	m.Weeks = 0
}

// How many people a day must be gone, by how many standard errors.
const (
	leastGone = 0.3
	sureGone  = 4
)

// gone is how many people a day came in other years, if all who come now are
// machines; over how many days, and which share of the machines now passes for
// people.
func (e *expectation) gone(now *stretch) (people, days, left float64) {
	if machines := float64(now.On.Machines + now.Off.Machines); machines > 0 {
		left = float64(now.On.Users+now.Off.Users) / machines
	}
	days = e.on.days + e.off.days
	if days == 0 {
		return 0, 0, left
	}
	return (e.on.users + e.off.users - left*(e.on.machines+e.off.machines)) / days, days, left
}

// atMost is the chance of at most n events where mean are expected.
func atMost(n int, mean float64) float64 {
	if mean <= 0 {
		return 1
	}
	term := math.Exp(-mean)
	sum := term
	for i := 1; i <= n; i++ {
		term *= mean / float64(i)
		sum += term
	}
	return sum
}

// faded tells whether use has fallen to nearly nothing for long enough.
func (s *State) faded(p *Policy) bool {
	return p.FadeHold > 0 && !p.YearBlind && int(s.fading.Weeks) >= p.FadeHold && !s.Conflict(p) && !(s.Trust && s.hidden(p))
}

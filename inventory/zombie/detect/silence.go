package detect

import "math"

// flatModel asks how surprising a silence is, for a system that is used at the
// same rate all year. Its rate is learned from the days before the silence.
type flatModel struct {
	On, OnUsed, Off, OffUsed float64 // exposed days and those of use
	GapOn, GapOff            float64
	S, D, M                  float64 // silent though alive, given up, exposure in the silence
}

func (m *flatModel) begin() { m.S = 1 }

func (m *flatModel) use(working bool) {
	m.On += m.GapOn
	m.Off += m.GapOff
	m.GapOn, m.GapOff = 0, 0
	if working {
		m.On++
		m.OnUsed++
	} else {
		m.Off++
		m.OffUsed++
	}
	m.S, m.D, m.M = 1, 0, 0
}

func (m *flatModel) idle(p *Policy, working bool) {
	weight := 1.
	if working {
		m.GapOn++
	} else {
		m.GapOff++
		weight = m.offRatio()
	}
	n, x := m.On+m.offRatio()*m.Off, m.OnUsed+m.OffUsed
	a, b := x+0.5, max(n-x, 0)+0.5
	m.D += p.Death * m.S
	m.S *= math.Pow((b+m.M)/(a+b+m.M), weight)
	m.M += weight
}

// offRatio is how often the system is used on days off, of how often on
// working days.
func (m *flatModel) offRatio() float64 {
	ratio := (m.OffUsed + 0.5) / (m.Off + 1) * (m.On + 1) / (m.OnUsed + 0.5)
	return min(max(ratio, 0.02), 1)
}

func (m *flatModel) alive() float64 { return m.S / (m.S + m.D) }

// weeks of a year, the last one being short.
const weeksOfYear = 53

// ripening is how many weeks old a week must be to enter the profile of the
// year: a silence must not teach that silence is usual.
const ripening = 26

// annualModel knows in which weeks of the year the system is used, so that the
// silence of a seasonal system out of its season says nothing.
type annualModel struct {
	S, D   float64
	Missed float64 // days of use that were to be expected in the silence
	Height float64 // the greatest share of days that was to be expected in it
	Days   [weeksOfYear]uint8
	Used   [weeksOfYear]uint8
	young  [ripening]week
	at     int16 // number of the present week since the beginning
	now    week
	Seen   int16 // weeks that were measured until the last use
	Busy   int16 // those with use
	silent int16 // weeks that were measured since
}

type week struct{ of, days, used uint8 }

func (m *annualModel) begin() { m.S = 1 }

// pass goes to the week of a day, and lets a week that is old enough enter the
// profile, unless it belongs to the present silence: what is in question must
// not become what is usual.
func (m *annualModel) pass(day Day) {
	of := weekOf(day)
	if of == m.now.of {
		return
	}
	slot := int(m.at) % ripening
	if old := m.young[slot]; m.at >= ripening && old.days > 0 && (old.used > 0 || m.silent < ripening) {
		m.Days[old.of] = m.Days[old.of]/2 + old.days
		m.Used[old.of] = m.Used[old.of]/2 + old.used
	}
	m.young[slot] = m.now
	if m.now.days > 0 {
		m.silent++
		if m.now.used > 0 {
			m.Seen, m.silent = m.Seen+m.silent, 0
			m.Busy++
		}
	}
	m.at++
	if m.at == 2*ripening {
		m.at = ripening
	}
	m.now = week{of: of}
}

func (m *annualModel) use(Day) {
	m.now.days++
	m.now.used++
	m.S, m.D, m.Missed, m.Height = 1, 0, 0, 0
}

func (m *annualModel) idle(p *Policy, day Day) {
	m.now.days++
	m.D += p.Death * m.S
	expected, known := m.expected(weekOf(day))
	if !known {
		return
	}
	m.Missed += expected
	m.Height = max(m.Height, expected)
	m.S = math.Exp(-0.7 * max(0, m.Missed-shift*m.Height))
}

// shift is by how many days a season may be over earlier than in other years.
const shift = 10

// expected is the share of days with use in the five weeks around one, in
// other years, if they are known.
func (m *annualModel) expected(of uint8) (share float64, known bool) {
	days, used := 0., 0.
	for i := -2; i <= 2; i++ {
		w := (int(of) + i + weeksOfYear) % weeksOfYear
		days += float64(m.Days[w])
		used += float64(m.Used[w])
	}
	if days < 10 {
		return 0, false
	}
	return used / days, true
}

func (m *annualModel) alive() float64 { return m.S / (m.S + m.D) }

// weekOf is the week of the year of a day, from 0.
func weekOf(day Day) uint8 {
	// Days since 0000-03-01, in the civil calendar.
	z := int(day) + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100) // since March 1
	return uint8((doy / 7) % weeksOfYear)
}

// Dead is the probability that nobody comes back, between 0 and 1.
func (s *State) Dead() float64 {
	alive := s.flat.alive()
	if !s.regular() {
		alive = max(alive, s.annual.alive())
	}
	return 1 - alive
}

func (s *State) dead(p *Policy) float64 {
	if p.YearBlind {
		return 1 - s.flat.alive()
	}
	return s.Dead()
}

// regular systems are used in most weeks: their year says no more than their
// rate.
func (s *State) regular() bool {
	if s.annual.Seen < ripening {
		return false
	}
	if float64(s.annual.Busy) >= 0.6*float64(s.annual.Seen) && s.LongestGap <= 45 {
		return true
	}
	n, x := s.flat.On+s.flat.offRatio()*s.flat.Off, s.flat.OnUsed+s.flat.OffUsed
	days := s.flat.On + s.flat.Off
	return days >= regularFrom && x >= 12 && float64(s.LongestGap) <= regularGap*days/n*math.Log(x)*n/x
}

// Use at a steady rate leaves its longest gap near log(x) times the mean one;
// a season leaves one that is far longer.
const (
	regularFrom = 400
	regularGap  = 1.6
)

// Coverage is the share of the days of the silence that were covered.
func (s *State) Coverage() float64 {
	from := s.LastUse
	if from == 0 {
		from = s.First - 1
	}
	if s.Last <= from {
		return 1
	}
	return float64(s.Gap) / float64(s.Last-from)
}

// strong tells whether the silence alone is a strong sign today.
func (s *State) strong(p *Policy) bool {
	if s.Late+s.Early == 0 || s.Coverage() < p.Coverage || s.Conflict(p) || s.hidden(p) {
		return false
	}
	if p.WindowAlone {
		return int(s.Gap) >= p.EarlyGap && s.dead(p) >= p.EarlyDead
	}
	if int(s.Gap) < p.StrongGap || s.dead(p) < p.StrongDead {
		return false
	}
	return float64(s.Gap) > p.GapFactor*min(float64(s.LongestGap), float64(p.GapCap)) || !p.YearBlind && s.annual.Missed >= p.Missed
}

// held tells whether the strong sign has lasted: it must stand today, however
// short the policy makes the time.
func (s *State) held(p *Policy) bool { return s.Held > 0 && int(s.Held) >= p.Hold }

// early tells whether the silence is an early warning.
func (s *State) early(p *Policy) bool {
	return s.Late+s.Early > 0 && int(s.Gap) >= p.EarlyGap && s.Coverage() >= p.Coverage && s.dead(p) >= p.EarlyDead
}

// hidden tells whether there are people whom no single day shows.
// Where log-ins or business speak, the web must speak louder.
func (s *State) hidden(p *Policy) bool {
	least := p.Rhythm
	if s.Trust {
		least *= 1.5
	}
	return s.rhythm.strength() > least
}

// never tells whether the system was never taken up.
func (s *State) never(p *Policy) bool {
	if int(s.Last-s.First) < p.NeverAge {
		return false
	}
	return int(s.Early) <= p.NeverDays && s.Late == 0 && s.Coverage() >= p.Coverage &&
		!s.hidden(p) && (s.Trust || s.Blur <= p.Blur)
}

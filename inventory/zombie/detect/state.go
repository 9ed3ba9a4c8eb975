package detect

import "math"

// span is how many days the state remembers one by one: 26 weeks.
const span = 182

// State is all that is remembered of a system between two days. Its zero value
// is a system of which nothing was ever measured.
type State struct {
	First, Last Day // first and newest day
	LastUse     Day // newest day on which people used it
	Peak        int64
	Usual       [tiers]float64 // what is usual on a day of use, by tier
	Early, Late int32          // days of use within Policy.NeverWithin of First, and after

	Gap        int32 // covered days without use since LastUse
	LongestGap int32
	Stray      int32 // stray visits since LastUse
	Ignored    int64 // requests of machines since LastUse
	Held       int16 // days for which the strong sign of silence has lasted

	flat    flatModel
	annual  annualModel
	canary  canary
	web     webRate
	rhythm  rhythm
	fading  fading
	habit   float64 // mean logarithm of the visitors on days of use: peaks count little
	leak    leakage
	doubted [2]Day    // newest visits that were doubted
	Blur    float64   // how many people a day's machines hide, smoothed
	Trust   bool      // business or log-ins were measured on the newest covered day
	off     [8]uint16 // people on the last days off
	offs    uint8
	ring    [span]cell
	cpu     [span]load
	space   space
	silences
}

// cell is what is remembered of a day.
type cell struct {
	users uint16
	marks uint8
}

// Marks of a cell.
const (
	covered uint8 = 1 << iota
	active
	loggedIn
	working
	netQuiet
	netSeen
)

// load is the processor of a day in hundredths of a percent; avg is -1 on a day
// without it.
type load struct{ avg, p95, p05 int16 }

// space is the storage, now and at the first sight of each of the last months.
type space struct {
	Then  [4]int64
	Month int32
	Now   int64
}

func (sp *space) add(day Day, bytes int64) {
	sp.Now = bytes
	month := int32(day / 30)
	if month == sp.Month {
		return
	}
	for m := max(sp.Month+1, month-3); m <= month; m++ {
		sp.Then[m%4] = bytes
	}
	sp.Month = month
}

// growth is the share by which the data has grown in the last three to four
// months.
func (sp *space) growth() float64 {
	then := sp.Then[(sp.Month+1)%4]
	if then == 0 {
		return 0
	}
	return float64(sp.Now-then) / float64(then)
}

// Step moves the state on by the day of the fact. Days that were left out
// since the last one were not covered. A day that is not after the last one
// changes nothing: a run may come twice.
func (s *State) Step(p *Policy, f *Fact, w Weather) {
	if s.First == 0 {
		s.First, s.Last = f.Day, f.Day-1
		s.flat.begin()
		s.annual.begin()
	}
	if f.Day <= s.Last {
		return
	}
	for day := s.Last + 1; day < f.Day; day++ {
		s.pass(p, day, cell{}, load{avg: -1})
	}
	if f.has(Storage) {
		s.space.add(f.Day, f.StorageBytes)
	}
	seen := s.read(p, f, w)
	s.pass(p, f.Day, s.cellOf(p, f, w, seen), loadOf(f))
	if seen.covered || seen.blurred {
		seen.scan = s.fading.scanned(f)
		s.fading.add(f, w, &seen)
	}
	if seen.covered {
		s.Trust = seen.trusting
		if seen.webSeen {
			s.Blur = smooth(s.Blur, s.hides(p, f), 1./60)
		}
	}
	switch {
	case !seen.covered:
	case seen.used:
		s.use(p, f, w, seen)
	default:
		s.idle(p, f, w, seen)
	}
	s.learnOff(f, w)
	s.Last = f.Day
	if s.strong(p) {
		s.Held = min(s.Held+1, 1<<14)
	} else {
		s.Held = 0
	}
}

// pass goes to a day, and remembers what was seen on it.
func (s *State) pass(p *Policy, day Day, c cell, l load) {
	s.ring[int(day)%span] = c
	s.cpu[int(day)%span] = l
	s.annual.pass(day)
	s.fading.pass(p, day, s.Trust)
}

func (s *State) cellOf(p *Policy, f *Fact, w Weather, seen reading) cell {
	c := cell{users: uint16(min(seen.people, 1<<16-1))}
	set := func(mark uint8, on bool) {
		if on {
			c.marks |= mark
		}
	}
	set(covered, seen.covered)
	set(active, seen.used)
	set(loggedIn, seen.covered && (seen.used || f.has(Logins) && f.Logins > 0))
	set(working, w.Working)
	set(netSeen, f.has(Net))
	set(netQuiet, f.has(Net) && f.NetBytes < p.NetBytes)
	return c
}

func loadOf(f *Fact) load {
	if !f.has(CPU) {
		return load{avg: -1}
	}
	return load{avg: int16(f.CPUAvg), p95: int16(f.CPUP95), p05: int16(f.CPUP05)}
}

// use ends a silence.
func (s *State) use(p *Policy, f *Fact, w Weather, seen reading) {
	s.LongestGap = max(s.LongestGap, s.Gap)
	s.silences.end(s.Gap)
	s.Gap, s.Stray, s.Ignored = 0, 0, 0
	s.LastUse = f.Day
	s.Peak = max(s.Peak, seen.people)
	if f.Day-s.First < Day(p.NeverWithin) {
		s.Early++
	} else {
		s.Late++
	}
	for t, level := range seen.levels {
		if level > 0 {
			s.Usual[t] = smooth(s.Usual[t], level, 1./30)
		}
	}
	if level := seen.levels[web]; level > 0 {
		s.habit += (math.Log1p(level) - s.habit) / min(float64(s.Early+s.Late), habitDays)
	}
	s.flat.use(w.Working)
	s.annual.use(f.Day)
	s.web.use(seen.webUsed, seen.webSeen)
	if seen.trusting && seen.webSeen && w.Working && !seen.scan {
		s.web.others(f)
	}
	s.rhythm = rhythm{}
}

// habitDays is over how many days of use the habit is learned.
const habitDays = 120

// idle goes on with a silence.
func (s *State) idle(p *Policy, f *Fact, w Weather, seen reading) {
	s.Gap++
	s.reach(s.Gap)
	if seen.stray {
		s.Stray++
	}
	if f.has(Requests) {
		s.Ignored += f.Requests
	}
	s.flat.idle(p, w.Working)
	s.annual.idle(p, f.Day)
	s.web.idle(seen.webUsed, seen.webSeen)
	if !seen.scan {
		s.rhythm.add(f, w)
	}
	if s.Gap%7 == 0 && s.Conflict(p) {
		s.fading.forget(int(s.Last-s.LastUse)/7 + 2)
	}
}

// learnOff remembers how many seem to be people on days off: what is there
// every day off is no use.
func (s *State) learnOff(f *Fact, w Weather) {
	if w.Working || w.Partial || !f.has(Users) {
		return
	}
	s.leak.add(f)
	s.off[int(s.offs)%len(s.off)] = uint16(min(f.Users, 1<<16-1))
	s.offs++
	if s.offs >= 2*uint8(len(s.off)) {
		s.offs -= uint8(len(s.off))
	}
}

// smooth moves an average towards a new value; the first value is the average.
func smooth(was, is, share float64) float64 {
	if was == 0 {
		return is
	}
	return was + share*(is-was)
}

// window counts the days of the last n that have all of the marks.
func (s *State) window(n int, marks uint8) int {
	count, at := 0, int(s.Last)%span
	for range min(n, span, int(s.Last-s.First)+1) {
		if s.ring[at].marks&marks == marks {
			count++
		}
		if at--; at < 0 {
			at = span - 1
		}
	}
	return count
}

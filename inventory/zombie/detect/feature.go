package detect

// Feature is one of the five features of a system that is to be cleaned up
// (方案 part 2 article 4).
type Feature uint8

// The features.
const (
	Z1 Feature = iota + 1 // its use has long been detached from business
	Z2                    // its function can be replaced by other systems
	Z3                    // its resources have long been idle
	Z4                    // maintenance and updates have stopped
	Z5                    // it is used by few and seldom
)

// Ground is why a verdict is what it is, as a key of its sentence.
type Ground uint8

// The grounds.
const (
	NoGround        Ground = iota
	Silent                 // nobody for so long, though somebody was to be expected
	NeverTakenUp           // nobody but in the first weeks
	HandledBeside          // no business, while its items are handled elsewhere
	ItemsGone              // all its items were abolished
	ReplacedBy             // a named system in service does its work
	UsersGone              // most of its users are there by now
	Idle                   // processor, network and storage stand still
	ContractOver           // the maintenance contract ended without another
	NoRelease              // nothing was released for so long
	FewAndRare             // few people on few days
	BrokenCollector        // business is silent while the web goes on
	TooLittleSeen          // too few days were measured
	Faded                  // next to nothing is left of the use of other years
	UseShifted             // use fell here and rose there
)

// Verdict is what one feature comes to for a system on a day. Figures hold what
// its sentence says; a figure that was not worked out is -1.
type Verdict struct {
	Feature Feature
	Result  Result
	Grounds []Ground
	Figures
}

// Figures are the numbers behind a verdict.
type Figures struct {
	Day, LastUse    Day
	Gap, LongestGap int // covered days
	Stray           int
	Ignored         int64   // requests of machines
	Dead            float64 // probability that nobody comes back, by the model
	Sure            float64 // the same, bound by what became of such silences before
	Before          Return  // those silences, zero when they were too few
	Missed          float64 // days of use to be expected in the silence
	Coverage        float64 // of the window
	Users           int64   // people in the window
	LoginDays       int
	WorkingDays     int
	CPUAvg, CPUP95  int64 // of the window, hundredths of a percent
	Days            int   // since the last release
	Over            int   // since the end of the maintenance contract
	// People that were seen in the last 26 weeks, each counted on each day, and
	// how many were to be expected by earlier years, -1 when those are not known.
	People, Expected int64
}

// Judge gives a verdict on each feature, for the newest day of the state.
func (s *State) Judge(p *Policy, of *Profile) []Verdict {
	base := s.figures(p, of)
	judges := []func(*Policy, *Profile, *Verdict){s.detached, s.replaced, s.resources, s.unmaintained, s.small}
	out := make([]Verdict, len(judges))
	for i, judge := range judges {
		v := &out[i]
		v.Feature, v.Figures = Feature(i+1), base
		if r, guarded := s.guard(p, of); guarded {
			v.Result = r
			continue
		}
		judge(p, of, v)
	}
	return out
}

func (s *State) figures(p *Policy, of *Profile) Figures {
	f := Figures{
		Day: s.Last, LastUse: s.LastUse, Gap: int(s.Gap), LongestGap: int(s.LongestGap), Stray: int(s.Stray), Ignored: s.Ignored,
		Dead: s.dead(p), Missed: s.annual.Missed, Coverage: s.WindowCoverage(p), Users: of.WindowUsers,
		LoginDays: s.window(p.Window, loggedIn), WorkingDays: s.window(p.Window, working), Days: -1, Over: -1,
	}
	if of.ContractEnd != 0 && s.Last > of.ContractEnd {
		f.Over = int(s.Last - of.ContractEnd)
	}
	f.Sure = f.Dead
	f.CPUAvg, f.CPUP95 = s.loads(p.Window)
	f.People, f.Expected = s.fading.figures(s.Trust)
	return f
}

// say raises a verdict, and keeps every ground that held.
func (v *Verdict) say(r Result, g Ground) {
	if v.Result == NotMet || v.Result == Suspected && r == Met {
		v.Result = r
	}
	v.Grounds = append(v.Grounds, g)
}

// unread tells whether a season's silence, or too little data, keeps a feature of
// use from being judged.
func (s *State) unread(p *Policy, of *Profile, v *Verdict) bool {
	r, ground := s.unreadable(p, of)
	if r == NotMet {
		return false
	}
	v.Result = r
	if ground != NoGround {
		v.Grounds = []Ground{ground}
	}
	return true
}

func (s *State) unreadable(p *Policy, of *Profile) (Result, Ground) {
	switch {
	case of.Season != 0 && !of.inSeason(monthOf(s.Last)):
		return OffSeason, NoGround
	case of.Together, s.Conflict(p):
		return Insufficient, BrokenCollector
	case s.WindowCoverage(p) < p.Coverage:
		return Insufficient, TooLittleSeen
	}
	return NotMet, NoGround
}

// detached is Z1.
func (s *State) detached(p *Policy, of *Profile, v *Verdict) {
	if of.ItemsAbolished {
		v.say(Suspected, ItemsGone)
	}
	if s.unread(p, of, v) {
		return
	}
	if of.ItemsHandled && int(s.Gap) >= p.Window {
		v.say(Suspected, HandledBeside)
	}
	switch {
	case s.never(p):
		v.say(Met, NeverTakenUp)
	case s.held(p):
		v.say(Met, Silent)
	case s.early(p):
		v.say(Suspected, Silent)
	}
}

// moved is the share of former users seen in the replacement that proves it.
const moved = 0.5

// replaced is Z2. Whether the function is the same is for reviewers; here only
// what was declared, and where the users went.
func (s *State) replaced(_ *Policy, of *Profile, v *Verdict) {
	if !of.Replacement {
		return
	}
	v.say(Suspected, ReplacedBy)
	switch {
	case of.UsersMoved >= moved:
		v.say(Met, UsersGone)
	case of.Shifted && of.UsersMoved < 0: // who went is not known
		v.say(Met, UseShifted)
	}
}

// resources is Z3, never enough alone.
func (s *State) resources(p *Policy, _ *Profile, v *Verdict) {
	seen, strong := 0, 0
	for i := range min(p.Window, span) {
		l := s.cpu[(int(s.Last)-i+span)%span]
		if int(s.Last)-i < int(s.First) || l.avg < 0 {
			continue
		}
		seen++
		if int64(l.p95) < p.CPUP95Strong && int64(l.p95-l.p05) < p.CPUSpread {
			strong++
		}
	}
	switch {
	case seen == 0:
		v.Result = Insufficient
	case float64(seen) < p.Coverage*float64(p.Window):
		v.Result, v.Grounds = Insufficient, []Ground{TooLittleSeen}
	case strong == seen:
		v.say(Met, Idle)
	case v.CPUAvg < p.CPUAvg && v.CPUP95 < p.CPUP95 && s.netQuiet(p) && s.space.growth() < p.Growth:
		v.say(Suspected, Idle)
	}
}

// unmaintained is Z4.
func (s *State) unmaintained(p *Policy, of *Profile, v *Verdict) {
	if over := int(s.Last - of.ContractEnd); of.ContractEnd != 0 && !of.Successor && over > p.Contract {
		v.say(Suspected, ContractOver)
	}
	if of.LastRelease == 0 {
		return
	}
	since := int(s.Last - of.LastRelease)
	switch {
	case since > max(p.Release, 3*of.ReleaseEvery) && of.ReleaseEvery > 0:
		v.Days = since
		v.say(Met, NoRelease)
	case since > p.Release:
		v.Days = since
		v.say(Suspected, NoRelease)
	}
}

// small is Z5: strong where use has fallen to nearly nothing, weak where it is
// small and always was.
func (s *State) small(p *Policy, of *Profile, v *Verdict) {
	if s.Small(p, of) == Met {
		v.say(Met, Faded)
		return
	}
	if s.unread(p, of, v) || of.WindowUsers < 0 || v.WorkingDays == 0 {
		return
	}
	few := max(float64(p.FewUsers), p.FewShare*float64(of.Registered))
	if float64(of.WindowUsers) <= few && float64(v.LoginDays) < p.RareShare*float64(v.WorkingDays) {
		v.say(Suspected, FewAndRare)
	}
}

// loads is the mean of the averages and of the 95th percentiles of the days of
// the window on which the processor was measured, -1 without any.
func (s *State) loads(days int) (avg, p95 int64) {
	n := int64(0)
	for i := range min(days, span) {
		if int(s.Last)-i < int(s.First) {
			break
		}
		if l := s.cpu[(int(s.Last)-i)%span]; l.avg >= 0 {
			n++
			avg += int64(l.avg)
			p95 += int64(l.p95)
		}
	}
	if n == 0 {
		return -1, -1
	}
	return avg / n, p95 / n
}

// netQuiet tells whether the network was below the policy's bound on every day
// of the window on which it was measured.
func (s *State) netQuiet(p *Policy) bool {
	return s.window(p.Window, netSeen) == s.window(p.Window, netSeen|netQuiet)
}

// monthOf is the month of a day, 1 to 12.
func monthOf(day Day) int {
	z := int(day) + 719468
	doe := z - z/146097*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	month := (5*doy + 2) / 153 // from March
	return (month+2)%12 + 1
}

package detect

// Result is what a criterion came to.
type Result uint8

// The results, the weakest first.
const (
	NotMet Result = iota
	Suspected
	Met
	Insufficient // too little was measured to say anything
	OffSeason    // silent, as it is every year at this time
	OnStandby    // silent, and drilled
	TooNew
	Exempted
)

// Unused says whether the silence of a system is a sign that it was given up,
// with the guards of its profile. It is the base of the first feature.
func (s *State) Unused(p *Policy, of *Profile) Result {
	if r, guarded := s.guard(p, of); guarded {
		return r
	}
	switch {
	case of.Together, s.Conflict(p):
		return Insufficient
	case s.never(p), s.held(p):
		return Met
	case s.WindowCoverage(p) < p.Coverage:
		return Insufficient
	case s.early(p):
		return Suspected
	}
	return NotMet
}

// Small says whether use has fallen to nearly nothing, with the guards of the
// profile. It is the strong sign of the fifth feature.
func (s *State) Small(p *Policy, of *Profile) Result {
	if r, guarded := s.guard(p, of); guarded {
		return r
	}
	switch r, ground := s.unreadable(p, of); {
	case r != NotMet && ground != TooLittleSeen:
		return r
	case s.faded(p): // which asks for its own coverage, days on which machines hid people among them
		return Met
	default:
		return r
	}
}

// WindowCoverage is the share of the policy's window that was covered.
func (s *State) WindowCoverage(p *Policy) float64 {
	return float64(s.window(p.Window, covered)) / float64(p.Window)
}

// drilled is how long a drill keeps a standby system out of question.
const drilled = 366

// guard tells whether the system is not judged at all, and why.
func (s *State) guard(p *Policy, of *Profile) (Result, bool) {
	switch {
	case of.Exempt != NotExempt:
		return Exempted, true
	case of.Since != 0 && s.Last-of.Since < Day(p.Young):
		return TooNew, true
	case of.Standby && of.Drill != 0 && s.Last-of.Drill < drilled:
		return OnStandby, true
	}
	return NotMet, false
}

package detect

// Expectation is what was to be expected of a day, from what is remembered before
// it: the most trusted signal that people ever showed, and its usual level times
// how often they come at that time of the year, or of the week.
func (s *State) Expectation(day Day, w Weather) (of Signal, level float64) {
	for tier, signal := range [tiers]Signal{Business, Logins, Users} {
		if s.Usual[tier] > 0 {
			return signal, s.Usual[tier] * s.presence(day, w)
		}
	}
	return 0, 0
}

// presence is on what share of days like one people come.
func (s *State) presence(day Day, w Weather) float64 {
	if share, known := s.annual.expected(weekOf(day)); known && !s.regular() {
		return share
	}
	if w.Working {
		return s.flat.OnUsed / max(s.flat.On, 1)
	}
	return s.flat.OffUsed / max(s.flat.Off, 1)
}

package detect

// WindowPeople is at most how many people used or visited the system in the last
// days: the sum of those of each day. How many different people they were only
// sketches can tell.
func (s *State) WindowPeople(days int) int64 {
	sum := int64(0)
	for i := range min(days, span) {
		if int(s.Last)-i < int(s.First) {
			break
		}
		sum += int64(s.ring[(int(s.Last)-i)%span].users)
	}
	return sum
}

// SeldomUsed tells whether there were so few days of use in the policy's window
// that the number of people matters to the fifth feature.
func (s *State) SeldomUsed(p *Policy) bool {
	return float64(s.window(p.Window, loggedIn)) < p.RareShare*float64(s.window(p.Window, working))
}

package fleet

import "qingce/inventory/zombie/detect"

// ZeroUse is the rule of peers: nobody for so many measured days.
type ZeroUse struct {
	After int
	// Blind takes a day without data for a day without use.
	Blind bool
	idle  int
}

// Watch counts days.
func (z *ZeroUse) Watch(f detect.Fact, _ detect.Weather) bool {
	switch {
	case f.Measured == 0 && !z.Blind:
	case used(f):
		z.idle = 0
	default:
		z.idle++
	}
	return z.idle >= z.After
}

// used takes the best signal that was measured as it is.
func used(f detect.Fact) bool {
	if f.Measured&(detect.Logins|detect.Business) != 0 {
		return f.Logins > 0 || f.Business > 0
	}
	return f.Users > 0
}

// Silence is the rule of this program: a strong sign of silence that has lasted.
type Silence struct {
	Policy  detect.Policy
	Profile detect.Profile
	State   detect.State
}

// Watch moves the state on.
func (d *Silence) Watch(f detect.Fact, w detect.Weather) bool {
	d.State.Step(&d.Policy, &f, w)
	return d.State.Unused(&d.Policy, &d.Profile) == detect.Met
}

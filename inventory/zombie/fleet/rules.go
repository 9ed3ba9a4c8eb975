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

// IdleMachine is the kind of rule by which advisors of clouds find machines that
// nobody needs: the processor and the network stay below a bound on so many of
// the last days.
type IdleMachine struct {
	Days, Of int   // at least so many of so many measured days
	Average  int64 // hundredths of a percent; 0 to take the peak
	Peak     int64
	Net      int64 // bytes a day
	idle     []bool
}

// Watch keeps the last days.
func (i *IdleMachine) Watch(f detect.Fact, _ detect.Weather) bool {
	if f.Measured&detect.CPU != 0 {
		idle := f.NetBytes <= i.Net && (i.Average != 0 && f.CPUAvg <= i.Average || i.Peak != 0 && f.CPUP95 < i.Peak)
		i.idle = append(i.idle, idle)
		if len(i.idle) > i.Of {
			i.idle = i.idle[1:]
		}
	}
	n := 0
	for _, idle := range i.idle {
		if idle {
			n++
		}
	}
	return n >= i.Days
}

// Silence is the rule of this program: the first or the fifth feature is met,
// nobody uses the system any more, or next to nobody.
type Silence struct {
	Policy  detect.Policy
	Profile detect.Profile
	State   detect.State
}

// Watch moves the state on.
func (d *Silence) Watch(f detect.Fact, w detect.Weather) bool {
	d.State.Step(&d.Policy, &f, w)
	return d.State.Unused(&d.Policy, &d.Profile) == detect.Met || d.State.Small(&d.Policy, &d.Profile) == detect.Met
}

package detect

import "math"

// returnGaps are the lengths of silence, in covered days, of which it is counted
// how often use came back.
var returnGaps = [returnBands]int32{90, 120, 180, 270, 365}

const returnBands = 5

// Return counts silences that came to a length, and those after which people came
// back.
type Return struct{ Reached, Returned int }

// Returns are counts for the lengths of 90, 120, 180, 270 and 365 covered days.
type Returns [returnBands]Return

// Add adds counts, as often as told.
func (r *Returns) Add(o Returns, times int) {
	for i := range r {
		r[i].Reached += times * o[i].Reached
		r[i].Returned += times * o[i].Returned
	}
}

// leastReturns is how many silences must have been seen for their fate to tell
// anything.
const leastReturns = 20

// Sure is how sure it is that nobody comes back after a silence: what the model
// says, but no more than what became of such silences before allows (the upper
// bound by Wilson of the share that came back). of is what was seen before, zero
// when that is too little.
func (r *Returns) Sure(dead float64, gap int) (sure float64, of Return) {
	for i := len(r) - 1; i >= 0; i-- {
		if gap < int(returnGaps[i]) {
			continue
		}
		if r[i].Reached < leastReturns {
			return dead, Return{}
		}
		return min(dead, 1-upperShare(r[i].Returned, r[i].Reached)), r[i]
	}
	return dead, Return{}
}

// upperShare is the upper bound of a share by Wilson's interval of 95 %.
func upperShare(of, n int) float64 {
	const z = 1.96
	count, share := float64(n), float64(of)/float64(n)
	centre := share + z*z/(2*count)
	around := z * math.Sqrt(share*(1-share)/count+z*z/(4*count*count))
	return (centre + around) / (1 + z*z/count)
}

// silences counts what became of the silences of one system.
type silences [returnBands]struct{ reached, returned uint8 }

func (c *silences) reach(gap int32) {
	for i, length := range returnGaps {
		if gap == length && c[i].reached < math.MaxUint8 {
			c[i].reached++
		}
	}
}

func (c *silences) end(gap int32) {
	for i, length := range returnGaps {
		if gap >= length && c[i].returned < c[i].reached {
			c[i].returned++
		}
	}
}

// Returns are the silences of the system itself.
func (s *State) Returns() (out Returns) {
	for i, n := range s.silences {
		out[i] = Return{int(n.reached), int(n.returned)}
	}
	return out
}

package detect

import "slices"

// Fall is where the silence of a system began.
type Fall struct {
	LastUse Day
	Gap     int // covered days since
}

// Fall says since when nobody was seen.
func (s *State) Fall() Fall { return Fall{s.LastUse, int(s.Gap)} }

// Together tells, of systems that one probe sees, those that fell silent in the
// same days as so many others that the probe is in question. What it tells is
// for Profile.Together.
func Together(p *Policy, falls []Fall) []bool {
	out := make([]bool, len(falls))
	var silent []int
	for i, f := range falls {
		if f.LastUse != 0 && f.Gap >= p.TogetherAfter {
			silent = append(silent, i)
		}
	}
	least := max(p.TogetherLeast, int(p.TogetherShare*float64(len(falls))+0.999))
	if p.TogetherLeast == 0 || len(silent) < least {
		return out
	}
	slices.SortFunc(silent, func(a, b int) int { return int(falls[a].LastUse - falls[b].LastUse) })
	from, to := 0, 0
	for _, i := range silent {
		day := falls[i].LastUse
		for falls[silent[from]].LastUse < day-p.TogetherDays {
			from++
		}
		for to < len(silent) && falls[silent[to]].LastUse <= day+p.TogetherDays {
			to++
		}
		out[i] = to-from >= least
	}
	return out
}

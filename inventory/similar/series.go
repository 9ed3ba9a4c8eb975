package similar

import "qingce/inventory/usage/wire"

// useSignals are the signals by which use is compared, the surest first: what is
// counted in heads can be compared between systems.
var useSignals = [...]wire.Signal{wire.Users, wire.Logins, wire.BusinessTx, wire.HumanRequests}

// series is one signal of a system, day by day: sums of what was covered, so
// that the mean of any span is two differences.
type series struct {
	sum  []int64 // of the days before; one more than there are days
	days []int32 // covered ones
}

// newSeries makes a series of days; a value below 0 is a day not covered.
func newSeries(values []int64) series {
	s := series{make([]int64, len(values)+1), make([]int32, len(values)+1)}
	for i, v := range values {
		s.sum[i+1], s.days[i+1] = s.sum[i], s.days[i]
		if v >= 0 {
			s.sum[i+1] += v
			s.days[i+1]++
		}
	}
	return s
}

func (s *series) len() int { return len(s.sum) - 1 }

// mean is the mean of the covered days of a span, false when too few are.
func (s *series) mean(from, to int) (float64, bool) {
	from, to = max(from, 0), min(to, s.len())
	if to <= from {
		return 0, false
	}
	n := s.days[to] - s.days[from]
	if n < fewestDays {
		return 0, false
	}
	return float64(s.sum[to]-s.sum[from]) / float64(n), true
}

const (
	// window is for how many days use is taken together before and after a day:
	// four weeks hold as many working days wherever they begin.
	window = 28
	// fewestDays is how many of them must be covered.
	fewestDays = 10
	// fallen is what is left of the use, at most, when it fell.
	fallen = 0.2
	// risen is by how much use must grow to have risen, and takenOver the least
	// share of what fell that must be seen to rise.
	risen, takenOver = 1.25, 0.5
	// nearby is within how many days of each other use falls and rises.
	nearby = 60
)

// turn is a day on which use fell or rose, and by how much.
type turn struct {
	day int
	by  float64
}

// fall finds the day on which use fell the most.
func (s *series) fall() (turn, bool) {
	var best turn
	for t := fewestDays; t <= s.len()-fewestDays; t++ {
		before, ok1 := s.mean(t-window, t)
		after, ok2 := s.mean(t, t+window)
		if ok1 && ok2 && before >= 1 && after <= fallen*before && before-after > best.by {
			best = turn{t, before - after}
		}
	}
	return best, best.by > 0
}

// rise finds the day near another one on which use rose the most. known is
// false when use was not covered around any of the days.
func (s *series) rise(near turn) (found turn, seen, known bool) {
	for t := near.day - nearby; t <= near.day+nearby; t++ {
		before, ok1 := s.mean(t-window, t)
		after, ok2 := s.mean(t, t+window)
		if !ok1 || !ok2 {
			continue
		}
		known = true
		if by := after - before; by > found.by && after >= risen*before {
			found = turn{t, by}
		}
	}
	return found, found.by > 0 && found.by >= takenOver*near.by, known
}

package similar

import (
	"slices"

	"qingce/inventory/usage/wire"
)

// useSignals are the signals by which use is compared, the surest first: what is
// counted in heads can be compared between systems.
var useSignals = [...]wire.Signal{wire.Users, wire.Logins, wire.BusinessTx, wire.HumanRequests}

// series is one signal of a system, day by day; below 0 is a day not covered.
type series []int64

// level is how much a system is used on its busy days: the mean of the upper
// third of the covered days of a span, so that holidays and weekends in it make
// no difference. False when too few days are covered.
func (s series) level(from, to int) (float64, bool) {
	from, to = max(from, 0), min(to, len(s))
	if to-from < fewestDays {
		return 0, false
	}
	var days [window]int64
	covered := days[:0]
	for _, v := range s[from:to] {
		if v >= 0 {
			covered = append(covered, v)
		}
	}
	if len(covered) < fewestDays {
		return 0, false
	}
	slices.Sort(covered)
	top := covered[len(covered)-len(covered)/3:]
	var sum int64
	for _, v := range top {
		sum += v
	}
	return float64(sum) / float64(len(top)), true
}

const (
	// window is for how many days use is taken together before and after a day:
	// four weeks hold nine busy days also where the longest holiday is in them.
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
func (s series) fall() (turn, bool) {
	var best turn
	var middle float64
	for t := fewestDays; t <= len(s)-fewestDays; t++ {
		before, ok1 := s.level(t-window, t)
		after, ok2 := s.level(t, t+window)
		if ok1 && ok2 && before >= 1 && after <= fallen*before && before-after > best.by {
			best, middle = turn{t, before - after}, (before+after)/2
		}
	}
	for best.day > 0 && float64(s[best.day-1]) < middle { // to the day after the last busy one
		best.day--
	}
	return best, best.by > 0
}

// rise finds the day near another one on which use rose the most. known is
// false when use was not covered around any of the days.
func (s series) rise(near turn) (found turn, seen, known bool) {
	var middle float64
	for t := near.day - nearby; t <= near.day+nearby; t++ {
		before, ok1 := s.level(t-window, t)
		after, ok2 := s.level(t, t+window)
		if !ok1 || !ok2 {
			continue
		}
		known = true
		if by := after - before; by > 0 && by >= found.by && after >= risen*before {
			found, middle = turn{t, by}, (before+after)/2
		}
	}
	for found.by > 0 && found.day < len(s)-1 && float64(s[found.day]) < middle { // to the first busy day
		found.day++
	}
	return found, found.by > 0 && found.by >= takenOver*near.by && found.day <= near.day+nearby, known
}

package fleet

import (
	"fmt"
	"slices"
	"strings"

	"qingce/inventory/zombie/detect"
)

// Watcher follows one system day by day and tells whether it finds it unused.
type Watcher interface {
	Watch(f detect.Fact, w detect.Weather) (unused bool)
}

// Result says how well a rule found the systems that were given up.
type Result struct {
	Systems, Dead, Found, FalseSystems, Missed int
	// Episodes are runs of days in which a living system was found unused.
	Episodes int
	Years    float64 // of living systems
	Delays   []int   // days from the fate to the finding
	By       map[Archetype]*Result
}

// Precision is the share of the found systems that were given up.
func (r *Result) Precision() float64 { return ratio(r.Found, r.Found+r.FalseSystems) }

// Recall is the share of the systems given up that were found.
func (r *Result) Recall() float64 { return ratio(r.Found, r.Dead) }

// F1 is the harmonic mean of both.
func (r *Result) F1() float64 {
	p, q := r.Precision(), r.Recall()
	if p+q == 0 {
		return 0
	}
	return 2 * p * q / (p + q)
}

// PerThousand is the number of false episodes in a thousand years of systems.
func (r *Result) PerThousand() float64 {
	if r.Years == 0 {
		return 0
	}
	return 1000 * float64(r.Episodes) / r.Years
}

// Delay is a quantile of the days until a system was found.
func (r *Result) Delay(quantile float64) int {
	if len(r.Delays) == 0 {
		return 0
	}
	slices.Sort(r.Delays)
	return r.Delays[int(float64(len(r.Delays)-1)*quantile)]
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Judge has a rule watch every system of a fleet.
func Judge(systems []System, days []Day, c Climate, rule func(*System) Watcher) *Result {
	all := &Result{By: map[Archetype]*Result{}}
	for i := range systems {
		s := &systems[i]
		mine := all.By[s.Of]
		if mine == nil {
			mine = &Result{}
			all.By[s.Of] = mine
		}
		one := s.follow(days, c, rule(s))
		mine.add(one)
		all.add(one)
	}
	return all
}

func (r *Result) add(o *Result) {
	r.Systems += o.Systems
	r.Dead += o.Dead
	r.Found += o.Found
	r.FalseSystems += o.FalseSystems
	r.Missed += o.Missed
	r.Episodes += o.Episodes
	r.Years += o.Years
	r.Delays = append(r.Delays, o.Delays...)
}

func (s *System) follow(days []Day, c Climate, watcher Watcher) *Result {
	r := &Result{Systems: 1}
	was, falsely, living := false, false, 0
	s.Facts(days, c, func(f detect.Fact, w detect.Weather) {
		is := watcher.Watch(f, w)
		switch {
		case !s.gone(f.Day):
			living++
			if is && !was && (s.Faded == 0 || f.Day < s.Faded) {
				r.Episodes++
				falsely = true
			}
		case is && r.Found == 0:
			r.Found = 1
			r.Delays = append(r.Delays, int(f.Day-s.Fate))
		}
		was = is
	})
	r.Years = float64(living) / 365.25
	if falsely {
		r.FalseSystems = 1
	}
	if s.Fate != 0 {
		r.Dead, r.Missed = 1, 1-r.Found
	}
	return r
}

// Join adds the result of another fleet.
func (r *Result) Join(o *Result) {
	r.add(o)
	for a, of := range o.By {
		if r.By == nil {
			r.By = map[Archetype]*Result{}
		}
		if r.By[a] == nil {
			r.By[a] = &Result{}
		}
		r.By[a].add(of)
	}
}

// String writes a result in one line.
func (r *Result) String() string {
	return fmt.Sprintf("P=%.3f R=%.3f F1=%.3f false/1000y=%.1f delay p50=%d p90=%d",
		r.Precision(), r.Recall(), r.F1(), r.PerThousand(), r.Delay(0.5), r.Delay(0.9))
}

// Table writes a result, one line for all and one for each archetype.
func (r *Result) Table() string {
	var b strings.Builder
	line := func(name string, r *Result) {
		switch {
		case r.Dead == 0:
			fmt.Fprintf(&b, "%-16s n=%-5d false/1000y=%.1f\n", name, r.Systems, r.PerThousand())
		default:
			fmt.Fprintf(&b, "%-16s n=%-5d %s\n", name, r.Systems, r)
		}
	}
	line("all", r)
	for _, a := range Archetypes() {
		if of := r.By[a]; of != nil {
			line(string(a), of)
		}
	}
	return b.String()
}

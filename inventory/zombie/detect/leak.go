package detect

import (
	"cmp"
	"math"
	"slices"
)

// passing is how many machines pass for people.
func (s *State) passing(p *Policy, f *Fact) float64 {
	if !f.has(Machines) {
		return 0
	}
	return s.leak.of(p) * float64(f.Machines)
}

// leakage learns the share of machines that pass for people from the last days
// off, on most of which hardly anybody works. Where people come on days off as
// well it cannot be learned, and the policy's share holds.
type leakage struct {
	days  [32]offDay
	n     uint16
	share float64
}

type offDay struct{ users, machines float32 }

// fewDaysOff must have been seen. mostLeak is the greatest share that can be
// machines at all; above doubtLeak it is believed only of systems whose
// visitors know the week.
const (
	fewDaysOff = 16
	mostLeak   = 0.5
	doubtLeak  = 0.25
)

func (l *leakage) add(f *Fact) {
	if !f.has(Machines) || f.Machines == 0 {
		return
	}
	l.days[int(l.n)%len(l.days)] = offDay{float32(f.Users), float32(f.Machines)}
	l.n++
	if l.n >= 2*uint16(len(l.days)) {
		l.n -= uint16(len(l.days))
	}
	known := min(int(l.n), len(l.days))
	if known < fewDaysOff || l.n%4 != 0 { // it changes slowly
		return
	}
	days := l.days
	quiet := days[:known]
	slices.SortFunc(quiet, func(a, b offDay) int { return cmp.Compare(a.users*b.machines, b.users*a.machines) })
	l.share = 1.1*shareOf(quiet) + 0.01
}

// shareOf is the share of machines that pass for people on days off, the least
// first. People of single days off are left out: first the upper quarter of
// the days, then what is far above the others.
func shareOf(days []offDay) float64 {
	share := ratioOf(days[:len(days)*3/4])
	for range 3 {
		n := 0
		for _, d := range days {
			passing := share * float64(d.machines)
			if float64(d.users) <= passing+2.5*math.Sqrt(passing)+1 {
				days[n] = d
				n++
			}
		}
		// The order of those that are left is kept, the others are lost: the
		// list is a copy.
		days = days[:n]
		share = ratioOf(days)
	}
	return share
}

func ratioOf(days []offDay) float64 {
	users, machines := float32(0), float32(0)
	for _, d := range days {
		users += d.users
		machines += d.machines
	}
	if machines == 0 {
		return 0
	}
	return float64(users / machines)
}

func (l *leakage) of(p *Policy) float64 {
	if l.share == 0 || l.share > mostLeak {
		return p.Leak
	}
	return l.share
}

// always is how many seem to be people on every day off, at most three.
func (s *State) always() float64 {
	if s.offs < uint8(len(s.off)) {
		return 0
	}
	least := uint16(3)
	for _, n := range s.off {
		least = min(least, n)
	}
	return float64(least)
}

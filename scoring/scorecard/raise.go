package scorecard

import (
	"maps"
	"slices"
)

// Step is one more of what a metric counts, and what the total would then be.
type Step struct {
	Metric Metric
	Part   Part   // of Effect
	Task   string // of Tasks
	Points int64  // as in Card.Points
}

// Raise tells what one more of each thing would make of the total, what helps
// most first; what would change nothing is left out.
func (p *Policy) Raise(in *Input) []Step {
	now := p.Make(in)
	var out []Step
	try := func(s Step, change func(*Input)) {
		next := *in
		change(&next)
		c := p.Make(&next)
		if s.Points = c.Points; s.Points > now.Points {
			out = append(out, s)
		}
	}
	one := func(m Metric, of func(*Input) *Share) {
		if s := of(in); s.Num < s.Den {
			try(Step{Metric: m}, func(next *Input) { of(next).Num++ })
		}
	}
	one(Integrated, func(i *Input) *Share { return &i.Disposed })
	one(Shared, func(i *Input) *Share { return &i.Entries })
	one(Connected, func(i *Input) *Share { return &i.Connections })
	try(Step{Metric: Joint}, func(next *Input) { next.Applications++ })
	for _, part := range Parts() {
		if s, ok := in.Parts[part]; ok && s.Num < s.Den {
			try(Step{Metric: Effect, Part: part}, func(next *Input) {
				next.Parts = maps.Clone(in.Parts)
				next.Parts[part] = Share{s.Num + 1, s.Den}
			})
		}
	}
	for i, t := range in.Tasks {
		if t.Outcome == Undone {
			try(Step{Metric: Tasks, Task: t.ID}, func(next *Input) {
				next.Tasks = slices.Clone(in.Tasks)
				next.Tasks[i].Outcome = Late
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Step) int { return int(b.Points - a.Points) })
	return out
}

package fleet_test

import (
	"fmt"
	"strings"
	"testing"

	"qingce/inventory/zombie/detect"
	"qingce/inventory/zombie/fleet"
)

// rule is a way of finding systems that nobody uses.
type rule struct {
	name string
	rule func(*fleet.System) fleet.Watcher
}

// peers are the rules that others use.
func peers() []rule {
	zero := func(z fleet.ZeroUse) func(*fleet.System) fleet.Watcher {
		return func(*fleet.System) fleet.Watcher { z := z; return &z }
	}
	idle := func(i fleet.IdleMachine) func(*fleet.System) fleet.Watcher {
		return func(*fleet.System) fleet.Watcher { i := i; return &i }
	}
	return []rule{
		{"no use, 90 measured days", zero(fleet.ZeroUse{After: 90})},
		{"no use, 180 measured days", zero(fleet.ZeroUse{After: 180})},
		{"no use, 90 days, missing days are zero", zero(fleet.ZeroUse{After: 90, Blind: true})},
		{"cloud: CPU <= 10 %, net <= 5 MB, 4 of 14 days", idle(fleet.IdleMachine{Days: 4, Of: 14, Average: 1000, Net: 5_000_000})},
		{"cloud: p95 of CPU < 5 %, net <= 5 MB, 14 days", idle(fleet.IdleMachine{Days: 14, Of: 14, Peak: 500, Net: 5_000_000})},
	}
}

// altered is our rule with something taken away.
func altered(policy func(*detect.Policy), facts func(*fleet.System, *detect.Fact, *detect.Weather)) func(*fleet.System) fleet.Watcher {
	return func(s *fleet.System) fleet.Watcher {
		p := detect.DefaultPolicy()
		if policy != nil {
			policy(&p)
		}
		return &spoiled{of: s, facts: facts, Silence: fleet.Silence{Policy: p, Profile: s.Profile}}
	}
}

// spoiled alters the facts before they are read.
type spoiled struct {
	fleet.Silence
	of    *fleet.System
	facts func(*fleet.System, *detect.Fact, *detect.Weather)
	seen  detect.Signal
}

func (d *spoiled) Watch(f detect.Fact, w detect.Weather) bool {
	d.seen |= f.Measured
	if d.facts != nil {
		d.facts(d.of, &f, &w)
	}
	if f.Measured == blank {
		f.Measured = d.seen
	}
	return d.Silence.Watch(f, w)
}

// blank asks for the signals that the system had before.
const blank = detect.Signal(1 << 15)

// ablations take one part of the method away.
func ablations() []rule {
	return []rule{
		{"the whole method", ours},
		{"machines are not taken out", altered(func(p *detect.Policy) { p.Leak, p.FadeHold = 0, 0 },
			func(_ *fleet.System, f *detect.Fact, _ *detect.Weather) { f.Measured &^= detect.Machines })},
		{"missing days are zeros", altered(func(p *detect.Policy) { p.Coverage, p.Canary = 0, 2 },
			func(s *fleet.System, f *detect.Fact, w *detect.Weather) {
				w.Partial = false
				if f.Measured == 0 && f.Day >= s.Since {
					*f = detect.Fact{Day: f.Day, Measured: blank}
				}
			})},
		{"no canaries", altered(func(p *detect.Policy) { p.Canary = 2 },
			func(_ *fleet.System, _ *detect.Fact, w *detect.Weather) { w.Partial = false })},
		{"the year is not known", altered(func(p *detect.Policy) { p.YearBlind = true }, nil)},
		{"no fading", altered(func(p *detect.Policy) { p.FadeHold = 0 }, nil)},
		{"no hold", altered(func(p *detect.Policy) { p.Hold, p.FadeHold = 1, 1 }, nil)},
		{"the window of 90 days alone", altered(func(p *detect.Policy) { p.WindowAlone = true }, nil)},
	}
}

// BenchmarkFleet measures the method, its parts and the rules of peers on fleets
// that it was not tuned on, and prints the tables.
func BenchmarkFleet(b *testing.B) {
	const systems = 2_000
	for b.Loop() {
		var out strings.Builder
		archetypes := ""
		line := func(name string, r *fleet.Result) {
			fmt.Fprintf(&out, "%-48s %s\n", name, r)
		}
		for _, c := range climates() {
			r := judge(b, heldOut, systems, c.Climate, ours)
			line(c.name, r)
			if c.name == "fair" {
				b.ReportMetric(r.F1(), "F1")
				archetypes = r.Table()
			}
		}
		out.WriteString("\nfair, parts taken away\n")
		for _, a := range ablations() {
			line(a.name, judge(b, heldOut, systems, fleet.Fair(), a.rule))
		}
		out.WriteString("\nfair, rules of peers\n")
		for _, p := range peers() {
			line(p.name, judge(b, heldOut, systems, fleet.Fair(), p.rule))
		}
		// A log of a benchmark is cut off after ten lines.
		fmt.Printf("\n%s\nfair, by archetype\n%s", out.String(), archetypes)
	}
}

// BenchmarkStep measures a system-day.
func BenchmarkStep(b *testing.B) {
	days := threeYears(b, 1096)
	systems := fleet.Make(heldOut[0], 50, days[0].Day, fleet.Fair())
	var facts []detect.Fact
	var weather []detect.Weather
	for i := range systems {
		systems[i].Facts(days, fleet.Fair(), func(f detect.Fact, w detect.Weather) {
			facts, weather = append(facts, f), append(weather, w)
		})
	}
	p := detect.DefaultPolicy()
	var s detect.State
	b.ResetTimer()
	for i := range b.N {
		at := i % len(facts)
		if at%len(days) == 0 {
			s = detect.State{}
		}
		s.Step(&p, &facts[at], weather[at])
		s.Unused(&p, &systems[at/len(days)].Profile)
	}
}

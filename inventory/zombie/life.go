package zombie

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// longestLife is how many days one question may ask for.
const longestLife = 1200

// LifeDay is a day of a system as detection has read it.
type LifeDay struct {
	Date    calendar.Date
	Working bool
	// Covered says that the day was measured; Used that people used the system,
	// Stray that somebody was there, too few to be use.
	Covered, Used, Stray bool
	// Fact is what was measured, each signal or not.
	Fact detect.Fact
	// Expected is how much use was to be expected, in Life.Signal.
	Expected float64
	// Gap is how many covered days there were without use, up to this one.
	Gap int
}

// Life is the life of a system in a span of days, with the verdict at its end.
type Life struct {
	System   inventory.System
	From, To calendar.Date
	// Signal is the most trusted one that people ever showed: business, log-ins
	// or visitors; 0 when they never showed any.
	Signal detect.Signal
	Days   []LifeDay
	// Findings are those of To by the policy of that day, whatever runs found.
	Findings [features]Finding
	Policy   Policy
	// Replacement is the system that can take its place, if there is one.
	Replacement string
}

// Life reads the life of a system from its facts. A span without an end ends at
// the newest run.
func (d *Detector) Life(ctx context.Context, by auth.Principal, code string, from, to calendar.Date) (Life, error) {
	out := Life{From: from, To: to}
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		if out.System, err = d.seen(tx, by, code); err != nil {
			return err
		}
		return d.liveIn(tx, &out)
	})
	if err != nil {
		return Life{}, fmt.Errorf("read the life of %s: %w", code, err)
	}
	return out, nil
}

func (d *Detector) liveIn(tx *store.Tx, out *Life) error {
	if out.To.IsZero() {
		run, err := newestRun(tx)
		if err != nil {
			return err
		}
		out.To = run.Day
	}
	if n := out.To.DaysSince(out.From) + 1; out.From.IsZero() || n < 1 || n > longestLife {
		return fault.Refuse([]fault.Field{fault.At("from", "zombie.err.span", "most", longestLife)})
	}
	e, err := d.evaluatorOn(tx, DayOf(out.To))
	if err != nil {
		return err
	}
	out.Policy = *e.policy
	rows, err := registerOf(tx, []inventory.SystemID{out.System.ID})
	if err != nil {
		return err
	}
	subjects, err := d.complete(tx, rows, e.day, &e.policy.Numbers.Policy)
	if err != nil {
		return err
	}
	t := track{subject: subjects[0]}
	if t.Profile.Together, err = wasDoubted(tx, out.System.ID, e.day); err != nil {
		return err
	}
	out.Days = make([]LifeDay, out.To.DaysSince(out.From)+1)
	e.watch = func(t *track, before *detect.State, f *detect.Fact) {
		out.see(before, &t.state, f, e.weather.of(f.Day))
	}
	tracks := []track{t}
	if err := e.pass(tx, tracks, []inventory.SystemID{t.ID}, 1); err != nil {
		return err
	}
	if tracks[0].last != 0 {
		e.skip(&tracks[0], e.day)
	}
	out.fill(e)
	list, err := e.judge(tx, tracks)
	if err != nil {
		return err
	}
	out.Findings = findingsOf(list[0].raw)
	if subjects[0].Profile.Replacement {
		out.Replacement, err = replacementName(tx, out.System.ID)
	}
	return err
}

// wasDoubted tells whether the run of a day put the collector of a system in
// question, which one system alone does not show.
func wasDoubted(tx *store.Tx, system inventory.SystemID, day detect.Day) (bool, error) {
	found, err := verdictsOf(tx, day, []inventory.SystemID{system})
	v := found[system]
	return slices.Contains(v.Features[0].Grounds, detect.BrokenCollector), err
}

// evaluatorOn is what evaluates systems for a day.
func (d *Detector) evaluatorOn(tx *store.Tx, day detect.Day) (*evaluator, error) {
	e := &evaluator{day: day}
	var err error
	if e.policies, err = policiesInForce(tx); err != nil {
		return nil, err
	}
	e.policy = e.policies.on(day)
	if e.weather, _, err = d.weatherIn(tx, day, e.policies); err != nil {
		return nil, err
	}
	e.before, err = returnsBefore(tx, day)
	return e, err
}

// see takes down a day as it passes by.
func (l *Life) see(before, after *detect.State, f *detect.Fact, w detect.Weather) {
	at := DateOf(f.Day).DaysSince(l.From)
	signal, level := before.Expectation(f.Day, w)
	if signal != 0 {
		l.Signal = signal
	}
	if at < 0 || at >= len(l.Days) {
		return
	}
	day := &l.Days[at]
	day.Fact, day.Expected, day.Gap = *f, level, int(after.Gap)
	day.Used = after.LastUse == f.Day
	day.Covered = day.Used || after.Gap > before.Gap
	day.Stray = after.Stray > before.Stray
}

// fill completes the days of which nothing is known.
func (l *Life) fill(e *evaluator) {
	for i := range l.Days {
		l.Days[i].Date = l.From.AddDays(i)
		l.Days[i].Working = e.weather.of(DayOf(l.Days[i].Date)).Working
	}
}

func findingsOf(verdicts []detect.Verdict) (out [features]Finding) {
	for i, v := range verdicts {
		out[i] = Finding{v.Feature, v.Result, v.Grounds, v.Figures}
	}
	return out
}

package zombie

import (
	"errors"
	"hash/fnv"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// policies are those in force, by the day from which they apply.
type policies []Policy

// on is the one that holds for a day.
func (p policies) on(day detect.Day) *Policy {
	best := &p[0]
	for i := range p {
		if DayOf(p[i].AppliesFrom) <= day {
			best = &p[i]
		}
	}
	return best
}

// evaluator evaluates systems for a day.
type evaluator struct {
	day      detect.Day
	policies policies
	policy   *Policy // of the day
	weather  *weather
	// before is what became of silences in this fleet.
	before detect.Returns
	// doubted are systems whose probe is in question.
	doubted map[inventory.SystemID]bool
	// watch, when there is one, sees every day of a system as it passes by, with
	// what was remembered before it.
	watch func(t *track, before *detect.State, f *detect.Fact)
}

// evaluated is what became of one system.
type evaluated struct {
	system   inventory.SystemID
	state    []byte // nil for a system that was never measured
	measured bool   // on the day
	rebuilt  bool
	fall     detect.Fall // where its silence began
	returns  detect.Returns
	verdict  verdictRow
	raw      []detect.Verdict
	changed  bool // not as it was
	fresh    bool // suspected or met, and was not
	cleared  bool // the other way round
}

// track is a system while its facts pass by.
type track struct {
	subject
	state   detect.State
	last    detect.Day // newest day that the state has seen
	today   bool       // a fact of the day itself was there
	rebuilt bool
}

// lot evaluates systems in the order of their ids. Those without a state of
// earlier days are made anew from all their facts.
func (e *evaluator) lot(tx *store.Tx, subjects []subject, states map[inventory.SystemID]kept) ([]evaluated, error) {
	tracks := make([]track, len(subjects))
	var known, unknown []inventory.SystemID
	from := e.day
	for i, s := range subjects {
		tracks[i].subject = s
		k, ok := states[s.ID]
		if ok {
			err := tracks[i].state.UnmarshalBinary(k.state)
			if err != nil && !errors.Is(err, detect.ErrStateForm) {
				return nil, err
			}
			ok = err == nil
		}
		if !ok {
			unknown = append(unknown, s.ID)
			tracks[i].rebuilt = k.state != nil || k.late
			continue
		}
		tracks[i].last, tracks[i].rebuilt = tracks[i].state.Last, k.late
		known = append(known, s.ID)
		from = min(from, tracks[i].last+1)
	}
	if err := e.pass(tx, tracks, known, from); err != nil {
		return nil, err
	}
	if err := e.pass(tx, tracks, unknown, 1); err != nil {
		return nil, err
	}
	return e.judge(tx, tracks)
}

// pass lets the facts of systems pass by, from a day on.
func (e *evaluator) pass(tx *store.Tx, tracks []track, systems []inventory.SystemID, from detect.Day) error {
	at := 0
	return eachFact(tx, systems, from, e.day, func(id inventory.SystemID, f *detect.Fact) error {
		for tracks[at].ID != id {
			at++
		}
		t := &tracks[at]
		t.today = f.Day == e.day && f.Measured != 0
		if f.Day > t.last {
			e.step(t, f)
		}
		return nil
	})
}

// step moves a system on to a fact, over the days of which nothing is known.
func (e *evaluator) step(t *track, f *detect.Fact) {
	if t.last != 0 {
		e.skip(t, f.Day-1)
	}
	e.stepOver(t, f)
}

// stepOver moves a system on by one day.
func (e *evaluator) stepOver(t *track, f *detect.Fact) {
	p := &e.policies.on(f.Day).Numbers.Policy
	if e.watch == nil {
		t.state.Step(p, f, e.weather.of(f.Day))
	} else {
		before := t.state
		t.state.Step(p, f, e.weather.of(f.Day))
		e.watch(t, &before, f)
	}
	t.last = f.Day
}

// skip moves a system on to a day, over days of which nothing is known.
func (e *evaluator) skip(t *track, to detect.Day) {
	for day := t.last + 1; day <= to; day++ {
		e.stepOver(t, &detect.Fact{Day: day})
	}
}

// judge comes to a verdict on each system.
func (e *evaluator) judge(tx *store.Tx, tracks []track) ([]evaluated, error) {
	out := make([]evaluated, len(tracks))
	p := &e.policy.Numbers.Policy
	people, err := e.people(tx, tracks)
	if err != nil {
		return nil, err
	}
	var buf []byte
	for i := range tracks {
		t := &tracks[i]
		out[i] = evaluated{system: t.ID, measured: t.today, rebuilt: t.rebuilt, fall: t.state.Fall(), returns: t.state.Returns()}
		t.Profile.Together = t.Profile.Together || e.doubted[t.ID]
		if t.last != 0 {
			begin := len(buf)
			if buf, err = t.state.AppendBinary(buf); err != nil {
				return nil, err
			}
			out[i].state = buf[begin:len(buf):len(buf)]
		} else {
			// Never measured: what the register says is judged all the same.
			t.state.Step(p, &detect.Fact{Day: e.day}, e.weather.of(e.day))
		}
		if n, ok := people[t.ID]; ok {
			t.Profile.WindowUsers = n
		}
		out[i].raw = e.sure(t.state.Judge(p, &t.Profile))
		if out[i].verdict, err = e.row(t.ID, out[i].raw); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sure bounds the confidence of verdicts by what became of such silences before.
func (e *evaluator) sure(verdicts []detect.Verdict) []detect.Verdict {
	for i := range verdicts {
		f := &verdicts[i].Figures
		f.Sure, f.Before = e.before.Sure(f.Dead, f.Gap)
	}
	return verdicts
}

// people counts the different people in the window, of the systems that came up
// to the day and are used seldom enough for it to matter.
func (e *evaluator) people(tx *store.Tx, tracks []track) (map[inventory.SystemID]int64, error) {
	p := &e.policy.Numbers.Policy
	out := map[inventory.SystemID]int64{}
	var asked []inventory.SystemID
	for i := range tracks {
		t := &tracks[i]
		if t.last == 0 {
			continue
		}
		e.skip(t, e.day)
		if !t.state.SeldomUsed(p) {
			continue
		}
		few := max(p.FewUsers, int64(p.FewShare*float64(t.Profile.Registered)))
		if n := t.state.WindowPeople(p.Window); n <= few {
			out[t.ID] = n
		} else {
			asked = append(asked, t.ID)
		}
	}
	crowds := map[inventory.SystemID]*crowd{}
	err := eachSketch(tx, asked, e.day-detect.Day(p.Window)+1, e.day, func(d *sketchDay) {
		c := crowds[d.System]
		if c == nil {
			c = &crowd{}
			crowds[d.System] = c
		}
		c.add(d)
	})
	for _, id := range asked {
		out[id] = 0
		if c := crowds[id]; c != nil {
			out[id] = c.count()
		}
	}
	return out, err
}

// row is a verdict as it would be kept.
func (e *evaluator) row(id inventory.SystemID, verdicts []detect.Verdict) (verdictRow, error) {
	r := verdictRow{SystemID: id, ValidFrom: e.day, ValidTo: holds, PolicyVersion: e.policy.Version, Confidence: int(verdicts[0].Sure * wholeConfidence)}
	for i, place := range []*detect.Result{&r.Z1, &r.Z2, &r.Z3, &r.Z4, &r.Z5} {
		*place = verdicts[i].Result
		r.Strength = max(r.Strength, strengthOf(verdicts[i].Result))
	}
	r.Mark = markOf(verdicts, r.Strength)
	return r, nil
}

// markOf is a number that changes when something of a verdict changes that people
// must learn of: a result, a ground, or how sure a suspicion is.
func markOf(verdicts []detect.Verdict, s Strength) int64 {
	var text [64]byte
	b := text[:0]
	for _, v := range verdicts {
		b = append(b, byte(v.Result), 0xff)
		for _, g := range v.Grounds {
			b = append(b, byte(g))
		}
	}
	if s > Nothing {
		b = append(b, byte(bandOf(verdicts[0].Dead)))
	}
	h := fnv.New64a()
	h.Write(b) // a hash takes everything
	return int64(h.Sum64() >> 1)
}

// Band is how sure it is that nobody comes back.
type Band int

// The bands of confidence.
const (
	Unsure Band = iota
	Likely
	Sure
)

// Bounds of the bands, in ten-thousandths.
const (
	likelyFrom = 9_000
	sureFrom   = 9_800
)

func bandOf(dead float64) Band {
	switch n := int(dead * wholeConfidence); {
	case n >= sureFrom:
		return Sure
	case n >= likelyFrom:
		return Likely
	}
	return Unsure
}

// Band is how sure the verdict is.
func (v *Verdict) Band() Band { return bandOf(v.Confidence) }

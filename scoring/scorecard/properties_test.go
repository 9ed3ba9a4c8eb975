package scorecard_test

import (
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"qingce/scoring/scorecard"
)

// seed begins every row of chances: what failed once fails again. A failure says
// it, with the number of the try.
const seed, tries = 20170930, 3_000

// properties tries something with any method and any counts.
func properties(t *testing.T, try func(t *testing.T, r *rand.Rand, p scorecard.Policy, in scorecard.Input)) {
	t.Helper()
	for n := range uint64(tries) {
		r := rand.New(rand.NewPCG(seed, n))
		p, in := anyPolicy(r), anyInput(r)
		if wrong := p.Validate(); len(wrong) > 0 {
			t.Fatalf("seed %d, try %d: no method: %v", seed, n, wrong)
		}
		if try(t, r, p, in); t.Failed() {
			t.Fatalf("seed %d, try %d: method %+v, counts %+v", seed, n, p, in)
		}
	}
}

// anyPolicy is any method that is within bounds.
func anyPolicy(r *rand.Rand) scorecard.Policy {
	p := scorecard.DefaultPolicy()
	left := 100
	for i := range p.Weights[:5] {
		p.Weights[i] = r.IntN(left + 1)
		left -= p.Weights[i]
	}
	p.Weights[5] = left
	r.Shuffle(len(p.Weights), func(i, j int) { p.Weights[i], p.Weights[j] = p.Weights[j], p.Weights[i] })
	points := []int{r.IntN(101), r.IntN(101), r.IntN(101), r.IntN(101)}
	bands := []int{r.IntN(101), r.IntN(101), r.IntN(101), r.IntN(101)}
	slices.Sort(points)
	slices.Sort(bands)
	for i, o := range scorecard.Outcomes() {
		p.TaskPoints[o] = points[3-i]
	}
	p.Report, p.Remind, p.Good, p.Praise = bands[0], bands[1], bands[2], bands[3]
	for _, d := range scorecard.Deductions() {
		p.Off[d] = r.IntN(15)
	}
	p.JointTarget, p.KeyAreaTarget, p.OffCap, p.RankedFrom = 1+r.IntN(3), 1+r.IntN(4), r.IntN(41), r.IntN(101)
	return p
}

func anyShare(r *rand.Rand) scorecard.Share {
	den := r.IntN(12)
	return scorecard.Share{Num: r.IntN(den + 2), Den: den}
}

// anyInput is what may be counted of a body, and a little of what may not.
func anyInput(r *rand.Rand) scorecard.Input {
	in := scorecard.Input{
		Body: "X", Group: "A", KeyArea: r.IntN(2) == 0, Disposed: anyShare(r), Entries: anyShare(r), NothingToShare: r.IntN(5) == 0, Applications: r.IntN(4),
		Systems: r.IntN(3), Connections: anyShare(r), Parts: map[scorecard.Part]scorecard.Share{}, Cases: map[scorecard.Deduction]int{},
		OpenRectification: r.IntN(4) == 0, ReportLate: r.IntN(4) == 0, LowBefore: r.IntN(4) == 0,
	}
	for _, part := range scorecard.Parts() {
		if r.IntN(2) == 0 {
			in.Parts[part] = anyShare(r)
		}
	}
	for range r.IntN(6) {
		in.Tasks = append(in.Tasks, scorecard.Task{ID: "P", Outcome: scorecard.Outcomes()[r.IntN(4)]})
	}
	for _, d := range scorecard.Deductions() {
		if r.IntN(3) == 0 {
			in.Cases[d] = r.IntN(4)
		}
	}
	return in
}

// clone is an input that shares nothing with in.
func clone(in scorecard.Input) scorecard.Input {
	in.Parts, in.Cases, in.Tasks = maps.Clone(in.Parts), maps.Clone(in.Cases), slices.Clone(in.Tasks)
	return in
}

// changed are ways to change counts; of those that cannot be applied nothing
// changes.
type changed map[string]func(*rand.Rand, *scorecard.Input)

// better are all things of which one more is done.
func better() changed {
	out := changed{
		"disposed":     func(_ *rand.Rand, in *scorecard.Input) { in.Disposed.Num++ },
		"entries":      func(_ *rand.Rand, in *scorecard.Input) { in.Entries.Num++ },
		"connections":  func(_ *rand.Rand, in *scorecard.Input) { in.Connections.Num++ },
		"applications": func(_ *rand.Rand, in *scorecard.Input) { in.Applications++ },
		"a task":       func(r *rand.Rand, in *scorecard.Input) { turn(r, in, -1) },
	}
	for _, part := range scorecard.Parts() {
		out[string(part)] = func(_ *rand.Rand, in *scorecard.Input) {
			if s, ok := in.Parts[part]; ok {
				in.Parts[part] = scorecard.Share{Num: s.Num + 1, Den: s.Den}
			}
		}
	}
	return out
}

// worse are all things of which one more is late, overdue or owed.
func worse() changed {
	owed := func(s *scorecard.Share) {
		if s.Den > 0 {
			s.Den++
		}
	}
	out := changed{
		"disposed":    func(_ *rand.Rand, in *scorecard.Input) { owed(&in.Disposed) },
		"entries":     func(_ *rand.Rand, in *scorecard.Input) { owed(&in.Entries) },
		"connections": func(_ *rand.Rand, in *scorecard.Input) { owed(&in.Connections) },
		"a task":      func(r *rand.Rand, in *scorecard.Input) { turn(r, in, +1) },
		"a first system to connect": func(_ *rand.Rand, in *scorecard.Input) {
			if in.Connections.Den == 0 {
				in.Connections = scorecard.Share{Den: 1}
			}
		},
	}
	for _, part := range scorecard.Parts() {
		out[string(part)] = func(_ *rand.Rand, in *scorecard.Input) {
			s := in.Parts[part]
			if owed(&s); s.Den > 0 {
				in.Parts[part] = s
			}
		}
	}
	for _, d := range scorecard.Deductions() {
		out[string(d)] = func(_ *rand.Rand, in *scorecard.Input) { in.Cases[d]++ }
	}
	return out
}

// turn makes one task better or worse by a step.
func turn(r *rand.Rand, in *scorecard.Input, by int) {
	if len(in.Tasks) == 0 {
		return
	}
	t, all := &in.Tasks[r.IntN(len(in.Tasks))], scorecard.Outcomes()
	if at := slices.Index(all, t.Outcome) + by; at >= 0 && at < len(all) {
		t.Outcome = all[at]
	}
}

func TestScoresStayWithinBounds(t *testing.T) {
	properties(t, func(t *testing.T, _ *rand.Rand, p scorecard.Policy, in scorecard.Input) {
		c := p.Make(&in)
		if c.Points < 0 || c.Points > 10_000 || c.Total != nil && (c.Total.Sign() < 0 || c.Total.Cmp(big.NewRat(100, 1)) > 0) {
			t.Errorf("a total of %v, %d points", c.Total, c.Points)
		}
		if c.Off < 0 || c.Off > p.OffCap {
			t.Errorf("%d taken off, the cap is %d", c.Off, p.OffCap)
		}
		for m, v := range c.Values {
			if v != nil && (v.Sign() < 0 || v.Cmp(big.NewRat(100, 1)) > 0) {
				t.Errorf("metric %d is %v", m, v)
			}
		}
	})
}

func TestOneMoreNeverLowers(t *testing.T) {
	properties(t, func(t *testing.T, r *rand.Rand, p scorecard.Policy, in scorecard.Input) {
		was := p.Make(&in)
		for name, change := range better() {
			next := clone(in)
			if change(r, &next); p.Make(&next).Points < was.Points {
				t.Errorf("one more of %s: %d points become %d", name, was.Points, p.Make(&next).Points)
			}
		}
	})
}

func TestOneMoreLateOrOverdueNeverRaises(t *testing.T) {
	properties(t, func(t *testing.T, r *rand.Rand, p scorecard.Policy, in scorecard.Input) {
		was := p.Make(&in)
		for name, change := range worse() {
			next := clone(in)
			if change(r, &next); p.Make(&next).Points > was.Points {
				t.Errorf("one more owed of %s: %d points become %d", name, was.Points, p.Make(&next).Points)
			}
		}
	})
}

// TestOrderSaysNothing: neither that of the tasks nor that of the bodies.
func TestOrderSaysNothing(t *testing.T) {
	properties(t, func(t *testing.T, r *rand.Rand, p scorecard.Policy, in scorecard.Input) {
		next := clone(in)
		r.Shuffle(len(next.Tasks), func(i, j int) { next.Tasks[i], next.Tasks[j] = next.Tasks[j], next.Tasks[i] })
		if a, b := p.Make(&in), p.Make(&next); a.Points != b.Points || a.Band != b.Band {
			t.Errorf("%d points, %s; in another order of the tasks %d, %s", a.Points, a.Band, b.Points, b.Band)
		}
		cards := anyCards(r, p)
		others := slices.Clone(cards)
		r.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		scorecard.Rank(cards)
		scorecard.Rank(others)
		for i := range cards {
			if cards[i].Body != others[i].Body || cards[i].Rank != others[i].Rank {
				t.Errorf("place %d: %s with rank %d; in another order of the bodies %s with %d", i, cards[i].Body, cards[i].Rank, others[i].Body, others[i].Rank)
			}
		}
	})
}

// TestWhatDoesNotApplyIsSharedOut: the weights of what applies make 100 together,
// whichever they are. So the metrics bring the total, and who does all that
// applies has 100.
func TestWhatDoesNotApplyIsSharedOut(t *testing.T) {
	properties(t, func(t *testing.T, _ *rand.Rand, p scorecard.Policy, in scorecard.Input) {
		c := p.Make(&in)
		parts, sum := new(big.Rat), new(big.Rat)
		for m, v := range c.Values {
			if v != nil && c.Weight > 0 {
				part := big.NewRat(int64(p.Weights[m]), int64(c.Weight))
				parts.Add(parts, part)
				sum.Add(sum, part.Mul(part, v))
			}
		}
		if c.Weight > 0 && (parts.Cmp(big.NewRat(1, 1)) != 0 || sum.Cmp(c.Before) != 0) {
			t.Errorf("the parts make %v, and bring %v of %v", parts, sum, c.Before)
		}
		if all := p.Make(done(&p, in)); all.Weight > 0 && all.Before.Cmp(big.NewRat(100, 1)) != 0 {
			t.Errorf("all that applies is done, and that is %v", all.Before)
		}
	})
}

// done is an input of which all that applies is done.
func done(p *scorecard.Policy, in scorecard.Input) *scorecard.Input {
	in = clone(in)
	for _, s := range []*scorecard.Share{&in.Disposed, &in.Entries, &in.Connections} {
		s.Num = s.Den
	}
	if in.Entries.Den == 0 { // no catalog at all is never right
		in.Entries = scorecard.Share{Num: 1, Den: 1}
	}
	for part, s := range in.Parts {
		in.Parts[part] = scorecard.Share{Num: s.Den, Den: s.Den}
	}
	for i := range in.Tasks {
		in.Tasks[i].Outcome = scorecard.OnTime
	}
	in.Applications = max(p.JointTarget, p.KeyAreaTarget)
	p.TaskPoints[scorecard.OnTime] = 100
	return &in
}

// anyCards are cards of some bodies in some groups, many of them equal.
func anyCards(r *rand.Rand, p scorecard.Policy) []scorecard.Card {
	var out []scorecard.Card
	for i := range 1 + r.IntN(12) {
		in := scorecard.Input{
			Body: string(rune('a' + i)), Group: string(rune('A' + r.IntN(3))), Systems: 1, Applications: r.IntN(2),
			Entries: scorecard.Share{Num: r.IntN(3), Den: 2}, Connections: scorecard.Share{Num: r.IntN(3), Den: 2},
		}
		if r.IntN(4) == 0 {
			in = scorecard.Input{Body: in.Body, Group: in.Group, NothingToShare: true, Tasks: []scorecard.Task{{ID: "P", Outcome: scorecard.OnTime}}}
		}
		out = append(out, p.Make(&in))
	}
	return out
}

// TestTiesShareRanks: within a group a rank is one more than how many are better;
// who is only watched has none.
func TestTiesShareRanks(t *testing.T) {
	properties(t, func(t *testing.T, r *rand.Rand, p scorecard.Policy, _ scorecard.Input) {
		cards := anyCards(r, p)
		scorecard.Rank(cards)
		for _, c := range cards {
			want := 1
			for _, other := range cards {
				if other.Group == c.Group && other.Band != scorecard.Watched && other.Points > c.Points {
					want++
				}
			}
			if c.Band == scorecard.Watched {
				want = 0
			}
			if c.Rank != want {
				t.Errorf("%s of %s with %d points has rank %d, want %d", c.Body, c.Group, c.Points, c.Rank, want)
			}
		}
		for i := 1; i < len(cards); i++ {
			a, b := cards[i-1], cards[i]
			if a.Group == b.Group && a.Rank > 0 && b.Rank > 0 && (a.Points == b.Points) != (a.Rank == b.Rank) {
				t.Errorf("%s and %s have %d and %d points, and the ranks %d and %d", a.Body, b.Body, a.Points, b.Points, a.Rank, b.Rank)
			}
		}
	})
}

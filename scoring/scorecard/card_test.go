package scorecard_test

import (
	"reflect"
	"slices"
	"testing"

	"qingce/scoring/scorecard"
)

func TestBands(t *testing.T) {
	full := scorecard.Input{Body: "X", Group: "A", Disposed: scorecard.Share{Num: 1, Den: 1}, Entries: scorecard.Share{Num: 100, Den: 100}, Applications: 1,
		Systems: 1, Connections: scorecard.Share{Num: 100, Den: 100}, Tasks: []scorecard.Task{{ID: "P-07", Outcome: scorecard.OnTime}}}
	entries := func(n int) func(*scorecard.Input) {
		return func(in *scorecard.Input) {
			*in = scorecard.Input{Systems: 1, Entries: scorecard.Share{Num: n, Den: 100}, Applications: 0, Tasks: in.Tasks, Disposed: in.Disposed}
		}
	}
	for _, one := range []struct {
		name   string
		change func(*scorecard.Input)
		want   scorecard.Band
	}{
		{"all is done", func(*scorecard.Input) {}, scorecard.Praise},
		{"an open rectification", func(in *scorecard.Input) { in.OpenRectification = true }, scorecard.Good},
		{"the report came late", func(in *scorecard.Input) { in.ReportLate = true }, scorecard.Good},
		{"89 of 100 are connected", func(in *scorecard.Input) { in.Connections.Num = 89 }, scorecard.Good},
		{"90 of 100 are connected", func(in *scorecard.Input) { in.Connections.Num = 90 }, scorecard.Praise},
		{"some points off", func(in *scorecard.Input) { in.Cases = map[scorecard.Deduction]int{scorecard.Misuse: 2} }, scorecard.Good},
		{"under 75", func(in *scorecard.Input) { in.Connections.Num = 0 }, scorecard.Remind},
		{"under 60", entries(0), scorecard.Criticise},
		{"under 60 once more", func(in *scorecard.Input) { entries(0)(in); in.LowBefore = true }, scorecard.Report},
		{"under 40", func(in *scorecard.Input) { entries(0)(in); in.Disposed.Num = 0 }, scorecard.Report},
		{"too little applies", func(in *scorecard.Input) {
			*in = scorecard.Input{NothingToShare: true, Tasks: in.Tasks}
		}, scorecard.Watched},
		{"nothing applies", func(in *scorecard.Input) { *in = scorecard.Input{NothingToShare: true} }, scorecard.Watched},
	} {
		p, in := scorecard.DefaultPolicy(), full
		one.change(&in)
		if c := p.Make(&in); c.Band != one.want {
			t.Errorf("%s: %s with %s points, want %s", one.name, c.Band, shown(c.Points), one.want)
		}
	}
}

// The what-if of December in the story: with JT-02 connected 71.77 becomes 82.19.
func TestRaiseTellsWhatWouldHelp(t *testing.T) {
	p := scorecard.DefaultPolicy()
	for _, one := range script(t, "testdata/2017-12.txt") {
		if one.in.Body != "JT" {
			continue
		}
		steps := p.Raise(&one.in)
		if len(steps) == 0 || steps[0].Metric != scorecard.Connected || shown(steps[0].Points) != "82.19" {
			t.Errorf("to raise 71.77: %+v", steps)
		}
		if !slices.ContainsFunc(steps, func(s scorecard.Step) bool { return s.Task == "P-24" }) {
			t.Errorf("the open task is not among %+v", steps)
		}
		if again := p.Raise(&one.in); !reflect.DeepEqual(again, steps) || shown(p.Make(&one.in).Points) != "71.77" {
			t.Error("asking changes the answer")
		}
	}
}

func TestDeductionsAreCapped(t *testing.T) {
	p := scorecard.DefaultPolicy()
	in := scorecard.Input{Systems: 1, Entries: scorecard.Share{Num: 1, Den: 1}, Applications: 1, Cases: map[scorecard.Deduction]int{scorecard.Misuse: 1, scorecard.Omission: 20}}
	if c := p.Make(&in); c.Off != 20 || shown(c.Points) != "80.00" {
		t.Errorf("off %d, points %s", c.Off, shown(c.Points))
	}
	in.Entries.Num, in.Applications = 0, 0
	if c := p.Make(&in); shown(c.Points) != "0.00" || c.Total.Sign() != 0 {
		t.Errorf("below zero: %s", shown(c.Points))
	}
}

func TestEqualTotalsShareARank(t *testing.T) {
	p := scorecard.DefaultPolicy()
	var cards []scorecard.Card
	for body, n := range map[string]int{"D1": 9, "D2": 7, "D3": 7, "D4": 3} {
		cards = append(cards, p.Make(&scorecard.Input{Body: body, Group: "B", Systems: 1, Applications: 1, Entries: scorecard.Share{Num: n, Den: 10}, Connections: scorecard.Share{Num: 1, Den: 1}}))
	}
	cards = append(cards, p.Make(&scorecard.Input{Body: "E1", Group: "C", Systems: 1, Applications: 1, Connections: scorecard.Share{Num: 1, Den: 1}, NothingToShare: true}))
	scorecard.Rank(cards)
	got := ""
	for _, c := range cards {
		got += c.Body + string(rune('0'+c.Rank)) + " "
	}
	if want := "D11 D22 D32 D44 E10 "; got != want {
		t.Errorf("ranks %s, want %s", got, want)
	}
}

func TestAPolicyOutOfBoundsIsRefused(t *testing.T) {
	p := scorecard.DefaultPolicy()
	if wrong := p.Validate(); len(wrong) > 0 {
		t.Fatalf("the default is refused: %+v", wrong)
	}
	p.Weights[0] = 30
	p.TaskPoints[scorecard.Late] = 101
	p.Good = 95
	names := ""
	for _, f := range p.Validate() {
		names += f.Name + " "
	}
	if want := "weights task_late task_late praise good "; names != want {
		t.Errorf("refused %q, want %q", names, want)
	}
}

func TestOutcomes(t *testing.T) {
	p := scorecard.DefaultPolicy()
	for _, one := range []struct {
		done bool
		late int
		want scorecard.Outcome
	}{{true, 0, scorecard.OnTime}, {true, 1, scorecard.Late}, {true, 10, scorecard.Late}, {true, 11, scorecard.LateLong}, {false, 0, scorecard.Undone}} {
		if got := p.OutcomeOf(one.done, one.late); got != one.want {
			t.Errorf("done %v, late by %d: %s, want %s", one.done, one.late, got, one.want)
		}
	}
}

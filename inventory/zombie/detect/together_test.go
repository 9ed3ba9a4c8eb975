package detect_test

import (
	"slices"
	"testing"

	"qingce/inventory/zombie/detect"
)

func TestTogether(t *testing.T) {
	p := detect.DefaultPolicy()
	at := func(days ...detect.Day) (out []detect.Fall) {
		for _, d := range days {
			out = append(out, detect.Fall{LastUse: d, Gap: 60})
		}
		return out
	}
	used := func(n int) []detect.Fall { return make([]detect.Fall, n) }
	for _, c := range []struct {
		name  string
		falls []detect.Fall
		want  []bool
	}{
		{"five of ten in one week, one long before", append(at(100, 500, 501, 501, 504, 506), used(4)...),
			[]bool{false, true, true, true, true, true, false, false, false, false}},
		{"four of them", append(at(500, 501, 502, 503), used(2)...), make([]bool, 6)},
		{"five of thirty", append(at(500, 501, 502, 503, 504), used(25)...), make([]bool, 30)},
		{"one after the other", at(100, 120, 140, 160, 180, 200), make([]bool, 6)},
		{"for a few days only", []detect.Fall{{500, 20}, {500, 20}, {500, 20}, {500, 20}, {500, 20}}, make([]bool, 5)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := detect.Together(&p, c.falls); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// A system that fell silent together with others is not judged by its silence.
func TestTogetherIsNoFinding(t *testing.T) {
	s := begin(t).days(500, usual).days(250, silent)
	of := detect.Profile{WindowUsers: 0, Together: true}
	if results, _ := verdicts(s, of); results[0] != few || results[4] != few {
		t.Errorf("Z1 %d, Z5 %d, want %d", results[0], results[4], few)
	}
	if got := s.state.Unused(&s.policy, &of); got != few {
		t.Errorf("%d, want %d", got, few)
	}
	if f := s.state.Fall(); f.Gap != 250 || f.LastUse != s.state.LastUse {
		t.Errorf("it fell silent at %+v", f)
	}
}

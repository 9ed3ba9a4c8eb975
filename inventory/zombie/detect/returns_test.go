package detect_test

import (
	"math"
	"testing"

	"qingce/inventory/zombie/detect"
)

// Silences are counted when they come to a length, and again when people come
// back after it.
func TestReturnsAreCounted(t *testing.T) {
	s := begin(t).days(400, usual).days(89, silent)
	if got := s.state.Returns(); got != (detect.Returns{}) {
		t.Errorf("after 89 days: %v", got)
	}
	s.days(1, silent)
	if got := s.state.Returns(); got != (detect.Returns{{1, 0}}) {
		t.Errorf("after 90 days: %v", got)
	}
	s.days(40, dark).days(40, silent).days(8, usual).days(200, silent)
	if got := s.state.Returns(); got != (detect.Returns{{2, 1}, {2, 1}, {1, 0}}) {
		t.Errorf("130 days, use, 200 days: %v", got)
	}
}

// The confidence is never more than the fate of other silences allows.
func TestConfidenceIsBoundByWhatCameBack(t *testing.T) {
	seen := detect.Returns{{1000, 123}, {400, 30}, {200, 4}, {19, 19}, {0, 0}}
	for _, c := range []struct {
		name string
		dead float64
		gap  int
		want float64
		of   detect.Return
	}{
		{"shorter than any", 0.97, 89, 0.97, detect.Return{}},
		{"one in eight came back", 0.97, 100, 0.8551, detect.Return{Reached: 1000, Returned: 123}},
		{"the model knows less", 0.80, 100, 0.80, detect.Return{Reached: 1000, Returned: 123}},
		{"one in fifty came back", 0.999, 200, 0.9497, detect.Return{Reached: 200, Returned: 4}},
		{"too few were seen", 0.999, 300, 0.999, detect.Return{}},
		{"none was seen", 0.999, 400, 0.999, detect.Return{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, of := seen.Sure(c.dead, c.gap); math.Abs(got-c.want) > 5e-4 || of != c.of {
				t.Errorf("%.4f by %v, want %.4f by %v", got, of, c.want, c.of)
			}
		})
	}
}

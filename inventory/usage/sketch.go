package usage

import (
	"github.com/axiomhq/hyperloglog"
)

// SketchPrecision is the precision of every sketch: sketches of another one
// cannot be merged. Errors are below two in a hundred.
const SketchPrecision = 12

// openSketch reads the bytes of a sketch; nil when they are broken or of
// another make.
func openSketch(raw []byte) *hyperloglog.Sketch {
	if len(raw) < 2 || raw[1] != SketchPrecision {
		return nil
	}
	var s hyperloglog.Sketch
	if s.UnmarshalBinary(raw) != nil {
		return nil
	}
	return &s
}

func soundSketch(raw []byte) bool { return openSketch(raw) != nil }

// clientUnion merges sketches of one key.
type clientUnion struct {
	key    string
	sketch *hyperloglog.Sketch
	first  []byte // as long as there is only one, nothing is unpacked
	broken bool   // something could not be merged
}

// add merges a sketch; bytes that cannot be merged make the clientUnion broken.
func (u *clientUnion) add(raw []byte, key string) {
	switch {
	case len(raw) == 0 || u.first != nil && key != u.key:
		u.broken = true
	case u.first == nil:
		u.first, u.key = raw, key
	default:
		u.merge(raw)
	}
}

func (u *clientUnion) merge(raw []byte) {
	if u.sketch == nil {
		u.sketch = openSketch(u.first)
	}
	other := openSketch(raw)
	if u.sketch == nil || other == nil || u.sketch.Merge(other) != nil {
		u.broken = true
	}
}

// bytes is the merged sketch, nil when there is none or something is missing
// in it.
func (u *clientUnion) bytes() []byte {
	if u.broken || u.sketch == nil {
		if u.broken {
			return nil
		}
		return u.first
	}
	u.sketch.Estimate() // packs it
	raw, err := u.sketch.MarshalBinary()
	if err != nil {
		return nil
	}
	return raw
}

// estimate is how many distinct clients were merged; false when that is not
// known.
func (u *clientUnion) estimate() (int64, bool) {
	s := u.sketch
	if s == nil && u.first != nil {
		s = openSketch(u.first)
	}
	if u.broken || s == nil {
		return 0, false
	}
	return int64(s.Estimate()), true
}

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

// clientUnion merges sketches of one key. What comes out does not depend on the
// order in which they come.
type clientUnion struct {
	key    string
	n      int
	first  []byte // as long as there is only one, nothing is unpacked
	sketch *hyperloglog.Sketch
	broken bool // something could not be merged
}

// add merges a sketch. Clients without a sketch, and sketches of another key,
// make the union broken.
func (u *clientUnion) add(raw []byte, key string) {
	u.n++
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

// bytes is the merged sketch, nil when there is none or not all is in it.
func (u *clientUnion) bytes() []byte {
	switch {
	case u.broken:
		return nil
	case u.sketch == nil:
		return u.first
	}
	u.sketch.Estimate() // packs it
	raw, err := u.sketch.MarshalBinary()
	if err != nil {
		return nil
	}
	return raw
}

// count is how many distinct clients there are, when the greatest of the parts
// is known, and whether there may be more since not all could be merged.
func (u *clientUnion) count(greatest int64) (n int64, more bool) {
	switch {
	case u.n == 0, u.n == 1 && greatest > 0:
		return greatest, false
	case u.broken:
		return greatest, true
	}
	s := u.sketch
	if s == nil {
		if s = openSketch(u.first); s == nil {
			return greatest, true
		}
	}
	return max(int64(s.Estimate()), greatest), false
}

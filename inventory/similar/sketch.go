package similar

import (
	"math"

	"github.com/axiomhq/hyperloglog"
)

// crowd is distinct people by the keys under which they were hashed: those of
// one key can be merged.
type crowd map[string]*hyperloglog.Sketch

// add merges the sketch of a day. A broken one adds nobody.
func (c crowd) add(raw []byte, key string) {
	var s hyperloglog.Sketch
	if len(raw) == 0 || s.UnmarshalBinary(raw) != nil {
		return
	}
	if c[key] == nil {
		c[key] = &s
		return
	}
	_ = c[key].Merge(&s) // of another make: as if it were broken
}

// errorDense and errorSparse are two deviations of what a sketch says: one with
// registers, and a small one that still lists whom it saw.
const (
	errorDense  = 0.033
	errorSparse = 0.004
	// coarsest is the greatest error with which a share is said.
	coarsest = 0.25
)

// movedTo works out which share of the people were seen in the other crowd.
func (c crowd) movedTo(other crowd) Move {
	var m Move
	key, n := c.greatest()
	switch {
	case n == 0:
		m.Users = UsersNoSketch
		return m
	case len(other) == 0:
		m.Users = UsersNotPresent
		return m
	case other[key] == nil:
		m.Users = UsersOtherKey
		return m
	}
	m.Former = n
	there, both := other[key].Clone(), c[key].Clone()
	present := float64(there.Estimate())
	if both.Merge(there) != nil {
		m.Users = UsersOtherKey
		return m
	}
	together := float64(both.Estimate())
	m.Moved = min(max((float64(n)+present-together)/float64(n), 0), 1)
	m.Error = errorOf(both) * together / float64(n)
	m.Users = UsersKnown
	if m.Error > coarsest {
		m.Users, m.Moved, m.Error = UsersTooCoarse, 0, 0
	}
	return m
}

// greatest is the key under which most people were seen, and how many.
func (c crowd) greatest() (key string, n int64) {
	for k, s := range c {
		if e := int64(s.Estimate()); e > n || e == n && e > 0 && k < key {
			key, n = k, e
		}
	}
	return key, n
}

// errorOf is how much a merged sketch may be off, as a share of what it says.
func errorOf(s *hyperloglog.Sketch) float64 {
	raw, err := s.MarshalBinary()
	switch {
	case err != nil:
		return math.Inf(1)
	case len(raw) > 3 && raw[3] == 1: // the format's mark of a list
		return errorSparse
	}
	return errorDense
}

package zombie

import (
	"github.com/axiomhq/hyperloglog"

	"qingce/inventory/usage"
)

// crowd counts the different people of several days. Where a day has no sketch
// all of its people count: the number is then too great rather than too small,
// and too small is what would accuse.
type crowd struct {
	rest   int64 // of days whose sketch is missing or of another key
	key    string
	merged *hyperloglog.Sketch
}

func (c *crowd) add(d *sketchDay) {
	people := d.Users.Int64
	if !d.Users.Valid {
		people = d.Logins.Int64
	}
	s := openSketch(d.Sketch)
	switch {
	case people == 0:
	case s == nil:
		c.rest += people
	case c.merged == nil:
		c.merged, c.key = s, d.Key.String
	case d.Key.String != c.key || c.merged.Merge(s) != nil:
		c.rest += people
	}
}

func (c *crowd) count() int64 {
	if c.merged == nil {
		return c.rest
	}
	return c.rest + int64(c.merged.Estimate())
}

func openSketch(raw []byte) *hyperloglog.Sketch {
	if len(raw) < 2 || raw[1] != usage.SketchPrecision {
		return nil
	}
	var s hyperloglog.Sketch
	if s.UnmarshalBinary(raw) != nil {
		return nil
	}
	return &s
}

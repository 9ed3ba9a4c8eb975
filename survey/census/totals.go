package census

import (
	"cmp"
	"slices"

	"qingce/internal/field"
	"qingce/inventory"
)

// counter counts certified systems as they are read.
type counter struct {
	dir    *inventory.Directory
	all    Sum
	city   int
	by     []Breakdown
	fields []*field.Field[inventory.System]
	index  []map[string]int
}

func newCounter(dir *inventory.Directory) *counter {
	c := &counter{dir: dir}
	for _, key := range BrokenBy() {
		f, _ := inventory.SystemFields.Find(key)
		b := Breakdown{By: key, Overlap: f.Kind == field.Multi, Rows: []Count{}}
		at := map[string]int{}
		if f.Kind != field.Ref { // a choice that no system has is a number too
			for _, o := range f.Options {
				at[o] = len(b.Rows)
				b.Rows = append(b.Rows, Count{Value: o})
			}
		}
		c.by, c.fields, c.index = append(c.by, b), append(c.fields, f), append(c.index, at)
	}
	return c
}

// add counts a system.
func (c *counter) add(s *inventory.System) {
	c.all.add(s.OmAmountYear)
	owner, _ := c.dir.Find(s.OwnerID)
	if owner.Kind == inventory.Municipal {
		c.city++
	}
	for i, f := range c.fields {
		switch {
		case f.Kind == field.Ref:
			c.count(i, owner.Code, s)
		case f.Kind == field.Multi && f.Get(s) != "":
			for _, v := range field.ParseList(f.Get(s)) {
				c.count(i, v, s)
			}
		default:
			c.count(i, f.Get(s), s)
		}
	}
}

func (c *counter) count(i int, value string, s *inventory.System) {
	at, ok := c.index[i][value]
	if !ok {
		at = len(c.by[i].Rows)
		c.index[i][value] = at
		c.by[i].Rows = append(c.by[i].Rows, Count{Value: value})
	}
	c.by[i].Rows[at].add(s.OmAmountYear)
}

// breakdowns are the counts, the greatest first and what is not given last.
func (c *counter) breakdowns() []Breakdown {
	for _, b := range c.by {
		slices.SortStableFunc(b.Rows, func(x, y Count) int {
			missing := func(r Count) int {
				if r.Value == "" {
					return 1
				}
				return 0
			}
			if b.By == "owner_id" {
				return cmp.Compare(x.Value, y.Value)
			}
			return cmp.Or(missing(x)-missing(y), cmp.Compare(y.Systems, x.Systems))
		})
	}
	return c.by
}

package scoring

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory/hub"
	"qingce/scoring/programme"
)

// count is how many systems of a body must be connected, and how many are.
type count struct{ must, connected int64 }

// whole tells whether all are.
func (c count) whole() bool { return c.must > 0 && c.connected == c.must }

// courses are the numbers of all bodies through time.
type courses struct {
	by map[auth.DepartmentID][]hub.DayMove
}

// courses reads them once.
func (v *view) courses() (*courses, error) {
	if v.connected != nil {
		return v.connected, nil
	}
	moves, err := v.board.deps.Hub.MovesIn(v.tx, v.departments, v.through)
	if err != nil {
		return nil, err
	}
	v.connected = &courses{map[auth.DepartmentID][]hub.DayMove{}}
	for _, m := range moves {
		v.connected.by[m.DepartmentID] = append(v.connected.by[m.DepartmentID], m)
	}
	return v.connected, nil
}

// at is the count at the end of a day.
func (c *courses) at(dept auth.DepartmentID, day calendar.Date) (n count) {
	for _, m := range c.by[dept] {
		if m.OnDay.After(day) {
			break
		}
		n.must, n.connected = n.must+m.Must, n.connected+m.Counted
	}
	return n
}

// doneOn is the day on which all that must be connected were: by the due day,
// the last day on which they became so; after it, the first. An interruption
// later on does not undo what was done.
func (c *courses) doneOn(dept auth.DepartmentID, due calendar.Date) (on calendar.Date) {
	n, whole := count{}, false
	for _, m := range c.by[dept] {
		if m.OnDay.After(due) && !on.IsZero() {
			break
		}
		n.must, n.connected = n.must+m.Must, n.connected+m.Counted
		switch {
		case !n.whole():
			on = calendar.Date{}
		case !whole:
			on = m.OnDay
		}
		whole = n.whole()
	}
	return on
}

// connections tells whether all systems that must be connected are (方案 part 2
// (8)).
func (v *view) connections() (fact, error) {
	all, err := v.courses()
	if err != nil {
		return nil, err
	}
	return func(dept auth.DepartmentID, term programme.Term) standing {
		d, _ := v.dir.Find(dept)
		return standing{
			On:    v.byDay(all.doneOn(dept, term.Due)),
			Proof: []Ref{{Kind: "hub", ID: d.Code, Title: d.Name, Path: "/hub/systems?department=" + d.Code}},
		}
	}, nil
}

package monthly

import (
	"cmp"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/catalog"
)

// ledger is where the rows of all bodies are gathered, room by room.
type ledger struct {
	d       *Desk
	tx      *store.Tx
	month   Period
	through calendar.Date
	method  *Method
	dir     *inventory.Directory
	bodies  map[auth.DepartmentID]*Facts
	// of is the body that answers for a department: itself, or its region.
	of map[auth.DepartmentID]auth.DepartmentID
	// rows are gathered by body and figure.
	rows map[auth.DepartmentID]map[FigureKey][]Row
	// entries are those of the catalog, for what others used.
	entries []catalog.EntryAt
}

// count gathers the facts of all bodies at the end of a month, in the order of
// their codes. It takes a fixed number of queries.
func (d *Desk) count(tx *store.Tx, month Period, p *Policy) ([]Facts, error) {
	l := &ledger{
		d: d, tx: tx, month: month, through: month.Last(), method: &p.Method,
		bodies: map[auth.DepartmentID]*Facts{}, of: map[auth.DepartmentID]auth.DepartmentID{}, rows: map[auth.DepartmentID]map[FigureKey][]Row{},
	}
	for _, gather := range []func(*ledger) error{
		(*ledger).open, (*ledger).systems, (*ledger).catalog, (*ledger).applications, (*ledger).terms, (*ledger).used, (*ledger).reliefs,
		(*ledger).tasks, (*ledger).cases, (*ledger).omissions, (*ledger).standing,
	} {
		if err := gather(l); err != nil {
			return nil, err
		}
	}
	return l.close(), nil
}

// open finds the bodies of the month: departments, counties and zones that exist
// on its last day. What stands below a county or a zone counts for that.
func (l *ledger) open() error {
	dir, err := l.d.deps.Registry.DirectoryIn(l.tx)
	if err != nil {
		return err
	}
	l.dir = dir
	for _, dept := range dir.All() {
		body := l.answers(dept)
		l.of[dept.ID] = body.ID
		if body.ID != dept.ID || !dept.ActiveOn(l.through) || dept.Kind == inventory.Coordination {
			continue
		}
		region := dept.RegionCode
		if dept.Kind == inventory.Municipal || region == "" {
			region = cmp.Or(region, dept.Code)
		}
		l.bodies[dept.ID] = &Facts{Body: Body{
			ID: dept.ID, Code: dept.Code, Name: dept.Name, Group: dept.GroupCode, Kind: dept.Kind, KeyArea: dept.KeyArea, Region: region,
		}}
	}
	return nil
}

// answers climbs from a department to the county or zone that it belongs to.
func (l *ledger) answers(dept inventory.Department) inventory.Department {
	for up, steps := dept, 0; steps < 8; steps++ {
		if up.ParentID == nil {
			return dept
		}
		parent, ok := l.dir.Find(*up.ParentID)
		if !ok {
			return dept
		}
		if parent.Kind == inventory.County || parent.Kind == inventory.Zone {
			dept = parent
		}
		up = parent
	}
	return dept
}

// add puts a row into a figure of the body that answers for a department.
func (l *ledger) add(dept auth.DepartmentID, k FigureKey, r Row) {
	body := l.of[dept]
	if l.bodies[body] == nil {
		return
	}
	if l.rows[body] == nil {
		l.rows[body] = map[FigureKey][]Row{}
	}
	l.rows[body][k] = append(l.rows[body][k], r)
}

// penal tells whether points are taken off for what happened on a day.
func (l *ledger) penal(day calendar.Date) bool { return !day.Before(l.method.PenaltyFrom) }

// close sorts the rows and gives the facts, each figure with what is missing
// first, then what was counted, then what was left out.
func (l *ledger) close() []Facts {
	order := map[Standing]int{Missing: 0, Counted: 1, LeftOut: 2}
	out := make([]Facts, 0, len(l.bodies))
	for id, f := range l.bodies {
		for _, k := range FigureKeys() {
			rows := l.rows[id][k]
			slices.SortStableFunc(rows, func(a, b Row) int {
				return cmp.Or(cmp.Compare(order[a.Standing], order[b.Standing]), cmp.Compare(a.Key(), b.Key()))
			})
			if rows == nil {
				rows = []Row{}
			}
			f.Figures = append(f.Figures, Figure{Key: k, Rows: rows})
		}
		if f.excused() {
			continue
		}
		f.Body.Group = cmp.Or(f.Body.Group, group(f))
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Facts) int { return cmp.Compare(a.Body.Code, b.Body.Code) })
	return out
}

// excused tells whether the Office has declared every task of a body not
// applicable, and nothing else is known of it either: it is no part of the
// month, for nothing was asked of it, and a zero would say otherwise.
func (f *Facts) excused() bool {
	if f.Systems > 0 || len(f.Figure(Tasks).Rows) == 0 {
		return false
	}
	for _, figure := range f.Figures {
		if slices.ContainsFunc(figure.Rows, func(r Row) bool { return r.Standing != LeftOut }) {
			return false
		}
	}
	return true
}

// group is that of a body of which the register does not say it: A with systems
// that must be connected, B without, C counties, D zones.
func group(f *Facts) string {
	switch {
	case f.Body.Kind == inventory.County:
		return "C"
	case f.Body.Kind == inventory.Zone:
		return "D"
	case f.Figure(Connections).Share().Den > 0:
		return "A"
	}
	return "B"
}

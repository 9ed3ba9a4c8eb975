package survey

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// Valid tells whether s is a known standing.
func (s Standing) Valid() bool { return slices.Contains(Standings(), s) }

// Asked tells whether the body still has to do something.
func (s Standing) Asked() bool {
	return s != StandingSubmitted && s != StandingAccepted && s != StandingLocked
}

// BodyState is one body in a campaign.
type BodyState struct {
	Body     inventory.Department
	Form     Form // without its answers
	Standing Standing
	// Region is the code of the county or zone that the body is or belongs to,
	// empty for the city's own departments.
	Region string
	// Overdue tells that the due day is over and nothing was ever handed in.
	Overdue bool
	// LateWd is how late the form is: working days after the due day until it
	// was handed in first, or until today. Nil says that it cannot be counted,
	// for want of a calendar.
	LateWd *int
	// People is how many can fill in or answer for the body; 0 is nobody to ask.
	People int
	// Reminded is when the body was last reminded, nil for never.
	Reminded *Reminded
}

// Filed tells whether the form was ever handed in.
func (b *BodyState) Filed() bool { return b.Form.FirstSubmittedAt != nil }

// Accepted tells whether the form counts for the lock.
func (b *BodyState) Accepted() bool {
	return b.Standing == StandingAccepted || b.Standing == StandingLocked
}

// LateFiled tells whether it was handed in first after the due day.
func (b *BodyState) LateFiled() bool { return b.Filed() && b.LateWd != nil && *b.LateWd > 0 }

// Tally counts bodies.
type Tally struct {
	// Key is the group, or the code of the county or zone; Name is what the
	// region is called. Both are empty for "no group" and for the city itself.
	Key       string
	Name      string
	Bodies    int
	Filed     int // handed in at least once, zero reports included
	Accepted  int // accepted or locked: this is what the lock asks for
	Zero      int // zero reports among those filed
	Overdue   int // due and never handed in
	LateFiled int // handed in after the due day
	Nobody    int // with nobody to ask
	By        map[Standing]int
}

// Covered tells whether everything is accepted, so that the count can be locked.
func (t Tally) Covered() bool { return t.Bodies > 0 && t.Accepted == t.Bodies }

func (t *Tally) add(b *BodyState) {
	count := func(n *int, ok bool) {
		if ok {
			*n++
		}
	}
	t.Bodies++
	if t.By == nil {
		t.By = map[Standing]int{}
	}
	t.By[b.Standing]++
	count(&t.Filed, b.Filed())
	count(&t.Accepted, b.Accepted())
	count(&t.Zero, b.Filed() && b.Form.Zero)
	count(&t.Overdue, b.Overdue)
	count(&t.LateFiled, b.LateFiled())
	count(&t.Nobody, b.People == 0)
}

// Coverage is how far a campaign has come (覆盖情况), as far as the reader sees
// its bodies.
type Coverage struct {
	Campaign Campaign
	At       time.Time
	// Due is how the due day stands.
	Due     schedule.Standing
	Bodies  []BodyState // by code
	Total   Tally
	Groups  []Tally // A to D, those without a group last
	Regions []Tally // the city first, then by code
	// Out are the bodies that the scope holds and that were taken out by hand:
	// they are in none of the numbers.
	Out []ExceptionView
}

// Coverage tells how far a campaign has come, body by body. It is for those who
// see all bodies, and for the authorities of regions as to their own ones.
func (d *Desk) Coverage(ctx context.Context, by auth.Principal, code string) (Coverage, error) {
	if err := by.Require(overseers()...); err != nil {
		return Coverage{}, err
	}
	var out Coverage
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := campaignByCode(tx, code)
		if err != nil {
			return fmt.Errorf("find campaign %s: %w", code, err)
		}
		out, err = d.coverageNow(tx, by, c)
		return err
	})
	return out, err
}

// coverageNow is the coverage as of now, remembered as long as nothing changes
// that it depends on.
func (d *Desk) coverageNow(tx *store.Tx, by auth.Principal, c Campaign) (Coverage, error) {
	seen, err := d.within(tx, by)
	if err != nil {
		return Coverage{}, err
	}
	rev, err := revision(tx, c.ID)
	if err != nil {
		return Coverage{}, err
	}
	out, err := d.coverages.Get(fmt.Sprint(c.ID, " ", rev, " ", seen == nil, seen), func() (Coverage, error) { return d.coverage(tx, by, c) })
	out.At = tx.Now()
	return out, err
}

// overseers see how far campaigns have come.
func overseers() []auth.Role {
	return []auth.Role{
		auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance, auth.Standards, auth.Police, auth.Network,
		auth.Leader, auth.Auditor,
	}
}

func (d *Desk) coverage(tx *store.Tx, by auth.Principal, c Campaign) (Coverage, error) {
	out := Coverage{Campaign: c, At: tx.Now()}
	seen, err := d.within(tx, by)
	if err != nil {
		return out, err
	}
	forms, err := formsIn(tx, c.ID, seen)
	if err != nil {
		return out, err
	}
	if seen != nil && len(forms) == 0 { // to them there is no such campaign
		return out, fault.New(fault.NotFound, "err.not_found")
	}
	around, err := d.around(tx, c)
	if err != nil {
		return out, err
	}
	if out.Out, err = d.takenOut(tx, c, seen); err != nil {
		return out, err
	}
	if c.State != Preparing {
		out.Due = around.due
	}
	for _, f := range forms {
		b, err := around.state(f)
		if err != nil {
			return out, err
		}
		out.Bodies = append(out.Bodies, b)
	}
	sortBodies(out.Bodies, CoverageByCode.compare())
	out.sum(around.dir)
	return out, nil
}

// takenOut lists the bodies that were taken out of the scope of a campaign; seen
// limits them, nil is all.
func (d *Desk) takenOut(tx *store.Tx, c Campaign, seen []auth.DepartmentID) ([]ExceptionView, error) {
	all, err := d.exceptionViews(tx, c)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(e ExceptionView) bool {
		return e.Included || seen != nil && !slices.Contains(seen, e.DepartmentID)
	}), nil
}

// around is what the state of a body is worked out from.
type around struct {
	dir      *inventory.Directory
	people   map[auth.DepartmentID]int
	reminded map[auth.DepartmentID]Reminded
	due      schedule.Standing
}

func (d *Desk) around(tx *store.Tx, c Campaign) (*around, error) {
	out := &around{}
	var err error
	if out.dir, err = d.deps.Registry.DirectoryIn(tx); err != nil {
		return nil, err
	}
	if out.people, err = d.people(tx); err != nil {
		return nil, err
	}
	if out.reminded, err = lastReminded(tx, c.ID); err != nil {
		return nil, err
	}
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return nil, err
	}
	out.due, err = d.deps.Book.Stand(cal, c.DueOn, tx.Now())
	return out, err
}

func (a *around) state(f Form) (BodyState, error) {
	body, ok := a.dir.Find(f.DepartmentID)
	if !ok {
		return BodyState{}, fmt.Errorf("form %d is of department %d, which is not known", f.ID, f.DepartmentID)
	}
	b := BodyState{
		Body: body, Form: f, Standing: f.Standing(), Region: regionOf(a.dir, body).Code, People: a.people[body.ID], LateWd: f.LateWd,
	}
	if r, ok := a.reminded[body.ID]; ok {
		b.Reminded = &r
	}
	if !b.Filed() {
		b.Overdue = a.due.Overdue
		if a.due.Unknown == 0 {
			late := a.due.Late
			b.LateWd = &late
		}
	}
	return b, nil
}

// regionOf is the county or zone that a body is or belongs to: the highest one
// above it, for bodies below a county may be of the kind county themselves.
func regionOf(dir *inventory.Directory, body inventory.Department) inventory.Department {
	var out inventory.Department
	for range 20 { // a chain longer than that is a mistake in the data
		if body.Kind == inventory.County || body.Kind == inventory.Zone {
			out = body
		}
		if body.ParentID == nil {
			break
		}
		next, ok := dir.Find(*body.ParentID)
		if !ok {
			break
		}
		body = next
	}
	return out
}

// sum adds the bodies up.
func (c *Coverage) sum(dir *inventory.Directory) {
	groups, regions := map[string]*Tally{}, map[string]*Tally{}
	into := func(of map[string]*Tally, key, name string, b *BodyState) {
		if of[key] == nil {
			of[key] = &Tally{Key: key, Name: name}
		}
		of[key].add(b)
	}
	for i := range c.Bodies {
		b := &c.Bodies[i]
		c.Total.add(b)
		region, _ := dir.ByCode(b.Region)
		into(groups, b.Body.GroupCode, "", b)
		into(regions, b.Region, region.Name, b)
	}
	c.Groups, c.Regions = tallies(groups), tallies(regions)
	if len(c.Groups) > 0 && c.Groups[0].Key == "" {
		c.Groups = append(c.Groups[1:], c.Groups[0])
	}
}

func tallies(of map[string]*Tally) []Tally {
	out := make([]Tally, 0, len(of))
	for _, t := range of {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Tally) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// CoverageQuery narrows a list of bodies; what is zero does not narrow.
type CoverageQuery struct {
	Standings []Standing
	Overdue   bool
	LateFiled bool
	Nobody    bool
	Zero      bool
	// ToDo leaves those that still have to do something.
	ToDo bool
	// Group and Region narrow to one; a pointer to "" is "no group" and the city
	// itself.
	Group  *string
	Region *string
	Search string // in names and codes
	Sort   CoverageOrder
	// Descending turns the order round.
	Descending bool
}

// CoverageOrder is by what a list of bodies is sorted.
type CoverageOrder string

// The orders. The usual one is by code.
const (
	CoverageByCode     CoverageOrder = ""
	CoverageByName     CoverageOrder = "name"
	CoverageByGroup    CoverageOrder = "group"
	CoverageByRegion   CoverageOrder = "region"
	CoverageByStanding CoverageOrder = "standing"
	CoverageByProgress CoverageOrder = "progress"
	CoverageBySystems  CoverageOrder = "systems"
	CoverageByLate     CoverageOrder = "late"
	CoverageByPeople   CoverageOrder = "people"
	CoverageByReminded CoverageOrder = "reminded"
	CoverageByFiled    CoverageOrder = "filed"
)

// CoverageOrders lists the orders.
func CoverageOrders() []CoverageOrder {
	return []CoverageOrder{
		CoverageByCode, CoverageByName, CoverageByGroup, CoverageByRegion, CoverageByStanding, CoverageByProgress, CoverageBySystems,
		CoverageByLate, CoverageByPeople, CoverageByReminded, CoverageByFiled,
	}
}

// Select lists the bodies that fit a query.
func (c *Coverage) Select(q CoverageQuery) []BodyState {
	var out []BodyState
	for i := range c.Bodies {
		if q.fits(&c.Bodies[i]) {
			out = append(out, c.Bodies[i])
		}
	}
	order := q.Sort.compare()
	switch {
	case q.Descending:
		sortBodies(out, func(a, b *BodyState) int { return order(b, a) })
	case q.Sort != CoverageByCode: // they are in that order
		sortBodies(out, order)
	}
	return out
}

// sortBodies sorts without moving the bodies about, which are large.
func sortBodies(of []BodyState, order func(a, b *BodyState) int) {
	at := make([]*BodyState, len(of))
	for i := range of {
		at[i] = &of[i]
	}
	slices.SortStableFunc(at, order)
	sorted := make([]BodyState, len(of))
	for i, b := range at {
		sorted[i] = *b
	}
	copy(of, sorted)
}

func (q *CoverageQuery) fits(b *BodyState) bool {
	switch {
	case len(q.Standings) > 0 && !slices.Contains(q.Standings, b.Standing),
		q.Overdue && !b.Overdue, q.LateFiled && !b.LateFiled(), q.Nobody && b.People > 0,
		q.Zero && !(b.Filed() && b.Form.Zero), q.ToDo && !b.Standing.Asked(),
		q.Group != nil && *q.Group != b.Body.GroupCode, q.Region != nil && *q.Region != b.Region:
		return false
	}
	words := strings.ToLower(strings.TrimSpace(q.Search))
	return words == "" || strings.Contains(strings.ToLower(b.Body.Code+" "+b.Body.Name+" "+b.Body.FullName), words)
}

// compare is the order of two bodies.
func (o CoverageOrder) compare() func(a, b *BodyState) int {
	switch o {
	case CoverageByName:
		return by(func(b *BodyState) string { return b.Body.Name })
	case CoverageByGroup:
		return by(func(b *BodyState) string { return cmp.Or(b.Body.GroupCode, "~") })
	case CoverageByRegion:
		return by(func(b *BodyState) string { return b.Region })
	case CoverageByStanding:
		return by(func(b *BodyState) int { return slices.Index(Standings(), b.Standing) })
	case CoverageByProgress:
		return by(func(b *BodyState) float64 { return float64(b.Form.Given) / float64(max(b.Form.Needed, 1)) })
	case CoverageBySystems:
		return by(func(b *BodyState) int { return b.Form.RowsTotal })
	case CoverageByLate:
		return by(lateness)
	case CoverageByPeople:
		return by(func(b *BodyState) int { return b.People })
	case CoverageByReminded:
		return by(func(b *BodyState) int64 {
			if b.Reminded == nil {
				return 0
			}
			return b.Reminded.At.UnixMicro()
		})
	case CoverageByFiled:
		return by(func(b *BodyState) int64 {
			if !b.Filed() {
				return 0
			}
			return b.Form.FirstSubmittedAt.UnixMicro()
		})
	}
	return by(func(b *BodyState) string { return b.Body.Code })
}

// lateness puts those that are over before those that are merely not late.
func lateness(b *BodyState) int {
	n := 0
	if b.LateWd != nil {
		n = 2 * *b.LateWd
	}
	if b.Overdue {
		n++
	}
	return n
}

func by[T cmp.Ordered](key func(*BodyState) T) func(a, b *BodyState) int {
	return func(a, b *BodyState) int { return cmp.Compare(key(a), key(b)) }
}

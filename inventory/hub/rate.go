package hub

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// Rate is how many of those that must be connected are.
type Rate struct {
	Connected int64
	Must      int64
}

// Percent is the rate with two decimals, rounded half up; false when nothing
// must be connected.
func (r Rate) Percent() (string, bool) {
	if r.Must == 0 {
		return "", false
	}
	q := new(big.Int).Div(big.NewInt(r.Connected*20_000+r.Must), big.NewInt(2*r.Must))
	n := q.Int64()
	return fmt.Sprintf("%d.%02d", n/100, n%100), true
}

// with is the sum of two.
func (r Rate) with(o Rate) Rate { return Rate{r.Connected + o.Connected, r.Must + o.Must} }

// RegionRate is the rate of a region: the departments of the city, or a county
// or zone with its bodies.
type RegionRate struct {
	Region inventory.Department // ID 0 is the city's own departments
	Rate   Rate
}

// DepartmentRate is the rate of a department.
type DepartmentRate struct {
	Department inventory.Department
	Rate       Rate
	Overdue    int64
}

// Summary is the connections in numbers, for one reader.
type Summary struct {
	Policy      Policy
	All         Rate
	Municipal   Rate
	Regions     []RegionRate
	Departments []DepartmentRate // those with systems that must be connected, the worst first
	// AtStage counts those that must be connected by their stage; Down are among
	// those at H6.
	AtStage [Stable + 1]int64
	Down    int64
	Overdue int64
	Pending map[Pending]int64
	Exempt  map[Basis]int64 // those let off, by why
	Asked   int64           // exemptions that wait for the Office
	Late    int64           // links that should have moved
}

// Summarise counts the connections that by sees.
func (h *Hub) Summarise(ctx context.Context, by auth.Principal) (Summary, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Summary{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return Summary{}, err
	}
	var out Summary
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = h.summary(tx, by)
		return err
	})
	if err != nil {
		return Summary{}, fmt.Errorf("sum up the connections: %w", err)
	}
	return out, nil
}

func (h *Hub) summary(tx *store.Tx, by auth.Principal) (Summary, error) {
	out := Summary{Pending: map[Pending]int64{}, Exempt: map[Basis]int64{}}
	dir, err := h.registry.DirectoryIn(tx)
	if err != nil {
		return out, err
	}
	if out.Policy, err = currentPolicy(tx); err != nil {
		return out, err
	}
	seen, today := dir.Within(by.View()), calendar.DateOf(tx.Now())
	cells, err := tallies(tx, seen)
	if err != nil {
		return out, err
	}
	out.add(cells, today)
	out.group(dir, cells, today)
	if out.Asked, err = countAsked(tx, seen); err != nil {
		return out, err
	}
	links, err := countLinks(tx, seen, today)
	out.Late = links[LinkLate]
	return out, err
}

// add sums up over all departments.
func (s *Summary) add(cells []cell, today calendar.Date) {
	for _, c := range cells {
		if c.Pending != NothingPending {
			s.Pending[c.Pending] += c.N
		}
		if !c.Must {
			if c.Basis.Exempt() {
				s.Exempt[c.Basis] += c.N
			}
			continue
		}
		s.AtStage[c.Stage] += c.N
		if c.Down {
			s.Down += c.N
		}
		if !c.Counted && today.After(s.Policy.ConnectBy) {
			s.Overdue += c.N
		}
	}
}

// group sums up by department and by region.
func (s *Summary) group(dir *inventory.Directory, cells []cell, today calendar.Date) {
	depts := map[auth.DepartmentID]*DepartmentRate{}
	regions := map[auth.DepartmentID]*RegionRate{}
	for _, c := range cells {
		if !c.Must {
			continue
		}
		r := Rate{Must: c.N}
		if c.Counted {
			r.Connected = c.N
		}
		d := depts[c.OwnerID]
		if d == nil {
			dept, _ := dir.Find(c.OwnerID)
			d = &DepartmentRate{Department: dept}
			depts[c.OwnerID] = d
		}
		d.Rate = d.Rate.with(r)
		if !c.Counted && today.After(s.Policy.ConnectBy) {
			d.Overdue += c.N
		}
		region := regionOf(dir, d.Department)
		if regions[region.ID] == nil {
			regions[region.ID] = &RegionRate{Region: region}
		}
		regions[region.ID].Rate = regions[region.ID].Rate.with(r)
		s.All = s.All.with(r)
		if region.ID == 0 {
			s.Municipal = s.Municipal.with(r)
		}
	}
	for _, d := range depts {
		s.Departments = append(s.Departments, *d)
	}
	for _, r := range regions {
		s.Regions = append(s.Regions, *r)
	}
	slices.SortFunc(s.Departments, func(a, b DepartmentRate) int {
		return cmp.Or(a.Rate.compare(b.Rate), cmp.Compare(a.Department.Code, b.Department.Code))
	})
	slices.SortFunc(s.Regions, func(a, b RegionRate) int { return cmp.Compare(a.Region.Code, b.Region.Code) })
}

// compare orders the lower rate first.
func (r Rate) compare(o Rate) int { return cmp.Compare(r.Connected*o.Must, o.Connected*r.Must) }

// regionOf is the region that a department belongs to: its highest body, or the
// zero department for those of the city.
func regionOf(dir *inventory.Directory, d inventory.Department) inventory.Department {
	for range 20 { // a longer chain is a mistake in the data
		if d.ParentID == nil {
			break
		}
		above, ok := dir.Find(*d.ParentID)
		if !ok {
			break
		}
		d = above
	}
	if d.Kind == inventory.County || d.Kind == inventory.Zone {
		return d
	}
	return inventory.Department{}
}

// Point is the rate at the end of a day.
type Point struct {
	On        calendar.Date
	All       Rate
	Municipal Rate
}

// Course is the rate from day to day with what moved it.
type Course struct {
	Points []Point
	// Moved are the events that changed it, the newest first, at most so many.
	Moved []MovedEvent
	Total int64 // how many there were
}

// MovedEvent is an event with the system that it happened to.
type MovedEvent struct {
	Event
	Code, Name string
}

const (
	// mostCourse is how many days a course may have, and mostMoved how many events
	// are told.
	mostCourse = 732
	mostMoved  = 200
)

// Course gives the rate at the end of each day from one to another, as it is
// known now.
func (h *Hub) Course(ctx context.Context, by auth.Principal, from, to calendar.Date) (Course, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Course{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return Course{}, err
	}
	if to.DaysSince(from) >= mostCourse {
		from = to.AddDays(1 - mostCourse)
	}
	var out Course
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = h.course(tx, by, from, to)
		return err
	})
	if err != nil {
		return Course{}, fmt.Errorf("course of the rate: %w", err)
	}
	return out, nil
}

func (h *Hub) course(tx *store.Tx, by auth.Principal, from, to calendar.Date) (Course, error) {
	var out Course
	dir, err := h.registry.DirectoryIn(tx)
	if err != nil {
		return out, err
	}
	seen := dir.Within(by.View())
	before, err := deltas(tx, seen, calendar.Date{}, from.AddDays(-1))
	if err != nil {
		return out, err
	}
	days, err := deltas(tx, seen, from, to)
	if err != nil {
		return out, err
	}
	at := Point{}
	for _, d := range before {
		at.move(dir, d)
	}
	for day := from; !day.After(to); day = day.AddDays(1) {
		for len(days) > 0 && !days[0].OnDay.After(day) {
			at.move(dir, days[0])
			days = days[1:]
		}
		at.On = day
		out.Points = append(out.Points, at)
	}
	out.Moved, out.Total, err = movedIn(tx, seen, from, to)
	return out, err
}

// move adds what a department's events of a day did.
func (p *Point) move(dir *inventory.Directory, d delta) {
	r := Rate{d.Counted, d.Must}
	p.All = p.All.with(r)
	dept, _ := dir.Find(d.OwnerID)
	if regionOf(dir, dept).ID == 0 {
		p.Municipal = p.Municipal.with(r)
	}
}

// RateOn is the rate at the end of a day, of all that by sees and of the city's
// departments.
func (h *Hub) RateOn(ctx context.Context, by auth.Principal, day calendar.Date) (all, municipal Rate, err error) {
	course, err := h.Course(ctx, by, day, day)
	if err != nil {
		return Rate{}, Rate{}, err
	}
	p := course.Points[0]
	return p.All, p.Municipal, nil
}

package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
)

// What systems can be counted by besides fields of their own: the department
// that owns them, its group (DepartmentFields group_code), and the county or
// zone that it belongs to.
const (
	ByOwner  = "owner_id"
	ByGroup  = "owner_group"
	ByRegion = "owner_region"
)

// countedBy are the keys that systems can be counted by, the most asked first.
var countedBy = []string{
	ByOwner, ByGroup, ByRegion, "phase", "system_class", "category", "network", "location", "use_frequency",
	"fund_source", "approval_dept", "djbh_level", "proposed",
}

// rememberedTotals is how many answers are kept: each has a row for each
// department at most, some tens of kilobytes for a thousand of them.
const rememberedTotals = 128

// CountedBy lists what Totals can count by: fields of systems with choices, and
// ByOwner, ByGroup and ByRegion.
func CountedBy() []string { return slices.Clone(countedBy) }

// Sum is a number of systems and what they cost to run.
type Sum struct {
	Systems int64
	// OmYear is the yearly money for running them, in fen, of those that give it.
	OmYear int64
	// OmUnknown is how many do not give it: nothing given is not nothing spent.
	OmUnknown int64
}

// add is the sum of two.
func (s Sum) add(other Sum) Sum {
	return Sum{s.Systems + other.Systems, s.OmYear + other.OmYear, s.OmUnknown + other.OmUnknown}
}

// Total is one row: the systems that have a value.
type Total struct {
	// Value is the choice, the code of the department or county, or the group;
	// empty is "not given", and for ByRegion the city's own departments.
	Value string
	Sum
	// Owners are the departments whose systems were counted, by id; only where
	// owners are what is counted by.
	Owners []DepartmentID
}

// Totals is a list of systems in numbers.
type Totals struct {
	By  string
	All Sum // every system once
	// Rows are the values, the greatest number first and what is not given last.
	// Every choice of a field is there, also when no system has it.
	Rows []Total
	// Overlap tells that a system may have several values and is counted with
	// each: the rows add up to more than All.
	Overlap bool
}

// Totals counts the systems of a list, and adds up what they cost to run, by
// one of CountedBy. The list is that of ListSystems with the same query: the
// same systems are seen, and order and page do not matter. What it returns must
// not be changed.
func (r *Registry) Totals(ctx context.Context, by auth.Principal, q Query, key string) (Totals, error) {
	if !slices.Contains(countedBy, key) {
		return Totals{}, fault.New(fault.Invalid, "inventory.err.count_by", "field", key)
	}
	var out Totals
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		d, err := r.directoryIn(tx)
		if err != nil {
			return err
		}
		systems, departments, err := revisions(tx)
		if err != nil {
			return err
		}
		seen := d.Within(by.View())
		of := key + " " + q.rows(seen, systems, departments)
		out, err = r.totals.Get(of, func() (Totals, error) { return totalsIn(tx, d, seen, q, key) })
		return err
	})
	if err != nil {
		return Totals{}, fmt.Errorf("count systems by %s: %w", key, err)
	}
	return out, nil
}

// totalsIn counts in one pass over the rows. Every system belongs to exactly
// one class of sums; what a class stands for is worked out afterwards.
func totalsIn(tx *store.Tx, d *Directory, seen []DepartmentID, q Query, key string) (Totals, error) {
	out := Totals{By: key}
	values := ownerValues
	f, own := SystemFields.Find(key)
	if own && f.Kind != field.Ref {
		out.Overlap = f.Kind == field.Multi
		values = choiceValues
		for _, option := range f.Options {
			out.Rows = append(out.Rows, Total{Value: option})
		}
	}
	classes, err := sumByClass(tx, seen, q, columnOfTotals(key))
	if err != nil {
		return Totals{}, err
	}
	for _, c := range classes {
		out.All = out.All.add(c.Sum)
		found, owner := values(d, key, c.class)
		for _, v := range found {
			out.count(v, owner, c.Sum)
		}
	}
	out.arrange()
	return out, nil
}

// count adds a class to the row of a value.
func (t *Totals) count(value string, owner DepartmentID, s Sum) {
	i := slices.IndexFunc(t.Rows, func(row Total) bool { return row.Value == value })
	if i < 0 || t.By == ByOwner { // every owner is a class of its own
		i = len(t.Rows)
		t.Rows = append(t.Rows, Total{Value: value})
	}
	t.Rows[i].Sum = t.Rows[i].add(s)
	if owner != 0 {
		t.Rows[i].Owners = append(t.Rows[i].Owners, owner)
	}
}

// arrange puts the greatest first and what is not given last. Rows with the
// same number stay in the order of the choices.
func (t *Totals) arrange() {
	for i := range t.Rows {
		slices.Sort(t.Rows[i].Owners)
	}
	missing := func(row Total) int {
		if row.Value == "" && t.By != ByRegion {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(t.Rows, func(a, b Total) int {
		return cmp.Or(missing(a)-missing(b), cmp.Compare(b.Systems, a.Systems))
	})
}

// columnOfTotals is the column whose values divide the systems into classes.
func columnOfTotals(key string) string {
	if f, ok := SystemFields.Find(key); ok {
		return f.Column()
	}
	return "owner_id"
}

// choiceValues are the choices that a class of systems has made.
func choiceValues(_ *Directory, _, class string) ([]string, DepartmentID) {
	if list := field.ParseList(class); len(list) > 0 {
		return list, 0
	}
	return []string{""}, 0
}

// ownerValues is what the systems of one department are counted as.
func ownerValues(d *Directory, key, class string) ([]string, DepartmentID) {
	id := departmentID(class)
	dept, _ := d.Find(id)
	switch key {
	case ByGroup:
		return []string{dept.GroupCode}, id
	case ByRegion:
		return []string{d.region(id).Code}, id
	}
	return []string{dept.Code}, id
}

// region is the county or zone that a department is or belongs to; that of the
// city's own departments is nothing.
func (d *Directory) region(id DepartmentID) Department {
	for range 20 { // a chain longer than that is a mistake in the data
		dept, ok := d.Find(id)
		switch {
		case !ok:
			return Department{}
		case dept.Kind == County || dept.Kind == Zone:
			return dept
		case dept.ParentID == nil:
			return Department{}
		}
		id = *dept.ParentID
	}
	return Department{}
}

package inventory

import (
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/field"
)

// Directory is all departments at one revision of the register, for looking
// them up by what people write. It does not change.
type Directory struct {
	all      []Department // by code
	byID     map[DepartmentID]int
	byCode   map[string]int
	byWord   map[string]DepartmentID
	children map[DepartmentID][]DepartmentID
}

func newDirectory(all []Department) *Directory {
	d := &Directory{
		all: all, byID: map[DepartmentID]int{}, byCode: map[string]int{}, byWord: map[string]DepartmentID{},
		children: map[DepartmentID][]DepartmentID{},
	}
	for i, dept := range all {
		d.byID[dept.ID], d.byCode[dept.Code] = i, i
		if dept.ParentID != nil {
			d.children[*dept.ParentID] = append(d.children[*dept.ParentID], dept.ID)
		}
	}
	// A name that two bodies have had belongs to the one that still exists.
	for pass, open := range []bool{true, false} {
		for _, dept := range all {
			if dept.ActiveTo.IsZero() == open {
				d.learn(dept, pass > 0)
			}
		}
	}
	return d
}

func (d *Directory) learn(dept Department, onlyNew bool) {
	for _, word := range []string{dept.Code, dept.Name, dept.FullName, dept.Prefix, dept.Uscc} {
		key := field.Fold(word)
		if _, taken := d.byWord[key]; key != "" && !(taken && onlyNew) {
			d.byWord[key] = dept.ID
		}
	}
}

// All lists the departments by code.
func (d *Directory) All() []Department { return d.all }

// Find returns the department of an id.
func (d *Directory) Find(id DepartmentID) (Department, bool) {
	i, ok := d.byID[id]
	if !ok {
		return Department{}, false
	}
	return d.all[i], true
}

// ByCode returns the department of a code, written as in the register.
func (d *Directory) ByCode(code string) (Department, bool) {
	i, ok := d.byCode[code]
	if !ok {
		return Department{}, false
	}
	return d.all[i], true
}

// Name is the short name of a department, empty when it is unknown.
func (d *Directory) Name(id DepartmentID) string {
	dept, _ := d.Find(id)
	return dept.Name
}

// Lookup finds a department by code, short or full name, prefix, credit code,
// or "CODE name" as lists show it.
func (d *Directory) Lookup(word string) (Department, bool) {
	if id, ok := d.byWord[field.Fold(word)]; ok {
		return d.Find(id)
	}
	if code, _, ok := strings.Cut(strings.TrimSpace(word), " "); ok {
		if id, ok := d.byWord[field.Fold(code)]; ok {
			return d.Find(id)
		}
	}
	return Department{}, false
}

// Below lists the department and all bodies under it.
func (d *Directory) Below(id DepartmentID) []DepartmentID {
	out := []DepartmentID{id}
	for i := 0; i < len(out); i++ { // the list grows while it is walked
		for _, child := range d.children[out[i]] {
			if !slices.Contains(out, child) {
				out = append(out, child)
			}
		}
	}
	return out
}

// Covers tells whether a department's rows are within the scope.
func (d *Directory) Covers(s auth.Scope, id DepartmentID) bool {
	switch {
	case s.All:
		return true
	case s.None():
		return false
	case s.Below:
		return slices.Contains(d.Below(s.Department), id)
	}
	return s.Department == id
}

// Within lists the departments of a scope; nil means all of them.
func (d *Directory) Within(s auth.Scope) []DepartmentID {
	switch {
	case s.All:
		return nil
	case s.None():
		return []DepartmentID{}
	case s.Below:
		return d.Below(s.Department)
	}
	return []DepartmentID{s.Department}
}

// ActiveOn lists the departments that exist on a day.
func (d *Directory) ActiveOn(day calendar.Date) []Department {
	var out []Department
	for _, dept := range d.all {
		if dept.ActiveOn(day) {
			out = append(out, dept)
		}
	}
	return out
}

// Successors follows a department to the bodies that carry on its duties
// today, itself when it still exists.
func (d *Directory) Successors(id DepartmentID) []Department {
	var out []Department
	for seen := 0; seen < 20; seen++ { // a chain longer than that is a mistake in the data
		dept, ok := d.Find(id)
		if !ok {
			break
		}
		out = append(out, dept)
		if dept.SuccessorID == nil {
			break
		}
		id = *dept.SuccessorID
	}
	return out
}

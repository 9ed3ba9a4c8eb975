package inventoryweb

import (
	"context"
	"fmt"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/store"
	"qingce/inventory"
)

// names knows the departments and the systems that the records on a page refer
// to. A system that the reader does not see has no name here.
type names struct {
	dir     *inventory.Directory
	systems map[string]inventory.System // by id in text
	find    func(word string) (string, bool)
}

// names reads what the systems refer to, at most a few queries for a page.
func (d *desk) names(ctx context.Context, by auth.Principal, of ...*inventory.System) (names, error) {
	n := names{systems: map[string]inventory.System{}}
	var err error
	if n.dir, err = d.Registry.Directory(ctx); err != nil {
		return names{}, err
	}
	n.find = func(word string) (string, bool) { return d.findSystem(ctx, by, word) }
	var ids []any
	for _, s := range of {
		for _, id := range []*inventory.SystemID{s.ParentSystemID, s.MergedIntoID} {
			if id != nil {
				ids = append(ids, *id)
			}
		}
	}
	for len(ids) > 0 {
		lot := ids[:min(len(ids), inventory.MaxPageSize)]
		ids = ids[len(lot):]
		page, err := d.Registry.ListSystems(ctx, by, inventory.Query{
			Conditions: []store.Condition{{Column: "id", Op: store.In, Values: lot}},
			Size:       inventory.MaxPageSize, Columns: []string{"name"},
		})
		if err != nil {
			return names{}, fmt.Errorf("look up names of systems: %w", err)
		}
		for _, s := range page.Rows {
			n.systems[strconv.FormatInt(int64(s.ID), 10)] = s
		}
	}
	return n, nil
}

// findSystem finds the id of the system that people mean, among those that the
// reader sees.
func (d *desk) findSystem(ctx context.Context, by auth.Principal, word string) (id string, ok bool) {
	err := d.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.Registry.Names(tx, by)
		if err == nil {
			id, ok = seen.Find("system", word)
		}
		return err
	})
	return id, ok && err == nil
}

// In gives the names to the fields in a style.
func (n names) In(s fieldweb.Style) field.Names {
	return field.Names{
		Show: func(sort, id string) string { return n.show(s, sort, id) },
		Find: func(sort, word string) (string, bool) {
			if sort == "system" {
				return n.find(word)
			}
			dept, ok := n.dir.Lookup(word)
			return strconv.FormatInt(int64(dept.ID), 10), ok
		},
	}
}

func (n names) show(s fieldweb.Style, sort, id string) string {
	code, name := n.codeAndName(sort, id)
	switch {
	case code == "" || s == fieldweb.ForPrograms:
		return code
	case s == fieldweb.ForTyping:
		return code + " " + name
	case sort == "system":
		return fmt.Sprintf("%s (%s)", name, code)
	}
	return name
}

func (n names) codeAndName(sort, id string) (code, name string) {
	if sort == "system" {
		s := n.systems[id]
		return s.Code, s.Name
	}
	num, _ := strconv.ParseInt(id, 10, 64)
	dept, _ := n.dir.Find(inventory.DepartmentID(num))
	return dept.Code, dept.Name
}

// Href is the page of a reference, empty when the reader cannot see it.
func (n names) Href(sort, id string) string {
	code, _ := n.codeAndName(sort, id)
	switch {
	case code == "":
		return ""
	case sort == "system":
		return systemPath(code)
	}
	return departmentPath(code)
}

package surveyweb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// refs knows the departments and the systems that answers refer to. A system
// that the reader does not see has no name here.
type refs struct {
	dir     *inventory.Directory
	systems map[string]inventory.System // by id in text
	find    func(word string) (string, bool)
}

// refs reads what answers refer to, in a few queries for a page.
func (d *desk) refs(ctx context.Context, by auth.Principal, ask *questionnaire.Compiled, of ...map[string]string) (refs, error) {
	n := refs{systems: map[string]inventory.System{}}
	var err error
	if n.dir, err = d.Registry.Directory(ctx); err != nil {
		return refs{}, err
	}
	n.find = func(word string) (string, bool) { return d.findSystem(ctx, by, word) }
	ids := map[string]bool{}
	for _, answers := range of {
		named(ask, answers, ids)
	}
	for lot := range slices.Chunk(slices.Sorted(maps.Keys(ids)), inventory.MaxPageSize) {
		values := make([]any, 0, len(lot))
		for _, id := range lot {
			if n, err := strconv.ParseInt(id, 10, 64); err == nil {
				values = append(values, n)
			}
		}
		page, err := d.Registry.ListSystems(ctx, by, inventory.Query{
			Conditions: []store.Condition{{Column: "id", Op: store.In, Values: values}},
			Size:       inventory.MaxPageSize, Columns: []string{"name"},
		})
		if err != nil {
			return refs{}, fmt.Errorf("look up names of systems: %w", err)
		}
		for _, s := range page.Rows {
			n.systems[strconv.FormatInt(int64(s.ID), 10)] = s
		}
	}
	return n, nil
}

// named collects the numbers of the systems that answers name, also in the
// lines of tables.
func named(ask *questionnaire.Compiled, answers map[string]string, ids map[string]bool) {
	for _, c := range []*field.Catalog[field.Answers]{ask.System, ask.Department} {
		namedIn(c, answers, ids)
	}
	for key := range answers {
		columns, ok := ask.Columns(key)
		if !ok {
			continue
		}
		for _, line := range questionnaire.ReadTable(answers[key]) {
			namedIn(columns, line, ids)
		}
	}
}

func namedIn(c *field.Catalog[field.Answers], answers map[string]string, ids map[string]bool) {
	for i := range c.All() {
		if f := &c.All()[i]; f.Kind == field.Ref && f.Options[0] == "system" && answers[f.Key] != "" {
			ids[answers[f.Key]] = true
		}
	}
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
func (n refs) In(s fieldweb.Style) field.Names {
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

func (n refs) show(s fieldweb.Style, sort, id string) string {
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

func (n refs) codeAndName(sort, id string) (code, name string) {
	if sort == "system" {
		s := n.systems[id]
		return s.Code, s.Name
	}
	num, _ := strconv.ParseInt(id, 10, 64) // no number is no department
	dept, _ := n.dir.Find(inventory.DepartmentID(num))
	return dept.Code, dept.Name
}

// Href is the page of a reference, empty when the reader cannot see it.
func (n refs) Href(sort, id string) string {
	code, _ := n.codeAndName(sort, id)
	switch {
	case code == "":
		return ""
	case sort == "system":
		return web.Join("/systems", code)
	}
	return web.Join("/departments", code)
}

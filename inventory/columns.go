package inventory

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/store"
)

// Names finds and writes the departments and systems that a principal may name.
func (r *Registry) Names(tx *store.Tx, by auth.Principal) (field.Names, error) {
	d, err := r.directoryIn(tx)
	if err != nil {
		return field.Names{}, err
	}
	seen, err := r.visible(tx, by)
	if err != nil {
		return field.Names{}, err
	}
	return field.Names{
		Show: func(sort, id string) string { return showRef(tx, d, seen, sort, id) },
		Find: func(sort, word string) (string, bool) { return findRef(tx, d, seen, sort, word) },
	}, nil
}

// showRef writes "XY107 市人社局" for a department and the code for a system.
func showRef(tx *store.Tx, d *Directory, seen []DepartmentID, sort, id string) string {
	if sort == "department" {
		return showDepartment(d, id)
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return ""
	}
	s, err := systemByID(tx, SystemID(n), seen)
	if err != nil {
		return ""
	}
	return s.Code
}

// showDepartment writes "XY107 市人社局", nothing for one that is not there.
func showDepartment(d *Directory, id string) string {
	n, _ := strconv.ParseInt(id, 10, 64) // no number is nobody's
	dept, ok := d.Find(DepartmentID(n))
	if !ok {
		return ""
	}
	return dept.Code + " " + dept.Name
}

func findRef(tx *store.Tx, d *Directory, seen []DepartmentID, sort, word string) (string, bool) {
	if sort == "department" {
		dept, ok := d.Lookup(word)
		return strconv.FormatInt(int64(dept.ID), 10), ok
	}
	s, err := systemByWord(tx, word, seen)
	return strconv.FormatInt(int64(s.ID), 10), err == nil
}

// usual tells whether a field is asked of every system that is not classified:
// only those are marked as required in a heading, which cannot know the rest of
// the row.
func usual(shown []field.Case) bool {
	return !slices.ContainsFunc(shown, func(k field.Case) bool { return k.Key != "classified" || !slices.Contains(k.Values, "false") })
}

// ColumnOf describes a field of any catalog as a column of a workbook, with the
// words of p; by the labels of others it is known as well.
func ColumnOf[T any](c *field.Catalog[T], f *field.Field[T], p *locale.Printer, others []*locale.Printer) sheet.Column {
	label := string(c.Label(f.Key))
	col := sheet.Column{
		Key: f.Key, Title: p.T(label), Names: []string{f.Key}, Group: p.T(string(c.SectionLabel(f.Section))),
		Required: f.Must && !f.Given && usual(f.Shown), MaxLength: f.Max,
	}
	for _, o := range others {
		col.Names = append(col.Names, o.T(label))
	}
	col.Help, _ = p.Find(label + ".help")
	for _, o := range f.Options {
		if f.Words != "" {
			col.Options = append(col.Options, p.T(field.OptionKey(f.Words, o)))
		}
	}
	col.Kind = columnKinds[f.Kind]
	switch f.Kind {
	case field.Money:
		col.Unit, col.FenPerUnit = p.T("unit.wan"), locale.FenPerWan
	case field.Count:
		col.Unit = p.T("unit." + f.Unit)
	case field.Bool:
		col.Options = []string{p.T("bool.true"), p.T("bool.false")}
	case field.LongText:
		col.Width = 36
	}
	return col
}

var columnKinds = map[field.Kind]sheet.ColumnKind{
	field.Enum: sheet.ColumnList, field.Multi: sheet.ColumnMulti, field.Date: sheet.ColumnDate,
	field.Count: sheet.ColumnNumber, field.Money: sheet.ColumnMoney, field.Bool: sheet.ColumnList,
}

// ValueOf is the canonical value of a field as a cell.
func ValueOf[T any](f *field.Field[T], p *locale.Printer, names field.Names, canonical string) sheet.Value {
	switch f.Kind {
	case field.Count, field.Money:
		n, err := strconv.ParseInt(canonical, 10, 64)
		switch {
		case err != nil:
			return sheet.Value{}
		case f.Kind == field.Money:
			return sheet.Amount(n)
		}
		return sheet.Whole(n)
	case field.Date:
		d, _ := calendar.ParseDate(canonical) // no date is an empty cell
		return sheet.Day(d)
	}
	return sheet.Text(f.Show(p, names, canonical))
}

// chosen returns the fields of the keys in the order of the catalog, all of
// them when none is named.
func chosen[T any](c *field.Catalog[T], keys []string) []*field.Field[T] {
	want := map[string]bool{}
	for _, k := range keys {
		want[k] = true
	}
	var out []*field.Field[T]
	all := c.All()
	for i := range all {
		if len(keys) == 0 || want[all[i].Key] {
			out = append(out, &all[i])
		}
	}
	return out
}

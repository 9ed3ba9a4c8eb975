package fieldweb

import (
	"qingce/internal/field"
	"qingce/templates"
)

// Cell is the value of a field in a list.
func Cell[T any](w Writer, f *field.Field[T], row *T) templates.Cell {
	v := f.Get(row)
	c := templates.Cell{Text: Text(w, f, v), Title: exact(w, f, v), Badge: w.badge(f.Key, v)}
	if f.Kind == field.Ref {
		c.Href = w.href(f.Options[0], v)
	}
	return c
}

// Fact is the value of a field on the page of its record. The field called code
// can be copied.
func Fact[T any](w Writer, c *field.Catalog[T], f *field.Field[T], row *T) templates.Row {
	v := f.Get(row)
	out := templates.Row{
		Label: w.P.T(string(c.Label(f.Key))), Text: Text(w, f, v), Unit: behind(w, f), Title: exact(w, f, v),
		Long: f.Kind == field.LongText && v != "", Badge: w.badge(f.Key, v),
	}
	switch {
	case f.Kind == field.Ref:
		out.Href = w.href(f.Options[0], v)
	case f.Kind == field.URL && v != "":
		out.Href = v
	case f.Key == "code":
		out.Copy, out.Title = true, ""
	}
	return out
}

// Facts are the facts of a record by section; remarks are texts by key that
// stand beside a value. What is not asked of the record is left out; what is
// asked and not given is named in one line, so that the page stays short and
// nobody wonders. What only the service sets is left out until it is set.
func Facts[T any](w Writer, c *field.Catalog[T], row *T, remarks map[string]string) []templates.Facts {
	var out []templates.Facts
	for _, section := range c.Sections() {
		g := templates.Facts{ID: "s-" + section, Title: w.P.T(string(c.SectionLabel(section)))}
		var open []string
		for i := range c.All() {
			f := &c.All()[i]
			switch {
			case f.Section != section || !c.Asked(row, f):
			case f.Given && f.Empty(row): // nobody was asked
			case f.Empty(row) && remarks[f.Key] == "":
				open = append(open, w.P.T(string(c.Label(f.Key))))
			default:
				r := Fact(w, c, f, row)
				r.Warning = remarks[f.Key]
				g.Rows = append(g.Rows, r)
			}
		}
		if len(open) > 0 {
			g.Rows = append(g.Rows, templates.Row{Label: w.P.T("field.not_given", "n", len(open)), Note: w.P.Join(open)})
		}
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// Changes writes what changed between two versions of a record. A field that
// the catalog does not know any more is written as it was kept.
func Changes[T any](w Writer, c *field.Catalog[T], changes []field.Change) []templates.Change {
	var out []templates.Change
	for _, change := range changes {
		made := templates.Change{Label: w.P.T(string(c.Label(change.Key))), Old: change.Old, New: change.New}
		if f, ok := c.Find(change.Key); ok {
			made.Old, made.New = TextWithUnit(w, f, change.Old), TextWithUnit(w, f, change.New)
		}
		out = append(out, made)
	}
	return out
}

package inventoryweb

import (
	"strconv"

	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// stateTones say how far a record has come.
func stateTone(s inventory.State) string {
	switch s {
	case inventory.Declared, inventory.Merging, inventory.Retiring:
		return templates.ToneBlue
	case inventory.Returned:
		return templates.ToneRed
	case inventory.Verified, inventory.Certified, inventory.InService:
		return templates.ToneGreen
	}
	return templates.ToneGrey
}

func stateBadge(p *locale.Printer, s inventory.State) *templates.Badge {
	return &templates.Badge{Text: p.T(field.OptionKey("state", string(s))), Tone: stateTone(s)}
}

// writer writes values of fields for people.
type writer struct {
	p     *locale.Printer
	names names
}

// text writes a canonical value of a field, without its unit.
func text[T any](w writer, f *field.Field[T], canonical string) string {
	return f.Show(w.p, w.names.in(forReading), canonical)
}

// textWithUnit is text with the unit behind it.
func textWithUnit[T any](w writer, f *field.Field[T], canonical string) string {
	s := text(w, f, canonical)
	if s == "" || f.Unit == "" {
		return s
	}
	return s + " " + behind(w, f)
}

// behind is the unit as it stands behind a value.
func behind[T any](w writer, f *field.Field[T]) string {
	if f.Kind == field.Money {
		return w.p.T("inventory.money")
	}
	return unit(w, f)
}

// exact is what stands in the tooltip of a value: the whole sum in yuan.
func exact[T any](w writer, f *field.Field[T], canonical string) string {
	if f.Kind != field.Money || canonical == "" {
		return ""
	}
	fen, _ := strconv.ParseInt(canonical, 10, 64)
	return w.p.T("inventory.yuan", "sum", w.p.Yuan(fen))
}

// unit is the unit of a field, for heads of columns.
func unit[T any](w writer, f *field.Field[T]) string {
	if f.Unit == "" {
		return ""
	}
	return w.p.T("unit." + f.Unit)
}

// shortLabel is the name of a field where there is little room: in the heads of
// columns, filters and chips.
func shortLabel[T any](p *locale.Printer, c *field.Catalog[T], key string) string {
	label := string(c.Label(key))
	if p.Has(label + ".short") {
		return p.T(label + ".short")
	}
	return p.T(label)
}

// cell is the value of a field in a list.
func cell[T any](w writer, f *field.Field[T], row *T) templates.Cell {
	v := f.Get(row)
	c := templates.Cell{Text: text(w, f, v), Title: exact(w, f, v)}
	switch {
	case f.Kind == field.Ref:
		c.Href = w.names.href(f.Options[0], v)
	case f.Key == "state":
		c.Badge = stateBadge(w.p, inventory.State(v))
	}
	return c
}

// fact is the value of a field on the page of its record.
func fact[T any](w writer, c *field.Catalog[T], f *field.Field[T], row *T) templates.Row {
	v := f.Get(row)
	out := templates.Row{
		Label: w.p.T(string(c.Label(f.Key))), Text: text(w, f, v), Unit: behind(w, f), Title: exact(w, f, v),
		Long: f.Kind == field.LongText && v != "",
	}
	switch {
	case f.Kind == field.Ref:
		out.Href = w.names.href(f.Options[0], v)
	case f.Kind == field.URL && v != "":
		out.Href = v
	case f.Key == "code":
		out.Copy, out.Title = true, ""
	case f.Key == "state":
		out.Badge = stateBadge(w.p, inventory.State(v))
	}
	return out
}

func isNumber(k field.Kind) bool { return k == field.Count || k == field.Money }

// crumbs lead from the start page to the list of systems and on.
func crumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return trail(p, templates.Crumb{Text: p.T("menu.inventory"), Href: systemsPath}, more)
}

// departmentCrumbs lead to the list of departments and on.
func departmentCrumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return trail(p, templates.Crumb{Text: p.T("menu.departments"), Href: departmentsPath}, more)
}

func trail(p *locale.Printer, list templates.Crumb, more []templates.Crumb) []templates.Crumb {
	out := append([]templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, list}, more...)
	out[len(out)-1].Href = ""
	return out
}

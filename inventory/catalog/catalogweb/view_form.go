package catalogweb

import (
	"errors"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// formData is the data of catalog/form.
type formData struct {
	Head templates.Head
	Form templates.Form
	Rows itemRows
	// Differs stands under the errors: what somebody else saved meanwhile, and what
	// was typed.
	Differs []templates.Change
}

// itemRows is the table in which items are typed, and the box for pasted ones.
type itemRows struct {
	Count   int
	Error   string
	Heads   []string
	Rows    []itemRow
	Paste   templates.Field
	More    templates.Act
	Default bool
}

// itemRow is a row of the table.
type itemRow struct {
	Number int
	Cells  []itemCell
}

// itemCell is an input of the table.
type itemCell struct {
	Name    string
	Column  string // shown beside the cell where the table has no room for heads
	Label   string
	Value   string
	Kind    string // text, list or flag
	Options []templates.Option
	Error   string
}

// formView turns a form into the data of its template.
type formView struct {
	p    *locale.Printer
	by   auth.Principal
	form entryForm
}

func (v formView) isNew() bool { return v.form.entry.ID == 0 }

func (v formView) title() string {
	if v.isNew() {
		return v.p.T("catalogweb.form.new")
	}
	return v.p.T("catalogweb.form.edit", "name", v.form.entry.Name)
}

func (v formView) crumbs() []templates.Crumb {
	if v.isNew() {
		return crumbs(v.p, crumb(v.title()))
	}
	return crumbs(v.p, templates.Crumb{Text: v.form.entry.Name, Href: entryPath(v.form.entry.ID, "")}, crumb(v.p.T("catalogweb.act.edit")))
}

func (v formView) data() formData {
	h := templates.Head{Title: v.title(), Code: v.form.entry.Code, Lead: v.p.T("catalogweb.form.lead")}
	if !v.isNew() {
		h.Badges = []templates.Badge{*stateBadge(v.p, v.form.entry)}
	}
	return formData{Head: h, Form: v.formPart(), Rows: v.rows(), Differs: v.form.differs}
}

func (v formView) formPart() templates.Form {
	e := v.form.entry
	f := templates.Form{ID: "entry", Action: entriesPath, Guard: true, Progress: true, Acts: v.acts()}
	f.Sections = fieldweb.Form[catalog.Body]{
		Catalog: catalog.EntryFields, Writer: writer(v.p, v.form.names), Record: &v.form.content.Body, Typed: v.form.typed,
		Found: v.form.found, Special: v.special,
	}.Sections()
	if !v.isNew() {
		f.Action = entryPath(e.ID, "")
		f.Hidden = []templates.Pair{{Name: "version", Value: number(e.Version)}}
	}
	if e.PublishedVersion > 0 {
		f.Sections = append(f.Sections, v.why())
	}
	if e.Step == catalog.StepReturned {
		f.Callouts = append(f.Callouts, templates.Callout{
			Kind: "warning", Title: v.p.T("catalogweb.returned", "name", e.DecidedName, "at", timeText(v.p, e)), Text: e.DecisionReason,
		})
	}
	if err := v.form.err; errors.Is(err, store.ErrStale) {
		f.Callouts = append(f.Callouts, templates.Callout{Kind: "warning", Title: v.p.T("catalogweb.overtaken"), Text: v.p.T("catalogweb.overtaken.text")})
	} else if err != nil && len(fault.FieldsOf(err)) == 0 {
		f.Callouts = append(f.Callouts, templates.Callout{Kind: "error", Text: v.p.Error(err)})
	}
	f.Errors = fieldweb.ErrorSummary(v.p, v.form.found, v.onPage(f)...)
	return f
}

// onPage are the names of the inputs, so that errors can lead to them.
func (v formView) onPage(f templates.Form) []string {
	out := []string{"items", "items_paste"}
	for _, s := range f.Sections {
		for _, fd := range s.Fields {
			out = append(out, fd.Name)
		}
	}
	for n := range v.itemValues() {
		for _, key := range catalog.ItemFields.Keys() {
			out = append(out, inputName(n+1, key))
		}
	}
	return out
}

// why asks what the change of a published entry is for.
func (v formView) why() templates.Section {
	s := templates.Section{ID: "s-why", Title: v.p.T("catalogweb.form.why"), Fields: []templates.Field{{
		Name: "change_reason", Kind: templates.KindLongText, Label: v.p.T("catalogweb.form.reason"), Help: v.p.T("catalogweb.form.reason.help"),
		Value: v.form.reason, MaxLength: 300,
	}}}
	if len(v.form.changes) > 0 {
		f := templates.Field{
			Name: "change_id", Kind: templates.KindRef, Label: v.p.T("catalogweb.form.change"), Help: v.p.T("catalogweb.form.change.help"),
			Error: fieldweb.ErrorAt(v.p, v.form.found, "change_id"),
		}
		if v.form.changeID != 0 {
			f.Value = strconv.FormatInt(v.form.changeID, 10)
		}
		for _, c := range v.form.changes {
			f.Options = append(f.Options, templates.Option{Value: c.ID.String(), Text: c.Title})
		}
		s.Fields = append(s.Fields, f)
	}
	return s
}

// special is what only this form knows about its fields.
func (v formView) special(f *field.Field[catalog.Body], out *templates.Field) {
	switch f.Key {
	case "class_code":
		v.classField(out)
	case "provider_id":
		out.Options = departmentOptions(v.form.names, nil)
		if own := v.by.Own(); !own.All && v.isNew() {
			mine := departmentOptions(v.form.names, func(d inventory.Department) bool { return v.form.names.dir.Covers(own, d.ID) })
			if len(mine) > 0 && out.Value == "" {
				out.Value = mine[0].Value
			}
		}
	case "lead_id":
		out.Options = departmentOptions(v.form.names, nil)
	case "system_id":
		out.Lookup = "/systems/lookup"
	}
	if f.Kind == field.Date {
		out.Placeholder = "2017-09-30"
	}
}

func (v formView) classField(out *templates.Field) {
	out.Kind, out.Width = templates.KindRef, "medium"
	value := out.Value
	for _, c := range v.form.classes {
		if c.Level == catalog.LevelClass || c.Closed && c.Code != v.form.content.Body.ClassCode {
			continue
		}
		o := templates.Option{Value: c.Code, Text: c.Code + " " + c.Name}
		out.Options = append(out.Options, o)
		if value == c.Code+" "+c.Name {
			out.Value = c.Code
		}
	}
	if v.form.entry.PublishedVersion > 0 {
		out.ReadOnly = true
	}
}

func inputName(n int, key string) string { return "items." + strconv.Itoa(n) + "." + key }

// itemValues are the rows as typed, else as they stand.
func (v formView) itemValues() []map[string]string {
	var out []map[string]string
	if v.form.items != nil {
		for _, row := range v.form.items {
			values := map[string]string{}
			for key := range row {
				values[key] = row.Get(key)
			}
			out = append(out, values)
		}
		return out
	}
	for _, i := range v.form.content.Items {
		out = append(out, catalog.ItemFields.Values(&i))
	}
	return out
}

// spareRows is how many empty rows stand at the end.
const spareRows = 3

func (v formView) rows() itemRows {
	values := v.itemValues()
	for range spareRows {
		values = append(values, map[string]string{})
	}
	out := itemRows{Count: len(values), Error: fieldweb.ErrorAt(v.p, v.form.found, "items"), Paste: templates.Field{
		Name: "items_paste", Kind: templates.KindLongText, Label: v.p.T("catalogweb.form.paste"), Help: v.p.T("catalogweb.form.paste.help"), Value: v.form.paste,
		Error: fieldweb.ErrorAt(v.p, v.form.found, "items_paste"),
	}, More: templates.Act{Text: v.p.T("catalogweb.form.more"), Name: "more", Value: "true", NoCheck: true, Icon: "plus"}}
	for i := range catalog.ItemFields.All() {
		out.Heads = append(out.Heads, v.p.T(string(catalog.ItemFields.All()[i].Label)))
	}
	for n, row := range values {
		r := itemRow{Number: n + 1}
		for i := range catalog.ItemFields.All() {
			r.Cells = append(r.Cells, v.cell(&catalog.ItemFields.All()[i], n+1, row))
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}

func (v formView) cell(f *field.Field[catalog.Item], n int, row map[string]string) itemCell {
	c := itemCell{
		Name: inputName(n, f.Key), Column: v.p.T(string(f.Label)), Label: v.p.T("catalogweb.form.cell", "n", n, "field", f.Label), Value: row[f.Key], Kind: "text",
		Error: fieldweb.ErrorAt(v.p, v.form.found, inputName(n, f.Key)),
	}
	switch f.Kind {
	case field.Bool:
		c.Kind = "flag"
	case field.Enum:
		c.Kind = "list"
		for _, o := range f.Options {
			c.Options = append(c.Options, templates.Option{Value: o, Text: v.p.T(field.OptionKey(f.Words, o)), Chosen: o == row[f.Key]})
		}
	}
	return c
}

// acts are the ways out of the form, each with what it leads to.
func (v formView) acts() []templates.Act {
	back := catalogPath + "?scope=own"
	if !v.isNew() {
		back = entryPath(v.form.entry.ID, "")
	}
	out := []templates.Act{{Text: v.p.T("btn.save"), Note: v.p.T("catalogweb.form.save.note"), Kind: templates.ActPrimary, Icon: "check"}}
	if v.by.Is(catalog.Submitters()...) {
		out[0].Kind = templates.ActPlain
		out = append([]templates.Act{{
			Text: v.p.T("catalogweb.form.submit"), Note: v.p.T("catalogweb.move.submit.note"), Name: "submit", Value: "true", Kind: templates.ActPrimary, Icon: "send",
		}}, out...)
	}
	return append(out, templates.Act{Text: v.p.T("catalogweb.cancel"), Href: back, Kind: templates.ActQuiet})
}

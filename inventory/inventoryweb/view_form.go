package inventoryweb

import (
	"net/url"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/templates"
)

// formPage is the data of inventory/form.
type formPage struct {
	Head templates.Head
	Form templates.Form
}

// formView makes the sections of a form out of a catalog.
type formView[T any] struct {
	catalog *field.Catalog[T]
	w       writer
	record  *T         // what conditions are judged by
	typed   url.Values // as typed; nil takes the record's values
	found   []fault.Field
	// special may change a field after it was made.
	special func(f *field.Field[T], out *templates.Field)
}

// sections are the fields by section, with the number of errors in each.
func (v formView[T]) sections() []templates.Section {
	var out []templates.Section
	for _, name := range v.catalog.Sections() {
		s := templates.Section{
			ID: "s-" + name, Title: v.w.p.T(v.catalog.Name + ".section." + name), Lead: v.w.p.T(v.catalog.Name + ".section." + name + ".lead"),
		}
		open := false
		for i := range v.catalog.All() {
			f := &v.catalog.All()[i]
			if f.Section != name || f.Given {
				continue
			}
			made := v.field(f)
			if made.Error != "" {
				s.Errors++
			}
			open = open || !made.Hidden
			s.Fields = append(s.Fields, made)
		}
		s.Hidden = !open
		s.ShownWhen = sharedCondition(s.Fields)
		out = append(out, s)
	}
	return out
}

// sharedCondition is the condition of a whole section: the one that all its
// fields begin with, so that no heading stands over nothing.
func sharedCondition(fields []templates.Field) string {
	shared := ""
	for i, f := range fields {
		first, _, _ := strings.Cut(f.ShownWhen, ";")
		if first == "" || i > 0 && first != shared {
			return ""
		}
		shared = first
	}
	return shared
}

func (v formView[T]) field(f *field.Field[T]) templates.Field {
	label := string(v.catalog.Label(f.Key))
	out := templates.Field{
		Name: f.Key, Kind: kindOf(f.Kind), Label: v.w.p.T(label), Help: v.w.p.T(label + ".help"), Unit: unit(v.w, f),
		Required: v.catalog.Needed(v.record, f) || f.Must, MaxLength: f.Max, Width: widthOf(f),
		RequiredWhen: requiredWhen(f), ShownWhen: shownWhen(f.Shown), Hidden: !v.catalog.Asked(v.record, f),
		Error: errorAt(v.w.p, v.found, f.Key),
	}
	v.fill(f, &out)
	if f.Kind == field.Enum && !out.Required && len(out.Options) > mostRadios {
		out.Kind = templates.KindRef // a list to choose from takes one line
	}
	for _, found := range v.found {
		if found.Name == f.Key && found.Warning {
			if isNote(found) {
				out.Note = v.w.p.Field(found)
			} else {
				out.Warning = v.w.p.Field(found)
			}
		}
	}
	if v.special != nil {
		v.special(f, &out)
	}
	return out
}

// isNote tells what was put right from what is worth a thought.
func isNote(f fault.Field) bool {
	return strings.HasPrefix(f.Code, "input.note.") || strings.HasPrefix(f.Code, "inventory.note.")
}

// fill puts the value and the choices into a field.
func (v formView[T]) fill(f *field.Field[T], out *templates.Field) {
	values := v.typed[f.Key]
	if v.typed == nil {
		canonical := f.Get(v.record)
		values = []string{f.Typed(v.w.names.in(forTyping), canonical)}
		if f.Kind == field.Multi {
			values = field.ParseList(canonical)
		}
	}
	if len(values) > 0 && f.Kind != field.Multi {
		out.Value = values[0]
	}
	switch {
	case f.Kind == field.Enum, f.Kind == field.Multi:
		for _, o := range f.Options {
			out.Options = append(out.Options, templates.Option{
				Value: o, Text: v.w.p.T(field.OptionKey(f.Words, o)), Chosen: slices.Contains(values, o),
			})
		}
	case isFlag(f):
		out.Kind, out.Required = templates.KindEnum, true
		if out.Value == "" {
			out.Value = "false"
		}
		out.Options = []templates.Option{{Value: "false", Text: v.w.p.T("bool.false")}, {Value: "true", Text: v.w.p.T("bool.true")}}
	}
}

// kindOf is how a kind of field is asked.
func kindOf(k field.Kind) string {
	if k == field.Code {
		return templates.KindText
	}
	return string(k)
}

// mostRadios is how many choices an optional question shows at once.
const mostRadios = 3

// Texts up to these lengths get narrow inputs.
const (
	shortText  = 24
	mediumText = 60
)

func widthOf[T any](f *field.Field[T]) string {
	switch {
	case f.Wide:
		return ""
	case f.Kind == field.Enum, f.Max > 0 && f.Max <= shortText, f.Kind == field.Phone:
		return "short"
	case f.Max <= mediumText && f.Kind != field.Multi && f.Kind != field.LongText:
		return "medium"
	}
	return ""
}

// requiredWhen writes the conditions under which a field must be filled in; the
// rule that refuses the save reads the same ones.
func requiredWhen[T any](f *field.Field[T]) []string {
	if f.Must {
		return nil
	}
	var out []string
	for _, c := range f.MustWhen {
		out = append(out, shownWhen([]field.Case{c}))
	}
	return out
}

// shownWhen writes conditions as the page's script reads them.
func shownWhen(cases []field.Case) string {
	parts := make([]string, len(cases))
	for i, c := range cases {
		parts[i] = c.Key + "=" + strings.Join(c.Values, "|")
	}
	return strings.Join(parts, ";")
}

// departmentOptions are the departments that a person may fill in for.
func departmentOptions(n names, scope auth.Scope, all bool) []templates.Option {
	var out []templates.Option
	for _, d := range n.dir.All() {
		if all || n.dir.Covers(scope, d.ID) && d.ActiveTo.IsZero() {
			text := d.Code + " " + d.Name
			out = append(out, templates.Option{Value: text, Text: text})
		}
	}
	return out
}

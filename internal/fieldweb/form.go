package fieldweb

import (
	"net/url"
	"slices"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/templates"
)

// Form makes the sections of a form out of a catalog.
type Form[T any] struct {
	Catalog *field.Catalog[T]
	Writer  Writer
	Record  *T         // what conditions are judged by
	Typed   url.Values // as typed; nil takes the record's values
	Found   []fault.Field
	// Special may change a field after it was made; it may be nil.
	Special func(f *field.Field[T], out *templates.Field)
}

// Sections are the fields by section, with the number of errors in each.
func (v Form[T]) Sections() []templates.Section {
	var out []templates.Section
	for _, name := range v.Catalog.Sections() {
		s := templates.Section{
			ID: "s-" + name, Title: v.Writer.P.T(string(v.Catalog.SectionLabel(name))),
			Lead: optional(v.Writer.P, v.Catalog.SectionLabel(name)+".lead"),
		}
		open := false
		for i := range v.Catalog.All() {
			f := &v.Catalog.All()[i]
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

func (v Form[T]) field(f *field.Field[T]) templates.Field {
	out := templates.Field{
		Name: f.Key, Kind: kindOf(f.Kind), Label: v.Writer.P.T(string(v.Catalog.Label(f.Key))),
		Help: Help(v.Writer.P, v.Catalog, f.Key), Unit: Unit(v.Writer, f),
		Required: v.Catalog.Needed(v.Record, f) || f.Must, MaxLength: f.Max, Width: widthOf(f),
		RequiredWhen: requiredWhen(f), ShownWhen: shownWhen(f.Shown), Hidden: !v.Catalog.Asked(v.Record, f),
		Error: ErrorAt(v.Writer.P, v.Found, f.Key),
	}
	v.fill(f, &out)
	if f.Kind == field.Enum && !out.Required && len(out.Options) > mostRadios {
		out.Kind = templates.KindRef // a list to choose from takes one line
	}
	for _, found := range v.Found {
		if found.Name == f.Key && found.Warning {
			if IsNote(found) {
				out.Note = v.Writer.P.Field(found)
			} else {
				out.Warning = v.Writer.P.Field(found)
			}
		}
	}
	if v.Special != nil {
		v.Special(f, &out)
	}
	return out
}

// IsNote tells what was put right from what is worth a thought.
func IsNote(f fault.Field) bool {
	return strings.Contains(f.Code, ".note.")
}

// fill puts the value and the choices into a field.
func (v Form[T]) fill(f *field.Field[T], out *templates.Field) {
	values := v.Typed[f.Key]
	if v.Typed == nil {
		canonical := f.Get(v.Record)
		values = []string{f.Typed(v.Writer.names(ForTyping), canonical)}
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
				Value: o, Text: v.Writer.P.T(field.OptionKey(f.Words, o)), Chosen: slices.Contains(values, o),
			})
		}
	case IsFlag(f):
		out.Kind, out.Required = templates.KindEnum, true
		if out.Value == "" {
			out.Value = "false"
		}
		out.Options = []templates.Option{{Value: "false", Text: v.Writer.P.T("bool.false")}, {Value: "true", Text: v.Writer.P.T("bool.true")}}
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

package rectificationweb

import (
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/templates"
)

// formPage is the data of rectification/form.
type formPage struct {
	Head templates.Head
	Form templates.Form
}

// asker makes the fields of a form from what was typed.
type asker struct {
	p     *locale.Printer
	typed url.Values
}

// field is a question; its label and help are the texts of its name.
func (a asker) field(name, kind string, required bool) templates.Field {
	f := templates.Field{Name: name, Kind: kind, Label: a.p.T("rectify." + name), Required: required, Value: a.typed.Get(name)}
	if help := "rectify." + name + ".help"; a.p.Has(help) {
		f.Help = a.p.T(help)
	}
	switch kind {
	case templates.KindLongText:
		f.MaxLength = 2000
	case templates.KindCount:
		f.Width = "short"
	}
	return f
}

func (a asker) long(name string, required bool) templates.Field {
	return a.field(name, templates.KindLongText, required)
}

func (a asker) choice(name string, words []string, label func(string) string) templates.Field {
	f := a.field(name, templates.KindEnum, true)
	for _, w := range words {
		f.Options = append(f.Options, templates.Option{Value: w, Text: label(w), Chosen: a.typed.Get(name) == w})
	}
	return f
}

func (a asker) file() templates.Field {
	f := a.field("file", templates.KindFile, false)
	f.Accept, f.MaxBytes, f.Value = ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", evidence.MaxSize, ""
	return f
}

// answer is a step that was refused: what was typed, and why.
type answer struct {
	what  string
	typed url.Values
	err   error
}

// stepper makes the steps of a record's page.
type stepper struct {
	p       *locale.Printer
	path    string // of the record
	version int64
	answer  answer
}

// asker has what was typed into a step that was refused, else what is given.
func (s stepper) asker(what string, given url.Values) asker {
	if s.answer.what == what {
		given = s.answer.typed
	}
	return asker{s.p, given}
}

func (s stepper) hidden() []templates.Pair {
	return []templates.Pair{{Name: "version", Value: strconv.FormatInt(s.version, 10)}}
}

// plain is a step that asks nothing.
func (s stepper) plain(what, icon string) templates.Step {
	return templates.Step{
		ID: "step-" + what, Note: s.p.T("rectify.act." + what + ".note"),
		Act: templates.Act{
			Text: s.p.T("rectify.act." + what), Icon: icon, Kind: templates.ActPrimary, Post: web.Join(s.path, what), Hidden: s.hidden(),
		},
	}
}

// asking is a step that asks for something before it is done.
func (s stepper) asking(what, icon string, fields ...templates.Field) templates.Step {
	form := &templates.Form{
		ID: "form-" + what, Action: web.Join(s.path, what), Guard: true, Hidden: s.hidden(),
		Sections: []templates.Section{{ID: "section-" + what, Fields: fields}},
		Acts:     []templates.Act{{Text: s.p.T("rectify.act." + what), Kind: templates.ActPrimary, Icon: icon}},
	}
	out := templates.Step{
		ID: "step-" + what, Title: s.p.T("rectify.act." + what), Note: s.p.T("rectify.act." + what + ".note"), Icon: icon, Form: form,
	}
	if s.answer.what == what {
		out.Open = true
		if len(fault.FieldsOf(s.answer.err)) > 0 {
			web.Mistakes(s.p, form, s.answer.err)
		}
	}
	return out
}

// refused is what stands above a page when a step was refused as a whole.
func (s stepper) refused() []templates.Callout {
	if s.answer.err == nil || len(fault.FieldsOf(s.answer.err)) > 0 {
		return nil
	}
	return []templates.Callout{{Kind: "error", Title: s.p.T("rectify.refused"), Text: s.p.Error(s.answer.err)}}
}

// shown tells whether a refusal comes back with the page, and not as an error.
func shown(err error) bool {
	return slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.TooLarge, fault.Forbidden}, fault.KindOf(err))
}

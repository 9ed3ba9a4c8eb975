package sharingweb

import (
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// formPage is the data of sharing/form.
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
	f := templates.Field{Name: name, Kind: kind, Label: a.p.T("sharing." + name), Required: required, Value: a.typed.Get(name)}
	if help := "sharing." + name + ".help"; a.p.Has(help) {
		f.Help = a.p.T(help)
	}
	switch kind {
	case templates.KindLongText:
		f.MaxLength = 1000
	case templates.KindDate, templates.KindCount:
		f.Width = "short"
	}
	return f
}

func (a asker) text(name string, required bool) templates.Field {
	f := a.field(name, templates.KindText, required)
	f.MaxLength = 200
	return f
}

func (a asker) long(name string, required bool) templates.Field {
	return a.field(name, templates.KindLongText, required)
}

// choice asks for one word of a set, many for several.
func (a asker) choice(name, set string, words []string, required bool) templates.Field {
	f := a.field(name, templates.KindEnum, required)
	f.Options = a.options(set, words, nil)
	return f
}

func (a asker) many(name, set string, words []string, required bool) templates.Field {
	f := a.field(name, templates.KindMulti, required)
	f.Options = a.options(set, words, a.typed[name])
	return f
}

func (a asker) options(set string, words, chosen []string) []templates.Option {
	out := make([]templates.Option, len(words))
	for i, w := range words {
		out[i] = templates.Option{Value: w, Text: word(a.p, set, w), Chosen: slices.Contains(chosen, w)}
		if help := "sharing." + set + "." + w + ".help"; a.p.Has(help) {
			out[i].Help = a.p.T(help)
		}
	}
	return out
}

// word names a word of a set.
func word(p *locale.Printer, set, w string) string {
	if w == "" {
		return ""
	}
	return p.T("sharing." + set + "." + w)
}

// words names several.
func words(p *locale.Printer, set string, all []string) string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = word(p, set, w)
	}
	return p.Join(out)
}

func (a asker) entry() templates.Field {
	f := a.field("entry", templates.KindRef, true)
	f.Lookup = lookupPath
	return f
}

func (a asker) department(name string) templates.Field {
	f := a.field(name, templates.KindRef, false)
	f.Lookup = "/departments/lookup"
	return f
}

func (a asker) file(name string, required bool) templates.Field {
	f := a.field(name, templates.KindFile, required)
	f.Accept, f.MaxBytes, f.Value = ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", evidence.MaxSize, ""
	return f
}

// when shows a field for some answers of another only.
func (a asker) when(f templates.Field, other string, answers ...string) templates.Field {
	f.ShownWhen = other + "="
	for i, answer := range answers {
		if i > 0 {
			f.ShownWhen += "|"
		}
		f.ShownWhen += answer
	}
	met := false
	for _, v := range a.typed[other] {
		met = met || slices.Contains(answers, v)
	}
	f.Hidden = !met
	return f
}

// termFields ask for the terms of an agreement (V13).
func (a asker) termFields() []templates.Field {
	return []templates.Field{
		a.choice("scope", "scope_word", sharing.Scopes(), true),
		a.when(a.text("scope_note", true), "scope", sharing.ScopeOffices, sharing.ScopePosts),
		a.many("purposes", "purpose_word", sharing.Purposes(), true),
		a.when(a.text("purpose_note", true), "purposes", sharing.PurposeOther),
		a.choice("method", "method_word", sharing.Methods(), true),
		a.text("method_note", false),
		a.long("items", false),
		a.field("valid_from", templates.KindDate, false),
		a.field("valid_to", templates.KindDate, false),
		a.field("quota", templates.KindCount, false),
	}
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
		ID: "step-" + what, Note: s.p.T("sharing.act." + what + ".note"),
		Act: templates.Act{
			Text: s.p.T("sharing.act." + what), Icon: icon, Kind: templates.ActPrimary, Post: web.Join(s.path, what), Hidden: s.hidden(),
		},
	}
}

// asking is a step that asks for something before it is done.
func (s stepper) asking(what, icon string, upload bool, fields ...templates.Field) templates.Step {
	form := &templates.Form{
		ID: "form-" + what, Action: web.Join(s.path, what), Guard: true, Upload: upload, Hidden: s.hidden(),
		Sections: []templates.Section{{ID: "section-" + what, Fields: fields}},
		Acts:     []templates.Act{{Text: s.p.T("sharing.act." + what), Kind: templates.ActPrimary, Icon: icon}},
	}
	out := templates.Step{
		ID: "step-" + what, Title: s.p.T("sharing.act." + what), Note: s.p.T("sharing.act." + what + ".note"), Icon: icon, Form: form,
	}
	if s.answer.what == what {
		out.Open = true
		if fields := fault.FieldsOf(s.answer.err); len(fields) > 0 {
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
	return []templates.Callout{{Kind: "error", Title: s.p.T("sharing.refused"), Text: s.p.Error(s.answer.err)}}
}

// shown tells whether a refusal comes back with the page, and not as an error.
func shown(err error) bool {
	return slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.TooLarge, fault.Forbidden}, fault.KindOf(err))
}

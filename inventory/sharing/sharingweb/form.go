package sharingweb

import (
	"net/url"
	"slices"

	"qingce/internal/evidence"
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

// asker makes the questions of a form from what was typed.
type asker struct{ web.Asker }

func asking(p *locale.Printer, typed url.Values) asker {
	return asker{web.Asker{P: p, Labels: "sharing.", Typed: typed, Largest: evidence.MaxSize}}
}

// choice asks for one word of a set, many for several.
func (a asker) choice(name, set string, words []string, required bool) templates.Field {
	f := a.Field(name, templates.KindEnum, required)
	f.Options = a.options(set, words, nil)
	return f
}

func (a asker) many(name, set string, words []string, required bool) templates.Field {
	f := a.Field(name, templates.KindMulti, required)
	f.Options = a.options(set, words, a.Typed[name])
	return f
}

func (a asker) options(set string, words, chosen []string) []templates.Option {
	out := make([]templates.Option, len(words))
	for i, w := range words {
		out[i] = templates.Option{Value: w, Text: word(a.P, set, w), Chosen: slices.Contains(chosen, w)}
		if help := "sharing." + set + "." + w + ".help"; a.P.Has(help) {
			out[i].Help = a.P.T(help)
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
	f := a.Field("entry", templates.KindRef, true)
	f.Lookup = lookupPath
	return f
}

func (a asker) department(name string) templates.Field {
	f := a.Field(name, templates.KindRef, false)
	f.Lookup = "/departments/lookup"
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
	for _, v := range a.Typed[other] {
		met = met || slices.Contains(answers, v)
	}
	f.Hidden = !met
	return f
}

// termFields ask for the terms of an agreement (V13).
func (a asker) termFields() []templates.Field {
	return []templates.Field{
		a.choice("scope", "scope_word", sharing.Scopes(), true),
		a.when(a.Text("scope_note", true), "scope", sharing.ScopeOffices, sharing.ScopePosts),
		a.many("purposes", "purpose_word", sharing.Purposes(), true),
		a.when(a.Text("purpose_note", true), "purposes", sharing.PurposeOther),
		a.choice("method", "method_word", sharing.Methods(), true),
		a.Text("method_note", false),
		a.Long("items", false),
		a.Field("valid_from", templates.KindDate, false),
		a.Field("valid_to", templates.KindDate, false),
		a.Field("quota", templates.KindCount, false),
	}
}

// stepper makes the steps of a record's page.
type stepper struct{ web.Stepper }

func steps(p *locale.Printer, path string, version int64, a web.Answer) stepper {
	return stepper{web.Stepper{
		P: p, Words: web.StepWords{Act: "sharing.act.", Refused: "sharing.refused"}, Path: path, Version: version, Answer: a,
	}}
}

// asker has what was typed into a step that was refused, else what is given.
func (s stepper) asker(what string, given url.Values) asker { return asking(s.P, s.Typed(what, given)) }

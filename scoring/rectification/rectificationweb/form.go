package rectificationweb

import (
	"net/url"

	"qingce/internal/evidence"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/templates"
)

// formPage is the data of rectification/form.
type formPage struct {
	Head templates.Head
	Form templates.Form
}

// asker makes the questions of a form from what was typed.
type asker struct{ web.Asker }

func asking(p *locale.Printer, typed url.Values) asker {
	return asker{web.Asker{P: p, Labels: "rectify.", Typed: typed, Largest: evidence.MaxSize}}
}

// long asks for the text of an official paper.
func (a asker) long(name string, required bool) templates.Field {
	f := a.Long(name, required)
	f.MaxLength = 2000
	return f
}

func (a asker) choice(name string, words []string, label func(string) string) templates.Field {
	f := a.Field(name, templates.KindEnum, true)
	for _, w := range words {
		f.Options = append(f.Options, templates.Option{Value: w, Text: label(w), Chosen: a.Typed.Get(name) == w})
	}
	return f
}

// stepper makes the steps of a record's page.
type stepper struct{ web.Stepper }

func steps(p *locale.Printer, path string, version int64, a web.Answer) stepper {
	return stepper{web.Stepper{
		P: p, Words: web.StepWords{Act: "rectify.act.", Refused: "rectify.refused"}, Path: path, Version: version, Answer: a,
	}}
}

// asker has what was typed into a step that was refused, else what is given.
func (s stepper) asker(what string, given url.Values) asker { return asking(s.P, s.Typed(what, given)) }

package fundingweb

import (
	"net/url"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/funding"
	"qingce/templates"
)

// stepper makes the steps of an item's page.
type stepper struct{ web.Stepper }

func steps(p *locale.Printer, path string, version int64, a web.Answer) stepper {
	return stepper{web.Stepper{
		P: p, Words: web.StepWords{Act: "funding.act.", Refused: "funding.refused"}, Path: path, Version: version, Answer: a,
	}}
}

func (s stepper) ask() web.Asker {
	return web.Asker{P: s.P, Labels: "funding.field.", Largest: evidence.MaxSize}
}

func (s stepper) field(name, kind string, required bool) templates.Field {
	return s.ask().Field(name, kind, required)
}

// pick asks for one word of a set.
func pick[T ~string](s stepper, name string, set []T, given T, text func(T) string) templates.Field {
	f := s.field(name, templates.KindEnum, true)
	f.Value = string(given)
	for _, v := range set {
		f.Options = append(f.Options, templates.Option{Value: string(v), Text: text(v)})
	}
	return f
}

// told says why something was refused, by its fields when it has any.
func told(p *locale.Printer, err error) string {
	fields := fault.FieldsOf(err)
	if len(fields) == 0 {
		return p.Error(err)
	}
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = p.Field(f)
	}
	return strings.Join(out, " ")
}

// reader reads what somebody typed, and collects what cannot be read.
type reader struct {
	url.Values
	wrong []fault.Field
}

func (t *reader) text(name string) string { return input.Lines(t.Get(name)) }

func (t *reader) bad(name string, err error) {
	t.wrong = append(t.wrong, fault.At(name, input.Code(err), "field", fault.Label("funding.field."+name), "value", t.Get(name)))
}

func (t *reader) day(name string) calendar.Date {
	if strings.TrimSpace(t.Get(name)) == "" {
		return calendar.Date{}
	}
	day, _, err := input.Date(t.Get(name), false)
	if err != nil {
		t.bad(name, err)
	}
	return day
}

// money reads an amount that is typed in 万元.
func (t *reader) money(name string) *int64 {
	if strings.TrimSpace(t.Get(name)) == "" {
		return nil
	}
	fen, _, err := input.Money(t.Get(name), input.Wan)
	if err != nil {
		t.bad(name, err)
		return nil
	}
	return &fen
}

// either gives what could not be read before what the verb found.
func (t *reader) either(do func() error) error {
	if len(t.wrong) == 0 {
		return do()
	}
	return fault.Refuse(t.wrong)
}

// stepped goes on to the item after a step, or back to it with the refusal.
func (d *desk) stepped(r *web.Request, in itemIn, what string, err error) (web.Response, error) {
	switch {
	case err == nil:
		return web.Redirect{To: yearPath(in.Year, in.Code), Said: web.Said(r.T("funding.said." + what))}, nil
	case web.ComesBack(err):
		return d.itemPage(r, in, web.Answer{What: what, Typed: r.Form, Err: err})
	}
	return nil, err
}

func verdictText(p *locale.Printer) func(funding.Verdict) string {
	return func(v funding.Verdict) string { return p.T(string(v.Label())) }
}

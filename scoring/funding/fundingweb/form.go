package fundingweb

import (
	"net/url"
	"strconv"
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

// answer is a step that was refused: what was typed, and why.
type answer struct {
	what  string
	typed url.Values
	err   error
}

// stepper makes the steps of an item's page.
type stepper struct {
	p       *locale.Printer
	path    string // of the item
	version int64
	answer  answer
}

// typed is what was typed into a step that was refused, else what is given.
func (s stepper) typed(what string, given url.Values) url.Values {
	if s.answer.what == what {
		return s.answer.typed
	}
	return given
}

// step is a step that asks for something before it is done.
func (s stepper) step(what, icon string, upload bool, fields ...templates.Field) templates.Step {
	typed := s.typed(what, nil)
	for i := range fields {
		if typed != nil && fields[i].Kind != templates.KindFile {
			fields[i].Value = typed.Get(fields[i].Name)
		}
	}
	form := &templates.Form{
		ID: "form-" + what, Action: s.path + "/" + what, Guard: true, Upload: upload,
		Hidden:   []templates.Pair{{Name: "version", Value: strconv.FormatInt(s.version, 10)}},
		Sections: []templates.Section{{ID: "section-" + what, Fields: fields}},
		Acts:     []templates.Act{{Text: s.p.T("funding.act." + what), Kind: templates.ActPrimary, Icon: icon}},
	}
	out := templates.Step{ID: "step-" + what, Title: s.p.T("funding.act." + what), Note: s.p.T("funding.act." + what + ".note"), Icon: icon, Form: form}
	if s.answer.what == what {
		out.Open = true
		if len(fault.FieldsOf(s.answer.err)) > 0 {
			web.Mistakes(s.p, form, s.answer.err)
		}
	}
	return out
}

func (s stepper) field(name, kind string, required bool) templates.Field {
	f := templates.Field{Name: name, Kind: kind, Label: s.p.T("funding.field." + name), Required: required}
	if help := "funding.field." + name + ".help"; s.p.Has(help) {
		f.Help = s.p.T(help)
	}
	switch kind {
	case templates.KindLongText:
		f.MaxLength = 1000
	case templates.KindDate, templates.KindMoney:
		f.Width = "short"
	}
	return f
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

func (s stepper) file() templates.Field {
	f := s.field("file", templates.KindFile, true)
	f.Accept, f.MaxBytes = ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", evidence.MaxSize
	return f
}

// refused is what stands above a page when a step was refused as a whole.
func (s stepper) refused() []templates.Callout {
	if s.answer.err == nil || len(fault.FieldsOf(s.answer.err)) > 0 {
		return nil
	}
	return []templates.Callout{{Kind: "error", Title: s.p.T("funding.refused"), Text: s.p.Error(s.answer.err)}}
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
	case comesBack(err):
		return d.itemPage(r, in, answer{what, r.Form, err})
	}
	return nil, err
}

func verdictText(p *locale.Printer) func(funding.Verdict) string {
	return func(v funding.Verdict) string { return p.T(string(v.Label())) }
}

package web

import (
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

// Asker makes the questions of a form from what was typed. The label of a
// question is the text of its name after Labels; the same with ".help" is its
// help, when there is one.
type Asker struct {
	P      *locale.Printer
	Labels string // begins the keys of the labels, such as "sharing."
	Typed  url.Values
	// Largest is how many bytes a file may have.
	Largest int64
}

// Field is a question of a kind.
func (a Asker) Field(name, kind string, required bool) templates.Field {
	f := templates.Field{Name: name, Kind: kind, Label: a.P.T(a.Labels + name), Required: required, Value: a.Typed.Get(name)}
	if help := a.Labels + name + ".help"; a.P.Has(help) {
		f.Help = a.P.T(help)
	}
	switch kind {
	case templates.KindLongText:
		f.MaxLength = 1000
	case templates.KindText:
		f.MaxLength = 200
	case templates.KindDate, templates.KindCount, templates.KindMoney:
		f.Width = "short"
	}
	return f
}

// Text asks for a line.
func (a Asker) Text(name string, required bool) templates.Field {
	return a.Field(name, templates.KindText, required)
}

// Long asks for some sentences.
func (a Asker) Long(name string, required bool) templates.Field {
	return a.Field(name, templates.KindLongText, required)
}

// File asks for a paper.
func (a Asker) File(name string, required bool) templates.Field {
	f := a.Field(name, templates.KindFile, required)
	f.Accept, f.MaxBytes, f.Value = ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", a.Largest, ""
	return f
}

// Answer is a step that was refused: what was typed into it, and why.
type Answer struct {
	What  string
	Typed url.Values
	Err   error
}

// StepWords say where the texts of a room's steps stand.
type StepWords struct {
	Act     string // begins the keys of the steps and, with ".note", of what they lead to
	Refused string // is the title above a page whose step was refused as a whole
}

// Stepper makes the steps of a record's page. A step is posted to an address of
// its own below the record's, with the version of the record that was shown.
type Stepper struct {
	P       *locale.Printer
	Words   StepWords
	Path    string // of the record
	Version int64
	Answer  Answer
}

// Typed is what was typed into a step that was refused, else what is given.
func (s Stepper) Typed(what string, given url.Values) url.Values {
	if s.Answer.What == what {
		return s.Answer.Typed
	}
	return given
}

func (s Stepper) hidden() []templates.Pair {
	return []templates.Pair{{Name: "version", Value: strconv.FormatInt(s.Version, 10)}}
}

// Plain is a step that asks nothing.
func (s Stepper) Plain(what, icon string) templates.Step {
	key := s.Words.Act + what
	return templates.Step{ID: "step-" + what, Note: s.P.T(key + ".note"), Act: templates.Act{
		Text: s.P.T(key), Icon: icon, Kind: templates.ActPrimary, Post: Join(s.Path, what), Hidden: s.hidden(),
	}}
}

// Asking is a step that asks for something before it is done. When it was
// refused it is open, holds what was typed, and says at each field what is wrong.
func (s Stepper) Asking(what, icon string, fields ...templates.Field) templates.Step {
	key := s.Words.Act + what
	form := &templates.Form{
		ID: "form-" + what, Action: Join(s.Path, what), Guard: true, Hidden: s.hidden(),
		Upload:   slices.ContainsFunc(fields, func(f templates.Field) bool { return f.Kind == templates.KindFile }),
		Sections: []templates.Section{{ID: "section-" + what, Fields: fields}},
		Acts:     []templates.Act{{Text: s.P.T(key), Kind: templates.ActPrimary, Icon: icon}},
	}
	out := templates.Step{ID: "step-" + what, Title: s.P.T(key), Note: s.P.T(key + ".note"), Icon: icon, Form: form}
	if s.Answer.What != what {
		return out
	}
	out.Open = true
	for i, f := range fields {
		if f.Kind != templates.KindFile {
			fields[i].Value = s.Answer.Typed.Get(f.Name)
		}
	}
	if len(fault.FieldsOf(s.Answer.Err)) > 0 {
		Mistakes(s.P, form, s.Answer.Err)
	}
	return out
}

// Refused is what stands above a page when a step was refused as a whole.
func (s Stepper) Refused() []templates.Callout {
	if s.Answer.Err == nil || len(fault.FieldsOf(s.Answer.Err)) > 0 {
		return nil
	}
	return []templates.Callout{{Kind: "error", Title: s.P.T(s.Words.Refused), Text: s.P.Error(s.Answer.Err)}}
}

// ComesBack tells whether a refusal comes back with the page, and not as an
// error of its own.
func ComesBack(err error) bool {
	kinds := []fault.Kind{fault.Invalid, fault.Conflict, fault.TooLarge, fault.Forbidden, fault.Unsupported}
	return err != nil && slices.Contains(kinds, fault.KindOf(err))
}

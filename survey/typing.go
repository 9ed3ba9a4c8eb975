package survey

import (
	"maps"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// PageField names the page of a browser among posted values. What is typed and
// not saved is kept with the page in which it was typed, so that a page can be
// told from another one of the same person.
const PageField = "page"

// TypedOn tells whether what is kept as typed was typed by somebody on a page.
func TypedOn(typed map[string][]string, who auth.AccountID, page string) bool {
	at := typed[PageField]
	return page != "" && len(at) == 2 && at[0] == page && at[1] == accountText(who)
}

func accountText(id auth.AccountID) string { return strconv.FormatInt(int64(id), 10) }

// Kept are values that were kept as they were typed, to be read: a question that
// they do not name stays as it is.
func Kept(typed map[string][]string) Input {
	in := Input{Form: typed, Only: []string{}}
	for name := range typed {
		head, _, _ := strings.Cut(name, ".")
		in.Only = append(in.Only, head)
	}
	return in
}

// unsavedRow is what an input types into a row that is not saved already; a page
// that says what is saved leaves no draft.
func (d *Desk) unsavedRow(tx *store.Tx, by auth.Principal, p *Paper, r *Row, now *inventory.System, in Input) (map[string][]string, error) {
	typed, err := typedOf(p.Ask, questionnaire.OfSystem, in.Form)
	if err != nil {
		return nil, err
	}
	reading, err := d.reading(tx, by, p, in.Manner)
	if err != nil {
		return nil, err
	}
	t := reading.take(questionnaire.OfSystem, r.Body, now, in)
	if !fault.AnyError(t.found) && sameAnswers(t.answers, r.Body) {
		return map[string][]string{}, nil
	}
	typed[PageField] = []string{in.Form.Get(PageField), accountText(by.AccountID)}
	return typed, nil
}

// unsavedAnswers is unsavedRow of what a form says of the body.
func (d *Desk) unsavedAnswers(tx *store.Tx, by auth.Principal, p *Paper, in Input) (map[string][]string, error) {
	typed, err := typedOf(p.Ask, questionnaire.OfDepartment, in.Form)
	if err != nil {
		return nil, err
	}
	for _, name := range ownFields() {
		typed[name] = append([]string{}, in.Form[name]...) // what is not ticked is absent
	}
	saved := p.Form.Says()
	now, found, err := d.readAnswers(tx, by, p, saved, in)
	if err != nil {
		return nil, err
	}
	if !fault.AnyError(found) && sameAnswers(now, saved) {
		return map[string][]string{}, nil
	}
	typed[PageField] = []string{in.Form.Get(PageField), accountText(by.AccountID)}
	return typed, nil
}

// sameAnswers compares answers; one that is empty is as good as absent.
func sameAnswers(a, b map[string]string) bool {
	given := func(m map[string]string) map[string]string {
		out := maps.Clone(m)
		maps.DeleteFunc(out, func(_, v string) bool { return v == "" })
		return out
	}
	return maps.Equal(given(a), given(b))
}

// readAnswers reads an input about the body over what a form says (Says) and
// keeps nothing.
func (d *Desk) readAnswers(tx *store.Tx, by auth.Principal, p *Paper, over map[string]string, in Input) (map[string]string, []fault.Field, error) {
	reading, err := d.reading(tx, by, p, in.Manner)
	if err != nil {
		return nil, nil, err
	}
	own, rest := splitOwn(in)
	f, answers := formOf(over)
	found := f.declare(own)
	t := reading.take(questionnaire.OfDepartment, answers, nil, rest)
	f.Answers = t.answers
	return f.Says(), append(found, t.found...), nil
}

// Says is what the form says of the body as a whole, as canonical text: the
// answers, and under the names of their inputs the number of systems and which
// lists are empty.
func (f *Form) Says() map[string]string {
	out := maps.Clone(f.Answers)
	if out == nil {
		out = map[string]string{}
	}
	if f.DeclaredCount != nil {
		out[CountField] = strconv.FormatInt(*f.DeclaredCount, 10)
	}
	for name, on := range map[string]bool{NoneCleanField: f.NoneClean, NoneConnectField: f.NoneConnect, NoneDemandField: f.NoneDemand} {
		if on {
			out[name] = "true"
		}
	}
	return out
}

// formOf takes what Says gives apart again.
func formOf(says map[string]string) (Form, field.Answers) {
	answers := maps.Clone(field.Answers(says))
	f := Form{Typed: map[string][]string{}}
	own := map[string]string{}
	for _, name := range ownFields() {
		own[name] = answers[name]
		delete(answers, name)
	}
	f.declare(own)
	return f, answers
}

// ownFields are the names of what every form says besides its questions.
func ownFields() []string {
	return []string{CountField, NoneCleanField, NoneConnectField, NoneDemandField}
}

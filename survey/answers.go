package survey

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/input"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/survey/questionnaire"
)

// What a form says besides the questions of its questionnaire: names of inputs,
// of members for programs, and of findings.
const (
	CountField       = "declared_count"
	NoneCleanField   = "none_clean"
	NoneConnectField = "none_connect"
	NoneDemandField  = "none_demand"
	ZeroField        = "zero"
	ZeroReasonField  = "zero_reason"
)

// DemandsQuestion is the table question in which bodies list the data that they
// want from others.
const DemandsQuestion = "x_demands"

// SaveAnswers saves what the form says of the body as a whole: the number of
// systems, which lists are empty, and the questions about it. As with a row,
// mistakes are returned and the rest is saved; version is that of the form.
func (d *Desk) SaveAnswers(ctx context.Context, by auth.Principal, key FormKey, version int64, in Input) (Form, []fault.Field, error) {
	var found []fault.Field
	form, err := d.changeForm(ctx, by, key, version, "answered", func(tx *store.Tx, p *Paper) error {
		var err error
		found, err = d.answerIn(tx, by, p, in)
		return err
	})
	return form, found, err
}

// answerIn puts an input about the body into the form and says what is wrong
// with it.
func (d *Desk) answerIn(tx *store.Tx, by auth.Principal, p *Paper, in Input) ([]fault.Field, error) {
	reading, err := d.reading(tx, by, p, in.Manner)
	if err != nil {
		return nil, err
	}
	f := &p.Form
	f.Typed = map[string][]string{}
	own, rest := splitOwn(in)
	found := f.declare(own)
	t := reading.take(questionnaire.OfDepartment, f.Answers, nil, rest)
	f.Answers = t.answers
	maps.Copy(f.Typed, t.typed)
	for _, one := range append(t.found, d.settleAnswers(p)...) {
		if q, ok := p.Ask.Department.Find(one.Name); !ok || p.Ask.Department.Asked(factAnswers(p), q) {
			found = append(found, one)
		}
	}
	return found, nil
}

// factAnswers are the answers about the body with what the register knows of it.
func factAnswers(p *Paper) *field.Answers {
	a := maps.Clone(field.Answers(p.Form.Answers))
	if a == nil {
		a = field.Answers{}
	}
	questionnaire.SetFacts(a, p.Owner, nil)
	return &a
}

// settleAnswers empties answers that are not asked and says what is too long.
func (d *Desk) settleAnswers(p *Paper) []fault.Field {
	a := *factAnswers(p)
	p.Ask.ClearUnasked(questionnaire.OfDepartment, a)
	found := append(tooLong(p.Ask.Department, a, nil), checkTables(p.Ask, questionnaire.OfDepartment, a)...)
	questionnaire.DropFacts(a)
	p.Form.Answers = a
	return found
}

// splitOwn parts what every form has from the questions.
func splitOwn(in Input) (own map[string]string, rest Input) {
	own, rest = map[string]string{}, in
	for _, name := range ownFields() {
		if in.Fields != nil {
			if raw, ok := in.Fields[name]; ok {
				own[name] = plain(raw)
			}
			continue
		}
		if in.Only == nil || slices.Contains(in.Only, name) {
			own[name] = in.Form.Get(name)
		}
	}
	if in.Fields != nil {
		rest.Fields = maps.Clone(in.Fields)
		for name := range own {
			delete(rest.Fields, name)
		}
	}
	return own, rest
}

// plain is a JSON number, truth or text as it would be typed.
func plain(raw json.RawMessage) string {
	var text string
	switch {
	case string(raw) == "null":
		return ""
	case json.Unmarshal(raw, &text) == nil:
		return text
	}
	return string(raw)
}

// declare reads the number of systems and which lists are empty.
func (f *Form) declare(own map[string]string) []fault.Field {
	for name, at := range map[string]*bool{NoneCleanField: &f.NoneClean, NoneConnectField: &f.NoneConnect, NoneDemandField: &f.NoneDemand} {
		if v, ok := own[name]; ok {
			*at = v == "true"
		}
	}
	typed, ok := own[CountField]
	if !ok {
		return nil
	}
	if typed == "" {
		f.DeclaredCount = nil
		return nil
	}
	n, _, err := input.Count(typed)
	if err != nil {
		f.Typed[CountField] = []string{typed}
		return []fault.Field{fault.At(CountField, input.Code(err), "field", fault.Label("survey.field.declared_count"), "value", typed)}
	}
	f.DeclaredCount = &n
	return nil
}

// ReadAnswers reads what somebody typed about the body over what a form says
// (Form.Says) and keeps nothing, as ReadRow does.
func (d *Desk) ReadAnswers(ctx context.Context, by auth.Principal, key FormKey, over map[string]string, in Input) (map[string]string, []fault.Field, error) {
	var out map[string]string
	var found []fault.Field
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		out, found, err = d.readAnswers(tx, by, p, over, in)
		return err
	})
	return out, found, err
}

// AutosaveAnswers keeps what somebody is typing about the body, without judging
// it, as AutosaveRow does.
func (d *Desk) AutosaveAnswers(ctx context.Context, by auth.Principal, key FormKey, version int64, in Input) (Form, error) {
	return d.changeForm(ctx, by, key, version, "", func(tx *store.Tx, p *Paper) error {
		typed, err := d.unsavedAnswers(tx, by, p, in)
		p.Form.Typed = typed
		return err
	})
}

// DropTypedAnswers forgets what was typed about the body and not saved.
func (d *Desk) DropTypedAnswers(ctx context.Context, by auth.Principal, key FormKey, version int64) (Form, error) {
	return d.changeForm(ctx, by, key, version, "", func(_ *store.Tx, p *Paper) error {
		p.Form.Typed = map[string][]string{}
		return nil
	})
}

// changeForm runs fn on what a form says by itself, at the version that the
// person began with (0 for whichever it is).
func (d *Desk) changeForm(ctx context.Context, by auth.Principal, key FormKey, version int64, action string, fn func(tx *store.Tx, p *Paper) error) (Form, error) {
	return d.change(ctx, by, key, func(tx *store.Tx, p *Paper) error {
		if version != 0 && p.Form.Version != version {
			return store.ErrStale
		}
		before := p.Form.said()
		if err := fn(tx, p); err != nil {
			return err
		}
		p.Form.Version++
		if action == "" {
			return nil
		}
		return logForm(tx, by, p, action, before)
	})
}

// formSaid is what the log keeps of a form.
type formSaid struct {
	State         FormState         `json:"state"`
	Zero          bool              `json:"zero"`
	ZeroReason    string            `json:"zero_reason"`
	DeclaredCount *int64            `json:"declared_count"`
	NoneClean     bool              `json:"none_clean"`
	NoneConnect   bool              `json:"none_connect"`
	NoneDemand    bool              `json:"none_demand"`
	Answers       map[string]string `json:"answers"`
	Submissions   int               `json:"submissions"`
	LateWd        *int              `json:"late_wd"`
	// SHA256 is of what was handed in, so that a submission can be held against the
	// log. The log blots out what is called a hash.
	SHA256 string `json:"sha256,omitempty"`
}

func (f *Form) said() formSaid {
	return formSaid{
		State: f.State, Zero: f.Zero, ZeroReason: f.ZeroReason, DeclaredCount: f.DeclaredCount,
		NoneClean: f.NoneClean, NoneConnect: f.NoneConnect, NoneDemand: f.NoneDemand,
		Answers: maps.Clone(f.Answers), Submissions: f.Submissions, LateWd: f.LateWd,
	}
}

func logForm(tx *store.Tx, by auth.Principal, p *Paper, action string, before formSaid) error {
	after := p.Form.said()
	after.SHA256 = p.sealed
	return oplog.Record(tx, by, oplog.Entry{
		Action: "form." + action, Kind: "form", ID: p.Key().String(), Name: p.Campaign.Title, Department: p.Owner.ID,
		Before: before, After: after, Reason: p.Form.ZeroReason,
	})
}

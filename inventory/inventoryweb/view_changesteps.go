package inventoryweb

import (
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/inventory"
	"qingce/templates"
)

// steps are what the reader can do with the request now, each with what it
// leads to.
func (v changeView) steps() []templates.Step {
	var out []templates.Step
	c := v.Request
	if v.own(v.by) && c.State == inventory.ChangeDraft && v.by.Is(changeSubmitters()...) {
		out = append(out, v.submit())
	}
	if v.reviews(v.by, deciders()) {
		out = append(out, v.verdict(approveChange, "check"), v.verdict(rejectChange, "return"))
	}
	if v.reviews(v.by, changeAdvisers()) {
		out = append(out, v.advise())
	}
	if v.own(v.by) && (c.State == inventory.ChangeDraft || c.State == inventory.ChangeSubmitted && v.by.Is(changeSubmitters()...)) {
		out = append(out, v.withdraw())
	}
	return out
}

func (v changeView) version() templates.Pair {
	return templates.Pair{Name: "version", Value: versionText(v.Request.Version)}
}

func (v changeView) submit() templates.Step {
	return templates.Step{
		ID: "step-submit", Note: v.p.T("change.next.head"),
		Errors: fieldweb.ErrorSummary(v.p, v.found("submit")),
		Act: templates.Act{
			Text: v.p.T("change.act.submit"), Icon: "send", Kind: templates.ActPrimary, Post: changePath(v.Request.ID, "submit"),
			Hidden: []templates.Pair{v.version()},
		},
	}
}

// found is what was wrong with a step that was tried.
func (v changeView) found(what string) []fault.Field {
	if v.answer.what != what {
		return nil
	}
	return fault.FieldsOf(v.answer.err)
}

// step is a step that asks for something before it is done.
func (v changeView) step(what, icon, path string, hidden []templates.Pair, fields ...templates.Field) templates.Step {
	out := templates.Step{
		ID: "step-" + what, Title: v.p.T("change.act." + what), Note: v.p.T("change.act." + what + ".note"), Icon: icon, Open: v.answer.what == what,
	}
	out.Form = &templates.Form{
		ID: out.ID + "-form", Action: changePath(v.Request.ID, path), Guard: true, Errors: atStep(v.p, v.found(what), what),
		Hidden:   append([]templates.Pair{v.version()}, hidden...),
		Sections: []templates.Section{{ID: out.ID + "-section", Fields: fields}},
		Acts:     []templates.Act{{Text: v.p.T("change.act." + what + ".go"), Kind: templates.ActPrimary, Icon: icon}},
	}
	return out
}

func (v changeView) stepReason(what string, required bool) templates.Field {
	return templates.Field{
		Name: reasonOf(what), Kind: templates.KindLongText, Label: v.p.T("change.act." + what + ".reason"), Required: required,
		Value: v.typed(what, "reason"), MaxLength: maxReason, Error: fieldweb.ErrorAt(v.p, v.found(what), "reason"),
	}
}

// verdict is one of the two answers of the Office.
func (v changeView) verdict(what, icon string) templates.Step {
	hidden := []templates.Pair{
		{Name: "decision", Value: what}, {Name: "system_version", Value: versionText(v.System.Version)},
	}
	fields := []templates.Field{v.stepReason(what, what == rejectChange)}
	if what == approveChange && v.Overtaken() {
		fields = append([]templates.Field{{
			Name: "anyway", Kind: templates.KindMulti, Label: v.p.T("change.anyway"),
			Options: []templates.Option{{Value: "true", Text: v.p.T("change.anyway.yes"), Chosen: v.typed(what, "anyway") == "true"}},
		}}, fields...)
	}
	return v.step(what, icon, "decision", hidden, fields...)
}

// advise is the recommendation of the centre.
func (v changeView) advise() templates.Step {
	const what = "advise"
	field := templates.Field{
		Name: "advice", Kind: templates.KindEnum, Label: v.p.T("change.advice"), Required: true, Value: v.typed(what, "advice"),
		Error: fieldweb.ErrorAt(v.p, v.found(what), "advice"),
	}
	for _, a := range []inventory.Advice{inventory.AdviseApproval, inventory.AdviseRejection} {
		field.Options = append(field.Options, templates.Option{Value: string(a), Text: v.p.T("change.advice." + string(a))})
	}
	return v.step(what, "edit", "advice", nil, field, v.stepReason(what, false))
}

func (v changeView) withdraw() templates.Step {
	const what = "withdraw"
	return v.step(what, "return", what, nil, v.stepReason(what, false))
}

package hubweb

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/hub"
	"qingce/templates"
)

// exemptionView turns one exemption into the data of its page.
type exemptionView struct {
	p     *locale.Printer
	by    auth.Principal
	today calendar.Date
	in    exemptionIn
	form  string // which form came back
	cause error
	one   hub.AskedLine
	mine  bool
}

func (v exemptionView) page() formPage {
	e := &v.one.Exemption
	badge := exemptionBadge(v.p, e, v.today)
	out := formPage{
		Head: templates.Head{
			Code: v.one.Code, Title: v.p.T("hub.exemption", "code", v.one.Name), Badges: []templates.Badge{badge}, Lead: v.lead(),
			Actions: []templates.Act{{Text: v.p.T("hub.connection"), Href: connectionPath(v.one.Code), Icon: "network", Kind: templates.ActQuiet}},
		},
		Groups: v.groups(), Steps: v.steps(),
	}
	if v.cause != nil && len(fault.FieldsOf(v.cause)) == 0 {
		out.Callouts = []templates.Callout{{Kind: "error", Text: v.p.Error(v.cause)}}
	}
	return out
}

// lead says whose turn it is.
func (v exemptionView) lead() string {
	switch {
	case v.one.State == hub.Asked:
		return v.p.T("hub.exemption.turn")
	case v.one.InForce(v.today):
		return v.p.T("hub.exemption.in_force", "until", v.one.Until, "next", v.one.Until.AddDays(1))
	}
	return v.p.T("hub.exemption.settled")
}

func (v exemptionView) groups() []templates.Facts {
	e := &v.one.Exemption
	decided := ""
	if e.DecidedAt != nil {
		decided = v.p.Time(*e.DecidedAt) + " " + e.DecidedName
	}
	rows := []templates.Row{
		{Label: v.p.T("hub.field.kind"), Text: v.p.T(string(e.Kind.Label()))}, {Label: v.p.T("hub.field.ground"), Text: v.p.T("hub.ground." + e.Ground)},
		{Label: v.p.T("hub.column.until"), Text: e.Until.String()}, {Label: v.p.T("hub.field.reason"), Text: e.Reason, Long: true},
		{Label: v.p.T("hub.column.owner"), Text: v.one.Owner.Name}, {Label: v.p.T("hub.column.asked_at"), Text: v.p.Time(e.AskedAt) + " " + e.AskedName},
	}
	answer := []templates.Row{{Label: v.p.T("hub.column.decided_by"), Text: decided}, {Label: v.p.T("hub.field.decision_reason"), Text: e.DecisionReason, Long: true}}
	if !e.EndedOn.IsZero() {
		answer = append(answer, templates.Row{Label: v.p.T("hub.column.ended_on"), Text: e.EndedOn.String() + " " + e.EndedName, Note: e.EndedReason})
	}
	return []templates.Facts{{ID: "s-plea", Title: v.p.T("hub.exemption.plea"), Rows: rows}, {ID: "s-answer", Title: v.p.T("hub.exemption.answer"), Rows: answer}}
}

func (v exemptionView) steps() []templates.Step {
	var out []templates.Step
	foreign := v.by.DepartmentID == 0 || v.by.DepartmentID != v.one.OwnerID
	switch {
	case v.one.State == hub.Asked && v.by.Is(hub.Deciders()...) && foreign:
		out = append(out, v.decideStep())
	case v.one.State == hub.Approved && v.by.Is(hub.Deciders()...):
		out = append(out, v.endStep())
	}
	if v.one.State == hub.Asked && v.by.Is(hub.Askers()...) && v.mine {
		out = append(out, templates.Step{ID: "step-withdraw", Note: v.p.T("hub.exemption.withdraw.note"), Act: templates.Act{
			Text: v.p.T("hub.exemption.withdraw"), Post: numbered(exemptionPath, v.in.ID, "withdraw"), Hidden: []templates.Pair{versionPair(v.one.Version)}, Icon: "return",
		}})
	}
	return out
}

func (v exemptionView) reason(form string, required bool) templates.Field {
	f := templates.Field{Name: "reason", Kind: templates.KindLongText, Label: v.p.T("hub.field.reason"), Help: v.p.T("hub.field.decision_reason.help"), MaxLength: 500, Required: required}
	if v.form == form {
		f.Value = v.in.Reason
	}
	return f
}

func (v exemptionView) decideStep() templates.Step {
	open := v.form == "decide"
	decision := templates.Field{Name: "decision", Kind: templates.KindEnum, Label: v.p.T("hub.field.decision"), Required: true, Options: []templates.Option{
		{Value: "approve", Text: v.p.T("hub.exemption.approve"), Help: v.p.T("hub.exemption.approve.help")}, {Value: "refuse", Text: v.p.T("hub.exemption.refuse"), Help: v.p.T("hub.exemption.refuse.help")},
	}}
	until := templates.Field{Name: "until", Kind: templates.KindDate, Label: v.p.T("hub.column.until"), Help: v.p.T("hub.field.until.shorter"), Width: "short", Value: v.one.Until.String()}
	if open {
		decision.Value, until.Value = v.in.Decision, v.in.Until
	}
	return v.asForm("decide", numbered(exemptionPath, v.in.ID, "decision"), "hub.exemption.decide", "seal", true, decision, until, v.reason("decide", false))
}

func (v exemptionView) endStep() templates.Step {
	s := v.asForm("end", numbered(exemptionPath, v.in.ID, "end"), "hub.exemption.end", "return", v.form == "end", v.reason("end", true))
	s.Danger = true
	return s
}

func (v exemptionView) asForm(name, action, key, icon string, open bool, fields ...templates.Field) templates.Step {
	f := templates.Form{
		ID: "form-" + name, Action: action, Hidden: []templates.Pair{versionPair(v.one.Version)},
		Sections: []templates.Section{{ID: "s-" + name, Title: v.p.T(key), Fields: fields}},
		Acts:     []templates.Act{{Text: v.p.T(key), Kind: templates.ActPrimary, Icon: icon, Note: v.p.T(key + ".note")}},
	}
	if v.form == name {
		web.Mistakes(v.p, &f, v.cause)
	}
	return templates.Step{ID: "step-" + name, Title: v.p.T(key), Note: v.p.T(key + ".note"), Icon: icon, Open: open, Form: &f}
}

package monthlyweb

import (
	"net/url"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/templates"
)

// policyPage is the data of monthly/policy: the method and its versions.
type policyPage struct {
	Head     templates.Head
	Tabs     templates.Tabs
	Callouts []templates.Callout
	Facts    []templates.Facts
	Force    *templates.Form
	Form     *templates.Form
	Versions *templates.Table
}

type policyView struct {
	p       *locale.Printer
	by      auth.Principal
	next    monthly.Period
	inForce []monthly.Policy // the newest first
	draft   *monthly.Policy
	typed   url.Values
	reason  string
	from    string
	form    string // which form came back
	cause   error
}

// base is the method that a draft begins with.
func (v policyView) base() monthly.Method {
	switch {
	case v.draft != nil:
		return v.draft.Method
	case len(v.inForce) > 0:
		return v.inForce[0].Method
	}
	return monthly.DefaultMethod()
}

func (v policyView) page() policyPage {
	out := policyPage{
		Head: templates.Head{Title: v.p.T("monthly.policy.title"), Lead: v.p.T("monthly.policy.lead")}, Tabs: tabs(v.p, v.by, policyPath), Versions: v.versions(),
	}
	if len(v.inForce) > 0 {
		p := v.inForce[0]
		out.Head.Facts = []templates.Row{{Label: v.p.T("monthly.version"), Text: v.p.T("monthly.method.version", "n", p.Version)}, {Label: v.p.T("monthly.policy.from"), Text: string(p.FromMonth)}}
		out.Facts = v.facts(p.Method)
	}
	if v.draft != nil {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "info", Title: v.p.T("monthly.policy.has_draft", "name", v.draft.CreatedName, "at", v.p.Time(v.draft.CreatedAt)), Text: v.draft.Reason, Items: v.changes()})
	}
	if v.by.Is(monthly.Makers()...) {
		if out.Form = v.formOf(); v.draft != nil {
			out.Force = v.forceForm()
		}
	}
	return out
}

// facts are the numbers of a method for those who only read.
func (v policyView) facts(m monthly.Method) []templates.Facts {
	var out []templates.Facts
	for _, s := range sections(&m) {
		f := templates.Facts{ID: "s-now-" + s.key, Title: v.p.T("monthly.policy.section." + s.key)}
		for _, t := range s.terms {
			f.Rows = append(f.Rows, templates.Row{Label: v.p.T("scoring.policy." + t.name), Text: pageWord(*t.at), Unit: v.p.T("monthly.unit." + t.unit)})
		}
		out = append(out, f)
	}
	tasks := templates.Facts{ID: "s-now-tasks", Title: v.p.T("monthly.policy.section.tasks")}
	for _, o := range scorecard.Outcomes() {
		tasks.Rows = append(tasks.Rows, templates.Row{Label: v.p.T("scoring.policy.task_" + string(o)), Text: pageWord(m.TaskPoints[o]), Unit: v.p.T("monthly.unit.points")})
	}
	off := templates.Facts{ID: "s-now-off", Title: v.p.T("monthly.policy.section.off")}
	for _, one := range scorecard.Deductions() {
		off.Rows = append(off.Rows, templates.Row{Label: v.p.T("scoring.policy.off_" + string(one)), Text: pageWord(m.Off[one]), Unit: v.p.T("monthly.unit.points")})
	}
	off.Rows = append(off.Rows, templates.Row{Label: v.p.T("scoring.policy.penalty_from"), Text: m.PenaltyFrom.String()})
	return append(out, tasks, off)
}

// changes lists what the draft changes.
func (v policyView) changes() []string {
	if len(v.inForce) == 0 {
		return nil
	}
	old, now := typed(v.inForce[0].Method), typed(v.draft.Method)
	var out []string
	for _, name := range sortedKeys(now) {
		if old.Get(name) != now.Get(name) {
			out = append(out, v.p.T("monthly.policy.change", "field", v.p.T("scoring.policy."+name), "from", old.Get(name), "to", now.Get(name)))
		}
	}
	return out
}

// formOf is the draft of another method.
func (v policyView) formOf() *templates.Form {
	values := v.typed
	if values == nil {
		values = typed(v.base())
	}
	reason := v.reason
	f := &templates.Form{ID: "draft", Action: policyPath, Guard: true, Hidden: []templates.Pair{number("revision", 0)}}
	if v.draft != nil {
		f.Hidden = []templates.Pair{number("revision", v.draft.Revision)}
		if v.form != "draft" {
			reason = v.draft.Reason
		}
	}
	field := func(name, unit string) templates.Field {
		return templates.Field{Name: name, Kind: templates.KindCount, Label: v.p.T("scoring.policy." + name), Unit: v.p.T("monthly.unit." + unit), Required: true, Width: "short", Value: values.Get(name)}
	}
	m := v.base()
	for _, s := range sections(&m) {
		one := templates.Section{ID: "s-" + s.key, Title: v.p.T("monthly.policy.section." + s.key), Lead: v.p.T("monthly.policy.section." + s.key + ".lead")}
		for _, t := range s.terms {
			one.Fields = append(one.Fields, field(t.name, t.unit))
		}
		f.Sections = append(f.Sections, one)
	}
	tasks := templates.Section{ID: "s-tasks", Title: v.p.T("monthly.policy.section.tasks"), Lead: v.p.T("monthly.policy.section.tasks.lead")}
	for _, o := range scorecard.Outcomes() {
		tasks.Fields = append(tasks.Fields, field("task_"+string(o), "points"))
	}
	off := templates.Section{ID: "s-off", Title: v.p.T("monthly.policy.section.off"), Lead: v.p.T("monthly.policy.section.off.lead")}
	for _, one := range scorecard.Deductions() {
		off.Fields = append(off.Fields, field("off_"+string(one), "points"))
	}
	off.Fields = append(off.Fields, templates.Field{Name: "penalty_from", Kind: templates.KindDate, Label: v.p.T("scoring.policy.penalty_from"), Required: true, Width: "short", Value: values.Get("penalty_from")})
	why := templates.Section{ID: "s-why", Title: v.p.T("monthly.reason"), Fields: []templates.Field{
		{Name: "reason", Kind: templates.KindLongText, Label: v.p.T("monthly.reason"), Help: v.p.T("monthly.policy.reason.help"), Required: true, MaxLength: 500, Value: reason},
	}}
	f.Sections = append(f.Sections, tasks, off, why)
	f.Acts = []templates.Act{{Text: v.p.T("monthly.policy.save"), Kind: templates.ActPrimary, Icon: "edit", Note: v.p.T("monthly.policy.save.note")}}
	if v.form == "draft" {
		web.Mistakes(v.p, f, v.cause)
	}
	return f
}

// forceForm puts the draft in force.
func (v policyView) forceForm() *templates.Form {
	from := v.from
	if v.form != "force" {
		from = string(v.next)
	}
	f := &templates.Form{
		ID: "force", Action: policyPath + "/force", Hidden: []templates.Pair{number("revision", v.draft.Revision)},
		Sections: []templates.Section{{ID: "s-force", Title: v.p.T("monthly.policy.force"), Lead: v.p.T("monthly.policy.force.lead"), Fields: []templates.Field{
			{Name: "month", Label: v.p.T("monthly.policy.from"), Help: v.p.T("monthly.month.help"), Required: true, Width: "short", Value: from},
		}}},
		Acts: []templates.Act{{Text: v.p.T("monthly.policy.force"), Kind: templates.ActPrimary, Icon: "seal", Note: v.p.T("monthly.policy.force.note"), Confirm: v.p.T("monthly.policy.force.note")}},
	}
	if v.form == "force" {
		web.Mistakes(v.p, f, v.cause)
	}
	return f
}

// versions are those that were put in force.
func (v policyView) versions() *templates.Table {
	t := &templates.Table{Caption: v.p.T("monthly.policy.versions"), Columns: []templates.Column{
		{Text: v.p.T("monthly.version"), Main: true}, {Text: v.p.T("monthly.policy.from"), Main: true}, {Text: v.p.T("monthly.reason"), Main: true}, {Text: v.p.T("monthly.policy.weights")}, {Text: v.p.T("monthly.policy.set_at")},
	}}
	for _, p := range v.inForce {
		var weights []string
		for _, m := range scorecard.Metrics() {
			weights = append(weights, metricName(v.p, m)+" "+pageWord(p.Method.Weights[m]))
		}
		set := ""
		if p.SetAt != nil {
			set = v.p.Time(*p.SetAt)
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: v.p.T("monthly.method.version", "n", p.Version)}, {Text: string(p.FromMonth)}, {Text: p.Reason}, {Text: v.p.Join(weights)}, {Text: set, Sub: p.SetName},
		}})
	}
	return t
}

// tabs are the pages of the scorecards, as far as the reader may see them.
func tabs(p *locale.Printer, by auth.Principal, open string) templates.Tabs {
	t := templates.Tabs{Label: p.T("monthly.title"), Items: []templates.Tab{
		{Text: p.T("monthly.tab.city"), Href: cardsPath, Active: open == cardsPath}, {Text: p.T("monthly.policy.title"), Href: policyPath, Active: open == policyPath},
	}}
	if by.Is(auth.Office) {
		t.Items = append(t.Items, templates.Tab{Text: p.T("monthly.compute"), Href: newPath, Active: open == newPath})
	}
	return t
}

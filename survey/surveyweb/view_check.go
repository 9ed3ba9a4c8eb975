package surveyweb

import (
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// checkPage is the data of survey/paper_check: what would be handed in, what keeps it
// from being so, and what handing in means.
type checkPage struct {
	Head     templates.Head
	Tabs     templates.Tabs
	Callouts []templates.Callout
	Acts     []templates.Act // ways out of what keeps it from being handed in
	Troubles []troubleView
	Stats    []templates.Stat
	Lists    []listView
	Figures  *templates.Facts
	Own      templates.Facts
	Confirm  *templates.Form
}

// troubleView is a row, or the form, with what is wrong with it.
type troubleView struct {
	Name, Href string
	Errors     []templates.ErrorItem
	Warnings   []string
}

// listView is a list that follows from the answers.
type listView struct {
	Title, Empty string
	Items        []templates.Link
	Lines        []string
}

type checkView struct {
	paperView
	check survey.Check
	cause error
}

func (v checkView) data() checkPage {
	out := checkPage{Head: v.head(), Tabs: v.tabs("check"), Stats: v.stats(), Own: v.countFacts(), Troubles: v.troubles()}
	if v.cause != nil {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "error", Title: v.p.Error(v.cause)})
	}
	out.Lists = v.lists()
	if !v.check.Form.Zero {
		out.Figures = v.figures()
	}
	if v.paper.Open() != nil {
		return out
	}
	if v.check.OK() {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "ok", Text: v.p.T("form.check.ok")})
		out.Confirm = v.confirm()
	} else {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "error", Title: v.p.T("form.check.wrong"), Text: v.p.T("form.check.wrong.text")})
		if v.check.Standing() == 0 && !v.check.Form.Zero {
			out.Acts = []templates.Act{v.zeroAct(), {Text: v.p.T("form.act.add"), Post: v.path("rows"), Icon: "plus"}}
		}
	}
	return out
}

func (v checkView) stats() []templates.Stat {
	f := v.check.Form
	count := func(word string, n int, href, tone string) templates.Stat {
		s := templates.Stat{Label: v.p.T("form.stat." + word), Value: strconv.Itoa(n), Href: href}
		if n > 0 {
			s.Tone = tone
		}
		return s
	}
	changed, gone := 0, 0
	for _, r := range v.check.Rows {
		switch r.Decision {
		case survey.Changed, survey.Added:
			changed++
		case survey.Gone:
			gone++
		}
	}
	return []templates.Stat{
		count("standing", v.check.Standing(), v.path()+"?decision=pending&decision=confirmed&decision=changed&decision=added", ""),
		count("changed", changed, v.path()+"?decision=changed&decision=added", ""),
		count("gone", gone, v.path()+"?decision=gone", ""),
		count("errors", len(v.problems(v.allFound())), v.path()+"?show=wrong", templates.ToneRed),
		{Label: v.p.T("form.stat.given"), Value: strconv.Itoa(f.Given), Share: v.p.T("form.stat.of", "n", f.Needed), Href: v.path("answers")},
	}
}

func (v checkView) allFound() []fault.Field {
	out := v.check.Found
	for _, t := range v.check.Troubles {
		out = append(out[:len(out):len(out)], t.Found...)
	}
	return out
}

// troubles are those of the form itself and then of its rows.
func (v checkView) troubles() []troubleView {
	var out []troubleView
	if len(v.check.Found) > 0 {
		t := troubleView{Name: v.p.T("form.tab.answers"), Href: v.path("answers")}
		v.trouble(&t, v.check.Found)
		out = append(out, t)
	}
	for _, one := range v.check.Troubles {
		t := troubleView{Name: nameOr(v.p, one.Row.Name), Href: v.path("rows", rowText(one.Row.ID))}
		v.trouble(&t, one.Found)
		out = append(out, t)
	}
	return out
}

func (v checkView) trouble(t *troubleView, found []fault.Field) {
	for _, f := range found {
		if f.Warning {
			t.Warnings = append(t.Warnings, v.said(f))
			continue
		}
		href := t.Href
		if f.Name != "" {
			href += "#f-" + f.Name
		}
		t.Errors = append(t.Errors, templates.ErrorItem{Text: v.said(f), Href: href})
	}
}

// lists are the systems to clean up or integrate and to connect, those that are
// gone, and the data that is wanted (方案 part 2 (1)).
func (v checkView) lists() []listView {
	l, f := v.check.Lists(), v.check.Form
	if f.Zero { // it has no lists but that of what is gone
		return v.gone()
	}
	links := func(rows []survey.Row) []templates.Link {
		var out []templates.Link
		for _, r := range rows {
			out = append(out, templates.Link{Text: nameOr(v.p, r.Name), Href: v.path("rows", rowText(r.ID))})
		}
		return out
	}
	out := []listView{
		{Title: v.p.T("survey.field.none_clean"), Items: links(l.Clean), Empty: v.none(f.NoneClean, "none_clean")},
		{Title: v.p.T("survey.field.none_connect"), Items: links(l.Connect), Empty: v.none(f.NoneConnect, "none_connect")},
	}
	if columns, ok := v.check.Ask.Columns(survey.DemandsQuestion); ok {
		demands := listView{Title: v.p.T("survey.field.none_demand"), Empty: v.none(f.NoneDemand, "none_demand")}
		for _, line := range l.Demands {
			demands.Lines = append(demands.Lines, v.lines(columns, questionnaire.WriteTable([]field.Answers{line})))
		}
		out = append(out, demands)
	}
	return append(out, v.gone()...)
}

// gone are the systems that are no longer there, each with why: the head answers
// for that as well, also with a zero report.
func (v checkView) gone() []listView {
	var items []templates.Link
	for _, r := range v.check.Rows {
		if r.Decision != survey.Gone {
			continue
		}
		text := v.p.T("form.list.gone", "name", nameOr(v.p, r.Name), "kind", v.p.T(string(r.GoneKind.Label())), "reason", r.GoneReason)
		items = append(items, templates.Link{Text: text, Href: v.path("rows", rowText(r.ID))})
	}
	if len(items) == 0 {
		return nil
	}
	return []listView{{Title: v.p.T("form.decision.gone"), Items: items}}
}

// none is what stands in the place of an empty list.
func (v checkView) none(said bool, name string) string {
	if said {
		return v.p.T("survey.field." + name + ".tick")
	}
	return v.p.T("form.list.open")
}

// figures are the values that are worked out over the form.
func (v checkView) figures() *templates.Facts {
	out := &templates.Facts{ID: "s-figures", Title: v.p.T("form.section.figures")}
	for _, q := range v.check.Ask.OfPart(questionnaire.OfDepartment) {
		figure, ok := v.check.Figures[q.Name()]
		if !ok {
			continue
		}
		f, _ := v.check.Ask.Department.Find(q.Name())
		row := templates.Row{Label: v.p.T(string(f.Label)), Text: fieldweb.TextWithUnit(v.writer(), f, figure.Canonical)}
		if figure.Given != figure.Asked {
			row.Note = v.p.T("form.figure.partly", "given", figure.Given, "asked", figure.Asked)
		}
		out.Rows = append(out.Rows, row)
	}
	if len(out.Rows) == 0 {
		return nil
	}
	return out
}

// confirm is the last step: the clerk hands the form to the head, the head
// confirms and hands it in.
func (v checkView) confirm() *templates.Form {
	f := &templates.Form{
		ID: "hand-in", Action: v.path("ready"), Hidden: append(v.version(), templates.Pair{Name: "hash", Value: v.check.Hash}),
		Callouts: []templates.Callout{{Kind: "info", Title: v.p.T("form.confirm.title"), Items: []string{
			v.p.T("form.confirm.law.1"), v.p.T("form.confirm.law.2"), v.p.T("form.confirm.law.3"),
		}}},
		Acts: []templates.Act{{Text: v.p.T("form.act.ready"), Note: v.p.T("form.act.ready.note"), Kind: templates.ActPrimary, Icon: "send"}},
	}
	if v.paper.MayAnswer {
		f.Action = v.path("submit")
		f.Acts[0] = templates.Act{
			Text: v.p.T("form.act.sign"), Note: v.p.T("form.act.submit.note"), Kind: templates.ActPrimary, Icon: "seal",
			Confirm: v.p.T("form.act.submit.confirm", "n", v.check.Standing()),
		}
	}
	return f
}

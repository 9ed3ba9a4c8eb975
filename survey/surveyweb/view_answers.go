package surveyweb

import (
	"strconv"

	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

// bodyForm is the form about the body as a whole under way.
type bodyForm struct {
	writing
	in    formIn
	check survey.Check
}

// bodyPage is the data of survey/paper_body.
type bodyPage struct {
	Head  templates.Head
	Tabs  templates.Tabs
	Form  templates.Form
	Files []filesView
}

func (f *bodyForm) view() web.View {
	data := bodyPage{Head: f.head(), Tabs: f.tabs("answers"), Form: f.form(), Files: f.fileViews()}
	return web.View{Template: "survey/paper_body", Title: f.title(), Crumbs: f.crumbs(f.p.T("form.tab.answers")), Data: data, Err: f.err}
}

func (f *bodyForm) form() templates.Form {
	out := templates.Form{
		ID: "answers", Action: f.path("answers"), Autosave: f.path("answers", "draft"), Callouts: f.notices(),
		Acts: []templates.Act{
			{Text: f.p.T("form.act.save_answers"), Note: f.p.T("form.act.save_answers.note"), Kind: templates.ActPrimary, Icon: "check"},
			{Text: f.p.T("form.act.back"), Href: f.path(), Kind: templates.ActQuiet},
		},
	}
	if f.merge.Open() {
		out.Acts[0].Text = f.p.T("form.act.merge")
	}
	asked := withoutFiles(f.check.Ask, fieldweb.Form[field.Answers]{
		Catalog: f.check.Ask.Department, Writer: f.writer(), Record: &f.record, Typed: f.typed, Found: f.found, Special: f.special,
	}.Sections())
	out.Sections = append([]templates.Section{f.countSection(), f.listSection()}, asked...)
	f.finish(&out)
	return out
}

func (f *bodyForm) special(fd *field.Field[field.Answers], out *templates.Field) {
	f.dress(f.check.Ask.Department, fd, out, f.typed, f.found)
	out.Thread = f.beside(fd.Key)
	if f.merge.Open() {
		f.merge.Offer(fd, out)
	}
}

// own makes a field of what every form says by itself.
func (f *bodyForm) own(name, kind string) templates.Field {
	out := templates.Field{
		Name: name, Kind: kind, Label: f.p.T("survey.field." + name), Help: f.p.T("survey.field." + name + ".help"), Value: f.typed.Get(name),
		Error: fieldweb.ErrorAt(f.p, f.found, name),
	}
	out.Thread = f.beside(name)
	if fd, ok := f.answers.Find(name); ok && f.merge.Open() {
		f.merge.Offer(fd, &out)
	}
	return out
}

// countSection asks for the number of systems, to be held against the rows.
func (f *bodyForm) countSection() templates.Section {
	count := f.own(survey.CountField, templates.KindCount)
	count.Required, count.Unit, count.Width = true, f.p.T("form.unit.systems"), "short"
	if n := f.check.Standing(); count.Error == "" {
		beside(&count, f.p.T("survey.field.declared_count.now", "n", n), count.Value == strconv.Itoa(n))
	}
	s := templates.Section{ID: "s-count", Title: f.p.T("form.section.count"), Fields: []templates.Field{count}}
	return f.counted(s)
}

// listSection shows the lists that follow from the systems, and asks to say so
// where one is empty.
func (f *bodyForm) listSection() templates.Section {
	l := f.check.Lists()
	s := templates.Section{ID: "s-lists", Title: f.p.T("form.section.lists"), Lead: f.p.T("form.section.lists.lead")}
	for _, one := range []struct {
		name  string
		asked bool
		rows  []survey.Row
	}{
		{survey.NoneCleanField, f.check.Asks("proposed"), l.Clean},
		{survey.NoneConnectField, f.check.Asks("proposed") || f.check.Asks("must_connect"), l.Connect},
		{survey.NoneDemandField, f.check.Asks(survey.DemandsQuestion), nil},
	} {
		if !one.asked {
			continue
		}
		fd := f.own(one.name, templates.KindMulti)
		fd.Options = []templates.Option{{Value: "true", Text: f.p.T("survey.field." + one.name + ".tick"), Chosen: f.typed.Get(one.name) == "true"}}
		if len(one.rows) > 0 {
			names := make([]string, len(one.rows))
			for i, r := range one.rows {
				names[i] = nameOr(f.p, r.Name)
			}
			beside(&fd, f.p.T("form.list.has", "n", len(names), "names", f.p.Join(names)), fd.Value == "")
		}
		s.Fields = append(s.Fields, fd)
	}
	return f.counted(s)
}

// beside puts what the rows say beside an answer: with a tick where both agree,
// and as a warning where they do not.
func beside(fd *templates.Field, text string, agree bool) {
	switch {
	case agree:
		fd.Note = text
	case fd.Value == "":
		fd.Help += " " + text
	case fd.Warning == "":
		fd.Warning = text
	}
}

// counted counts the errors of a section.
func (f *bodyForm) counted(s templates.Section) templates.Section {
	for _, fd := range s.Fields {
		if fd.Error != "" {
			s.Errors++
		}
	}
	return s
}

// facts shows the answers to those who only read.
func (f *bodyForm) facts() factsPage {
	out := factsPage{Head: f.head(), Threads: f.apart(""), Files: f.fileViews()}
	out.Facts = append([]templates.Facts{f.ownFacts()}, fieldweb.Facts(f.writer(), f.check.Ask.Department, f.readable(f.record), nil)...)
	return out
}

// countFacts are the number of systems as the body says it, or its zero report.
func (v paperView) countFacts() templates.Facts {
	f := v.paper.Form
	out := templates.Facts{ID: "s-own", Title: v.p.T("form.section.count")}
	count := templates.Row{Label: v.p.T("survey.field.declared_count"), Unit: v.p.T("form.unit.systems")}
	if f.DeclaredCount != nil {
		count.Text = v.p.Number(*f.DeclaredCount)
	}
	out.Rows = append(out.Rows, count)
	if f.Zero {
		out.Title = v.p.T("form.badge.zero")
		out.Rows = append(out.Rows, templates.Row{Label: v.p.T("survey.field.zero_reason"), Text: f.ZeroReason})
	}
	return out
}

// ownFacts are what every form says by itself.
func (v paperView) ownFacts() templates.Facts {
	out := v.countFacts()
	f := v.paper.Form
	if f.Zero {
		return out
	}
	out.Title = v.p.T("form.section.lists")
	for _, one := range []struct {
		name string
		none bool
	}{{survey.NoneCleanField, f.NoneClean}, {survey.NoneConnectField, f.NoneConnect}, {survey.NoneDemandField, f.NoneDemand}} {
		text := v.p.T("form.list.see")
		if one.none {
			text = v.p.T("survey.field." + one.name + ".tick")
		}
		out.Rows = append(out.Rows, templates.Row{Label: v.p.T("survey.field." + one.name), Text: text})
	}
	return out
}

// zeroAct leads to the zero report.
func (v paperView) zeroAct() templates.Act {
	return templates.Act{Text: v.p.T("form.act.zero"), Href: v.path("zero")}
}

// zeroHead and zeroForm are the page of a zero report.
func (v paperView) zeroHead() templates.Head {
	return templates.Head{Title: v.p.T("form.zero.title", "department", v.paper.Owner.Name), Lead: v.p.T("form.zero.lead"), Deadline: v.deadline()}
}

func (v paperView) zeroForm(reason string, cause error) templates.Form {
	next := "form.zero.next.clerk"
	if v.paper.MayAnswer {
		next = "form.zero.next.head"
	}
	out := templates.Form{
		ID: "zero", Action: v.path("zero"), Hidden: v.version(),
		Sections: []templates.Section{{ID: "s-zero", Fields: []templates.Field{{
			Name: survey.ZeroReasonField, Kind: templates.KindLongText, Label: v.p.T("survey.field.zero_reason"), Help: v.p.T("survey.field.zero_reason.help"),
			Required: true, Value: reason, MaxLength: 500, Autofocus: true,
		}}}},
		Acts: []templates.Act{
			{Text: v.p.T("form.act.zero_file"), Note: v.p.T(next), Kind: templates.ActPrimary, Icon: "send"},
			{Text: v.p.T("form.act.cancel"), Href: v.path(), Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(v.p, &out, cause)
	return out
}

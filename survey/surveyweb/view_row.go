package surveyweb

import (
	"maps"
	"net/url"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// rowForm is the form of a system under way.
type rowForm struct {
	writing
	in rowIn
	v  survey.RowView
}

// rowFormPage is the data of survey/paper_row.
type rowFormPage struct {
	Head  templates.Head
	Form  templates.Form
	Files []filesView
}

func (f *rowForm) name() string { return nameOr(f.p, f.v.Row.Name) }

func (f *rowForm) title() string { return f.p.T("form.row.title", "name", f.name()) }

func (f *rowForm) crumbs(here ...string) []templates.Crumb {
	return f.paperView.crumbs(append([]string{f.name()}, here...)...)
}

func (f *rowForm) rowPath(more ...string) string {
	return f.path(append([]string{"rows", rowText(f.v.Row.ID)}, more...)...)
}

func (f *rowForm) view() web.View {
	data := rowFormPage{Head: f.head(), Form: f.form(), Files: f.fileViews()}
	return web.View{Template: "survey/paper_row", Title: f.title(), Crumbs: f.crumbs(), Data: data, Err: f.err}
}

func (f *rowForm) head() templates.Head {
	r := f.v.Row
	h := templates.Head{
		Title: f.title(), Code: r.Code, Badges: []templates.Badge{*f.standing(r)}, Deadline: f.deadline(),
		Lead: f.p.T("form.row.lead", "given", r.Given, "needed", r.Needed),
	}
	if r.Source != "" {
		h.Facts = append(h.Facts, templates.Row{Label: f.p.T("form.row.source"), Text: r.Source, Href: web.LocalPath(r.Source)})
	}
	h.Actions = f.actions()
	return h
}

// actions are what can be done with the system besides filling it in.
func (f *rowForm) actions() []templates.Act {
	r := f.v.Row
	version := []templates.Pair{{Name: "version", Value: versionText(r.Version)}}
	var out []templates.Act
	if r.Decision == survey.Pending && len(r.Typed) == 0 && r.Errors == 0 {
		out = append(out, templates.Act{
			Text: f.p.T("form.act.confirm"), Post: f.path("rows", "confirm"), Hidden: []templates.Pair{{Name: "row", Value: rowText(r.ID)}}, Icon: "check", Kind: templates.ActPrimary,
		})
	}
	if len(r.Typed) > 0 {
		out = append(out, templates.Act{Text: f.p.T("form.act.drop"), Post: f.rowPath("draft", "drop"), Icon: "trash", Kind: templates.ActQuiet, Confirm: f.p.T("form.act.drop.confirm")})
	}
	out = append(out, templates.Act{Text: f.p.T("form.act.copy"), Post: f.rowPath("copy"), Icon: "copy"})
	if r.SystemID != nil || r.Origin == survey.FromCensus {
		out = append(out, templates.Act{Text: f.p.T("form.act.gone"), Href: f.rowPath("gone"), Icon: "trash"})
	} else {
		out = append(out, templates.Act{Text: f.p.T("form.act.remove"), Post: f.rowPath("remove"), Hidden: version, Icon: "trash", Confirm: f.p.T("form.act.remove.confirm", "name", f.name())})
	}
	return append(out, f.neighbours()...)
}

func (f *rowForm) neighbours() []templates.Act {
	var out []templates.Act
	for _, n := range []struct {
		id         survey.RowID
		word, icon string
	}{{f.v.After, "after", "right"}, {f.v.Before, "before", "left"}} { // acts of a head are read from the right
		if n.id != 0 {
			out = append(out, templates.Act{Text: f.p.T("form.act." + n.word), Href: f.path("rows", rowText(n.id)), Icon: n.icon, Kind: templates.ActQuiet})
		}
	}
	return out
}

func (f *rowForm) form() templates.Form {
	out := templates.Form{
		ID: "row", Action: f.rowPath(), Autosave: f.rowPath("draft"), Callouts: f.callouts(), Acts: f.acts(),
	}
	out.Sections = withoutFiles(f.v.Ask, fieldweb.Form[field.Answers]{
		Catalog: f.v.Ask.System, Writer: f.writer(), Record: &f.record, Typed: f.typed, Found: f.found, Special: f.special,
	}.Sections())
	f.finish(&out)
	return out
}

// factPairs are the facts of the register that conditions on the page ask for.
func factPairs(record field.Answers, part questionnaire.Part) []templates.Pair {
	var out []templates.Pair
	for _, fact := range questionnaire.FactsOf(part) {
		out = append(out, templates.Pair{Name: fact.Key, Value: record[fact.Key]})
	}
	return out
}

// withoutFiles leaves out the questions that are answered by files: those stand
// under the form.
func withoutFiles(ask *questionnaire.Compiled, sections []templates.Section) []templates.Section {
	out := sections[:0]
	for _, s := range sections {
		var kept []templates.Field
		for _, fd := range s.Fields {
			if q, ok := ask.Question(fd.Name); !ok || q.Type != questionnaire.File {
				kept = append(kept, fd)
			}
		}
		if s.Fields = kept; len(kept) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// fieldNames are the names of all inputs of sections, for links from the summary
// of errors.
func fieldNames(sections []templates.Section) []string {
	var out []string
	reply := func(t *templates.Thread) {
		if t != nil && t.Reply != nil {
			out = append(out, t.Reply.Field.Name)
		}
	}
	for _, s := range sections {
		for i := range s.Threads {
			reply(&s.Threads[i])
		}
		for _, fd := range s.Fields {
			out = append(out, fd.Name)
			reply(fd.Thread)
			if fd.Lines == nil {
				continue
			}
			for _, line := range fd.Lines.Lines {
				for _, cell := range line.Fields {
					out = append(out, cell.Name)
				}
			}
		}
	}
	return out
}

// special is what only the form of a system of a survey knows about its fields.
func (f *rowForm) special(fd *field.Field[field.Answers], out *templates.Field) {
	classified := f.record["classified"] == "true"
	f.dress(f.v.Ask.System, fd, out, f.typed, f.found)
	switch fd.Key {
	case "classified": // it decides what is asked, so there is no way round it
		out.Kind, out.Required = templates.KindEnum, true
		out.Options = []templates.Option{{Value: "false", Text: f.p.T("bool.false")}, {Value: "true", Text: f.p.T("bool.true")}}
	case "name": // a classified system is named by the service
		out.ShownWhen, out.Hidden = "classified=false", classified
	case "djbh_level": // of a classified system there is only one answer
		out.ShownWhen, out.Hidden = "classified=false", classified
		out.Options = withoutOption(out.Options, inventory.DjbhNotApplied)
	}
	out.Thread = f.beside(fd.Key)
	f.was(fd, out)
	if f.merge.Open() {
		f.merge.Offer(fd, out)
	}
}

// was shows what the answer was: when the form was handed in last, or in the
// register.
func (f *rowForm) was(fd *field.Field[field.Answers], out *templates.Field) {
	old, now := f.v.Last, f.v.Row.Body[fd.Key]
	if old == nil && f.v.Now != nil && f.v.Row.Decision != survey.Pending {
		if r, ok := inventory.SystemFields.Find(fd.Key); ok {
			old = map[string]string{fd.Key: r.Get(f.v.Now)}
		}
	}
	if before := old[fd.Key]; old != nil && before != now && before != "" {
		out.Was = f.text(questionnaire.OfSystem, fd.Key, before)
	}
}

func withoutOption(options []templates.Option, value string) []templates.Option {
	out := options[:0]
	for _, o := range options {
		if o.Value != value {
			out = append(out, o)
		}
	}
	return out
}

// dress finishes a field of either part: references look up as one types, days
// have an example, tables have lines.
func (v paperView) dress(c *field.Catalog[field.Answers], fd *field.Field[field.Answers], out *templates.Field, typed url.Values, found []fault.Field) {
	switch {
	case fd.Kind == field.Ref:
		out.Lookup = "/" + fd.Options[0] + "s/lookup"
	case fd.Kind == field.Date:
		out.Placeholder = "2017-09-30"
	}
	if columns, ok := v.paper.Ask.Columns(fd.Key); ok {
		out.Kind, out.Value = templates.KindLines, ""
		out.Lines = v.lineFields(columns, fd.Key, typed, found)
	}
}

// lineFields are the lines of a table question, with an empty one at the end.
func (v paperView) lineFields(columns *field.Catalog[field.Answers], table string, typed url.Values, found []fault.Field) *templates.Lines {
	out := &templates.Lines{Add: &templates.Act{Text: v.p.T("form.act.line_add"), Name: "line.add", Value: table, Icon: "plus", NoCheck: true}}
	n := survey.TableLines(table, typed)
	for i := range n + 1 {
		line := templates.Line{Title: strconv.Itoa(i + 1)}
		for _, fd := range v.cells(columns, table, i, typed, found) {
			fd.Required = fd.Required && i < n
			line.Fields = append(line.Fields, fd)
		}
		if i < n {
			line.Remove = &templates.Act{
				Text: v.p.T("form.act.line_remove"), Name: "line.remove", Value: table + "." + strconv.Itoa(i), Icon: "trash", Kind: templates.ActQuiet, NoCheck: true,
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// cells are the fields of one line.
func (v paperView) cells(columns *field.Catalog[field.Answers], table string, line int, typed url.Values, found []fault.Field) []templates.Field {
	values := url.Values{}
	var here []fault.Field
	for i := range columns.All() {
		key := columns.All()[i].Key
		name := survey.CellName(table, line, key)
		values[key] = typed[name]
		for _, f := range found {
			if f.Name == name {
				f.Name = key
				here = append(here, f)
			}
		}
	}
	var out []templates.Field
	special := func(fd *field.Field[field.Answers], made *templates.Field) {
		v.dress(columns, fd, made, nil, nil)
		made.Name = survey.CellName(table, line, fd.Key)
		made.Help, made.Width = "", ""
	}
	for _, s := range (fieldweb.Form[field.Answers]{
		Catalog: columns, Writer: v.writer(), Record: &field.Answers{}, Typed: values, Found: here, Special: special,
	}).Sections() {
		out = append(out, s.Fields...)
	}
	return out
}

// callouts say what came back, and what was kept.
func (f *rowForm) callouts() []templates.Callout {
	out := f.notices()
	if f.v.Now != nil && f.v.Now.Version != f.v.Row.BaseVersion {
		out = append(out, templates.Callout{Kind: "info", Text: f.p.T("form.row.moved_on")})
	}
	return out
}

// acts are the ways out of the form, each with what it leads to.
func (f *rowForm) acts() []templates.Act {
	save := templates.Act{Text: f.p.T("form.act.save"), Note: f.p.T("form.act.save.note"), Kind: templates.ActPrimary, Icon: "check"}
	if f.merge.Open() {
		save.Text = f.p.T("form.act.merge")
	}
	out := []templates.Act{save}
	if f.v.After != 0 {
		out = append(out, templates.Act{Text: f.p.T("form.act.save_next"), Name: "next", Value: "true"})
	}
	return append(out, templates.Act{Text: f.p.T("form.act.back"), Href: f.path(), Kind: templates.ActQuiet})
}

// factsPage is the data of survey/paper_facts: a part of a form to be read.
type factsPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Threads  []templates.Thread
	Facts    []templates.Facts
	Changes  []templates.Change
	Files    []filesView
	Acts     []templates.Act
}

// facts shows the system to those who only read.
func (f *rowForm) facts() factsPage {
	out := factsPage{Head: f.head(), Callouts: f.callouts(), Threads: f.apart(rowText(f.v.Row.ID)), Files: f.fileViews()}
	r := f.v.Row
	out.Head.Actions = f.neighbours()
	out.Head.Lead = f.p.T("form.turn." + f.turn())
	if !r.Stands() {
		out.Callouts = append(out.Callouts, f.goneCallout())
		if f.v.Open() == nil {
			out.Acts = append(out.Acts, templates.Act{
				Text: f.p.T("form.act.restore"), Post: f.rowPath("restore"), Hidden: []templates.Pair{{Name: "version", Value: versionText(r.Version)}}, Icon: "return",
			})
		}
	}
	out.Facts = fieldweb.Facts(f.writer(), f.v.Ask.System, f.readable(f.record), nil)
	out.Changes = fieldweb.Changes(f.writer(), f.v.Ask.System, survey.DiffRegister(&r, f.v.Now))
	return out
}

// readable are answers for reading: table questions as lines of words.
func (v paperView) readable(answers field.Answers) *field.Answers {
	out := maps.Clone(answers)
	for key := range answers {
		if columns, ok := v.paper.Ask.Columns(key); ok {
			out[key] = v.lines(columns, answers[key])
		}
	}
	return &out
}

// goneCallout says why a system is no longer there.
func (f *rowForm) goneCallout() templates.Callout {
	r := f.v.Row
	c := templates.Callout{Kind: "warning", Title: f.p.T("form.decision." + string(r.Decision)), Text: r.GoneReason}
	if r.GoneKind != "" {
		c.Items = append(c.Items, f.p.T(string(r.GoneKind.Label())))
	}
	if !r.GoneOn.IsZero() {
		c.Items = append(c.Items, f.p.T("survey.field.gone_on")+" "+r.GoneOn.String())
	}
	if r.GoneToID != nil {
		c.Items = append(c.Items, f.refs.dir.Name(*r.GoneToID))
	}
	return c
}

// goneForm asks why a system is no longer there.
func (f *rowForm) goneForm(in goneForm, cause error) templates.Form {
	kinds := survey.GoneKinds(&f.v.Row)
	kind := templates.Field{Name: survey.GoneKindField, Kind: templates.KindEnum, Label: f.p.T("survey.field.gone_kind"), Required: true, Value: in.Kind}
	for _, k := range kinds {
		kind.Options = append(kind.Options, templates.Option{Value: string(k), Text: f.p.T(string(k.Label())), Help: f.p.T(string(k.Label()) + ".help")})
	}
	when := func(fd templates.Field, k survey.GoneKind) templates.Field {
		fd.ShownWhen, fd.Hidden, fd.Required = survey.GoneKindField+"="+string(k), in.Kind != string(k), true
		return fd
	}
	fields := []templates.Field{kind}
	if f.v.Row.SystemID != nil {
		fields = append(fields,
			when(templates.Field{Name: survey.GoneOnField, Kind: templates.KindDate, Label: f.p.T("survey.field.gone_on"), Value: in.On, Width: "short", Placeholder: "2017-09-30"}, survey.GoneOffline),
			when(templates.Field{Name: survey.GoneOtherField, Kind: templates.KindRef, Label: f.p.T("survey.field.gone_other"), Value: in.Other, Lookup: "/systems/lookup", Width: "medium"}, survey.GoneDuplicate),
			when(templates.Field{Name: survey.GoneToField, Kind: templates.KindRef, Label: f.p.T("survey.field.gone_to"), Value: in.To, Lookup: "/departments/lookup", Width: "medium"}, survey.GoneTransferred))
	}
	fields = append(fields, templates.Field{Name: survey.GoneReasonField, Kind: templates.KindLongText, Label: f.p.T("survey.field.reason"), Help: f.p.T("form.gone.reason.help"), Required: true, Value: in.Reason, MaxLength: 500})
	out := templates.Form{
		ID: "gone", Action: f.rowPath("gone"), Hidden: []templates.Pair{{Name: "version", Value: versionText(f.v.Row.Version)}},
		Sections: []templates.Section{{ID: "s-gone", Fields: fields}},
		Acts: []templates.Act{
			{Text: f.p.T("form.act.gone_save"), Note: f.p.T("form.act.gone.note"), Kind: templates.ActDanger},
			{Text: f.p.T("form.act.cancel"), Href: f.rowPath(), Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(f.p, &out, cause)
	return out
}

package surveyweb

import (
	"errors"
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

const zhCN = locale.Chinese

func asFault(err error) (*fault.Error, bool) {
	var f *fault.Error
	return f, errors.As(err, &f)
}

func questionnaireCrumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return crumbs(p, templates.Crumb{Text: p.T("questionnaires"), Href: questionnairesPath}, more)
}

// versionName is a version as people name it.
func versionName(p *locale.Printer, q *survey.Questionnaire) string {
	return p.T("survey.questionnaire.option", "title", q.Body.Title.In(p.Lang()), "n", q.Number)
}

// author is who wrote a version; those that come with the programme have none.
func author(p *locale.Printer, id auth.AccountID, name string) string {
	if id == 0 {
		return p.T("questionnaire.shipped")
	}
	return name
}

func questionnaireBadge(p *locale.Printer, s survey.QuestionnaireState) templates.Badge {
	tone := map[survey.QuestionnaireState]string{
		survey.QuestionnaireDraft: templates.ToneAmber, survey.Published: templates.ToneGreen, survey.Withdrawn: templates.ToneGrey,
	}[s]
	return templates.Badge{Text: p.T(string(s.Label())), Tone: tone}
}

// questionnairesPage is the data of survey/questionnaires.
type questionnairesPage struct {
	Head  templates.Head
	Table templates.Table
	Empty *templates.Empty
}

type questionnairesView struct {
	p     *locale.Printer
	lines []survey.QuestionnaireLine
}

func (v questionnairesView) page() questionnairesPage {
	add := templates.Act{Text: v.p.T("questionnaire.act.new"), Href: questionnairesPath + "/new", Kind: templates.ActPrimary, Icon: "plus"}
	page := questionnairesPage{Head: templates.Head{
		Title: v.p.T("questionnaires"), Lead: v.p.T("questionnaires.lead"), Actions: []templates.Act{add},
	}}
	if len(v.lines) == 0 {
		page.Empty = &templates.Empty{Title: v.p.T("questionnaires.empty"), Text: v.p.T("questionnaires.empty.text"), Icon: "table", Actions: []templates.Act{add}}
		return page
	}
	t := templates.Table{ID: "questionnaires", Caption: v.p.T("questionnaires")}
	for _, key := range []string{"title", "state", "questions", "changed", "asked"} {
		t.Columns = append(t.Columns, templates.Column{
			Key: key, Text: v.p.T("questionnaire.column.head." + key), Main: key == "title" || key == "state" || key == "asked", Num: key == "questions",
		})
	}
	for i := range v.lines {
		t.Rows = append(t.Rows, v.row(&v.lines[i]))
	}
	page.Table = t
	return page
}

func (v questionnairesView) row(q *survey.QuestionnaireLine) templates.TableRow {
	questions := 0
	for _, s := range q.Body.Sections {
		questions += len(s.Questions)
	}
	badge := questionnaireBadge(v.p, q.State)
	asked := templates.Cell{Text: v.p.T("questionnaire.asked.none")}
	if n := len(q.Campaigns); n > 0 {
		asked = templates.Cell{Text: q.Campaigns[0].Title, Href: surveyPath(q.Campaigns[0].Code)}
		if n > 1 {
			asked.Sub = v.p.T("questionnaire.asked.more", "n", n)
		}
	}
	return templates.TableRow{ID: q.Name(), Name: versionName(v.p, &q.Questionnaire), Cells: []templates.Cell{
		{Text: versionName(v.p, &q.Questionnaire), Href: questionnairePath(q.Code, q.Number), Sub: q.Code},
		{Badge: &badge},
		{Text: strconv.Itoa(questions)},
		{Text: author(v.p, q.UpdatedBy, q.UpdatedName), Sub: v.p.Time(q.UpdatedAt)},
		asked,
	}}
}

// versionPage is the data of survey/questionnaire.
type versionPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Facts    templates.Facts
	Sections []sectionWords
}

type versionView struct {
	p      *locale.Printer
	by     auth.Principal
	q      survey.QuestionnaireLine
	newest survey.Questionnaire // of the same code
	words  *wording
	err    error
}

func (v versionView) name() string { return versionName(v.p, &v.q.Questionnaire) }

func (v versionView) page() versionPage {
	return versionPage{
		Head: templates.Head{
			Title: v.name(), Code: v.q.Code, Lead: v.q.Body.Lead.In(v.p.Lang()),
			Badges: []templates.Badge{questionnaireBadge(v.p, v.q.State)}, Actions: v.acts(),
		},
		Callouts: v.callouts(), Facts: v.facts(), Sections: v.words.sections(),
	}
}

// acts are what the reader can do with the version now.
func (v versionView) acts() []templates.Act {
	path := func(more ...string) string { return questionnairePath(v.q.Code, v.q.Number, more...) }
	version := []templates.Pair{{Name: "version", Value: strconv.FormatInt(v.q.Version, 10)}}
	draft, writes, office := v.q.State == survey.QuestionnaireDraft, v.by.Is(reviewers()...), v.by.Is(auth.Office)
	preview := templates.Act{Text: v.p.T("questionnaire.act.preview"), Href: path("preview"), Icon: "eye"}
	if !writes {
		return []templates.Act{preview}
	}
	var out []templates.Act
	add := func(when bool, a templates.Act) {
		if when {
			out = append(out, a)
		}
	}
	add(draft, templates.Act{Text: v.p.T("questionnaire.act.edit"), Href: path("edit"), Kind: templates.ActPrimary, Icon: "edit"})
	add(draft && office, templates.Act{
		Text: v.p.T("questionnaire.act.publish"), Post: path("publish"), Hidden: version, Icon: "check",
		Confirm: v.p.T("questionnaire.act.publish.confirm"), Note: v.p.T("questionnaire.act.publish.note"),
	})
	open := v.newest.State == survey.QuestionnaireDraft // one draft at a time
	add(!draft && open, templates.Act{
		Text: v.p.T("questionnaire.act.draft", "n", v.newest.Number), Href: questionnairePath(v.q.Code, v.newest.Number), Kind: templates.ActPrimary, Icon: "edit",
	})
	add(!draft && !open, templates.Act{
		Text: v.p.T("questionnaire.act.version"), Post: web.Join(questionnairesPath, v.q.Code, "versions"), Kind: templates.ActPrimary, Icon: "copy",
		Note: v.p.T("questionnaire.act.version.note"),
	})
	out = append(out, preview)
	add(v.q.Number > 1, templates.Act{Text: v.p.T("questionnaire.act.compare"), Href: path("compare"), Icon: "split"})
	add(true, templates.Act{Text: v.p.T("questionnaire.act.file"), Href: path("file"), Icon: "download", Download: true, Kind: templates.ActQuiet})
	add(office && v.q.State != survey.Withdrawn, templates.Act{Text: v.p.T("questionnaire.act.withdraw"), Href: path("withdraw"), Kind: templates.ActQuiet, Icon: "trash"})
	return out
}

func (v versionView) callouts() []templates.Callout {
	if v.err == nil {
		return nil
	}
	c := templates.Callout{Kind: "error", Title: v.p.T("questionnaire.not_published")}
	for _, f := range fault.FieldsOf(v.err) {
		c.Items = append(c.Items, v.p.Field(f))
	}
	return []templates.Callout{c}
}

func (v versionView) facts() templates.Facts {
	g := templates.Facts{ID: "s-version", Title: v.p.T("questionnaire.about")}
	row := func(key, text string) templates.Row { return templates.Row{Label: v.p.T(key), Text: text} }
	if v.q.PublishedAt != nil {
		g.Rows = append(g.Rows, row("questionnaire.published_by", v.p.T("survey.updated.by", "name", author(v.p, v.q.UpdatedBy, v.q.PublishedName), "at", *v.q.PublishedAt)))
	} else {
		g.Rows = append(g.Rows, row("survey.updated", v.p.T("survey.updated.by", "name", author(v.p, v.q.UpdatedBy, v.q.UpdatedName), "at", v.q.UpdatedAt)))
	}
	if v.q.Note != "" {
		g.Rows = append(g.Rows, row("survey.questionnaire.note", v.q.Note))
	}
	if v.q.Hash != "" {
		hash := row("questionnaire.hash", v.q.Hash)
		hash.Copy, hash.Code, hash.Long = true, true, true
		g.Rows = append(g.Rows, hash)
	}
	for _, c := range v.q.Campaigns {
		asked := row("questionnaire.column.head.asked", c.Title)
		asked.Href = surveyPath(c.Code)
		g.Rows = append(g.Rows, asked)
	}
	return g
}

// newQuestionnairePage asks how a new questionnaire begins.
func newQuestionnairePage(p *locale.Printer, all []survey.QuestionnaireLine, typed url.Values) formPage {
	how := typed.Get("how")
	if how == "" {
		how = "copy"
	}
	from := templates.Field{Name: "from", Kind: templates.KindRef, Label: p.T("questionnaire.new.from"), Value: typed.Get("from"), ShownWhen: "how=copy", Hidden: how != "copy", Required: true, Width: "medium"}
	for i := range all {
		from.Options = append(from.Options, templates.Option{Value: all[i].Name(), Text: versionName(p, &all[i].Questionnaire)})
	}
	if from.Value == "" && len(from.Options) > 0 {
		from.Value = from.Options[0].Value
	}
	var hows []templates.Option
	for _, key := range []string{"copy", "blank", "file"} {
		hows = append(hows, templates.Option{Value: key, Text: p.T("questionnaire.new.how." + key)})
	}
	return formPage{
		Head: templates.Head{Title: p.T("questionnaire.new"), Lead: p.T("questionnaire.new.lead")},
		Form: templates.Form{
			Action: questionnairesPath, Upload: true,
			Sections: []templates.Section{{ID: "s-new", Fields: []templates.Field{
				{Name: "code", Kind: templates.KindText, Label: p.T("questionnaire.code"), Help: p.T("questionnaire.code.help"), Value: typed.Get("code"), Required: true, MaxLength: 40, Width: "short"},
				{Name: "title", Kind: templates.KindText, Label: p.T("questionnaire.title"), Help: p.T("questionnaire.new.title.help"), Value: typed.Get("title"), MaxLength: 100},
				{Name: "how", Kind: templates.KindEnum, Label: p.T("questionnaire.new.how"), Value: how, Required: true, Options: hows},
				from,
				{
					Name: "file", Kind: templates.KindFile, Label: p.T("questionnaire.new.file"), Help: p.T("questionnaire.new.file.help"),
					Accept: ".json", MaxBytes: mostQuestionnaire, ShownWhen: "how=file", Hidden: how != "file", Required: true,
				},
			}}},
			Acts: []templates.Act{
				{Text: p.T("questionnaire.act.create"), Kind: templates.ActPrimary, Icon: "plus", Note: p.T("questionnaire.act.create.note")},
				{Text: p.T("survey.act.cancel"), Href: questionnairesPath, Kind: templates.ActQuiet},
			},
		},
	}
}

// withdrawPage asks why a version is withdrawn.
func withdrawPage(p *locale.Printer, q survey.QuestionnaireLine, reason string) formPage {
	lead := "questionnaire.withdraw.published"
	if q.State == survey.QuestionnaireDraft {
		lead = "questionnaire.withdraw.draft"
	}
	return formPage{
		Head: templates.Head{Title: p.T("questionnaire.withdraw"), Lead: p.T(lead, "name", versionName(p, &q.Questionnaire))},
		Form: templates.Form{
			Action: questionnairePath(q.Code, q.Number, "withdraw"), Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(q.Version, 10)}},
			Sections: []templates.Section{{ID: "s-reason", Fields: []templates.Field{{
				Name: "reason", Kind: templates.KindText, Label: p.T("survey.reason.label"), Value: reason, MaxLength: 200, Required: q.State == survey.Published,
			}}}},
			Acts: []templates.Act{
				{Text: p.T("questionnaire.act.withdraw"), Kind: templates.ActDanger, Icon: "trash"},
				{Text: p.T("survey.act.cancel"), Href: questionnairePath(q.Code, q.Number), Kind: templates.ActQuiet},
			},
		},
	}
}

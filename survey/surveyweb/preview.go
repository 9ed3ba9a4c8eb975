package surveyweb

import (
	"net/url"

	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

type previewIn struct {
	Code   string `uri:"code"`
	Number int    `uri:"number"`
	Part   string `form:"part"`
}

// previewQuestionnaire shows a version as those who fill it in will see it, with
// the facts that the address names.
func (d *desk) previewQuestionnaire(r *web.Request, in previewIn) (web.Response, error) {
	q, err := d.findVersion(r, versionIn{in.Code, in.Number})
	if err != nil {
		return nil, err
	}
	c, err := questionnaire.Compile(q.Body)
	if err != nil {
		return nil, err
	}
	v := previewView{p: r.P.Over(c.Texts()), c: c, q: q, part: questionnaire.OfSystem, asked: r.URL.Query()}
	if in.Part == string(questionnaire.OfDepartment) {
		v.part = questionnaire.OfDepartment
	}
	title := r.T("questionnaire.preview")
	return web.View{
		Template: "survey/preview", Title: title, Data: v.page(),
		Crumbs: questionnaireCrumbs(r.P, templates.Crumb{Text: versionName(r.P, &q.Questionnaire), Href: questionnairePath(q.Code, q.Number)}, crumb(title)),
	}, nil
}

// previewPage is the data of survey/preview.
type previewPage struct {
	Head   templates.Head
	Tabs   templates.Tabs
	Facts  []templates.Field
	Action string
	Part   string
	Form   templates.Form
}

type previewView struct {
	p     *locale.Printer
	c     *questionnaire.Compiled
	q     survey.QuestionnaireLine
	part  questionnaire.Part
	asked url.Values
}

func (v previewView) page() previewPage {
	path := questionnairePath(v.q.Code, v.q.Number, "preview")
	page := previewPage{
		Head: templates.Head{Title: v.p.T("questionnaire.preview"), Lead: v.p.T("questionnaire.preview.lead", "name", versionName(v.p, &v.q.Questionnaire))},
		Tabs: templates.Tabs{Label: v.p.T("questionnaire.parts")}, Action: path, Part: string(v.part),
	}
	for _, part := range []questionnaire.Part{questionnaire.OfSystem, questionnaire.OfDepartment} {
		page.Tabs.Items = append(page.Tabs.Items, templates.Tab{
			Text: v.p.T("questionnaire.part." + string(part)), Href: templates.WithQuery(path, "part", string(part)), Active: part == v.part,
		})
	}
	answers := v.answers()
	for _, f := range questionnaire.FactsOf(v.part) {
		page.Facts = append(page.Facts, v.fact(f, answers[f.Key]))
		page.Form.Hidden = append(page.Form.Hidden, templates.Pair{Name: f.Key, Value: answers[f.Key]})
	}
	page.Form.ID, page.Form.Progress = "preview", true
	page.Form.Sections = questionSections(fieldweb.Writer{P: v.p}, v.c, v.part, answers)
	return page
}

// answers are the facts as the address names them; otherwise those of a running
// system of a municipal department.
func (v previewView) answers() field.Answers {
	out := field.Answers{}
	for _, f := range questionnaire.FactsOf(v.part) {
		out[f.Key] = f.Options[len(f.Options)-1]
		if f.Words != "" {
			out[f.Key] = f.Options[0]
		}
		for _, o := range f.Options {
			if v.asked.Get(f.Key) == o {
				out[f.Key] = o
			}
		}
	}
	if v.part == questionnaire.OfSystem {
		out["classified"] = out[questionnaire.FactClassified]
		out["phase"] = "running"
		if out[questionnaire.FactRetired] == "true" {
			out["phase"] = "offline"
		}
	}
	return out
}

// fact is the switch of a fact.
func (v previewView) fact(f questionnaire.Fact, value string) templates.Field {
	out := templates.Field{Name: f.Key, Kind: templates.KindRef, Label: v.p.T(string(f.Label())), Value: value, Required: true, Width: "short"}
	for _, o := range f.Options {
		text := v.p.T("bool." + o)
		if f.Words != "" {
			text = v.p.T(field.OptionKey(f.Words, o))
		}
		out.Options = append(out.Options, templates.Option{Value: o, Text: text})
	}
	return out
}

// questionSections are the questions of a part as the sections of a form.
func questionSections(w fieldweb.Writer, c *questionnaire.Compiled, part questionnaire.Part, answers field.Answers) []templates.Section {
	return fieldweb.Form[field.Answers]{
		Catalog: c.Catalog(part), Writer: w, Record: &answers,
		Special: func(f *field.Field[field.Answers], out *templates.Field) { askSpecially(w, c, f, out) },
	}.Sections()
}

// askSpecially asks for what the kind of a field does not tell: files, tables,
// other records.
func askSpecially(w fieldweb.Writer, c *questionnaire.Compiled, f *field.Field[field.Answers], out *templates.Field) {
	q, ok := c.Question(f.Key)
	if !ok {
		return
	}
	switch {
	case f.Kind == field.Ref:
		out.Lookup = "/" + f.Options[0] + "s/lookup"
	case q.Type == questionnaire.File:
		out.Kind, out.Unit, out.Value = templates.KindFile, "", ""
	case q.Type == questionnaire.Table:
		columns, _ := c.Columns(q.Key)
		blank := field.Answers{}
		out.Kind, out.MaxLength = templates.KindLines, 0
		line := templates.Line{Title: "1"}
		for _, s := range (fieldweb.Form[field.Answers]{Catalog: columns, Writer: w, Record: &blank}).Sections() {
			for _, col := range s.Fields {
				col.Name = q.Key + ".0." + col.Name
				line.Fields = append(line.Fields, col)
			}
		}
		out.Lines = &templates.Lines{Lines: []templates.Line{line}}
	}
}

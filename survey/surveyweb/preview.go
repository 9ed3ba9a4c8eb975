package surveyweb

import (
	"net/url"

	"qingce/internal/field"
	"qingce/internal/fieldweb"
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
	names, err := d.refs(r.Ctx, r.By, c)
	if err != nil {
		return nil, err
	}
	v := previewView{
		paperView: paperView{p: r.P.Over(c.Texts()), by: r.By, paper: survey.Paper{Ask: c}, refs: names, now: r.Now},
		c:         c, q: q, part: questionnaire.OfSystem, asked: r.URL.Query(),
	}
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
	Show   templates.Act // asks for the facts that were chosen
	Form   templates.Form
}

// previewView asks like the form itself.
type previewView struct {
	paperView
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
		Show: templates.Act{Text: v.p.T("questionnaire.preview.show"), Icon: "refresh"},
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
	page.Form.Sections = withoutFiles(v.c, fieldweb.Form[field.Answers]{
		Catalog: v.c.Catalog(v.part), Writer: v.writer(), Record: &answers, Special: v.special,
	}.Sections())
	page.Form.Callouts = v.besides()
	return page
}

// special dresses a field as the form does, without the buttons that save.
func (v previewView) special(f *field.Field[field.Answers], out *templates.Field) {
	v.dress(v.c.Catalog(v.part), f, out, nil, nil)
	if out.Lines != nil {
		out.Lines.Add = nil
	}
}

// besides says what is asked or shown outside of the form.
func (v previewView) besides() []templates.Callout {
	var files, computed []string
	for _, q := range v.c.OfPart(v.part) {
		switch {
		case q.Type == questionnaire.File:
			files = append(files, q.Title.In(v.p.Lang()))
		case q.Computed != nil:
			computed = append(computed, q.Title.In(v.p.Lang()))
		}
	}
	var out []templates.Callout
	if len(files) > 0 {
		out = append(out, templates.Callout{Kind: "info", Text: v.p.T("questionnaire.preview.files", "names", v.p.Join(files))})
	}
	if len(computed) > 0 {
		out = append(out, templates.Callout{Kind: "info", Text: v.p.T("questionnaire.preview.computed", "names", v.p.Join(computed))})
	}
	return out
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
	out := templates.Field{Name: f.Key, Kind: templates.KindRef, Label: v.p.T(string(f.Label())), Value: value, Width: "short"}
	for _, o := range f.Options {
		text := v.p.T("bool." + o)
		if f.Words != "" {
			text = v.p.T(field.OptionKey(f.Words, o))
		}
		out.Options = append(out.Options, templates.Option{Value: o, Text: text})
	}
	return out
}

package surveyweb

import (
	"io"
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// mostQuestionnaire is the size of a file with a questionnaire, in bytes.
const mostQuestionnaire = 1 << 20

func (d *desk) mountQuestionnaires(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, "/questionnaires/:code/:number", d.showQuestionnaire)
	web.Get(view, "/questionnaires/:code/:number/preview", d.previewQuestionnaire)

	write := s.Group(web.For(reviewers()...)).Upto(2 * mostQuestionnaire)
	web.Get(write, "/questionnaires", d.listQuestionnaires)
	web.Get(write, "/questionnaires/new", d.newQuestionnaire)
	web.Post(write, "/questionnaires", d.createQuestionnaire)
	web.Post(write, "/questionnaires/:code/versions", d.newVersion)
	web.Get(write, "/questionnaires/:code/:number/file", d.downloadQuestionnaire)
	web.Get(write, "/questionnaires/:code/:number/compare", d.compareQuestionnaires)
	d.mountEditor(write)

	office := s.Group(web.For(auth.Office))
	web.Post(office, "/questionnaires/:code/:number/publish", d.publishQuestionnaire)
	web.Get(office, "/questionnaires/:code/:number/withdraw", d.askToWithdraw)
	web.Post(office, "/questionnaires/:code/:number/withdraw", d.withdrawQuestionnaire)
}

func questionnairePath(code string, number int, more ...string) string {
	return web.Join(questionnairesPath, append([]string{code, strconv.Itoa(number)}, more...)...)
}

type versionIn struct {
	Code   string `uri:"code"`
	Number int    `uri:"number"`
}

// find reads a version that the reader may see.
func (d *desk) findVersion(r *web.Request, in versionIn) (survey.QuestionnaireLine, error) {
	if in.Number < 1 {
		return survey.QuestionnaireLine{}, fault.New(fault.NotFound, "err.not_found")
	}
	return d.Surveys.FindQuestionnaire(r.Ctx, r.By, in.Code, in.Number)
}

func (d *desk) listQuestionnaires(r *web.Request, _ struct{}) (web.Response, error) {
	all, err := d.Surveys.ListQuestionnaires(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	data := questionnairesView{p: r.P, lines: all}.page()
	return web.View{Template: "survey/questionnaires", Title: r.T("questionnaires"), Crumbs: questionnaireCrumbs(r.P), Data: data}, nil
}

// showQuestionnaire is the page of a version: every question in words.
func (d *desk) showQuestionnaire(r *web.Request, in versionIn) (web.Response, error) {
	return d.versionView(r, in, nil)
}

func (d *desk) versionView(r *web.Request, in versionIn, cause error) (web.Response, error) {
	q, err := d.findVersion(r, in)
	if err != nil {
		return nil, err
	}
	w, err := newWording(r.P, q.Body)
	if err != nil {
		return nil, err
	}
	newest, err := d.Surveys.FindQuestionnaire(r.Ctx, r.By, in.Code, 0)
	if err != nil {
		return nil, err
	}
	v := versionView{p: r.P, by: r.By, q: q, newest: newest.Questionnaire, words: w, err: cause}
	title := q.Body.Title.In(r.P.Lang())
	return web.View{Template: "survey/questionnaire", Title: title, Crumbs: questionnaireCrumbs(r.P, crumb(v.name())), Data: v.page(), Err: cause}, nil
}

// downloadQuestionnaire gives a version as a file that another city can take.
func (d *desk) downloadQuestionnaire(r *web.Request, in versionIn) (web.Response, error) {
	q, err := d.findVersion(r, in)
	if err != nil {
		return nil, err
	}
	raw, err := q.Body.Indented()
	if err != nil {
		return nil, err
	}
	name := in.Code + "-" + strconv.Itoa(in.Number) + ".json"
	return web.File{Name: name, MediaType: "application/json", Write: func(w io.Writer) error {
		_, err := w.Write(raw)
		return err
	}}, nil
}

type newQuestionnaireIn struct {
	From string `form:"from"` // code/number of the version to copy
}

// newQuestionnaire asks how to begin: empty, like another one, from a file.
func (d *desk) newQuestionnaire(r *web.Request, in newQuestionnaireIn) (web.Response, error) {
	return d.newQuestionnaireView(r, url.Values{"from": {in.From}}, nil)
}

func (d *desk) newQuestionnaireView(r *web.Request, typed url.Values, cause error) (web.Response, error) {
	all, err := d.Surveys.ListQuestionnaires(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	page := newQuestionnairePage(r.P, all, typed)
	web.Mistakes(r.P, &page.Form, cause)
	return web.View{
		Template: "survey/form", Title: r.T("questionnaire.new"), Crumbs: questionnaireCrumbs(r.P, crumb(r.T("questionnaire.new"))), Data: page, Err: cause,
	}, nil
}

type createQuestionnaireIn struct {
	Code  string `form:"code"`
	Title string `form:"title"`
	From  string `form:"from"`
	How   string `form:"how"` // blank, copy or file
}

func (d *desk) createQuestionnaire(r *web.Request, in createQuestionnaireIn) (web.Response, error) {
	body, err := d.beginning(r, in)
	var made survey.Questionnaire
	if err == nil {
		made, err = d.Surveys.NewQuestionnaire(r.Ctx, r.By, in.Code, body, "")
	}
	if fault.KindOf(err) == fault.Invalid {
		return d.newQuestionnaireView(r, r.Form, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: questionnairePath(made.Code, made.Number, "edit"), Said: web.Said(r.T("questionnaire.created"))}, nil
}

// beginning is what a new questionnaire begins with.
func (d *desk) beginning(r *web.Request, in createQuestionnaireIn) (questionnaire.Body, error) {
	body := questionnaire.Body{Sections: []questionnaire.Section{}}
	switch in.How {
	case "file":
		file, err := r.Upload("file", mostQuestionnaire)
		if err != nil {
			return body, err
		}
		if body, err = questionnaire.Parse(file.Data); err != nil {
			return body, atField("file", err)
		}
	case "copy":
		all, err := d.Surveys.ListQuestionnaires(r.Ctx, r.By)
		if err != nil {
			return body, err
		}
		found := false
		for _, q := range all {
			if q.Name() == in.From {
				body, found = q.Body, true
			}
		}
		if !found {
			return body, fault.Refuse([]fault.Field{fault.At("from", "questionnaire.err.from")})
		}
	}
	if in.Title != "" {
		body.Title = questionnaire.Text{zhCN: in.Title}
	}
	return body, nil
}

// atField puts an error without a place at a field of a form.
func atField(name string, err error) error {
	if f, ok := asFault(err); ok && f.Kind == fault.Invalid && len(f.Fields) == 0 {
		return fault.Refuse([]fault.Field{{Name: name, Code: f.Code, Args: f.Args}})
	}
	return err
}

type versionsIn struct {
	Code string `uri:"code"`
}

func (d *desk) newVersion(r *web.Request, in versionsIn) (web.Response, error) {
	made, err := d.Surveys.NewVersion(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: questionnairePath(made.Code, made.Number, "edit"), Said: web.Said(r.T("questionnaire.versioned", "n", made.Number))}, nil
}

type questionnaireActIn struct {
	Code    string `uri:"code"`
	Number  int    `uri:"number"`
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
}

func (in questionnaireActIn) of() versionIn { return versionIn{in.Code, in.Number} }

func (d *desk) publishQuestionnaire(r *web.Request, in questionnaireActIn) (web.Response, error) {
	q, err := d.Surveys.PublishQuestionnaire(r.Ctx, r.By, in.Code, in.Number, in.Version)
	if fault.KindOf(err) == fault.Invalid {
		return d.versionView(r, in.of(), err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: questionnairePath(q.Code, q.Number), Said: web.Said(r.T("questionnaire.published"))}, nil
}

func (d *desk) askToWithdraw(r *web.Request, in versionIn) (web.Response, error) {
	return d.withdrawView(r, in, "", nil)
}

func (d *desk) withdrawView(r *web.Request, in versionIn, reason string, cause error) (web.Response, error) {
	q, err := d.findVersion(r, in)
	if err != nil {
		return nil, err
	}
	page := withdrawPage(r.P, q, reason)
	web.Mistakes(r.P, &page.Form, cause)
	name := versionName(r.P, &q.Questionnaire)
	return web.View{
		Template: "survey/form", Title: page.Head.Title, Data: page, Err: cause,
		Crumbs: questionnaireCrumbs(r.P, templates.Crumb{Text: name, Href: questionnairePath(q.Code, q.Number)}, crumb(page.Head.Title)),
	}, nil
}

func (d *desk) withdrawQuestionnaire(r *web.Request, in questionnaireActIn) (web.Response, error) {
	q, err := d.Surveys.WithdrawQuestionnaire(r.Ctx, r.By, in.Code, in.Number, in.Version, in.Reason)
	if fault.KindOf(err) == fault.Invalid {
		return d.withdrawView(r, in.of(), in.Reason, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: questionnairePath(q.Code, q.Number), Said: web.Said(r.T("questionnaire.withdrawn"))}, nil
}

type versionPairIn struct {
	Code   string `uri:"code"`
	Number int    `uri:"number"`
	With   int    `form:"with"` // the earlier version; 0 is the one before
}

// compareQuestionnaires shows what changed from one version to another.
func (d *desk) compareQuestionnaires(r *web.Request, in versionPairIn) (web.Response, error) {
	now, err := d.findVersion(r, versionIn{in.Code, in.Number})
	if err != nil {
		return nil, err
	}
	if in.With == 0 {
		in.With = in.Number - 1
	}
	old, err := d.findVersion(r, versionIn{in.Code, in.With})
	if err != nil {
		return nil, err
	}
	all, err := d.Surveys.ListQuestionnaires(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	page, err := newComparison(r.P, old, now, all)
	if err != nil {
		return nil, err
	}
	return web.View{
		Template: "survey/compare", Title: page.Head.Title, Data: page,
		Crumbs: questionnaireCrumbs(r.P, templates.Crumb{Text: versionName(r.P, &now.Questionnaire), Href: questionnairePath(now.Code, now.Number)}, crumb(page.Head.Title)),
	}, nil
}

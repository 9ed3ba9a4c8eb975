package surveyweb

import (
	"errors"
	"maps"
	"net/url"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
)

// showAnswers shows what a form says of the body as a whole.
func (d *desk) showAnswers(r *web.Request, in formIn) (web.Response, error) {
	f, err := d.bodyForm(r, in)
	if err != nil {
		return nil, err
	}
	if f.check.Open() != nil || f.check.Form.Zero {
		return web.View{Template: "survey/paper_facts", Title: f.title(), Crumbs: f.crumbs(r.T("form.tab.answers")), Data: f.facts()}, nil
	}
	if f.check.Form.State == survey.FormReturned {
		f.found = f.check.Found
	}
	return f.view(), nil
}

// bodyForm reads a form and what the page about the body needs.
func (d *desk) bodyForm(r *web.Request, in formIn) (*bodyForm, error) {
	c, err := d.Surveys.OverlookForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	saved, draft := c.Form.Says(), c.Form.Says()
	if len(c.Form.Typed) > 0 {
		if draft, _, err = d.Surveys.ReadAnswers(r.Ctx, r.By, in.key(), saved, survey.Kept(c.Form.Typed)); err != nil {
			return nil, err
		}
	}
	n, err := d.refs(r.Ctx, r.By, c.Ask, saved, draft)
	if err != nil {
		return nil, err
	}
	files, err := d.filesOf(r, survey.FormFiles(c.Form.ID, c.Owner.ID))
	if err != nil {
		return nil, err
	}
	f := &bodyForm{in: in, check: c}
	f.writing = writing{paperView: d.paperView(r, c.Paper, n), part: questionnaire.OfDepartment, answers: bodyAnswers(c.Ask), files: files}
	if f.said, err = d.saidOfBody(r, in); err != nil {
		return nil, err
	}
	form := c.Form
	f.stand(standing{form.Version, saved, form.Typed, draft, form.UpdatedBy, form.UpdatedName, form.UpdatedAt})
	f.judgedBy(draft)
	f.typed = typedOver(f.writer(), c.Ask, questionnaire.OfDepartment, form.Answers, form.Typed)
	own := ownValues(&form)
	for name, v := range form.Typed {
		if _, ok := own[name]; ok {
			own[name] = v
		}
	}
	maps.Copy(f.typed, own)
	return f, nil
}

// saidOfBody are the open comments about a form and about the body.
func (d *desk) saidOfBody(r *web.Request, in formIn) ([]survey.Comment, error) {
	remarks, err := d.Surveys.Remarks(r.Ctx, r.By, in.key())
	var out []survey.Comment
	for _, m := range remarks {
		if m.Row == nil {
			out = append(out, m.Comment)
		}
	}
	return out, err
}

// bodyAnswers are the questions about a body with what every form says besides,
// for comparing two versions.
func bodyAnswers(ask *questionnaire.Compiled) *field.Catalog[field.Answers] {
	own := []field.Field[field.Answers]{field.Of(survey.CountField, field.Count)}
	for _, name := range []string{survey.NoneCleanField, survey.NoneConnectField, survey.NoneDemandField} {
		own = append(own, field.Of(name, field.Bool))
	}
	for i := range own {
		own[i] = own[i].Named(fault.Label("survey.field." + own[i].Key))
	}
	return field.NewCatalog(ask.Department.Name, append(own, ask.Department.All()...)...)
}

// ownValues are what every form says by itself, as the page sends it.
func ownValues(f *survey.Form) url.Values {
	out := url.Values{survey.CountField: {""}}
	if f.DeclaredCount != nil {
		out.Set(survey.CountField, versionText(*f.DeclaredCount))
	}
	for name, on := range map[string]bool{
		survey.NoneCleanField: f.NoneClean, survey.NoneConnectField: f.NoneConnect, survey.NoneDemandField: f.NoneDemand,
	} {
		out[name] = nil
		if on {
			out.Set(name, "true")
		}
	}
	return out
}

type answersSave struct {
	formIn
	partSave
}

// saveAnswers saves what was typed about the body.
func (d *desk) saveAnswers(r *web.Request, in answersSave) (web.Response, error) {
	switch {
	case in.LineAdd != "" || in.LineRemove != "":
		return d.changeAnswerLines(r, in)
	case in.Reply != 0:
		return d.replyInAnswers(r, in)
	}
	f, err := d.bodyForm(r, in.formIn)
	if err != nil {
		return nil, err
	}
	answer, found, err := d.savePart(r, f, in.partSave)
	switch {
	case answer != nil && err == nil:
		return answer, nil
	case fault.KindOf(err) == fault.Conflict && err != nil:
		return d.formFailure(r, in.formIn, err)
	case err != nil:
		return nil, err
	case fault.AnyError(found):
		if f, err = d.bodyForm(r, in.formIn); err != nil {
			return nil, err
		}
		f.found, f.err, f.kept = found, fault.Refuse(found), true
		return f.view(), nil
	}
	return web.Redirect{To: in.path("check"), Said: web.Said(r.T("form.said.answers"))}, nil
}

func (f *bodyForm) reread(d *desk, r *web.Request) error {
	now, err := d.bodyForm(r, f.in)
	if err != nil {
		return err
	}
	f.check, f.stands = now.check, now.stands
	return nil
}

func (f *bodyForm) save(d *desk, r *web.Request, version int64) ([]fault.Field, error) {
	_, found, err := d.Surveys.SaveAnswers(r.Ctx, r.By, f.in.key(), version, survey.Input{Form: f.typed})
	return found, err
}

func (f *bodyForm) read(d *desk, r *web.Request, over map[string]string, in survey.Input) (map[string]string, []fault.Field, error) {
	return d.Surveys.ReadAnswers(r.Ctx, r.By, f.in.key(), over, in)
}

// changeAnswerLines is changeLines of the questions about the body.
func (d *desk) changeAnswerLines(r *web.Request, in answersSave) (web.Response, error) {
	f, err := d.bodyForm(r, in.formIn)
	if err != nil {
		return nil, err
	}
	r.Form = withoutLine(r.Form, in.LineRemove)
	if answer, err := d.stay(r, f, in.partSave, nil, f.autosave(d, r)); answer != nil || err != nil {
		return answer, err
	}
	return web.Redirect{To: in.path("answers") + "#f-" + tableOf(in.LineAdd+in.LineRemove)}, nil
}

// autosave keeps what is typed on the page about the body as a draft.
func (f *bodyForm) autosave(d *desk, r *web.Request) func(version int64) error {
	return func(version int64) error {
		_, err := d.Surveys.AutosaveAnswers(r.Ctx, r.By, f.in.key(), version, survey.Input{Form: f.typed})
		return err
	}
}

// autosaveAnswers keeps what is being typed about the body.
func (d *desk) autosaveAnswers(r *web.Request, in formAct) (web.Response, error) {
	f, err := d.Surveys.AutosaveAnswers(r.Ctx, r.By, in.key(), in.Version, survey.Input{Form: r.Form})
	if errors.Is(err, store.ErrStale) {
		now, err := d.bodyForm(r, in.formIn)
		if err != nil {
			return nil, err
		}
		return now.meanwhile(), nil
	}
	if err != nil {
		return nil, err
	}
	return web.JSON{Body: autosaved{Saved: r.P.Clock(f.UpdatedAt), Version: versionText(f.Version)}}, nil
}

func (d *desk) dropAnswersDraft(r *web.Request, in formIn) (web.Response, error) {
	if _, err := d.Surveys.DropTypedAnswers(r.Ctx, r.By, in.key(), 0); err != nil {
		return d.formFailure(r, in, err)
	}
	return web.Redirect{To: in.path("answers"), Said: web.Said(r.T("form.said.dropped"))}, nil
}

// showZero asks why the body has no systems.
func (d *desk) showZero(r *web.Request, in formAct) (web.Response, error) {
	return d.zeroPage(r, in, nil)
}

func (d *desk) zeroPage(r *web.Request, in formAct, cause error) (web.Response, error) {
	paper, err := d.Surveys.FindForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	if err := paper.Open(); err != nil {
		return nil, err
	}
	v := d.paperView(r, paper, refs{})
	data := formPage{Head: v.zeroHead(), Form: v.zeroForm(in.Reason, cause)}
	return web.View{Template: "survey/form", Title: data.Head.Title, Crumbs: v.crumbs(r.T("form.act.zero")), Data: data, Err: cause}, nil
}

// fileZero says that the body has no systems, and goes the way on that the
// person can go: the head hands it in, the clerk hands it to the head.
func (d *desk) fileZero(r *web.Request, in formAct) (web.Response, error) {
	f, err := d.Surveys.FileZero(r.Ctx, r.By, in.key(), in.Version, in.Reason)
	switch {
	case fault.KindOf(err) == fault.Invalid && err != nil:
		return d.zeroPage(r, in, err)
	case err != nil:
		return d.formFailure(r, in.formIn, err)
	}
	paper, err := d.Surveys.FindForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	if !paper.MayAnswer {
		_, err = d.Surveys.HandToHead(r.Ctx, r.By, in.key(), f.Version)
		return d.handedIn(r, in.formIn, err, "form.said.zero_handed")
	}
	_, err = d.Surveys.Submit(r.Ctx, r.By, in.key(), f.Version, "")
	return d.handedIn(r, in.formIn, err, "form.said.zero_submitted")
}

func (d *desk) withdrawZero(r *web.Request, in formAct) (web.Response, error) {
	if _, err := d.Surveys.WithdrawZero(r.Ctx, r.By, in.key(), in.Version); err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	return web.Redirect{To: in.path(), Said: web.Said(r.T("form.said.zero_withdrawn"))}, nil
}

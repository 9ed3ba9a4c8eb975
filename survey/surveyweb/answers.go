package surveyweb

import (
	"errors"
	"maps"
	"net/url"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
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
	n, err := d.refs(r.Ctx, r.By, c.Ask, c.Form.Answers)
	if err != nil {
		return nil, err
	}
	remarks, err := d.Surveys.Remarks(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	files, err := d.filesOf(r, survey.FormFiles(c.Form.ID, c.Owner.ID))
	if err != nil {
		return nil, err
	}
	f := &bodyForm{paperView: d.paperView(r, c.Paper, n), check: c, remarks: remarks, files: files, base: c.Form.Answers}
	f.record = maps.Clone(field.Answers(c.Form.Answers))
	if f.record == nil {
		f.record = field.Answers{}
	}
	questionnaire.SetFacts(f.record, c.Owner, nil)
	f.typed = typedOver(f.writer(), c.Ask, questionnaire.OfDepartment, c.Form.Answers, c.Form.Typed)
	own := ownValues(&c.Form)
	for name, v := range c.Form.Typed {
		if _, ok := own[name]; ok {
			own[name] = v
		}
	}
	maps.Copy(f.typed, own)
	return f, nil
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
	Version    int64  `form:"version"`
	Base       string `form:"base"`
	Theirs     string `form:"theirs"`
	LineAdd    string `form:"line.add"`
	LineRemove string `form:"line.remove"`
}

// saveAnswers saves what was typed about the body.
func (d *desk) saveAnswers(r *web.Request, in answersSave) (web.Response, error) {
	if in.LineAdd != "" || in.LineRemove != "" {
		return d.changeAnswerLines(r, in)
	}
	f, err := d.bodyForm(r, in.formIn)
	if err != nil {
		return nil, err
	}
	f.typed, f.base = r.Form, answersIn(in.Base)
	if in.Theirs != "" {
		f.merge = f.newMerge()
		f.merge.Picks = fieldweb.ReadPicks(r.Form)
		theirs := field.Answers(answersIn(in.Theirs))
		f.merge.ApplyPicks(&theirs)
		if open := f.merge.Unsettled(); len(open) > 0 {
			return d.answersConflict(r, f, theirs, fault.Refuse(open))
		}
	}
	_, found, err := d.Surveys.SaveAnswers(r.Ctx, r.By, in.key(), f.ownVersion(in.Version), survey.Input{Form: r.Form})
	if errors.Is(err, store.ErrStale) { // perhaps only by what the page itself saves while the button is pressed
		now, rereadErr := d.bodyForm(r, in.formIn)
		if rereadErr != nil {
			return nil, rereadErr
		}
		f.check = now.check
		_, found, err = d.Surveys.SaveAnswers(r.Ctx, r.By, in.key(), f.ownVersion(in.Version), survey.Input{Form: r.Form})
	}
	switch {
	case errors.Is(err, store.ErrStale):
		if in.Theirs != "" {
			f.base = answersIn(in.Theirs)
		}
		return d.answersConflict(r, f, f.check.Form.Answers, err)
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

// ownVersion is as that of a row.
func (f *bodyForm) ownVersion(began int64) int64 {
	if f.check.Form.Version > began && f.check.Form.UpdatedBy == f.by.AccountID && maps.Equal(f.check.Form.Answers, f.base) {
		return f.check.Form.Version
	}
	return began
}

// answersConflict shows both versions side by side.
func (d *desk) answersConflict(r *web.Request, f *bodyForm, present map[string]string, cause error) (web.Response, error) {
	mine, found, err := d.Surveys.ReadAnswers(r.Ctx, r.By, f.check.Key(), f.base, survey.Input{Form: f.typed})
	if err != nil {
		return nil, err
	}
	if f.refs, err = d.refs(r.Ctx, r.By, f.check.Ask, f.base, mine, present); err != nil {
		return nil, err
	}
	var picks map[string]string
	if f.merge != nil && !errors.Is(cause, store.ErrStale) {
		picks = f.merge.Picks
	}
	f.merge = f.newMerge()
	f.merge.Picks, f.merge.Found = picks, found
	f.merge.By, f.merge.At = f.check.Form.UpdatedName, r.P.Time(f.check.Form.UpdatedAt)
	base, own, theirs := field.Answers(f.base), field.Answers(mine), field.Answers(present)
	f.merge.Compare(&base, &own, &theirs)
	f.theirs, f.record = present, own
	questionnaire.SetFacts(f.record, f.check.Owner, nil)
	f.err, f.found = cause, append(fault.FieldsOf(cause), fieldweb.OnlyErrors(found)...)
	return f.view(), nil
}

func (d *desk) changeAnswerLines(r *web.Request, in answersSave) (web.Response, error) {
	form := withoutLine(r.Form, in.LineRemove)
	if _, err := d.Surveys.AutosaveAnswers(r.Ctx, r.By, in.key(), in.Version, survey.Input{Form: form}); err != nil {
		if errors.Is(err, store.ErrStale) {
			in.LineAdd, in.LineRemove = "", ""
			return d.saveAnswers(r, in)
		}
		return nil, err
	}
	return web.Redirect{To: in.path("answers") + "#f-" + tableOf(in.LineAdd+in.LineRemove)}, nil
}

// autosaveAnswers keeps what is being typed about the body.
func (d *desk) autosaveAnswers(r *web.Request, in formAct) (web.Response, error) {
	f, err := d.Surveys.AutosaveAnswers(r.Ctx, r.By, in.key(), in.Version, survey.Input{Form: r.Form})
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

package surveyweb

import (
	"errors"
	"strconv"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

// Limits of routes that take longer or more than the usual.
const (
	slowForm  = time.Minute
	formBytes = 1 << 20
)

func (d *desk) mountForms(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, "/surveys/:code/forms/:dept", d.showForm)
	web.Get(view, "/surveys/:code/forms/:dept/rows/:row", d.showRow)
	web.Get(view, "/surveys/:code/forms/:dept/answers", d.showAnswers)
	web.Get(view, "/surveys/:code/forms/:dept/check", d.showCheck)
	web.Get(view, "/surveys/:code/forms/:dept/print", d.printForm)
	d.mountFormFiles(s)
	d.mountWorkbooks(s)

	mine := s.Group(web.For(fillers()...))
	web.Get(mine, "/surveys/mine", d.myForms)

	fill := s.Group(web.For(fillers()...)).Upto(formBytes).Within(slowForm)
	web.Post(fill, "/surveys/:code/forms/:dept/rows", d.addRow)
	web.Post(fill, "/surveys/:code/forms/:dept/rows/confirm", d.confirmRows)
	web.Post(fill, "/surveys/:code/forms/:dept/rows/:row", d.saveRow)
	web.Post(fill, "/surveys/:code/forms/:dept/rows/:row/draft", d.autosaveRow)
	web.Post(fill, "/surveys/:code/forms/:dept/rows/:row/draft/drop", d.dropRowDraft)
	web.Post(fill, "/surveys/:code/forms/:dept/rows/:row/copy", d.copyRow)
	web.Post(fill, "/surveys/:code/forms/:dept/rows/:row/remove", d.removeRow)
	web.Post(fill, "/surveys/:code/forms/:dept/rows/:row/restore", d.restoreRow)
	web.Get(fill, "/surveys/:code/forms/:dept/rows/:row/gone", d.showGone)
	web.Post(fill, "/surveys/:code/forms/:dept/rows/:row/gone", d.markGone)
	web.Post(fill, "/surveys/:code/forms/:dept/answers", d.saveAnswers)
	web.Post(fill, "/surveys/:code/forms/:dept/answers/draft", d.autosaveAnswers)
	web.Post(fill, "/surveys/:code/forms/:dept/answers/draft/drop", d.dropAnswersDraft)
	web.Post(fill, "/surveys/:code/forms/:dept/comments/:id/reply", d.replyAlone)
	web.Get(fill, "/surveys/:code/forms/:dept/zero", d.showZero)
	web.Post(fill, "/surveys/:code/forms/:dept/zero", d.fileZero)
	web.Post(fill, "/surveys/:code/forms/:dept/zero/withdraw", d.withdrawZero)
	web.Post(fill, "/surveys/:code/forms/:dept/ready", d.handToHead)
	web.Post(fill, "/surveys/:code/forms/:dept/take-back", d.takeBack)
	web.Post(fill, "/surveys/:code/forms/:dept/submit", d.submitForm)
}

// formIn names a form.
type formIn struct {
	Code string `uri:"code"`
	Dept string `uri:"dept"`
}

func (in formIn) key() survey.FormKey { return survey.FormKey{Campaign: in.Code, Department: in.Dept} }

func (in formIn) path(more ...string) string { return formPath(in.Code, in.Dept, more...) }

// formAct is an act on a form as somebody saw it.
type formAct struct {
	formIn
	Version int64  `form:"version"`
	Hash    string `form:"hash"`
	Reason  string `form:"zero_reason"`
}

// myForms lists the forms that the reader has to see to; the only one is opened
// at once.
func (d *desk) myForms(r *web.Request, _ struct{}) (web.Response, error) {
	mine, err := d.Surveys.ListMine(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	if len(mine) == 1 {
		return web.Redirect{To: mine[0].Key().Path()}, nil
	}
	return web.View{
		Template: "survey/paper_mine", Title: r.T("form.mine"), Crumbs: campaignCrumbs(r.P, crumb(r.T("form.mine"))),
		Data: mineView{p: r.P, mine: mine, today: r.Today()}.data(),
	}, nil
}

// showForm shows the first page of a form: how it stands, what comes next, and
// its systems.
func (d *desk) showForm(r *web.Request, in formIn) (web.Response, error) {
	return d.formPage(r, in, nil, nil)
}

// formPage is showForm with what an act came to.
func (d *desk) formPage(r *web.Request, in formIn, refused []survey.RowTrouble, cause error) (web.Response, error) {
	paper, err := d.Surveys.OpenForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	a := readRowAddress(r.URL)
	a.path = in.path()
	page, err := d.Surveys.FormRows(r.Ctx, r.By, in.key(), a.query)
	if err != nil {
		return nil, err
	}
	remarks, err := d.Surveys.Remarks(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	bodies := make([]map[string]string, len(page.Rows))
	for i, row := range page.Rows {
		bodies[i] = row.Body
	}
	n, err := d.refs(r.Ctx, r.By, paper.Ask, bodies...)
	if err != nil {
		return nil, err
	}
	pending, err := d.Surveys.FormRows(r.Ctx, r.By, in.key(), survey.RowQuery{Decisions: []survey.RowDecision{survey.Pending}, Size: 1})
	if err != nil {
		return nil, err
	}
	v := formView{paperView: d.paperView(r, paper, n), a: a, page: page, pending: pending.Total, remarks: remarks, refused: refused, cause: cause, typed: r.Form}
	if v.none, err = d.nothingStands(r, paper); err != nil {
		return nil, err
	}
	return web.View{Template: "survey/paper", Title: v.title(), Crumbs: v.crumbs(), Data: v.data(), Err: cause}, nil
}

// nothingStands tells whether a form has no systems, or only such as are gone.
func (d *desk) nothingStands(r *web.Request, paper survey.Paper) (bool, error) {
	f := paper.Form
	if f.RowsTotal == 0 || f.RowsDone < f.RowsTotal { // what is gone is done
		return f.RowsTotal == 0, nil
	}
	gone, err := d.Surveys.FormRows(r.Ctx, r.By, paper.Key(), survey.RowQuery{Decisions: []survey.RowDecision{survey.Gone}, Size: 1})
	return gone.Total == int64(f.RowsTotal), err
}

// paperView begins the view of a page of a form.
func (d *desk) paperView(r *web.Request, paper survey.Paper, n refs) paperView {
	return paperView{
		p: r.P.Over(paper.Ask.Texts()), by: r.By, paper: paper, refs: n, now: r.Now, worked: d.worked(r, paper),
	}
}

// worked tells whether the due day is a day off by the week that is worked.
func (d *desk) worked(r *web.Request, paper survey.Paper) bool {
	cal, err := d.Book.Load(r.Ctx)
	if err != nil || paper.Due == nil { // a deadline without the remark is still right
		return false
	}
	e, ok := cal.ExceptionOn(paper.Due.DueOn)
	return ok && e.Kind == calendar.Work
}

type confirmIn struct {
	formIn
	Rows []int64 `form:"row"`
	All  bool    `form:"all"`
	Back string  `form:"back"`
}

// confirmRows says of the chosen systems that nothing has changed.
func (d *desk) confirmRows(r *web.Request, in confirmIn) (web.Response, error) {
	ids := make([]survey.RowID, len(in.Rows))
	for i, id := range in.Rows {
		ids[i] = survey.RowID(id)
	}
	if in.All {
		var err error
		if ids, err = d.pendingRows(r, in.formIn); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return web.Redirect{To: in.path(), Said: templates.Flash{Kind: "warning", Text: r.T("form.rows.none_chosen")}}, nil
	}
	done, refused, err := d.Surveys.ConfirmRows(r.Ctx, r.By, in.key(), ids...)
	if err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	if len(refused) > 0 {
		return d.formPage(r, in.formIn, refused, fault.New(fault.Invalid, "form.rows.confirmed_some", "n", done, "refused", len(refused)))
	}
	return web.Redirect{To: backOr(in.Back, in.path()), Said: web.Said(r.T("form.rows.confirmed", "n", done))}, nil
}

// backOr is where a list was left, if that is on the form at all.
func backOr(back, form string) string {
	if len(back) > len(form) && back[:len(form)+1] == form+"?" {
		return back
	}
	return form
}

// pendingRows are all rows that nobody has looked at.
func (d *desk) pendingRows(r *web.Request, in formIn) ([]survey.RowID, error) {
	var ids []survey.RowID
	for page := 1; ; page++ {
		got, err := d.Surveys.FormRows(r.Ctx, r.By, in.key(), survey.RowQuery{Decisions: []survey.RowDecision{survey.Pending}, Page: page, Size: 200})
		if err != nil {
			return nil, err
		}
		for _, row := range got.Rows {
			ids = append(ids, row.ID)
		}
		if len(got.Rows) < 200 {
			return ids, nil
		}
	}
}

// formFailure shows the form again where somebody was told no for now; other
// errors are for the error page.
func (d *desk) formFailure(r *web.Request, in formIn, err error) (web.Response, error) {
	switch fault.KindOf(err) {
	case fault.Conflict, fault.Invalid:
		return d.formPage(r, in, nil, err)
	}
	return nil, err
}

// showCheck shows what would be handed in, and what keeps it from being so.
func (d *desk) showCheck(r *web.Request, in formIn) (web.Response, error) {
	return d.checkPage(r, in, nil)
}

func (d *desk) checkPage(r *web.Request, in formIn, cause error) (web.Response, error) {
	c, err := d.Surveys.CheckForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	bodies := []map[string]string{c.Form.Answers}
	for _, row := range c.Rows {
		bodies = append(bodies, row.Body)
	}
	n, err := d.refs(r.Ctx, r.By, c.Ask, bodies...)
	if err != nil {
		return nil, err
	}
	v := checkView{paperView: d.paperView(r, c.Paper, n), check: c, cause: cause}
	return web.View{Template: "survey/paper_check", Title: v.title(), Crumbs: v.crumbs(r.T("form.tab.check")), Data: v.data(), Err: cause}, nil
}

// handToHead says that the form is filled in.
func (d *desk) handToHead(r *web.Request, in formAct) (web.Response, error) {
	_, err := d.Surveys.HandToHead(r.Ctx, r.By, in.key(), in.Version)
	return d.handedIn(r, in.formIn, err, "form.said.handed")
}

// submitForm confirms the form as the head and hands it in.
func (d *desk) submitForm(r *web.Request, in formAct) (web.Response, error) {
	f, err := d.Surveys.Submit(r.Ctx, r.By, in.key(), in.Version, in.Hash)
	said := "form.said.submitted"
	if err == nil && f.LateWd != nil && *f.LateWd > 0 && f.Submissions == 1 {
		said = "form.said.submitted_late"
	}
	return d.handedIn(r, in.formIn, err, said)
}

func (d *desk) handedIn(r *web.Request, in formIn, err error, said string) (web.Response, error) {
	var incomplete *fault.Error
	switch {
	case err == nil:
		return web.Redirect{To: in.path(), Said: web.Said(r.T(said))}, nil
	case errors.As(err, &incomplete) && (incomplete.Kind == fault.Invalid || incomplete.Kind == fault.Conflict):
		return d.checkPage(r, in, err)
	}
	return nil, err
}

// takeBack takes the form back from the head.
func (d *desk) takeBack(r *web.Request, in formAct) (web.Response, error) {
	if _, err := d.Surveys.TakeBack(r.Ctx, r.By, in.key(), in.Version); err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	return web.Redirect{To: in.path(), Said: web.Said(r.T("form.said.taken_back"))}, nil
}

func rowText(id survey.RowID) string { return strconv.FormatInt(int64(id), 10) }

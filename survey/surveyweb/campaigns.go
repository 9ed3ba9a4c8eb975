package surveyweb

import (
	"net/url"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/templates"
)

func (d *desk) mountCampaigns(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, "/surveys", d.listCampaigns)
	web.Get(view, "/surveys/:code", d.showCampaign)

	oversee := s.Group(web.For(overseers()...))
	web.Get(oversee, "/surveys/:code/scope", d.showScope)

	hold := s.Group(web.For(reviewers()...))
	web.Get(hold, "/surveys/new", d.newCampaign)
	web.Post(hold, "/surveys", d.createCampaign)
	web.Get(hold, "/surveys/:code/edit", d.editCampaign)
	web.Post(hold, "/surveys/:code", d.changeCampaign)
	web.Post(hold, "/surveys/:code/open", d.openCampaign)
	web.Get(hold, "/surveys/:code/close", d.askToClose)
	web.Post(hold, "/surveys/:code/close", d.closeCampaign)
	web.Post(hold, "/surveys/:code/exceptions", d.setException)
	web.Post(hold, "/surveys/:code/exceptions/:department/remove", d.dropException)
}

type codeIn struct {
	Code string `uri:"code"`
}

// listCampaigns shows the campaigns that the reader may see.
func (d *desk) listCampaigns(r *web.Request, _ struct{}) (web.Response, error) {
	lines, err := d.Surveys.ListCampaigns(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	cal, err := d.Book.Load(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := campaignsView{p: r.P, by: r.By, lines: lines, when: when{d.Book, cal, r.Now}, address: r.Address()}
	v.no, v.size = pageOf(r.URL.Query())
	return web.View{Template: "survey/campaigns", Title: r.T("survey.campaigns"), Crumbs: campaignCrumbs(r.P), Data: v.page()}, nil
}

// campaign is a campaign with what its page shows around it.
type campaign struct {
	survey.CampaignLine
	scope     *survey.ScopeView     // nil when the reader does not oversee it
	questions *survey.Questionnaire // nil when it asks nothing of its own
	basedOn   *survey.CampaignLine
	copied    *survey.CampaignLine
	own       *inventory.Department // the reader's own department, when it has a form
	when      when
}

// verifies tells whether a campaign is a census that asks nothing of its own.
func verifies(c survey.Campaign) bool { return c.Kind == survey.Census && c.QuestionnaireID == nil }

func (c *campaign) verifies() bool { return verifies(c.Campaign) }

// based is the title of the self-survey that a census verifies.
func (c *campaign) based() string {
	if c.basedOn == nil {
		return ""
	}
	return c.basedOn.Title
}

// readCampaign reads a campaign that the reader may see.
func (d *desk) readCampaign(r *web.Request, code string) (campaign, error) {
	lines, err := d.Surveys.ListCampaigns(r.Ctx, r.By)
	if err != nil {
		return campaign{}, err
	}
	find := func(match func(survey.Campaign) bool) *survey.CampaignLine {
		for i := range lines {
			if match(lines[i].Campaign) {
				return &lines[i]
			}
		}
		return nil
	}
	line := find(func(c survey.Campaign) bool { return c.Code == code })
	if line == nil {
		return campaign{}, fault.New(fault.NotFound, "err.not_found")
	}
	out := campaign{CampaignLine: *line}
	out.basedOn = find(func(c survey.Campaign) bool { return line.BasedOnID != nil && c.ID == *line.BasedOnID })
	out.copied = find(func(c survey.Campaign) bool { return line.CopiedFromID != nil && c.ID == *line.CopiedFromID })
	return out, d.surround(r, &out)
}

// surround reads what belongs to a campaign and is kept elsewhere.
func (d *desk) surround(r *web.Request, c *campaign) error {
	cal, err := d.Book.Load(r.Ctx)
	if err != nil {
		return err
	}
	c.when = when{d.Book, cal, r.Now}
	if c.QuestionnaireID != nil {
		q, err := d.Surveys.QuestionnaireOf(r.Ctx, r.By, c.Campaign)
		if err != nil {
			return err
		}
		c.questions = &q
	}
	if c.Own != nil {
		dir, err := d.Registry.Directory(r.Ctx)
		if err != nil {
			return err
		}
		if own, ok := dir.Find(c.Own.DepartmentID); ok {
			c.own = &own
		}
	}
	if r.By.View().All {
		scope, err := d.Surveys.LookScope(r.Ctx, r.By, c.Code)
		if err != nil {
			return err
		}
		c.scope = &scope
	}
	return nil
}

// showCampaign is the page of a campaign.
func (d *desk) showCampaign(r *web.Request, in codeIn) (web.Response, error) {
	c, err := d.readCampaign(r, in.Code)
	if err != nil {
		return nil, err
	}
	v := campaignView{p: r.P, by: r.By, c: c}
	return web.View{Template: "survey/campaign", Title: c.Title, Crumbs: campaignCrumbs(r.P, crumb(c.Title)), Data: v.page()}, nil
}

type newCampaignIn struct {
	Kind string `form:"kind"`
	Copy string `form:"copy"` // the campaign to copy
}

// newCampaign shows the form of a new campaign, filled in from an earlier one
// when the address names one.
func (d *desk) newCampaign(r *web.Request, in newCampaignIn) (web.Response, error) {
	n, err := d.campaignNames(r)
	if err != nil {
		return nil, err
	}
	f := campaignForm{p: r.P, names: n, record: n.blank(r, survey.CampaignKind(in.Kind)), copy: in.Copy}
	if in.Copy != "" {
		if f.record, err = d.Surveys.ProposeCopy(r.Ctx, r.By, in.Copy); err != nil {
			return nil, err
		}
	}
	return f.view(), nil
}

type saveCampaignIn struct {
	Code    string `uri:"code"`
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
	Copy    string `form:"copy"`
}

func (d *desk) campaignReader(n campaignNames) *field.Reader[survey.Campaign] {
	return &field.Reader[survey.Campaign]{
		Catalog: survey.CampaignFields, Words: field.NewWords(d.Catalog, survey.CampaignFields), Names: n.forTyping(),
	}
}

// createCampaign saves the form of a new campaign.
func (d *desk) createCampaign(r *web.Request, in saveCampaignIn) (web.Response, error) {
	n, err := d.campaignNames(r)
	if err != nil {
		return nil, err
	}
	f := campaignForm{p: r.P, names: n, typed: r.Form, copy: in.Copy}
	if in.Copy != "" {
		from, ok := n.byCode[in.Copy]
		if !ok {
			return nil, fault.New(fault.NotFound, "err.not_found")
		}
		f.record.CopiedFromID = &from.ID
	}
	f.found = d.campaignReader(n).SetForm(&f.record, r.Form)
	var made survey.Campaign
	remarks := []fault.Field(nil)
	if err = fault.Refuse(f.found); err == nil {
		made, remarks, err = d.Surveys.CreateCampaign(r.Ctx, r.By, f.record)
	}
	if err != nil {
		return f.failed(err)
	}
	return web.Redirect{To: surveyPath(made.Code), Said: saidWith(r.P, "survey.created", remarks)}, nil
}

// editCampaign shows the form of a campaign.
func (d *desk) editCampaign(r *web.Request, in codeIn) (web.Response, error) {
	f, err := d.campaignForm(r, in.Code)
	if err != nil {
		return nil, err
	}
	return f.view(), nil
}

// campaignForm reads a campaign that the reader may change.
func (d *desk) campaignForm(r *web.Request, code string) (campaignForm, error) {
	line, err := d.Surveys.FindCampaign(r.Ctx, r.By, code)
	if err != nil {
		return campaignForm{}, err
	}
	switch {
	case !mayHold(r.By, line.Kind):
		return campaignForm{}, errForbidden()
	case line.State == survey.Locked:
		return campaignForm{}, survey.ErrCampaignLocked
	}
	n, err := d.campaignNames(r)
	return campaignForm{p: r.P, names: n, present: &line.Campaign, record: line.Campaign, version: line.Version}, err
}

// changeCampaign saves the form of a campaign. Fields that cannot change any
// more are not on the form and keep their values.
func (d *desk) changeCampaign(r *web.Request, in saveCampaignIn) (web.Response, error) {
	f, err := d.campaignForm(r, in.Code)
	if err != nil {
		return nil, err
	}
	f.typed, f.reason = r.Form, in.Reason
	reader := d.campaignReader(f.names)
	for _, key := range f.editable() {
		f.found = append(f.found, reader.Set(&f.record, key, r.Form[key])...)
	}
	var saved survey.Campaign
	remarks := []fault.Field(nil)
	if err = fault.Refuse(f.found); err == nil {
		saved, remarks, err = d.Surveys.ChangeCampaign(r.Ctx, r.By, in.Code, in.Version, f.record, in.Reason)
	}
	if err != nil {
		return f.failed(err)
	}
	return web.Redirect{To: surveyPath(saved.Code), Said: saidWith(r.P, "survey.saved", remarks)}, nil
}

type actIn struct {
	Code    string `uri:"code"`
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
}

// openCampaign opens a campaign; what is missing is said on its page.
func (d *desk) openCampaign(r *web.Request, in actIn) (web.Response, error) {
	opened, err := d.Surveys.OpenCampaign(r.Ctx, r.By, in.Code, in.Version)
	if fault.KindOf(err) == fault.Invalid {
		return d.campaignWith(r, in.Code, err)
	}
	if err != nil {
		return nil, err
	}
	said := "survey.opened"
	if verifies(opened) {
		said = "survey.opened.verify"
	}
	return web.Redirect{To: surveyPath(opened.Code), Said: web.Said(r.T(said, "title", opened.Title, "due", opened.DueOn))}, nil
}

// campaignWith shows the page of a campaign with what keeps an act from being
// done.
func (d *desk) campaignWith(r *web.Request, code string, cause error) (web.Response, error) {
	c, err := d.readCampaign(r, code)
	if err != nil {
		return nil, err
	}
	v := campaignView{p: r.P, by: r.By, c: c, err: cause}
	return web.View{Template: "survey/campaign", Title: c.Title, Crumbs: campaignCrumbs(r.P, crumb(c.Title)), Data: v.page(), Err: cause}, nil
}

// askToClose asks for the reason to close a campaign.
func (d *desk) askToClose(r *web.Request, in codeIn) (web.Response, error) {
	line, err := d.Surveys.FindCampaign(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	if line.State != survey.Running {
		return nil, fault.New(fault.Conflict, "survey.err.not_running", "title", line.Title)
	}
	return closeView(r.P, line, ""), nil
}

func (d *desk) closeCampaign(r *web.Request, in actIn) (web.Response, error) {
	closed, err := d.Surveys.CloseCampaign(r.Ctx, r.By, in.Code, in.Version, in.Reason)
	if fault.KindOf(err) == fault.Invalid {
		line, findErr := d.Surveys.FindCampaign(r.Ctx, r.By, in.Code)
		if findErr != nil {
			return nil, findErr
		}
		view := closeView(r.P, line, in.Reason)
		page, _ := view.Data.(formPage)
		web.Mistakes(r.P, &page.Form, err)
		view.Data, view.Err = page, err
		return view, nil
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: surveyPath(closed.Code), Said: web.Said(r.T("survey.closed", "title", closed.Title))}, nil
}

// showScope lists who is asked, and who by exception.
func (d *desk) showScope(r *web.Request, in codeIn) (web.Response, error) {
	return d.scopeView(r, in.Code, nil)
}

func (d *desk) scopeView(r *web.Request, code string, cause error) (web.Response, error) {
	c, err := d.readCampaign(r, code)
	if err != nil {
		return nil, err
	}
	v := scopeView{p: r.P, by: r.By, c: c, typed: r.Form, err: cause}
	return web.View{
		Template: "survey/scope", Title: r.T("survey.scope") + " · " + c.Title, Data: v.page(), Err: cause,
		Crumbs: campaignCrumbs(r.P, templates.Crumb{Text: c.Title, Href: surveyPath(code)}, crumb(r.T("survey.scope"))),
	}, nil
}

type exceptionIn struct {
	Code       string `uri:"code"`
	Department string `form:"department"`
	Included   bool   `form:"included"`
	Reason     string `form:"reason"`
}

func (d *desk) setException(r *web.Request, in exceptionIn) (web.Response, error) {
	err := d.Surveys.SetException(r.Ctx, r.By, in.Code, in.Department, in.Included, in.Reason)
	if fault.KindOf(err) == fault.Invalid {
		return d.scopeView(r, in.Code, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: surveyPath(in.Code, "scope"), Said: web.Said(r.T("survey.exception.saved"))}, nil
}

type dropExceptionIn struct {
	Code       string `uri:"code"`
	Department string `uri:"department"`
}

func (d *desk) dropException(r *web.Request, in dropExceptionIn) (web.Response, error) {
	if err := d.Surveys.DropException(r.Ctx, r.By, in.Code, in.Department); err != nil {
		return nil, err
	}
	return web.Redirect{To: surveyPath(in.Code, "scope"), Said: web.Said(r.T("survey.exception.dropped"))}, nil
}

// valuesOr are posted values, empty ones when nothing was posted.
func valuesOr(v url.Values) url.Values {
	if v == nil {
		return url.Values{}
	}
	return v
}

// today is the day of a moment in Asia/Shanghai.
func (w when) today() calendar.Date { return calendar.DateOf(w.now) }

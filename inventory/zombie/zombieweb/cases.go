package zombieweb

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/zombie/cleanup"
)

const casesPath = zombiesPath + "/cases"

func casePath(no string, more ...string) string {
	return web.Join(casesPath, append([]string{no}, more...)...)
}

// Limits of routes that take files.
const (
	slowCases    = 2 * time.Minute
	formOverhead = 64 << 10
)

// caseFillers are the people of departments and regions.
func caseFillers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

func caseAnswerers() []auth.Role { return []auth.Role{auth.Head, auth.Region} }

func caseReviewers() []auth.Role { return []auth.Role{auth.Office, auth.Centre} }

// mountCases adds the pages of cases.
func (d *desk) mountCases(s *web.Server) {
	view := s.Group(web.For(cleanup.Viewers()...))
	web.Get(view, zombiesPath, d.listCases)
	web.Get(view, casesPath+"/:no", d.showCase)
	web.Get(view.Within(slowCases), casesPath+"/:no/files/:file", d.openCaseFile)
	d.mountTotals(view)

	own := s.Group(web.For(caseAnswerers()...))
	web.Post(own, casesPath+"/:no/admit", d.admitCase)
	web.Post(own, casesPath+"/:no/plan", d.planCase)
	web.Post(own, casesPath+"/:no/submit", d.submitCase)
	web.Post(own.Upto(evidence.MaxSize+formOverhead).Within(slowCases), casesPath+"/:no/contest", d.contestCase)
	web.Post(s.Group(web.For(caseFillers()...)), casesPath+"/:no/prepare", d.prepareCase)

	office := s.Group(web.For(auth.Office))
	web.Post(office.Within(slowCases), casesPath+"/notify", d.notifyCases)
	web.Post(office, casesPath+"/:no/notify", d.notifyCase)
	web.Post(office, casesPath+"/:no/approve_plan", d.approveCasePlan)
	web.Post(office, casesPath+"/:no/exempt", d.exemptCase)
	decide := s.Group(web.For(auth.Office, auth.Leader))
	web.Post(decide, casesPath+"/:no/confirm", d.confirmCase)
	web.Post(decide, casesPath+"/:no/dismiss", d.dismissCase)
	review := s.Group(web.For(caseReviewers()...))
	web.Post(review, casesPath+"/:no/return_plan", d.returnCasePlan)
	web.Post(review, casesPath+"/:no/accept", d.acceptCase)
	web.Post(review, casesPath+"/:no/return", d.returnCase)

	keep := s.Group(web.For(append(caseFillers(), caseReviewers()...)...))
	web.Post(keep.Upto(evidence.MaxSize+formOverhead).Within(slowCases), casesPath+"/:no/files", d.addCaseFile)
	web.Post(keep, casesPath+"/:no/files/:file/remove", d.removeCaseFile)
}

// caseAnswer is a step that was tried, and why it was refused.
type caseAnswer struct {
	what string
	err  error
	form url.Values
}

// found is what was wrong with a step, at the inputs of its form.
func (a caseAnswer) found(what string) []fault.Field {
	if a.what != what {
		return nil
	}
	out := slices.Clone(fault.FieldsOf(a.err))
	for i := range out {
		out[i].Name = inputOf(what, out[i].Name)
	}
	return out
}

// inputOf names the input of a step: several steps on a page ask for a reason or
// a file.
func inputOf(what, name string) string {
	if name == "reason" || name == "file" && what != "file" {
		return what + "_" + name
	}
	return name
}

// typed is what was typed into a field of a step that was refused, else usual.
func (a caseAnswer) typed(what, name, usual string) string {
	if a.what != what || a.form == nil {
		return usual
	}
	return a.form.Get(inputOf(what, name))
}

type caseIn struct {
	No string `uri:"no"`
}

// showCase shows a case.
func (d *desk) showCase(r *web.Request, in caseIn) (web.Response, error) {
	return d.casePage(r, in.No, caseAnswer{})
}

func (d *desk) casePage(r *web.Request, no string, answer caseAnswer) (web.Response, error) {
	f, err := d.Cases.Find(r.Ctx, r.By, no)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := caseView{p: r.P, by: r.By, f: &f, dir: dir, answer: answer}
	if v.window, err = d.windowOf(r.Ctx, r.By, &f.Case); err != nil {
		return nil, err
	}
	return web.View{Template: "zombie/case", Title: v.title(), Crumbs: v.crumbs(), Data: v.data(), Err: answer.err}, nil
}

// caseDone leads back to the case, or shows it with what was refused.
func (d *desk) caseDone(r *web.Request, no, what string, err error) (web.Response, error) {
	switch {
	case err == nil:
		return web.Redirect{To: casePath(no), Said: web.Said(r.T("cases.said."+what, "no", no))}, nil
	case slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.TooLarge}, fault.KindOf(err)), fault.KindOf(err) == fault.Forbidden && !errors.Is(err, auth.ErrForbidden): // the words of a case are shown on it
		return d.casePage(r, no, caseAnswer{what, err, r.Form})
	}
	return nil, err
}

// caseStepIn is a step with a case as the reader saw it.
type caseStepIn struct {
	No      string `uri:"no"`
	Version int64  `form:"version"`
	Text    string `form:"answer_text"`
}

// reasonOf is the reason that was typed for a step.
func reasonOf(r *web.Request, m cleanup.Move) string { return r.Form.Get(inputOf(string(m), "reason")) }

func (d *desk) notifyCase(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.Notify(r.Ctx, r.By, in.No, in.Version)
	return d.caseDone(r, in.No, string(cleanup.Notify), err)
}

func (d *desk) admitCase(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.Answer(r.Ctx, r.By, in.No, in.Version, cleanup.Reply{Answer: cleanup.Admits, Text: in.Text})
	return d.caseDone(r, in.No, string(cleanup.Admit), err)
}

// contestCase contests, with a file if there is one. The file comes first: what
// the Office reads must be there when it reads.
func (d *desk) contestCase(r *web.Request, in caseStepIn) (web.Response, error) {
	err := d.attachIfGiven(r, in.No)
	if err == nil {
		_, err = d.Cases.Answer(r.Ctx, r.By, in.No, in.Version, cleanup.Reply{Answer: cleanup.Contests, Text: in.Text})
	}
	return d.caseDone(r, in.No, string(cleanup.Contest), err)
}

func (d *desk) prepareCase(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.Prepare(r.Ctx, r.By, in.No, in.Version, in.Text)
	return d.caseDone(r, in.No, "prepare", err)
}

func (d *desk) confirmCase(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.Decide(r.Ctx, r.By, in.No, in.Version, true, reasonOf(r, cleanup.Confirm))
	return d.caseDone(r, in.No, string(cleanup.Confirm), err)
}

func (d *desk) dismissCase(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.Decide(r.Ctx, r.By, in.No, in.Version, false, reasonOf(r, cleanup.Dismiss))
	return d.caseDone(r, in.No, string(cleanup.Dismiss), err)
}

func (d *desk) approveCasePlan(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.ApprovePlan(r.Ctx, r.By, in.No, in.Version)
	return d.caseDone(r, in.No, string(cleanup.ApprovePlan), err)
}

func (d *desk) returnCasePlan(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.ReturnPlan(r.Ctx, r.By, in.No, in.Version, reasonOf(r, cleanup.ReturnPlan))
	return d.caseDone(r, in.No, string(cleanup.ReturnPlan), err)
}

func (d *desk) acceptCase(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.Accept(r.Ctx, r.By, in.No, in.Version, reasonOf(r, cleanup.Accept))
	return d.caseDone(r, in.No, string(cleanup.Accept), err)
}

func (d *desk) returnCase(r *web.Request, in caseStepIn) (web.Response, error) {
	_, err := d.Cases.ReturnEvidence(r.Ctx, r.By, in.No, in.Version, reasonOf(r, cleanup.ReturnEvidence))
	return d.caseDone(r, in.No, string(cleanup.ReturnEvidence), err)
}

func (d *desk) exemptCase(r *web.Request, in caseStepIn) (web.Response, error) {
	reader := figures{form: r.Form}
	until := reader.date("until")
	err := fault.Refuse(reader.wrong)
	if err == nil {
		_, err = d.Cases.MakeExempt(r.Ctx, r.By, in.No, in.Version, until, reasonOf(r, cleanup.MakeExempt))
	}
	return d.caseDone(r, in.No, string(cleanup.MakeExempt), err)
}

// planCase hands in a plan.
func (d *desk) planCase(r *web.Request, in caseStepIn) (web.Response, error) {
	reader := figures{form: r.Form}
	s := cleanup.Scheme{Target: codeOf(r.Form.Get("target"))}
	s.Action, s.Disposal = cleanup.Action(r.Form.Get("action")), cleanup.Disposal(r.Form.Get("disposal"))
	s.DisposalNote, s.UsersTold = r.Form.Get("disposal_note"), r.Form.Get("users_told")
	s.Released, s.OmStopOn = reader.released(), reader.date("om_stop_on")
	err := fault.Refuse(reader.wrong)
	if err == nil {
		_, err = d.Cases.HandInPlan(r.Ctx, r.By, in.No, in.Version, s)
	}
	return d.caseDone(r, in.No, string(cleanup.HandInPlan), err)
}

// codeOf is the code of a system that was chosen as "RS-0001 社保核心".
func codeOf(text string) string {
	code, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return code
}

// submitCase hands in that the clean-up is done.
func (d *desk) submitCase(r *web.Request, in caseStepIn) (web.Response, error) {
	reader := figures{form: r.Form}
	done := cleanup.Done{StoppedOn: reader.date("stopped_on"), Outcome: r.Form.Get("outcome"), Released: reader.released()}
	err := fault.Refuse(reader.wrong)
	if err == nil {
		_, err = d.Cases.SubmitEvidence(r.Ctx, r.By, in.No, in.Version, done)
	}
	return d.caseDone(r, in.No, string(cleanup.SubmitEvidence), err)
}

// notifyCases puts the chosen cases to their departments.
func (d *desk) notifyCases(r *web.Request, _ struct{}) (web.Response, error) {
	var chosen []cleanup.Chosen
	for _, row := range r.Form["row"] {
		no, version, _ := strings.Cut(row, "@")
		n, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			return nil, fault.New(fault.Invalid, "cases.err.row")
		}
		chosen = append(chosen, cleanup.Chosen{No: no, Version: n})
	}
	back := zombiesPath + "?state=" + string(cleanup.Suspected)
	if len(chosen) == 0 {
		return web.Redirect{To: back, Said: web.Said(r.T("cases.said.none"))}, nil
	}
	done, err := d.Cases.NotifyMany(r.Ctx, r.By, chosen)
	if err != nil {
		return nil, err
	}
	var failed []string
	for _, o := range done {
		if o.Err != nil {
			failed = append(failed, r.T("cases.said.failed", "no", o.No, "why", r.P.Error(o.Err)))
		}
	}
	said := web.Said(r.T("cases.said.notified", "n", len(done)-len(failed)))
	if len(failed) > 0 {
		said.Kind, said.Text = "warning", said.Text+" "+strings.Join(failed, " ")
	}
	return web.Redirect{To: back, Said: said}, nil
}

// casesIn is the address of the list.
type casesIn struct {
	State      string `form:"state"`
	Department string `form:"department"`
	Feature    string `form:"feature"`
	Strength   int    `form:"strength"`
	Search     string `form:"q"`
	Only       string `form:"only"` // waiting, overdue, late
	Sort       string `form:"sort"`
	Page       int    `form:"page"`
	Size       int    `form:"size"`
}

func (in casesIn) query(dir *inventory.Directory) cleanup.Query {
	q := cleanup.Query{
		Search: input.Text(in.Search), Feature: in.Feature, Strength: cleanup.Strength(in.Strength), Page: in.Page, Size: in.Size,
		Waiting: in.Only == onlyWaiting, Overdue: in.Only == onlyOverdue, Late: in.Only == onlyLate,
	}
	switch in.Only {
	case onlyOpen:
		q.States = cleanup.OpenStates()
	case onlyOwed:
		q.States = cleanup.OwedStates()
	}
	if s := cleanup.State(in.State); s.Valid() {
		q.States = []cleanup.State{s}
	}
	if dept, ok := dir.Lookup(in.Department); ok {
		q.Department = dept.ID
	}
	order, descending := strings.CutPrefix(in.Sort, "-")
	if slices.Contains(cleanup.Orders(), cleanup.Order(order)) {
		q.Sort, q.Descending = cleanup.Order(order), descending
	}
	return q
}

// What a list can be narrowed to.
const (
	onlyWaiting = "waiting"
	onlyOverdue = "overdue"
	onlyLate    = "late"
	onlyOpen    = "open" // nobody has decided
	onlyOwed    = "owed" // confirmed, and not cleaned up
)

// listCases shows how many cases there are, and their list: what weighs most
// first.
func (d *desk) listCases(r *web.Request, in casesIn) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	page, err := d.Cases.List(r.Ctx, r.By, in.query(dir))
	if err != nil {
		return nil, err
	}
	totals, err := d.Cases.Totals(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	waiting, err := d.Cases.Waiting(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	v := casesView{p: r.P, by: r.By, dir: dir, in: in, page: page, totals: totals, waiting: waiting, params: r.URL.Query()}
	return web.View{Template: "zombie/cases", Title: r.T("cases.title"), Crumbs: caseCrumbs(r.P), Data: v.data()}, nil
}

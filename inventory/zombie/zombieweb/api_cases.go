package zombieweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
)

// caseWrite is the scope of tokens that act on cases.
const caseWrite = "zombies:write"

// casesAPI adds the operations on cases. Each step names by If-Match the version
// of the case that it was decided on.
func (d *desk) casesAPI(s *web.Server) {
	read := web.For(cleanup.Viewers()...).With(zombiesRead)
	to := func(roles ...auth.Role) web.Access { return web.For(roles...).With(caseWrite) }
	one := "/cases/{no}"
	web.Operation(s, read, zombieOp("list-cases", http.MethodGet, "/cases", "Cases of the clean-up, what weighs most first"), d.apiCases)
	web.Operation(s, read, zombieOp("get-case", http.MethodGet, one, "Read a case with its steps and what can be done now"), d.apiCase)
	web.Operation(s, read, zombieOp("case-totals", http.MethodGet, "/totals", "Before and after, by department"), d.apiCaseTotals)
	web.Operation(s, to(caseReviewers()...), zombieOp("follow-detection", http.MethodPost, "/follow", "Bring the cases in line with the newest run"), d.apiFollow)

	step := func(id, path, summary string) huma.Operation {
		op := zombieOp(id, http.MethodPost, one+path, summary)
		op.Errors = []int{http.StatusConflict}
		return op
	}
	web.Operation(s, to(auth.Office), step("notify-case", "/notify", "Put a suspicion to its department"), d.apiNotify)
	web.Operation(s, to(caseAnswerers()...), step("answer-case", "/answer", "Admit or contest a suspicion"), d.apiAnswer)
	web.Operation(s, to(auth.Office, auth.Leader), step("decide-case", "/decision", "Confirm or dismiss a suspicion"), d.apiDecide)
	web.Operation(s, to(caseAnswerers()...), step("plan-case", "/plan", "Hand in what is to become of the system"), d.apiPlan)
	web.Operation(s, to(caseReviewers()...), step("review-case-plan", "/plan-review", "Approve a plan (the Office) or return it"), d.apiPlanReview)
	web.Operation(s, to(caseAnswerers()...), step("submit-case", "/submit", "Hand in that the clean-up is done"), d.apiSubmitCase)
	web.Operation(s, to(caseReviewers()...), step("review-case", "/review", "Accept a clean-up, which writes the register, or return it"), d.apiReview)
	web.Operation(s, to(auth.Office), step("exempt-case", "/exemption", "Put a case aside until a day"), d.apiExempt)
	file := zombieOp("add-case-file", http.MethodPost, one+"/files", "Put a file beside a case")
	file.MaxBodyBytes, file.DefaultStatus = evidence.MaxSize, http.StatusCreated
	web.Operation(s, to(append(caseFillers(), caseReviewers()...)...), file, d.apiCaseFile)
}

// caseFinding is what a run found of a feature.
type caseFinding struct {
	Feature    string        `json:"feature" example:"z3"`
	Result     string        `json:"result" enum:"not_met,suspected,met,insufficient,off_season,on_standby,too_new,exempt"`
	Grounds    []string      `json:"grounds"`
	Text       string        `json:"text" doc:"The grounds in a sentence"`
	LastUse    calendar.Date `json:"last_use"`
	Gap        int           `json:"gap_days" doc:"Covered days since anybody used it"`
	Coverage   float64       `json:"coverage"`
	Users      int64         `json:"users" doc:"People in the window; -1 when not worked out"`
	LoginDays  int           `json:"login_days"`
	Working    int           `json:"working_days"`
	CPUAverage float64       `json:"cpu_average" doc:"Percent; negative when not measured"`
	Days       int           `json:"days" doc:"Since the last release, or the end of the contract; -1 when not worked out"`
	Over       int           `json:"contract_over" doc:"Days since the end of the maintenance contract, -1 when there is none"`
}

type caseReleased struct {
	Servers  int64 `json:"servers,omitempty" minimum:"0"`
	Ips      int64 `json:"ips,omitempty" minimum:"0"`
	Domains  int64 `json:"domains,omitempty" minimum:"0"`
	Accounts int64 `json:"accounts,omitempty" minimum:"0"`
	OmSaved  int64 `json:"om_saved,omitempty" minimum:"0" doc:"Fen a year"`
}

func (r caseReleased) released() cleanup.Released {
	return cleanup.Released{Servers: r.Servers, Ips: r.Ips, Domains: r.Domains, Accounts: r.Accounts, OmSaved: r.OmSaved}
}

type caseStepDoc struct {
	At         time.Time     `json:"at"`
	By         string        `json:"by"`
	Department string        `json:"department,omitempty"`
	Action     string        `json:"action"`
	Note       string        `json:"note,omitempty"`
	Day        calendar.Date `json:"day" doc:"A day that the step speaks of"`
}

// caseDoc is a case as the API shows it.
type caseDoc struct {
	No             string           `json:"no" example:"ZC-2017-0001"`
	System         string           `json:"system" doc:"Code"`
	Name           string           `json:"name"`
	Department     string           `json:"department" doc:"Code"`
	State          cleanup.State    `json:"state"`
	Strength       cleanup.Strength `json:"strength" doc:"3 met, 2 suspected, 1 weak"`
	Confidence     int              `json:"confidence" doc:"In thousandths"`
	Features       []string         `json:"features"`
	Money          *int64           `json:"om_amount_year" doc:"Fen"`
	OpenedOn       calendar.Date    `json:"opened_on"`
	RunDay         calendar.Date    `json:"run_day"`
	Policy         int64            `json:"policy"`
	AnswerDue      calendar.Date    `json:"answer_due"`
	Answer         cleanup.Answer   `json:"answer,omitempty"`
	AnswerText     string           `json:"answer_text,omitempty"`
	AnsweredOn     calendar.Date    `json:"answered_on"`
	Decision       string           `json:"decision,omitempty"`
	DecisionReason string           `json:"decision_reason,omitempty"`
	DecidedOn      calendar.Date    `json:"decided_on"`
	DueOn          calendar.Date    `json:"due_on"`
	Overdue        bool             `json:"overdue" doc:"The clean-up is owed and its day is over"`
	Action         cleanup.Action   `json:"action,omitempty"`
	Target         string           `json:"target,omitempty" doc:"Code of the system that takes over"`
	Disposal       cleanup.Disposal `json:"disposal,omitempty"`
	Released       caseReleased     `json:"released"`
	StoppedOn      calendar.Date    `json:"stopped_on"`
	Outcome        string           `json:"outcome,omitempty"`
	CleanedOn      calendar.Date    `json:"cleaned_on"`
	LateWd         *int             `json:"late_wd" doc:"Working days after the due day, null while nothing was accepted"`
	ExemptUntil    calendar.Date    `json:"exempt_until"`
	ClosedOn       calendar.Date    `json:"closed_on"`
	TrafficOn      calendar.Date    `json:"traffic_on" doc:"First use after the clean-up"`
	TrafficLogins  int64            `json:"traffic_logins"`
	Reopenings     int              `json:"reopenings"`
	Version        int64            `json:"version"`
	Findings       []caseFinding    `json:"findings,omitempty"`
	Steps          []caseStepDoc    `json:"steps,omitempty"`
	Moves          []cleanup.Move   `json:"moves,omitempty" doc:"What the caller can do now"`
	Files          []caseFileDoc    `json:"files,omitempty"`
}

type caseFileDoc struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Purpose string `json:"purpose"`
	SHA256  string `json:"sha256"`
}

func caseDocument(c *cleanup.Case, code, name string, dir *inventory.Directory, today calendar.Date) caseDoc {
	dept, _ := dir.Find(c.DepartmentID)
	return caseDoc{
		No: c.No, System: code, Name: name, Department: dept.Code, State: c.State, Strength: c.Strength, Confidence: c.Confidence,
		Features: append([]string{}, c.Features...), Money: c.Money, OpenedOn: c.OpenedOn, RunDay: c.RunDay, Policy: c.PolicyVersion, AnswerDue: c.AnswerDue,
		Answer: c.Answer, AnswerText: c.AnswerText, AnsweredOn: c.AnsweredOn, Decision: c.Decision, DecisionReason: c.DecisionReason,
		DecidedOn: c.DecidedOn, DueOn: c.DueOn, Overdue: c.Overdue(today), Action: c.Action, Disposal: c.Disposal,
		Released:  caseReleased{c.Servers, c.Ips, c.Domains, c.Accounts, c.OmSaved},
		StoppedOn: c.StoppedOn, Outcome: c.Outcome, CleanedOn: c.CleanedOn, LateWd: c.LateWd, ExemptUntil: c.ExemptUntil, ClosedOn: c.ClosedOn,
		TrafficOn: c.TrafficOn, TrafficLogins: c.TrafficLogins, Reopenings: c.Reopenings, Version: c.Version,
	}
}

func findingDocument(call web.Call, f *zombie.Finding, window int) caseFinding {
	out := caseFinding{
		Feature: zombie.FeatureWord(f.Feature), Result: zombie.ResultWord(f.Result), Grounds: []string{}, Text: findingText(call.P, f, window),
		LastUse: zombie.DateOf(f.Figures.LastUse), Gap: f.Figures.Gap, Coverage: f.Figures.Coverage, Users: f.Figures.Users,
		LoginDays: f.Figures.LoginDays, Working: f.Figures.WorkingDays, CPUAverage: float64(f.Figures.CPUAvg) / 100, Days: f.Figures.Days, Over: f.Figures.Over,
	}
	for _, g := range f.Grounds {
		out.Grounds = append(out.Grounds, zombie.GroundWord(g))
	}
	return out
}

type casesAPIIn struct {
	State      []string `query:"state,explode" enum:"suspected,notified,admitted,contested,confirmed,planned,cleaning,evidence_submitted,cleaned,dismissed,closed_itself,exempt,reopened"`
	Department string   `query:"department" doc:"Code"`
	System     string   `query:"system" doc:"Code, or a part of number, code or name"`
	Feature    string   `query:"feature" enum:"z1,z2,z3,z4,z5"`
	Overdue    bool     `query:"overdue" doc:"Only where the clean-up is owed and its day is over"`
	Waiting    bool     `query:"waiting" doc:"Only what waits for the caller"`
	Page       int      `query:"page" minimum:"1" default:"1"`
	Size       int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type casesAPIOut struct {
	Body struct {
		Total int64     `json:"total"`
		Cases []caseDoc `json:"cases"`
	}
}

func (d *desk) apiCases(ctx context.Context, call web.Call, in *casesAPIIn) (*casesAPIOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	q := cleanup.Query{Search: in.System, Feature: in.Feature, Overdue: in.Overdue, Waiting: in.Waiting, Page: in.Page, Size: in.Size}
	for _, s := range in.State {
		q.States = append(q.States, cleanup.State(s))
	}
	if in.Department != "" {
		dept, ok := dir.Lookup(in.Department)
		if !ok {
			return nil, fault.Refuse([]fault.Field{fault.At("department", "inventory.err.unknown_department")})
		}
		q.Department = dept.ID
	}
	page, err := d.Cases.List(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &casesAPIOut{}
	out.Body.Total, out.Body.Cases = page.Total, make([]caseDoc, len(page.Rows))
	for i := range page.Rows {
		row := &page.Rows[i]
		out.Body.Cases[i] = caseDocument(&row.Case, row.Code, row.Name, dir, page.Today)
	}
	return out, nil
}

type caseOut struct {
	ETag string `header:"ETag"`
	Body caseDoc
}

type caseNo struct {
	No string `path:"no"`
}

func (d *desk) apiCase(ctx context.Context, call web.Call, in *caseNo) (*caseOut, error) {
	return d.caseAnswered(ctx, call, in.No)
}

// caseAnswered shows a case after a call.
func (d *desk) caseAnswered(ctx context.Context, call web.Call, no string) (*caseOut, error) {
	f, err := d.Cases.Find(ctx, call.By, no)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	window, err := d.windowOf(ctx, call.By, &f.Case)
	if err != nil {
		return nil, err
	}
	doc := caseDocument(&f.Case, f.System.Code, f.System.Name, dir, f.Today)
	doc.Moves = f.Moves
	if f.Target != nil {
		doc.Target = f.Target.Code
	}
	for i := range f.Case.Findings {
		doc.Findings = append(doc.Findings, findingDocument(call, &f.Case.Findings[i], window))
	}
	for _, s := range f.Steps {
		doc.Steps = append(doc.Steps, caseStepDoc{web.Instant(s.At), s.Name, s.Department, s.Action, s.Note, s.OnDay})
	}
	for _, item := range f.Files {
		doc.Files = append(doc.Files, caseFileDoc{int64(item.Link.ID), item.Link.Name, item.Link.Purpose, item.File.SHA256})
	}
	return &caseOut{ETag: web.ETag(f.Case.Version), Body: doc}, nil
}

type followOut struct {
	Body struct {
		Day      calendar.Date `json:"day" doc:"Of the run; empty without one"`
		Opened   int           `json:"opened"`
		Closed   int           `json:"closed"`
		Reopened int           `json:"reopened"`
	}
}

func (d *desk) apiFollow(ctx context.Context, call web.Call, _ *struct{}) (*followOut, error) {
	f, err := d.Cases.Follow(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &followOut{}
	out.Body.Day, out.Body.Opened, out.Body.Closed, out.Body.Reopened = f.Day, f.Opened, f.Closed, f.Reopened
	return out, nil
}

// caseTallyDoc is how many cases stand where.
type caseTallyDoc struct {
	Department string       `json:"department,omitempty" doc:"Code; empty for all"`
	Cases      int64        `json:"cases"`
	Suspected  int64        `json:"suspected"`
	Confirmed  int64        `json:"confirmed" doc:"And not cleaned up"`
	Overdue    int64        `json:"overdue"`
	Cleaned    int64        `json:"cleaned"`
	Reopened   int64        `json:"reopened"`
	Dismissed  int64        `json:"dismissed" doc:"Or closed because use resumed"`
	Exempt     int64        `json:"exempt"`
	Before     int64        `json:"before" doc:"Systems that were confirmed"`
	After      int64        `json:"after" doc:"Of these still standing"`
	Released   caseReleased `json:"released"`
	Planned    caseReleased `json:"planned"`
}

func tallyDocument(code string, t *cleanup.Tally) caseTallyDoc {
	released := func(r cleanup.Released) caseReleased {
		return caseReleased{r.Servers, r.Ips, r.Domains, r.Accounts, r.OmSaved}
	}
	return caseTallyDoc{
		Department: code, Cases: t.Cases, Suspected: t.Suspected, Confirmed: t.Confirmed, Overdue: t.Overdue, Cleaned: t.Cleaned, Reopened: t.Reopened,
		Dismissed: t.Dismissed, Exempt: t.Exempt, Before: t.Before, After: t.After, Released: released(t.Released), Planned: released(t.Planned),
	}
}

type caseTotalsOut struct {
	Body struct {
		Day         calendar.Date  `json:"day"`
		All         caseTallyDoc   `json:"all"`
		Departments []caseTallyDoc `json:"departments"`
	}
}

func (d *desk) apiCaseTotals(ctx context.Context, call web.Call, _ *struct{}) (*caseTotalsOut, error) {
	t, err := d.Cases.Totals(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &caseTotalsOut{}
	out.Body.Day, out.Body.All, out.Body.Departments = t.Today, tallyDocument("", &t.All), make([]caseTallyDoc, len(t.Departments))
	for i := range t.Departments {
		out.Body.Departments[i] = tallyDocument(t.Departments[i].Department.Code, &t.Departments[i].Tally)
	}
	return out, nil
}

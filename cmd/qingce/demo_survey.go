package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/survey"
)

const (
	// demoSurvey is the self-survey that runs in the sample city, and
	// demoQuestions what it asks.
	demoSurvey    = "zc-demo"
	demoQuestions = "self-survey-brief"
	// demoSurveyDays is how long it runs from the day the city was made.
	demoSurveyDays = 12
)

// demoForm is how far a department of the sample city has come with its form.
type demoForm struct {
	department  string // code
	clerk, head string // who filled in and who confirmed
	upTo        demoProgress
	comment     string // why it was returned
}

// demoProgress is a step on the way of a form.
type demoProgress int

const (
	demoOpened demoProgress = iota
	demoBegun
	demoZero
	demoSubmitted
	demoReturned
	demoAccepted
)

// demoForms leave a form at every step, so that fillers, heads and reviewers
// find something to do. RS, LY and the body without systems (XY303) are left to
// those who try the service.
func demoForms() []demoForm {
	return []demoForm{
		{"XY111", "刘畅", "邓国庆", demoOpened, ""},
		{"XY107", "李红梅", "王建军", demoBegun, ""},
		{"XY105", "周建国", "田卫国", demoSubmitted, ""},
		{"XY112", "郑晓东", "钱立新", demoAccepted, ""},
		{"XY117", "孙志强", "何建设", demoReturned, "白蚁防治收费系统的经费来源与财政台账不一致，请核对后重新提交。"},
		{"XY305", "白玉兰", "马德胜", demoZero, ""},
	}
}

// loadDemoSurvey opens a self-survey in the sample city and takes some forms on
// their way.
func (r *rooms) loadDemoSurvey(ctx context.Context) error {
	office := auth.Command("demo", "张明")
	q, err := r.surveys.FindQuestionnaire(ctx, office, demoQuestions, 0)
	if err != nil {
		return fmt.Errorf("questionnaire %s: %w", demoQuestions, err)
	}
	today := calendar.DateOf(r.db.Now())
	c, _, err := r.surveys.CreateCampaign(ctx, office, survey.Campaign{
		Code: demoSurvey, Kind: survey.SelfSurvey, Title: strconv.Itoa(today.Year()) + "年政务信息系统自查", Basis: "方案第二部分第一项",
		Scope: survey.MunicipalOnly, QuestionnaireID: &q.ID, OpensOn: today, DueOn: today.AddDays(demoSurveyDays),
		ReviewDueOn: today.AddDays(2 * demoSurveyDays), MendWd: 3,
	})
	if err == nil {
		_, err = r.surveys.OpenCampaign(ctx, office, c.Code, c.Version)
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", demoSurvey, err)
	}
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return err
	}
	for _, f := range demoForms() {
		if err := r.fillDemo(ctx, dir, demoSurvey, f); err != nil {
			return fmt.Errorf("form of %s: %w", f.department, err)
		}
	}
	return nil
}

// demoFiller fills in one form of the sample city.
type demoFiller struct {
	desk        *survey.Desk
	key         survey.FormKey
	clerk, head auth.Principal
}

// demoPersonOf is somebody of a department, not the console: that a form was
// opened counts only when its own people did.
func demoPersonOf(dept inventory.Department, name string, role auth.Role) auth.Principal {
	return auth.Principal{
		Login: "command:demo", Name: name, DepartmentID: dept.ID, Department: dept.Name, Roles: auth.Roles{role}, Way: auth.BySession,
	}
}

func (r *rooms) fillDemo(ctx context.Context, dir *inventory.Directory, campaign string, f demoForm) error {
	dept, ok := dir.ByCode(f.department)
	if !ok {
		return fault.New(fault.NotFound, "err.not_found")
	}
	d := demoFiller{
		desk: r.surveys, key: survey.FormKey{Campaign: campaign, Department: dept.Code},
		clerk: demoPersonOf(dept, f.clerk, auth.Clerk), head: demoPersonOf(dept, f.head, auth.Head),
	}
	paper, err := d.desk.OpenForm(ctx, d.clerk, d.key)
	if err != nil || f.upTo == demoOpened {
		return err
	}
	form := paper.Form
	if f.upTo == demoZero {
		if form, err = d.desk.FileZero(ctx, d.clerk, d.key, form.Version, "本单位没有自建的政务信息系统，办公使用全市统一的协同办公平台。"); err != nil {
			return err
		}
		return d.submit(ctx, form)
	}
	if form, err = d.confirm(ctx, f.upTo == demoBegun); err != nil || f.upTo == demoBegun {
		return err
	}
	if form, err = d.answer(ctx, form); err == nil {
		err = d.submit(ctx, form)
	}
	if err != nil || f.upTo == demoSubmitted {
		return err
	}
	return d.review(ctx, f)
}

// confirm confirms the rows that the register has, all but the last when the
// filler is to be left in the middle.
func (d demoFiller) confirm(ctx context.Context, half bool) (survey.Form, error) {
	rows, err := d.rows(ctx, d.clerk)
	if err != nil {
		return survey.Form{}, err
	}
	if half {
		rows = rows[:1]
	}
	var ids []survey.RowID
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	_, trouble, err := d.desk.ConfirmRows(ctx, d.clerk, d.key, ids...)
	if err == nil && len(trouble) > 0 {
		err = fmt.Errorf("%d rows cannot be confirmed: %v", len(trouble), trouble)
	}
	if err != nil {
		return survey.Form{}, err
	}
	paper, err := d.desk.FindForm(ctx, d.clerk, d.key)
	return paper.Form, err
}

// rows are all rows of the form.
func (d demoFiller) rows(ctx context.Context, by auth.Principal) ([]survey.Row, error) {
	page, err := d.desk.FormRows(ctx, by, d.key, survey.RowQuery{Size: 100})
	return page.Rows, err
}

// answer says what the form asks about the body.
func (d demoFiller) answer(ctx context.Context, form survey.Form) (survey.Form, error) {
	rows, err := d.rows(ctx, d.clerk)
	if err != nil {
		return survey.Form{}, err
	}
	has := func(key string, values ...string) bool {
		return slices.ContainsFunc(rows, func(row survey.Row) bool { return slices.Contains(values, row.Body[key]) })
	}
	clean := has("proposed", inventory.Merge, inventory.Clean)
	connect := has("proposed", inventory.Connect) || has("must_connect", "true")
	next, found, err := d.desk.SaveAnswers(ctx, d.clerk, d.key, form.Version, survey.Input{Form: url.Values{
		survey.CountField:       {strconv.Itoa(form.RowsTotal)},
		survey.NoneCleanField:   {strconv.FormatBool(!clean)},
		survey.NoneConnectField: {strconv.FormatBool(!connect)},
		survey.NoneDemandField:  {"true"},
	}})
	if err == nil && fault.AnyError(found) {
		err = fault.Refuse(found)
	}
	return next, err
}

func (d demoFiller) submit(ctx context.Context, form survey.Form) error {
	form, err := d.desk.HandToHead(ctx, d.clerk, d.key, form.Version)
	if err == nil {
		_, err = d.desk.Submit(ctx, d.head, d.key, form.Version, "")
	}
	return err
}

// review returns or accepts the form as the centre would.
func (d demoFiller) review(ctx context.Context, f demoForm) error {
	centre := auth.Command("demo", "何思源")
	paper, err := d.desk.FindForm(ctx, centre, d.key)
	if err != nil {
		return err
	}
	if f.upTo == demoAccepted {
		_, err = d.desk.Accept(ctx, centre, d.key, paper.Form.Version)
		return err
	}
	rows, err := d.rows(ctx, centre)
	if err != nil {
		return err
	}
	said := survey.Said{Row: rows[len(rows)-1].ID, Question: "fund_source", Text: f.comment}
	_, err = d.desk.Return(ctx, centre, d.key, paper.Form.Version, survey.ReturnNote{Comments: []survey.Said{said}})
	if isNoCalendar(err) { // at the end of a year the form is left with the reviewers
		return nil
	}
	return err
}

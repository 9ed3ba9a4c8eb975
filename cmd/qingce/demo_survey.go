package main

import (
	"encoding/json"
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
	// demoSurvey is the self-survey of 2017, demoCensus the census that verifies
	// it, and demoQuestions what they ask.
	demoSurvey    = "zc-2017"
	demoCensus    = "pc-2017"
	demoQuestions = "self-survey-brief"
	// demoUpdate is the self-survey that runs when the demonstration opens.
	demoUpdate = "zc-2018"
)

// demoSurveyEvents are the steps 1 to 6 of the story: the self-survey, with a form
// that is handed in late and one that is sent back.
func demoSurveyEvents() []demoEvent {
	out := []demoEvent{
		{"2017-09-11 09:00", "office", "opens the self-survey and the census", (*demoCity).openSurveys},
		{"2017-09-12 10:00", "jy.clerk", "hands JY-01 in without its day of approval", (*demoCity).forgetApproval},
		{"2017-10-10 10:00", "centre", "returns the form of FC: FC-03 has no source of funds", (*demoCity).returnForm},
		{"2017-10-11 10:00", "fc.clerk", "mends the form of FC", (*demoCity).mendForm},
	}
	for i, prefix := range demoMunicipal() {
		filed, clock := "2017-09-29", fmt.Sprintf(" 14:%02d", 10+3*i)
		if prefix == "WJ" { // its term ended on Saturday 09-30, which was worked
			filed, clock = "2017-10-09", " 09:30"
		}
		out = append(out,
			demoEvent{filed + clock, demoClerkOf(prefix), "fills the form in", func(d *demoCity, by auth.Principal) error { return d.fillForm(by, prefix) }},
			demoEvent{filed + clock[:4] + fmt.Sprintf("%02d", 40+i), demoHeadOf(prefix), "confirms the form", func(d *demoCity, by auth.Principal) error {
				return d.submitForm(by, demoForm(prefix))
			}},
			demoEvent{"2017-10-12 " + fmt.Sprintf("10:%02d", 2*i), "centre", "accepts the form of " + prefix, func(d *demoCity, by auth.Principal) error {
				return d.acceptForm(by, demoForm(prefix))
			}},
		)
	}
	return out
}

func demoForm(prefix string) survey.FormKey { return demoFormOf(demoSurvey, prefix) }

func demoFormOf(campaign, prefix string) survey.FormKey {
	return survey.FormKey{Campaign: campaign, Department: demoBodies()[prefix]}
}

// openSurveys asks the ten departments; the others come with the next lot.
func (d *demoCity) openSurveys(by auth.Principal) error {
	q, err := d.surveys.FindQuestionnaire(d.ctx, by, demoQuestions, 0)
	if err != nil {
		return fmt.Errorf("questionnaire %s: %w", demoQuestions, err)
	}
	c, err := d.openCampaign(by, survey.Campaign{
		Code: demoSurvey, Kind: survey.SelfSurvey, Title: "2017年政务信息系统自查", Basis: "方案第二部分第一项", Scope: survey.MunicipalOnly,
		QuestionnaireID: &q.ID, OpensOn: d.today(), DueOn: calendar.NewDate(2017, 9, 30), ReviewDueOn: calendar.NewDate(2017, 10, 13), MendWd: 3,
	})
	if err != nil {
		return err
	}
	_, err = d.openCampaign(by, survey.Campaign{
		Code: demoCensus, Kind: survey.Census, Title: "2017年政务信息系统普查", Basis: "方案第二部分第二项", Scope: survey.MunicipalOnly,
		BasedOnID: &c.ID, OpensOn: d.today(), DueOn: calendar.NewDate(2017, 10, 15), MendWd: 3,
	})
	return err
}

func (d *demoCity) openCampaign(by auth.Principal, c survey.Campaign) (survey.Campaign, error) {
	made, found, err := d.surveys.CreateCampaign(d.ctx, by, c)
	if err == nil && fault.AnyError(found) {
		err = fault.Refuse(found)
	}
	if err != nil {
		return made, fmt.Errorf("make %s: %w", c.Code, err)
	}
	for _, body := range d.dir.All() {
		if c.Kind == survey.Census || body.Kind != inventory.Municipal || demoIsBody(body.Code) {
			continue
		}
		if err := d.surveys.SetException(d.ctx, by, c.Code, body.Code, false, "未列入首批范围，随下一批自查。"); err != nil {
			return made, fmt.Errorf("take %s out of %s: %w", body.Code, c.Code, err)
		}
	}
	line, err := d.surveys.FindCampaign(d.ctx, by, c.Code)
	if err != nil {
		return made, err
	}
	if _, err := d.surveys.OpenCampaign(d.ctx, by, c.Code, line.Version); err != nil {
		return made, fmt.Errorf("open %s: %w", c.Code, err)
	}
	return made, nil
}

// demoIsBody tells whether a code is that of a body of the story.
func demoIsBody(code string) bool {
	for _, c := range demoBodies() {
		if c == code {
			return true
		}
	}
	return false
}

// forgetApproval is step 2: what is missing is named, and the draft is kept.
func (d *demoCity) forgetApproval(by auth.Principal) error {
	if err := d.confirmRows(by, demoForm("JY")); err != nil {
		return err
	}
	row, err := d.formRow(by, "JY", "JY-01")
	if err != nil {
		return err
	}
	without := map[string]json.RawMessage{"approval_date": json.RawMessage("null")}
	if _, _, err := d.surveys.SaveRow(d.ctx, by, demoForm("JY"), row.ID, row.Version, survey.Input{Fields: without}); err != nil {
		return err
	}
	if err := d.answerForm(by, demoForm("JY")); err != nil {
		return err
	}
	p, err := d.surveys.FindForm(d.ctx, by, demoForm("JY"))
	if err != nil {
		return err
	}
	_, err = d.surveys.HandToHead(d.ctx, by, demoForm("JY"), p.Form.Version)
	return demoRefused(err, "err.required")
}

// formRow is the row of a system on the form of its department.
func (d *demoCity) formRow(by auth.Principal, prefix, code string) (survey.Row, error) {
	page, err := d.surveys.FormRows(d.ctx, by, demoForm(prefix), survey.RowQuery{Size: 100})
	if err != nil {
		return survey.Row{}, err
	}
	i := slices.IndexFunc(page.Rows, func(r survey.Row) bool { return r.Code == code })
	if i < 0 {
		return survey.Row{}, fmt.Errorf("the form of %s has no row %s", prefix, code)
	}
	return page.Rows[i], nil
}

// fillForm has a clerk open the form, confirm the systems that are known of and
// answer for the department; a department without systems files a zero report.
func (d *demoCity) fillForm(by auth.Principal, prefix string) error {
	key := demoForm(prefix)
	p, err := d.surveys.OpenForm(d.ctx, by, key)
	if err != nil {
		return err
	}
	if prefix == "MZJ" {
		f, err := d.surveys.FileZero(d.ctx, by, key, p.Form.Version, "本单位没有自建和租用的政务信息系统，办公使用全市统一的协同办公平台。")
		if err == nil {
			_, err = d.surveys.HandToHead(d.ctx, by, key, f.Version)
		}
		return err
	}
	if prefix == "JY" { // the rest is there since 09-12
		row, err := d.formRow(by, "JY", "JY-01")
		if err != nil {
			return err
		}
		day := map[string]json.RawMessage{"approval_date": json.RawMessage(`"2012-02-24"`)}
		if _, _, err := d.surveys.SaveRow(d.ctx, by, key, row.ID, row.Version, survey.Input{Fields: day}); err != nil {
			return err
		}
	} else if err := d.confirmRows(by, key); err != nil {
		return err
	}
	return d.readyForm(by, key)
}

// readyForm answers for the department and hands the form to the head.
func (d *demoCity) readyForm(by auth.Principal, key survey.FormKey) error {
	if err := d.answerForm(by, key); err != nil {
		return err
	}
	p, err := d.surveys.FindForm(d.ctx, by, key)
	if err == nil {
		_, err = d.surveys.HandToHead(d.ctx, by, key, p.Form.Version)
	}
	return err
}

// confirmRows confirms every system that the register knows.
func (d *demoCity) confirmRows(by auth.Principal, key survey.FormKey) error {
	if _, err := d.surveys.OpenForm(d.ctx, by, key); err != nil {
		return err
	}
	page, err := d.surveys.FormRows(d.ctx, by, key, survey.RowQuery{Size: 100})
	if err != nil {
		return err
	}
	var ids []survey.RowID
	for _, row := range page.Rows {
		ids = append(ids, row.ID)
	}
	_, trouble, err := d.surveys.ConfirmRows(d.ctx, by, key, ids...)
	if err == nil && len(trouble) > 0 {
		err = fmt.Errorf("%d rows cannot be confirmed: %v", len(trouble), trouble)
	}
	return err
}

// answerForm says what the form asks about the body.
func (d *demoCity) answerForm(by auth.Principal, key survey.FormKey) error {
	p, err := d.surveys.FindForm(d.ctx, by, key)
	if err != nil {
		return err
	}
	page, err := d.surveys.FormRows(d.ctx, by, key, survey.RowQuery{Size: 100})
	if err != nil {
		return err
	}
	has := func(key string, values ...string) bool {
		return slices.ContainsFunc(page.Rows, func(row survey.Row) bool { return slices.Contains(values, row.Body[key]) })
	}
	clean := has("proposed", inventory.Merge, inventory.Clean)
	connect := has("proposed", inventory.Connect) || has("must_connect", "true")
	_, found, err := d.surveys.SaveAnswers(d.ctx, by, key, p.Form.Version, survey.Input{Form: url.Values{
		survey.CountField:       {strconv.Itoa(p.Form.RowsTotal)},
		survey.NoneCleanField:   {strconv.FormatBool(!clean)},
		survey.NoneConnectField: {strconv.FormatBool(!connect)},
		survey.NoneDemandField:  {"true"},
	}})
	if err == nil && fault.AnyError(found) {
		err = fault.Refuse(found)
	}
	return err
}

// submitForm has the head confirm what the clerk made.
func (d *demoCity) submitForm(by auth.Principal, key survey.FormKey) error {
	p, err := d.surveys.FindForm(d.ctx, by, key)
	if err == nil {
		_, err = d.surveys.Submit(d.ctx, by, key, p.Form.Version, "")
	}
	return err
}

func (d *demoCity) acceptForm(by auth.Principal, key survey.FormKey) error {
	p, err := d.surveys.FindForm(d.ctx, by, key)
	if err == nil {
		_, err = d.surveys.Accept(d.ctx, by, key, p.Form.Version)
	}
	return err
}

// returnForm and mendForm are step 6: what was on time stays so.
func (d *demoCity) returnForm(by auth.Principal) error {
	row, err := d.formRow(by, "FC", "FC-03")
	if err != nil {
		return err
	}
	p, err := d.surveys.FindForm(d.ctx, by, demoForm("FC"))
	if err != nil {
		return err
	}
	said := survey.Said{Row: row.ID, Question: "fund_source", Text: "经费来源缺少依据，请核对后补充。"}
	_, err = d.surveys.Return(d.ctx, by, demoForm("FC"), p.Form.Version, survey.ReturnNote{Comments: []survey.Said{said}})
	return err
}

func (d *demoCity) mendForm(by auth.Principal) error {
	row, err := d.formRow(by, "FC", "FC-03")
	if err != nil {
		return err
	}
	source := map[string]json.RawMessage{"fund_source": json.RawMessage(`"self_raised"`)}
	if _, _, err := d.surveys.SaveRow(d.ctx, by, demoForm("FC"), row.ID, row.Version, survey.Input{Fields: source}); err != nil {
		return err
	}
	p, err := d.surveys.FindForm(d.ctx, by, demoForm("FC"))
	if err == nil {
		_, err = d.surveys.HandToHead(d.ctx, by, demoForm("FC"), p.Form.Version)
	}
	if err != nil {
		return err
	}
	head, err := d.as("fc.head")
	if err != nil {
		return err
	}
	return d.submitForm(head, demoForm("FC"))
}

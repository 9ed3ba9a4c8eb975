package main

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/survey"
)

// demoUpdateEvents are the self-survey that runs when the demonstration opens: a
// form at every step, so that fillers, heads and reviewers find something to do.
func demoUpdateEvents() []demoEvent {
	fill := func(prefix string) func(*demoCity, auth.Principal) error {
		return func(d *demoCity, by auth.Principal) error {
			key := demoFormOf(demoUpdate, prefix)
			if err := d.confirmRows(by, key); err != nil {
				return err
			}
			return d.readyForm(by, key)
		}
	}
	submit := func(prefix string) func(*demoCity, auth.Principal) error {
		return func(d *demoCity, by auth.Principal) error { return d.submitForm(by, demoFormOf(demoUpdate, prefix)) }
	}
	return []demoEvent{
		{"2018-01-03 09:00", "office", "opens the self-survey of the new year", (*demoCity).openUpdate},
		{"2018-01-03 14:00", "ly.clerk", "looks at the form", func(d *demoCity, by auth.Principal) error {
			_, err := d.surveys.OpenForm(d.ctx, by, demoFormOf(demoUpdate, "LY"))
			return err
		}},
		{"2018-01-04 09:30", "rs.clerk", "begins with the form", (*demoCity).beginUpdate},
		{"2018-01-04 10:00", "mz.clerk", "fills the form in", fill("MZ")},
		{"2018-01-04 16:00", "mz.head", "confirms the form", submit("MZ")},
		{"2018-01-05 09:30", "jt.clerk", "fills the form in", fill("JT")},
		{"2018-01-05 09:40", "gs.clerk", "fills the form in", fill("GS")},
		{"2018-01-05 16:00", "gs.head", "confirms the form", submit("GS")},
		{"2018-01-08 09:30", "centre", "accepts the form of GS", func(d *demoCity, by auth.Principal) error {
			return d.acceptForm(by, demoFormOf(demoUpdate, "GS"))
		}},
		{"2018-01-05 10:00", "fc.clerk", "fills the form in", fill("FC")},
		{"2018-01-05 16:30", "fc.head", "confirms the form", submit("FC")},
		{"2018-01-09 10:00", "centre", "returns the form of FC", (*demoCity).returnUpdate},
	}
}

func (d *demoCity) openUpdate(by auth.Principal) error {
	q, err := d.surveys.FindQuestionnaire(d.ctx, by, demoQuestions, 0)
	if err != nil {
		return fmt.Errorf("questionnaire %s: %w", demoQuestions, err)
	}
	_, err = d.openCampaign(by, survey.Campaign{
		Code: demoUpdate, Kind: survey.SelfSurvey, Title: "2018年初政务信息系统情况更新", Basis: "方案第二部分第一项", Scope: survey.MunicipalOnly,
		QuestionnaireID: &q.ID, OpensOn: d.today(), DueOn: calendar.NewDate(2018, 1, 26), ReviewDueOn: calendar.NewDate(2018, 2, 2), MendWd: 3,
	})
	return err
}

// beginUpdate confirms the first row only.
func (d *demoCity) beginUpdate(by auth.Principal) error {
	key := demoFormOf(demoUpdate, "RS")
	if _, err := d.surveys.OpenForm(d.ctx, by, key); err != nil {
		return err
	}
	page, err := d.surveys.FormRows(d.ctx, by, key, survey.RowQuery{Size: 1})
	if err == nil && len(page.Rows) > 0 {
		_, _, err = d.surveys.ConfirmRows(d.ctx, by, key, page.Rows[0].ID)
	}
	return err
}

func (d *demoCity) returnUpdate(by auth.Principal) error {
	key := demoFormOf(demoUpdate, "FC")
	page, err := d.surveys.FormRows(d.ctx, by, key, survey.RowQuery{Size: 100})
	if err != nil {
		return err
	}
	p, err := d.surveys.FindForm(d.ctx, by, key)
	if err != nil {
		return err
	}
	said := survey.Said{Row: page.Rows[len(page.Rows)-1].ID, Question: "om_amount_year", Text: "2018年运维经费与财政预算不一致，请核对。"}
	_, err = d.surveys.Return(d.ctx, by, key, p.Form.Version, survey.ReturnNote{Comments: []survey.Said{said}})
	return err
}

package main

import (
	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

// surveyTasks are the forms of surveys that wait for the reader: to be filled
// in, mended, confirmed, or reviewed.
func (r *rooms) surveyTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	var out []adminweb.HomeTask
	mine, err := r.surveys.ListMine(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	for _, m := range mine {
		if word, tone := formTask(req.By, m.Form); word != "" {
			out = append(out, adminweb.HomeTask{
				Icon: "tasks", Tone: tone, Href: m.Key().Path(), Note: req.T("home.survey." + word + ".note"),
				Text: req.T("home.survey."+word, "campaign", m.Campaign.Title, "department", m.Owner.Name),
			})
		}
	}
	n, err := r.waitingForms(req)
	if err != nil || n == 0 {
		return out, err
	}
	return append(out, adminweb.HomeTask{
		Icon: "check", Tone: templates.ToneAmber, Count: req.P.Number(int64(n)), Href: "/surveys",
		Text: req.T("home.survey.review"), Note: req.T("home.survey.review.note"),
	}), nil
}

// formTask says what the reader has to do with a form, nothing when it lies with
// others.
func formTask(by auth.Principal, f survey.Form) (word, tone string) {
	switch {
	case !f.State.Open():
		return "", ""
	case f.ReadyAt != nil && by.Is(auth.Head, auth.Region):
		return "confirm", templates.ToneAmber
	case f.ReadyAt != nil:
		return "", ""
	case f.State == survey.FormReturned:
		return "mend", templates.ToneRed
	}
	return "fill", templates.ToneAmber
}

// waitingForms counts the forms that wait for a reviewer; others have none.
func (r *rooms) waitingForms(req *web.Request) (int, error) {
	if !req.By.Is(auth.Office, auth.Centre) {
		return 0, nil
	}
	return r.surveys.CountWaiting(req.Ctx, req.By)
}

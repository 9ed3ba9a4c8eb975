package main

import (
	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory/zombie/cleanup"
	"qingce/templates"
)

// tasks are what waits for the reader in the rooms that the workbench does not
// know.
func (r *rooms) tasks(req *web.Request) ([]adminweb.HomeTask, error) {
	var out []adminweb.HomeTask
	for _, of := range []func(*web.Request) ([]adminweb.HomeTask, error){
		r.noticeTasks, r.caseTasks, r.fileTasks, r.surveyTasks, r.catalogTasks, r.sharingTasks, r.draftTasks,
		r.reportTasks, r.dutyTasks, r.monthTasks, r.exemptionTasks, r.fundingTasks, r.pleaTasks,
	} {
		tasks, err := of(req)
		if err != nil {
			return nil, err
		}
		out = append(out, tasks...)
	}
	return out, nil
}

// mostCaseTasks is how many cases of the clean-up stand one by one on the
// workbench of a department.
const mostCaseTasks = 4

// caseTasks are the cases of the clean-up that wait for the reader: to a
// department each leads straight to where it is answered, the Office and the
// centre have their queue.
func (r *rooms) caseTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	w, err := r.cases.Waiting(req.Ctx, req.By)
	if err != nil || w.Total == 0 {
		return nil, err
	}
	queue := adminweb.HomeTask{
		Icon: "seal", Tone: templates.ToneAmber, Count: req.P.Number(w.Total), Href: "/zombies?only=waiting",
		Text: req.T("home.cases.more"), Note: req.T("home.cases.more.note"),
	}
	if w.Late > 0 {
		queue.Tone = templates.ToneRed
	}
	if w.Total > mostCaseTasks || req.By.Is(auth.Office, auth.Centre) {
		return []adminweb.HomeTask{queue}, nil
	}
	page, err := r.cases.List(req.Ctx, req.By, cleanup.Query{Waiting: true, Size: mostCaseTasks})
	if err != nil {
		return nil, err
	}
	var out []adminweb.HomeTask
	for i := range page.Rows {
		if word, due := caseTask(&page.Rows[i].Case); word != "" {
			t, err := r.caseRowTask(req, &page.Rows[i], word, due)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// caseTask says what the department has to do with a case, and by when.
func caseTask(c *cleanup.Case) (word string, due calendar.Date) {
	switch c.State {
	case cleanup.Suspected, cleanup.Notified:
		return "answer", c.AnswerDue
	case cleanup.Confirmed:
		return "plan", c.DueOn
	case cleanup.Cleaning:
		return "clean", c.DueOn
	case cleanup.Reopened:
		return "again", c.DueOn
	}
	return "", calendar.Date{}
}

func (r *rooms) caseRowTask(req *web.Request, row *cleanup.Row, word string, due calendar.Date) (adminweb.HomeTask, error) {
	t := adminweb.HomeTask{Icon: "seal", Tone: templates.ToneAmber, Href: row.Address(), Text: req.T("home.cases."+word, "name", row.Name), Note: row.No}
	if word == "answer" {
		t.Note = req.T("home.cases.answer.note", "no", row.No)
	}
	if row.Overdue(req.Today()) || row.AnswerOverdue(req.Today()) {
		t.Tone = templates.ToneRed
	}
	if due.IsZero() {
		return t, nil
	}
	var err error
	t.Deadline, err = r.deadline(req, due)
	return t, err
}

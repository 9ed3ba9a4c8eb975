package main

import (
	"slices"
	"strings"

	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/inventory/hub"
	"qingce/scoring"
	"qingce/templates"
)

// mostReportTasks is how many reports stand one by one on the workbench.
const mostReportTasks = 2

// reportTasks are the reports of the month and the year that a department owes,
// each with its day; to the Office those that were filed, and what was handed in
// for tasks.
func (r *rooms) reportTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	if req.By.Is(auth.Office) {
		return r.officeReportTasks(req)
	}
	if !req.By.Is(auth.Clerk, auth.Head, auth.Region) {
		return nil, nil
	}
	open, err := r.book.ListOpen(req.Ctx, req.By, schedule.Filter{
		Subject: schedule.Subject{Kind: scoring.ReportRecord}, Department: req.By.DepartmentID, Limit: mostReportTasks,
	})
	if err != nil || open.Total == 0 {
		return nil, err
	}
	dir, err := r.registry.Directory(req.Ctx)
	if err != nil {
		return nil, err
	}
	out := make([]adminweb.HomeTask, len(open.Items))
	for i, due := range open.Items {
		period, _, _ := strings.Cut(due.SubjectID, "@")
		body, _ := dir.Find(due.DepartmentID)
		out[i] = adminweb.HomeTask{
			Icon: "calendar", Tone: templates.ToneAmber, Href: "/reports/" + period + "/" + body.Code,
			Text: req.T("home.report", "period", period), Note: req.T("home.report.note"),
		}
		if out[i].Deadline, err = r.deadline(req, due.DueOn); err != nil {
			return nil, err
		}
		if due.Overdue {
			out[i].Tone = templates.ToneRed
		}
	}
	return out, nil
}

func (r *rooms) officeReportTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	filed, err := r.reports.Waiting(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	handed, err := r.duties.Waiting(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	var out []adminweb.HomeTask
	add := func(word, href, icon string, n int64) {
		if n > 0 {
			out = append(out, adminweb.HomeTask{
				Icon: icon, Tone: templates.ToneAmber, Count: req.P.Number(n), Href: href, Text: req.T("home." + word), Note: req.T("home." + word + ".note"),
			})
		}
	}
	add("reports.filed", "/reports", "calendar", filed)
	add("tasks.handed", "/tasks?waiting=true", "tasks", int64(len(handed)))
	return out, nil
}

// mostDuties is how many tasks of the programme stand one by one on the
// workbench, and dutiesAhead how many days before its day one comes there.
const (
	mostDuties  = 3
	dutiesAhead = 15
)

// dutyTasks are the tasks of the programme for which the own body has to show
// something: those that are overdue, and those that are due soon. What other rooms
// prove stands with its own room.
func (r *rooms) dutyTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	if req.By.DepartmentID == 0 || !req.By.Is(scoring.Writers()...) {
		return nil, nil
	}
	all, err := r.duties.Tasks(req.Ctx, req.By, scoring.TaskQuery{
		Department: req.By.DepartmentID, States: []scoring.TaskState{scoring.Overdue, scoring.NotDue}, Until: req.Today().AddDays(dutiesAhead),
	})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(t scoring.Task) bool { return !t.Evidence || t.Waiting })
	if len(all) == 0 {
		return nil, nil
	}
	pack, err := r.duties.Pack(req.Ctx)
	if err != nil {
		return nil, err
	}
	dir, err := r.registry.Directory(req.Ctx)
	if err != nil {
		return nil, err
	}
	body, _ := dir.Find(req.By.DepartmentID)
	var out []adminweb.HomeTask
	for i := range all[:min(len(all), mostDuties)] {
		t := &all[i]
		title := t.Key
		if o, ok := pack.Find(t.Obligation); ok {
			title = o.Title[req.P.Lang()]
		}
		one := adminweb.HomeTask{
			Icon: "tasks", Tone: templates.ToneAmber, Href: scoring.TaskPath(t.Key, body.Code), Text: req.T("home.duty", "task", t.Key, "title", title),
			Note: req.T("home.duty.note"),
		}
		if t.State == scoring.Overdue {
			one.Tone = templates.ToneRed
		}
		if one.Deadline, err = r.deadline(req, t.Due); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	if rest := len(all) - len(out); rest > 0 {
		out = append(out, adminweb.HomeTask{
			Icon: "tasks", Tone: out[len(out)-1].Tone, Count: req.P.Number(int64(rest)), Href: "/tasks?department=" + body.Code,
			Text: req.T("home.duty.more"), Note: req.T("home.duty.note"),
		})
	}
	return out, nil
}

// exemptionTasks are the exemptions from the connection that somebody who may
// approve them has not decided on.
func (r *rooms) exemptionTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	if !req.By.Is(hub.Deciders()...) {
		return nil, nil
	}
	asked, err := r.hub.Exemptions(req.Ctx, req.By, hub.Asked)
	if err != nil || asked.Total == 0 {
		return nil, err
	}
	return []adminweb.HomeTask{{
		Icon: "network", Tone: templates.ToneAmber, Count: req.P.Number(asked.Total), Href: "/hub/exemptions",
		Text: req.T("home.exemptions"), Note: req.T("home.exemptions.note"),
	}}, nil
}

package main

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/jobs"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/scoring"
	"qingce/scoring/monthly"
	"qingce/scoring/rectification"
)

// newMonths makes the desk that closes the months, told of tasks, reports and
// rectification.
func (r *rooms) newMonths() *monthly.Desk {
	return monthly.NewDesk(monthly.Deps{
		DB: r.db, Registry: r.registry, Hub: r.hub, Catalog: r.resources, Sharing: r.sharing, Cleanup: r.cases, Census: r.census, Book: r.book,
		Refresh: r.duties.Refresh, Tasks: r.scoredTasks, Late: r.lateReports, Cases: r.scoredCases, Criticised: r.draftRectification,
	})
}

// scoredTasks are the tasks that were due, as a month counts them.
func (r *rooms) scoredTasks(tx *store.Tx, through calendar.Date) (map[auth.DepartmentID][]monthly.Task, error) {
	all, err := r.duties.TasksAt(tx, through)
	out := make(map[auth.DepartmentID][]monthly.Task, len(all))
	dir, err2 := r.registry.DirectoryIn(tx)
	if err == nil {
		err = err2
	}
	if err != nil {
		return nil, err
	}
	for dept, tasks := range all {
		body, _ := dir.Find(dept)
		for i := range tasks {
			t := &tasks[i]
			if t.State == scoring.NotDue {
				continue
			}
			out[dept] = append(out[dept], monthly.Task{
				Ref: monthly.Ref{Kind: "task", ID: t.Key, Title: t.Title[locale.Chinese], Path: scoring.TaskPath(t.Key, body.Code)},
				Due: t.Due, NotApplicable: t.State == scoring.NotApplicable, Done: t.Done(), DoneOn: t.DoneOn, LateWd: t.LateWd,
			})
		}
	}
	return out, nil
}

func (r *rooms) lateReports(tx *store.Tx, month monthly.Period) (map[auth.DepartmentID]bool, error) {
	return r.reports.LateAt(tx, string(month))
}

// scoredCases are the rectification notices that a month counts.
func (r *rooms) scoredCases(tx *store.Tx, month monthly.Period, through calendar.Date) (map[auth.DepartmentID]monthly.Cases, error) {
	all, err := r.rectify.CasesAt(tx, string(month), through)
	out := make(map[auth.DepartmentID]monthly.Cases, len(all))
	for dept, c := range all {
		out[dept] = monthly.Cases{
			Overdue:     noticeRefs(c.Overdue, func(n rectification.Notice) calendar.Date { return n.OverdueFrom }),
			Open:        noticeRefs(c.Open, func(n rectification.Notice) calendar.Date { return n.DueOn }),
			Misuse:      noticeRefs(c.Misuse, func(n rectification.Notice) calendar.Date { return n.MisuseOn }),
			FalseReport: noticeRefs(c.FalseReport, func(n rectification.Notice) calendar.Date { return n.FalseOn }),
		}
	}
	return out, err
}

func noticeRefs(all []rectification.Notice, on func(rectification.Notice) calendar.Date) []monthly.Ref {
	var out []monthly.Ref
	for _, n := range all {
		out = append(out, monthly.Ref{Kind: "notice", ID: n.No(), Title: n.No(), Path: n.Address(), On: on(n)})
	}
	return out
}

// draftRectification drafts the notice that an approved criticism asks for. The
// Office decides whether it is issued.
func (r *rooms) draftRectification(tx *store.Tx, _ auth.Principal, body auth.DepartmentID, m monthly.Month, reason string) error {
	p := r.catalog.Printer(locale.Chinese)
	_, err := r.rectify.DraftIn(tx, auth.System("monthly"), rectification.Draft{
		Department: body, Situation: rectification.R5, Origin: "scorecard " + m.Key(),
		Facts: p.T("monthly.draft.facts", "month", string(m.Month), "reason", reason), Demand: p.T("monthly.draft.demand", "month", string(m.Month)),
	})
	return err
}

// monthlyJob counts the month that has ended.
func (r *rooms) monthlyJob() jobs.Job {
	return jobs.Job{
		Name: "month-end", Plan: "40 6 * * *", Limit: 30 * time.Minute,
		About: "Count the month that has ended for the scorecards, from the first working day of the next one, once.",
		Do: func(ctx context.Context, _ time.Time) (string, error) {
			m, counted, err := r.months.MonthEnd(ctx)
			if !counted {
				return "nothing to count", err
			}
			return fmt.Sprintf("%s: %d bodies", m.Key(), m.Bodies), err
		},
	}
}

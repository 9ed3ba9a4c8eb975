package main

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/jobs"
	"qingce/internal/web"
	"qingce/scoring"
	"qingce/scoring/scoringweb"
)

// newTasks makes the board that holds the departments against the programme.
func (r *rooms) newTasks() *scoring.Board {
	return scoring.NewBoard(scoring.Deps{
		DB: r.db, Registry: r.registry, Book: r.book, Box: r.box, Surveys: r.surveys, Catalog: r.resources, Sharing: r.sharing, Cases: r.cases, Hub: r.hub,
		Events: r.events,
	})
}

// reportsJob asks every body for its reports of the month and of the year.
func (r *rooms) reportsJob() jobs.Job {
	return jobs.Job{
		Name: "reports", Plan: "7 0 * * *", Limit: 5 * time.Minute,
		About: "Open the due dates of the reports of the month, and in December of the year.",
		Do: func(ctx context.Context, _ time.Time) (string, error) {
			n, err := r.reports.OpenDues(ctx)
			return fmt.Sprintf("asked %d", n), err
		},
	}
}

// mountTasks adds the pages and the API of tasks and reports.
func (r *rooms) mountTasks(s *web.Server) {
	deps := scoringweb.Deps{DB: r.db, Registry: r.registry, Box: r.box, Board: r.duties, Reports: r.reports}
	scoringweb.Mount(s, deps)
	scoringweb.MountAPI(s, deps)
}

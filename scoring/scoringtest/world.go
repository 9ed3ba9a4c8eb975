// Package scoringtest makes a city with all rooms whose facts tasks and reports
// are told by, for tests.
package scoringtest

import (
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory/hub"
	"qingce/inventory/inventorytest"
	"qingce/inventory/sharing/sharingtest"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring"
	"qingce/survey"
)

// World is a city with its board.
type World struct {
	*sharingtest.World
	Deps    scoring.Deps
	Board   *scoring.Board
	Reports *scoring.Reports

	t testing.TB
}

// Each runs a test with a world on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, Over(t, city)) })
}

// Over makes the world of a city: nine of its departments are of the key areas.
func Over(t testing.TB, city *inventorytest.City) *World {
	t.Helper()
	w := &World{World: sharingtest.Over(t, city), t: t}
	texts := inventorytest.Messages(t)
	w.Deps = scoring.Deps{
		DB: city.DB, Registry: city.Registry, Book: w.Book, Box: w.Box, Catalog: w.Catalog, Sharing: w.Sharing,
		Surveys: survey.NewDesk(survey.Deps{
			DB: city.DB, Registry: city.Registry, Book: w.Book, Box: w.Box, Catalog: texts,
			People: func(*store.Tx) (map[auth.DepartmentID]int, error) { return nil, nil },
		}),
		Cases: cleanup.NewDesk(cleanup.Deps{
			DB: city.DB, Registry: city.Registry, Book: w.Book, Box: w.Box,
			Detector: zombie.New(zombie.Deps{DB: city.DB, Registry: city.Registry, Book: w.Book}),
			Deciding: func(*store.Tx) (map[auth.DepartmentID]int, error) { return nil, nil },
		}),
		Hub: hub.New(city.DB, city.Registry, w.Box, texts, w.Book),
	}
	w.Board = scoring.NewBoard(w.Deps)
	w.Reports = scoring.NewReports(w.Board)
	w.Exec(`UPDATE departments SET key_area = ? WHERE prefix IN ('RS', 'MZ', 'JY', 'GA', 'GS', 'FC', 'LY', 'JT', 'WJ')`, true)
	w.Exec(`UPDATE register_revisions SET revision = revision + 1`)
	return w
}

// Exec writes a fact of another room as that room would have kept it.
func (w *World) Exec(sql string, args ...any) {
	w.t.Helper()
	if err := w.DB.Write(w.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(sql, args...).Error }); err != nil {
		w.t.Fatal(err)
	}
}

// Day is a day by its text.
func Day(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Tasks are the tasks of a body as of a day, as "P-07 on_time 2017-09-29".
func (w *World) Tasks(prefix, through string) map[string]scoring.Task {
	w.t.Helper()
	out := map[string]scoring.Task{}
	err := w.DB.Read(w.t.Context(), func(tx *store.Tx) error {
		all, err := w.Board.TasksAt(tx, Day(w.t, through))
		for _, task := range all[w.Department(prefix).ID] {
			out[task.Key] = task
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

package main_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory/inventorytest"
	"qingce/survey/surveytest"
)

// BenchmarkSurveyUnderLoad asks the whole service for pages of a survey of
// 1 000 departments with 50 systems each, as reviewers and overseers open them,
// 10 and 50 requests at a time.
func BenchmarkSurveyUnderLoad(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dsn := "sqlite:" + filepath.Join(b.TempDir(), "qingce.db")
			if engine == "postgres" {
				dsn = storetest.PostgresDSN(b)
			}
			var pages []string
			br := loaded(b, dsn, func(c *inventorytest.City) {
				c.Fill(1_000, 50_000)
				pages = surveyPages(b, surveytest.Many(b, c))
			})
			for _, page := range pages { // each alone first: how long a page itself takes
				ask(b, br.client, br.url+page)
			}
			for _, atATime := range []int{10, inFlight} {
				b.Run(fmt.Sprint(atATime), func(b *testing.B) {
					for _, page := range pages {
						b.Run(page, func(b *testing.B) { br.measure(b, atATime, []string{page}) })
					}
					b.Run("all", func(b *testing.B) { br.measure(b, atATime, pages) })
				})
			}
		})
	}
}

// surveyPages are pages of the survey, and of one form that was handed in.
func surveyPages(b *testing.B, s *surveytest.Survey) []string {
	b.Helper()
	var code string
	var row int64
	err := s.DB.Read(b.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Raw(`SELECT d.code, r.id FROM forms f JOIN departments d ON d.id = f.department_id JOIN form_rows r ON r.form_id = f.id
			WHERE f.state = 'submitted' ORDER BY f.id DESC, r.id LIMIT 1`).Row().Scan(&code, &row)
	})
	if err != nil {
		b.Fatal(err)
	}
	survey := "/surveys/" + surveytest.Code
	form := survey + "/forms/" + code
	return []string{
		"/surveys", survey, survey + "/coverage", survey + "/coverage?page=7", survey + "/review", survey + "/reminders",
		form, fmt.Sprintf("%s/rows/%d", form, row), form + "/check", form + "/review", form + "/print",
	}
}

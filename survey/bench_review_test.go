package survey_test

import (
	"fmt"
	"slices"
	"testing"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/surveytest"
)

// benchEngines runs a benchmark on both engines.
func benchEngines(b *testing.B, bench func(b *testing.B, city *inventorytest.City)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, inventorytest.Open(b)) })
	b.Run("postgres", func(b *testing.B) { bench(b, inventorytest.OpenPostgres(b)) })
}

// BenchmarkAccept is what accepting the form of a department with 200 systems
// costs, half of them new and half changed, in one transaction.
func BenchmarkAccept(b *testing.B) {
	benchEngines(b, func(b *testing.B, city *inventorytest.City) {
		s := surveytest.Opened(b, city)
		office := s.Office()
		office.AccountID = 9001
		for round := 0; b.Loop(); round++ {
			b.StopTimer()
			fillForm(b, s, "RS", round)
			b.StartTimer()
			f, err := s.Desk.Accept(b.Context(), office, s.Form("RS"), 0)
			if err != nil {
				b.Fatal(surveytest.Explain(err))
			}
			b.StopTimer()
			if f.State != survey.FormAccepted {
				b.Fatalf("the form is %s", f.State)
			}
			b.StartTimer()
		}
	})
}

// fillForm puts 100 changed and 100 new systems on a form and hands it in, past
// the verbs.
func fillForm(b *testing.B, s *surveytest.Survey, prefix string, round int) {
	b.Helper()
	var rows []survey.Row
	for i := range 100 {
		old := s.Registered(prefix, fmt.Sprintf("第%d次的系统%d", round, i))
		old.UseFrequency = "weekly"
		fresh := s.System(prefix, fmt.Sprintf("第%d次的新系统%d", round, i))
		fresh.VisitUrl = fmt.Sprintf("http://10.1.%d.%d/app", round%250, i)
		rows = append(rows,
			survey.Row{SystemID: &old.ID, Code: old.Code, Name: old.Name, BaseVersion: old.Version, Origin: survey.FromRegister, Decision: survey.Changed, Body: values(&old)},
			survey.Row{Name: fresh.Name, Origin: survey.FromPerson, Decision: survey.Added, Body: values(&fresh)})
	}
	err := s.DB.Write(b.Context(), func(tx *store.Tx) error {
		var f survey.Form
		if err := tx.Gorm().Where("department_id = ?", s.Department(prefix).ID).Take(&f).Error; err != nil {
			return err
		}
		if err := tx.Gorm().Exec("DELETE FROM form_rows WHERE form_id = ?", f.ID).Error; err != nil {
			return err
		}
		for i := range rows {
			r := &rows[i]
			r.FormID, r.Position, r.Typed, r.CreatedAt, r.UpdatedAt, r.Version = f.ID, i+1, map[string][]string{}, tx.Now(), tx.Now(), 1
		}
		if err := tx.Gorm().CreateInBatches(&rows, 100).Error; err != nil {
			return err
		}
		return tx.Gorm().Exec("UPDATE forms SET state = 'submitted', submissions = 1, first_submitted_at = ?, submitted_at = ? WHERE id = ?",
			tx.Now(), tx.Now(), f.ID).Error
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCoverage is what overlooking 1 000 bodies with 50 systems costs.
func BenchmarkCoverage(b *testing.B) {
	benchEngines(b, func(b *testing.B, city *inventorytest.City) {
		city.Fill(1_000, 0)
		s := surveytest.Many(b, city)
		for b.Loop() {
			c, err := s.Desk.Coverage(b.Context(), s.Office(), surveytest.Code)
			if err != nil {
				b.Fatal(err)
			}
			if list := c.Select(survey.CoverageQuery{ToDo: true, Sort: survey.CoverageByProgress}); c.Total.Bodies != 1010 || len(list) < 300 {
				b.Fatalf("%d bodies, %d to do", c.Total.Bodies, len(list))
			}
		}
	})
}

// BenchmarkQueue is what the list of 600 forms that wait costs.
func BenchmarkQueue(b *testing.B) {
	benchEngines(b, func(b *testing.B, city *inventorytest.City) {
		city.Fill(1_000, 0)
		s := surveytest.Many(b, city)
		for b.Loop() {
			page, err := s.Desk.ListWaiting(b.Context(), s.Office(), survey.WaitingQuery{Campaign: surveytest.Code, Clean: true})
			if err != nil {
				b.Fatal(err)
			}
			if page.Total < 300 || !slices.ContainsFunc(page.Items, func(w survey.Waiting) bool { return w.Clean() }) {
				b.Fatalf("%d wait", page.Total)
			}
		}
	})
}

func values(s *inventory.System) map[string]string { return inventory.SystemFields.Values(s) }

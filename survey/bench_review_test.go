package survey_test

import (
	"fmt"
	"slices"
	"testing"

	"qingce/internal/auth"
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

// manyBodies opens the survey for 1 000 more departments with 50 systems each:
// three in five have handed in.
func manyBodies(b *testing.B, city *inventorytest.City) *surveytest.Survey {
	b.Helper()
	city.Fill(1000, 0)
	s := surveytest.Opened(b, city)
	err := s.DB.Write(b.Context(), func(tx *store.Tx) error {
		for _, stmt := range []string{
			`UPDATE forms SET rows_total = 50, rows_done = 25, needed = 1000, given = 700, opened_at = created_at, begun_at = created_at`,
			`UPDATE forms SET state = 'submitted', submissions = 1, first_submitted_at = created_at, submitted_at = created_at, late_wd = 0 WHERE id % 5 < 3`,
			`UPDATE forms SET state = 'accepted' WHERE id % 5 = 0`,
			`INSERT INTO form_rows (form_id, position, origin, decision, name, body, typed, created_at, updated_at, updated_by, updated_name, version)
			 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
			 SELECT f.id, n.i, 'added', 'added', '系统', '` + body(s) + `', '{}', f.created_at, f.created_at, 1, 'test', 1 FROM forms f CROSS JOIN n`,
			`ANALYZE`,
		} {
			if err := tx.Gorm().Exec(stmt).Error; err != nil {
				return fmt.Errorf("%.60s: %w", stmt, err)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	remindAll(b, s)
	return s
}

// body is a row of usual length.
func body(s *surveytest.Survey) string {
	system := s.System("RS", "业务系统")
	out := "{"
	for _, k := range []string{"name", "function_desc", "build_unit", "fund_source", "use_frequency"} {
		if len(out) > 1 {
			out += ","
		}
		out += fmt.Sprintf("%q:%q", k, values(&system)[k])
	}
	return out + "}"
}

func remindAll(b *testing.B, s *surveytest.Survey) {
	b.Helper()
	c, err := s.Desk.Coverage(b.Context(), s.Office(), surveytest.Code)
	if err != nil {
		b.Fatal(err)
	}
	var ids []auth.DepartmentID
	for _, one := range c.Select(survey.CoverageQuery{ToDo: true}) {
		ids = append(ids, one.Body.ID)
	}
	for range 5 {
		if _, err := s.Desk.Remind(b.Context(), s.Office(), surveytest.Code, ids, ""); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCoverage is what overlooking 1 000 bodies with 50 systems costs.
func BenchmarkCoverage(b *testing.B) {
	benchEngines(b, func(b *testing.B, city *inventorytest.City) {
		s := manyBodies(b, city)
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
		s := manyBodies(b, city)
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

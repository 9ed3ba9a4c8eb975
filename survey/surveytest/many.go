package surveytest

import (
	"fmt"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/survey"
)

// Many opens the survey in a city that was filled, with 50 systems on each form:
// three in five have handed in.
func Many(b testing.TB, city *inventorytest.City) *Survey {
	b.Helper()
	s := Opened(b, city)
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
func body(s *Survey) string {
	system := s.System("RS", "业务系统")
	values := inventory.SystemFields.Values(&system)
	out := "{"
	for _, k := range []string{"name", "function_desc", "build_unit", "fund_source", "use_frequency"} {
		if len(out) > 1 {
			out += ","
		}
		out += fmt.Sprintf("%q:%q", k, values[k])
	}
	return out + "}"
}

func remindAll(b testing.TB, s *Survey) {
	b.Helper()
	c, err := s.Desk.Coverage(b.Context(), s.Office(), Code)
	if err != nil {
		b.Fatal(err)
	}
	var ids []auth.DepartmentID
	for _, one := range c.Select(survey.CoverageQuery{ToDo: true}) {
		ids = append(ids, one.Body.ID)
	}
	for range 5 {
		if _, err := s.Desk.Remind(b.Context(), s.Office(), Code, ids, ""); err != nil {
			b.Fatal(err)
		}
	}
}

package survey_test

import (
	"net/url"
	"testing"

	"qingce/internal/auth"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/surveytest"
)

// large is a form with 200 systems that were all confirmed, and its head.
func large(b *testing.B, open func(testing.TB) *inventorytest.City) (*surveytest.Survey, auth.Principal, survey.FormKey) {
	b.Helper()
	city := open(b)
	city.Fill(1, 200)
	s := surveytest.Opened(b, city)
	dir, err := s.Registry.Directory(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	d, _ := dir.Lookup("D0000")
	head := s.Someone(auth.Head)
	head.AccountID, head.DepartmentID = 900, d.ID
	key := survey.FormKey{Campaign: surveytest.Code, Department: d.Code}
	if _, err := s.Desk.OpenForm(b.Context(), head, key); err != nil {
		b.Fatal(err)
	}
	return s, head, key
}

func engines() map[string]func(testing.TB) *inventorytest.City {
	return map[string]func(testing.TB) *inventorytest.City{
		"sqlite":   func(t testing.TB) *inventorytest.City { return inventorytest.Open(t) },
		"postgres": func(t testing.TB) *inventorytest.City { return inventorytest.OpenPostgres(t) },
	}
}

func BenchmarkFormOf200Systems(b *testing.B) {
	for name, open := range engines() {
		b.Run(name, func(b *testing.B) {
			s, head, key := large(b, open)
			page, err := s.Desk.FormRows(b.Context(), head, key, survey.RowQuery{Size: 200})
			if err != nil {
				b.Fatal(err)
			}
			b.Run("open", func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Desk.OpenForm(b.Context(), head, key); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("rows", func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Desk.FormRows(b.Context(), head, key, survey.RowQuery{Size: 200}); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("save", func(b *testing.B) {
				for b.Loop() {
					in := survey.Input{Form: url.Values{"function_desc": {"办理业务"}}, Only: []string{"function_desc"}}
					if _, _, err := s.Desk.SaveRow(b.Context(), head, key, page.Rows[7].ID, 0, in); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("check", func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Desk.CheckForm(b.Context(), head, key); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("confirm", func(b *testing.B) {
				ids := make([]survey.RowID, len(page.Rows))
				for i, r := range page.Rows {
					ids[i] = r.ID
				}
				for b.Loop() {
					if _, _, err := s.Desk.ConfirmRows(b.Context(), head, key, ids...); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

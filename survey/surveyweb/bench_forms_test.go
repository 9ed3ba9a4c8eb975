package surveyweb_test

import (
	"net/http"
	"strconv"
	"testing"

	"qingce/internal/auth"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/surveytest"
)

// The pages of a form with 200 systems, over HTTP, on SQLite.
func BenchmarkPagesOfAFormOf200Systems(b *testing.B) {
	city := inventorytest.Open(b)
	city.Fill(1, 200)
	tn := pagesOf(b, surveytest.Opened(b, city))
	dir, err := tn.Registry.Directory(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	d, _ := dir.Lookup("D0000")
	head := tn.Someone(auth.Head)
	head.AccountID, head.DepartmentID = 900, d.ID
	key := survey.FormKey{Campaign: surveytest.Code, Department: d.Code}
	browser := tn.site.Of(head)
	browser.Get(key.Path()).Want(http.StatusOK)
	page, err := tn.Desk.FormRows(b.Context(), head, key, survey.RowQuery{Size: 200})
	if err != nil {
		b.Fatal(err)
	}
	row := key.Path() + "/rows/" + strconv.FormatInt(int64(page.Rows[7].ID), 10)
	for name, path := range map[string]string{
		"first": key.Path(), "all rows": key.Path() + "?size=200", "row": row, "answers": key.Path() + "/answers",
		"check": key.Path() + "/check", "print": key.Path() + "/print",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				browser.Get(path).Want(http.StatusOK)
			}
		})
	}
}

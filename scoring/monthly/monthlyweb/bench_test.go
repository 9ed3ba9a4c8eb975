package monthlyweb_test

import (
	"fmt"
	"net/http"
	"testing"

	"qingce/internal/auth"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// BenchmarkPages reads the pages of a month of a thousand bodies with fifty
// systems each.
func BenchmarkPages(b *testing.B) {
	tn := open(b)
	tn.Fill(1000, 0)
	dir, err := tn.Registry.Directory(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]string, 50)
	for i := range ids {
		ids[i] = fmt.Sprint("S-", i)
	}
	all := map[string][]monthly.Figure{}
	for i, d := range dir.All() {
		n := 1 + i%49
		tasks := figure(monthly.Tasks, "task", ids[:10], nil, nil)
		for j := range tasks.Rows {
			tasks.Rows[j].Outcome = scorecard.Outcomes()[(i+j)%4]
		}
		all[d.Code] = []monthly.Figure{
			figure(monthly.Disposed, "system", ids[:n/2], ids[n/2:n], nil), figure(monthly.Entries, "entry", ids[:n], ids[n:], nil),
			figure(monthly.Connections, "system", ids[:n], ids[n:], nil), tasks,
		}
	}
	tn.counted("2017-10", all)
	tn.counted("2017-11", all)
	tn.take(tn.Someone(auth.Office), "2017-10", monthly.Freeze)
	tn.take(tn.Someone(auth.Office), "2017-11", monthly.Freeze)
	leader := tn.site.Of(tn.Someone(auth.Leader))
	code := dir.All()[500].Code
	for _, path := range []string{"", "/" + code, "/" + code + "/M4", "/matrix.svg", "/table.xlsx"} {
		b.Run("2017-11"+path, func(b *testing.B) {
			for b.Loop() {
				leader.Get("/scorecards/2017-11" + path).Want(http.StatusOK)
			}
		})
	}
}

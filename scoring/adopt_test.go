package scoring_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/scoring"
	"qingce/scoring/scoringtest"
)

// lakeside are the files of a programme of another city and another year.
func lakeside(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{"pack.json", "articles.csv", "obligations.csv"} {
		raw, err := os.ReadFile("programme/testdata/lakeside-2030/" + name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(raw)
	}
	return out
}

// Another city needs no Go: its programme is put in force from files, and its
// tasks are worked out; what was before it stays under the programme before.
func TestAnotherProgrammeIsPutInForce(t *testing.T) {
	scoringtest.Each(t, func(t *testing.T, w *scoringtest.World) {
		w.At("2030-06-03 09:00")
		for year := 2018; year <= 2030; year++ { // the schedule of these years is not what is tested
			w.Exec(`INSERT INTO calendar_years (year, origin, notice, published_by, published_name, published_at, version)
				SELECT ?, 'published', '', 0, 'test', ?, 1 WHERE NOT EXISTS (SELECT 1 FROM calendar_years WHERE year = ?)`, year, at(t, "2018-01-01"), year)
		}
		w.Exec(`UPDATE calendar_revisions SET token = 'known'`)
		office, files := w.Someone(auth.Office), lakeside(t)
		broken := map[string]string{"pack.json": files["pack.json"], "articles.csv": files["articles.csv"]}
		broken["obligations.csv"] = strings.Replace(files["obligations.csv"], "L-02,A1.2", "L-02,A9", 1)
		_, err := w.Board.Adopt(t.Context(), office, broken, calendar.Date{}, "试用")
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "tasks.err.pack" || len(f.Fields) != 1 || f.Fields[0].Cell != "obligations.csv:3 article" {
			t.Fatalf("a programme without an article is put in force: %v", err)
		}
		if _, err := w.Board.Adopt(t.Context(), w.Head("RS"), files, calendar.Date{}, ""); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("a head puts a programme in force: %v", err)
		}
		first, err := w.Board.Adopt(t.Context(), office, files, calendar.Date{}, "湖滨市新一轮治理")
		if err != nil || first.AdoptedOn != scoringtest.Day(t, "2030-03-01") {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := w.Board.Adopt(t.Context(), office, files, calendar.Date{}, "湖滨市新一轮治理")
		if err != nil || again.ID != first.ID {
			t.Errorf("the same again is put in force anew: %+v, %v", again, err)
		}
		h, err := w.Board.HandIn(t.Context(), w.Head("RS"), "L-01", w.Department("RS").ID, 0, "数据治理制度已印发")
		if err != nil || h.State != scoring.HandingIn {
			t.Fatal(schedule.Explain(err))
		}
		if got := w.Tasks("RS", "2030-06-30"); len(got) != 2 || got["L-01"].State != scoring.Late || got["L-02/2030"].State != scoring.Overdue {
			t.Errorf("RS: %s", line(got))
		}
		if got := w.Tasks("ZY", "2030-06-30"); len(got) != 1 || got["L-03"].State != scoring.Overdue {
			t.Errorf("ZY: %s", line(got))
		}
		if _, ok := w.Tasks("RS", "2017-10-31")["P-07"]; !ok {
			t.Error("October 2017 is no longer under the programme of its time")
		}
	})
}

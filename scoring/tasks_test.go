package scoring_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"qingce/scoring"
	"qingce/scoring/scoringtest"
)

// line writes tasks of a body as "P-07 on_time 0 · P-16 late 23".
func line(tasks map[string]scoring.Task) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(tasks)) {
		out = append(out, fmt.Sprint(key, " ", tasks[key].State, " ", tasks[key].LateWd))
	}
	return strings.Join(out, " · ")
}

func at(t *testing.T, day string) any { return scoringtest.Day(t, day).At(10, 0).UTC() }

// form writes down a form of the self-survey that was due on 09-30.
func form(t *testing.T, w *scoringtest.World, prefix, state, counts string, noneDemand bool) {
	t.Helper()
	var on any
	if counts != "" {
		on = counts
	}
	w.Exec(`INSERT INTO forms (campaign_id, department_id, state, zero, answers, typed, none_clean, none_connect, none_demand, counts_on,
		created_at, updated_at, updated_by, version) VALUES (1, ?, ?, ?, '{}', '{}', ?, ?, ?, ?, ?, ?, 1, 1)`,
		w.Department(prefix).ID, state, false, false, false, noneDemand, on, at(t, "2017-09-11"), at(t, "2017-09-11"))
}

func campaign(t *testing.T, w *scoringtest.World) {
	t.Helper()
	w.Exec(`INSERT INTO campaigns (id, code, kind, title, scope, opens_on, due_on, mend_wd, state, created_at, updated_at, updated_by, updated_name, version)
		VALUES (1, 'zc-2017', 'self_survey', '自查', 'municipal', '2017-09-11', '2017-09-30', 5, 'closed', ?, ?, 1, '', 1)`,
		at(t, "2017-09-11"), at(t, "2017-09-11"))
}

func filing(t *testing.T, w *scoringtest.World, prefix, state, counts string) {
	t.Helper()
	w.Exec(`INSERT INTO catalog_filings (department_id, state, due_on, nothing_held, counts_on, version) VALUES (?, ?, '2017-10-20', ?, ?, 1)`,
		w.Department(prefix).ID, state, false, counts)
}

// Forms, demand lists and catalogs by the day of handing in: what waits counts,
// what was sent back does not, and what came later than the day asked about was
// not there.
func TestWhatIsHandedInCountsByItsDay(t *testing.T) {
	scoringtest.Each(t, func(t *testing.T, w *scoringtest.World) {
		w.At("2017-12-01 09:00")
		campaign(t, w)
		form(t, w, "RS", "locked", "2017-09-29", true)
		form(t, w, "MZ", "submitted", "2017-09-30", true)
		form(t, w, "GA", "returned", "2017-09-29", true)
		form(t, w, "WJ", "accepted", "2017-10-09", true)
		form(t, w, "FC", "draft", "", false)
		form(t, w, "MZJ", "accepted", "2017-09-29", false)
		w.Exec(`UPDATE forms SET zero = ? WHERE department_id = ?`, true, w.Department("MZJ").ID)
		filing(t, w, "RS", "accepted", "2017-10-20")
		filing(t, w, "MZ", "submitted", "2017-10-23")
		filing(t, w, "GA", "returned", "2017-10-18")
		filing(t, w, "WJ", "accepted", "2017-11-22")
		filing(t, w, "ZY", "accepted", "2017-10-20")
		for _, one := range []struct{ prefix, through, want string }{
			{"RS", "2017-10-20", "P-07 on_time 0 · P-10 on_time 0 · P-16 on_time 0"},
			{"MZ", "2017-10-23", "P-07 on_time 0 · P-10 on_time 0 · P-16 late 1"},
			{"MZ", "2017-10-22", "P-07 on_time 0 · P-10 on_time 0 · P-16 overdue 0"},
			{"GA", "2017-10-24", "P-07 overdue 12 · P-10 overdue 2 · P-16 overdue 2"},
			{"WJ", "2017-09-30", "P-07 overdue 0"},
			{"WJ", "2017-10-24", "P-07 late 1 · P-10 on_time 0 · P-16 overdue 2"},
			{"FC", "2017-10-20", "P-07 overdue 10 · P-10 overdue 0 · P-16 overdue 0"},
			{"ZY", "2017-10-20", "P-16 on_time 0"},
			{"MZJ", "2017-10-20", "P-07 on_time 0 · P-10 on_time 0 · P-16 overdue 0"},
		} {
			if got := line(w.Tasks(one.prefix, one.through)); got != one.want {
				t.Errorf("%s as of %s:\n  %s, want\n  %s", one.prefix, one.through, got, one.want)
			}
		}
		if task := w.Tasks("MZ", "2017-10-24")["P-16"]; !task.Waiting || len(task.Proof) != 1 || task.Proof[0].Path != "/catalog?owner=XYMZ" {
			t.Errorf("what waits for the Office is %+v", task)
		}
		if task := w.Tasks("WJ", "2017-11-30")["P-16"]; task.LateWd != 23 || task.DoneOn != scoringtest.Day(t, "2017-11-22") || task.Waiting {
			t.Errorf("the catalog of WJ is %+v", task)
		}
	})
}

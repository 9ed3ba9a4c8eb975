package monthly_test

import (
	"fmt"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// waiting is what waits for somebody: kind, month, how many, by when.
func (w *world) waiting(by auth.Principal) string {
	w.t.Helper()
	all, err := w.Months.Waits(w.t.Context(), by)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for i := range all {
		one := fmt.Sprint(all[i].Kind, " ", all[i].Month.Key(), " ", all[i].N)
		if !all[i].Due.IsZero() {
			one += " " + all[i].Due.String()
		}
		out = append(out, one)
	}
	return strings.Join(out, "; ")
}

// wantWaiting holds what waits for everybody against what should.
func (w *world) wantWaiting(when string, office, leader, head, clerk string) {
	w.t.Helper()
	for _, one := range []struct {
		who  string
		by   auth.Principal
		want string
	}{
		{"the Office", w.office(), office}, {"the leading group", w.leader(), leader}, {"the head of MZ", w.Head("MZ"), head},
		{"the clerk of MZ", w.Clerk("MZ"), clerk}, {"finance", w.Someone(auth.Finance), ""}, {"the auditor", w.Someone(auth.Auditor), ""},
	} {
		if got := w.waiting(one.by); got != one.want {
			w.t.Errorf("%s, %s: %q, want %q", when, one.who, got, one.want)
		}
	}
}

// A month waits for one after the other, and for nobody once it is published.
func TestAMonthWaitsForWhoseTurnItIs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.At("2017-11-30 10:00")
		w.mounted("MZ", 2, 1)
		w.task("MZ", 0, 0, 3)
		w.task("LY", -1, 40)
		w.wantWaiting("before the month is over", "", "", "", "")
		w.At("2017-12-01 09:00")
		m, err := w.Months.Compute(ctx, w.office(), "2017-11")
		if err != nil {
			t.Fatal(err)
		}
		w.wantWaiting("counted", "freeze 2017-11/1 0", "", "", "")
		m = w.take(w.office(), m, monthly.Freeze)
		w.wantWaiting("frozen", "open 2017-11/1 0", "", "", "")
		m = w.take(w.office(), m, monthly.OpenAppeal)
		w.wantWaiting("shown", "", "", "object 2017-11/1 0 2017-12-06", "object 2017-11/1 0 2017-12-06")
		o, err := w.Months.Object(ctx, w.Head("MZ"), "2017-11", 1, monthly.Doubt{Figure: monthly.Tasks, Row: "task/P-03", Text: "按时报送，有回执"})
		if err != nil {
			t.Fatal(err)
		}
		w.wantWaiting("objected", "answer 2017-11/1 1", "", "object 2017-11/1 1 2017-12-06", "object 2017-11/1 1 2017-12-06")
		own := w.office()
		own.DepartmentID = w.Department("MZ").ID
		if got := w.waiting(own); strings.Contains(got, "answer") {
			t.Errorf("an objection of the own department is to be answered: %q", got)
		}
		w.At("2017-12-06 23:00")
		if got := w.waiting(w.Head("MZ")); !strings.HasPrefix(got, "object") {
			t.Errorf("on the last day: %q", got)
		}
		w.At("2017-12-07 09:00")
		w.wantWaiting("the term is over", "answer 2017-11/1 1", "", "", "")
		_, err = w.Months.Answer(ctx, w.office(), o.ID, o.Revision, monthly.Answer{Uphold: true, Text: "回执属实", Corrections: []monthly.Correction{
			{Figure: monthly.Tasks, Row: "task/P-03", Standing: monthly.Counted, Outcome: scorecard.OnTime},
		}})
		if err != nil {
			t.Fatal(err)
		}
		w.wantWaiting("answered", "review 2017-11/1 0", "", "", "")
		w.take(w.office(), m, monthly.Review)
		w.decidedOneByOne()
		r, err := w.Months.Find(ctx, w.leader(), "2017-11", 1)
		if err != nil {
			t.Fatal(err)
		}
		w.wantWaiting("all decided", "", "approve 2017-11/1 0", "", "")
		m = w.take(w.leader(), r.Month, monthly.Approve)
		w.wantWaiting("approved", "publish 2017-11/1 0", "publish 2017-11/1 0", "", "")
		w.take(w.leader(), m, monthly.Publish)
		w.wantWaiting("published", "", "", "", "")
	})
}

// decidedOneByOne has the leading group decide on every proposal; with each there
// is one less.
func (w *world) decidedOneByOne() {
	w.t.Helper()
	ctx := w.t.Context()
	r, err := w.Months.Find(ctx, w.leader(), "2017-11", 1)
	if err != nil || r.Undecided == 0 {
		w.t.Fatalf("proposals: %d %v", r.Undecided, err)
	}
	dir, err := w.Registry.Directory(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	for i, p := range r.Proposals {
		w.wantWaiting("reviewed", "", fmt.Sprintf("decide 2017-11/1 %d", len(r.Proposals)-i), "", "")
		body, _ := dir.Find(p.DepartmentID)
		if _, err := w.Months.Decide(ctx, w.leader(), "2017-11", 1, body.Code, true, "同意"); err != nil {
			w.t.Fatalf("%s: %v", body.Name, err)
		}
	}
}

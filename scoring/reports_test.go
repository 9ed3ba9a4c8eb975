package scoring_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/scoring"
	"qingce/scoring/scoringtest"
)

// written fills what a report of a month cannot do without.
func written(r scoring.Report) scoring.Typed {
	in := scoring.Typed{Rows: map[string]scoring.TaskRow{}, Figures: map[string]scoring.TypedFigure{}, Sections: map[string]string{}}
	for _, row := range r.TaskRows {
		if row.Progress == nil {
			row.Progress = new(int64(50))
		}
		row.Next = "继续推进"
		in.Rows[row.Task] = row
	}
	for _, s := range r.Sections {
		in.Sections[s.Key] = "按要求完成，情况良好"
	}
	return in
}

// files a report of a body as its head does, and wants no refusal.
func files(t *testing.T, w *scoringtest.World, prefix string, kind scoring.ReportKind, period string) scoring.Report {
	t.Helper()
	by := w.Head(prefix)
	if prefix == "ZY" {
		by = w.Region("ZY")
	}
	k := scoring.ReportKey{Kind: kind, Period: period, Department: w.Department(prefix).ID}
	sheet, err := w.Reports.Find(t.Context(), by, k)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Reports.File(t.Context(), by, k, sheet.Report.Version, written(sheet.Report))
	if err != nil {
		t.Fatalf("%s files %s: %v", prefix, period, fields(err))
	}
	return r
}

func fields(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return []string{err.Error()}
	}
	out := []string{f.Code}
	for _, one := range f.Fields {
		out = append(out, one.Name+" "+one.Code)
	}
	return out
}

// October, November and the year in the dates of the acceptance story.
func TestLatenessOfReports(t *testing.T) {
	scoringtest.Each(t, func(t *testing.T, w *scoringtest.World) {
		w.At("2017-10-30 10:00")
		on := files(t, w, "RS", scoring.Monthly, "2017-10")
		if *on.LateWd != 0 || on.DueOn != scoringtest.Day(t, "2017-10-31") || on.State != scoring.ReportFiled {
			t.Errorf("RS in time: %+v", on)
		}
		w.At("2017-11-02 10:00")
		if r := files(t, w, "LY", scoring.Monthly, "2017-10"); *r.LateWd != 2 {
			t.Errorf("LY is %d working days late", *r.LateWd)
		}
		w.At("2017-11-10 10:00")
		if r := files(t, w, "WJ", scoring.Monthly, "2017-10"); *r.LateWd != 8 {
			t.Errorf("WJ is %d working days late", *r.LateWd)
		}
		if got := w.Tasks("WJ", "2017-10-31")["P-39/2017-10"]; got.State != scoring.Overdue {
			t.Errorf("as of October WJ is %+v", got)
		}
		if got := w.Tasks("WJ", "2017-11-30")["P-39/2017-10"]; got.State != scoring.Late || got.LateWd != 8 || !got.Waiting {
			t.Errorf("as of November WJ is %+v", got)
		}
		late := lateAt(t, w, "2017-10")
		if late["RS"] || !late["LY"] || !late["WJ"] || !late["GA"] {
			t.Errorf("late in October: %v", late)
		}
		if late := lateAt(t, w, "2017-11"); late["RS"] || late["WJ"] {
			t.Errorf("November is not over: %v", late)
		}
		w.At("2018-01-02 10:00")
		if r := files(t, w, "ZY", scoring.Annual, "2017"); *r.LateWd != 1 || r.DueOn != scoringtest.Day(t, "2017-12-31") {
			t.Errorf("the year of ZY: %v %d", r.DueOn, *r.LateWd)
		}
		if got := w.Tasks("ZY", "2017-12-31")["M-57/2017"]; got.State != scoring.Overdue {
			t.Errorf("the year of ZY as of its end: %+v", got)
		}
	})
}

func lateAt(t *testing.T, w *scoringtest.World, month string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
		late, err := w.Reports.LateAt(tx, month)
		for _, prefix := range []string{"RS", "LY", "WJ", "GA"} {
			out[prefix] = late[w.Department(prefix).ID]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// V30: a number that differs from the facts wants an explanation, and is kept
// with it; what was typed lives on in the draft either way.
func TestANumberThatDiffersIsExplained(t *testing.T) {
	scoringtest.Each(t, func(t *testing.T, w *scoringtest.World) {
		w.At("2017-10-30 10:00")
		w.Registered("RS", "社会保险核心业务系统")
		w.Exec(`UPDATE system_versions SET state = 'declared'`)
		head, k := w.Head("RS"), scoring.ReportKey{Kind: scoring.Monthly, Period: "2017-10", Department: w.Department("RS").ID}
		sheet, err := w.Reports.Find(t.Context(), head, k)
		if err != nil {
			t.Fatal(err)
		}
		in := written(sheet.Report)
		in.Figures["systems"] = scoring.TypedFigure{Value: new(int64(3))}
		if _, err := w.Reports.File(t.Context(), head, k, 0, in); !slices.Contains(fields(err), "why.systems reports.err.why") {
			t.Fatalf("filed with another number: %v", fields(err))
		}
		draft, err := w.Reports.Save(t.Context(), w.Clerk("RS"), k, 0, in)
		if err != nil || draft.Figures[0].Fact != 1 || *draft.Figures[0].Typed != 3 {
			t.Fatalf("the draft has %+v, %v", draft.Figures, err)
		}
		in.Figures["systems"] = scoring.TypedFigure{Value: new(int64(3)), Why: "两个系统本月登记，尚未审核"}
		r, err := w.Reports.File(t.Context(), head, k, draft.Version, in)
		if err != nil || !r.Figures[0].Differs() || r.Figures[0].Value() != 3 {
			t.Errorf("filed: %+v, %v", r.Figures, fields(err))
		}
		if _, err := w.Reports.Save(t.Context(), head, k, r.Version, in); !errors.Is(err, scoring.ErrState) {
			t.Errorf("changed after it was filed: %v", err)
		}
		if _, err := w.Reports.File(t.Context(), w.Clerk("RS"), k, r.Version, in); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("a clerk files: %v", err)
		}
		if _, err := w.Reports.Find(t.Context(), w.Head("MZ"), k); err == nil {
			t.Error("another department reads it")
		}
	})
}

// Last month's texts are copied where nothing was written; a report that is sent
// back keeps its day for three working days.
func TestReportsComeBack(t *testing.T) {
	scoringtest.Each(t, func(t *testing.T, w *scoringtest.World) {
		w.At("2017-10-31 10:00")
		first := files(t, w, "RS", scoring.Monthly, "2017-10")
		k, head := first.Key(), w.Head("RS")
		office := w.Someone(auth.Office)
		if _, err := w.Reports.Decide(t.Context(), office, k, first.Version, false, ""); err == nil {
			t.Error("sent back without a reason")
		}
		w.At("2017-11-02 10:00")
		back, err := w.Reports.Decide(t.Context(), office, k, first.Version, false, "请补充问题说明")
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Tasks("RS", "2017-10-31")["P-39/2017-10"]; got.State != scoring.Overdue {
			t.Errorf("while it is back: %+v", got)
		}
		w.At("2017-11-07 10:00")
		again, err := w.Reports.File(t.Context(), head, k, back.Version, scoring.Typed{})
		if err != nil || *again.LateWd != 0 || again.CountsOn != scoringtest.Day(t, "2017-10-31") {
			t.Fatalf("on the third working day: %+v, %v", again, err)
		}
		if back, err = w.Reports.Decide(t.Context(), office, k, again.Version, false, "仍不完整，请修改"); err != nil {
			t.Fatal(err)
		}
		w.At("2017-11-13 10:00")
		again, err = w.Reports.File(t.Context(), head, k, back.Version, scoring.Typed{})
		if err != nil || *again.LateWd != 9 {
			t.Fatalf("on the fourth working day: %d, %v", *again.LateWd, err)
		}
		done, err := w.Reports.Decide(t.Context(), office, k, again.Version, true, "")
		if err != nil || done.State != scoring.ReportAccepted {
			t.Fatal(err)
		}

		next := scoring.ReportKey{Kind: scoring.Monthly, Period: "2017-11", Department: k.Department}
		copied, err := w.Reports.CopyLast(t.Context(), w.Clerk("RS"), next, 0)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(copied.TaskRows, func(r scoring.TaskRow) bool { return r.Task == "P-22" })
		if i < 0 || copied.TaskRows[i].Next != "继续推进" || *copied.TaskRows[i].Progress != 50 {
			t.Errorf("copied %+v", copied.TaskRows)
		}
		none := scoring.ReportKey{Kind: scoring.Monthly, Period: "2017-11", Department: w.Department("GA").ID}
		if _, err := w.Reports.CopyLast(t.Context(), w.Clerk("GA"), none, 0); !strings.Contains(strings.Join(fields(err), " "), "reports.err.no_last") {
			t.Errorf("copied from nothing: %v", err)
		}
		early := scoring.ReportKey{Kind: scoring.Monthly, Period: "2017-12", Department: k.Department}
		if _, err := w.Reports.Find(t.Context(), head, early); !errors.Is(err, scoring.ErrTooEarly) {
			t.Errorf("December in November: %v", err)
		}
	})
}

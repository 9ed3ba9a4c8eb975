package monthly_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/catalog"
	"qingce/inventory/hub"
	"qingce/inventory/inventorytest"
	"qingce/inventory/sharing/sharingtest"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/survey"
	"qingce/survey/census"
)

// world is a city that closes its months. What rectification and the tasks say
// of the departments is set by hand.
type world struct {
	*sharingtest.World
	Months *monthly.Desk
	Hub    *hub.Hub
	tasks  map[auth.DepartmentID][]monthly.Task
	cases  map[auth.DepartmentID]monthly.Cases
	// criticised are the bodies of which an approved criticism was told.
	criticised []auth.DepartmentID
	t          testing.TB
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	sharingtest.Each(t, func(t *testing.T, s *sharingtest.World) { test(t, over(t, s)) })
}

func over(t testing.TB, s *sharingtest.World) *world {
	w := &world{World: s, tasks: map[auth.DepartmentID][]monthly.Task{}, cases: map[auth.DepartmentID]monthly.Cases{}, t: t}
	texts := inventorytest.Messages(t)
	w.Hub = hub.New(s.DB, s.Registry, s.Box, texts, s.Book)
	detector := zombie.New(zombie.Deps{DB: s.DB, Registry: s.Registry, Book: s.Book})
	surveys := survey.NewDesk(survey.Deps{DB: s.DB, Registry: s.Registry, Book: s.Book, Box: s.Box, Catalog: texts})
	w.Months = monthly.NewDesk(monthly.Deps{
		DB: s.DB, Registry: s.Registry, Hub: w.Hub, Catalog: s.Catalog, Sharing: s.Sharing, Book: s.Book,
		Cleanup: cleanup.NewDesk(cleanup.Deps{DB: s.DB, Registry: s.Registry, Book: s.Book, Box: s.Box, Detector: detector}),
		Census:  census.NewDesk(census.Deps{DB: s.DB, Registry: s.Registry, Surveys: surveys, Catalog: texts}),
		Tasks:   func(*store.Tx, calendar.Date) (map[auth.DepartmentID][]monthly.Task, error) { return w.tasks, nil },
		Cases: func(*store.Tx, monthly.Period, calendar.Date) (map[auth.DepartmentID]monthly.Cases, error) {
			return w.cases, nil
		},
		Criticised: func(_ *store.Tx, _ auth.Principal, body auth.DepartmentID, _ monthly.Month, _ string) error {
			w.criticised = append(w.criticised, body)
			return nil
		},
	})
	return w
}

// task says how tasks of a department stand.
func (w *world) task(prefix string, late ...int) {
	id := w.Department(prefix).ID
	for i, n := range late {
		w.tasks[id] = append(w.tasks[id], monthly.Task{
			Ref: monthly.Ref{Kind: "task", ID: fmt.Sprintf("P-%02d", i+1), Title: "task"}, Due: sharingtest.Day(w.t, "2017-10-20"), Done: n >= 0, LateWd: n,
		})
	}
}

func (w *world) office() auth.Principal { return w.Someone(auth.Office) }
func (w *world) leader() auth.Principal { return w.Someone(auth.Leader) }

// frozen counts and freezes November on the first working day after it.
func (w *world) frozen() monthly.Month {
	w.t.Helper()
	w.At("2017-12-01 09:00")
	m, err := w.Months.Compute(w.t.Context(), w.office(), "2017-11")
	if err != nil {
		w.t.Fatal(err)
	}
	return w.take(w.office(), m, monthly.Freeze)
}

func (w *world) take(by auth.Principal, m monthly.Month, move monthly.Move) monthly.Month {
	w.t.Helper()
	next, err := w.Months.Take(w.t.Context(), by, m.Month, m.Version, m.Revision, move, "")
	if err != nil {
		w.t.Fatalf("%s: %v", move, err)
	}
	return next
}

func code(err error) string {
	if f, ok := err.(*fault.Error); ok {
		return f.Code
	}
	return fmt.Sprint(err)
}

func TestWhatIsSeededIsTheDefault(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all, err := w.Months.Policies(t.Context(), w.office())
		if err != nil || len(all) != 1 {
			t.Fatalf("%v %v", all, err)
		}
		got, _ := json.Marshal(all[0].Method)
		want, _ := json.Marshal(monthly.DefaultMethod())
		if string(got) != string(want) || all[0].FromMonth != "2017-10" {
			t.Errorf("seeded %s\nwant   %s", got, want)
		}
	})
}

// TestMonthFromCountToPublication goes the whole way of a month: what each sees
// of it when, an objection that corrects a row, decisions, and a second version.
func TestMonthFromCountToPublication(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.At("2017-11-30 10:00")
		w.mounted("MZ", 2, 1)
		w.task("MZ", 0, 0, 3)
		w.task("LY", -1, 40)
		if _, err := w.Months.Compute(ctx, w.office(), "2017-11"); code(err) != "monthly.err.not_over" {
			t.Errorf("counted before it was over: %v", err)
		}
		m := w.frozen()
		if m.State != monthly.Frozen || m.Hash == "" || m.FrozenHash != m.Hash {
			t.Fatalf("frozen: %+v", m)
		}
		if _, err := w.Months.Sheet(ctx, w.Head("MZ"), "2017-11", 0, w.Department("MZ").Code); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a department reads what was only frozen: %v", err)
		}
		m = w.take(w.office(), m, monthly.OpenAppeal)
		if got := m.AppealDue.String(); got != "2017-12-06" {
			t.Errorf("objections until %s, want 2017-12-06", got)
		}
		mine, err := w.Months.Sheet(ctx, w.Head("MZ"), "2017-11", 0, w.Department("MZ").Code)
		if err != nil || !mine.MayObject || mine.Card.Rank != 0 {
			t.Fatalf("own sheet: may object %v, rank %d, %v", mine.MayObject, mine.Card.Rank, err)
		}
		if got := share(mine, monthly.Entries); got != "1/2" {
			t.Errorf("entries %s, want 1/2", got)
		}
		if _, err := w.Months.Sheet(ctx, w.Head("LY"), "2017-11", 0, w.Department("MZ").Code); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another department reads the sheet: %v", err)
		}
		if table, err := w.Months.Table(ctx, w.Clerk("LY"), "2017-11", 0); err != nil || len(table.Lines) != 1 {
			t.Errorf("a department sees %d lines before publication: %v", len(table.Lines), err)
		}
		w.objected(m)
		w.published()
	})
}

// objected has MZ object to a task that was counted as late, and the Office
// uphold it.
func (w *world) objected(m monthly.Month) {
	w.t.Helper()
	t, ctx := w.t, w.t.Context()
	in := monthly.Doubt{Figure: monthly.Tasks, Row: "task/P-03", Text: "按时报送，有回执"}
	if _, err := w.Months.Object(ctx, w.Clerk("MZ"), "2017-11", 1, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a clerk objects: %v", err)
	}
	wrong := in
	wrong.Row = "task/P-99"
	if _, err := w.Months.Object(ctx, w.Head("MZ"), "2017-11", 1, wrong); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown row: %v", err)
	}
	o, err := w.Months.Object(ctx, w.Head("MZ"), "2017-11", 1, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Months.Take(ctx, w.office(), "2017-11", 1, m.Revision, monthly.Review, ""); code(err) != "monthly.err.open_appeals" {
		t.Errorf("reviewed with an open objection: %v", err)
	}
	own := w.office()
	own.DepartmentID = w.Department("MZ").ID
	uphold := monthly.Answer{Uphold: true, Text: "回执属实", Corrections: []monthly.Correction{
		{Figure: monthly.Tasks, Row: "task/P-03", Standing: monthly.Counted, Outcome: scorecard.OnTime},
	}}
	if _, err := w.Months.Answer(ctx, own, o.ID, o.Revision, uphold); code(err) != "monthly.err.own" {
		t.Errorf("answered in the own cause: %v", err)
	}
	if _, err := w.Months.Answer(ctx, w.office(), o.ID, o.Revision, monthly.Answer{Uphold: true, Text: "属实"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("upheld without a correction: %v", err)
	}
	if o, err = w.Months.Answer(ctx, w.office(), o.ID, o.Revision, uphold); err != nil || o.State != monthly.ObjectionUpheld {
		t.Fatalf("upheld: %s %v", o.State, err)
	}
	if _, err := w.Months.Take(ctx, w.office(), "2017-11", 1, m.Revision, monthly.Review, ""); code(err) != "monthly.err.term_runs" {
		t.Errorf("reviewed while the term ran: %v", err)
	}
	w.At("2017-12-07 09:00")
	late := monthly.Doubt{Figure: monthly.Tasks, Text: "晚了"}
	if _, err := w.Months.Object(ctx, w.Head("LY"), "2017-11", 1, late); code(err) != "monthly.err.term_over" {
		t.Errorf("objected after the term: %v", err)
	}
	m = w.take(w.office(), m, monthly.Review)
	if m.Hash == m.FrozenHash {
		t.Error("the hash is the same after a correction")
	}
	s, err := w.Months.Sheet(ctx, w.office(), "2017-11", 1, w.Department("MZ").Code)
	if err != nil || s.Card.Values[scorecard.Tasks].RatString() != "100" {
		t.Errorf("tasks of MZ are %v after the correction, want 100: %v", s.Card.Values[scorecard.Tasks], err)
	}
}

// published has the leading group decide and publish, and the Office correct
// what was published.
func (w *world) published() {
	w.t.Helper()
	t, ctx := w.t, w.t.Context()
	r, err := w.Months.Find(ctx, w.leader(), "2017-11", 1)
	if err != nil || r.Undecided == 0 {
		t.Fatalf("proposals: %d %v", r.Undecided, err)
	}
	if _, err := w.Months.Take(ctx, w.leader(), "2017-11", 1, r.Month.Revision, monthly.Approve, ""); code(err) != "monthly.err.undecided" {
		t.Errorf("approved with proposals undecided: %v", err)
	}
	dir, _ := w.Registry.Directory(ctx)
	for _, p := range r.Proposals {
		body, _ := dir.Find(p.DepartmentID)
		if _, err := w.Months.Decide(ctx, w.leader(), "2017-11", 1, body.Code, true, "同意"); err != nil {
			t.Fatalf("%s: %v", body.Name, err)
		}
	}
	if !slices.Contains(w.criticised, w.Department("LY").ID) && len(w.criticised) == 0 {
		t.Error("nobody was told of a criticism")
	}
	m := w.take(w.leader(), r.Month, monthly.Approve)
	m = w.take(w.leader(), m, monthly.Publish)
	if table, err := w.Months.Table(ctx, w.Clerk("LY"), "2017-11", 0); err != nil || len(table.Lines) < 11 {
		t.Errorf("a department sees %d lines after publication: %v", len(table.Lines), err)
	}
	w.tasks[w.Department("LY").ID][0].Done = true
	second, err := w.Months.Take(ctx, w.office(), "2017-11", 1, m.Revision, monthly.Correct, "任务完成情况有误")
	if err != nil || second.Version != 2 || second.State != monthly.Computing {
		t.Fatalf("corrected: %+v %v", second, err)
	}
	if got, err := w.Months.Find(ctx, w.Clerk("LY"), "2017-11", 0); err != nil || got.Month.Version != 1 {
		t.Errorf("a department sees version %d while the second is counted: %v", got.Month.Version, err)
	}
	s, err := w.Months.Sheet(ctx, w.office(), "2017-11", 2, w.Department("MZ").Code)
	if err != nil || s.Card.Values[scorecard.Tasks].RatString() != "100" {
		t.Errorf("what was upheld is not in the second version: %v %v", s.Card.Values[scorecard.Tasks], err)
	}
	w.At("2018-01-02 09:00")
	if _, err := w.Months.Compute(ctx, auth.System("month-end"), "2017-12"); err != nil {
		t.Fatal(err)
	}
	s, err = w.Months.Sheet(ctx, w.office(), "2017-12", 1, w.Department("MZ").Code)
	if err != nil || s.Month.ComputedName != "" || len(s.Trend) != 2 || s.Trend[0].Version != 1 {
		t.Errorf("while the second version is counted the first one stands in the trend: %+v %v", s.Trend, err)
	}
}

func share(s monthly.Sheet, k monthly.FigureKey) string {
	f := s.Facts.Figure(k)
	return fmt.Sprintf("%d/%d", f.Share().Num, f.Share().Den)
}

// mounted publishes conditional entries of a department and mounts the first of
// them.
func (w *world) mounted(prefix string, entries, mounted int) []catalog.Entry {
	w.t.Helper()
	var out []catalog.Entry
	for i := range entries {
		e := w.Entry(prefix, fmt.Sprintf("%s信息%d", prefix, i+1), catalog.Unconditional)
		if i < mounted {
			var err error
			e, err = w.Catalog.Mount(w.t.Context(), w.Clerk(prefix), e.ID, e.Version, catalog.MountForm{
				Kind: "table", Address: "t", UpdatedOn: calendar.DateOf(w.Clock.Now()),
			})
			if err != nil {
				w.t.Fatal(err)
			}
		}
		out = append(out, e)
	}
	return out
}

// TestLaterFactsDoNotCount counts November after things happened in December.
func TestLaterFactsDoNotCount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.At("2017-11-29 10:00")
		all := w.mounted("MZ", 3, 1)
		w.At("2017-12-01 00:10")
		w.mount("MZ", all[1])
		if _, err := w.Catalog.Unmount(t.Context(), w.Clerk("MZ"), all[0].ID, all[0].Version, "停用"); err != nil {
			t.Fatal(err)
		}
		w.Entry("MZ", "十二月信息", catalog.Unconditional)
		w.frozen()
		s, err := w.Months.Sheet(t.Context(), w.office(), "2017-11", 0, w.Department("MZ").Code)
		if err != nil {
			t.Fatal(err)
		}
		if got := share(s, monthly.Entries); got != "1/3" {
			t.Errorf("entries at the end of November: %s, want 1/3: %+v", got, s.Facts.Figure(monthly.Entries).Rows)
		}
	})
}

func (w *world) mount(prefix string, e catalog.Entry) {
	w.t.Helper()
	_, err := w.Catalog.Mount(w.t.Context(), w.Clerk(prefix), e.ID, e.Version, catalog.MountForm{Kind: "table", Address: "t", UpdatedOn: calendar.DateOf(w.Clock.Now())})
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestVerifyFindsWhatWasAltered alters what is kept of a body.
func TestVerifyFindsWhatWasAltered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.At("2017-11-06 10:00")
		w.task("MZ", 0, 2)
		w.frozen()
		found := func() int {
			t.Helper()
			all, err := w.Months.Verify(ctx, w.Someone(auth.Auditor))
			if err != nil || len(all) != 1 {
				t.Fatalf("%v %v", all, err)
			}
			return len(all[0].Found)
		}
		if n := found(); n != 0 {
			t.Fatalf("found %d in what nobody altered", n)
		}
		alter(t, w, "UPDATE score_inputs SET counts = replace(counts, 'late', 'on_time')")
		if n := found(); n == 0 {
			t.Error("altered counts were not found")
		}
		alter(t, w, "UPDATE score_inputs SET counts = replace(counts, 'on_time\"}]', 'late\"}]')")
		alter(t, w, "UPDATE score_inputs SET hash = 'x' WHERE code = 'XY105'")
		if n := found(); n == 0 {
			t.Error("an altered hash was not found")
		}
	})
}

func alter(t *testing.T, w *world, sql string) {
	t.Helper()
	err := w.DB.Write(context.WithoutCancel(t.Context()), func(tx *store.Tx) error { return tx.Gorm().Exec(sql).Error })
	if err != nil {
		t.Fatal(err)
	}
}

// TestMonthEndCountsOnce runs the job on days off, on the first working day, and
// again.
func TestMonthEndCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.At("2017-11-06 10:00")
		w.Registered("RS", "就业服务系统")
		for _, step := range []struct {
			at   string
			want bool
		}{{"2018-01-01 06:40", false}, {"2018-01-02 06:40", true}, {"2018-01-02 07:00", false}, {"2018-01-03 06:40", false}} {
			w.At(step.at)
			m, counted, err := w.Months.MonthEnd(t.Context())
			if err != nil || counted != step.want || counted && m.Month != "2017-12" {
				t.Errorf("%s: counted %v %s, want %v: %v", step.at, counted, m.Month, step.want, err)
			}
		}
	})
}

// TestAnotherMethodShowsBothResults puts another method in force from December.
func TestAnotherMethodShowsBothResults(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.At("2017-11-06 10:00")
		w.mounted("MZ", 2, 1)
		w.task("MZ", 0, 5)
		w.frozen()
		m := monthly.DefaultMethod()
		m.Weights = [6]int{20, 20, 10, 25, 15, 11}
		if _, err := w.Months.SavePolicy(ctx, w.office(), m, "试算", 0); fault.KindOf(err) != fault.Invalid {
			t.Errorf("weights of 101: %v", err)
		}
		m.Weights = [6]int{20, 10, 10, 25, 25, 10}
		p, err := w.Months.SavePolicy(ctx, w.office(), m, "加重任务", 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Months.SetPolicy(ctx, w.office(), "2017-11", p.Revision); fault.KindOf(err) != fault.Invalid {
			t.Errorf("in force for a frozen month: %v", err)
		}
		if p, err = w.Months.SetPolicy(ctx, w.office(), "2017-12", p.Revision); err != nil || p.State != monthly.PolicyInForce {
			t.Fatal(err)
		}
		w.At("2018-01-02 09:00")
		if _, err := w.Months.Compute(ctx, w.office(), "2017-12"); err != nil {
			t.Fatal(err)
		}
		s, err := w.Months.Sheet(ctx, w.office(), "2017-12", 0, w.Department("MZ").Code)
		if err != nil || s.Other == nil || s.OtherPolicy == nil || s.Policy.Version != 2 || s.OtherPolicy.Version != 1 {
			t.Fatalf("policy %d, other %v: %v", s.Policy.Version, s.Other, err)
		}
		if s.Other.Points == s.Card.Points || s.Before == nil || len(s.Trend) != 2 {
			t.Errorf("%d and %d, before %v, trend %d", s.Card.Points, s.Other.Points, s.Before, len(s.Trend))
		}
	})
}

func TestABodyThatNothingIsAskedOfIsNoPartOfTheMonth(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		excused := monthly.Task{
			Ref: monthly.Ref{Kind: "task", ID: "P-24", Title: "task"}, Due: sharingtest.Day(t, "2017-10-20"), NotApplicable: true,
		}
		w.task("RS", 0)
		for _, prefix := range []string{"WJ", "RS", "GS"} {
			id := w.Department(prefix).ID
			w.tasks[id] = append(w.tasks[id], excused)
		}
		w.mounted("GS", 1, 1) // which offers data all the same
		w.frozen()
		table, err := w.Months.Table(t.Context(), w.office(), "2017-11", 0)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, prefix := range []string{"RS", "WJ", "GS", "FC"} {
			if slices.ContainsFunc(table.Lines, func(l monthly.Line) bool { return l.Body.ID == w.Department(prefix).ID }) {
				got = append(got, prefix)
			}
		}
		if want := []string{"RS", "GS", "FC"}; !slices.Equal(got, want) {
			t.Errorf("in the month are %v, want %v", got, want)
		}
	})
}

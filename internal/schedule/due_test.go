package schedule_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

func TestSetCountsAsTheStoryDoes(t *testing.T) {
	cases := []struct {
		name, event string
		n           int
		want        string
	}{
		{"rectification of WJ", "2017-11-01", 10, "2017-11-15"},
		{"request of FC", "2017-11-06", 10, "2017-11-20"},
		{"mediation", "2017-11-20", 10, "2017-12-04"},
		{"objection", "2017-12-06", 5, "2017-12-13"},
		{"appeal of JT over the new year", "2018-01-12", 10, "2018-01-26"},
		{"catalog update", "2017-10-24", 15, "2017-11-14"},
		{"event on the make-up Saturday", "2017-09-30", 10, "2017-10-20"},
		{"event on a day off", "2017-10-08", 10, "2017-10-20"},
		{"over the year's end", "2017-12-18", 10, "2018-01-02"},
		{"over the spring festival with two make-up days", "2018-02-09", 10, "2018-02-28"},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		for _, c := range cases {
			d := set(t, db, b, term(fc, c.name, c.event, c.n))
			if d.DueOn.String() != c.want {
				t.Errorf("%s: %s + %d = %s, want %s", c.name, c.event, c.n, d.DueOn, c.want)
			}
			if got := dueOf(t, db, b, d); got != c.want {
				t.Errorf("%s: stored %s, want %s", c.name, got, c.want)
			}
		}
	})
}

func TestStandingOfOpenDueDates(t *testing.T) {
	cases := []struct {
		name string
		due  schedule.Due
		want schedule.Standing
	}{
		{"a fixed Sunday is not rolled and has an advised day", fixed(fc, "1", "2017-12-31", ""),
			schedule.Standing{Advised: date("2017-12-29"), Remaining: 37}},
		{"a term that ran out is late by working days", term(fc, "2", "2017-10-23", 5),
			schedule.Standing{Advised: date("2017-10-30"), Overdue: true, Late: 7}},
		{"due today is neither over nor late", term(fc, "3", "2017-10-25", 10),
			schedule.Standing{Advised: date("2017-11-08")}},
		{"a date in a year without a schedule is kept and marked", fixed(fc, "4", "2027-03-31", ""),
			schedule.Standing{Unknown: 2027}},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		for _, c := range cases {
			d := set(t, db, b, c.due)
			must(t, db.Read(t.Context(), func(tx *store.Tx) error {
				open, err := b.Of(tx, d.Subject())
				if err == nil && open[0].Standing != c.want {
					t.Errorf("%s: %+v, want %+v", c.name, open[0].Standing, c.want)
				}
				return err
			}))
		}
	}, at("2017-11-08"))
}

func TestDayMayEndWithTheOfficeHours(t *testing.T) {
	b := schedule.New(storetest.Open(t), schedule.Options{
		DayEnds: func(d calendar.Date) time.Time { return d.At(17, 30) },
	})
	must(t, b.Seed(t.Context()))
	cal, err := b.Load(t.Context())
	must(t, err)
	for _, c := range []struct {
		name string
		now  time.Time
		want bool
	}{
		{"a minute before", date("2017-11-20").At(17, 29), false},
		{"on the dot", date("2017-11-20").At(17, 30), true},
	} {
		s, err := b.Stand(cal, date("2017-11-20"), c.now)
		if err != nil || s.Overdue != c.want {
			t.Errorf("%s: overdue %v (%v), want %v", c.name, s.Overdue, err, c.want)
		}
	}
}

func TestSetAgainChangesOrDoesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		first := set(t, db, b, term(fc, "1", "2017-11-06", 10))
		same := set(t, db, b, term(fc, "1", "2017-11-06", 10))
		if same.ID != first.ID || same.Version != first.Version || len(logged(t, db, "due.")) != 1 {
			t.Errorf("the same again: %+v after %+v, log %v", same, first, logged(t, db, "due."))
		}
		longer := set(t, db, b, term(fc, "1", "2017-11-06", 15))
		if longer.ID != first.ID || longer.Version != 2 || longer.DueOn != date("2017-11-27") {
			t.Errorf("longer term: %+v", longer)
		}
		if got := dueOf(t, db, b, first); got != "2017-11-27" {
			t.Errorf("stored %s, want 2017-11-27", got)
		}
		other := term(fc, "1", "2017-11-06", 10)
		other.Title = "due.mediation"
		if d := set(t, db, b, other); d.ID == first.ID {
			t.Error("another title of the same subject took the place of the first")
		}
		want := []string{"due.set due_date", "due.change due_date", "due.set due_date"}
		if got := logged(t, db, "due."); !slices.Equal(actions(got), want) {
			t.Errorf("log %v, want %v", actions(got), want)
		}
	})
}

func TestCloseOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		d := set(t, db, b, term(fc, "1", "2017-11-06", 10))
		must(t, closeDue(t, db, b, d.ID))
		if err := closeDue(t, db, b, d.ID); !errors.Is(err, schedule.ErrClosed) {
			t.Errorf("second close: %v, want ErrClosed", err)
		}
		if err := closeDue(t, db, b, 4711); fault.KindOf(err) != fault.NotFound {
			t.Errorf("unknown: %v, want not found", err)
		}
		if got := dueOf(t, db, b, d); got != "" {
			t.Errorf("still open until %s", got)
		}
		again := set(t, db, b, term(fc, "1", "2017-11-20", 10))
		if again.ID == d.ID || again.DueOn != date("2017-12-04") {
			t.Errorf("a new one after the close: %+v", again)
		}
	})
}

func TestTwoAtOnceCloseOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		d := set(t, db, b, term(fc, "1", "2017-11-06", 10))
		errs := twice(func() error { return closeDue(t, db, b, d.ID) })
		if !oneWon(errs, schedule.ErrClosed) {
			t.Errorf("errors %v, want one nil and one ErrClosed", errs)
		}
	})
}

// twice runs the act two times at once.
func twice(act func() error) [2]error {
	var errs [2]error
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = act() })
	}
	wg.Wait()
	return errs
}

func oneWon(errs [2]error, lost error) bool {
	return errs[0] == nil && errors.Is(errs[1], lost) || errs[1] == nil && errors.Is(errs[0], lost)
}

func TestSetRefusesWhatIsNoDueDate(t *testing.T) {
	good := func() schedule.Due { return term(fc, "1", "2017-11-06", 10) }
	cases := []struct {
		name   string
		change func(*schedule.Due)
		want   []string
	}{
		{"neither term nor date", func(d *schedule.Due) { d.TermWD, d.EventOn = 0, calendar.Date{} },
			[]string{"term_wd err.due.term", "event_on err.required"}},
		{"term and date", func(d *schedule.Due) { d.FixedOn = date("2017-11-20") }, []string{"fixed_on err.due.both"}},
		{"date and event", func(d *schedule.Due) { d.TermWD, d.FixedOn = 0, date("2017-11-20") }, []string{"event_on err.due.both"}},
		{"a term backwards", func(d *schedule.Due) { d.TermWD = -1 }, []string{"term_wd err.due.term"}},
		{"a term is not rolled", func(d *schedule.Due) { d.Roll = calendar.RollNext }, []string{"roll err.due.roll_term"}},
		{"an unknown way to roll", func(d *schedule.Due) { d.Roll = "sideways" }, []string{"roll err.due.roll", "roll err.due.roll_term"}},
		{"nobody's", func(d *schedule.Due) { d.DepartmentID = 0 }, []string{"department_id err.due.department"}},
		{"about nothing", func(d *schedule.Due) { d.SubjectID = "" }, []string{"subject_id err.due.subject"}},
		{"a title that is no key", func(d *schedule.Due) { d.Title = "答复" }, []string{"title err.due.title"}},
		{"control characters", func(d *schedule.Due) { d.Article = "办法\x00" }, []string{"article err.schedule.text"}},
	}
	db := storetest.Open(t)
	b := seeded(t, db)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := good()
			c.change(&d)
			_, err := trySet(t, db, b, d)
			wantFields(t, err, c.want...)
		})
	}
}

func TestListShowsOwnDueDatesOnly(t *testing.T) {
	type view struct {
		name string
		by   auth.Principal
		want []string
	}
	cases := []view{
		{"a clerk sees the department", person(auth.Clerk, fc), []string{"fc"}},
		{"a head too", person(auth.Head, mz), []string{"mz"}},
		{"a county sees what is below it", person(auth.Region, zy), []string{"zy", "zyBelow"}},
		{"the Office sees all", office, []string{"mz", "fc", "zy", "zyBelow"}},
		{"so does an auditor", person(auth.Auditor, 9), []string{"mz", "fc", "zy", "zyBelow"}},
		{"an expert sees none", person(auth.Expert, fc), nil},
		{"a probe sees none", person(auth.Probe, fc), nil},
		{"the administrator sees none", admin, nil},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		for i, d := range []schedule.Due{
			term(mz, "mz", "2017-11-01", 10), term(fc, "fc", "2017-11-02", 10),
			term(zy, "zy", "2017-11-03", 10), term(zyBelow, "zyBelow", "2017-11-06", 10),
		} {
			if d := set(t, db, b, d); d.ID == 0 {
				t.Fatalf("due date %d has no id", i)
			}
		}
		for _, c := range cases {
			page, err := b.ListOpen(t.Context(), c.by, schedule.Filter{})
			must(t, err)
			var got []string
			for _, o := range page.Items {
				got = append(got, o.SubjectID)
			}
			if !slices.Equal(got, c.want) || page.Total != int64(len(c.want)) {
				t.Errorf("%s: %v (total %d), want %v", c.name, got, page.Total, c.want)
			}
		}
		if _, err := b.ListOpen(t.Context(), auth.Principal{}, schedule.Filter{}); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("nobody: %v, want unauthenticated", err)
		}
		page, err := b.ListOpen(t.Context(), person(auth.Clerk, fc), schedule.Filter{Department: mz})
		if err != nil || page.Total != 0 {
			t.Errorf("asking for another department: %+v, %v: want none", page, err)
		}
	})
}

func TestListFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		over := set(t, db, b, term(fc, "over", "2017-10-23", 5))
		today := set(t, db, b, term(mz, "today", "2017-10-25", 10))
		later := set(t, db, b, fixed(fc, "later", "2017-12-31", ""))
		done := set(t, db, b, term(fc, "done", "2017-10-23", 5))
		must(t, closeDue(t, db, b, done.ID))
		cases := []struct {
			name  string
			f     schedule.Filter
			want  []schedule.DueID
			total int64
		}{
			{"all, the earliest first", schedule.Filter{}, []schedule.DueID{over.ID, today.ID, later.ID}, 3},
			{"what is over; today is not", schedule.Filter{Overdue: true}, []schedule.DueID{over.ID}, 1},
			{"until a day, included", schedule.Filter{Until: date("2017-11-08")}, []schedule.DueID{over.ID, today.ID}, 2},
			{"of a kind", schedule.Filter{Subject: schedule.Subject{Kind: "report"}}, []schedule.DueID{later.ID}, 1},
			{"of a department", schedule.Filter{Department: mz}, []schedule.DueID{today.ID}, 1},
			{"a page", schedule.Filter{Limit: 1, Offset: 1}, []schedule.DueID{today.ID}, 3},
			{"odd numbers are harmless", schedule.Filter{Limit: -5, Offset: -7}, []schedule.DueID{over.ID, today.ID, later.ID}, 3},
		}
		for _, c := range cases {
			page, err := b.ListOpen(t.Context(), office, c.f)
			must(t, err)
			var got []schedule.DueID
			for _, o := range page.Items {
				got = append(got, o.ID)
			}
			if !slices.Equal(got, c.want) || page.Total != c.total {
				t.Errorf("%s: %v of %d, want %v of %d", c.name, got, page.Total, c.want, c.total)
			}
		}
	}, at("2017-11-08"))
}

package schedule_test

import (
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

func flood(from, to string) schedule.Closing {
	return schedule.Closing{From: date(from), To: date(to), Kind: calendar.Off, Name: "防汛停工", Reason: "市防指〔2017〕3号"}
}

func TestClosureMovesOpenDueDates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		request := set(t, db, b, term(fc, "fc", "2017-11-06", 10))
		answered := set(t, db, b, term(fc, "answered", "2017-11-06", 10))
		must(t, closeDue(t, db, b, answered.ID))
		earlier := set(t, db, b, term(fc, "earlier", "2017-10-25", 9)) // due 11-07, before the flood
		month := set(t, db, b, fixed(fc, "month", "2017-11-08", calendar.RollNone))
		rolled := set(t, db, b, fixed(fc, "rolled", "2017-11-08", calendar.RollNext))

		before := len(logged(t, db, ""))
		preview, err := b.PreviewClosure(t.Context(), admin, flood("2017-11-08", "2017-11-08"))
		must(t, err)
		want := []string{"rolled 2017-11-08 2017-11-09", "fc 2017-11-20 2017-11-21"}
		if got := moves(preview); !slices.Equal(got, want) {
			t.Errorf("preview %v, want %v", got, want)
		}
		if dueOf(t, db, b, request) != "2017-11-20" || len(logged(t, db, "")) != before {
			t.Error("the preview has written")
		}

		c, done, err := b.AddClosure(t.Context(), admin, flood("2017-11-08", "2017-11-08"))
		must(t, err)
		if got := moves(done); !slices.Equal(got, want) {
			t.Errorf("moved %v, want %v", got, want)
		}
		for _, k := range []struct {
			name string
			due  schedule.Due
			want string
		}{
			{"the request of FC", request, "2017-11-21"},
			{"one that was due before", earlier, "2017-11-07"},
			{"a fixed date", month, "2017-11-08"},
			{"a fixed date that rolls", rolled, "2017-11-09"},
		} {
			if got := dueOf(t, db, b, k.due); got != k.want {
				t.Errorf("%s: %s, want %s", k.name, got, k.want)
			}
		}
		if got := dueDay(t, db, answered.ID); got != "2017-11-20" {
			t.Errorf("the closed one moved to %s", got)
		}
		entries := logged(t, db, "due.move")
		if len(entries) != 2 {
			t.Fatalf("moves in the log: %v, want 2", entries)
		}
		e := entries[1]
		if e.Before != `{"due_on":"2017-11-20"}` || e.After != `{"due_on":"2017-11-21"}` ||
			e.DepartmentID != fc || e.Reason != "市防指〔2017〕3号" || e.ActorID != admin.AccountID || e.ObjectID != request.ID.String() {
			t.Errorf("log of the move: %+v", e)
		}

		_, err = b.RemoveClosure(t.Context(), office, c.ID, c.Version, "误报")
		must(t, err)
		if got := dueOf(t, db, b, request); got != "2017-11-20" {
			t.Errorf("after the removal %s, want 2017-11-20", got)
		}
		if got := len(logged(t, db, "due.move")); got != 4 {
			t.Errorf("%d moves in the log, want 4: there and back", got)
		}
	})
}

// moves writes "subject old new" of each move.
func moves(p schedule.Preview) []string {
	var out []string
	for _, m := range p.Moves {
		out = append(out, m.SubjectID+" "+m.DueOn.String()+" "+m.To.String())
	}
	return out
}

func TestLocalMakeUpDayBringsDueDatesForward(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		d := set(t, db, b, term(fc, "fc", "2017-11-06", 10))
		c := flood("2017-11-11", "2017-11-12") // a weekend
		c.Kind, c.Name = calendar.Work, "补班"
		_, _, err := b.AddClosure(t.Context(), office, c)
		must(t, err)
		if got := dueOf(t, db, b, d); got != "2017-11-16" {
			t.Errorf("due %s, want 2017-11-16", got)
		}
	})
}

func TestClosureThatNeedsAnUnknownYearIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		d := set(t, db, b, term(fc, "fc", "2026-12-17", 10)) // due 2026-12-31
		before := len(logged(t, db, ""))
		_, _, err := b.AddClosure(t.Context(), office, flood("2026-12-21", "2026-12-21"))
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "err.calendar" || f.Args["year"] != 2027 {
			t.Fatalf("err = %v, want err.calendar of 2027", err)
		}
		if dueOf(t, db, b, d) != "2026-12-31" || len(logged(t, db, "")) != before {
			t.Error("something was written")
		}
	})
}

func TestClosureRefusals(t *testing.T) {
	cases := []struct {
		name   string
		change func(*schedule.Closing)
		want   []string
	}{
		{"no dates", func(c *schedule.Closing) { c.From, c.To = calendar.Date{}, calendar.Date{} },
			[]string{"from err.required", "to err.required"}},
		{"backwards", func(c *schedule.Closing) { c.To = date("2017-11-05") }, []string{"to err.closure.order"}},
		{"a mistyped year", func(c *schedule.Closing) { c.To = date("2071-11-08") }, []string{"to err.closure.long"}},
		{"93 days", func(c *schedule.Closing) { c.From, c.To = date("2017-08-01"), date("2017-11-01") }, []string{"to err.closure.long"}},
		{"an impossible year", func(c *schedule.Closing) { c.From = date("0017-11-08") }, []string{"from err.schedule.year"}},
		{"no kind", func(c *schedule.Closing) { c.Kind = "" }, []string{"kind err.closure.kind"}},
		{"no name and no reason", func(c *schedule.Closing) { c.Name, c.Reason = "", "" },
			[]string{"name err.required", "reason err.required"}},
		{"a day that is closed already", func(c *schedule.Closing) { c.From, c.To = date("2017-11-01"), date("2017-11-02") },
			[]string{"from err.closure.overlap"}},
	}
	db := storetest.Open(t)
	b := seeded(t, db)
	_, _, err := b.AddClosure(t.Context(), office, flood("2017-11-02", "2017-11-03"))
	must(t, err)
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			c := flood("2017-11-08", "2017-11-08")
			k.change(&c)
			_, _, err := b.AddClosure(t.Context(), office, c)
			wantFields(t, err, k.want...)
			_, err = b.PreviewClosure(t.Context(), office, c)
			wantFields(t, err, k.want...)
		})
	}
	c := flood("2017-08-02", "2017-11-01")
	if _, _, err := b.AddClosure(t.Context(), office, c); err != nil {
		t.Errorf("92 days are allowed: %v", err)
	}
}

func TestTwoClosuresAtOnceOfOneDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		errs := twice(func() error {
			_, _, err := b.AddClosure(t.Context(), office, flood("2017-11-08", "2017-11-08"))
			return err
		})
		if !oneWon(errs, fault.New(fault.Invalid, "err.invalid")) {
			t.Errorf("errors %v, want one nil and one refusal", errs)
		}
		list, err := b.Closures(t.Context(), office)
		must(t, err)
		if len(list) != 1 {
			t.Fatalf("closures %+v, want one", list)
		}
		errs = twice(func() error {
			_, err := b.RemoveClosure(t.Context(), office, list[0].ID, list[0].Version, "水退")
			return err
		})
		if !oneWon(errs, schedule.ErrChanged) {
			t.Errorf("removals %v, want one nil and one ErrChanged", errs)
		}
	})
}

func TestRemovedClosureStaysOnRecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		c, _, err := b.AddClosure(t.Context(), office, flood("2017-11-08", "2017-11-09"))
		must(t, err)
		p, err := b.PreviewRemoval(t.Context(), office, c.ID)
		if err != nil || len(p.Changes) != 2 || p.Changes[0].New.Kind != "" || p.Changes[0].Old.Kind != calendar.Off {
			t.Errorf("preview %+v, %v: want two days that open again", p, err)
		}
		_, err = b.RemoveClosure(t.Context(), office, c.ID, c.Version, "")
		wantFields(t, err, "reason err.required")
		_, err = b.RemoveClosure(t.Context(), office, 4711, 1, "水退")
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("unknown closure: %v, want not found", err)
		}
		_, err = b.RemoveClosure(t.Context(), office, c.ID, c.Version, "水退")
		must(t, err)
		list, err := b.Closures(t.Context(), person(auth.Clerk, fc))
		must(t, err)
		if len(list) != 1 || list[0].RemovedAt == nil || list[0].RemovedReason != "水退" || list[0].RemovedName != office.Name {
			t.Errorf("closures %+v, want the removed one with its reason", list)
		}
		if _, err := b.PreviewRemoval(t.Context(), office, c.ID); !errors.Is(err, schedule.ErrChanged) {
			t.Errorf("preview of a second removal: %v, want ErrChanged", err)
		}
	})
}

func TestTheOfficeConfirms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		own, _, err := b.AddClosure(t.Context(), office, flood("2017-11-08", "2017-11-08"))
		must(t, err)
		if own.ConfirmedAt == nil {
			t.Error("what the Office does itself needs no confirmation")
		}
		c, _, err := b.AddClosure(t.Context(), admin, flood("2017-11-09", "2017-11-09"))
		must(t, err)
		if c.ConfirmedAt != nil {
			t.Error("what the administrator does is not confirmed by itself")
		}
		if err := b.ConfirmClosure(t.Context(), admin, c.ID, c.Version); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the administrator confirms: %v, want forbidden", err)
		}
		must(t, b.ConfirmClosure(t.Context(), office, c.ID, c.Version))
		if err := b.ConfirmClosure(t.Context(), office, c.ID, c.Version); !errors.Is(err, schedule.ErrChanged) {
			t.Errorf("confirmed twice: %v, want ErrChanged", err)
		}
		if _, err := b.RemoveClosure(t.Context(), admin, c.ID, c.Version, "x"); !errors.Is(err, schedule.ErrChanged) {
			t.Errorf("removal of the version before the confirmation: %v, want ErrChanged", err)
		}
	})
}

// However Set and closures interleave, every open due date agrees in the end
// with the calendar in force.
func TestDueDatesAgreeWithTheCalendarWhateverHappensAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, two := seeded(t, db), schedule.New(db, schedule.Options{})
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 12 {
				c, _, err := one.AddClosure(t.Context(), office, flood("2017-11-08", "2017-11-08"))
				if err != nil {
					t.Error(err)
					return
				}
				if i == 11 {
					return // the last one stays
				}
				if _, err := one.RemoveClosure(t.Context(), office, c.ID, c.Version, "水退"); err != nil {
					t.Error(err)
				}
			}
		})
		for writer := range 3 {
			wg.Go(func() {
				for i := range 15 {
					d := term(fc, strconv.Itoa(writer)+"/"+strconv.Itoa(i), "2017-11-06", 10)
					err := db.Write(t.Context(), func(tx *store.Tx) error {
						_, err := two.Set(tx, office, d)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		page, err := two.ListOpen(t.Context(), office, schedule.Filter{Limit: 200})
		must(t, err)
		if page.Total != 45 {
			t.Errorf("%d due dates, want 45", page.Total)
		}
		for _, o := range page.Items {
			if o.DueOn != date("2017-11-21") {
				t.Errorf("%s is due %s, want 2017-11-21", o.SubjectID, o.DueOn)
			}
		}
	})
}

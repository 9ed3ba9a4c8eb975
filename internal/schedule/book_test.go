package schedule_test

import (
	"errors"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// The departments of the tests: MZ and FC are the city's, ZY is a county with
// one body below it.
const (
	officeDept auth.DepartmentID = 1
	mz         auth.DepartmentID = 2
	fc         auth.DepartmentID = 3
	zy         auth.DepartmentID = 4
	zyBelow    auth.DepartmentID = 5
)

func person(role auth.Role, dept auth.DepartmentID) auth.Principal {
	return auth.Principal{
		AccountID: 100 + auth.AccountID(dept), Login: string(role), Name: "测试" + string(role),
		DepartmentID: dept, Roles: auth.Roles{role}, Way: auth.BySession,
	}
}

var (
	office = person(auth.Office, officeDept)
	admin  = person(auth.Admin, officeDept)
)

// below knows the one county of the tests.
func below(_ *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
	if s.Department == zy {
		return []auth.DepartmentID{zy, zyBelow}, nil
	}
	return []auth.DepartmentID{s.Department}, nil
}

// at is a clock that stands at noon of a day.
func at(day string) storetest.Option {
	return storetest.At(func() time.Time { return date(day).At(12, 0) })
}

func date(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// seeded gives the book of a database with the shipped years.
func seeded(t *testing.T, db *store.DB) *schedule.Book {
	t.Helper()
	b := schedule.New(db, schedule.Options{Below: below})
	must(t, b.Seed(t.Context()))
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// term is a due date of so many working days; fixed one by a date.
func term(dept auth.DepartmentID, id, event string, n int) schedule.Due {
	return schedule.Due{
		SubjectKind: "sharing_request", SubjectID: id, DepartmentID: dept, Title: "due.reply",
		Article: "办法 art. 10", EventOn: date(event), TermWD: n,
	}
}

func fixed(dept auth.DepartmentID, id, on string, roll calendar.Rolling) schedule.Due {
	return schedule.Due{
		SubjectKind: "report", SubjectID: id, DepartmentID: dept, Title: "due.report", FixedOn: date(on), Roll: roll,
	}
}

func set(t *testing.T, db *store.DB, b *schedule.Book, d schedule.Due) schedule.Due {
	t.Helper()
	out, err := trySet(t, db, b, d)
	must(t, err)
	return out
}

func trySet(t *testing.T, db *store.DB, b *schedule.Book, d schedule.Due) (out schedule.Due, err error) {
	t.Helper()
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		out, err = b.Set(tx, office, d)
		return err
	})
	return out, err
}

func closeDue(t *testing.T, db *store.DB, b *schedule.Book, id schedule.DueID) error {
	t.Helper()
	return db.Write(t.Context(), func(tx *store.Tx) error { return b.Close(tx, office, id) })
}

// dueOf is the due day of the only open due date of a subject, or "".
func dueOf(t *testing.T, db *store.DB, b *schedule.Book, d schedule.Due) string {
	t.Helper()
	var open []schedule.Open
	must(t, db.Read(t.Context(), func(tx *store.Tx) (err error) {
		open, err = b.Of(tx, d.Subject())
		return err
	}))
	if len(open) == 0 {
		return ""
	}
	return open[0].DueOn.String()
}

// wantFields checks that err refuses exactly these fields with these codes.
func wantFields(t *testing.T, err error, want ...string) {
	t.Helper()
	if fault.KindOf(err) != fault.Invalid {
		t.Fatalf("err = %v, want invalid", err)
	}
	var got []string
	for _, f := range fault.FieldsOf(err) {
		got = append(got, f.Name+" "+f.Code)
	}
	if len(got) != len(want) {
		t.Fatalf("fields %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("field %q, want %q", got[i], want[i])
		}
	}
}

func TestEmptyCalendarKnowsNoYear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := schedule.New(db, schedule.Options{})
		cal, err := b.Load(t.Context())
		must(t, err)
		if cal.Knows(2017) {
			t.Error("2017 is known before it was seeded")
		}
		_, err = trySet(t, db, b, term(fc, "1", "2017-11-06", 10))
		if !errors.Is(err, fault.New(fault.Invalid, "err.calendar")) {
			t.Errorf("err = %v, want err.calendar", err)
		}
	})
}

func TestAnotherNodeSeesTheChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, two := seeded(t, db), schedule.New(db, schedule.Options{})
		works := func(b *schedule.Book) bool {
			cal, err := b.Load(t.Context())
			must(t, err)
			w, err := cal.IsWorking(date("2017-11-08"))
			must(t, err)
			return w
		}
		if !works(one) || !works(two) {
			t.Fatal("2017-11-08 is a Wednesday")
		}
		c, _, err := one.AddClosure(t.Context(), admin, flood("2017-11-08", "2017-11-08"))
		must(t, err)
		if works(two) {
			t.Error("the other node still takes the closed day for a working day")
		}
		_, err = two.RemoveClosure(t.Context(), admin, c.ID, c.Version, "水退")
		must(t, err)
		if !works(one) {
			t.Error("the first node still takes the day for closed")
		}
	})
}

// A change that is rolled back must not stay behind in the cached calendar, not
// even when another change follows.
func TestRolledBackChangeLeavesNoTrace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		// The closure pushes this one into 2027, which is not known.
		set(t, db, b, term(fc, "1", "2026-12-17", 10))
		_, _, err := b.AddClosure(t.Context(), office, flood("2026-12-21", "2026-12-21"))
		if !errors.Is(err, fault.New(fault.Invalid, "err.calendar")) {
			t.Fatalf("err = %v, want err.calendar", err)
		}
		cal, err := b.Load(t.Context())
		must(t, err)
		if w, err := cal.IsWorking(date("2026-12-21")); err != nil || !w {
			t.Errorf("working %v, %v: the refused closure counts", w, err)
		}
		list, err := b.Closures(t.Context(), office)
		if err != nil || len(list) != 0 {
			t.Errorf("closures %v, %v: want none", list, err)
		}
	})
}

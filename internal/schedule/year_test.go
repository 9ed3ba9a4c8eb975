package schedule_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// year2027 is an invented schedule: the real one is not known.
const year2027 = "日期,名称,类型\n2026-12-31,元旦,休\n2027-01-01,元旦,休\n2027-01-09,元旦,班\n2027-10-01,国庆节,休\n"

func read(t *testing.T, csv string) schedule.Upload {
	t.Helper()
	days, err := schedule.ReadSchedule(strings.NewReader(csv))
	must(t, err)
	return schedule.Upload{Days: days}
}

// publication is a preview looked at and confirmed.
func publication(t *testing.T, b *schedule.Book, by auth.Principal, csv string) schedule.Publication {
	t.Helper()
	up := read(t, csv)
	p, err := b.PreviewYear(t.Context(), by, up)
	must(t, err)
	return schedule.Publication{Upload: up, Base: p.Base, Notice: "国办发明电〔2026〕1号"}
}

func TestNewYearMakesATermComputable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		_, err := trySet(t, db, b, term(fc, "1", "2026-12-25", 10))
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "err.calendar" || f.Args["year"] != 2027 {
			t.Fatalf("err = %v, want err.calendar of 2027", err)
		}
		done, err := b.PublishYear(t.Context(), admin, publication(t, b, admin, year2027))
		must(t, err)
		if !done.New || done.Year != 2027 || len(done.Changes) != 4 {
			t.Errorf("publication %+v, want 2027 new with four days", done)
		}
		// 28 29 30, not 31; 4 5 6 7 8 and the Saturday 9; 11.
		if d := set(t, db, b, term(fc, "1", "2026-12-25", 10)); d.DueOn != date("2027-01-11") {
			t.Errorf("due %s, want 2027-01-11", d.DueOn)
		}
	})
}

func TestNoticeMovesDueDatesOfTheDecemberBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		d := set(t, db, b, term(fc, "1", "2026-12-17", 9)) // due 12-30
		last := set(t, db, b, fixed(fc, "2", "2026-12-31", calendar.RollPrevious))
		csv := year2027 + "2026-12-30,元旦,休\n"
		pub := publication(t, b, office, csv)
		_, err := b.PublishYear(t.Context(), office, pub)
		must(t, err)
		if got := dueOf(t, db, b, d); got != "2027-01-04" {
			t.Errorf("term %s, want 2027-01-04", got)
		}
		if got := dueOf(t, db, b, last); got != "2026-12-29" {
			t.Errorf("rolled %s, want 2026-12-29", got)
		}
		days, err := b.Days(t.Context(), office, 2026)
		must(t, err)
		for _, e := range days {
			if e.Date.After(date("2026-12-01")) {
				t.Errorf("%s was added to the notice of 2026", e.Date)
			}
		}
	})
}

func TestPreviewTellsDaysAndMovesAndWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		set(t, db, b, term(fc, "fc", "2017-09-25", 10)) // due 10-13
		before := len(logged(t, db, ""))
		up := read(t, shipped(t, b, 2017))
		up.Days = append(slices.DeleteFunc(up.Days, func(e calendar.Exception) bool { return e.Date == date("2017-10-08") }),
			calendar.Exception{Date: date("2017-10-09"), Kind: calendar.Off, Name: "国庆节"})
		p, err := b.PreviewYear(t.Context(), admin, up)
		must(t, err)
		if p.New || p.Unchanged() || p.Year != 2017 {
			t.Errorf("preview %+v", p)
		}
		if len(p.Changes) != 2 || p.Changes[0].Day != date("2017-10-08") || p.Changes[0].New.Kind != "" ||
			p.Changes[1].Day != date("2017-10-09") || p.Changes[1].Old.Kind != "" || p.Changes[1].New.Kind != calendar.Off {
			t.Errorf("changes %+v", p.Changes)
		}
		// The Sunday 8th stays a day off as a Sunday; the Monday 9th is lost.
		if got, want := moves(p), []string{"fc 2017-10-13 2017-10-16"}; !slices.Equal(got, want) {
			t.Errorf("moves %v, want %v", got, want)
		}
		if len(logged(t, db, "")) != before {
			t.Error("the preview has written")
		}
	})
}

// shipped writes the days that a year has now as CSV.
func shipped(t *testing.T, b *schedule.Book, year int) string {
	t.Helper()
	days, err := b.Days(t.Context(), office, year)
	must(t, err)
	out := "date,name,kind\n"
	for _, e := range days {
		out += e.Date.String() + "," + e.Name + "," + string(e.Kind) + "\n"
	}
	return out
}

func TestSameUploadTwiceChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		pub := publication(t, b, office, year2027)
		_, err := b.PublishYear(t.Context(), office, pub)
		must(t, err)
		before := len(logged(t, db, ""))
		again, err := b.PublishYear(t.Context(), office, pub) // with the base of before, as a repeated request has
		must(t, err)
		if !again.Unchanged() || len(logged(t, db, "")) != before {
			t.Errorf("second time: %+v, log grew by %d", again, len(logged(t, db, ""))-before)
		}
		if y := yearOf(t, b, 2027); y.Version != 1 {
			t.Errorf("version %d, want 1", y.Version)
		}
	})
}

func yearOf(t *testing.T, b *schedule.Book, year int) schedule.KnownYear {
	t.Helper()
	out, err := b.Years(t.Context(), office)
	must(t, err)
	for _, y := range out.Years {
		if y.Year.Year == year {
			return y
		}
	}
	t.Fatalf("%d is not among the years", year)
	return schedule.KnownYear{}
}

func TestCorrectionNeedsAReasonAndKeepsBothInTheLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		_, err := b.PublishYear(t.Context(), office, publication(t, b, office, year2027))
		must(t, err)
		pub := publication(t, b, office, strings.Replace(year2027, "2027-01-09,元旦,班\n", "", 1))
		_, err = b.PublishYear(t.Context(), office, pub)
		wantFields(t, err, "reason err.required")
		pub.Reason = "录入有误"
		_, err = b.PublishYear(t.Context(), office, pub)
		must(t, err)
		if y := yearOf(t, b, 2027); y.Version != 2 || y.Origin != schedule.Published {
			t.Errorf("year %+v, want version 2", y)
		}
		entries := logged(t, db, "calendar.publish")
		if len(entries) != 2 || entries[1].Before != `{"2027-01-09":"work 元旦"}` || entries[1].Reason != "录入有误" {
			t.Errorf("log %+v, want the day that was taken out", entries)
		}
	})
}

func TestTwoPublicationsAtOnceConflict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		pubs := []schedule.Publication{
			publication(t, b, office, year2027),
			publication(t, b, admin, year2027+"2027-05-01,劳动节,休\n"),
		}
		next := make(chan schedule.Publication, 2)
		next <- pubs[0]
		next <- pubs[1]
		errs := twice(func() error {
			_, err := b.PublishYear(t.Context(), office, <-next)
			return err
		})
		if !oneWon(errs, schedule.ErrChanged) {
			t.Errorf("errors %v, want one nil and one ErrChanged", errs)
		}
		if y := yearOf(t, b, 2027); y.Version != 1 {
			t.Errorf("version %d, want 1", y.Version)
		}
	})
}

func TestPublicationAfterAnotherChangeConflicts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		pub := publication(t, b, office, year2027)
		_, _, err := b.AddClosure(t.Context(), admin, flood("2017-11-08", "2017-11-08"))
		must(t, err)
		if _, err := b.PublishYear(t.Context(), office, pub); !errors.Is(err, schedule.ErrChanged) {
			t.Errorf("err = %v, want ErrChanged: the preview is out of date", err)
		}
	})
}

func TestUploadRefusals(t *testing.T) {
	cases := []struct {
		name string
		csv  string
		year int
		want []string
	}{
		{"each wrong line is named", "date,name,kind\n2027-13-01,元旦,off\n2027-01-01,元旦,holiday\n", 0,
			[]string{"file err.schedule.date", "file err.schedule.kind"}},
		{"no heading", "2027-01-01,元旦,off\n", 0,
			[]string{"file err.schedule.heading", "file err.schedule.heading", "file err.schedule.heading"}},
		{"nothing", "", 0, []string{"file err.schedule.empty"}},
		{"half a year", "date,name,kind\n2027-01-01,元旦,off\n", 2027, []string{"file err.schedule.incomplete"}},
		{"no whole year at all", "date,name,kind\n2027-05-01,劳动节,off\n", 0, []string{"file err.schedule.incomplete_any"}},
		{"two years", year2027 + "2028-01-01,元旦,off\n2028-10-01,国庆节,off\n", 0, []string{"year err.schedule.years"}},
		{"days of another year", year2027 + "2027-03-03,x,off\n2028-03-01,x,off\n2026-11-30,x,off\n", 2027,
			[]string{"file err.schedule.outside", "file err.schedule.outside"}},
		{"an impossible year", "date,name,kind\n1999-01-01,元旦,off\n1999-10-01,国庆节,off\n", 0, []string{"year err.schedule.year"}},
	}
	db := storetest.Open(t)
	b := seeded(t, db)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			days, err := schedule.ReadSchedule(strings.NewReader(c.csv))
			if err == nil {
				_, err = b.PreviewYear(t.Context(), office, schedule.Upload{Year: c.year, Days: days})
			}
			wantFields(t, err, c.want...)
		})
	}
	_, err := schedule.ReadSchedule(strings.NewReader("date,name,kind\n\n2027-13-01,元旦,off\n"))
	if f := fault.FieldsOf(err); len(f) != 1 || f[0].Args["line"] != 3 || f[0].Args["value"] != "2027-13-01" {
		t.Errorf("fields %+v, want line 3 and what stood there", f)
	}
}

func TestRowsAreCheckedLikeFiles(t *testing.T) {
	d := date("2027-05-01")
	up := schedule.Upload{Year: 2027, Days: []calendar.Exception{
		{Date: d, Kind: calendar.Off, Name: "劳动节"},
		{Kind: calendar.Off},
		{Date: d.AddDays(1), Kind: "closed"},
		{Date: d, Kind: calendar.Work},
		{Date: d.AddDays(2), Kind: calendar.Off, Name: "a\tb"},
	}}
	_, err := seeded(t, storetest.Open(t)).PreviewYear(t.Context(), office, up)
	wantFields(t, err, "days[1] err.schedule.date", "days[2] err.schedule.kind",
		"days[3] err.schedule.conflict", "days[4] err.schedule.name")
}

func TestPublicationNeedsItsNotice(t *testing.T) {
	b := seeded(t, storetest.Open(t))
	pub := publication(t, b, office, year2027)
	pub.Notice, pub.Reason = "", strings.Repeat("长", 501)
	_, err := b.PublishYear(t.Context(), office, pub)
	wantFields(t, err, "notice err.required", "reason err.schedule.text")
}

func TestRemarksDoNotStop(t *testing.T) {
	b := seeded(t, storetest.Open(t))
	p, err := b.PreviewYear(t.Context(), office, read(t, year2027+"2027-03-03,x,班\n"))
	must(t, err)
	if len(p.Remarks) != 1 || p.Remarks[0].Code != calendar.CodeWeekday || !p.Remarks[0].Warning {
		t.Errorf("remarks %+v, want the Wednesday that is worked anyway", p.Remarks)
	}
}

func TestSeedIsDoneOnceAndOverwritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		out, err := b.Years(t.Context(), office)
		must(t, err)
		if len(out.Years) != 12 || out.Years[0].Year.Year != 2015 || out.Years[2].Working() != 249 {
			t.Errorf("%d years from %d, 2017 has %d working days; want 12 from 2015 and 249",
				len(out.Years), out.Years[0].Year.Year, out.Years[2].Working())
		}
		pub := publication(t, b, admin, strings.Replace(shipped(t, b, 2018), "2018-06-18,端午节,off\n", "", 1))
		pub.Reason = "更正"
		_, err = b.PublishYear(t.Context(), admin, pub)
		must(t, err)
		before := len(logged(t, db, ""))
		must(t, schedule.New(db, schedule.Options{}).Seed(t.Context()))
		if got := len(logged(t, db, "")); got != before {
			t.Errorf("the second seeding wrote %d entries", got-before)
		}
		if y := yearOf(t, b, 2018); y.Origin != schedule.Published || y.Version != 2 || y.ConfirmedAt != nil {
			t.Errorf("2018 is %+v, want the administrator's own", y.Year)
		}
	})
}

func TestTwoNodesSeedAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		errs := twice(func() error { return schedule.New(db, schedule.Options{}).Seed(t.Context()) })
		if errs[0] != nil || errs[1] != nil {
			t.Errorf("errors %v", errs)
		}
		if got := len(logged(t, db, "calendar.seed")); got != 12 {
			t.Errorf("%d entries, want 12", got)
		}
	})
}

// The days that ship count the same, whether they are taken from one list or
// from the notices of the years.
func TestSeededCalendarIsTheShippedOne(t *testing.T) {
	b := seeded(t, storetest.Open(t))
	got, err := b.Load(t.Context())
	must(t, err)
	want, err := calendar.New(calendar.Statutory())
	must(t, err)
	for d := date("2015-01-01"); !d.After(date("2026-12-31")); d = d.AddDays(1) {
		g, err := got.IsWorking(d)
		must(t, err)
		w, err := want.IsWorking(d)
		must(t, err)
		if g != w {
			t.Errorf("%s: working %v, want %v", d, g, w)
		}
	}
}

func TestOutlookWarnsOfMissingYears(t *testing.T) {
	cases := []struct {
		name, today string
		want        []int
	}{
		{"in October the next year may still be missing", "2026-10-31", nil},
		{"in November it is asked for", "2026-11-01", []int{2027}},
		{"later this year is missing too", "2027-11-01", []int{2027, 2028}},
		{"a known next year is no warning", "2025-12-01", nil},
	}
	for _, c := range cases {
		b := seeded(t, storetest.Open(t, at(c.today)))
		out, err := b.Years(t.Context(), person(auth.Clerk, fc))
		if err != nil || !slices.Equal(out.Missing, c.want) {
			t.Errorf("%s: missing %v (%v), want %v", c.name, out.Missing, err, c.want)
		}
		if got := out.Remarks(); len(got) != len(c.want) || fault.AnyError(got) {
			t.Errorf("%s: remarks %v, want one warning per year", c.name, got)
		}
	}
}

func TestTheOfficeConfirmsAYear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		_, err := b.PublishYear(t.Context(), admin, publication(t, b, admin, year2027))
		must(t, err)
		if y := yearOf(t, b, 2027); y.ConfirmedAt != nil || y.PublishedName != admin.Name || y.Notice != "国办发明电〔2026〕1号" {
			t.Errorf("year %+v, want the administrator's, not confirmed", y.Year)
		}
		if err := b.ConfirmYear(t.Context(), admin, 2027, 1); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the administrator confirms: %v, want forbidden", err)
		}
		if err := b.ConfirmYear(t.Context(), office, 2027, 7); !errors.Is(err, schedule.ErrChanged) {
			t.Errorf("another version: %v, want ErrChanged", err)
		}
		must(t, b.ConfirmYear(t.Context(), office, 2027, 1))
		if y := yearOf(t, b, 2027); y.ConfirmedAt == nil || y.ConfirmedName != office.Name {
			t.Errorf("year %+v, want confirmed", y.Year)
		}
		if got := len(logged(t, db, "calendar.confirm")); got != 1 {
			t.Errorf("%d confirmations in the log, want 1", got)
		}
	})
}

func TestWhoMay(t *testing.T) {
	db := storetest.Open(t)
	b := seeded(t, db)
	ctx := t.Context()
	change := map[string]func(auth.Principal) error{
		"preview": func(by auth.Principal) error { _, err := b.PreviewYear(ctx, by, schedule.Upload{}); return err },
		"publish": func(by auth.Principal) error { _, err := b.PublishYear(ctx, by, schedule.Publication{}); return err },
		"preview closure": func(by auth.Principal) error {
			_, err := b.PreviewClosure(ctx, by, schedule.Closing{})
			return err
		},
		"close":           func(by auth.Principal) error { _, _, err := b.AddClosure(ctx, by, schedule.Closing{}); return err },
		"preview removal": func(by auth.Principal) error { _, err := b.PreviewRemoval(ctx, by, 4711); return err },
		"remove":          func(by auth.Principal) error { _, err := b.RemoveClosure(ctx, by, 4711, 1, "x"); return err },
	}
	look := map[string]func(auth.Principal) error{
		"years":    func(by auth.Principal) error { _, err := b.Years(ctx, by); return err },
		"days":     func(by auth.Principal) error { _, err := b.Days(ctx, by, 2017); return err },
		"closures": func(by auth.Principal) error { _, err := b.Closures(ctx, by); return err },
	}
	confirm := map[string]func(auth.Principal) error{
		"year":    func(by auth.Principal) error { return b.ConfirmYear(ctx, by, 2017, 99) },
		"closure": func(by auth.Principal) error { return b.ConfirmClosure(ctx, by, 4711, 1) },
	}
	check := func(verbs map[string]func(auth.Principal) error, may ...auth.Role) {
		for name, verb := range verbs {
			for _, role := range auth.AllRoles() {
				refused := errors.Is(verb(person(role, fc)), auth.ErrForbidden)
				if want := !slices.Contains(may, role); refused != want {
					t.Errorf("%s as %s: refused %v, want %v", name, role, refused, want)
				}
			}
			if err := verb(auth.Principal{}); fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("%s as nobody: %v, want unauthenticated", name, err)
			}
		}
	}
	check(change, auth.Office, auth.Centre, auth.Admin)
	check(confirm, auth.Office)
	check(look, slices.DeleteFunc(auth.AllRoles(), func(r auth.Role) bool { return r == auth.Expert || r == auth.Probe })...)
}

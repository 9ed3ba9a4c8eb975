package calendar_test

import (
	"errors"
	"slices"
	"testing"

	"qingce/internal/calendar"
)

func off(tb testing.TB, text, name string) calendar.Exception {
	tb.Helper()
	return calendar.Exception{Date: day(tb, text), Kind: calendar.Off, Name: name}
}

func work(tb testing.TB, text, name string) calendar.Exception {
	tb.Helper()
	return calendar.Exception{Date: day(tb, text), Kind: calendar.Work, Name: name}
}

func wantWorking(t *testing.T, c *calendar.Calendar, text string, want bool) {
	t.Helper()
	got, err := c.IsWorking(day(t, text))
	if err != nil || got != want {
		t.Errorf("%s working: %v, %v; want %v", text, got, err, want)
	}
}

func wantUnknown(t *testing.T, c *calendar.Calendar, text string, year int) {
	t.Helper()
	var unknown *calendar.YearError
	if _, err := c.IsWorking(day(t, text)); !errors.As(err, &unknown) || unknown.Year != year {
		t.Errorf("%s: %v, want the year %d to be unknown", text, err, year)
	}
	if c.Knows(year) {
		t.Errorf("the calendar claims to know %d", year)
	}
}

func TestStatutory(t *testing.T) {
	exceptions, years := calendar.Statutory()
	want := []int{2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026}
	if !slices.Equal(years, want) {
		t.Errorf("years %v, want %v", years, want)
	}
	if len(exceptions) != 405 {
		t.Errorf("%d exceptions, want 405", len(exceptions))
	}
	// The notice of January 2020 that made the holiday longer says itself that
	// work begins on this Monday.
	monday := []calendar.Remark{{Date: day(t, "2020-02-03"), Code: calendar.CodeWeekday}}
	if remarks := calendar.Review(exceptions); !slices.Equal(remarks, monday) {
		t.Errorf("remarks %v, want %v", remarks, monday)
	}
	c := statutory(t)
	if !c.Knows(2026) || c.Knows(2027) || c.Knows(2014) {
		t.Error("want 2026 known, 2014 and 2027 not")
	}
}

// Working days of a whole year. 2017 is stated by the specification; the others
// were counted apart from this package.
func TestStatutoryYears(t *testing.T) {
	c := statutory(t)
	for year, want := range map[int]int{
		2015: 249, 2016: 250, 2017: 249, 2018: 250, 2019: 250, 2020: 249,
		2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248,
	} {
		got, err := c.WorkingDaysIn(calendar.NewDate(year, 1, 1), calendar.NewDate(year, 12, 31))
		if err != nil || got != want {
			t.Errorf("%d has %d working days, %v; want %d", year, got, err, want)
		}
	}
}

func TestExceptionOn(t *testing.T) {
	c := statutory(t)
	e, ok := c.ExceptionOn(day(t, "2017-09-30"))
	if want := work(t, "2017-09-30", "中秋节、国庆节"); !ok || e != want {
		t.Errorf("2017-09-30: %v, %v; want %v", e, ok, want)
	}
	if e, ok := c.ExceptionOn(day(t, "2017-09-29")); ok {
		t.Errorf("2017-09-29 is no exception, got %v", e)
	}
}

func TestLocalClosure(t *testing.T) {
	c := statutory(t)
	flood, err := c.With(
		off(t, "2017-11-02", "防汛停工"),
		work(t, "2017-10-08", "防汛加班"),
		off(t, "2017-09-30", "防汛停工"),
	)
	if err != nil {
		t.Fatal(err)
	}
	wantWorking(t, flood, "2017-11-02", false)
	wantWorking(t, flood, "2017-10-08", true)  // a statutory day off, worked here
	wantWorking(t, flood, "2017-09-30", false) // a statutory make-up day, closed here
	if due, err := flood.AddWorking(day(t, "2017-11-01"), 10); err != nil || due.String() != "2017-11-16" {
		t.Errorf("due %s, %v; want 2017-11-16, a day later for the closure", due, err)
	}
	if e, _ := flood.ExceptionOn(day(t, "2017-09-30")); e != off(t, "2017-09-30", "防汛停工") {
		t.Errorf("in force on 2017-09-30: %v, want the local closure", e)
	}

	wantWorking(t, c, "2017-11-02", true) // the first calendar is as it was
	wantWorking(t, c, "2017-10-08", false)
	if e, ok := c.ExceptionOn(day(t, "2017-11-02")); ok {
		t.Errorf("the first calendar lists %v", e)
	}

	more, err := flood.With(off(t, "2017-11-03", "防汛停工"))
	if err != nil {
		t.Fatal(err)
	}
	wantWorking(t, more, "2017-11-02", false)
	wantWorking(t, more, "2017-11-03", false)
	wantWorking(t, flood, "2017-11-03", true)
	if e, ok := flood.ExceptionOn(day(t, "2017-11-03")); ok {
		t.Errorf("the second calendar lists %v", e)
	}
}

func TestLocalClosureMakesNoYearKnown(t *testing.T) {
	c, err := statutory(t).With(off(t, "2027-07-01", "防汛停工"))
	if err != nil {
		t.Fatal(err)
	}
	wantUnknown(t, c, "2027-07-01", 2027)
	wantUnknown(t, c, "2027-07-02", 2027)
}

// The notice for 2019 lists days of December 2018; it does not publish 2018.
func TestNoticeOfNextYearMakesNoYearKnown(t *testing.T) {
	rows := []calendar.Exception{
		work(t, "2018-12-29", "元旦"), off(t, "2018-12-31", "元旦"),
		off(t, "2019-01-01", "元旦"), off(t, "2019-10-01", "国庆节"),
	}
	years := calendar.PublishedYears(rows)
	if !slices.Equal(years, []int{2019}) {
		t.Fatalf("published: %v, want 2019 alone", years)
	}
	c, err := calendar.New(rows, years)
	if err != nil {
		t.Fatal(err)
	}
	wantUnknown(t, c, "2018-12-29", 2018)
	wantWorking(t, c, "2019-01-01", false)
}

func TestYearBetweenKnownYears(t *testing.T) {
	c, err := calendar.New(nil, []int{2015, 2017})
	if err != nil {
		t.Fatal(err)
	}
	var unknown *calendar.YearError
	if n, err := c.WorkingDaysIn(day(t, "2015-12-01"), day(t, "2017-01-31")); !errors.As(err, &unknown) || unknown.Year != 2016 {
		t.Errorf("a span across 2016: %d, %v; want 2016 to be unknown", n, err)
	}
	if due, err := c.AddWorking(day(t, "2015-12-30"), 300); !errors.As(err, &unknown) || unknown.Year != 2016 {
		t.Errorf("a period across 2016: %s, %v; want 2016 to be unknown", due, err)
	}
}

func TestYearWithoutAWorkingDay(t *testing.T) {
	var closed []calendar.Exception
	for d := calendar.NewDate(2016, 1, 1); d.Year() == 2016; d = d.AddDays(1) {
		closed = append(closed, calendar.Exception{Date: d, Kind: calendar.Off})
	}
	c, err := calendar.New(closed, []int{2015, 2016, 2017})
	if err != nil {
		t.Fatal(err)
	}
	if due, err := c.AddWorking(day(t, "2015-12-31"), 1); err != nil || due.String() != "2017-01-02" {
		t.Errorf("due %s, %v; want 2017-01-02", due, err)
	}
	if advised, err := c.AdvisedBy(day(t, "2017-01-01")); err != nil || advised.String() != "2015-12-31" {
		t.Errorf("advised by %s, %v; want 2015-12-31", advised, err)
	}
	if n, err := c.Lateness(day(t, "2015-12-31"), day(t, "2017-01-03")); err != nil || n != 2 {
		t.Errorf("late %d, %v; want 2", n, err)
	}
}

func TestContradictions(t *testing.T) {
	var conflict *calendar.ConflictError
	_, err := calendar.New([]calendar.Exception{off(t, "2017-05-01", "劳动节"), work(t, "2017-05-01", "加班")}, []int{2017})
	if !errors.As(err, &conflict) || conflict.First.Name != "劳动节" || conflict.Second.Name != "加班" {
		t.Errorf("contradicting schedule: %v, want a conflict of 劳动节 and 加班", err)
	}
	if want := `calendar: 2017-05-01 is both "off" (劳动节) and "work" (加班)`; err.Error() != want {
		t.Errorf("error reads %s, want %s", err, want)
	}
	c, err := statutory(t).With(off(t, "2017-11-02", "停工"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.With(work(t, "2017-11-02", "加班")); !errors.As(err, &conflict) {
		t.Errorf("contradicting closures: %v, want a conflict", err)
	}
	if _, err := c.With(off(t, "2017-11-02", "停工")); err != nil {
		t.Errorf("the same closure twice: %v, want no error", err)
	}
}

func TestBadExceptions(t *testing.T) {
	if _, err := calendar.New([]calendar.Exception{{Kind: calendar.Off, Name: "x"}}, nil); !errors.Is(err, calendar.ErrNoDate) {
		t.Errorf("exception without a date: %v, want ErrNoDate", err)
	}
	for _, kind := range []calendar.Kind{"", "rest"} {
		if kind.Valid() {
			t.Errorf("kind %q is valid", kind)
		}
		if _, err := calendar.New([]calendar.Exception{{Date: day(t, "2017-05-01"), Kind: kind}}, nil); err == nil {
			t.Errorf("kind %q was taken", kind)
		}
	}
	for _, year := range []int{0, -1, 10000} {
		if _, err := calendar.New(nil, []int{year}); err == nil {
			t.Errorf("year %d was taken", year)
		}
	}
}

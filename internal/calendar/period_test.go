package calendar_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"qingce/internal/calendar"
)

// oracle holds the exceptions and counts the slow way, day by day, by the words
// of the rule.
type oracle map[calendar.Date]calendar.Kind

func newOracle() oracle {
	exceptions, _ := calendar.Statutory()
	o := oracle{}
	for _, e := range exceptions {
		o[e.Date] = e.Kind
	}
	return o
}

func (o oracle) works(d calendar.Date) bool {
	switch o[d] {
	case calendar.Off:
		return false
	case calendar.Work:
		return true
	}
	return d.Weekday() >= time.Monday && d.Weekday() <= time.Friday
}

func (o oracle) add(event calendar.Date, n int) calendar.Date {
	d := event
	for n > 0 {
		d = d.AddDays(1)
		if o.works(d) {
			n--
		}
	}
	return d
}

// TestPeriodsOfEveryDay asks for periods that begin on every day of 2015 to
// 2024 and checks the promises on each.
func TestPeriodsOfEveryDay(t *testing.T) {
	c, o := statutory(t), newOracle()
	lengths := []int{1, 2, 3, 5, 10, 15, 22, 249}
	before := make([]calendar.Date, len(lengths))
	end := day(t, "2024-12-31")
	for event := day(t, "2015-01-01"); !event.After(end); event = event.AddDays(1) {
		for i, n := range lengths {
			due, err := c.AddWorking(event, n)
			if err != nil {
				t.Fatalf("%s + %d: %v", event, n, err)
			}
			if want := o.add(event, n); due != want {
				t.Fatalf("%s + %d = %s, want %s", event, n, due, want)
			}
			if due.Before(before[i]) {
				t.Fatalf("%s + %d = %s, but the day before gave %s", event, n, due, before[i])
			}
			before[i] = due
			checkDue(t, c, event, n, due)
		}
	}
}

func checkDue(t *testing.T, c *calendar.Calendar, event calendar.Date, n int, due calendar.Date) {
	t.Helper()
	if working, err := c.IsWorking(due); err != nil || !working {
		t.Fatalf("%s + %d ends on %s, a day off (%v)", event, n, due, err)
	}
	if advised, err := c.AdvisedBy(due); err != nil || advised != due {
		t.Fatalf("advised by %s for the working day %s (%v)", advised, due, err)
	}
	if late, err := c.Lateness(event, due); err != nil || late != n {
		t.Fatalf("%s is %d working days after %s, want %d (%v)", due, late, event, n, err)
	}
	if left, err := c.Remaining(event, due); err != nil || left != n {
		t.Fatalf("on %s %d working days are left to %s, want %d (%v)", event, left, due, n, err)
	}
}

func TestPeriodBelowOneDay(t *testing.T) {
	c := statutory(t)
	for _, n := range []int{0, -1, math.MinInt} {
		if due, err := c.AddWorking(day(t, "2017-11-01"), n); !errors.Is(err, calendar.ErrPeriod) {
			t.Errorf("%d working days: %s, %v; want ErrPeriod", n, due, err)
		}
	}
}

func TestPeriodTooLongToCount(t *testing.T) {
	var unknown *calendar.YearError
	_, err := statutory(t).AddWorking(day(t, "2017-11-01"), math.MaxInt)
	if !errors.As(err, &unknown) || unknown.Year != 2027 {
		t.Errorf("got %v, want the year 2027 to be unknown", err)
	}
	if want := "calendar: the schedule of 2027 is not known"; err.Error() != want {
		t.Errorf("error reads %q, want %q", err, want)
	}
}

func TestNoDateIsRefused(t *testing.T) {
	c, none, some := statutory(t), calendar.Date{}, day(t, "2017-11-01")
	_, working := c.IsWorking(none)
	_, added := c.AddWorking(none, 1)
	_, advised := c.AdvisedBy(none)
	_, lateDue := c.Lateness(none, some)
	_, lateFiled := c.Lateness(some, none)
	_, left := c.Remaining(some, none)
	_, span := c.WorkingDaysIn(none, some)
	_, rolled := c.Roll(none, calendar.RollNone)
	for name, err := range map[string]error{
		"IsWorking": working, "AddWorking": added, "AdvisedBy": advised,
		"Lateness without due": lateDue, "Lateness without filed": lateFiled,
		"Remaining": left, "WorkingDaysIn": span, "Roll": rolled,
	} {
		if !errors.Is(err, calendar.ErrNoDate) {
			t.Errorf("%s: %v, want ErrNoDate", name, err)
		}
	}
}

func TestRollingNames(t *testing.T) {
	for name, want := range map[calendar.Rolling]bool{
		"none": true, "previous": true, "next": true, "": false, "following": false,
	} {
		if name.Valid() != want {
			t.Errorf("%q valid: %v, want %v", name, !want, want)
		}
		_, err := statutory(t).Roll(day(t, "2017-12-31"), name)
		if (err == nil) != want {
			t.Errorf("rolling %q: %v", name, err)
		}
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	c, event, filed := statutory(t), day(t, "2017-09-25"), day(t, "2018-03-01")
	for name, count := range map[string]func() error{
		"AddWorking": func() error { _, err := c.AddWorking(event, 300); return err },
		"IsWorking":  func() error { _, err := c.IsWorking(event); return err },
		"Lateness":   func() error { _, err := c.Lateness(event, filed); return err },
		"AdvisedBy":  func() error { _, err := c.AdvisedBy(event); return err },
	} {
		if err := count(); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { _ = count() }); n != 0 {
			t.Errorf("%s allocates %v times, want 0", name, n)
		}
	}
}

func BenchmarkIsWorking(b *testing.B) {
	c, d := statutory(b), day(b, "2017-09-30")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.IsWorking(d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddWorking(b *testing.B) {
	c, event := statutory(b), day(b, "2017-09-25")
	for name, n := range map[string]int{"10 days": 10, "250 days": 250, "2000 days": 2000} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.AddWorking(event, n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	exceptions, years := calendar.Statutory()
	for b.Loop() {
		if _, err := calendar.New(exceptions, years); err != nil {
			b.Fatal(err)
		}
	}
}

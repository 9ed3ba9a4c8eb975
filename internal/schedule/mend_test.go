package schedule_test

import (
	"testing"

	"qingce/internal/calendar"
	"qingce/internal/schedule"
)

func TestWhatComesBackQuicklyKeepsItsDay(t *testing.T) {
	days, years := calendar.Statutory()
	cal, err := calendar.New(days, years)
	if err != nil {
		t.Fatal(err)
	}
	day := func(text string) calendar.Date {
		if text == "" {
			return calendar.Date{}
		}
		d, err := calendar.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, one := range []struct{ name, before, returned, on, want string }{
		{"the first time", "", "", "2017-10-31", "2017-10-31"},
		{"the next day", "2017-10-31", "2017-11-02", "2017-11-03", "2017-10-31"},
		{"on the third working day, over a week-end", "2017-10-31", "2017-11-02", "2017-11-07", "2017-10-31"},
		{"on the fourth", "2017-10-31", "2017-11-02", "2017-11-08", "2017-11-08"},
		{"over the holidays of October", "2017-09-29", "2017-09-30", "2017-10-11", "2017-09-29"},
	} {
		got, err := schedule.CountsOn(cal, day(one.before), day(one.returned), day(one.on))
		if err != nil || got != day(one.want) {
			t.Errorf("%s: %v, %v, want %s", one.name, got, err, one.want)
		}
	}
	if _, err := schedule.CountsOn(cal, day("2098-01-02"), day("2098-01-05"), day("2098-01-06")); err == nil {
		t.Error("a year without a schedule is guessed")
	}
}

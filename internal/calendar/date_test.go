package calendar_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/calendar"
)

var (
	_ sql.Scanner              = (*calendar.Date)(nil)
	_ driver.Valuer            = calendar.Date{}
	_ json.Marshaler           = calendar.Date{}
	_ json.Unmarshaler         = (*calendar.Date)(nil)
	_ encoding.TextMarshaler   = calendar.Date{}
	_ encoding.TextUnmarshaler = (*calendar.Date)(nil)
)

func TestParseDate(t *testing.T) {
	for _, text := range []string{"0001-01-01", "1970-01-01", "2016-02-29", "2017-09-30", "9999-12-31"} {
		if d, err := calendar.ParseDate(text); err != nil || d.String() != text || d.IsZero() {
			t.Errorf("%s reads as %s, %v", text, d, err)
		}
	}
	for _, text := range []string{
		"", "2017-9-30", "2017-02-29", "2017-04-31", "2017-13-01", "2017-00-10", "2017-10-00",
		"0000-01-01", "-001-01-01", "+017-01-01", "20170930", "2017/09/30", "2017.09.30", "30-09-2017",
		" 2017-09-30", "2017-09-30 ", "2017-09-30T00:00:00Z", "２０１７-09-30", "2017年9月30日", "today",
	} {
		d, err := calendar.ParseDate(text)
		var bad *calendar.DateError
		if !errors.As(err, &bad) || bad.Value != text || !d.IsZero() {
			t.Errorf("%q reads as %s, %v; want a DateError that holds it", text, d, err)
		}
	}
}

func TestDateErrorReadsWell(t *testing.T) {
	_, err := calendar.ParseDate("2017-9-30")
	if want := `calendar: "2017-9-30" is not a date like 2006-01-02`; err == nil || err.Error() != want {
		t.Errorf("error reads %v, want %s", err, want)
	}
}

func TestNewDateCarriesOver(t *testing.T) {
	tests := []struct {
		year  int
		month time.Month
		day   int
		want  string
	}{
		{2017, time.September, 30, "2017-09-30"},
		{2017, time.October, 32, "2017-11-01"},
		{2017, time.March, 0, "2017-02-28"},
		{2017, 13, 1, "2018-01-01"},
		{0, time.December, 31, ""},
		{10000, time.January, 1, ""},
	}
	for _, tt := range tests {
		if got := calendar.NewDate(tt.year, tt.month, tt.day); got.String() != tt.want {
			t.Errorf("NewDate(%d, %d, %d) = %q, want %q", tt.year, tt.month, tt.day, got, tt.want)
		}
	}
}

// TestEveryDay walks from the first day to the last and compares each with the
// time package.
func TestEveryDay(t *testing.T) {
	d, previous := calendar.NewDate(1, 1, 1), calendar.Date{}
	for want := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC); want.Year() <= 9999; want = want.AddDate(0, 0, 1) {
		if year, month, day := want.Date(); d.Year() != year || d.Month() != month || d.Day() != day || d.Weekday() != want.Weekday() {
			t.Fatalf("%s %s, want %s", d, d.Weekday(), want.Format("2006-01-02 Monday"))
		}
		if !d.After(previous) || !previous.Before(d) || d.DaysSince(previous) != 1 {
			t.Fatalf("%s does not follow %s", d, previous)
		}
		previous, d = d, d.AddDays(1)
	}
	if previous.String() != "9999-12-31" || !d.IsZero() {
		t.Errorf("the days end with %s and %q, want 9999-12-31 and no date", previous, d)
	}
}

func TestDateArithmetic(t *testing.T) {
	d := day(t, "2016-02-28")
	for n, want := range map[int]string{
		0: "2016-02-28", 1: "2016-02-29", 2: "2016-03-01", -59: "2015-12-31", 366: "2017-02-28",
		math.MaxInt: "", math.MinInt: "", -800000: "",
	} {
		if got := d.AddDays(n).String(); got != want {
			t.Errorf("%s %+d days = %q, want %q", d, n, got, want)
		}
	}
	if got := day(t, "2017-10-22").DaysSince(day(t, "2015-12-31")); got != 661 {
		t.Errorf("661 days expected from 2015-12-31 to 2017-10-22, got %d", got)
	}
	if got := day(t, "2017-01-01").DaysSince(day(t, "2017-01-31")); got != -30 {
		t.Errorf("-30 days expected, got %d", got)
	}
	for text, want := range map[string]string{
		"2017-09-12": "2017-09-30", "2017-12-31": "2017-12-31", "2016-02-01": "2016-02-29", "9999-12-05": "9999-12-31",
	} {
		if got := day(t, text).MonthEnd().String(); got != want {
			t.Errorf("month of %s ends on %s, want %s", text, got, want)
		}
	}
	days := []calendar.Date{day(t, "2018-01-01"), {}, day(t, "2017-09-30"), day(t, "2017-09-30")}
	slices.SortFunc(days, calendar.Date.Compare)
	if got := fmt.Sprint(days); got != "[ 2017-09-30 2017-09-30 2018-01-01]" {
		t.Errorf("sorted: %s", got)
	}
}

func TestNoDate(t *testing.T) {
	var none calendar.Date
	if !none.IsZero() || none.String() != "" || none.Year() != 0 || none.Month() != 0 || none.Day() != 0 {
		t.Errorf("no date shows itself as %q %d %d %d", none, none.Year(), none.Month(), none.Day())
	}
	if !none.AddDays(5).IsZero() || !none.MonthEnd().IsZero() {
		t.Error("arithmetic makes a day of no date")
	}
	if !none.StartsAt().IsZero() || !none.EndsAt().IsZero() || !calendar.DateOf(time.Time{}).IsZero() {
		t.Error("no date and the zero time do not stand for each other")
	}
}

func moment(tb testing.TB, text string) time.Time {
	tb.Helper()
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func TestDateOf(t *testing.T) {
	for text, want := range map[string]string{
		"2017-09-30T15:59:59.999999999Z": "2017-09-30", // 23:59 in Shanghai
		"2017-09-30T16:00:00Z":           "2017-10-01", // 24:00 in Shanghai
		"2017-09-30T23:30:00-05:00":      "2017-10-01",
		"2017-10-01T00:00:00+08:00":      "2017-10-01",
		"1988-07-01T15:30:00Z":           "1988-07-02", // Shanghai kept summer time then
	} {
		if got := calendar.DateOf(moment(t, text)).String(); got != want {
			t.Errorf("%s falls on %s, want %s", text, got, want)
		}
	}
}

func TestMomentsOfADay(t *testing.T) {
	d := day(t, "2017-09-30")
	for name, tt := range map[string]struct{ got, want time.Time }{
		"start":      {d.StartsAt(), moment(t, "2017-09-30T00:00:00+08:00")},
		"end":        {d.EndsAt(), moment(t, "2017-10-01T00:00:00+08:00")},
		"office end": {d.At(17, 30), moment(t, "2017-09-30T17:30:00+08:00")},
		"last day":   {day(t, "9999-12-31").EndsAt(), moment(t, "9999-12-31T16:00:00Z")},
	} {
		if !tt.got.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", name, tt.got, tt.want)
		}
	}
	if got := d.StartsAt().Location(); got != calendar.Zone || got.String() != "Asia/Shanghai" {
		t.Errorf("moments are shown in %s", got)
	}
	// Days of 23 and 25 hours included: Shanghai kept summer time until 1991.
	for d, end := day(t, "1985-01-01"), day(t, "2030-01-01"); d.Before(end); d = d.AddDays(1) {
		if calendar.DateOf(d.StartsAt()) != d || calendar.DateOf(d.EndsAt().Add(-1)) != d || d.EndsAt() != d.AddDays(1).StartsAt() {
			t.Fatalf("%s lasts from %s to %s", d, d.StartsAt(), d.EndsAt())
		}
	}
}

// TestMachineZone runs the tests that could feel it again in other zones.
func TestMachineZone(t *testing.T) {
	for _, zone := range []string{"UTC", "America/New_York", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Shanghai"} {
		cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^(TestCases|TestDateOf|TestMomentsOfADay|TestScan|TestJSON|TestParseSchedule|TestPrintsMachineZone)$")
		cmd.Env = append(os.Environ(), "TZ="+zone)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("with TZ=%s: %v\n%s", zone, err, out)
		}
		if !strings.Contains(string(out), "machine zone "+zone) {
			t.Errorf("TZ=%s did not take hold", zone)
		}
	}
}

// TestPrintsMachineZone shows TestMachineZone that its zone is really set.
func TestPrintsMachineZone(t *testing.T) {
	t.Log("machine zone", os.Getenv("TZ"))
	if zone := os.Getenv("TZ"); zone != "" {
		want, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2017, 9, 30, 20, 0, 0, 0, time.UTC)
		if at.In(time.Local).Format(time.DateTime) != at.In(want).Format(time.DateTime) {
			t.Errorf("local time is not that of %s", zone)
		}
	}
}

package calendar_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"qingce/internal/calendar"
)

func TestParseSchedule(t *testing.T) {
	want := []calendar.Exception{off(t, "2027-01-01", "元旦"), work(t, "2027-01-02", "元旦"), off(t, "2027-10-01", "国庆节")}
	for name, text := range map[string]string{
		"plain":                     "date,name,kind\n2027-01-01,元旦,off\n2027-01-02,元旦,work\n2027-10-01,国庆节,off\n",
		"byte order mark":           "\ufeffdate,name,kind\n2027-01-01,元旦,off\n2027-01-02,元旦,work\n2027-10-01,国庆节,off",
		"CRLF and quotes":           "date,name,kind\r\n\"2027-01-01\",\"元旦\",off\r\n2027-01-02,元旦,work\r\n2027-10-01,国庆节,off\r\n",
		"Chinese":                   "\ufeff日期,名称,类型\n2027-01-01,元旦,休\n2027-01-02,元旦,班\n2027-10-01,国庆节,休\n",
		"other order":               "Kind,weekday,DATE,Name\noff,Fri,2027-01-01,元旦\nwork,Sat,2027-01-02,元旦\noff,Fri,2027-10-01,国庆节\n",
		"spaces, case":              " date , name , kind \n 2027-01-01 , 元旦 , OFF \n2027-01-02,元旦,Work\n2027-10-01,国庆节,off\n",
		"empty rows":                "\n,,\ndate,name,kind\n\n2027-01-01,元旦,off\n,,\n2027-01-02,元旦,work\n  ,\n2027-10-01,国庆节,off\n,,,,\n",
		"same row twice":            "date,name,kind\n2027-01-01,元旦,off\n2027-01-02,元旦,work\n2027-01-01,元旦假期,off\n2027-10-01,国庆节,off\n",
		"a byte order mark, quoted": "\ufeff\"date\",\"name\",\"kind\"\n2027-01-01,元旦,off\n2027-01-02,元旦,work\n2027-10-01,国庆节,off\n",
	} {
		got, err := calendar.ParseSchedule(strings.NewReader(text))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
}

func TestParseScheduleOfSeveralYears(t *testing.T) {
	rows, err := calendar.ParseSchedule(strings.NewReader(
		"date,name,kind\n2026-12-31,元旦,off\n2027-01-01,元旦,off\n2027-10-01,国庆节,off\n2028-01-01,元旦,off\n2028-10-02,国庆节,off\n2028-10-01,国庆节,off\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := calendar.PublishedYears(rows); !slices.Equal(got, []int{2027, 2028}) {
		t.Errorf("published: %v, want 2027 and 2028", got)
	}
}

func TestScheduleErrors(t *testing.T) {
	long := strings.Repeat("长", 101)
	tests := []struct {
		name, text string
		want       []calendar.LineError
	}{
		{"nothing", "", []calendar.LineError{{1, calendar.CodeEmpty, ""}}},
		{"heading alone", "date,name,kind\n", []calendar.LineError{{1, calendar.CodeEmpty, ""}}},
		{"no heading", "2027-01-01,元旦,off\n", []calendar.LineError{
			{1, calendar.CodeHeading, "date"}, {1, calendar.CodeHeading, "name"}, {1, calendar.CodeHeading, "kind"}}},
		{"a column missing", "date,kind\n2027-01-01,off\n", []calendar.LineError{{1, calendar.CodeHeading, "name"}}},
		{"semicolons", "date;name;kind\n2027-01-01;元旦;off\n", []calendar.LineError{
			{1, calendar.CodeHeading, "date"}, {1, calendar.CodeHeading, "name"}, {1, calendar.CodeHeading, "kind"}}},
		{"bad cells", "date,name,kind\n2027-1-1,元旦,off\n\n2027-01-02,元旦,holiday\n2027-02-30,元旦\n", []calendar.LineError{
			{2, calendar.CodeDate, "2027-1-1"}, {4, calendar.CodeKind, "holiday"},
			{5, calendar.CodeDate, "2027-02-30"}, {5, calendar.CodeKind, ""}}},
		{"contradiction", "date,name,kind\n2027-01-02,元旦,off\n2027-01-03,元旦,work\n2027-01-02,元旦,work\n", []calendar.LineError{
			{4, calendar.CodeConflict, "2027-01-02"}}},
		{"names", "date,name,kind\n2027-01-01," + long + ",off\n2027-01-02,\"元\n旦\",work\n", []calendar.LineError{
			{2, calendar.CodeName, long[:60*len("长")]}, {3, calendar.CodeName, "元\n旦"}}},
		{"GB18030", "date,name,kind\n2027-01-01,\xd4\xaa\xb5\xa9,off\n2027-13-01,\xd4\xaa,off\n", []calendar.LineError{
			{2, calendar.CodeEncoding, ""}}},
		{"UTF-16", "\xff\xfed\x00a\x00t\x00e\x00\n\x00", []calendar.LineError{{1, calendar.CodeEncoding, ""}}},
		{"quotes", "date,name,kind\n2027-01-01,元旦,off\n2027-01-02,\"元旦,work\n2027-10-01,国庆节,off\n", []calendar.LineError{{3, calendar.CodeQuotes, ""}}},
		{"too large", strings.Repeat("x", 1<<20+1), []calendar.LineError{{0, calendar.CodeSize, ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := calendar.ParseSchedule(strings.NewReader(tt.text))
			var refused *calendar.ScheduleError
			if !errors.As(err, &refused) || rows != nil {
				t.Fatalf("%d rows, %v; want a ScheduleError and no rows", len(rows), err)
			}
			if !slices.Equal(refused.Lines, tt.want) {
				t.Errorf("got  %+v\nwant %+v", refused.Lines, tt.want)
			}
		})
	}
}

func TestScheduleErrorReadsWell(t *testing.T) {
	_, err := calendar.ParseSchedule(strings.NewReader("date,name,kind\n2027-1-1,元旦,rest\n"))
	want := `calendar: schedule refused; line 2: err.schedule.date "2027-1-1"; line 2: err.schedule.kind "rest"`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestScheduleStopsAtAHundredErrors(t *testing.T) {
	_, err := calendar.ParseSchedule(strings.NewReader("date,name,kind\n" + strings.Repeat("2027-13-01,元旦,off\n", 5000)))
	var refused *calendar.ScheduleError
	if !errors.As(err, &refused) || len(refused.Lines) != 100 {
		t.Errorf("%v, want 100 errors", err)
	}
}

func TestScheduleThatCannotBeRead(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("date,name,kind\n"), iotest.ErrReader(io.ErrClosedPipe))
	_, err := calendar.ParseSchedule(broken)
	var refused *calendar.ScheduleError
	if !errors.Is(err, io.ErrClosedPipe) || errors.As(err, &refused) {
		t.Errorf("%v, want the error of the reader", err)
	}
}

func TestReview(t *testing.T) {
	whole := []calendar.Exception{
		work(t, "2026-12-27", "元旦"), // of the notice for 2027: no remark
		off(t, "2027-01-01", "元旦"),
		off(t, "2027-10-01", "国庆节"),
	}
	tests := []struct {
		name string
		rows []calendar.Exception
		want []calendar.Remark
	}{
		{"whole year", whole, nil},
		{"make-up day on a Monday", append(slices.Clip(whole), work(t, "2027-10-11", "国庆节")), []calendar.Remark{
			{day(t, "2027-10-11"), calendar.CodeWeekday}}},
		{"half a year", []calendar.Exception{off(t, "2027-01-01", "元旦"), off(t, "2027-05-01", "劳动节")}, []calendar.Remark{
			{day(t, "2027-01-01"), calendar.CodeYear}}},
		{"mistyped year", append(slices.Clip(whole), work(t, "2072-10-10", "国庆节")), []calendar.Remark{
			{day(t, "2072-10-10"), calendar.CodeYear}, {day(t, "2072-10-10"), calendar.CodeWeekday}}},
		{"National Day worked", []calendar.Exception{off(t, "2027-01-01", "元旦"), work(t, "2027-10-01", "国庆节")}, []calendar.Remark{
			{day(t, "2027-01-01"), calendar.CodeYear}, {day(t, "2027-10-01"), calendar.CodeWeekday}}},
	}
	for _, tt := range tests {
		if got := calendar.Review(tt.rows); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, text := range []string{
		"date,name,kind\n2027-01-01,元旦,off\n2027-01-02,元旦,work\n",
		"\ufeff日期,名称,类型\r\n2027-01-01,元旦,休\r\n",
		"kind,date,name\noff,2027-01-01\nwork,2027-01-01,x\n",
		"date,name,kind\n\"2027", "\xff\xfed\x00", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := calendar.ParseSchedule(strings.NewReader(text))
		if err != nil {
			checkRefusal(t, rows, err)
			return
		}
		if len(rows) == 0 {
			t.Fatal("no rows and no error")
		}
		if _, err := calendar.New(rows, calendar.PublishedYears(rows)); err != nil {
			t.Fatalf("rows that were taken make no calendar: %v", err)
		}
		again, err := calendar.ParseSchedule(strings.NewReader(written(rows)))
		if err != nil || !slices.Equal(again, rows) {
			t.Fatalf("written and read again: %v, %v; want %v", again, err, rows)
		}
	})
}

func checkRefusal(t *testing.T, rows []calendar.Exception, err error) {
	t.Helper()
	var refused *calendar.ScheduleError
	if !errors.As(err, &refused) || len(refused.Lines) == 0 || rows != nil {
		t.Fatalf("%d rows, %v; want a ScheduleError with lines", len(rows), err)
	}
	for _, l := range refused.Lines {
		if l.Line < 0 || !strings.HasPrefix(l.Code, "err.schedule.") {
			t.Fatalf("line error %+v", l)
		}
	}
}

func written(rows []calendar.Exception) string {
	var b strings.Builder
	b.WriteString("date,name,kind\n")
	for _, e := range rows {
		fmt.Fprintf(&b, "%s,\"%s\",%s\n", e.Date, strings.ReplaceAll(e.Name, `"`, `""`), e.Kind)
	}
	return b.String()
}

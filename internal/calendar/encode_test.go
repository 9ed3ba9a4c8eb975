package calendar_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"qingce/internal/calendar"
)

func TestJSON(t *testing.T) {
	type record struct {
		Due   calendar.Date         `json:"due"`
		Done  calendar.Date         `json:"done"`
		Left  calendar.Date         `json:"left,omitzero"`
		Names map[calendar.Date]int `json:"names"`
	}
	in := record{Due: day(t, "2017-09-30"), Names: map[calendar.Date]int{day(t, "2018-01-02"): 1}}
	data, err := json.Marshal(in)
	if want := `{"due":"2017-09-30","done":null,"names":{"2018-01-02":1}}`; err != nil || string(data) != want {
		t.Fatalf("writes %s, %v; want %s", data, err, want)
	}
	var out record
	if err := json.Unmarshal(data, &out); err != nil || out.Due != in.Due || !out.Done.IsZero() || out.Names[day(t, "2018-01-02")] != 1 {
		t.Errorf("reads %v, %v; want %v", out, err, in)
	}
}

func TestJSONInput(t *testing.T) {
	old := day(t, "2015-01-01")
	for text, want := range map[string]string{
		`"2017-09-30"`: "2017-09-30", `"2017\u002d09-30"`: "2017-09-30", `""`: "", `null`: "", ` null `: "",
	} {
		got := old
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.String() != want {
			t.Errorf("%s reads as %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`20170930`, `"2017-9-30"`, `"2017-09-31"`, `true`, `{}`, `["2017-09-30"]`, `" "`} {
		got := old
		var bad *calendar.DateError
		if err := json.Unmarshal([]byte(text), &got); !errors.As(err, &bad) || got != old {
			t.Errorf("%s reads as %s, %v; want a DateError and the old value", text, got, err)
		}
	}
}

func TestText(t *testing.T) {
	old := day(t, "2015-01-01")
	for text, want := range map[string]string{"2017-09-30": "2017-09-30", "": ""} {
		got := old
		if err := got.UnmarshalText([]byte(text)); err != nil || got.String() != want {
			t.Errorf("%q reads as %q, %v", text, got, err)
		}
		if back, err := got.MarshalText(); err != nil || string(back) != want {
			t.Errorf("%q writes as %q, %v", text, back, err)
		}
	}
	got := old
	if err := got.UnmarshalText([]byte("30.9.2017")); err == nil || got != old {
		t.Errorf("30.9.2017 reads as %s, %v; want an error and the old value", got, err)
	}
}

func TestScan(t *testing.T) {
	old := day(t, "2015-01-01")
	for name, tt := range map[string]struct {
		source any
		want   string
	}{
		"text":              {"2017-09-30", "2017-09-30"},
		"bytes":             {[]byte("2017-09-30"), "2017-09-30"},
		"midnight UTC":      {time.Date(2017, 9, 30, 0, 0, 0, 0, time.UTC), "2017-09-30"},
		"midnight in a UTC": {time.Date(2017, 9, 30, 0, 0, 0, 0, time.FixedZone("", 0)), "2017-09-30"},
		"midnight Shanghai": {time.Date(2017, 9, 30, 0, 0, 0, 0, calendar.Zone), "2017-09-30"},
		"midnight local":    {time.Date(2017, 9, 30, 0, 0, 0, 0, time.Local), "2017-09-30"},
		"NULL":              {nil, ""},
		"empty":             {"", ""},
	} {
		got := old
		if err := got.Scan(tt.source); err != nil || got.String() != tt.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, tt.want)
		}
	}
	for name, source := range map[string]any{
		"time of day": time.Date(2017, 9, 30, 16, 0, 0, 0, time.UTC),
		"nanosecond":  time.Date(2017, 9, 30, 0, 0, 0, 1, time.UTC),
		"zero time":   time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
		"number":      int64(20170930),
		"bad text":    "2017-9-30",
		"timestamp":   "2017-09-30 00:00:00",
	} {
		got := old
		if err := got.Scan(source); err == nil || got != old {
			t.Errorf("%s: %s, %v; want an error and the old value", name, got, err)
		}
	}
}

func TestValue(t *testing.T) {
	if v, err := day(t, "2017-09-30").Value(); err != nil || v != "2017-09-30" {
		t.Errorf("writes %v, %v; want the text 2017-09-30", v, err)
	}
	if v, err := (calendar.Date{}).Value(); err != nil || v != nil {
		t.Errorf("no date writes %v, %v; want NULL", v, err)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"2017-09-30", "2016-02-29", "0000-01-01", "2017-9-30", "", "２０１７-09-30"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := calendar.ParseDate(text)
		if err != nil {
			if !d.IsZero() {
				t.Fatalf("%q: an error and the date %s", text, d)
			}
			return
		}
		if d.String() != text || d.IsZero() {
			t.Fatalf("%q reads as %q", text, d)
		}
		if again := calendar.DateOf(d.StartsAt()); d.Year() > 1950 && again != d {
			t.Fatalf("%s starts on %s", d, again)
		}
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back calendar.Date
		if err := json.Unmarshal(data, &back); err != nil || back != d {
			t.Fatalf("%s comes back from %s as %s, %v", d, data, back, err)
		}
	})
}

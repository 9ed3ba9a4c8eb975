package wire_test

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"qingce/inventory/usage/wire"
)

// report is a sound report of the hour before now, with more members appended.
func report(more string) string {
	return `{"system":"HJ-RS-01","source":"web-1","epoch":3,"hour":"2017-11-24T09:00:00+08:00","seq":17,"minutes":42` + more + `}`
}

func full() wire.Report {
	r := wire.Report{
		System: "HJ-RS-01", Source: "web \"1\"\\\n-ü", Epoch: 1511485200, Hour: wire.HourOf(now), Seq: 17, Minutes: 42,
		Users: []byte{0x14, 0x8b, 0x7f, 0, 0xff}, Machines: []byte{1}, SketchKey: "2017a",
		LastWrite: time.Date(2017, 11, 24, 1, 41, 12, 0, time.UTC), Build: "2.3.1",
	}
	r.Source = "web \"1\"\\-ü"
	for i, s := range wire.Signals() {
		r.Values.Set(s, int64(100+i))
	}
	r.Values.Set(wire.CPUMax, 10_000)
	r.Values.Set(wire.CPUP95, 3_750)
	r.Values.Set(wire.HumanRequests, 0)
	return r
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	least := wire.Report{System: "a", Source: "b", Hour: wire.HourOf(now), Seq: 1}
	least.Values.Set(wire.Logins, 0)
	for name, want := range map[string]wire.Report{"everything": full(), "the least": least} {
		var got wire.Report
		body := want.AppendJSON(nil)
		tally, err := wire.NewDecoder(wire.DefaultLimits()).Reports(wire.ReportJSON, body, now, func(r *wire.Report) wire.Verdict {
			got = r.Clone()
			return wire.Keep
		})
		if err != nil || tally.Kept != 1 {
			t.Fatalf("%s: %v, %+v, of %s", name, err, tally, body)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
	}
}

func TestReportsThatAreWrong(t *testing.T) {
	without := func(member string) string {
		parts := strings.Split(strings.Trim(report(`,"logins":1`), "{}"), ",")
		var kept []string
		for _, p := range parts {
			if !strings.HasPrefix(p, `"`+member+`"`) {
				kept = append(kept, p)
			}
		}
		return "{" + strings.Join(kept, ",") + "}"
	}
	with := func(member, raw string) string {
		return strings.TrimSuffix(without(member), "}") + `,"` + member + `":` + raw + "}"
	}
	long := `"` + strings.Repeat("x", 201) + `"`
	cases := []struct{ name, body, want string }{
		{"sound", report(`,"logins":0`), ""},
		{"null is as absent", report(`,"logins":0,"requests":null`), ""},
		{"no system", without("system"), "0 system missing"},
		{"no source", without("source"), "0 source missing"},
		{"no epoch", without("epoch"), "0 epoch missing"},
		{"no hour", without("hour"), "0 hour missing"},
		{"no sequence", without("seq"), "0 seq missing"},
		{"no minutes", without("minutes"), "0 minutes missing"},
		{"a required null", with("system", "null"), "0 system missing"},
		{"an empty system", with("system", `""`), "0 system missing"},
		{"a system that is a number", with("system", "7"), "0 system not_text"},
		{"a long system", with("system", long), "0 system text_too_long"},
		{"a line feed", with("source", `"a\nb"`), "0 source text_control"},
		{"an unknown member", report(`,"logins":1,"visits":2`), "0 visits unknown_member"},
		{"a name in capitals", report(`,"logins":1,"Requests":2`), "0 Requests unknown_member"},
		{"a member twice", report(`,"logins":1,"logins":1`), "0 logins member_twice"},
		{"seq from one", with("seq", "0"), "0 seq too_small"},
		{"61 minutes", with("minutes", "61"), "0 minutes too_great"},
		{"negative", report(`,"requests":-4`), "0 requests negative"},
		{"a fraction", report(`,"requests":1.5`), "0 requests not_whole"},
		{"a whole fraction", report(`,"requests":5.0`), "0 requests not_whole"},
		{"an exponent", report(`,"requests":1e3`), "0 requests not_whole"},
		{"a number in quotes", report(`,"requests":"5"`), "0 requests not_whole"},
		{"a list", report(`,"requests":[5]`), "0 requests not_whole"},
		{"more than can be counted", report(`,"requests":9007199254740992`), "0 requests too_great"},
		{"beyond every number", report(`,"requests":1e999`), "0 requests not_whole"},
		{"a number of a thousand digits", report(`,"requests":` + strings.Repeat("1", 1000)), "0 requests not_whole"},
		{"over 100 percent", report(`,"cpu_max":100.01`), "0 cpu_max not_percent"},
		{"below 0 percent", report(`,"cpu_max":-1`), "0 cpu_max negative"},
		{"percent in quotes", report(`,"cpu_max":"37.5%"`), "0 cpu_max not_percent"},
		{"more people than requests", report(`,"requests":5,"human_requests":6`), "0 human_requests more_than_whole"},
		{"average above the greatest", report(`,"cpu_avg":50,"cpu_max":40`), "0 cpu_avg more_than_whole"},
		{"nothing measured", report(""), "0  nothing_measured"},
		{"no time", with("hour", `"nine"`), "0 hour not_a_time"},
		{"no zone", with("hour", `"2017-11-24T09:00:00"`), "0 hour not_a_time"},
		{"not the hour", with("hour", `"2017-11-24T09:42:00+08:00"`), "0 hour not_whole_hour"},
		{"half an hour off", with("hour", `"2017-11-24T06:00:00+05:30"`), "0 hour not_whole_hour"},
		{"tomorrow", with("hour", `"2017-11-25T09:00:00+08:00"`), "0 hour too_new"},
		{"long ago", with("hour", `"2017-01-25T09:00:00+08:00"`), "0 hour too_old"},
		{"before 1970", with("hour", `"1969-01-25T09:00:00+08:00"`), "0 hour time_negative"},
		{"the oldest hour that is open", with("hour", `"2017-10-15T09:00:00+08:00"`), ""},
		{"written tomorrow", report(`,"last_write":"2017-11-25T00:00:00+08:00"`), "0 last_write too_new"},
		{"no base64", report(`,"users_sketch":"%%"`), "0 users_sketch not_base64"},
		{"base64 with escapes", report(`,"users_sketch":"\/\/8="`), ""},
		{"a great sketch", report(`,"users_sketch":"` + base64.StdEncoding.EncodeToString(make([]byte, 8193)) + `"`), "0 users_sketch sketch_too_large"},
		{"a monstrous sketch", report(`,"users_sketch":"` + strings.Repeat("A", 100_000) + `"`), "0 users_sketch sketch_too_large"},
		{"two at once", with("seq", "-1") + "", "0 seq negative"},
		{"not an object", `"report"`, "0  not_an_object"},
		{"deep", report(`,"logins":` + strings.Repeat("[", 40) + strings.Repeat("]", 40)), "0  too_deep"},
		{"cut", report(`,"logins":1`)[:60], "0  item_broken"},
		{"something behind", report(`,"logins":1`) + "x", "1  item_broken"},
		{"not UTF-8", report(",\"build\":\"\xff\""), "0  item_broken"},
	}
	d := wire.NewDecoder(wire.DefaultLimits())
	for _, c := range cases {
		tally, err := d.Reports(wire.ReportJSON, []byte(c.body), now, func(*wire.Report) wire.Verdict { return wire.Keep })
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := briefs(tally.Issues); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if tally.Items != tally.Kept+tally.Refused {
			t.Errorf("%s: %d items, %d kept, %d refused", c.name, tally.Items, tally.Kept, tally.Refused)
		}
	}
}

func TestTheRestOfTheBatchIsKept(t *testing.T) {
	good, wrong := report(`,"logins":1`), report(`,"logins":-1,"visits":1`)
	cases := []struct {
		name   string
		format wire.Format
		body   string
		kept   int
		want   string
	}{
		{"array", wire.ReportJSON, " [" + good + " , " + wrong + "," + good + "]\n", 2, "1 logins negative; 1 visits unknown_member"},
		{"no report", wire.ReportJSON, "[ ]", 0, ""},
		{"broken in the third", wire.ReportJSON, "[" + good + "," + good + "," + good[:50] + "," + good + "]", 2, "2  item_broken"},
		{"cut behind the second", wire.ReportJSON, "[" + good + "," + good, 2, "2  item_broken"},
		{"a comma too many", wire.ReportJSON, "[" + good + ",]", 1, "1  item_broken"},
		{"something behind", wire.ReportJSON, "[" + good + "]]", 1, "1  item_broken"},
		{"lines", wire.ReportLines, good + "\n\n" + wrong + "\r\n" + good, 2, "1 logins negative; 1 visits unknown_member"},
		{"a broken line", wire.ReportLines, good + "\n" + good[:50] + "\n" + good + "\n", 2, "1  item_broken"},
		{"two on a line", wire.ReportLines, good + good + "\n" + good, 1, "0  item_broken"},
	}
	d := wire.NewDecoder(wire.DefaultLimits())
	for _, c := range cases {
		tally, err := d.Reports(c.format, []byte(c.body), now, func(r *wire.Report) wire.Verdict {
			if n, ok := r.Values.Get(wire.Logins); !ok || n != 1 || r.System != "HJ-RS-01" {
				t.Errorf("%s: visited %+v", c.name, r)
			}
			return wire.Keep
		})
		if got := briefs(tally.Issues); err != nil || tally.Kept != c.kept || got != c.want {
			t.Errorf("%s: %v, kept %d, %q, want %d, %q", c.name, err, tally.Kept, got, c.kept, c.want)
		}
	}
}

func TestBodiesOfReportsThatAreRefused(t *testing.T) {
	limits := wire.DefaultLimits()
	limits.Items = 2
	d := wire.NewDecoder(limits)
	good := report(`,"logins":1`)
	for _, c := range []struct {
		name, body, want string
		format           wire.Format
	}{
		{"nothing", "", "400 json_broken", wire.ReportJSON},
		{"blank lines", " \n\n", "400 json_broken", wire.ReportLines},
		{"too many", "[" + good + "," + good + "," + good + "]", "413 too_many_items", wire.ReportJSON},
		{"too many lines", good + "\n" + good + "\n" + good, "413 too_many_items", wire.ReportLines},
	} {
		_, err := d.Reports(c.format, []byte(c.body), now, func(*wire.Report) wire.Verdict { return wire.Keep })
		if got := refusedAs(err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestIssuesAreBounded(t *testing.T) {
	limits := wire.DefaultLimits()
	limits.Issues = 5
	member := strings.Repeat(`,"y":1`, 50)
	body := "[" + strings.Repeat(report(member)+",", 9) + report(member) + "]"
	tally, err := wire.NewDecoder(limits).Reports(wire.ReportJSON, []byte(body), now, nil)
	if err != nil || tally.Refused != 10 || len(tally.Issues) != 5 {
		t.Fatalf("%v, refused %d, listed %d", err, tally.Refused, len(tally.Issues))
	}
	if got := reasons(tally); got != "unknown_member=200" {
		t.Errorf("reasons %s, want twenty for each report", got)
	}
}

func TestWhatIsVisitedMayBeRefusedOrNoted(t *testing.T) {
	body := report(`,"logins":1`)
	verdicts := []wire.Verdict{wire.Keep, wire.Refuse("x.unknown_system"), wire.Note("x.retired")}
	n := -1
	tally, err := wire.NewDecoder(wire.DefaultLimits()).Reports(wire.ReportLines, []byte(body+"\n"+body+"\n"+body), now, func(*wire.Report) wire.Verdict {
		n++
		return verdicts[n]
	})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(tally.Items, tally.Kept, tally.Refused, " ", briefs(tally.Issues), " | ", briefs(tally.Notes))
	if want := "3 1 1 1  x.unknown_system | 2  x.retired"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestHours(t *testing.T) {
	for _, c := range []struct {
		at   string
		want wire.Hour
	}{
		{"1970-01-01T00:59:59Z", 0}, {"1970-01-01T01:00:00Z", 1}, {"1969-12-31T23:00:00Z", -1},
		{"1969-12-31T23:00:01Z", -1}, {"2017-11-24T09:42:00+08:00", 419857},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if got := wire.HourOf(at); err != nil || got != c.want {
			t.Errorf("%s: %d, want %d (%v)", c.at, got, c.want, err)
		}
	}
	if h := wire.HourOf(now); wire.HourOf(h.Start()) != h || wire.HourOf(h.Start().Add(-1)) != h-1 {
		t.Error("an hour does not begin at its start")
	}
}

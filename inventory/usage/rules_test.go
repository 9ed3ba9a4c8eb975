package usage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// tried writes what became of a line.
func tried(t usage.Tried) string {
	out := []string{t.Metric, string(t.Code)}
	for _, k := range t.Takes {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d:%s %s %s %s %d %s", k.Rule.Position, k.Name, k.Signal, k.Reading, k.Source, k.Amount, k.Code)))
	}
	return strings.Join(out, "; ")
}

func TestTry(t *testing.T) {
	city := inventorytest.Open(t)
	w := newWatch(t, city, "就业服务系统")
	other := city.Registered("RS", "社会保险系统")
	ctx, by, code := context.Background(), city.Someone(auth.Centre), w.system.Code
	for _, form := range []usage.RuleForm{
		{Metric: "http_*_total", Signal: "errors", Conditions: []usage.Condition{{Label: "status", Pattern: "5??"}}},
		{Metric: "http_*_total", Signal: "requests", Conditions: []usage.Condition{{Label: "path", Pattern: "/health*", Not: true}}},
		{Metric: "http_old", Signal: "requests", Format: usage.OTLPFormat},
		{Metric: "by_code", Signal: "logins", SystemBy: usage.LabelSystem, System: "system", Names: map[string]string{"jy": code}},
		{Metric: "fixed", Signal: "net_bytes", Scale: "1024", SystemBy: usage.FixedSystem, System: code, SourceLabel: "pod"},
		{Metric: "idle", Signal: "cpu_avg", Scale: "100", Reading: usage.IdleReading},
		{Metric: "mem", Signal: "mem_max", Scale: "100", Reading: usage.GaugeReading},
		{Metric: "minutes", Signal: "business_tx", Scale: "1/60"},
		{Metric: "thousandth", Signal: "storage_bytes", Scale: "0.001"},
	} {
		if form.SystemBy == "" {
			form.SystemBy = usage.OnlySystem
		}
		form.ProbeID = w.pass.ProbeID
		if _, err := w.rules.Add(ctx, by, form); err != nil {
			t.Fatalf("%s: %v (%+v)", form.Metric, err, fault.FieldsOf(err))
		}
	}
	for _, c := range []struct{ line, want string }{
		{`http_requests_total{status="200",instance="a:80"} 12`, "http_requests_total; ; 2:" + code + " requests counter a:80 12"},
		{`http_requests_total{status="503"} 12 1511488920000`, "http_requests_total; ; 1:" + code + " errors counter  12; 2:" + code + " requests counter  12"},
		{`http_requests_total{path="/healthz"} 12`, "http_requests_total; series.unmapped"},
		{`http_old 3`, "http_old; series.unmapped"},
		{`by_code{system="jy"} 3`, "by_code; ; 4:" + code + " logins counter  3"},
		{`by_code{system="` + code + `"} 3`, "by_code; ; 4:" + code + " logins counter  3"},
		{`by_code{system="` + other.Code + `"} 3`, "by_code; series.foreign; 4: logins   0 series.foreign"},
		{`by_code 3`, "by_code; series.no_system; 4: logins   0 series.no_system"},
		{`fixed{pod="p-1",instance="x"} 1.5`, "fixed; ; 5:" + code + " net_bytes counter p-1 1536"},
		{`{"idle",cpu="0"} 0.25`, "idle; ; 6:" + code + " cpu_avg idle  2500"},
		{`mem 0.5`, "mem; ; 7:" + code + " mem_max gauge  5000"},
		{`mem 1.5`, "mem; series.percent; 7:" + code + " mem_max gauge  10000 series.percent"},
		{`minutes 90`, "minutes; ; 8:" + code + " business_tx counter  2"},
		{`thousandth 1499`, "thousandth; ; 9:" + code + " storage_bytes gauge  1"},
		{`thousandth -1`, "thousandth; series.negative; 9:" + code + " storage_bytes gauge  0 series.negative"},
		{`escaped{a="x\"}y\\"} 1`, "escaped; series.unmapped"},
		{`no value`, "; series.line_broken"},
		{`x{a=b} 1`, "; series.line_broken"},
		{`x{a="b" 1`, "; series.line_broken"},
	} {
		got, err := w.rules.Try(ctx, city.Clerk("RS"), w.pass.ProbeID, usage.WriteFormat, "# HELP x\n\n"+c.line+"\n")
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || tried(got[0]) != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.line, tried(got[0]), c.want)
		}
	}
	if _, err := w.rules.Try(ctx, city.Clerk("MZ"), w.pass.ProbeID, usage.WriteFormat, "x 1"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another department: %v", err)
	}
	if _, err := w.rules.Try(ctx, by, w.pass.ProbeID, usage.WriteFormat, strings.Repeat("x 1\n", 300)); !errors.Is(err, usage.ErrTooManyLines) {
		t.Errorf("300 lines: %v", err)
	}
}

func TestRulesAreChecked(t *testing.T) {
	city := inventorytest.Open(t)
	w := newWatch(t, city, "就业服务系统")
	other := city.Registered("RS", "社会保险系统")
	good := usage.RuleForm{ProbeID: w.pass.ProbeID, Metric: "m", Signal: "requests", SystemBy: usage.OnlySystem}
	for _, c := range []struct {
		name string
		edit func(f *usage.RuleForm)
		want string
	}{
		{"nothing wrong", func(*usage.RuleForm) {}, ""},
		{"no metric", func(f *usage.RuleForm) { f.Metric = " " }, "metric series.err.metric"},
		{"a long metric", func(f *usage.RuleForm) { f.Metric = strings.Repeat("x", 201) }, "metric series.err.too_long"},
		{"no label", func(f *usage.RuleForm) { f.Conditions = []usage.Condition{{Pattern: "x"}} }, "conditions series.err.condition"},
		{"no signal", func(f *usage.RuleForm) { f.Signal = "joy" }, "signal series.err.signal"},
		{"a level as count", func(f *usage.RuleForm) { f.Reading = usage.GaugeReading }, "reading series.err.reading_level"},
		{"idle requests", func(f *usage.RuleForm) { f.Reading = usage.IdleReading }, "reading series.err.reading_idle"},
		{"no such reading", func(f *usage.RuleForm) { f.Reading = "x" }, "reading series.err.reading"},
		{"no such format", func(f *usage.RuleForm) { f.Format = "x" }, "format series.err.format"},
		{"nothing as factor", func(f *usage.RuleForm) { f.Scale = "0" }, "scale series.err.scale"},
		{"a negative factor", func(f *usage.RuleForm) { f.Scale = "-1" }, "scale series.err.scale"},
		{"divided by nothing", func(f *usage.RuleForm) { f.Scale = "1/0" }, "scale series.err.scale"},
		{"no way", func(f *usage.RuleForm) { f.SystemBy = "" }, "system_by series.err.system_by"},
		{"no label for the system", func(f *usage.RuleForm) { f.SystemBy = usage.LabelSystem }, "system series.err.system_label"},
		{"a foreign system", func(f *usage.RuleForm) { f.SystemBy, f.System = usage.FixedSystem, other.Code }, "system series.err.system_foreign"},
		{"a foreign name", func(f *usage.RuleForm) {
			f.SystemBy, f.System, f.Names = usage.LabelSystem, "s", map[string]string{"x": other.Code}
		}, "names series.err.system_foreign"},
		{"one system for all", func(f *usage.RuleForm) { f.ProbeID, f.SystemBy, f.System = 0, usage.FixedSystem, w.system.Code }, "system_by series.err.fixed_for_all"},
	} {
		form := good
		c.edit(&form)
		_, err := w.rules.Add(context.Background(), city.Someone(auth.Centre), form)
		var got []string
		for _, f := range fault.FieldsOf(err) {
			got = append(got, f.Name+" "+f.Code)
		}
		if strings.Join(got, "; ") != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: %q (%v), want %q", c.name, got, err, c.want)
		}
	}
	if _, err := w.rules.Add(context.Background(), city.Clerk("RS"), good); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a clerk wrote a rule: %v", err)
	}
}

func TestRulesKeepTheirOrder(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		w := newWatch(t, city, "就业服务系统")
		ctx, by := context.Background(), city.Someone(auth.Centre)
		added := map[string]usage.Rule{}
		for _, m := range []string{"a", "b", "c"} {
			w.rule(m, "requests", "", "")
		}
		if _, err := w.rules.Add(ctx, by, usage.RuleForm{Metric: "common", Signal: "logins", SystemBy: usage.OnlySystem}); err != nil {
			t.Fatal(err)
		}
		order := func() string {
			t.Helper()
			rules, err := w.rules.List(ctx, city.Clerk("RS"), w.pass.ProbeID)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, r := range rules {
				added[r.Metric] = r
				names = append(names, fmt.Sprint(r.Position, r.Metric))
			}
			return strings.Join(names, " ")
		}
		steps := []struct {
			name string
			do   func() error
			want string
		}{
			{"as added", func() error { return nil }, "1a 2b 3c 1common"},
			{"to the front", func() error { _, err := w.rules.Move(ctx, by, added["c"].ID, 1, 1); return err }, "1c 2a 3b 1common"},
			{"too far", func() error { _, err := w.rules.Move(ctx, by, added["c"].ID, 2, 99); return err }, "1a 2b 3c 1common"},
			{"removed", func() error { return w.rules.Remove(ctx, by, added["a"].ID, 1) }, "1b 2c 1common"},
			{"changed", func() error {
				old := added["b"]
				form := old.Form()
				form.Metric = "B"
				_, err := w.rules.Change(ctx, by, added["b"].ID, 1, form)
				return err
			}, "1B 2c 1common"},
		}
		for _, s := range steps {
			if err := s.do(); err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			if got := order(); got != s.want {
				t.Errorf("%s: %s, want %s", s.name, got, s.want)
			}
		}
		if _, err := w.rules.Move(ctx, by, added["B"].ID, 1, 1); !errors.Is(err, store.ErrStale) {
			t.Errorf("an old version: %v", err)
		}
		rows, err := w.rules.AddPreset(ctx, by, w.pass.ProbeID, "otel_http", "")
		if err != nil || len(rows) != 5 || rows[1].Position != 4 {
			t.Errorf("a preset: %v %v", rows, err)
		}
		_, logged, err := oplog.NewLog(city.DB, nil).List(ctx, city.Someone(auth.Auditor), oplog.Query{Kind: "series_rule"})
		if err != nil || logged != 13 {
			t.Errorf("%d acts are in the log, want 13 (%v)", logged, err)
		}
	})
}

// What no rule takes is listed, and counted from the day on which one does.
func TestUnmappedSeries(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		w := newWatch(t, city, "就业服务系统")
		at := w.noon()
		bring := func(minute int, v float64) (kept, noted, refused int) {
			return w.bring([]wire.Sample{
				{Series: series("hits", wire.Counter, "instance", "a", "path", "/x"), Value: v, At: at.Add(minutes(minute))},
				{Series: series("hits", wire.Counter, "instance", "b", "path", "/y"), Value: v, At: at.Add(minutes(minute))},
				{Series: series("zero\x00", wire.Gauge), Value: v, At: at.Add(minutes(minute))},
			})
		}
		if kept, noted, refused := bring(1, 5); kept != 0 || noted != 3 || refused != 0 {
			t.Errorf("%d kept, %d noted, %d refused", kept, noted, refused)
		}
		w.fold()
		bring(2, 7)
		w.fold()
		list, err := w.rules.Unmapped(context.Background(), city.Clerk("RS"), w.pass.ProbeID)
		if err != nil || len(list) != 2 {
			t.Fatalf("%v %v", list, err)
		}
		u := list[0]
		if u.Metric != "hits" || u.Signature != "instance,path" || u.Samples != 4 || u.Kind != "counter" || u.Value != 7 {
			t.Errorf("%+v", u)
		}
		if line := u.Line(); !slices.Contains([]string{`hits{instance="a",path="/x"} 7`, `hits{instance="b",path="/y"} 7`}, line) {
			t.Errorf("line %s", line)
		}
		w.rule("hits", "requests", "", usage.AutoReading)
		if kept, noted, _ := bring(3, 10); kept != 2 || noted != 1 {
			t.Errorf("with a rule: %d kept, %d noted", kept, noted)
		}
		bring(4, 14)
		w.fold()
		if got := w.hours(w.today()); len(got) != 1 || !strings.HasSuffix(got[0], " 1 requests=8") {
			t.Errorf("hours %q", got)
		}
	})
}

package locale_test

import (
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"qingce/internal/fault"
	"qingce/internal/locale"
)

func catalog(t *testing.T) *locale.Catalog {
	t.Helper()
	c, err := locale.Load(fstest.MapFS{
		"zh-CN/a.json": {Data: []byte(`{"err.required":"请填写{field}","system.name":"系统名称","only.zh":"仅中文","err.internal":"出错"}`)},
		"en/a.json":    {Data: []byte(`{"err.required":"{field} is required","system.name":"System name","err.internal":"Failed"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTexts(t *testing.T) {
	c := catalog(t)
	required := fault.New(fault.Invalid, "err.required", "field", fault.Label("system.name"))
	cases := []struct{ name, lang, got, want string }{
		{"a label inside a message is translated", "en", c.Printer("en").Error(required), "System name is required"},
		{"in Chinese", "zh-CN", c.Printer("zh-CN").Error(required), "请填写系统名称"},
		{"an unknown language is Chinese", "fr", c.Printer("fr").T("system.name"), "系统名称"},
		{"a gap falls back to Chinese", "en", c.Printer("en").T("only.zh"), "仅中文"},
		{"an unknown key is shown", "en", c.Printer("en").T("no.such"), "no.such"},
		{"a foreign error shows nothing", "en", c.Printer("en").Error(errors.New("pq: password wrong")), "Failed"},
	}
	for _, k := range cases {
		if k.got != k.want {
			t.Errorf("%s: %q, want %q", k.name, k.got, k.want)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	c, err := locale.Load(fstest.MapFS{"en/a.json": {Data: []byte(
		`{"two":"{a} of {b}","twice":"{a}{a}","open":"{a","odd":"{{a}} {x} {","none":"plain"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	p := c.Printer("en")
	cases := []struct{ name, got, want string }{
		{"each value at its place", p.T("two", "b", 7, "a", int64(3)), "3 of 7"},
		{"as a map", p.Text("two", fault.Args{"a": "x", "b": "y"}), "x of y"},
		{"a value is never a placeholder", p.T("two", "a", "{b}", "b", "{a}"), "{b} of {a}"},
		{"as often as it stands", p.T("twice", "a", "x"), "xx"},
		{"a bracket that is not closed", p.T("open", "a", "x"), "{a"},
		{"other brackets stay", p.T("odd", "a", "x"), "{x} {x} {"},
		{"the later of two of a name", p.T("twice", "a", "1", "a", "2"), "22"},
		{"a last name without value", p.T("twice", "a"), "{a}{a}"},
		{"no placeholder", p.T("none", "a", "x"), "plain"},
	}
	for _, k := range cases {
		if k.got != k.want {
			t.Errorf("%s: %q, want %q", k.name, k.got, k.want)
		}
	}
}

func TestSameKeyTwiceIsAnError(t *testing.T) {
	_, err := locale.Load(fstest.MapFS{
		"en/a.json": {Data: []byte(`{"k":"1"}`)}, "en/b.json": {Data: []byte(`{"k":"2"}`)},
	})
	if err == nil {
		t.Error("a key in two files was accepted")
	}
}

func TestNumbers(t *testing.T) {
	p := catalog(t).Printer("zh-CN")
	cases := []struct{ got, want string }{
		{p.Wan(1_860_000_00 / 10), "18.60"},
		{p.Wan(433_40_0000 * 1), "433.40"},
		{p.Wan(49_99), "0.00"},
		{p.Wan(50_00), "0.01"},
		{p.Wan(-1_234_567_890_12), "-123,456.79"},
		{p.Yuan(1_200_50), "1,200.50"},
		{p.Number(0), "0"},
		{p.Number(999), "999"},
		{p.Number(1000), "1,000"},
		{p.Number(-1234567), "-1,234,567"},
		{p.Number(-123), "-123"},
		{p.Time(time.Date(2017, 9, 30, 16, 0, 0, 0, time.UTC)), "2017-10-01 00:00"},
		{p.Clock(time.Date(2017, 9, 30, 2, 42, 0, 0, time.UTC)), "10:42"},
	}
	for _, k := range cases {
		if k.got != k.want {
			t.Errorf("got %q, want %q", k.got, k.want)
		}
	}
}

package input_test

import (
	"testing"

	"qingce/internal/input"
)

func TestDate(t *testing.T) {
	cases := []struct {
		typed       string
		sheet       bool
		want, extra string // note or error
	}{
		{"2017-09-30", false, "2017-09-30", ""},
		{" 2017-09-30 ", false, "2017-09-30", ""},
		{"2017-9-30", false, "2017-09-30", "input.note.date"},
		{"2017.9.30", false, "2017-09-30", "input.note.date"},
		{"2017/9/30", false, "2017-09-30", "input.note.date"},
		{"20170930", false, "2017-09-30", "input.note.date"},
		{"20170930", true, "2017-09-30", "input.note.date"},
		{"2017年9月30日", false, "2017-09-30", "input.note.date"},
		{"2017 年 9 月 30 日", false, "2017-09-30", "input.note.date"},
		{"２０１７－０９－３０", false, "2017-09-30", "input.note.date"},
		{"二〇一七年九月三十日", false, "2017-09-30", "input.note.date"},
		{"二○一七年十月二十一日", false, "2017-10-21", "input.note.date"},
		{"二〇一七年十二月十一日", false, "2017-12-11", "input.note.date"},
		{"2017-09-30 12:30:00", false, "2017-09-30", "input.note.date"},
		{"2017-09-30T00:00:00Z", false, "2017-09-30", "input.note.date"},
		{"2017年9月", false, "2017-09-01", "input.note.month"},
		{"2017-09", false, "2017-09-01", "input.note.month"},
		{"2017.9", false, "2017-09-01", "input.note.month"},
		{"201709", false, "2017-09-01", "input.note.month"},
		{"43008", true, "2017-09-30", "input.note.serial"},
		{"43008.5", true, "2017-09-30", "input.note.serial"},
		{"43008", false, "", "input.err.date"},
		{"2017", false, "", "input.err.year_only"},
		{"2017年", false, "", "input.err.year_only"},
		{"2017-02-30", false, "", "input.err.no_such_day"},
		{"2017-13-01", false, "", "input.err.no_such_day"},
		{"30/9/2017", false, "", "input.err.date_ambiguous"},
		{"9-30", false, "", "input.err.date"},
		{"不详", false, "", "input.err.date"},
	}
	for _, c := range cases {
		d, note, err := input.Date(c.typed, c.sheet)
		if err != nil {
			note = input.Code(err)
		}
		if d.String() != c.want || note != c.extra {
			t.Errorf("Date(%q, %v) = %s %s, want %s %s", c.typed, c.sheet, d, note, c.want, c.extra)
		}
	}
}

func TestMoney(t *testing.T) {
	cases := []struct {
		typed, unit string
		want        int64
		extra       string
	}{
		{"12.5", input.Wan, 12_500_000, ""},
		{"12.5万元", input.Wan, 12_500_000, "input.note.unit"},
		{"12.5 万", input.Yuan, 12_500_000, "input.note.unit"},
		{"125000元", input.Wan, 12_500_000, "input.note.unit"},
		{"¥1,200.50", input.Yuan, 120_050, "input.note.unit"},
		{"1200.50", input.Yuan, 120_050, ""},
		{"１２．５", input.Wan, 12_500_000, "input.note.unit"},
		{"0", input.Wan, 0, ""},
		{"0.000001", input.Wan, 1, ""},
		{"1.2亿元", input.Wan, 12_000_000_000, "input.note.unit"},
		{"0.0000001", input.Wan, 0, "input.err.decimals"},
		{"1.005", input.Yuan, 0, "input.err.decimals"},
		{"1.50000000", input.Yuan, 150, ""},
		{"-3", input.Wan, 0, "input.err.negative"},
		{"1,23", input.Wan, 0, "input.err.money"},
		{"约12万", input.Wan, 0, "input.err.money"},
		{"12.5.1", input.Wan, 0, "input.err.money"},
		{".", input.Wan, 0, "input.err.money"},
		{"", input.Wan, 0, "input.err.money"},
		{"99999999999999999999", input.Wan, 0, "input.err.too_big"},
		{"1e3", input.Wan, 0, "input.err.money"},
	}
	for _, c := range cases {
		n, note, err := input.Money(c.typed, c.unit)
		if err != nil {
			n, note = 0, input.Code(err)
		}
		if n != c.want || note != c.extra {
			t.Errorf("Money(%q, %s) = %d %s, want %d %s", c.typed, c.unit, n, note, c.want, c.extra)
		}
	}
}

func TestCount(t *testing.T) {
	cases := []struct {
		typed string
		want  int64
		extra string
	}{
		{"120", 120, ""}, {"0", 0, ""}, {"100", 100, ""}, {"1,234", 1234, "input.note.number"}, {"１２３４", 1234, "input.note.number"},
		{"120人", 120, "input.note.number"}, {"120.0", 120, "input.note.number"}, {"10.00", 10, "input.note.number"},
		{"约120", 0, "input.err.count"}, {"12.5", 0, "input.err.count"}, {"-1", 0, "input.err.negative"},
		{"", 0, "input.err.count"}, {"99999999999999999999", 0, "input.err.too_big"},
	}
	for _, c := range cases {
		n, note, err := input.Count(c.typed)
		if err != nil {
			n, note = 0, input.Code(err)
		}
		if n != c.want || note != c.extra {
			t.Errorf("Count(%q) = %d %s, want %d %s", c.typed, n, note, c.want, c.extra)
		}
	}
}

func TestBoolAndPhone(t *testing.T) {
	for typed, want := range map[string]string{"是": "true", "√": "true", " Yes ": "true", "１": "true", "无": "false", "×": "false", "也许": "input.err.bool"} {
		b, _, err := input.Bool(typed)
		got := map[bool]string{true: "true", false: "false"}[b]
		if err != nil {
			got = input.Code(err)
		}
		if got != want {
			t.Errorf("Bool(%q) = %s, want %s", typed, got, want)
		}
	}
	for typed, want := range map[string]string{
		"13800000000": "13800000000", "138 0000 0000": "13800000000", "+86 13800000000": "13800000000", "１３８００００００００": "13800000000",
		"0710-3456789": "0710-3456789", "07103456789": "0710-3456789", "0710-3456789-801": "0710-3456789-801",
		"0710-3456789转801": "0710-3456789-801", "02712345678": "027-12345678", "无": "input.err.phone", "12345": "input.err.phone", "3456789": "input.err.phone",
	} {
		got, _, err := input.Phone(typed)
		if err != nil {
			got = input.Code(err)
		}
		if got != want {
			t.Errorf("Phone(%q) = %s, want %s", typed, got, want)
		}
	}
}

func TestText(t *testing.T) {
	cases := []struct{ typed, want string }{
		{"  社保\u00a0系统\u3000 一期 ", "社保 系统 一期"},
		{"a\x00b\u200bc\x1b[31m", "abc[31m"},
		{"（试行）,。", "（试行）,。"},
	}
	for _, c := range cases {
		if got := input.Text(c.typed); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.typed, got, c.want)
		}
	}
	if got := input.Lines("一\r\n 二 \r三\n"); got != "一\n二\n三" {
		t.Errorf("Lines = %q", got)
	}
	if got := input.Ident(" ９１３５ 0100m000100y43 "); got != "91350100M000100Y43" {
		t.Errorf("Ident = %q", got)
	}
}

func FuzzNothingPanics(f *testing.F) {
	for _, s := range []string{"2017年9月", "12.5万元", "0710-3456789", "十", "-", "1,234", "43008"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, _, err := input.Date(s, true); err == nil && d.IsZero() {
			t.Errorf("Date(%q) is no day", s)
		}
		if n, _, err := input.Money(s, input.Wan); err == nil && n < 0 {
			t.Errorf("Money(%q) = %d", s, n)
		}
		if n, _, err := input.Count(s); err == nil && n < 0 {
			t.Errorf("Count(%q) = %d", s, n)
		}
		_, _, _ = input.Phone(s)
		if once := input.Text(s); input.Text(once) != once {
			t.Errorf("Text is not settled: %q", once)
		}
	})
}

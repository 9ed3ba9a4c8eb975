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
		{"2017/9/30 8:30", false, "2017-09-30", "input.note.date"},
		{"２０１７－０９－３０　０８：３０", false, "2017-09-30", "input.note.date"},
		{"2017年9月30日上午8时30分", false, "2017-09-30", "input.note.date"},
		{"2017-09-30T15:59:59Z", false, "2017-09-30", "input.note.date"},
		{"2017-09-30T16:00:00Z", false, "", "input.err.date_zone"},
		{"2017-09-30T23:00:00+08:00", false, "2017-09-30", "input.note.date"},
		{"2017-09-30T00:30:00+0900", false, "", "input.err.date_zone"},
		{"2017年9月", false, "2017-09-01", "input.note.month"},
		{"2017-09", false, "2017-09-01", "input.note.month"},
		{"2017.9", false, "2017-09-01", "input.note.month"},
		{"201709", false, "2017-09-01", "input.note.month"},
		{"43008", true, "2017-09-30", "input.note.serial"},
		{"43008.5", true, "2017-09-30", "input.note.serial"},
		{"４３００８", true, "2017-09-30", "input.note.serial"},
		{"19999", true, "", "input.err.date"},
		{"73051", true, "", "input.err.date"},
		{"43008", false, "", "input.err.date"},
		{"2017.9", true, "2017-09-01", "input.note.month"},
		{"2017.1", true, "", "input.err.date_tenth"},
		{"2017.1", false, "2017-01-01", "input.note.month"},
		{"2017.10", true, "2017-10-01", "input.note.month"},
		{"2017.9月", false, "2017-09-01", "input.note.month"},
		{"2017年9月份", false, "2017-09-01", "input.note.month"},
		{"2017年元月", false, "2017-01-01", "input.note.month"},
		{"2017年9月30", false, "2017-09-30", "input.note.date"},
		{"2017年9月30号", false, "2017-09-30", "input.note.date"},
		{"2017、9、30", false, "2017-09-30", "input.note.date"},
		{"2017。9。30", false, "2017-09-30", "input.note.date"},
		{"2017—9—30", false, "2017-09-30", "input.note.date"},
		{"二零一七年十二月卅一日", false, "2017-12-31", "input.note.date"},
		{"二〇一七年二十三十月", false, "", "input.err.date"},
		{"2017年9月底", false, "", "input.err.date"},
		{"2017年第三季度", false, "", "input.err.date"},
		{"约2017年9月", false, "", "input.err.date"},
		{"2017.9-2018.3", false, "", "input.err.date"},
		{"2017-09-30月", false, "", "input.err.date"},
		{"17年9月30日", false, "", "input.err.date"},
		{"0000-01-01", false, "", "input.err.no_such_day"},
		{"2017", false, "", "input.err.year_only"},
		{"2017", true, "", "input.err.year_only"},
		{"2017年", false, "2017-01-01", "input.note.year"},
		{"二〇一七年", false, "2017-01-01", "input.note.year"},
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
		{"125千元", input.Wan, 12_500_000, "input.note.unit"},
		{"1.25百万元", input.Yuan, 125_000_000, "input.note.unit"},
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
		{"100000000", input.Wan, 100_000_000_000_000, ""},
		{"100000000.000001", input.Wan, 0, "input.err.too_big"},
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
		{"120人", 0, "input.err.count_words"}, {"1.2万", 0, "input.err.count_words"}, {"120.0", 120, "input.note.number"}, {"10.00", 10, "input.note.number"},
		{"约120", 0, "input.err.count_words"}, {"无", 0, "input.err.count"}, {"12,34", 0, "input.err.count"}, {"1e3", 0, "input.err.count_words"}, {".0", 0, "input.err.count"}, {"12.5", 0, "input.err.count"}, {"-1", 0, "input.err.negative"},
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
	for typed, want := range map[string]string{"是": "true", "√": "true", " Yes ": "true", "１": "true", "无": "false", "×": "false", "✔": "true", "TRUE": "true", "错": "false", "": "input.err.bool", "也许": "input.err.bool"} {
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
		"86-138-0000-0000": "13800000000", "008613800000000": "13800000000", "1380000000": "input.err.phone", "138000000000": "input.err.phone",
		"（0710）3456789": "0710-3456789", "0710-345 6789": "0710-3456789", "0710-345-6789": "0710-3456789", "0710—3456789": "0710-3456789",
		"0710-3456789#801": "0710-3456789-801", "0710-3456789分机801": "0710-3456789-801", "010-12345678": "010-12345678", "+86 710 3456789": "0710-3456789", "+86-10-12345678": "010-12345678",
		"0710-34567": "input.err.phone", "071-03456789": "input.err.phone", "0010-3456789": "input.err.phone", "0710-3456789-": "input.err.phone", "0710-3456789-1-2": "input.err.phone",
		"13800000000/13900000000": "input.err.phone_several", "0710-3456789、3456780": "input.err.phone_several", "张三13800000000": "input.err.phone", "": "input.err.phone",
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
		{"全角ＡＢ１２３，（不动）。“引号”", "全角ＡＢ１２３，（不动）。“引号”"},
		{"方\u2066向\u2069与\u061c连\u200d字\ufeff", "方向与连字"},
		{"坏\xff字\ufffd节", "坏字节"},
		{"换\n行\t表", "换 行 表"},
		{"生僻𬭖与𠮷", "生僻𬭖与𠮷"},
	}
	for _, c := range cases {
		if got := input.Text(c.typed); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.typed, got, c.want)
		}
	}
	if got := input.Lines("一\r\n 二 \r三\n"); got != "一\n二\n三" {
		t.Errorf("Lines = %q", got)
	}
	if got := input.Ident("ga—０００１"); got != "GA-0001" {
		t.Errorf("Ident = %q", got)
	}
	if got := input.Ident(" ９１３５ 0100m000100y43 "); got != "91350100M000100Y43" {
		t.Errorf("Ident = %q", got)
	}
}

func FuzzNothingPanics(f *testing.F) {
	for _, s := range []string{"2017年9月", "12.5万元", "0710-3456789", "十", "-", "1,234", "43008", "2017-09-30T16:00:00+08:00", "0710-3456789转1", "二〇一七年十月"} {
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
		if p, _, err := input.Phone(s); err == nil {
			if again, note, err := input.Phone(p); err != nil || again != p || note != "" {
				t.Errorf("Phone(%q) = %q, which is read as %q %s %v", s, p, again, note, err)
			}
		}
		if d, _, err := input.Date(s, false); err == nil {
			if again, note, err := input.Date(d.String(), true); err != nil || again != d || note != "" {
				t.Errorf("Date(%q) = %s, which is read as %s %s %v", s, d, again, note, err)
			}
		}
		if code := input.Ident(s); input.Ident(code) != code {
			t.Errorf("Ident is not settled: %q", code)
		}
		if once := input.Text(s); input.Text(once) != once {
			t.Errorf("Text is not settled: %q", once)
		}
	})
}

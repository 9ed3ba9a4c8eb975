package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/chart"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

var words = chart.Words{Unmeasured: "未测", Empty: "暂无数据", NoGlyph: "〓 代表图片字体中没有的字。"}

func head(title string) chart.Head {
	return chart.Head{Title: title, Desc: "各单位一行，条越长数越大。", Note: "统计时间 2017-10-31 10:42", Words: words}
}

// pictures are one of every kind with everything that it can show.
var pictures = []struct {
	name string
	at   func(width int) chart.Drawing
}{
	{"bars", chart.Bars{
		Head: head("各部门信息系统数量"), Bars: []chart.Bar{
			{Label: "襄阳市人力资源和社会保障局(含市社会保险事业管理局、市劳动就业管理局、市人才服务中心)", Value: 17, Text: "17 · 65.38 %", Href: "/systems?owner_id=XY201&state=draft"},
			{Label: "市发改委", Value: 5, Text: "5 · 19.23 %"},
			{Label: "市民政局", Value: math.NaN()},
			{Label: "未填写", Value: 4, Text: "4 · 15.38 %", Href: "/systems?owner_id=(empty)", Missing: true},
			{Label: "市政府办", Value: 0, Text: "0"},
		},
	}.Draw},
	{"stacks", chart.Stacks{
		Head: head("填报进度"), Parts: []string{"未打开", "填写中", "已提交", "已接收"}, Stacks: []chart.Stack{
			{Label: "市人社局", Parts: []chart.Part{{Value: 2}, {Value: 5}, {Value: 8}, {Value: 11}}, Href: "/a", Text: "26"},
			{Label: "市民政局", Parts: []chart.Part{{Value: 12}, {Value: 0}, {Value: 1, Href: "/b"}, {Value: 3}}, Href: "/c"},
			{Label: "襄州区", Parts: []chart.Part{{Value: math.Inf(1)}}},
		},
	}.Draw},
	{"lines", chart.Lines{
		Head: head("月活跃用户"), Unit: "人", Points: []string{"2017-01", "2017-02", "2017-03", "2017-04", "2017-05", "2017-06", "2017-07", "2017-08"},
		Series: []chart.Series{
			{Name: "社保", Values: []float64{120, 135, 130, math.NaN(), math.NaN(), 160, 172, 181}},
			{Name: "民政", Values: []float64{80, 75, math.NaN(), math.NaN(), math.NaN(), 70, math.NaN(), 64}},
			{Name: "门户", Values: []float64{20, 22, 21, math.NaN(), math.NaN(), 55, 58}},
		},
	}.Draw},
	{"heat", chart.Heat{
		Head: head("各系统数据覆盖"), OffWord: "休息日", Levels: []string{"不足 50 %", "50–80 %", "80 % 以上"},
		Points: days(21), Off: weekends(21), Rows: []chart.HeatRow{
			{Label: "HJ-RS-01 社会保险经办信息系统（含养老、工伤、失业三个险种）", Href: "/usage/systems/HJ-RS-01", Text: "21/21", Levels: slices.Repeat([]int{2}, 21)},
			{Label: "HJ-JT-01", Text: "11/21", Levels: []int{2, 2, 2, 1, 0, -1, -1, -1, -1, -1, -1, -1, 2, 2, 2, 1, 2, 2, 2}},
			{Label: "HJ-WJ-01", Text: "0/21"},
		},
	}.Draw},
	{"days", chart.Days{
		Head: head("每日使用"), OffWord: "休息日", Points: days(21), Off: weekends(21),
		Panels: []chart.Panel{
			{Unit: "次", Series: []chart.Series{
				{Name: "人", Values: []float64{120, 135, 130, 90, 10, 8, math.NaN(), math.NaN(), math.NaN(), 160, 5, 0, 172, 181, 140, 120, 110, 9, 8, 122, 130}},
				{Name: "机器", Values: []float64{80, 75, math.NaN(), math.NaN(), math.NaN(), 70, math.NaN(), math.NaN(), math.NaN(), 64}},
			}},
			{Unit: "件", Series: []chart.Series{{Name: "办件", Values: []float64{12, 13, 0, 1}}}},
		},
		Bands: []chart.Band{
			{Name: "PB-0001 网关日志", Spans: []chart.Span{{From: 0, To: 5, Text: "09-20 – 09-25"}, {From: 9, To: 40, Text: "09-29 – 10-10"}}},
			{Name: "PB-0002 应用埋点", Spans: []chart.Span{{From: 12, To: 12}}},
		},
		Mark: &chart.Mark{Point: 3, Text: "最近使用 09-23"},
	}.Draw},
	{"matrix", chart.Matrix{
		Head: head("各部门六项指标"), Columns: []string{"得分", "整合数", "共享信息数", "系统联通率"}, Levels: []string{"90 以上", "75–90", "60–75", "60 以下"},
		Rows: []chart.MatrixRow{
			{Label: "襄阳市人力资源和社会保障局（含市社会保险事业管理局）", Href: "/scorecards/2017-11/XY201", Cells: []chart.MatrixCell{
				{Text: "82.19", Level: 1, Href: "/a"}, {Text: "66.67", Level: 2}, {Text: "100.00"}, {Text: "55.56", Level: 3, Href: "/b"},
			}},
			{Label: "市民政局", Cells: []chart.MatrixCell{{Text: "71.77", Level: 2}, {Text: "不适用", Level: -1}, {Text: "0.00", Level: 3}}},
		},
	}.Draw},
}

// days are the days from 20 September 2017, a Wednesday.
func days(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = time.Date(2017, 9, 20+i, 0, 0, 0, 0, time.UTC).Format("01-02")
	}
	return out
}

func weekends(n int) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = i%7 == 3 || i%7 == 4
	}
	return out
}

func TestSVGIsAsItWasLookedAt(t *testing.T) {
	for _, p := range pictures {
		for size, width := range map[string]int{"wide": chart.Wide, "narrow": chart.Narrow} {
			t.Run(p.name+"/"+size, func(t *testing.T) {
				d := p.at(width)
				golden(t, p.name+"-"+size+".svg", []byte(d.Inline("x-"+size)))
			})
		}
		golden(t, p.name+"-file.svg", p.at(chart.Wide).SVG())
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what is drawn now; look at it, then run with -update", name)
	}
	parse(t, got)
}

// element is a start tag of a picture with the text right inside it.
type element struct {
	xml.StartElement
	text string
}

func (e element) attr(name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// parse reads a picture strictly.
func parse(t testing.TB, svg []byte) []element {
	t.Helper()
	var all []element
	var open []int
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%s", err, svg)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			all, open = append(all, element{StartElement: tok.Copy()}), append(open, len(all))
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				all[open[len(open)-1]].text += string(tok)
			}
		}
	}
}

func TestAPictureFitsTheContentPolicyAndScreenReaders(t *testing.T) {
	for _, p := range pictures {
		inline, file := []byte(p.at(chart.Wide).Inline("a")), p.at(chart.Wide).SVG()
		ids := map[string]bool{}
		for _, e := range append(parse(t, inline), parse(t, file)...) {
			for _, a := range e.Attr {
				if name := a.Name.Local; name == "style" || strings.HasPrefix(name, "on") {
					t.Errorf("%s: <%s> has the attribute %s", p.name, e.Name.Local, name)
				}
			}
			if id := e.attr("id"); id != "" {
				ids[id] = true
			}
			if e.Name.Local == "style" || e.Name.Local == "script" {
				t.Errorf("%s: <%s>", p.name, e.Name.Local)
			}
		}
		root := parse(t, inline)[0]
		if !ids[root.attr("aria-labelledby")] || !ids[root.attr("aria-describedby")] {
			t.Errorf("%s: named by %q and %q, which are not there", p.name, root.attr("aria-labelledby"), root.attr("aria-describedby"))
		}
		wantRole := map[bool]string{true: "group", false: "img"}[p.name != "lines" && p.name != "days"] // courses lead nowhere
		if got := root.attr("role"); got != wantRole {
			t.Errorf("%s: role %q, want %q", p.name, got, wantRole)
		}
		if got := parse(t, file)[0].attr("role"); got != "img" {
			t.Errorf("%s: role %q of the file, want img", p.name, got)
		}
	}
}

func TestLinksStayInTheHouse(t *testing.T) {
	for _, c := range []struct{ href, want string }{
		{"/systems?a=1&b=2", "/systems?a=1&b=2"},
		{"?page=2", "?page=2"},
		{"#rows", "#rows"},
		{"javascript:alert(1)", ""},
		{"//evil.example/", ""},
		{`/\evil.example/`, ""},
		{"https://evil.example/", ""},
		{"/a\nb", ""},
		{"", ""},
	} {
		d := chart.Bars{Head: head("t"), Bars: []chart.Bar{{Label: "a", Value: 1, Href: c.href}}}.Draw(chart.Wide)
		got := ""
		for _, e := range parse(t, []byte(d.Inline("a"))) {
			if e.Name.Local == "a" {
				got = e.attr("href")
			}
		}
		if got != c.want {
			t.Errorf("%q leads to %q, want %q", c.href, got, c.want)
		}
	}
}

func TestNotMeasuredIsAGapWithItsWord(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for name, d := range map[string]chart.Drawing{
			"bars":   chart.Bars{Head: head("t"), Bars: []chart.Bar{{Label: "a", Value: v, Text: "0"}}}.Draw(chart.Wide),
			"stacks": chart.Stacks{Head: head("t"), Stacks: []chart.Stack{{Label: "a", Text: "0", Parts: []chart.Part{{Value: 1}, {Value: v}}}}}.Draw(chart.Wide),
			"lines":  chart.Lines{Head: head("t"), Points: []string{"1", "2"}, Series: []chart.Series{{Name: "a", Values: []float64{v, 3}}}}.Draw(chart.Wide),
		} {
			svg := string(d.Inline("a"))
			if !strings.Contains(svg, "url(#c-a-gap)") || !strings.Contains(svg, ">未测</text>") && name != "lines" {
				t.Errorf("%s of %v: no hatched gap with its word: %s", name, v, svg)
			}
			if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
				t.Errorf("%s of %v writes it: %s", name, v, svg)
			}
		}
	}
}

func TestAGapInACourseIsNotBridged(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name    string
		values  []float64
		strokes int // lines between points
		marks   int
	}{
		{"whole", []float64{1, 2, 3, 4}, 1, 4},
		{"a gap", []float64{1, 2, nan, 4, 5}, 2, 4},
		{"alone at the end", []float64{1, 2, nan, 4}, 1, 3},
		{"only single points", []float64{1, nan, 3, nan, 5}, 0, 3},
		{"nothing", []float64{nan, nan}, 0, 0},
		{"one", []float64{7}, 0, 1},
	} {
		l := chart.Lines{Head: head("t"), Series: []chart.Series{{Values: c.values, Name: "甲"}, {Values: make([]float64, len(c.values)), Name: "乙"}}}
		for i := range c.values {
			l.Points = append(l.Points, fmt.Sprint(i))
		}
		l.Series = l.Series[:1]
		strokes, marks := 0, 0
		for _, e := range parse(t, []byte(l.Draw(chart.Wide).Inline("a"))) {
			if e.Name.Local != "path" || e.attr("stroke") != "#1a4480" {
				continue
			}
			if strings.HasSuffix(e.attr("d"), "Z") {
				marks++
			} else {
				strokes++
			}
		}
		if strokes-1 != c.strokes || marks-1 != c.marks { // the legend has one of each
			t.Errorf("%s: %d lines and %d marks, want %d and %d", c.name, strokes-1, marks-1, c.strokes, c.marks)
		}
	}
}

func TestBarsAreAsLongAsTheirValues(t *testing.T) {
	d := chart.Bars{Head: head("t"), Bars: []chart.Bar{{Label: "a", Value: 40}, {Label: "b", Value: 10}, {Label: "c", Value: 0}, {Label: "d", Value: -3}, {Label: "e", Value: 20, Missing: true}}}.Draw(chart.Wide)
	var wide []float64
	for _, e := range parse(t, []byte(d.Inline("a"))) {
		if e.Name.Local == "rect" && e.attr("stroke") != "" {
			var w float64
			fmt.Sscan(e.attr("width"), &w)
			wide = append(wide, w)
		}
	}
	if len(wide) != 3 || math.Abs(wide[0]-4*wide[1]) > 0.5 || math.Abs(wide[0]-2*wide[2]) > 0.5 {
		t.Errorf("bars %v, want three of 4 : 1 : 2 and none for nothing", wide)
	}
}

func TestWithoutRowsAPictureSaysSo(t *testing.T) {
	for name, d := range map[string]chart.Drawing{
		"bars": chart.Bars{Head: head("t")}.Draw(chart.Wide), "stacks": chart.Stacks{Head: head("t")}.Draw(chart.Wide),
		"lines":  chart.Lines{Head: head("t"), Points: []string{"1"}}.Draw(chart.Wide),
		"heat":   chart.Heat{Head: head("t"), Points: []string{"1"}}.Draw(chart.Wide),
		"days":   chart.Days{Head: head("t"), Panels: make([]chart.Panel, 1)}.Draw(chart.Wide),
		"matrix": chart.Matrix{Head: head("t"), Columns: []string{"1"}}.Draw(chart.Wide),
	} {
		if svg := string(d.Inline("a")); !strings.Contains(svg, "暂无数据") {
			t.Errorf("%s: %s", name, svg)
		}
		if _, err := d.PNG(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// inkOf decodes a PNG and counts its dots that are not white.
func inkOf(t *testing.T, d chart.Drawing) (image.Image, int) {
	t.Helper()
	raw, err := d.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if color.GrayModel.Convert(img.At(x, y)) != (color.Gray{Y: 255}) {
				n++
			}
		}
	}
	return img, n
}

func TestPNGHasInk(t *testing.T) {
	for _, p := range pictures {
		d := p.at(chart.Wide)
		img, n := inkOf(t, d)
		w, h := d.Size()
		if b := img.Bounds(); b.Dx() < 2*w || b.Dy() < 2*h {
			t.Errorf("%s: %v for a picture of %d × %d, want twice the dots and a frame", p.name, b, w, h)
		}
		if all := img.Bounds().Dx() * img.Bounds().Dy(); n < all/100 || n > all*3/4 {
			t.Errorf("%s: %d of %d dots are inked", p.name, n, all)
		}
		if dir := os.Getenv("QINGCE_CHART_DIR"); dir != "" {
			raw, _ := d.PNG()
			if err := os.WriteFile(filepath.Join(dir, p.name+".png"), raw, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestPNGWritesChineseAndSaysWhatItCannot(t *testing.T) {
	draw := func(label string) int {
		_, n := inkOf(t, chart.Bars{Head: chart.Head{Title: "t", Words: words}, Bars: []chart.Bar{{Label: label, Value: 1}}}.Draw(chart.Wide))
		return n
	}
	if one, two := draw("一"), draw("襄"); two < one+40 {
		t.Errorf("襄 leaves %d dots, 一 leaves %d: is it drawn?", two, one)
	}
	if same, other := draw("襄"), draw("阳"); same == other {
		t.Error("two characters leave the same ink: boxes?")
	}
	if plain, rare := draw("〓"), draw("\U0002CC56"); rare < plain+500 {
		t.Errorf("a character that the font lacks leaves %d dots, 〓 %d: want the remark as well", rare, plain)
	}
}

func TestAPictureTooLargeForPNG(t *testing.T) {
	d := chart.Bars{Head: head("t"), Bars: make([]chart.Bar, 5000)}.Draw(chart.Wide)
	if _, err := d.PNG(); !errors.Is(err, chart.ErrTooLarge) {
		t.Errorf("%v, want ErrTooLarge", err)
	}
}

func TestLongLabelsStayInTheirPlace(t *testing.T) {
	long := strings.Repeat("襄阳市行政审批综合服务", 6)
	for _, width := range []int{chart.Wide, chart.Narrow} {
		d := chart.Bars{Head: head("t"), Bars: []chart.Bar{{Label: long, Value: 3, Text: "3"}, {Label: "短", Value: 1}}}.Draw(width)
		var lines, titles []string
		for _, e := range parse(t, []byte(d.Inline("a"))) {
			switch e.Name.Local {
			case "text":
				lines = append(lines, e.text)
			case "title":
				titles = append(titles, e.text)
			}
		}
		if !strings.HasSuffix(lines[1], "…") || len([]rune(lines[0])) > 26 {
			t.Errorf("width %d: lines %q, want two short ones with an end mark", width, lines[:2])
		}
		if !slices.Contains(titles, long+"  3") {
			t.Errorf("width %d: the whole name is not to be seen on hover: %q", width, titles)
		}
	}
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{"市人社局", `<script>alert(1)</script>`, `"><img src=x onerror=1>`, "A&B", "a\x00b\x1f", "\xff\xfe", "]]>", "\u202eabc", "\uffff", "", "x y\nz", strings.Repeat("长", 300)} {
		f.Add(s, 3.5)
	}
	f.Fuzz(func(t *testing.T, s string, v float64) {
		h := chart.Head{Title: s, Desc: s, Note: s, Words: chart.Words{Unmeasured: s, Empty: s, NoGlyph: s}}
		for _, d := range []chart.Drawing{
			chart.Bars{Head: h, Bars: []chart.Bar{{Label: s, Text: s, Href: s, Value: v}, {Label: "b", Value: 1}}}.Draw(chart.Wide),
			chart.Bars{Head: h}.Draw(chart.Narrow),
			chart.Stacks{Head: h, Parts: []string{s}, Stacks: []chart.Stack{{Label: s, Text: s, Href: s, Parts: []chart.Part{{Value: v, Text: s, Href: s}}}}}.Draw(chart.Narrow),
			chart.Lines{Head: h, Unit: s, Points: []string{s, "2"}, Series: []chart.Series{{Name: s, Values: []float64{1, v}, Texts: []string{s}}}}.Draw(chart.Wide),
			chart.Matrix{Head: h, Columns: []string{s, s}, Levels: []string{s, s}, Rows: []chart.MatrixRow{{Label: s, Href: s, Cells: []chart.MatrixCell{{Text: s, Href: s, Level: int(v)}}}}}.Draw(chart.Narrow),
		} {
			for _, svg := range [][]byte{[]byte(d.Inline(s)), d.SVG()} {
				for _, e := range parse(t, svg) {
					if !slices.Contains([]string{"svg", "g", "a", "rect", "path", "text", "title", "desc", "defs", "pattern"}, e.Name.Local) {
						t.Fatalf("%q became <%s>", s, e.Name.Local)
					}
					for _, a := range e.Attr {
						if n := a.Name.Local; strings.HasPrefix(n, "on") || n == "style" || strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
							t.Fatalf("%q, %v became %s=%q", s, v, n, a.Value)
						}
					}
				}
			}
		}
	})
}

func BenchmarkDraw(b *testing.B) {
	bars := chart.Bars{Head: head("各部门信息系统数量")}
	for i := range 30 {
		bars.Bars = append(bars.Bars, chart.Bar{Label: fmt.Sprint("襄阳市第", i, "号部门"), Value: float64(30 - i), Href: "/systems?owner_id=1"})
	}
	b.Run("svg", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d := bars.Draw(chart.Wide)
			d.Inline("a")
		}
	})
	b.Run("png", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := bars.Draw(chart.Wide).PNG(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestAStretchOfOneLevelSaysFromWhenToWhen(t *testing.T) {
	h := chart.Heat{Head: head("x"), Points: days(6), Levels: []string{"低", "高"}, Rows: []chart.HeatRow{
		{Label: "甲", Levels: []int{1, 1, -1, -1, 0}},
	}}
	got := titles(parse(t, []byte(h.Draw(chart.Wide).Inline("x"))))
	for _, want := range []string{"甲  09-20 – 09-21  高", "甲  09-22 – 09-23  未测", "甲  09-24  低", "甲  09-25  未测"} {
		if !slices.Contains(got, want) {
			t.Errorf("no stretch %q among %q", want, got)
		}
	}
}

func TestADayWithoutFiguresSaysSoAndNotZero(t *testing.T) {
	c := chart.Days{Head: head("x"), Points: days(3), Off: []bool{false, true}, OffWord: "休", Panels: []chart.Panel{
		{Series: []chart.Series{{Name: "人", Values: []float64{0, math.NaN(), 5}}}},
	}}
	got := titles(parse(t, []byte(c.Draw(chart.Wide).Inline("x"))))
	for _, want := range []string{"09-20  人 0", "09-21  休  人 未测", "09-22  人 5"} {
		if !slices.Contains(got, want) {
			t.Errorf("no day %q among %q", want, got)
		}
	}
}

// titles are the texts shown on hover.
func titles(all []element) []string {
	var out []string
	for _, e := range all {
		if e.Name.Local == "title" {
			out = append(out, e.text)
		}
	}
	return out
}

// TestBoxesAndLettersOfAPNG looks at dots: a box has its colour up to its edges
// and half of it where it ends within a dot, and letters have their holes.
func TestBoxesAndLettersOfAPNG(t *testing.T) {
	m := metrics(2)
	raw, err := m.Draw(chart.Wide).PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			found[fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)]++
		}
	}
	for _, shade := range []string{"#e6ebf1", "#b7c7da", "#4f6a8a", "#12305c"} {
		if found[shade] < 200 {
			t.Errorf("the shade %s has %d dots", shade, found[shade])
		}
	}
	if shades := len(found); shades < 12 {
		t.Errorf("%d colours: letters have no soft edges", shades)
	}
}

package sheet_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/sheet"
)

func template() sheet.Table {
	return sheet.Table{
		Sheet: "信息系统", Title: "信息系统清单", Notes: []string{"筛选：主管单位=公安局", "=导出时间 2017-10-31 09:30"},
		Columns: []sheet.Column{
			{Key: "code", Title: "系统编码", Group: "基本信息", Help: "由系统生成，新增时留空", MaxLength: 18},
			{Key: "name", Title: "系统名称", Group: "基本信息", Required: true, Help: strings.Repeat("填写批复文件上的全称。", 40)},
			{Key: "phase", Title: "建设阶段", Kind: sheet.ColumnList, Options: []string{"拟建", "在建", "在用", "=停运"}},
			{Key: "network", Title: "所在网络", Kind: sheet.ColumnMulti, Options: []string{"电子政务外网", "互联网"}},
			{Key: "users", Title: "用户数", Group: "使用", Kind: sheet.ColumnNumber, Unit: "人"},
			{Key: "cost", Title: "运维经费", Group: "使用", Kind: sheet.ColumnMoney, Unit: "万元", FenPerUnit: 1_000_000},
			{Key: "build", Title: "建设经费", Kind: sheet.ColumnMoney, Unit: "元"},
			{Key: "enabled", Title: "启用时间", Kind: sheet.ColumnDate},
			{Key: "size", Title: "数据量", Kind: sheet.ColumnDecimal, Unit: "GB"},
			{Key: "phase2", Title: "原阶段", Kind: sheet.ColumnList, Options: []string{"拟建", "在建", "在用", "=停运"}},
		},
	}
}

var (
	day   = calendar.NewDate(2017, time.September, 30)
	short = []sheet.Value{
		sheet.Text("911421060000000001"), sheet.Text("=SUM(A1)"), sheet.Text("在用"), sheet.Text("互联网、电子政务外网"),
		sheet.Whole(120), sheet.Amount(12_500_001), sheet.Amount(12_345_678_90), sheet.Day(day), sheet.Decimal("12.5"),
	}
)

// written is a workbook with one table, and notes behind it.
func written(tb testing.TB, t sheet.Table, rows ...[]sheet.Value) []byte {
	tb.Helper()
	opt := options(tb)
	opt.Properties = map[string]string{"template": "systems", "version": "3"}
	w := sheet.NewWriter(opt)
	defer w.Close()
	table, err := w.Table(t)
	if err != nil {
		tb.Fatal(err)
	}
	for _, row := range rows {
		if err := table.Row(row...); err != nil {
			tb.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := w.Notes("说明", "填表说明", [][]string{{"系统名称", "填写批复文件上的全称"}, {"=1+1"}}); err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := w.WriteTo(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func library(t *testing.T, raw []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestWrittenTableIsReadBack(t *testing.T) {
	book := mustOpen(t, written(t, template(), short, []sheet.Value{{}, sheet.Text("乙")}))
	rows := book.Rows("信息系统")
	h, err := sheet.FindHeader(rows, sheet.Known(template().Columns))
	if err != nil {
		t.Fatal(err)
	}
	want := "row 5; A5 code; B5 name; C5 phase; D5 network; E5 users in 人; F5 cost in 万元; G5 build in 元; H5 enabled; I5 size in gb; J5 phase2"
	if got := dumpHeader(h); got != want {
		t.Errorf("header %s\nwant %s", got, want)
	}
	var data []sheet.Row
	for row, err := range h.Data(rows) {
		if err != nil {
			t.Fatal(err)
		}
		data = append(data, row)
	}
	wantRows := "6: A6=911421060000000001 B6==SUM(A1) C6=在用 D6=互联网、电子政务外网 E6=120 F6=12.500001 G6=12345678.9 H6=2017-09-30 I6=12.5\n7: B7=乙\n"
	if got := dump(data); got != wantRows {
		t.Errorf("rows:\n%swant:\n%s", got, wantRows)
	}
	if id, ok := book.Property("template"); id != "systems" || !ok {
		t.Errorf("template property %q", id)
	}
	if version, _ := book.Property("version"); version != "3" {
		t.Errorf("version property %q", version)
	}
	if _, ok := book.Property("other"); ok {
		t.Error("a property that was not written is there")
	}
	if got := strings.Join(book.Sheets(), ","); got != "信息系统,说明" {
		t.Errorf("sheets that are shown: %s", got)
	}
}

func TestNoFormulaIsEverWritten(t *testing.T) {
	f := library(t, written(t, template(), short))
	for _, tab := range f.GetSheetList() {
		rows, err := f.GetRows(tab)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j := range row {
				if formula, err := f.GetCellFormula(tab, sheet.Address(j+1, i+1)); err != nil || formula != "" {
					t.Errorf("%s!%s has the formula %q, %v", tab, sheet.Address(j+1, i+1), formula, err)
				}
			}
		}
	}
}

func TestDropDownsComeFromAHiddenSheet(t *testing.T) {
	f := library(t, written(t, template(), short))
	rules, err := f.GetDataValidations("信息系统")
	if err != nil {
		t.Fatal(err)
	}
	byPlace := map[string]*excelize.DataValidation{}
	for _, rule := range rules {
		byPlace[rule.Sqref[:1]] = rule
	}
	cases := []struct{ column, kind, operator, formula, style string }{
		{"A", "textLength", "lessThanOrEqual", "18", "stop"},
		{"C", "list", "", "list_1_", "stop"},
		{"D", "list", "", "list_2_", ""},
		{"E", "whole", "greaterThanOrEqual", "0", "stop"},
		{"F", "decimal", "greaterThanOrEqual", "0", "stop"},
		{"H", "date", "greaterThanOrEqual", "1", "stop"},
		{"I", "decimal", "greaterThanOrEqual", "0", "stop"},
		{"J", "list", "", "list_1_", "stop"},
	}
	for _, c := range cases {
		rule := byPlace[c.column]
		if rule == nil || rule.Type != c.kind || rule.Operator != c.operator || rule.Formula1 != c.formula || rule.Formula2 != "" {
			t.Errorf("rule of column %s: %+v, want %s %s %s", c.column, rule, c.kind, c.operator, c.formula)
			continue
		}
		if want := c.column + "6:" + c.column + "1048576"; rule.Sqref != want {
			t.Errorf("rule stands at %s, want %s", rule.Sqref, want)
		}
		if rule.ShowErrorMessage != (c.style != "") || c.style != "" && (*rule.ErrorStyle != c.style || *rule.Error == "") {
			t.Errorf("column %s complains %t, want style %q", c.column, rule.ShowErrorMessage, c.style)
		}
	}
	names := map[string]string{}
	for _, name := range f.GetDefinedName() {
		names[name.Name] = name.RefersTo
	}
	if names["list_1_"] != "_lists!$A$1:$A$4" || names["list_2_"] != "_lists!$B$1:$B$2" {
		t.Errorf("lists stand at %v", names)
	}
	if got, _ := f.GetCellValue("_lists", "A4"); got != "=停运" {
		t.Errorf("fourth option %q", got)
	}
	raw, _ := f.Pkg.Load("xl/workbook.xml")
	if !strings.Contains(string(raw.([]byte)), `state="veryHidden"`) {
		t.Error("the lists can be made visible by the menu")
	}
}

func TestHelp(t *testing.T) {
	f := library(t, written(t, template(), short))
	comments, err := f.GetComments("信息系统")
	if err != nil {
		t.Fatal(err)
	}
	if len(comments) != 2 || comments[1].Cell != "B5" || !strings.Contains(comments[1].Text, template().Columns[1].Help) {
		t.Errorf("comments %+v, want the whole help at B5", comments)
	}
	rules, err := f.GetDataValidations("信息系统")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		if rule.Sqref[:1] == "B" && (!rule.ShowInputMessage || len([]rune(*rule.Prompt)) != 255 || *rule.PromptTitle != "系统名称") {
			t.Errorf("help on entering B: %q %q", *rule.PromptTitle, *rule.Prompt)
		}
	}
}

func TestLookOfATable(t *testing.T) {
	f := library(t, written(t, template(), append(short[:8:8], sheet.Text("很多").Mark(), sheet.Value{}.Mark())))
	panes, err := f.GetPanes("信息系统")
	if err != nil || !panes.Freeze || panes.YSplit != 5 || panes.XSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	merged, err := f.GetMergeCells("信息系统")
	if err != nil || len(merged) != 2 || merged[0][0] != "A4:B4" || merged[1][0] != "E4:F4" {
		t.Errorf("groups %v, %v", merged, err)
	}
	if got, _ := f.GetCellValue("信息系统", "B5"); got != "系统名称（必填）" {
		t.Errorf("header %q", got)
	}
	cases := []struct{ cell, shown, format string }{
		{"A6", "911421060000000001", "@"}, {"A99", "", "@"},
		{"F6", "12.500001", "#,##0.00####"}, {"G6", "12,345,678.90", ""},
		{"H6", "2017-09-30", "yyyy-mm-dd"}, {"H99", "", "yyyy-mm-dd"},
	}
	for _, c := range cases {
		if got, _ := f.GetCellValue("信息系统", c.cell); got != c.shown {
			t.Errorf("%s shows %q, want %q", c.cell, got, c.shown)
		}
		id, err := f.GetCellStyle("信息系统", c.cell)
		if err != nil {
			t.Fatal(err)
		}
		look, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case c.format == "@" && look.NumFmt != 49,
			c.format != "@" && c.format != "" && (look.CustomNumFmt == nil || *look.CustomNumFmt != c.format):
			t.Errorf("%s has the format %d %v, want %s", c.cell, look.NumFmt, look.CustomNumFmt, c.format)
		}
	}
	for _, cell := range []string{"I6", "J6"} {
		id, _ := f.GetCellStyle("信息系统", cell)
		if look, err := f.GetStyle(id); err != nil || len(look.Fill.Color) != 1 || look.Fill.Color[0] != "FFC7CE" {
			t.Errorf("%s is not coloured: %+v, %v", cell, look.Fill, err)
		}
	}
	raw, _ := f.Pkg.Load("xl/worksheets/sheet1.xml")
	for _, part := range []string{`<autoFilter ref="$A$5:$J$6"`, `orientation="landscape"`, `<pageSetUpPr fitToPage="true"`} {
		if !strings.Contains(string(raw.([]byte)), part) {
			t.Errorf("the table has no %s", part)
		}
	}
	if strings.Contains(string(raw.([]byte)), "<dimension") {
		t.Error("the table claims a size that it did not know")
	}
	for _, name := range f.GetDefinedName() {
		if name.Name == "_xlnm.Print_Titles" && name.RefersTo == "'信息系统'!$A:$A,'信息系统'!$5:$5" {
			return
		}
	}
	t.Error("the header is not printed on every page")
}

func TestValuesInCells(t *testing.T) {
	cases := []struct {
		name   string
		column sheet.Column
		value  sheet.Value
		want   sheet.Cell
	}{
		{"fen in 元", sheet.Column{Kind: sheet.ColumnMoney}, sheet.Amount(1), sheet.Cell{Kind: sheet.CellNumber, Text: "0.01"}},
		{"fen in 万元", sheet.Column{Kind: sheet.ColumnMoney, FenPerUnit: 1_000_000}, sheet.Amount(1), sheet.Cell{Kind: sheet.CellNumber, Text: "0.000001"}},
		{"fen that need all digits", sheet.Column{Kind: sheet.ColumnMoney}, sheet.Amount(999_999_999_999_999), sheet.Cell{Kind: sheet.CellNumber, Text: "9999999999999.99"}},
		{"fen of more than 15 digits", sheet.Column{Kind: sheet.ColumnMoney}, sheet.Amount(9_007_199_254_740_993), sheet.Cell{Kind: sheet.CellText, Text: "90071992547409.93"}},
		{"least amount", sheet.Column{Kind: sheet.ColumnMoney}, sheet.Amount(-9_223_372_036_854_775_808), sheet.Cell{Kind: sheet.CellText, Text: "-92233720368547758.08"}},
		{"count of more than 15 digits", sheet.Column{Kind: sheet.ColumnNumber}, sheet.Whole(1_000_000_000_000_001), sheet.Cell{Kind: sheet.CellText, Text: "1000000000000001"}},
		{"a wrong text in a number column", sheet.Column{Kind: sheet.ColumnNumber}, sheet.Text("约120"), sheet.Cell{Kind: sheet.CellText, Text: "约120"}},
		{"a day in a text column", sheet.Column{}, sheet.Day(day), sheet.Cell{Kind: sheet.CellDate, Text: "2017-09-30"}},
		{"a number in a date column", sheet.Column{Kind: sheet.ColumnDate}, sheet.Whole(43008), sheet.Cell{Kind: sheet.CellNumber, Text: "43008"}},
		{"a day before 1900", sheet.Column{Kind: sheet.ColumnDate}, sheet.Day(calendar.NewDate(1899, 12, 31)), sheet.Cell{Kind: sheet.CellText, Text: "1899-12-31"}},
		{"a number of 20 digits", sheet.Column{Kind: sheet.ColumnDecimal}, sheet.Decimal("0.12345678901234567890"), sheet.Cell{Kind: sheet.CellText, Text: "0.12345678901234567890"}},
		{"what is no number", sheet.Column{Kind: sheet.ColumnDecimal}, sheet.Decimal("1e5"), sheet.Cell{Kind: sheet.CellText, Text: "1e5"}},
		{"no date", sheet.Column{Kind: sheet.ColumnDate}, sheet.Day(calendar.Date{}), sheet.Cell{}},
		{"leading plus", sheet.Column{}, sheet.Text("+86 710"), sheet.Cell{Kind: sheet.CellText, Text: "+86 710"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.column.Title = "列"
			raw := written(t, sheet.Table{Columns: []sheet.Column{c.column, {Title: "尾"}}}, []sheet.Value{c.value, sheet.Text("x")})
			c.want.Address = "A2"
			if got := mustAll(t, mustOpen(t, raw))[1].Cells[0]; got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestCellsAreWrittenAgainAsTheyWere(t *testing.T) {
	columns := []sheet.Column{{Title: "一", Kind: sheet.ColumnDate}, {Title: "二"}, {Title: "三", Kind: sheet.ColumnNumber}}
	first := mustAll(t, mustOpen(t, written(t, sheet.Table{Columns: columns},
		[]sheet.Value{sheet.Day(day), sheet.Decimal("12.5"), sheet.Text("约120")})))[1]
	again := mustAll(t, mustOpen(t, written(t, sheet.Table{Columns: columns},
		[]sheet.Value{first.Cell(1).Value(), first.Cell(2).Value(), first.Cell(3).Value().Mark()})))[1]
	for i := range first.Cells {
		if first.Cells[i] != again.Cells[i] {
			t.Errorf("%+v became %+v", first.Cells[i], again.Cells[i])
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	w := sheet.NewWriter(options(t))
	defer w.Close()
	if _, err := w.WriteTo(io.Discard); err == nil {
		t.Error("a workbook without tables was written")
	}
	table, err := w.Table(sheet.Table{Sheet: "a/b:c", Columns: []sheet.Column{{Title: "一"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Table(sheet.Table{Sheet: "b"}); err == nil {
		t.Error("a second table was begun while the first is open")
	}
	if _, err := w.WriteTo(io.Discard); err == nil {
		t.Error("a workbook with an open table was written")
	}
	if err := table.Row(sheet.Text("1"), sheet.Text("2")); err == nil {
		t.Error("two values for one column were taken")
	}
	err = table.Row(sheet.Text(strings.Repeat("长", 32_768)))
	wantRefusal(t, err, fault.TooLarge, "sheet.err.cell_too_long")
	if err := table.Row(sheet.Text(strings.Repeat("长", 32_767))); err != nil {
		t.Errorf("a text of just the length: %v", err)
	}
}

func TestNoAuthorIsClaimed(t *testing.T) {
	f := library(t, written(t, template()))
	props, err := f.GetDocProps()
	if err != nil || props.Creator != "" || props.Created != "" {
		t.Errorf("made by %q at %q, %v", props.Creator, props.Created, err)
	}
}

func TestTemporaryFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	w := sheet.NewWriter(options(t))
	table, err := w.Table(sheet.Table{Columns: benchColumns()})
	if err != nil {
		t.Fatal(err)
	}
	for row := range 6_000 {
		if err := table.Row(benchRow(benchColumns(), row)...); err != nil {
			t.Fatal(err)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) == 0 {
		t.Fatalf("rows are kept in memory: %d files, %v", len(files), err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("%d files are left, %v", len(files), err)
	}
}

func TestNamesOfTabs(t *testing.T) {
	w := sheet.NewWriter(options(t))
	defer w.Close()
	for _, name := range []string{"系统/部门:[1]", "系统 部门  1", "", "'x'", strings.Repeat("很长", 30), strings.Repeat("很长", 30)} {
		table, err := w.Table(sheet.Table{Sheet: name, Columns: []sheet.Column{{Title: "一"}}})
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if err := table.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if _, err := w.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	got := mustOpen(t, out.Bytes()).Sheets()
	if len(got) != 6 || got[0] != "系统 部门  1" || got[1] != "系统 部门  1 2" || got[2] != "Sheet" || got[3] != "x" {
		t.Errorf("tabs %q", got)
	}
	for _, name := range got {
		if n := len([]rune(name)); n > 31 {
			t.Errorf("tab %q has %d characters", name, n)
		}
	}
}

// FuzzTextRoundTrip: any text a person can type comes back from a workbook
// exactly.
func FuzzTextRoundTrip(f *testing.F) {
	for _, seed := range []string{"=1+1", "_x000D_", "_x005F_x000D_", "_x005F_", "_xD83D_", "_xD83D__xD83D_", "_xZZZZ_", "a\r\nb\rc", " x ", "<a>&amp;]]>", "\U0001F600\U0002CC56", "'=x", "_x_x0041_", "__x0041__", "_x0100_x0000_"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		if strings.TrimSpace(text) == "" || len(text) > 30_000 || controls(text) || strings.ContainsAny(text, "\uFFFD\uFFFE\uFFFF") {
			t.Skip()
		}
		raw := written(t, sheet.Table{Columns: []sheet.Column{{Title: "一"}}}, []sheet.Value{sheet.Text(text)})
		got := mustAll(t, mustOpen(t, raw))[1].Cells[0].Text
		if got != text {
			t.Errorf("%q came back as %q", text, got)
		}
	})
}

func ExampleFindHeader() {
	file := "信息系统清单\n系统名称（必填）,运维经费（万元）\n户籍系统,12.5\n"
	book, err := sheet.Open(strings.NewReader(file), int64(len(file)), "a.csv", sheet.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := book.Rows(book.Sheets()[0])
	header, err := sheet.FindHeader(rows, sheet.Known([]sheet.Column{{Key: "name", Title: "系统名称"}, {Key: "cost", Title: "运维经费"}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for row, err := range header.Data(rows) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, column := range header.Columns {
			cell := row.Cell(column.Column)
			fmt.Println(column.Key, cell.Address, column.Unit, cell.Text)
		}
	}
	// Output:
	// name A3  户籍系统
	// cost B3 万元 12.5
}

package sheet_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/sheet"
)

// styled is a cell with a number format: a built-in one by number or a code.
func styled(t *testing.T, f *excelize.File, cell string, value any, format any) {
	t.Helper()
	look := &excelize.Style{}
	switch format := format.(type) {
	case int:
		look.NumFmt = format
	case string:
		look.CustomNumFmt = &format
	}
	id, err := f.NewStyle(look)
	if err == nil {
		err = f.SetCellStyle("Sheet1", cell, cell, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	set(t, f, cell, value)
}

func TestDateFormats(t *testing.T) {
	const serial = 43008 // 2017-09-30
	cases := []struct {
		name   string
		value  any
		format any
		kind   sheet.CellKind
		text   string
	}{
		{"built-in short date", serial, 14, sheet.CellDate, "2017-09-30"},
		{"date and time", 43008.354166666664, 22, sheet.CellDate, "2017-09-30 08:30:00"},
		{"a second before midnight rounds up", 43008.9999999, 22, sheet.CellDate, "2017-10-01"},
		{"Chinese built-in 27, a month", 42979, 27, sheet.CellDate, "2017-09"},
		{"27 over a day inside the month", serial, 27, sheet.CellDate, "2017-09-30"},
		{"Chinese built-in 31, a day", serial, 31, sheet.CellDate, "2017-09-30"},
		{"Chinese built-in 36", 42979, 36, sheet.CellDate, "2017-09"},
		{"Chinese built-in 57", 42979, 57, sheet.CellDate, "2017-09"},
		{"Chinese built-in 58, month and day", serial, 58, sheet.CellDate, "2017-09-30"},
		{"own format with Chinese", serial, `yyyy"年"m"月"d"日"`, sheet.CellDate, "2017-09-30"},
		{"own format with escapes", serial, `yyyy\年m\月d\日`, sheet.CellDate, "2017-09-30"},
		{"a month in own format", 42979, `yyyy"年"m"月"`, sheet.CellDate, "2017-09"},
		{"a year in own format", 42736, `yyyy"年"`, sheet.CellDate, "2017"},
		{"Chinese digits", serial, `[DBNum1][$-804]yyyy"年"m"月"d"日";@`, sheet.CellDate, "2017-09-30"},
		{"era year", serial, `[$-411]e"年"m"月"d"日"`, sheet.CellDate, "2017-09-30"},
		{"slashes and a text section", serial, `yyyy/m/d;@`, sheet.CellDate, "2017-09-30"},
		{"month and year in English", 42979, 17, sheet.CellDate, "2017-09"},
		{"a time of day is no date", 0.5, 20, sheet.CellNumber, "0.5"},
		{"an amount with a unit is no date", 12.5, `#,##0.00"万元"`, sheet.CellNumber, "12.5"},
		{"a red amount is no date", 1234.5, `#,##0.00_);[Red](#,##0.00)`, sheet.CellNumber, "1234.5"},
		{"quoted letters are no date", 7, `"day "0`, sheet.CellNumber, "7"},
		{"science is no date", 1200000, `0.00E+00`, sheet.CellNumber, "1200000"},
		{"general", serial, `General`, sheet.CellNumber, "43008"},
		{"Chinese general", serial, `G/通用格式`, sheet.CellNumber, "43008"},
		{"a text in a date cell", "2017年秋", 14, sheet.CellText, "2017年秋"},
		{"the day that never was", 60, 14, sheet.CellNumber, "60"},
		{"before the count", -5, 14, sheet.CellNumber, "-5"},
		{"after the count", 99999999, 14, sheet.CellNumber, "99999999"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			raw := made(t, func(f *excelize.File) { styled(t, f, "C3", c.value, c.format) })
			rows := mustAll(t, mustOpen(t, raw))
			cell := rows[0].Cell(3)
			if cell.Kind != c.kind || cell.Text != c.text || cell.Address != "C3" {
				t.Errorf("%+v, want kind %d %q at C3", cell, c.kind, c.text)
			}
		})
	}
}

func TestDateOfCell(t *testing.T) {
	raw := made(t, func(f *excelize.File) {
		styled(t, f, "A1", 43008.5, 22)
		styled(t, f, "B1", 42979, `yyyy"年"m"月"`)
		styled(t, f, "C1", 42736, `yyyy"年"`)
		set(t, f, "D1", "2017-09-30")
	})
	row := mustAll(t, mustOpen(t, raw))[0]
	want := []calendar.Date{
		calendar.NewDate(2017, time.September, 30), calendar.NewDate(2017, time.September, 1), calendar.NewDate(2017, time.January, 1), {},
	}
	for i, day := range want {
		got, ok := row.Cells[i].Date()
		if got != day || ok != (i < 3) {
			t.Errorf("%s: %v %t, want %v", row.Cells[i].Address, got, ok, day)
		}
	}
}

func TestDateFromSerial(t *testing.T) {
	cases := []struct {
		serial   float64
		date1904 bool
		want     string
		seconds  int
	}{
		{1, false, "1900-01-01", 0},
		{59, false, "1900-02-28", 0},
		{60, false, "", 0},
		{61, false, "1900-03-01", 0},
		{43008.25, false, "2017-09-30", 21600},
		{2958465, false, "9999-12-31", 0},
		{2958466, false, "", 0},
		{0, false, "", 0},
		{-1, false, "", 0},
		{0, true, "1904-01-01", 0},
		{41546, true, "2017-09-30", 0},
	}
	for _, c := range cases {
		day, seconds, ok := sheet.DateFromSerial(c.serial, c.date1904)
		if day.String() != c.want || seconds != c.seconds || ok != (c.want != "") {
			t.Errorf("%v (1904 %t): %v %d %t, want %q %d", c.serial, c.date1904, day, seconds, ok, c.want, c.seconds)
		}
	}
}

// cells is a table with one row of hand-written cells.
func cells(t *testing.T, inner string, more parts) sheet.Row {
	t.Helper()
	p := parts{
		"xl/worksheets/sheet1.xml": table(`<row r="1">` + inner + `</row>`),
		"xl/sharedStrings.xml": `<sst><si><t>一</t></si><si><r><t>富</t></r><rPh sb="0" eb="1"><t>フ</t></rPh><r><t xml:space="preserve"> 文本</t></r></si>` +
			`<si><t>a_x000D_b_x005F_x000D_</t></si><si/><si><t><![CDATA[<b>&amp;]]></t></si></sst>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
	}
	for name, text := range more {
		p[name] = text
	}
	rows := mustAll(t, mustOpen(t, with(p).zip(t)))
	if len(rows) != 1 {
		t.Fatalf("%d rows, want 1", len(rows))
	}
	return rows[0]
}

func TestCellsAsFilesWriteThem(t *testing.T) {
	date1904 := parts{"xl/workbook.xml": strings.Replace(mainPart, "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)}
	cases := []struct {
		name, inner string
		more        parts
		want        sheet.Cell
	}{
		{"shared text", `<c r="A1" t="s"><v>0</v></c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "一"}},
		{"runs without readings", `<c r="A1" t="s"><v>1</v></c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "富 文本"}},
		{"escaped controls", `<c r="A1" t="s"><v>2</v></c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "a\rb_x000D_"}},
		{"literal text", `<c r="A1" t="s"><v>4</v></c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "<b>&amp;"}},
		{"text in place", `<c r="A1" t="inlineStr"><is><t>x&#x4E00;&amp;&lt;&#10;y</t></is></c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "x一&<\ny"}},
		{"no address, prefixed names", `<x:c t="inlineStr"><x:is><x:t>前缀</x:t></x:is></x:c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "前缀"}},
		{"number", `<c r="A1"><v>12.5</v></c>`, nil, sheet.Cell{Kind: sheet.CellNumber, Text: "12.5"}},
		{"binary noise", `<c r="A1"><v>1.1000000000000001</v></c>`, nil, sheet.Cell{Kind: sheet.CellNumber, Text: "1.1"}},
		{"sum of tenths", `<c r="A1"><f>A2+A3</f><v>0.30000000000000004</v></c>`, nil, sheet.Cell{Kind: sheet.CellNumber, Text: "0.3", Formula: true}},
		{"exponent", `<c r="A1"><v>1.2E+6</v></c>`, nil, sheet.Cell{Kind: sheet.CellNumber, Text: "1200000"}},
		{"long code typed as a number", `<c r="A1"><v>9.1350100000000003E+17</v></c>`, nil, sheet.Cell{Kind: sheet.CellNumber, Text: "913501000000000000", Rounded: true}},
		{"15 digits are kept", `<c r="A1"><v>123456789012345</v></c>`, nil, sheet.Cell{Kind: sheet.CellNumber, Text: "123456789012345"}},
		{"no number at all", `<c r="A1"><v>12..5</v></c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "12..5"}},
		{"infinity is no number", `<c r="A1"><v>Inf</v></c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "Inf"}},
		{"truth", `<c r="A1" t="b"><v>1</v></c>`, nil, sheet.Cell{Kind: sheet.CellBool, Text: "TRUE"}},
		{"falsehood", `<c r="A1" t="b"><v>0</v></c>`, nil, sheet.Cell{Kind: sheet.CellBool, Text: "FALSE"}},
		{"error", `<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>`, nil, sheet.Cell{Kind: sheet.CellError, Text: "#DIV/0!", Formula: true}},
		{"text of a formula", `<c r="A1" t="str"><f>A2&amp;"x"</f><v>市x</v></c>`, nil, sheet.Cell{Kind: sheet.CellText, Text: "市x", Formula: true}},
		{"formula without result", `<c r="A1"><f>SUM(A2)</f></c><c r="B1"><v>1</v></c>`, nil, sheet.Cell{Kind: sheet.CellFormula, Formula: true}},
		{"month by style", `<c r="A1" s="1"><v>42979</v></c>`, nil, sheet.Cell{Kind: sheet.CellDate, Text: "2017-09"}},
		{"day by style, count of 1904", `<c r="A1" s="2"><v>41546</v></c>`, date1904, sheet.Cell{Kind: sheet.CellDate, Text: "2017-09-30"}},
		{"style that is not there", `<c r="A1" s="99"><v>41546</v></c>`, nil, sheet.Cell{Kind: sheet.CellNumber, Text: "41546"}},
		{"ISO date", `<c r="A1" t="d"><v>2017-09-30T00:00:00Z</v></c>`, nil, sheet.Cell{Kind: sheet.CellDate, Text: "2017-09-30"}},
		{"ISO date with time", `<c r="A1" t="d"><v>2017-09-30T08:30:00</v></c>`, nil, sheet.Cell{Kind: sheet.CellDate, Text: "2017-09-30 08:30:00"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.want.Address = "A1"
			if got := cells(t, c.inner, c.more).Cells[0]; got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestEmptyCellsAndRowsAreNotRows(t *testing.T) {
	raw := with(parts{"xl/worksheets/sheet1.xml": table(
		`<row r="2"><c r="A2" s="1"/><c r="C2" t="inlineStr"><is><t>丙</t></is></c><c r="F2" s="1"/><c r="XFD2" s="1"/></row>` +
			`<row r="3"><c r="A3" t="inlineStr"><is><t>  </t></is></c></row>` +
			`<row/><row r="7"><c><v>1</v></c><c r="C7"><v>3</v></c><c><v>4</v></c></row>` +
			`<row r="1048576"><c r="A1048576" s="1"/></row>`)}).zip(t)
	got := dump(mustAll(t, mustOpen(t, raw)))
	if want := "2: C2=丙\n7: A7=1 C7=3 D7=4\n"; got != want {
		t.Errorf("rows:\n%swant:\n%s", got, want)
	}
}

func TestCellOutsideTheRow(t *testing.T) {
	row := cells(t, `<c r="B1"><v>2</v></c>`, nil)
	if got := row.Cell(5); got != (sheet.Cell{Address: "E1"}) {
		t.Errorf("behind the last: %+v", got)
	}
	if got := row.Cell(1); got != (sheet.Cell{Address: "A1"}) {
		t.Errorf("before the first: %+v", got)
	}
}

func TestMergedAreasRepeatTheirContent(t *testing.T) {
	raw := made(t, func(f *excelize.File) {
		set(t, f, "A1", "标题")
		set(t, f, "A2", "公安局")
		set(t, f, "B2", 1)
		set(t, f, "B3", 2)
		set(t, f, "B5", 4)
		for from, to := range map[string]string{"A1": "C1", "A2": "A4"} {
			if err := f.MergeCell("Sheet1", from, to); err != nil {
				t.Fatal(err)
			}
		}
	})
	rows := mustAll(t, mustOpen(t, raw))
	want := "1: A1=标题 B1=标题 C1=标题\n2: A2=公安局 B2=1\n3: A3=公安局 B3=2\n5: B5=4\n"
	if got := dump(rows); got != want {
		t.Errorf("rows:\n%swant:\n%s", got, want)
	}
	if from := rows[2].Cells[0].MergedFrom; from != "A2" {
		t.Errorf("A3 comes from %q, want A2", from)
	}
	if from := rows[1].Cells[0].MergedFrom; from != "" {
		t.Errorf("A2 comes from %q, want itself", from)
	}
}

func TestProblemsOfCells(t *testing.T) {
	row := cells(t, `<c t="e"><v>#N/A</v></c><c><f>A1</f></c><c><v>9.1350100000000003E+17</v></c><c><v>1</v></c>`, nil)
	for i, code := range []string{"sheet.err.cell_error", "sheet.err.cell_formula", "sheet.err.cell_rounded"} {
		field, wrong := row.Cells[i].Problem("uscc")
		if !wrong || field.Code != code || field.Name != "uscc" || field.Cell != row.Cells[i].Address {
			t.Errorf("%s: %+v", row.Cells[i].Address, field)
		}
		wantRefusal(t, fault.Refuse([]fault.Field{field}), fault.Invalid, "err.invalid")
	}
	if field, wrong := row.Cells[3].Problem("x"); wrong {
		t.Errorf("a sound cell has the problem %+v", field)
	}
}

func TestSheetsOfABook(t *testing.T) {
	raw := made(t, func(f *excelize.File) {
		set(t, f, "A1", "一")
		for name, hide := range map[string]bool{"说明": false, "字典": true} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			if err := f.SetSheetVisible(name, !hide); err != nil {
				t.Fatal(err)
			}
		}
	})
	book := mustOpen(t, raw)
	if got := strings.Join(book.Sheets(), ","); got != "Sheet1,说明" {
		t.Errorf("sheets %q, want the two that are shown", got)
	}
	if book.Format() != sheet.XLSX || book.Name() != "upload.xlsx" {
		t.Errorf("format %s, name %s", book.Format(), book.Name())
	}
	for _, err := range book.Rows("没有") {
		wantRefusal(t, err, fault.NotFound, "sheet.err.no_such_table")
	}
	if rows := mustAll(t, book); len(rows) != 1 {
		t.Errorf("%d rows, want 1", len(rows))
	}
	for range book.Rows("Sheet1") {
		break // stopping early must be harmless
	}
	if rows := mustAll(t, book); len(rows) != 1 {
		t.Errorf("the second time %d rows, want 1", len(rows))
	}
}

func TestABookIsReadBySeveralAtATime(t *testing.T) {
	book := mustOpen(t, written(t, template(), short, short))
	want := dump(mustAll(t, book))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			var rows []sheet.Row
			for row, err := range book.Rows("信息系统") {
				if err != nil {
					t.Error(err)
					return
				}
				rows = append(rows, row)
			}
			if got := dump(rows); got != want {
				t.Errorf("rows:\n%swant:\n%s", got, want)
			}
		})
	}
	all.Wait()
}

package sheet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"qingce/internal/sheet"
)

// wantSane reads everything and checks what holds for every file.
func wantSane(t *testing.T, raw []byte) {
	t.Helper()
	limits := sheet.Limits{Unpacked: 4 << 20, Rows: 5000}
	book, err := open(raw, limits)
	if err != nil {
		return
	}
	for _, name := range book.Sheets() {
		before := 0
		for row, err := range book.Rows(name) {
			if err != nil {
				break
			}
			if row.Number <= before || row.Number > limits.Rows || len(row.Cells) == 0 || len(row.Cells) > 300 {
				t.Fatalf("row %d of %d cells behind row %d", row.Number, len(row.Cells), before)
			}
			before = row.Number
			for i, cell := range row.Cells {
				if cell.Address != sheet.Address(i+1, row.Number) {
					t.Fatalf("cell %d of row %d stands at %s", i, row.Number, cell.Address)
				}
				if empty := cell.Text == ""; empty != (cell.Kind == sheet.CellEmpty || cell.Kind == sheet.CellFormula) {
					t.Fatalf("%s of kind %d holds %q", cell.Address, cell.Kind, cell.Text)
				}
				if !utf8.ValidString(cell.Text) || utf8.RuneCountInString(cell.Text) > 32_767 {
					t.Fatalf("%s holds a text that is no text", cell.Address)
				}
				if _, ok := cell.Date(); ok != (cell.Kind == sheet.CellDate) && !strings.ContainsAny(cell.Text, "TZ:-") {
					t.Fatalf("%s is a date %t: %q", cell.Address, ok, cell.Text)
				}
			}
		}
		_, _ = sheet.FindHeader(book.Rows(name), sheet.Known(register()))
	}
}

// FuzzOpen: no bytes whatsoever make the reader panic or give nonsense.
func FuzzOpen(f *testing.F) {
	f.Add(with(nil).zip(f))
	f.Add(written(f, template(), short))
	f.Add([]byte("系统名称,主管单位\n甲,\"乙\"\n"))
	f.Add([]byte("\xFF\xFEa\x00,\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) { wantSane(t, raw) })
}

// FuzzParts does the same with the parts that are read.
func FuzzParts(f *testing.F) {
	f.Add(`<row r="1" s="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>43008.5</v></c><c t="b"><v>1</v></c></row>`, `<si><t>a</t></si>`, `<numFmt numFmtId="176" formatCode="yyyy"/><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs>`)
	f.Add(`<row><c t="inlineStr"><is><r><t>_x000D_</t></r></is></c><c t="d"><v>2017-09-30T01</v></c></row></sheetData><mergeCell ref="A1:C9"/>`, `<si><![CDATA[x]]></si>`, `<cellXfs><xf numFmtId="31"/></cellXfs>`)
	f.Add(`<row r="2"><!-- --><?x ?><c><f>1</f></c><c t="e"><v>#N/A</v></c><c><v>1e300</v></c></row>`, ``, ``)
	f.Fuzz(func(t *testing.T, rows, texts, styles string) {
		wantSane(t, with(parts{
			"xl/worksheets/sheet1.xml": table(rows),
			"xl/sharedStrings.xml":     "<sst>" + texts + "</sst>",
			"xl/styles.xml":            "<styleSheet>" + styles + "</styleSheet>",
		}).zip(t))
	})
}

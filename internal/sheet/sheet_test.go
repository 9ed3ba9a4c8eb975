package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/sheet"
)

func options(tb testing.TB) sheet.Options {
	tb.Helper()
	return sheet.Options{T: texts(tb).Printer(locale.Chinese).T}
}

// texts are the messages of this package alone.
func texts(tb testing.TB) *locale.Catalog {
	tb.Helper()
	catalog, err := loadTexts()
	if err != nil {
		tb.Fatal(err)
	}
	return catalog
}

var loadTexts = sync.OnceValues(func() (*locale.Catalog, error) {
	files := fstest.MapFS{}
	for _, lang := range locale.Languages() {
		raw, err := os.ReadFile("../../templates/locale/" + lang + "/sheet.json")
		if err != nil {
			return nil, err
		}
		files[lang+"/sheet.json"] = &fstest.MapFile{Data: raw}
	}
	return locale.Load(files)
})

// wantRefusal checks kind and code of an error, and that both languages have a
// text for it in which no argument is missing.
func wantRefusal(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind || f.Code != code {
		t.Fatalf("error = %v, want %v %s", err, kind, code)
	}
	said := []string{}
	for _, lang := range locale.Languages() {
		said = append(said, texts(t).Printer(lang).Error(err))
		for _, field := range f.Fields {
			said = append(said, texts(t).Printer(lang).Field(field))
		}
	}
	for _, text := range said {
		if strings.Contains(text, "sheet.err") || strings.ContainsAny(text, "{}") {
			t.Errorf("%s is told as %q", code, text)
		}
	}
}

// open opens a file that stands in memory.
func open(raw []byte, limits sheet.Limits) (*sheet.Book, error) {
	return sheet.Open(bytes.NewReader(raw), int64(len(raw)), "upload.xlsx", limits)
}

func mustOpen(t *testing.T, raw []byte) *sheet.Book {
	t.Helper()
	book, err := open(raw, sheet.Limits{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return book
}

// all reads every row of the first table.
func all(book *sheet.Book) ([]sheet.Row, error) {
	var rows []sheet.Row
	for row, err := range book.Rows(book.Sheets()[0]) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func mustAll(t *testing.T, book *sheet.Book) []sheet.Row {
	t.Helper()
	rows, err := all(book)
	if err != nil {
		t.Fatalf("read rows: %v", err)
	}
	return rows
}

// dump writes rows for comparison: address and text of each cell.
func dump(rows []sheet.Row) string {
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "%d:", row.Number)
		for _, c := range row.Cells {
			if c.Kind != sheet.CellEmpty {
				fmt.Fprintf(&b, " %s=%s", c.Address, c.Text)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// made is a workbook made with the library.
func made(tb testing.TB, fill func(f *excelize.File)) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func set(tb testing.TB, f *excelize.File, cell string, value any) {
	tb.Helper()
	if err := f.SetCellValue("Sheet1", cell, value); err != nil {
		tb.Fatal(err)
	}
}

// parts are the parts of a workbook written by hand.
type parts map[string]string

const (
	contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`
	rootRels     = `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	mainPart     = `<workbook xmlns:r="x"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`
	mainRels     = `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>` +
		`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="/xl/styles.xml"/></Relationships>`
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// with is a small sound workbook with the given parts in place of its own.
func with(changed parts) parts {
	p := parts{
		"[Content_Types].xml":        contentTypes,
		"_rels/.rels":                rootRels,
		"xl/workbook.xml":            mainPart,
		"xl/_rels/workbook.xml.rels": mainRels,
		"xl/worksheets/sheet1.xml":   table(`<row r="1"><c r="A1" t="inlineStr"><is><t>好</t></is></c></row>`),
	}
	for name, text := range changed {
		p[name] = text
	}
	return p
}

func table(rows string) string {
	return xmlHead + `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
}

func (p parts) zip(tb testing.TB) []byte {
	tb.Helper()
	var out bytes.Buffer
	p.into(tb, zip.NewWriter(&out))
	return out.Bytes()
}

// into writes the parts and ends the zip file.
func (p parts) into(tb testing.TB, w *zip.Writer) {
	tb.Helper()
	for name, text := range p {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
}

package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingce/internal/fault"
	"qingce/internal/sheet"
)

// compound is the beginning of a compound file that holds a stream of the name.
func compound(stream string) []byte {
	raw := make([]byte, 4096)
	copy(raw, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	for i, c := range []byte(stream) {
		raw[2048+2*i] = c
	}
	return raw
}

// zeros is a part of so many bytes that packs to nearly nothing.
func zeros(size int) string { return strings.Repeat(" ", size) }

func TestWhatIsNoReadableWorkbookIsRefused(t *testing.T) {
	sound := with(nil).zip(t)
	encrypted := made(t, func(f *excelize.File) { set(t, f, "A1", "x") })
	encrypted, err := excelize.Encrypt(encrypted, &excelize.Options{Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		raw  []byte
		kind fault.Kind
		code string
	}{
		{"nothing", nil, fault.Invalid, "sheet.err.empty_file"},
		{"blanks", []byte(" \r\n\t"), fault.Invalid, "sheet.err.empty_file"},
		{"an .xls or .et file", compound("Workbook"), fault.Unsupported, "sheet.err.old_format"},
		{"a workbook with a password", compound("EncryptedPackage"), fault.Unsupported, "sheet.err.encrypted"},
		{"a workbook with a password made by the library", encrypted, fault.Unsupported, "sheet.err.encrypted"},
		{"an Excel 4 file", []byte("\x09\x08\x10\x00\x00\x06\x05\x00"), fault.Unsupported, "sheet.err.old_format"},
		{"a binary workbook", parts{"xl/workbook.bin": "x"}.zip(t), fault.Unsupported, "sheet.err.old_format"},
		{"an OpenDocument table", parts{"mimetype": "x", "content.xml": "<x/>"}.zip(t), fault.Unsupported, "sheet.err.old_format"},
		{"a text document", parts{"word/document.xml": "<x/>"}.zip(t), fault.Unsupported, "sheet.err.not_a_workbook"},
		{"an empty zip file", parts{}.zip(t), fault.Unsupported, "sheet.err.not_a_workbook"},
		{"a PDF file", []byte("%PDF-1.7\n%\x00\x01\x02\x03"), fault.Unsupported, "sheet.err.not_a_workbook"},
		{"a picture", []byte("\x89PNG\r\n\x1a\n\x00\x00"), fault.Unsupported, "sheet.err.not_a_workbook"},
		{"a web page named .xls", []byte("\xEF\xBB\xBF <html><table><tr><td>系统"), fault.Unsupported, "sheet.err.web_page"},
		{"an XML table of 2003", []byte(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>`), fault.Unsupported, "sheet.err.web_page"},
		{"text in an unknown encoding", []byte("\xFF\xFF\xFF,\xFF"), fault.Unsupported, "sheet.err.encoding"},
		{"half a workbook", sound[:len(sound)/2], fault.Invalid, "sheet.err.broken"},
		{"a workbook without its last byte", sound[:len(sound)-1], fault.Invalid, "sheet.err.broken"},
		{"a workbook without tables", with(parts{"xl/workbook.xml": "<workbook/>"}).zip(t), fault.Invalid, "sheet.err.no_table"},
		{"a workbook whose table is missing", with(parts{"xl/_rels/workbook.xml.rels": strings.Replace(mainRels, "sheet1", "sheet9", 1)}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a file over the limit", make([]byte, 16<<20+1), fault.TooLarge, "sheet.err.file_too_big"},
		{"a part whose name leads outside", with(parts{"../../etc/cron.d/x": "x"}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a part with an absolute name", with(parts{"/etc/x": "x"}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a part that stands twice", with(parts{"XL/Workbook.xml": mainPart}).zip(t), fault.Invalid, "sheet.err.broken"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(c.raw, sheet.Limits{})
			wantRefusal(t, err, c.kind, c.code)
		})
	}
}

// texty is so many bytes of shared texts that pack about 20 to 1.
func texty(size int) string {
	var b strings.Builder
	for n := uint32(1); b.Len() < size; n = n*1664525 + 1013904223 {
		fmt.Fprintf(&b, "<si><t>%s%d</t></si>", zeros(200), n)
	}
	return b.String()
}

// bomb is a workbook in which the part consists of head, so many times the block,
// packed once and repeated, and tail.
func bomb(t *testing.T, part, head, block string, times int, tail string) []byte {
	t.Helper()
	var packed, out bytes.Buffer
	squeeze, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	pack := func(text string) []byte {
		packed.Reset()
		squeeze.Reset(&packed)
		if _, err := squeeze.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := squeeze.Flush(); err != nil {
			t.Fatal(err)
		}
		return bytes.Clone(packed.Bytes())
	}
	stream := append(pack(head), bytes.Repeat(pack(block), times)...)
	stream = append(stream, pack(tail)...)
	stream = append(stream, 3, 0) // an empty last block
	sum := crc32.NewIEEE()
	for _, text := range append(append([]string{head}, slices.Repeat([]string{block}, times)...), tail) {
		_, _ = sum.Write([]byte(text))
	}
	w := zip.NewWriter(&out)
	header := &zip.FileHeader{CRC32: sum.Sum32(), Name: part, Method: zip.Deflate, CompressedSize64: uint64(len(stream)), UncompressedSize64: uint64(len(head) + times*len(block) + len(tail))}
	f, err := w.CreateRaw(header)
	if err == nil {
		_, err = f.Write(stream)
	}
	if err != nil {
		t.Fatal(err)
	}
	rest := with(nil)
	delete(rest, part)
	rest.into(t, w)
	return out.Bytes()
}

// manyParts is a workbook with so many parts besides its own.
func manyParts(t *testing.T, n int) []byte {
	p := with(nil)
	for i := range n {
		p[fmt.Sprintf("xl/media/%d.png", i)] = ""
	}
	return p.zip(t)
}

// lying is a workbook whose directory says that its table is small.
func lying(t *testing.T, rows string) []byte {
	raw := with(parts{"xl/worksheets/sheet1.xml": table(rows)}).zip(t)
	entry := bytes.LastIndex(raw, []byte("xl/worksheets/sheet1.xml"))
	const sizeBeforeName = 46 - 24
	binary.LittleEndian.PutUint32(raw[entry-sizeBeforeName:], 100)
	return raw
}

// claiming is a workbook with a part that is said to be so large.
func claiming(t *testing.T, size uint64) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if _, err := w.CreateRaw(&zip.FileHeader{Name: "xl/media/x.bin", Method: zip.Deflate, UncompressedSize64: size}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// overlapped is a workbook two of whose parts are the same bytes.
func overlapped(t *testing.T) []byte {
	raw := with(parts{"xl/a.xml": "<a/>", "xl/b.xml": "<a/>"}).zip(t)
	directory := bytes.Index(raw, []byte("PK\x01\x02"))
	at := func(name string) int { return directory + bytes.Index(raw[directory:], []byte(name)) - 46 + 42 }
	copy(raw[at("xl/b.xml"):][:4], raw[at("xl/a.xml"):][:4])
	return raw
}

func TestBombsAreRefusedAtOnce(t *testing.T) {
	deep := strings.Repeat("<a>", 100_000)
	cases := []struct {
		name string
		raw  []byte
		kind fault.Kind
		code string
	}{
		{"300 MB of blanks", bomb(t, "xl/worksheets/sheet1.xml", "<worksheet>", zeros(1<<20), 300, "</worksheet>"), fault.TooLarge, "sheet.err.unpacked_too_big"},
		{"300 MB in a part that is not read", claiming(t, 300<<20), fault.TooLarge, "sheet.err.unpacked_too_big"},
		{"200 MB of blanks", bomb(t, "xl/worksheets/sheet1.xml", "<worksheet>", zeros(1<<20), 200, "</worksheet>"), fault.TooLarge, "sheet.err.bomb"},
		{"200 MB of empty rows", bomb(t, "xl/worksheets/sheet1.xml", "<worksheet><sheetData>", strings.Repeat("<row/>", 100_000), 333, "</sheetData></worksheet>"), fault.TooLarge, "sheet.err.bomb"},
		{"15 MB of blanks", bomb(t, "xl/worksheets/sheet1.xml", "<worksheet>", zeros(1<<20), 15, "</worksheet>"), fault.TooLarge, "sheet.err.too_long_inside"},
		{"more empty rows than a table can have", bomb(t, "xl/worksheets/sheet1.xml", "<worksheet><sheetData>", strings.Repeat("<row/>", 100_000), 20, "</sheetData></worksheet>"), fault.Invalid, "sheet.err.broken"},
		{"a size that lies", lying(t, strings.Repeat(`<row><c><v>1</v></c></row>`, 100_000)), fault.Invalid, "sheet.err.broken"},
		{"60 000 parts", manyParts(t, 60_000), fault.TooLarge, "sheet.err.too_many_parts"},
		{"parts that overlap", overlapped(t), fault.Invalid, "sheet.err.broken"},
		{"deep elements in the table", with(parts{"xl/worksheets/sheet1.xml": table(deep)}).zip(t), fault.TooLarge, "sheet.err.too_deep"},
		{"deep elements in the shared texts", with(parts{"xl/sharedStrings.xml": "<sst><si>" + deep}).zip(t), fault.TooLarge, "sheet.err.too_deep"},
		{"200 MB of shared texts", bomb(t, "xl/sharedStrings.xml", "<sst>", texty(1<<20), 200, "</sst>"), fault.TooLarge, "sheet.err.too_long_inside"},
		{"one endless text", with(parts{"xl/sharedStrings.xml": "<sst><si><t>" + strings.Repeat("x", 2<<20)}).zip(t), fault.TooLarge, "sheet.err.too_long_inside"},
		{"one endless tag", with(parts{"xl/worksheets/sheet1.xml": `<worksheet a="` + zeros(2<<20)}).zip(t), fault.TooLarge, "sheet.err.too_long_inside"},
		{"a file to be fetched", with(parts{"xl/sharedStrings.xml": `<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>`}).zip(t), fault.Invalid, "sheet.err.dtd"},
		{"entities that grow", with(parts{"xl/worksheets/sheet1.xml": `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet/>`}).zip(t), fault.Invalid, "sheet.err.dtd"},
		{"an undeclared entity", with(parts{"xl/worksheets/sheet1.xml": table(`<row><c t="inlineStr"><is><t>&nbsp;</t></is></c></row>`)}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a table that ends in the middle", with(parts{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c><v>1</v></c>`}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"tags that do not match", with(parts{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row></sheetData></row></worksheet>`}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a table in UTF-16", with(parts{"xl/worksheets/sheet1.xml": "\xFF\xFE<\x00w\x00/\x00>\x00"}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a row beyond the last of all", with(parts{"xl/worksheets/sheet1.xml": table(`<row r="99999999999999999999"><c><v>1</v></c></row>`)}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a column beyond the last of all", with(parts{"xl/worksheets/sheet1.xml": table(`<row r="1"><c r="ZZZZZZZZ1"><v>1</v></c></row>`)}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"rows that run backwards", with(parts{"xl/worksheets/sheet1.xml": table(`<row r="5"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>`)}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a shared text that is not there", with(parts{"xl/worksheets/sheet1.xml": table(`<row><c t="s"><v>7</v></c></row>`)}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a shared text of a huge number", with(parts{"xl/worksheets/sheet1.xml": table(`<row><c t="s"><v>-9223372036854775808</v></c></row>`)}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"merged areas that all overlap", with(parts{"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + strings.Repeat(`<row><c><v>1</v></c></row>`, 1000) + `</sheetData>` + strings.Repeat(`<mergeCell ref="A1:KN100000"/>`, 1000) + `</worksheet>`}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"more merged areas than any table has", with(parts{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row><c><v>1</v></c></row></sheetData>` + strings.Repeat(`<mergeCell ref="A1:B1"/>`, 500_001) + `</worksheet>`}).zip(t), fault.Invalid, "sheet.err.broken"},
		{"a row over the limit", with(parts{"xl/worksheets/sheet1.xml": table(`<row r="1048576"><c><v>1</v></c></row>`)}).zip(t), fault.TooLarge, "sheet.err.too_many_rows"},
		{"a column over the limit", with(parts{"xl/worksheets/sheet1.xml": table(`<row r="1"><c r="XFD1"><v>1</v></c></row>`)}).zip(t), fault.TooLarge, "sheet.err.too_many_columns"},
		{"a text over the limit", with(parts{"xl/worksheets/sheet1.xml": table(`<row r="2"><c r="B2" t="inlineStr"><is><t>` + strings.Repeat("长", 32_768) + `</t></is></c></row>`)}).zip(t), fault.TooLarge, "sheet.err.cell_too_long"},
		{"a shared text over the limit", with(parts{
			"xl/sharedStrings.xml":     `<sst><si><r><t>` + strings.Repeat("长", 32_767) + `</t></r><r><t>长</t></r></si></sst>`,
			"xl/worksheets/sheet1.xml": table(`<row r="2"><c r="B2" t="s"><v>0</v></c></row>`),
		}).zip(t), fault.TooLarge, "sheet.err.cell_too_long"},
		{"a CSV record of two million fields", []byte("a" + strings.Repeat(",", 2_000_000) + "b"), fault.TooLarge, "sheet.err.too_many_columns"},
		{"a CSV quote that is never closed", []byte("a,b\r\n1,\"2\r\n3,4\r\n"), fault.Invalid, "sheet.err.csv_quote"},
		{"a CSV field over the limit", []byte("a," + strings.Repeat("长", 32_768)), fault.TooLarge, "sheet.err.cell_too_long"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var err error
			var took time.Duration
			peak := peakDuring(func() {
				begin := time.Now()
				var book *sheet.Book
				if book, err = open(c.raw, sheet.Limits{}); err == nil {
					_, err = all(book)
				}
				took = time.Since(begin)
			})
			wantRefusal(t, err, c.kind, c.code)
			t.Logf("%v, %d MiB over the %d MiB of the file", took.Round(time.Millisecond), peak>>20, len(c.raw)>>20)
			// The promise is 0.3 s; other work may go on beside the test.
			if took > time.Second {
				t.Errorf("refused after %v", took)
			}
			if peak > 400<<20 {
				t.Errorf("heap grew to %d MiB", peak>>20)
			}
		})
	}
}

// Reading a directory allocates; one of far too many parts must not be read.
func TestDirectoryIsCountedBeforeItIsRead(t *testing.T) {
	raw := manyParts(t, 60_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := open(raw, sheet.Limits{})
	runtime.ReadMemStats(&after)
	wantRefusal(t, err, fault.TooLarge, "sheet.err.too_many_parts")
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d KiB were allocated to refuse it", used>>10)
	}
}

func TestOwnLimits(t *testing.T) {
	raw := made(t, func(f *excelize.File) {
		for row := 1; row <= 20; row++ {
			set(t, f, fmt.Sprintf("A%d", row), "text")
			set(t, f, fmt.Sprintf("E%d", row), row)
		}
	})
	cases := []struct {
		name   string
		limits sheet.Limits
		code   string
	}{
		{"file", sheet.Limits{File: 100}, "sheet.err.file_too_big"},
		{"unpacked", sheet.Limits{Unpacked: 1000}, "sheet.err.unpacked_too_big"},
		{"parts", sheet.Limits{Parts: 3}, "sheet.err.too_many_parts"},
		{"depth", sheet.Limits{Depth: 3}, "sheet.err.too_deep"},
		{"rows", sheet.Limits{Rows: 19}, "sheet.err.too_many_rows"},
		{"columns", sheet.Limits{Columns: 4}, "sheet.err.too_many_columns"},
		{"cell", sheet.Limits{CellText: 3}, "sheet.err.cell_too_long"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			book, err := open(raw, c.limits)
			if err == nil {
				_, err = all(book)
			}
			wantRefusal(t, err, fault.TooLarge, c.code)
		})
	}
	if book, err := open(raw, sheet.Limits{Rows: 20, Columns: 5, CellText: 4}); err != nil {
		t.Errorf("exactly at the limits: %v", err)
	} else if rows, err := all(book); err != nil || len(rows) != 20 {
		t.Errorf("exactly at the limits: %d rows, %v", len(rows), err)
	}
}

func TestPartWithPassword(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if _, err := w.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Flags: 0x1}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := open(out.Bytes(), sheet.Limits{})
	wantRefusal(t, err, fault.Unsupported, "sheet.err.encrypted")
}

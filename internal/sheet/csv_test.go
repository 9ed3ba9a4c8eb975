package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"qingce/internal/sheet"
)

func TestTextTables(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("系统名称,主管单位\r\n户籍㐀系统,公安局\r\n")
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("系统名称\t主管单位\r\n甲\t乙\r\n")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, raw, want string }{
		{"UTF-8", "系统名称,主管单位\n甲,乙\n", "1: A1=系统名称 B1=主管单位\n2: A2=甲 B2=乙\n"},
		{"UTF-8 with its mark", "\xEF\xBB\xBF系统名称,主管单位\r\n甲,乙", "1: A1=系统名称 B1=主管单位\n2: A2=甲 B2=乙\n"},
		{"GB18030 with four-byte characters", gb, "1: A1=系统名称 B1=主管单位\n2: A2=户籍㐀系统 B2=公安局\n"},
		{"UTF-16 from a spreadsheet", wide, "1: A1=系统名称 B1=主管单位\n2: A2=甲 B2=乙\n"},
		{"semicolons", "a;b\n1,5;2,5\n", "1: A1=a B1=b\n2: A2=1,5 B2=2,5\n"},
		{"tabs", "a\tb\n1, 2\t3\n", "1: A1=a B1=b\n2: A2=1, 2 B2=3\n"},
		{"commas although one text is full of semicolons", "a,b,c\n1,2,\"x;y;z;u;v\"\n", "1: A1=a B1=b C1=c\n2: A2=1 B2=2 C2=x;y;z;u;v\n"},
		{"commas although a quoted text is cut by semicolons", "a,b\nx0,\";;;0\"\n0,\"y;;;0\"\n", "1: A1=a B1=b\n2: A2=x0 B2=;;;0\n3: A3=0 B3=y;;;0\n"},
		{"one column", "系统名称\n甲\n", "1: A1=系统名称\n2: A2=甲\n"},
		{"empty lines count", "a,b\n\n,\n1,2\n", "1: A1=a B1=b\n4: A4=1 B4=2\n"},
		{"quotes", "a,b\n\"x,\"\"y\"\"\nz\",2\n", "1: A1=a B1=b\n2: A2=x,\"y\"\nz B2=2\n"},
		{"a quote inside a field", "a,b\n5\" disk,2\n", "1: A1=a B1=b\n2: A2=5\" disk B2=2\n"},
		{"blanks behind a quote", "a,b\n\"x\" ,2\n", "1: A1=a B1=b\n2: A2=x B2=2\n"},
		{"line ends of old machines", "a,b\r1,2\r", "1: A1=a B1=b\n2: A2=1 B2=2\n"},
		{"protected formulas", "a,b\n'=1+1,'+86\n", "1: A1=a B1=b\n2: A2==1+1 B2=+86\n"},
		{"an apostrophe of the text", "a,b\n'tis,''\n", "1: A1=a B1=b\n2: A2='tis B2=''\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			book := mustOpen(t, []byte(c.raw))
			if book.Format() != sheet.CSV {
				t.Errorf("format %s", book.Format())
			}
			if got := dump(mustAll(t, book)); got != c.want {
				t.Errorf("rows:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

// csv writes rows of texts under the titles a and b.
func csv(t *testing.T, rows ...[]sheet.Value) string {
	t.Helper()
	var out bytes.Buffer
	w, err := sheet.NewCSV(&out, sheet.Table{Columns: []sheet.Column{
		{Key: "a", Title: "=a", Required: true}, {Key: "b", Title: "b", Unit: "万元", Kind: sheet.ColumnMoney, FenPerUnit: 1_000_000},
	}}, options(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCSVAsWritten(t *testing.T) {
	got := csv(t,
		[]sheet.Value{sheet.Text("=1+1"), sheet.Amount(-123_456_700)},
		[]sheet.Value{sheet.Text("＝甲"), sheet.Amount(1)},
		[]sheet.Value{sheet.Text("'=x"), sheet.Amount(12_500_000)},
		[]sheet.Value{sheet.Text("a,\"b\"\r\nc")},
		[]sheet.Value{sheet.Text("\ttab"), sheet.Whole(-5)},
		[]sheet.Value{sheet.Text("-5"), sheet.Decimal("1.50")},
	)
	want := "\xEF\xBB\xBF'=a（必填）,b（万元）\r\n" +
		"'=1+1,-123.4567\r\n'＝甲,0.000001\r\n''=x,12.5\r\n\"a,\"\"b\"\"\r\nc\",\r\n\"'\ttab\",-5\r\n'-5,1.50\r\n"
	if got != want {
		t.Errorf("written:\n%q\nwant:\n%q", got, want)
	}
}

func TestCSVWithTitleAndNotes(t *testing.T) {
	var out bytes.Buffer
	w, err := sheet.NewCSV(&out, sheet.Table{Title: "系统清单", Notes: []string{"筛选：全部", "@时间"}, Columns: register()}, options(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row(sheet.Text("甲"), sheet.Text("乙")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	h := find(t, mustOpen(t, out.Bytes()))
	if h.Row != 4 || len(h.Columns) != len(register()) || len(h.Unknown) != 0 {
		t.Errorf("own header is read as %s", dumpHeader(h))
	}
}

func TestCSVRefusesTooManyValues(t *testing.T) {
	w, err := sheet.NewCSV(&bytes.Buffer{}, sheet.Table{Columns: []sheet.Column{{Title: "a"}}}, options(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row(sheet.Text("1"), sheet.Text("2")); err == nil {
		t.Error("two values for one column were taken")
	}
}

// FuzzCSVRoundTrip: what is written is read back exactly, and no field begins
// with what a spreadsheet takes for a formula.
func FuzzCSVRoundTrip(f *testing.F) {
	for _, seed := range []string{"", "=1", "'=1", "''=1", "'", "''", "+86", "－", "\t", "\r\n", "a\rb", "a,b;c\td", `"`, `""`, "'\"=", " x ", "正常", "'＝'", "\r=", "a\n=b"} {
		f.Add(seed, "b"+seed)
	}
	f.Add("0", ";;;0")
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.ToValidUTF8(a, ""), strings.ToValidUTF8(b, "")
		if strings.ContainsAny(a+b, "\x00\uFFFD") || len(a)+len(b) > 10_000 || controls(a+b) {
			t.Skip()
		}
		raw := csv(t, []sheet.Value{sheet.Text("x" + a), sheet.Text(b)}, []sheet.Value{sheet.Text(a), sheet.Text("y" + b)})
		rows := mustAll(t, mustOpen(t, []byte(raw)))
		if len(rows) != 3 {
			t.Fatalf("%d rows of %q", len(rows), raw)
		}
		for i, want := range [][2]string{{"x" + a, b}, {a, "y" + b}} {
			if got := [2]string{rows[i+1].Cell(1).Text, rows[i+1].Cell(2).Text}; got[0] != want[0] || strings.TrimSpace(want[1]) != "" && got[1] != want[1] {
				t.Errorf("row %d: %q, want %q in %q", i, got, want, raw)
			}
		}
		for _, field := range strings.FieldsFunc(raw, func(r rune) bool { return r == ',' || r == '"' }) {
			if strings.ContainsAny(field[:1], "=+@") && !strings.Contains(a+b, field) {
				t.Errorf("field %q is a formula", field)
			}
		}
	})
}

// controls tells whether the text has control characters no text file has.
func controls(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n", r) })
}

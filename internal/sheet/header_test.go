package sheet_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingce/internal/fault"
	"qingce/internal/sheet"
)

func register() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: "系统名称", Names: []string{"信息系统名称", "System name"}, Required: true},
		{Key: "owner", Title: "主管单位"},
		{Key: "contact", Title: "建设单位联系人"},
		{Key: "om_contact", Title: "运维单位联系人"},
		{Key: "build_amount", Title: "建设经费", Unit: "万元", Kind: sheet.ColumnMoney},
		{Key: "om_amount", Title: "年度运维经费", Unit: "万元", Kind: sheet.ColumnMoney},
		{Key: "data_gb", Title: "数据量", Unit: "GB"},
		{Key: "data_rows", Title: "数据量", Unit: "条"},
		{Key: "short", Title: "系统名称(简称)"},
	}
}

func TestLabel(t *testing.T) {
	cases := []struct{ title, label, unit string }{
		{"系统名称", "系统名称", ""},
		{" 系统\n名称 * ", "系统名称", ""},
		{"*系统名称：", "系统名称", ""},
		{"系统名称（必填）", "系统名称", ""},
		{"系统名称(简称)", "系统名称(简称)", ""},
		{"年度运维经费（万元）", "年度运维经费", "万元"},
		{"年度运维经费（单位：万元）（必填）", "年度运维经费", "万元"},
		{"年度运维经费【元】*", "年度运维经费", "元"},
		{"经费/万元", "经费", "万元"},
		{"经费，单位：元", "经费", "元"},
		{"审批/备案", "审批/备案", ""},
		{"启用时间（格式：2017-09-30）", "启用时间", ""},
		{"部署位置（下拉选择）", "部署位置", ""},
		{"Ｓｙｓｔｅｍ　Name (required)", "systemname", ""},
		{"数据量(GB)", "数据量", "gb"},
		{"零宽\u200b字符\ufeff", "零宽字符", ""},
		{"（万元）", "(万元)", ""},
		{"", "", ""},
		{"*", "", ""},
	}
	for _, c := range cases {
		if label, unit := sheet.Label(c.title); label != c.label || unit != c.unit {
			t.Errorf("%q is %q in %q, want %q in %q", c.title, label, unit, c.label, c.unit)
		}
	}
}

// lines is a text table, one line per row.
func lines(t *testing.T, rows ...string) *sheet.Book {
	t.Helper()
	return mustOpen(t, []byte(strings.Join(rows, "\r\n")))
}

func find(t *testing.T, book *sheet.Book) sheet.Header {
	t.Helper()
	h, err := sheet.FindHeader(book.Rows(book.Sheets()[0]), sheet.Known(register()))
	if err != nil {
		t.Fatalf("find header: %v", err)
	}
	return h
}

// dumpHeader writes a header for comparison.
func dumpHeader(h sheet.Header) string {
	var b strings.Builder
	fmt.Fprintf(&b, "row %d", h.Row)
	if h.Unit != "" {
		fmt.Fprintf(&b, " in %s", h.Unit)
	}
	for _, c := range h.Columns {
		fmt.Fprintf(&b, "; %s %s", c.Address, c.Key)
		if c.Unit != "" {
			fmt.Fprintf(&b, " in %s", c.Unit)
		}
	}
	for _, c := range h.Unknown {
		fmt.Fprintf(&b, "; %s ?%s", c.Address, c.Title)
	}
	return b.String()
}

func TestFindHeader(t *testing.T) {
	cases := []struct {
		name string
		rows []string
		want string
	}{
		{"first row", []string{"系统名称,主管单位", "甲,乙"}, "row 1; A1 name; B1 owner"},
		{"below title, unit and blank lines", []string{"襄阳市信息系统清单,,", ",,单位：万元", "", "序号,系统名称（必填）,主管单位*", "1,甲,乙"},
			"row 4 in 万元; B4 name; C4 owner; A4 ?序号"},
		{"other order, other names, other units", []string{"建设经费（元）,主管单位,信息系统名称", "1,2,3"},
			"row 1; A1 build_amount in 元; B1 owner; C1 name"},
		{"English and keys", []string{"System Name,owner", "a,b"}, "row 1; A1 name; B1 owner"},
		{"the same title in two units", []string{"系统名称,数据量（条）,数据量(GB)", "a,1,2"}, "row 1; A1 name; B1 data_rows in 条; C1 data_gb in gb"},
		{"a title that differs in brackets only", []string{"系统名称,系统名称（简称）", "a,b"}, "row 1; A1 name; B1 short"},
		{"numbered titles", []string{"1.系统名称,2、主管单位,(3)建设经费(万元)", "a,b,3"}, "row 1; A1 name; B1 owner; C1 build_amount in 万元"},
		{"a note that mentions a title", []string{"系统名称,请照批复填写", "系统名称,主管单位", "甲,乙"}, "row 2; A2 name; B2 owner"},
		{"a unit that is an office is none", []string{"单位：市公安局", "系统名称,主管单位", "甲,乙"}, "row 2; A2 name; B2 owner"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := dumpHeader(find(t, lines(t, c.rows...))); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

// merged is a workbook of rows, with areas to merge.
func merged(t *testing.T, rows [][]any, areas ...string) *sheet.Book {
	return mustOpen(t, made(t, func(f *excelize.File) {
		for i, row := range rows {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
		for _, area := range areas {
			from, to, _ := strings.Cut(area, ":")
			if err := f.MergeCell("Sheet1", from, to); err != nil {
				t.Fatal(err)
			}
		}
	}))
}

func TestMergedHeaders(t *testing.T) {
	cases := []struct {
		name  string
		rows  [][]any
		areas []string
		want  string
		data  string
	}{
		{"title over the whole table", [][]any{{"信息系统清单"}, {"系统名称", "主管单位"}, {"甲", "乙"}}, []string{"A1:B1"},
			"row 2; A2 name; B2 owner", "3: A3=甲 B3=乙\n"},
		{"group titles", [][]any{{"清单"}, {"系统名称", "建设单位", nil, "运维单位", nil}, {nil, "联系人", "电话", "联系人", "电话"}, {"甲", "张", 1, "李", 2}},
			[]string{"A1:E1", "A2:A3", "B2:C2", "D2:E2"},
			"row 3; A3 name; B3 contact; D3 om_contact; C3 ?电话; E3 ?电话", "4: A4=甲 B4=张 C4=1 D4=李 E4=2\n"},
		{"all titles two rows high", [][]any{{"系统名称", "主管单位"}, {}, {"甲", "乙"}}, []string{"A1:A2", "B1:B2"},
			"row 1; A1 name; B1 owner", "3: A3=甲 B3=乙\n"},
		{"known titles two rows high, unknown ones split", [][]any{{"系统名称", "主管单位", "其他", nil}, {nil, nil, "大", "小"}, {"甲", "乙", 1, 2}},
			[]string{"A1:A2", "B1:B2", "C1:D1"},
			"row 2; A2 name; B2 owner; C2 ?大; D2 ?小", "3: A3=甲 B3=乙 C3=1 D3=2\n"},
		{"one title over two columns", [][]any{{"系统名称", nil, "主管单位"}, {"甲", nil, "乙"}}, []string{"A1:B1"},
			"row 1; A1 name; C1 owner", "2: A2=甲 C2=乙\n"},
		{"a row that numbers the columns", [][]any{{"系统名称", "主管单位", "建设经费"}, {1, 2, 3}, {"甲", "乙", 1}}, nil,
			"row 1; A1 name; B1 owner; C1 build_amount", "3: A3=甲 B3=乙 C3=1\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			book := merged(t, c.rows, c.areas...)
			h := find(t, book)
			if got := dumpHeader(h); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			var data []sheet.Row
			for row, err := range h.Data(book.Rows("Sheet1")) {
				if err != nil {
					t.Fatal(err)
				}
				data = append(data, row)
			}
			if got := dump(data); got != c.data {
				t.Errorf("data:\n%swant:\n%s", got, c.data)
			}
		})
	}
}

func TestGroupOfAColumn(t *testing.T) {
	h := find(t, merged(t, [][]any{{"基本情况", nil, "经费"}, {"系统名称", "主管单位", "建设经费"}}, "A1:B1"))
	name, _ := h.Column("name")
	money, _ := h.Column("build_amount")
	if name.Group != "基本情况" || money.Group != "" {
		t.Errorf("groups %q and %q, want the merged one alone", name.Group, money.Group)
	}
}

func TestHeaderNotFound(t *testing.T) {
	book := lines(t, "甲,乙", "丙,丁")
	_, err := sheet.FindHeader(book.Rows(""), sheet.Known(register()))
	wantRefusal(t, err, fault.Invalid, "sheet.err.no_header")

	late := lines(t, append(strings.Split(strings.Repeat("说明,x\n", 15), "\n")[:15], "系统名称,主管单位")...)
	_, err = sheet.FindHeader(late.Rows(""), sheet.Known(register()))
	wantRefusal(t, err, fault.Invalid, "sheet.err.no_header")
}

func TestHeaderWithDuplicates(t *testing.T) {
	book := lines(t, "清单", "系统名称,主管单位,信息系统名称*,备注,备注")
	_, err := sheet.FindHeader(book.Rows(""), sheet.Known(register()))
	wantRefusal(t, err, fault.Invalid, "sheet.err.duplicate_columns")
	var at []string
	for _, field := range fault.FieldsOf(err) {
		at = append(at, field.Name+" "+field.Cell)
	}
	if got := strings.Join(at, ", "); got != "name A2, name C2" {
		t.Errorf("duplicates at %s, want name A2, name C2 (unknown columns may repeat)", got)
	}
}

func TestMissingColumns(t *testing.T) {
	h := find(t, lines(t, "主管单位,备注", "a,b"))
	if got := h.Missing("name", "owner", "short"); strings.Join(got, ",") != "name,short" {
		t.Errorf("missing %v, want name and short", got)
	}
	if _, ok := h.Column("name"); ok {
		t.Error("a column that is not there was found")
	}
}

package survey_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/survey"
)

// exported is the workbook of a form.
func (tn *town) exported(prefix, lang string) []byte {
	tn.t.Helper()
	var out bytes.Buffer
	if err := tn.desk.ExportForm(tn.t.Context(), tn.Clerk(prefix), tn.messages().Printer(lang), tn.key(prefix), &out); err != nil {
		tn.t.Fatal(err)
	}
	return out.Bytes()
}

// edited writes the sheet of systems of a workbook anew, each line as edit makes
// it; nil leaves a line out.
func edited(t *testing.T, data []byte, tab string, edit func(title map[string]int, line []string) []string, more ...[]string) []byte {
	t.Helper()
	file, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "form.xlsx", sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	titles := map[string]int{}
	header := false
	for row, err := range file.Rows(tab) {
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		if !header {
			for i, c := range cells {
				label, _ := sheet.Label(c)
				titles[label] = i
			}
			if header = titles["系统名称"] > 0; !header {
				continue
			}
		} else if cells = edit(titles, cells); cells == nil {
			continue
		}
		write(&b, cells)
	}
	for _, cells := range more {
		write(&b, cells)
	}
	return []byte(b.String())
}

func write(b *strings.Builder, cells []string) {
	for i, c := range cells {
		if i > 0 {
			b.WriteByte('\t')
		}
		b.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
	}
	b.WriteByte('\n')
}

func TestAWorkbookGoesOutAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.Registered("RS", "就业服务系统")
		tn.Registered("RS", "社会保险系统")
		tn.form("RS")
		clerk, key, ctx := tn.Clerk("RS"), tn.key("RS"), t.Context()
		for _, lang := range locale.Languages() {
			same, err := tn.desk.ReceiveBook(ctx, clerk, key, "form.xlsx", tn.exported("RS", lang))
			if err != nil {
				t.Fatal(err)
			}
			p, err := tn.desk.PreviewBook(ctx, clerk, key, same.ID)
			if err != nil || p.Counts[survey.LineSame] != 2 || len(p.Lines) != 2 || p.Good() != 0 || len(p.Upload.Body.Unknown) > 0 {
				t.Fatalf("unchanged, %s: %v %+v, not known: %v (%v)", lang, p.Counts, p.Lines, p.Upload.Body.Unknown, err)
			}
		}

		data := tn.exported("RS", locale.Chinese)
		pasted := edited(t, data, "系统清单", func(title map[string]int, line []string) []string {
			if line[title["系统名称"]] == "就业服务系统" {
				line[title["年度运维经费"]] = "13.5"
			} else {
				line[title["审批时间"]] = "某年"
			}
			return line
		})
		up, err := tn.desk.ReceiveBook(ctx, clerk, key, survey.PastedName, pasted)
		if err != nil {
			t.Fatal(err)
		}
		p, err := tn.desk.PreviewBook(ctx, clerk, key, up.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p.Counts[survey.LineChanged] != 1 || p.Counts[survey.LineWrong] != 1 {
			t.Fatalf("preview %v: %+v", p.Counts, p.Lines)
		}
		for _, l := range p.Lines {
			if l.Outcome == survey.LineWrong && (errorAt(l.Found, "approval_date") == "" || l.Found[0].Cell == "") {
				t.Errorf("the wrong line says %+v", l.Found)
			}
		}
		if got := tn.rows("RS")["就业服务系统"].Body["om_amount_year"]; got != "12000000" {
			t.Errorf("changed before it was confirmed: %s", got)
		}
		if _, err := tn.desk.ConfirmBook(ctx, clerk, key, up.ID); err != nil {
			t.Fatal(err)
		}
		rows := tn.rows("RS")
		if r := rows["就业服务系统"]; r.Body["om_amount_year"] != "13500000" || r.Decision != survey.Changed || !r.Done() {
			t.Errorf("taken over: %+v", r)
		}
		if r := rows["社会保险系统"]; r.Decision != survey.Pending || r.Body["approval_date"] != "2013-03-01" {
			t.Errorf("the wrong line was taken over: %+v", r)
		}
		if _, err := tn.desk.ConfirmBook(ctx, clerk, key, up.ID); kind(err) != kind(survey.ErrUploadDone) {
			t.Errorf("confirmed twice: %v", err)
		}
		again, err := tn.desk.ReceiveBook(ctx, clerk, key, survey.PastedName, pasted)
		if err != nil {
			t.Fatal(err)
		}
		if p, err = tn.desk.PreviewBook(ctx, clerk, key, again.ID); err != nil || p.Counts[survey.LineSame] != 1 || p.Good() != 0 {
			t.Errorf("the same lines again: %v (%v)", p.Counts, err)
		}
	})
}

func TestPastedLinesAddSystems(t *testing.T) {
	tn := running(t, openCity(t))
	tn.form("RS")
	clerk, key := tn.Clerk("RS"), tn.key("RS")
	const titles = "系统名称\t主要功能\t使用范围\t建设阶段\t使用频率\t审批部门\t审批时间\t经费来源\t系统分类\t建设单位\t运维单位\t年度运维经费（元）\t启用时间\t注册用户数\t月活跃用户数\t部署位置\t网络环境\t等级保护级别\n"
	text := titles
	for i := range 3 {
		text += fmt.Sprintf("系统%d\t办理业务\t单位内部\t在用\t每日\t发改委\t2015-03-20\t市级财政\t应用层\t信息中心\t信息中心\t120000\t2016-01-01\t100\t50\t政务云平台\t电子政务外网\t二级\n", i+1)
	}
	up, err := tn.desk.ReceiveBook(t.Context(), clerk, key, survey.PastedName, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := tn.desk.PreviewBook(t.Context(), clerk, key, up.ID)
	if err != nil || p.Counts[survey.LineNew] != 3 {
		t.Fatalf("preview %v, unknown %v: %+v (%v)", p.Counts, up.Body.Unknown, p.Lines, err)
	}
	if _, err := tn.desk.ConfirmBook(t.Context(), clerk, key, up.ID); err != nil {
		t.Fatal(err)
	}
	if r := tn.rows("RS")["系统2"]; r.Body["om_amount_year"] != "12000000" || r.Origin != survey.FromUpload || !r.Done() {
		t.Errorf("got %+v", r)
	}
}

func TestHeadingsRequireOnlyWhatEverySystemNeeds(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.Registered("RS", "社会保险系统")
		tn.form("RS")
		raw := tn.exported("RS", locale.Chinese)
		book, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		part, err := book.Open("xl/worksheets/sheet1.xml")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		for title, want := range map[string]bool{"系统名称（必填）": true, "密级（必填）": false, "使用月份（必填）": false} {
			if got := strings.Contains(string(text), title); got != want {
				t.Errorf("%s stands in the workbook: %t", title, got)
			}
		}
	})
}

// Table questions about systems go out on a sheet of their own, each line with
// the system that it speaks of, and come back with a preview.
func TestTablesOfSystemsAreSheets(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.open("full", "self-survey-2017", "2017-09-11", "2017-10-31")
		for _, name := range []string{"就业服务系统", "社会保险系统"} {
			tn.Registered("RS", name)
		}
		clerk, key, ctx := tn.Clerk("RS"), survey.FormKey{Campaign: "full", Department: tn.Department("RS").Code}, t.Context()
		rows := func() map[string]survey.Row {
			if _, err := tn.desk.OpenForm(ctx, clerk, key); err != nil {
				t.Fatal(err)
			}
			page, err := tn.desk.FormRows(ctx, clerk, key, survey.RowQuery{})
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]survey.Row{}
			for _, r := range page.Rows {
				out[r.Name] = r
			}
			return out
		}
		line := func(other, what string) string {
			return `{"other":"` + other + `","what":"` + what + `"}`
		}
		for name, r := range rows() {
			in := survey.Input{Manner: survey.ByProgram, Fields: map[string]json.RawMessage{
				"interfaces": json.RawMessage(`["other_systems"]`), "x_links": json.RawMessage("[" + line(name+"的对方", "缴费明细") + "," + line("户籍系统", "人口信息") + "]"),
			}}
			if _, found, err := tn.desk.SaveRow(ctx, clerk, key, r.ID, r.Version, in); err != nil || errorAt(found, "x_links") != "" {
				t.Fatal(err, found)
			}
		}
		for _, lang := range locale.Languages() {
			var out bytes.Buffer
			if err := tn.desk.ExportForm(ctx, clerk, tn.messages().Printer(lang), key, &out); err != nil {
				t.Fatal(err)
			}
			p := tn.previewed(clerk, key, "form.xlsx", out.Bytes())
			if p.Good() != 0 || p.Counts[survey.LineSame] != 2 || len(p.Lines) != 2 {
				t.Errorf("unchanged, %s: %v %+v", lang, p.Counts, p.Lines)
			}
		}

		code := rows()["就业服务系统"].Code
		p := tn.previewed(clerk, key, "links.xlsx", book(t, "与其他系统的数据交换", [][]string{
			{"行号", "系统编码", "系统名称", "对方系统", "交换的内容"},
			{"", code, "", "民政婚姻系统", "婚姻登记信息"},
			{"", "", "社会保险系统", "", "没有写对方"},
			{"", "", "没有这个系统", "甲", "乙"},
		}))
		if p.Counts[survey.LineChanged] != 1 || p.Counts[survey.LineWrong] != 2 {
			t.Fatalf("preview %v: %+v", p.Counts, p.Lines)
		}
		for _, l := range p.Lines {
			switch l.Name {
			case "就业服务系统":
				if len(l.Changes) != 1 || l.Changes[0].Key != "x_links" {
					t.Errorf("changes %+v", l.Changes)
				}
			case "社会保险系统":
				if errorAt(l.Found, survey.CellName("x_links", 0, "other")) != "err.required" || l.Found[0].Cell == "" {
					t.Errorf("a line without the other system: %+v", l.Found)
				}
			default:
				if errorAt(l.Found, "name") != "survey.err.book_system" || l.Found[0].Cell != "与其他系统的数据交换!C4" {
					t.Errorf("a line of no system: %+v", l.Found)
				}
			}
		}
		if _, err := tn.desk.ConfirmBook(ctx, clerk, key, p.Upload.ID); err != nil {
			t.Fatal(err)
		}
		now := rows()
		if got := now["就业服务系统"].Body["x_links"]; !strings.Contains(got, "民政婚姻系统") || strings.Contains(got, "户籍系统") {
			t.Errorf("taken over: %s", got)
		}
		if got := now["社会保险系统"].Body["x_links"]; !strings.Contains(got, "户籍系统") {
			t.Errorf("the wrong line was taken over: %s", got)
		}
	})
}

// previewed hands a workbook in and says what it would do.
func (tn *town) previewed(by auth.Principal, key survey.FormKey, name string, data []byte) survey.Preview {
	tn.t.Helper()
	up, err := tn.desk.ReceiveBook(tn.t.Context(), by, key, name, data)
	if err != nil {
		tn.t.Fatal(err)
	}
	p, err := tn.desk.PreviewBook(tn.t.Context(), by, key, up.ID)
	if err != nil {
		tn.t.Fatal(err)
	}
	return p
}

// book is a workbook with one sheet.
func book(t *testing.T, tab string, lines [][]string) []byte {
	t.Helper()
	w := sheet.NewWriter(sheet.Options{T: func(key string, _ ...any) string { return key }})
	defer w.Close()
	var columns []sheet.Column
	for _, title := range lines[0] {
		columns = append(columns, sheet.Column{Key: title, Title: title, Kind: sheet.ColumnText})
	}
	tw, err := w.Table(sheet.Table{Sheet: tab, Columns: columns})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		var cells []sheet.Value
		for _, text := range line {
			cells = append(cells, sheet.Text(text))
		}
		if err := tw.Row(cells...); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := w.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

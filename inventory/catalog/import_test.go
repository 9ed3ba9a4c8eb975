package catalog_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogtest"
	"qingce/inventory/inventorytest"
)

// exported is the own catalog of a department as a workbook.
func exported(t *testing.T, w *catalogtest.World, by auth.Principal) []byte {
	t.Helper()
	var b bytes.Buffer
	p := inventorytest.Messages(t).Printer(locale.Chinese)
	if err := w.Desk.Export(t.Context(), by, p, catalog.Query{Scope: catalog.Own}, "", &b); err != nil {
		t.Fatalf("export: %v", err)
	}
	return b.Bytes()
}

// lines are the cells of the first tab, row by row.
func lines(t *testing.T, file []byte) [][]string {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), "c.xlsx", sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for row, err := range book.Rows(book.Sheets()[0]) {
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		out = append(out, cells)
	}
	return out
}

func TestAWorkbookGoesOutAndComesBackTheSame(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		w.Published("MZ", "婚姻登记信息", catalog.Conditional)
		secret := w.Content("MZ", "涉密人员信息", catalog.NotShared)
		secret.Body.TotalRecords, secret.Body.OpenToPublic = new(int64(12)), new(false)
		w.Drafted("MZ", secret)
		w.Published("RS", "参保信息", catalog.Unconditional)
		file := exported(t, w, w.Clerk("MZ"))
		table := lines(t, file)
		header := table[slices.IndexFunc(table, func(r []string) bool {
			return slices.ContainsFunc(r, func(c string) bool { return strings.HasPrefix(c, "信息资源名称") })
		})]
		var order []string
		for _, title := range header {
			label, _ := sheet.Label(title)
			order = append(order, label)
		}
		want := []string{
			"信息资源分类", "信息资源名称", "信息资源代码", "信息资源提供方", "提供方代码", "信息资源摘要", "信息资源格式分类", "信息资源格式类型", "信息项名称", "数据类型", "长度",
		}
		if len(order) < len(want) || !slices.Equal(order[:len(want)], want) {
			t.Errorf("columns %v, want the order of the guideline %v", order[:min(len(order), len(want))], want)
		}
		i, err := w.Desk.Receive(t.Context(), w.Clerk("MZ"), "目录.xlsx", file)
		if err != nil || i.RowsTotal != 2 || i.RowsSame != 2 {
			t.Fatalf("it comes back as %+v, %v; want two entries that are the same", i, err)
		}
	})
}

func TestAWorkbookOfACountyBecomesDrafts(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		known := w.Drafted("MZ", w.Content("MZ", "低保信息", catalog.Unconditional))
		file := []byte(strings.Join([]string{
			"信息资源分类,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式分类,信息资源格式类型,信息项名称,数据类型,长度,基础信息项,信息项共享类型,共享类型,共享条件,共享方式分类,共享方式类型,是否向社会开放,更新周期,不予共享依据层级,不予共享依据",
			"30702004,婚姻登记信息,市民政局,婚姻登记,数据库,mysql,姓名,字符型,50,,,有条件,履职需要,共享平台,接口,否,每日,,",
			",,,,,,公民身份号码,字符型C,18,是,无条件,,,,,,,,",
			"30702004,殡葬信息,市民政局,殡葬,数据库,mysql,姓名,字符型,50,,,不予,,,,否,每日,,工作需要",
			"30702004,收养信息,市民政局,收养,数据库,mysql,证件号,字符型,很长,是,有条件,有条件,履职需要,共享平台,接口,否,每日,,",
			"30702004,低保信息,市民政局,低保对象,数据库,mysql,姓名,字符型,50,,,无条件,,共享平台,接口,否,每月,,",
		}, "\n") + "\n")
		by := w.Clerk("MZ")
		i, err := w.Desk.Receive(t.Context(), by, "民政.csv", file)
		if err != nil || i.RowsNew != 1 || i.RowsWrong != 2 || i.RowsChanged != 1 {
			rows, _, _ := w.Desk.ImportRows(t.Context(), by, i.ID, "", 1, 50)
			t.Fatalf("got %+v, %v; want one new, one changed and two wrong: %+v", i, err, rows)
		}
		wrong, _, err := w.Desk.ImportRows(t.Context(), by, i.ID, catalog.RowWrong, 1, 50)
		if err != nil {
			t.Fatal(err)
		}
		has := func(r catalog.ImportRow, name, code string) bool {
			return slices.ContainsFunc(r.Found, func(f fault.Field) bool { return f.Name == name && f.Code == code })
		}
		if !has(wrong[0], "basis_level", "catalog.err.v01") || !has(wrong[0], "basis_text", "catalog.err.v01_text") {
			t.Errorf("V01 is not told: %+v", wrong[0].Found)
		}
		at := slices.IndexFunc(wrong[1].Found, func(f fault.Field) bool { return f.Name == "items.1.length" })
		if !has(wrong[1], "items.1.share_type", "catalog.err.v04") || at < 0 || wrong[1].Found[at].Cell != "I5" {
			t.Errorf("V04 or the length at I5 is not told: %+v", wrong[1].Found)
		}
		if _, err := w.Desk.FindImport(t.Context(), w.Clerk("RS"), i.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else sees the file: %v", err)
		}
		i, err = w.Desk.Confirm(t.Context(), by, i.ID, i.Version)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Desk.Confirm(t.Context(), by, i.ID, i.Version); fault.KindOf(err) != fault.Conflict {
			t.Errorf("confirmed twice: %v", err)
		}
		page, err := w.Desk.List(t.Context(), by, catalog.Query{Scope: catalog.Own})
		if err != nil || page.Total != 2 {
			t.Fatalf("%d entries, %v; want 2", page.Total, err)
		}
		r, err := w.Desk.Find(t.Context(), by, known.ID)
		if err != nil || r.Entry.UpdateCycle != catalog.Monthly || len(r.Items) != 1 {
			t.Errorf("the known entry says %s with %d items, %v", r.Entry.UpdateCycle, len(r.Items), err)
		}
	})
}

func TestAnImportThatIsOvertakenWritesNothing(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		e := w.Drafted("MZ", w.Content("MZ", "低保信息", catalog.Unconditional))
		file := []byte("信息资源分类,信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式分类,信息资源格式类型,信息项名称,数据类型,共享类型,共享方式分类,共享方式类型,是否向社会开放,更新周期\n" +
			"30702004," + e.Code + ",低保信息,市民政局,低保对象,数据库,mysql,姓名,字符型,无条件,共享平台,接口,否,每月\n")
		i, err := w.Desk.Receive(t.Context(), w.Clerk("MZ"), "c.csv", file)
		if err != nil || i.RowsChanged != 1 {
			t.Fatalf("%+v, %v", i, err)
		}
		if _, err := w.Desk.Save(t.Context(), w.Clerk("MZ"), e.ID, e.Version, catalog.EntryForm{Content: w.Content("MZ", "低保信息", catalog.Conditional)}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Desk.Confirm(t.Context(), w.Clerk("MZ"), i.ID, i.Version); !errors.Is(err, store.ErrStale) {
			t.Errorf("got %v, want that it is stale", err)
		}
		if _, err := w.Desk.Drop(t.Context(), w.Clerk("MZ"), i.ID, i.Version); err != nil {
			t.Error(err)
		}
	})
}

func TestAFileThatIsNoCatalogIsRefused(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		for _, c := range []struct{ name, text, code string }{
			{"other columns", "甲,乙\n1,2\n", "sheet.err.no_header"},
			{"no entry", "信息资源名称,信息资源分类\n", "catalog.err.import_empty"},
		} {
			_, err := w.Desk.Receive(t.Context(), w.Clerk("MZ"), "c.csv", []byte(c.text))
			var e *fault.Error
			if !errors.As(err, &e) || e.Code != c.code {
				t.Errorf("%s: %v, want %s", c.name, err, c.code)
			}
		}
		if _, err := w.Desk.Receive(t.Context(), w.Someone(auth.Office), "c.csv", []byte("x")); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the Office imported: %v", err)
		}
	})
}

// What nobody confirmed for thirty days is dropped, and the rows of all old files
// are forgotten; what a file wrote stays.
func TestOldFilesAreForgotten(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		by := w.Clerk("MZ")
		file := func(name string) []byte {
			return []byte("信息资源分类,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式分类,信息资源格式类型,信息项名称,数据类型,共享类型,共享方式分类,共享方式类型,是否向社会开放,更新周期\n" +
				"30702004," + name + ",市民政局," + name + ",数据库,mysql,姓名,字符型,无条件,共享平台,接口,否,每月\n")
		}
		receive := func(name string) catalog.Import {
			i, err := w.Desk.Receive(t.Context(), by, name+".csv", file(name))
			if err != nil || !i.Writes() {
				t.Fatal(i, err)
			}
			return i
		}
		confirmed, left := receive("低保信息"), receive("救助信息")
		if _, err := w.Desk.Confirm(t.Context(), by, confirmed.ID, confirmed.Version); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(29 * 24 * time.Hour)
		if n, err := w.Desk.Purge(t.Context()); n != 0 || err != nil {
			t.Errorf("after 29 days %d were forgotten, %v", n, err)
		}
		fresh := receive("婚姻信息")
		w.Clock.Advance(2 * 24 * time.Hour)
		if n, err := w.Desk.Purge(t.Context()); n != 2 || err != nil {
			t.Errorf("after 31 days %d were forgotten, %v; want 2", n, err)
		}
		for id, want := range map[catalog.ImportID]struct {
			state catalog.ImportState
			rows  int64
		}{confirmed.ID: {catalog.ImportConfirmed, 0}, left.ID: {catalog.ImportDropped, 0}, fresh.ID: {catalog.ImportReady, 1}} {
			i, err := w.Desk.FindImport(t.Context(), by, id)
			if err != nil {
				t.Fatal(err)
			}
			if _, rows, err := w.Desk.ImportRows(t.Context(), by, id, "", 1, 10); err != nil || i.State != want.state || rows != want.rows {
				t.Errorf("file %d: %s with %d rows, %v; want %s, %d", id, i.State, rows, err, want.state, want.rows)
			}
		}
		if page, err := w.Desk.List(t.Context(), by, catalog.Query{Scope: catalog.Own}); err != nil || page.Total != 1 {
			t.Errorf("%d entries, %v; what was written is to stay", page.Total, err)
		}
	})
}

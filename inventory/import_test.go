package inventory_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/sheet"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

// header of the files in these tests: titles as people write them, in an order
// of their own.
var header = []string{
	"序号", "系统名称", "系统编码", "所属部门", "系统功能", "系统分类", "建设单位", "运维单位", "审批部门", "审批时间", "经费来源",
	"年运维费（元）", "系统阶段", "启用时间", "使用范围", "注册用户数", "月活跃用户数", "使用频率", "部署位置", "所在网络", "等保级别",
}

func goodRow(name, code string) []string {
	return []string{
		"1", name, code, "市人社局", "办理就业登记", "应用层", "局信息中心", "局信息中心", "发改委", "2013年3月", "市级财政",
		"125,000", "在用", "2014.6.1", "市直多部门", "２００", "120", "每日", "政务云平台", "电子政务外网、互联网", "未定级",
	}
}

func file(rows ...[]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"襄阳市政务信息系统登记表"})
	_ = w.Write(header)
	_ = w.WriteAll(rows)
	return b.Bytes()
}

// handIn hands a file in and waits until it is compared.
func handIn(t *testing.T, im *inventory.Importer, by auth.Principal, name string, data []byte) inventory.Import {
	t.Helper()
	f, err := im.Receive(t.Context(), by, inventory.ImportSystems, name, data)
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	return settled(t, im, by, f.ID)
}

func settled(t *testing.T, im *inventory.Importer, by auth.Principal, id inventory.ImportID) inventory.Import {
	t.Helper()
	im.Wait(t.Context(), id)
	f, err := im.Find(t.Context(), by, id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func confirm(t *testing.T, im *inventory.Importer, by auth.Principal, id inventory.ImportID) inventory.Import {
	t.Helper()
	if _, err := im.Confirm(t.Context(), by, id, "年度填报"); err != nil {
		t.Fatal(err)
	}
	return settled(t, im, by, id)
}

func counts(f inventory.Import) string {
	return fmt.Sprintf("%s new %d changed %d same %d wrong %d applied %d", f.State, f.RowsNew, f.RowsChanged, f.RowsSame, f.RowsWrong, f.RowsApplied)
}

func total(t *testing.T, city *inventorytest.City) int64 {
	t.Helper()
	page, err := city.Registry.ListSystems(t.Context(), city.Someone(auth.Office), inventory.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return page.Total
}

func TestAFileIsComparedThenConfirmedAndTheSecondTimeChangesNothing(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		im, clerk := city.Importer(), city.Clerk("RS")
		data := file(goodRow("就业服务系统", ""), goodRow("技能鉴定系统", ""))
		f := handIn(t, im, clerk, "系统.csv", data)
		if got, want := counts(f), "ready new 2 changed 0 same 0 wrong 0 applied 0"; got != want {
			rows, _, _ := im.Rows(t.Context(), clerk, f.ID, inventory.RowWrong, 1, 10)
			t.Fatalf("%s, want %s: %+v %v", got, want, rows, f.Err())
		}
		if n := total(t, city); n != 0 {
			t.Fatalf("%d systems before confirmation", n)
		}
		f = confirm(t, im, clerk, f.ID)
		if got, want := counts(f), "applied new 2 changed 0 same 0 wrong 0 applied 2"; got != want {
			t.Fatalf("%s, want %s", got, want)
		}
		s, err := city.Registry.FindSystem(t.Context(), clerk, "RS-0001")
		if err != nil {
			t.Fatal(err)
		}
		if *s.OmAmountYear != 12_500_000 || s.ApprovalDate != calendar.NewDate(2013, 3, 1) || *s.RegisteredUsers != 200 || s.Network.Canonical() != "extranet|internet" {
			t.Errorf("read as %+v", s)
		}
		if f = handIn(t, im, clerk, "again.csv", data); counts(f) != "ready new 0 changed 0 same 2 wrong 0 applied 0" {
			t.Errorf("the same file again: %s", counts(f))
		}
	})
}

func TestAnExportComesBackUnchangedAndAnEditedCellIsFound(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		im, clerk, office := city.Importer(), city.Clerk("RS"), city.Someone(auth.Office)
		s := city.System("RS", "=就业服务系统")
		s.BuildAmount, s.UsagePattern, s.SeasonMonths = new(int64(123_456_789)), inventory.PatternSeasonal, []string{"05", "06"}
		if _, _, err := city.Registry.Register(t.Context(), clerk, inventory.Registration{System: s}); err != nil {
			t.Fatal(err)
		}
		city.Registered("RS", "技能鉴定系统")
		for _, lang := range []string{"zh-CN", "en"} {
			for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
				var b bytes.Buffer
				p := inventorytest.Messages(t).Printer(lang)
				if err := im.ExportSystems(t.Context(), office, p, inventory.Query{}, inventory.Export{Format: format}, &b); err != nil {
					t.Fatal(err)
				}
				f := handIn(t, im, clerk, "export."+string(format), b.Bytes())
				if counts(f) != "ready new 0 changed 0 same 2 wrong 0 applied 0" || len(f.Remarks()) > 0 {
					rows, _, _ := im.Rows(t.Context(), clerk, f.ID, "", 1, 10)
					t.Errorf("%s %s: %s %+v, noted %v", lang, format, counts(f), rows, f.Remarks())
				}
				if format == sheet.CSV {
					edited := strings.Replace(b.String(), "技能鉴定系统", "技能鉴定平台", 1)
					f := handIn(t, im, clerk, "edited.csv", []byte(edited))
					rows, _, err := im.Rows(t.Context(), clerk, f.ID, inventory.RowChanged, 1, 10)
					if err != nil || len(rows) != 1 || len(rows[0].Changes) != 1 || rows[0].Changes[0].Old != "技能鉴定系统" || rows[0].Changes[0].Cell == "" {
						t.Errorf("edited: %s %+v %v", counts(f), rows, err)
					}
				}
			}
		}
	})
}

func TestAnEmptyDepartmentIsOnesOwn(t *testing.T) {
	city := inventorytest.Open(t)
	row := goodRow("就业服务系统", "")
	row[3] = " "
	if f := handIn(t, city.Importer(), city.Clerk("RS"), "x.csv", file(row)); counts(f) != "ready new 1 changed 0 same 0 wrong 0 applied 0" {
		t.Errorf("%s %v", counts(f), f.Err())
	}
}

func TestWrongRowsNameTheCellAndGoodOnesAreSaved(t *testing.T) {
	city := inventorytest.Open(t)
	im, clerk := city.Importer(), city.Clerk("RS")
	bad := goodRow("坏数据系统", "")
	bad[9], bad[11], bad[16], bad[19] = "去年", "-5", "900", "月球网" // more active than registered users as well
	foreign := goodRow("别家的系统", "")
	foreign[3] = "市民政局"
	missing := goodRow("", "")
	f := handIn(t, im, clerk, "x.csv", file(goodRow("就业服务系统", ""), bad, foreign, missing, goodRow("就业服务系统", ""), goodRow("编码不对", "RS-9999")))
	if got, want := counts(f), "ready new 1 changed 0 same 0 wrong 5 applied 0"; got != want {
		t.Fatalf("%s, want %s", got, want)
	}
	rows, _, err := im.Rows(t.Context(), clerk, f.ID, inventory.RowWrong, 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		for _, found := range r.Found {
			if !found.Warning {
				got = append(got, found.Cell+" "+found.Code)
			}
		}
	}
	want := "J4 input.err.date,L4 input.err.negative,T4 field.err.choice,Q4 inventory.err.v19,D5 inventory.err.owner,B6 err.required,C7 inventory.err.import_repeated,C8 inventory.err.import_code"
	if strings.Join(got, ",") != want {
		t.Errorf("found\n%s, want\n%s", strings.Join(got, ","), want)
	}
	if f = confirm(t, im, clerk, f.ID); counts(f) != "applied new 1 changed 0 same 0 wrong 5 applied 1" || total(t, city) != 1 {
		t.Errorf("%s, %d systems", counts(f), total(t, city))
	}
	var b bytes.Buffer
	p := inventorytest.Messages(t).Printer("zh-CN")
	if err := im.WrongRows(t.Context(), clerk, p, f.ID, &b); err != nil {
		t.Fatal(err)
	}
	if f = handIn(t, im, clerk, "wrong.xlsx", b.Bytes()); counts(f) != "ready new 0 changed 0 same 1 wrong 4 applied 0" {
		t.Errorf("the wrong rows handed in again: %s %v", counts(f), f.Err())
	}
}

func TestARecordThatMovedOnSinceThePreviewIsLeftAlone(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		im, clerk := city.Importer(), city.Clerk("RS")
		f := handIn(t, im, clerk, "a.csv", file(goodRow("就业服务系统", "")))
		confirm(t, im, clerk, f.ID)
		edited := goodRow("就业服务系统", "RS-0001")
		edited[4] = "文件里的功能"
		f = handIn(t, im, clerk, "b.csv", file(edited))
		if counts(f) != "ready new 0 changed 1 same 0 wrong 0 applied 0" {
			t.Fatal(counts(f))
		}
		s, err := city.Registry.FindSystem(t.Context(), clerk, "RS-0001")
		if err != nil {
			t.Fatal(err)
		}
		next := s
		next.FunctionDesc = "页面上改的功能"
		if _, _, err := city.Registry.Change(t.Context(), clerk, s.Code, s.Version, next, ""); err != nil {
			t.Fatal(err)
		}
		f = confirm(t, im, clerk, f.ID)
		rows, _, _ := im.Rows(t.Context(), clerk, f.ID, inventory.RowWrong, 1, 10)
		if f.RowsApplied != 0 || len(rows) != 1 || rows[0].Found[len(rows[0].Found)-1].Code != "inventory.err.import_moved_on" {
			t.Errorf("%s %+v", counts(f), rows)
		}
		if s, _ = city.Registry.FindSystem(t.Context(), clerk, "RS-0001"); s.FunctionDesc != "页面上改的功能" {
			t.Errorf("the newer text was overwritten by %q", s.FunctionDesc)
		}
	})
}

func TestAGB18030FileIsUnderstood(t *testing.T) {
	city := inventorytest.Open(t)
	data, err := simplifiedchinese.GB18030.NewEncoder().Bytes(file(goodRow("就业服务系统", "")))
	if err != nil {
		t.Fatal(err)
	}
	if f := handIn(t, city.Importer(), city.Clerk("RS"), "gbk.csv", data); counts(f) != "ready new 1 changed 0 same 0 wrong 0 applied 0" {
		t.Errorf("%s %v", counts(f), f.Err())
	}
}

func TestFilesAreOnesOwnAndOnlyForThoseWhoMay(t *testing.T) {
	city := inventorytest.Open(t)
	im := city.Importer()
	data := file(goodRow("就业服务系统", ""))
	if _, err := im.Receive(t.Context(), city.Someone(auth.Auditor), inventory.ImportSystems, "x.csv", data); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an auditor handed in a file: %v", err)
	}
	if _, err := im.Receive(t.Context(), city.Clerk("RS"), inventory.ImportDepartments, "x.csv", data); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a clerk handed in departments: %v", err)
	}
	f := handIn(t, im, city.Clerk("RS"), "x.csv", data)
	for name, err := range map[string]error{
		"find":    second(im.Find(t.Context(), city.Clerk("MZ"), f.ID)),
		"confirm": second(im.Confirm(t.Context(), city.Clerk("MZ"), f.ID, "")),
		"drop":    im.Drop(t.Context(), city.Clerk("MZ"), f.ID),
	} {
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s by another person: %v", name, err)
		}
	}
	if err := im.Drop(t.Context(), city.Clerk("RS"), f.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := im.Confirm(t.Context(), city.Clerk("RS"), f.ID, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a dropped file was confirmed: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestABrokenOffFileCanBeConfirmedAgain(t *testing.T) {
	city := inventorytest.Open(t)
	im, clerk := city.Importer(), city.Clerk("RS")
	f := handIn(t, im, clerk, "x.csv", file(goodRow("就业服务系统", "")))
	im.Stop() // the program ends: confirming still marks the file, nobody works on it
	if _, err := im.Confirm(t.Context(), clerk, f.ID, ""); err != nil {
		t.Fatal(err)
	}
	im.Wait(t.Context(), f.ID)
	next := city.Importer()
	if err := next.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f = confirm(t, next, clerk, f.ID); counts(f) != "applied new 1 changed 0 same 0 wrong 0 applied 1" {
		t.Error(counts(f))
	}
}

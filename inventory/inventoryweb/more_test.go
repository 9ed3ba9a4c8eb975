package inventoryweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/inventory"
)

func TestSeveralRecordsAtOnceAndWhatFailedIsListed(t *testing.T) {
	tn := open(t)
	head, centre := tn.site.Of(tn.Head("RS")), tn.site.Of(tn.Someone(auth.Centre))
	a, b := tn.Registered("RS", "甲系统"), tn.Registered("RS", "乙系统")
	p := head.Get("/systems").Want(200)
	if got := p.Words("form.bulk button"); got != "申报所选" {
		t.Errorf("a head may %s", got)
	}
	if n := len(p.All(`tbody input[form="bulk"]`)); n != 2 {
		t.Errorf("%d boxes belong to the form", n)
	}
	form := url.Values{"row": {a.Code + "@1", b.Code + "@1"}, "move": {"declare"}, "back": {"/systems?phase=running"}}
	done := head.Post("/systems/moves", form).Want(http.StatusSeeOther)
	if done.Location() != "/systems?phase=running" || !strings.Contains(done.Follow().Text(".flash"), "已申报 2 个系统") {
		t.Errorf("led to %s", done.Location())
	}
	form = url.Values{"row": {a.Code + "@2", b.Code + "@1", "RS-0099@1"}, "move": {"verify"}, "back": {"/systems"}}
	result := centre.Post("/systems/moves", form).Want(200)
	if got := result.Text(".head-lead"); got != "已核实 1 个系统。" {
		t.Errorf("said %s", got)
	}
	if got := result.Words(rows); got != b.Code+" | RS-0099" {
		t.Errorf("failed: %s", got)
	}
	if tn.find(t, a.Code).State != inventory.Verified || tn.find(t, b.Code).State != inventory.Declared {
		t.Error("one that failed stopped the others, or went through")
	}
	for _, bad := range []url.Values{{"row": {a.Code + "@3"}, "move": {"certify"}}, {"row": {a.Code + "@3"}, "move": {"nonsense"}}} {
		centre.Post("/systems/moves", bad).Want(http.StatusBadRequest)
	}
	if got := centre.Post("/systems/moves", url.Values{"move": {"verify"}, "back": {"/systems"}}).Follow().Text(".flash"); !strings.Contains(got, "没有选中") {
		t.Errorf("nothing chosen: %s", got)
	}
	if tn.site.Of(tn.Someone(auth.Auditor)).Get("/systems").Has("form.bulk") {
		t.Error("an auditor is offered acts")
	}
}

func TestRelationsAreAddedShownAtBothEndsAndRemoved(t *testing.T) {
	tn := open(t)
	a, b := tn.Registered("RS", "就业服务系统"), tn.Registered("MZ", "婚姻登记系统")
	tn.Registered("RS", "社会保险系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	at := "/systems/" + a.Code + "/relations"
	form := url.Values{"kind": {"interface"}, "other": {"社会保险系统"}, "note": {"按天推送"}}
	clerk.Post(at, form).Want(http.StatusSeeOther)
	form = url.Values{"kind": {"replaced_by"}, "other": {b.Code}, "note": {""}}
	clerk.Post(at, form).Want(http.StatusSeeOther)
	p := clerk.Get(at).Want(200)
	if got := p.Words("tbody tr"); !strings.Contains(got, "社会保险系统 RS-0002 数据对接 市人社局 按天推送") || !strings.Contains(got, b.Code+" （其他部门的系统） 可被替代 市民政局") || strings.Contains(got, "婚姻登记系统") {
		t.Errorf("relations %s", got)
	}
	other := tn.site.Of(tn.Clerk("MZ")).Get("/systems/" + b.Code + "/relations").Want(200)
	if got := other.Words("tbody tr"); !strings.Contains(got, a.Code+" （其他部门的系统） 可替代对方 市人社局") || strings.Contains(got, "就业服务系统") || other.Has(`form[action$="/remove"]`) {
		t.Errorf("at the other end: %s", got)
	}
	refused := clerk.Post(at, url.Values{"kind": {"interface"}, "other": {"没有这个"}, "note": {"说明"}}).Want(http.StatusUnprocessableEntity)
	if back := refused.Form("form#relation"); !refused.Has("#e-other") || back.Get("other") != "没有这个" || back.Get("note") != "说明" {
		t.Errorf("refused with %v", back)
	}
	clerk.Post(p.Attr(`tr:first-child form[action$="/remove"]`, "action"), nil).Want(http.StatusSeeOther)
	if n := len(clerk.Get(at).All("tbody tr")); n != 1 {
		t.Errorf("%d relations are left", n)
	}
}

func TestDepartmentsAreListedAndFiltered(t *testing.T) {
	tn := open(t)
	tn.Below("ZY", "枣阳市教育局")
	tn.Registered("RS", "就业服务系统")
	office := tn.site.Of(tn.Someone(auth.Office))
	for _, c := range []struct{ query, want string }{
		{"q=市民", "市民政局 | 市民宗局"},
		{"q=XYRS", "市人社局"},
		{"q=市", "市房管局 | 市公安局 | 市工商局 | 市交通局 | 市教育局 | 市旅游局 | 市民政局 | 市民宗局 | 市人社局 | 市物价局 | 枣阳市 | 枣阳市教育局"},
		{"kind=county", "枣阳市 | 枣阳市教育局"},
		{"kind=county&sort=-code", "枣阳市教育局 | 枣阳市"},
		{"life=ended", ""},
		{"key_area=true", ""},
		{"group_code=(empty)&q=人社", "市人社局"},
		{"group_code=A", ""},
	} {
		query, _ := url.ParseQuery(c.query)
		p := office.Get("/departments?" + query.Encode()).Want(200)
		if got := p.Words("table.list tbody th a"); got != c.want {
			t.Errorf("%s: %s, want %s", c.query, got, c.want)
		}
	}
	p := office.Get("/departments?q=XYRS")
	if p.Text(`a[href="/systems?owner_id=XYRS"]`) != "1" {
		t.Error("the number of systems does not lead to them")
	}
	if other := tn.site.Of(tn.Clerk("MZ")).Get("/departments?q=XYRS").Want(200); other.Has(`a[href="/systems?owner_id=XYRS"]`) {
		t.Error("another department's systems are counted")
	}
	admin := tn.site.Of(tn.Someone(auth.Admin)).Get("/departments").Want(200)
	if strings.Contains(admin.Text("thead"), "系统数") || !admin.Has(`a[href="/departments/new"]`) {
		t.Error("an administrator sees departments, may add them, and sees no systems")
	}
	tn.site.Of(tn.Someone(auth.Expert)).Get("/departments").Want(http.StatusForbidden)
	file := office.Get("/departments/export.csv?kind=county").Want(200)
	if !strings.Contains(file.Body, "枣阳市教育局") || strings.Contains(file.Body, "市人社局") {
		t.Errorf("exported\n%s", file.Body)
	}
}

func TestADepartmentShowsItsSystemsByState(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "甲系统")
	tn.move(t, tn.Head("RS"), tn.Registered("RS", "乙系统"), inventory.Declare, "")
	p := tn.site.Of(tn.Clerk("RS")).Get("/departments/XYRS").Want(200)
	if got := p.Words(".stat"); got != "系统数 2 | 草稿 1 | 已申报 1" {
		t.Errorf("numbers %s", got)
	}
	for _, stat := range p.All(".stat") {
		for _, a := range stat.Attr {
			if a.Key == "href" {
				n := len(tn.site.Of(tn.Clerk("RS")).Get(a.Val).Want(200).All(rows))
				if !strings.Contains(p.Words(`.stat[href="`+a.Val+`"]`), string(rune('0'+n))) {
					t.Errorf("%s has %d rows", a.Val, n)
				}
			}
		}
	}
	if tn.site.Of(tn.Clerk("MZ")).Get("/departments/XYRS").Want(200).Has(".stat") {
		t.Error("another department reads the numbers")
	}
	tn.site.Of(tn.Clerk("RS")).Get("/departments/NONE").Want(http.StatusNotFound)
}

func TestADepartmentIsAddedChangedAndMerged(t *testing.T) {
	tn := open(t)
	admin, office := tn.site.Of(tn.Someone(auth.Admin)), tn.site.Of(tn.Someone(auth.Office))
	form := admin.Get("/departments/new").Want(200).Form("form#department")
	for k, v := range map[string]string{"code": "xy108", "name": "市国土局", "kind": "municipal", "region_code": "420601", "uscc": "11420600MB00000191"} {
		form.Set(k, v)
	}
	p := admin.Post("/departments", form).Want(http.StatusUnprocessableEntity)
	if !p.Has("#e-region_code") || !p.Has("#e-uscc") || p.Form("form#department").Get("uscc") != "11420600MB00000191" {
		t.Errorf("refused: %s", p.Text(".errors"))
	}
	form.Set("region_code", "420600")
	form.Set("uscc", "11420600MB00000190")
	if got := admin.Post("/departments", form).Follow().Text("h1"); got != "市国土局" {
		t.Errorf("added %s", got)
	}
	mine := office.Get("/departments/XY108/edit").Want(200).Form("form#department")
	theirs := admin.Get("/departments/XY108/edit").Form("form#department")
	theirs.Set("contact_name", "李四")
	theirs.Set("it_unit", "信息中心")
	theirs.Set("reason", "人员调整")
	admin.Post("/departments/XY108", theirs).Want(http.StatusSeeOther)
	mine.Set("contact_name", "张三")
	conflict := office.Post("/departments/XY108", mine).Want(http.StatusConflict)
	merged := conflict.Form("form#department")
	if merged.Get("it_unit") != "信息中心" || !conflict.Has("#pick-mine-contact_name") || !strings.Contains(conflict.Text(".callout"), "人员调整") {
		t.Errorf("merged into %v", merged)
	}
	merged.Set("pick.contact_name", "mine")
	office.Post("/departments/XY108", merged).Want(http.StatusSeeOther)
	history := office.Get("/departments/XY108/history").Want(200)
	if got := history.Words(".event-head b"); got != "修改 | 修改 | 新增" {
		t.Errorf("history %s", got)
	}
	if got := history.Text("main"); !strings.Contains(got, "李四 张三") {
		t.Errorf("the last change: %s", got)
	}
	tn.site.Of(tn.Clerk("RS")).Get("/departments/XY108/edit").Want(http.StatusForbidden)
	tn.site.Of(tn.Clerk("RS")).Post("/departments/XY108", mine).Want(http.StatusForbidden)
}

func TestAReorganisationIsPreviewedAndCarriedOut(t *testing.T) {
	tn := open(t)
	s := tn.Registered("WJ", "价格监测系统")
	office := tn.site.Of(tn.Someone(auth.Office))
	plan := "原单位编码,承继单位编码,承继单位,起始日期,可靠程度\nXYWJ,XYFG,市发改委,2019-01-15,general\nXYGS,XYSC,市场监管局,2019-01-15,uncertain\nXYXX,XYSC,市场监管局,2019-01-15,general\nXYFC,XYZJ,住建局,2019-02-30,general\n"
	p := upload(t, office, "/departments/reorganise", "方案.csv", []byte(plan), nil).Want(200)
	if got := p.Text(".callout-info .callout-title"); got != "勾选的行将撤销 1 个单位，新增 1 个单位，涉及 1 个系统" {
		t.Errorf("summary %s", got)
	}
	if got := p.Text(".callout-error"); !strings.Contains(got, "D5：") {
		t.Errorf("mistakes %s", got)
	}
	if got := p.Words("tbody .badge-state"); got != "将撤销 | 将撤销 | 没有这个单位" {
		t.Errorf("lines %s", got)
	}
	form := p.Form("form#confirm-plan")
	if got := form["line"]; len(got) != 1 || got[0] != "A2" {
		t.Errorf("chosen at first: %v; what is uncertain must not be", got)
	}
	form.Set("reason", "")
	refused := office.Post("/departments/reorganise/confirm", form).Want(http.StatusUnprocessableEntity)
	if !refused.Has("#e-reason") || strings.Join(refused.Form("form#confirm-plan")["line"], "") != "A2" {
		t.Error("without a reason the choice is lost")
	}
	form.Set("reason", "襄办发〔2019〕1号")
	done := office.Post("/departments/reorganise/confirm", form).Follow()
	if got := done.Text(".flash"); !strings.Contains(got, "已撤销 1 个单位，新增 1 个单位，划转 1 个系统") {
		t.Errorf("said %s", got)
	}
	old := office.Get("/departments/XYWJ").Want(200)
	if got := old.Text("#s-family"); !strings.Contains(got, "承继单位 市发改委") {
		t.Errorf("the old body: %s", got)
	}
	if got := office.Get("/departments/XYFG").Want(200).Text("#s-family"); !strings.Contains(got, "前身 市物价局") || !strings.Contains(got, "至 2019-01-14") {
		t.Errorf("the new body: %s", got)
	}
	next, _ := tn.Registry.FindDepartment(t.Context(), auth.System("test"), "XYFG")
	if got := tn.find(t, s.Code); got.OwnerID != next.ID {
		t.Error("the system was not moved")
	}
	tn.site.Of(tn.Someone(auth.Admin)).Get("/departments/reorganise").Want(http.StatusForbidden)
	if bad := upload(t, office, "/departments/reorganise", "x.csv", []byte("甲,乙\n1,2\n"), nil).Want(http.StatusUnprocessableEntity); !bad.Has(".errors") {
		t.Error("a file without the columns is not refused")
	}
	shipped := office.Post("/departments/reorganise", url.Values{"shipped": {"true"}}).Want(200)
	if !strings.Contains(shipped.Text("main"), "普遍知识") {
		t.Error("the plan at hand does not say how sure it is")
	}
}

func TestAStepWithAWholeList(t *testing.T) {
	tn := open(t)
	for i := range 21 {
		tn.Registered("RS", fmt.Sprintf("第%02d系统", i))
	}
	tn.Registered("RS", "别的平台")
	head := tn.site.Of(tn.Head("RS"))
	p := head.Get("/systems?q=系统&size=20").Want(200)
	if !p.Has("form.bulk input[data-bulk-all]") || head.Get("/systems?q=平台").Has("form.bulk input[data-bulk-all]") {
		t.Error("the whole list is offered when, and only when, there is more than a page of it")
	}
	late := tn.find(t, "RS-0003")
	tn.Clock.Advance(time.Minute)
	tn.change(t, tn.Clerk("RS"), late, "补充", func(s *inventory.System) { s.FunctionDesc = "后来改的" })

	form := p.Form("form.bulk")
	form.Set("all", "true")
	form.Set("move", "declare")
	asked := head.Post("/systems/moves", form).Want(200)
	if got := asked.Text(".callout-title"); got != "查询结果共 21 个系统，其中 21 个现在可以办理" {
		t.Errorf("asks %s", got)
	}
	if got := asked.Text("main .acts .btn-primary"); got != "申报这 21 个系统" || tn.find(t, "RS-0001").State != inventory.Draft {
		t.Errorf("offers %s", got)
	}
	done := head.Post("/systems/moves", asked.Form("main .acts form")).Want(200)
	if got := done.Text(".head-lead"); got != "已申报 20 个系统。" {
		t.Errorf("said %s", got)
	}
	if got := done.Words(rows); got != "RS-0003" {
		t.Errorf("what was changed since it was seen: %s", got)
	}
	if tn.find(t, "RS-0021").State != inventory.Declared || tn.find(t, "RS-0022").State != inventory.Draft || tn.find(t, "RS-0003").State != inventory.Draft {
		t.Error("not exactly the list was declared")
	}
	again := head.Post("/systems/moves", form).Want(200)
	if got := again.Text(".callout"); !strings.Contains(got, "其中 1 个现在可以办理") || !strings.Contains(got, "另外 20 个不在这一步") {
		t.Errorf("the rest of the list: %s", got)
	}
	for name, back := range map[string]string{
		"a filter that is none": "/systems?state=eaten", "the past": "/systems?as_of=2017-09-01", "another page": "/departments", "another site": "https://example.org/systems",
	} {
		form.Set("back", back)
		form.Set("sure", "true")
		if got := head.Post("/systems/moves", form).Want(http.StatusBadRequest).Text("main"); !strings.Contains(got, "不能整批办理") {
			t.Errorf("%s: %s", name, got)
		}
	}
	if tn.find(t, "RS-0022").State != inventory.Draft {
		t.Error("a list that was not understood was declared")
	}
}

package hubweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/inventory/hub"
	"qingce/inventory/hub/hubweb"
)

func TestPagesAreTypedRight(t *testing.T) {
	webtest.CheckPages(t, open(t).site.Server, "hub/", hubweb.PageData())
}

func TestRightsOfEveryRoute(t *testing.T) {
	tn := open(t)
	tn.listed("RS", "就业服务系统")
	for _, role := range auth.AllRoles() {
		by := tn.Someone(role)
		for _, r := range tn.site.Routes() {
			if !strings.Contains(r.Path, "hub") && !strings.Contains(r.Path, "/connection") || r.API || r.Method != http.MethodGet {
				continue
			}
			path := strings.NewReplacer(":code", "RS-0001", ":id", "1").Replace(r.Path)
			p := tn.site.Of(by).Get(path)
			named := auth.Roles{role}.Any(r.Access.Roles...)
			if open := p.Status != http.StatusForbidden; open != named {
				t.Errorf("%s as %s: %d, named %t", path, role, p.Status, named)
			}
			if p.Status >= 500 {
				t.Errorf("%s as %s: %d\n%s", path, role, p.Status, p.Short())
			}
		}
	}
}

func TestLeadersSeeOnePage(t *testing.T) {
	tn := open(t)
	empty := tn.site.Of(tn.Someone(auth.Leader)).Get("/hub").Want(http.StatusOK)
	webtest.WantWords(t, empty, "main .empty", "暂无数据")
	a, b := tn.listed("RS", "就业服务系统"), tn.listed("ZY", "数字城管系统")
	tn.listed("MZ", "低保系统")
	for _, one := range []struct{ prefix, code string }{{"RS", a.Code}, {"ZY", b.Code}} {
		tn.tested(one.prefix, one.code)
		tn.exchanged(one.code, "市政务大数据中心", 120, 1)
		tn.take(tn.Someone(auth.Centre), one.code, hub.Step{Move: hub.Verify})
	}
	tn.exchanged(a.Code, b.Code, 40, 20)
	p := tn.site.Of(tn.Someone(auth.Leader)).Get("/hub").Want(http.StatusOK)
	webtest.WantWords(t, p, "main .stats", "66.67", "2/3", "50.00", "1/2")
	webtest.WantWords(t, p, ".hub-map .hub-r2.hub-c5.shade-whole", "枣阳市", "1/1") // in the east, and all of it
	webtest.WantWords(t, p, ".hub-city .shade-middle", "市直部门", "50.00 %")
	webtest.WantWords(t, p, ".hub-where #regions", "市直部门", "1/2", "50.00", "枣阳市", "1/1", "100.00")
	webtest.WantWords(t, p, "main", "到达该阶段及以后", "核验接入", "就业服务系统", "市政务大数据中心", "枣阳市")
	if !p.Has("svg.chart-picture") || !p.Has(`#departments a[href="/hub/systems?department=XYMZ"]`) {
		t.Errorf("no pictures, or no departments: %s", p.Short())
	}
	own := tn.site.Of(tn.Head("MZ")).Get("/hub").Want(http.StatusOK)
	webtest.WantWords(t, own, "main .stats", "0.00", "0/1")
	if own.Has(".hub-map") {
		t.Error("a department is shown a map of the regions")
	}
	for _, kind := range []string{"stages.svg", "course.svg", "exchanges.svg", "stages.png", "course.png", "exchanges.png"} {
		if file := tn.site.Of(tn.Someone(auth.Leader)).Get("/hub/" + kind).Want(http.StatusOK); len(file.Body) < 500 {
			t.Errorf("%s has %d bytes", kind, len(file.Body))
		}
	}
	if p := tn.site.Of(tn.Someone(auth.Admin)).Get("/hub"); p.Status != http.StatusForbidden {
		t.Errorf("the administrator sees connections: %d", p.Status)
	}
}

func TestTheListSaysWhatIsMissing(t *testing.T) {
	tn := open(t)
	a, b := tn.listed("JT", "道路运输系统"), tn.listed("RS", "就业服务系统")
	tn.paper("RS", b.Code, hub.LineAcceptance)
	tn.take(tn.Clerk("RS"), b.Code, hub.Step{Move: hub.HandIn, To: hub.Extranet, IPRecord: "59.208.1.10"})
	centre := tn.site.Of(tn.Someone(auth.Centre))
	row := func(code string) string { return `#connections tr:has(a[href="/systems/` + code + `/connection"])` }
	list := centre.Get("/hub/systems").Want(http.StatusOK)
	webtest.WantWords(t, list, row(a.Code), "道路运输系统", "H1", "缺少：外网线路验收单", "IP 备案", "市交通局")
	webtest.WantWords(t, list, row(b.Code), "待负责人确认")
	for query, want := range map[string]int{
		"": 2, "lacks=line_acceptance": 1, "standing=waiting": 1, "standing=connected": 0, "department=XYJT": 1, "region=XYZY": 0, "stage=H1": 2, "stage=H5": 0,
		"q=" + url.QueryEscape("道路"): 1, "basis=list": 2, "basis=secret": 0, "standing=nonsense&sort=-code": 2,
	} {
		if got := len(centre.Get("/hub/systems?" + query).Want(http.StatusOK).Texts("#connections tbody tr")); got != want && (query != "region=XYZY") {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	if got := len(tn.site.Of(tn.Clerk("RS")).Get("/hub/systems").Texts("#connections tbody tr")); got != 1 {
		t.Errorf("a clerk sees %d rows, want 1", got)
	}
	file := centre.Get("/hub/systems.xlsx?lacks=line_acceptance").Want(http.StatusOK)
	if !strings.HasPrefix(file.Body, "PK") {
		t.Error("the file is no workbook")
	}
}

func TestADepartmentConnectsItsSystem(t *testing.T) {
	tn := open(t)
	s := tn.listed("RS", "就业服务系统")
	path := "/systems/" + s.Code + "/connection"
	clerk, head, centre := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Head("RS")), tn.site.Of(tn.Someone(auth.Centre))
	version := func() string {
		f, err := tn.Hub.Find(t.Context(), tn.Someone(auth.Centre), s.Code)
		if err != nil {
			t.Fatal(err)
		}
		return strconv.FormatInt(f.Version, 10)
	}
	p := clerk.Get(path).Want(http.StatusOK)
	webtest.WantWords(t, p, "main", "待部门办理“外网迁移”", "外网线路验收单", "截止 12-31")
	refused := clerk.Post(path+"/moves", url.Values{"version": {version()}, "move": {"hand_in"}, "to": {"H2"}, "note": {"线路已通"}})
	refused.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, refused, "main", "缺少外网线路验收单", "缺少 IP 备案", "线路已通")
	posted(t, clerk, path+"/papers", "验收单.png", picture(t, "line"), map[string]string{"paper": "line_acceptance"}).Want(http.StatusSeeOther)
	clerk.Post(path+"/moves", url.Values{"version": {version()}, "move": {"hand_in"}, "to": {"H2"}, "ip_record": {"59.208.1.10"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, clerk.Get(path), "main", "待负责人确认")
	head.Post(path+"/moves", url.Values{"version": {version()}, "move": {"confirm"}}).Want(http.StatusSeeOther)
	back := centre.Post(path+"/moves", url.Values{"version": {version()}, "move": {"return"}})
	back.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, back, "#step-return", "没有填写理由")
	centre.Post(path+"/moves", url.Values{"version": {version()}, "move": {"accept"}}).Want(http.StatusSeeOther)
	done := clerk.Get(path)
	webtest.WantWords(t, done, "#s-history", "审核通过：确认应接入 → 外网迁移", "负责人确认提交")
	if got := done.Texts(".hub-stages .hub-now"); len(got) != 1 || !strings.Contains(got[0], "H2") {
		t.Errorf("the present stage is %v", got)
	}
	stale := centre.Post(path+"/moves", url.Values{"version": {"1"}, "move": {"send_back"}, "to": {"H1"}, "reason": {"验收单不实"}})
	if stale.Status != http.StatusConflict {
		t.Errorf("over an old version: %d", stale.Status)
	}
	if other := tn.site.Of(tn.Clerk("MZ")).Get(path); other.Status != http.StatusNotFound {
		t.Errorf("another department: %d", other.Status)
	}
}

func TestAnExemptionIsAskedForAndDecided(t *testing.T) {
	tn := open(t)
	s := tn.listed("RS", "就业服务系统")
	path := "/systems/" + s.Code + "/connection"
	head, office := tn.site.Of(tn.Head("RS")), tn.site.Of(tn.Someone(auth.Office))
	short := head.Post(path+"/exemptions", url.Values{"kind": {"defer"}, "ground": {"line"}, "until": {"2019-01-01"}, "reason": {"线路"}})
	short.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, short, "#step-exemption", "2017-11-23 到 2018-11-23", "不少于 10 个字")
	head.Post(path+"/exemptions", url.Values{"kind": {"defer"}, "ground": {"line"}, "until": {"2018-03-31"}, "reason": {"线路割接安排在 2018 年 3 月底前完成"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, office.Get("/hub"), "main .callout-info", "1 项豁免或暂缓申请待批准")
	webtest.WantWords(t, office.Get("/hub/exemptions"), "#asked", "就业服务系统", "待批准", "2018-03-31")
	one := "/hub/exemptions/1"
	if p := head.Post(one+"/decision", url.Values{"version": {"1"}, "decision": {"approve"}}); p.Status != http.StatusForbidden {
		t.Errorf("the department approves its own: %d", p.Status)
	}
	nothing := office.Post(one+"/decision", url.Values{"version": {"1"}, "reason": {"还没有想好"}})
	nothing.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, nothing, "#step-decide", "请填写审批意见", "还没有想好")
	refuse := office.Post(one+"/decision", url.Values{"version": {"1"}, "decision": {"refuse"}})
	refuse.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, refuse, "#step-decide", "没有填写理由")
	office.Post(one+"/decision", url.Values{"version": {"1"}, "decision": {"approve"}, "until": {"2018-03-31"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, office.Get("/hub/exemptions"), "#let-off", "就业服务系统", "批准暂缓接入", "2018-03-31", "office")
	webtest.WantWords(t, office.Get(one), "main", "2018-04-01 起重新计入应接入")
	office.Post(one+"/end", url.Values{"version": {"2"}, "reason": {"线路提前完成"}}).Want(http.StatusSeeOther)
	if p := office.Get("/hub/exemptions"); strings.Contains(strings.Join(p.Texts("#let-off"), ""), "就业服务系统") {
		t.Error("it is still let off")
	}
}

func TestDifferencesAreShown(t *testing.T) {
	tn := open(t)
	s := tn.listed("RS", "就业服务系统")
	tn.exchanged(s.Code, "未登记平台", 50, 30)
	centre := tn.site.Of(tn.Someone(auth.Centre))
	p := centre.Get("/hub/differences?kind=undeclared").Want(http.StatusOK)
	webtest.WantWords(t, p, "#differences-table", "就业服务系统", "未登记平台", "台账中没有", "50")
	webtest.WantWords(t, centre.Get("/hub/differences?kind=failing"), "#differences-table", "未登记平台", "30")
	webtest.WantWords(t, centre.Get("/hub/differences?kind=after_end"), "#differences", "没有发现这类差异")
	own := tn.site.Of(tn.Clerk("RS")).Get("/hub/differences?kind=undeclared")
	if strings.Contains(strings.Join(own.Texts("main"), ""), "未登记平台") {
		t.Error("a department sees names that no register knows")
	}
}

func TestNodesLinksAndTerms(t *testing.T) {
	tn := open(t)
	tn.listed("RS", "就业服务系统")
	clerk, centre := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Someone(auth.Centre))
	wrong := clerk.Post("/hub/nodes", url.Values{"department": {"XYRS 市人社局"}, "name": {"1 号前置机"}, "installed_on": {"2018-01-01"}})
	wrong.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, wrong, "main", "外网 IP 地址", "日期晚于今天")
	if got := wrong.Attr("#f-name", "value"); got != "1 号前置机" {
		t.Errorf("the name that was typed is now %q", got)
	}
	clerk.Post("/hub/nodes", url.Values{"department": {"XYRS 市人社局"}, "name": {"1 号前置机"}, "address": {"59.208.1.9"}, "installed_on": {"2017-11-01"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, clerk.Get("/hub/nodes"), "#nodes", "1 号前置机", "59.208.1.9")
	if p := clerk.Post("/hub/nodes", url.Values{"department": {"XYMZ 市民政局"}, "name": {"x"}, "address": {"y"}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a node of another department: %d", p.Status)
	}
	clerk.Post("/hub/links", url.Values{"department": {"XYRS 市人社局"}, "kind": {"link"}, "name": {"社保-民政数据交换"}, "other": {"市民政局"}, "planned_on": {"2017-11-20"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, clerk.Get("/hub/links?state=late"), "#links", "社保-民政数据交换", "逾期未迁移")
	clerk.Post("/hub/links", url.Values{"id": {"1"}, "version": {"1"}, "department": {"XYRS 市人社局"}, "kind": {"link"}, "name": {"社保-民政数据交换"}, "other": {"市民政局"}, "planned_on": {"2017-11-20"}, "migrated_on": {"2017-11-22"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, clerk.Get("/hub/links"), "#links", "已迁移", "2017-11-22")
	form := url.Values{"version": {"1"}, "silence_days": {"5"}, "stable_days": {"30"}, "defer_months": {"12"}, "exempt_months": {"24"}, "window_days": {"30"}, "failure_percent": {"10"}, "connect_by": {"2017-12-31"}}
	bad := centre.Post("/hub/policy", form)
	bad.Want(http.StatusUnprocessableEntity)
	form.Set("reason", "会议纪要〔2017〕12号")
	centre.Post("/hub/policy", form).Want(http.StatusSeeOther)
	webtest.WantWords(t, clerk.Get("/hub/policy"), "main", "静默天数", "5 天", "2")
	if p := clerk.Post("/hub/policy", form); p.Status != http.StatusForbidden {
		t.Errorf("a clerk sets the terms: %d", p.Status)
	}
}

func TestAFileOfTheGatewayIsPreviewedAndCounts(t *testing.T) {
	tn := open(t)
	s := tn.listed("RS", "就业服务系统")
	centre := tn.site.Of(tn.Someone(auth.Centre))
	if p := posted(t, centre, "/hub/files", "x.csv", []byte("甲,乙\n1,2\n"), nil); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a file without the columns: %d", p.Status)
	}
	csv := "日期,提供方,使用方,交换次数,失败次数,数据量（字节）\n2017-11-22," + s.Code + ",XYMZ,20,1,1000\n2017-11-22,外部平台,XYMZ,5,0,10\n2018-01-01," + s.Code + ",XYMZ,1,0,0\n2017-11-22," + s.Code + ",XYMZ,约20,0,0\n"
	p := posted(t, centre, "/hub/files", "网关.csv", []byte(csv), nil)
	p.Want(http.StatusSeeOther)
	preview := p.Follow().Want(http.StatusOK)
	webtest.WantWords(t, preview, "#rows", "A4", "不能晚于今天", "“约20”不是整数", "台账中没有“外部平台”")
	webtest.WantWords(t, preview, "main", "可计入 2 行，有误 2 行")
	centre.Post(p.Location()+"/confirm", url.Values{"version": {"1"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, centre.Get("/systems/"+s.Code+"/connection"), "main", "市民政局", "2017-11-22")
	if no := centre.Post(p.Location()+"/withdraw", url.Values{"version": {"2"}}); no.Status != http.StatusUnprocessableEntity {
		t.Errorf("withdrawn without a reason: %d", no.Status)
	}
	centre.Post(p.Location()+"/withdraw", url.Values{"version": {"2"}, "reason": {"导出时段有误"}}).Want(http.StatusSeeOther)
	if left := centre.Get("/systems/" + s.Code + "/connection"); strings.Contains(strings.Join(left.Texts("#s-observed"), ""), "2017-11-22") {
		t.Error("what was withdrawn still counts")
	}
	if p := tn.site.Of(tn.Clerk("RS")).Get("/hub/files"); p.Status != http.StatusForbidden {
		t.Errorf("a clerk sees the files of the gateway: %d", p.Status)
	}
}

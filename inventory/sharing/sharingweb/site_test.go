package sharingweb_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/inventorytest"
	"qingce/inventory/sharing"
	"qingce/inventory/sharing/sharingtest"
	"qingce/inventory/sharing/sharingweb"
)

// town is a world with the pages of sharing, and people who use them.
type town struct {
	*sharingtest.World
	site *webtest.Site
}

// open is a town on a Monday morning of November.
func open(t *testing.T) *town {
	t.Helper()
	tn := &town{World: sharingtest.Over(t, inventorytest.Open(t))}
	tn.At("2017-11-06 10:00")
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := sharingweb.Deps{DB: tn.DB, Registry: tn.Registry, Catalog: tn.Catalog, Sharing: tn.Sharing, Box: tn.Box}
		sharingweb.Mount(site.Server, deps)
		sharingweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"sharing:read", "sharing:write"}}))
	return tn
}

func version(v int64) string { return strconv.FormatInt(v, 10) }

// askForm is a request as a browser sends it.
func askForm(e catalog.Entry) url.Values {
	return url.Values{
		"entry": {e.Code + " " + e.Name}, "items": {"姓名\n登记日期"}, "purposes": {"collaboration"}, "duty_basis": {"不动产登记暂行条例实施细则"},
		"scope_wanted": {"不动产登记窗口"}, "method": {"query"}, "frequency": {"每日"}, "submit": {"true"},
	}
}

func TestARequestOnItsPages(t *testing.T) {
	tn := open(t)
	e := tn.Entry("MZ", "婚姻登记信息", catalog.Conditional)
	fc, mz := tn.site.Of(tn.Head("FC")), tn.site.Of(tn.Head("MZ"))
	form := fc.Get("/sharing/requests/new?entry=" + url.QueryEscape(e.Code)).Want(200)
	if got := form.Attr("#f-entry", "value"); got != e.Code+" "+e.Name {
		t.Errorf("the entry of the address is not filled in: %q", got)
	}
	bad := askForm(e)
	bad.Del("purposes")
	bad.Set("duty_basis", "")
	p := fc.Post("/sharing/requests", bad).Want(422)
	webtest.WantWords(t, p, ".errors", "使用用途", "履职依据")
	if got := p.Attr("#f-scope_wanted", "value"); got != "不动产登记窗口" {
		t.Errorf("what was typed is lost: %q", got)
	}
	page := fc.Post("/sharing/requests", askForm(e)).Follow().Want(200)
	webtest.WantWords(t, page, "main", "等待提供方答复", "11-20", "10 个工作日", "市民政局（提供部门）", "姓名", "业务协同")

	answer := mz.Get(page.Path).Want(200)
	webtest.WantWords(t, answer, "#step-reply", "答复", "生成使用协议")
	if fc.Get(page.Path).Has("#step-reply") {
		t.Error("the user is offered to answer its own request")
	}
	no := url.Values{"version": {"2"}, "reply": {"refuse"}, "reasons": {"excessive"}}
	p = mz.Post(page.Path+"/reply", no).Want(422)
	webtest.WantWords(t, p, "#step-reply .error", "不予共享须说明理由")
	no.Set("reply_text", "超出必要范围：只需核验婚姻状况。")
	p = mz.Post(page.Path+"/reply", no).Follow().Want(200)
	webtest.WantWords(t, p, "main", "不予共享（附理由）", "超出必要范围", "按期")

	p = fc.Get(page.Path).Want(200)
	webtest.WantWords(t, p, "#step-escalate", "书面提请协调", "信息化办在 10 个工作日内")
	p = fc.Post(page.Path+"/escalate", url.Values{"version": {"3"}, "escalation_text": {"办理登记须核对婚姻状况，确需使用。"}}).Want(422)
	webtest.WantWords(t, p, "#step-escalate .error", "请上传负责人签字或盖章的书面申请")

	list := fc.Get("/sharing/requests").Want(200)
	webtest.WantWords(t, list, "table", "婚姻登记信息", "市房管局（使用部门）")
	if text := tn.site.Of(tn.Head("RS")).Get("/sharing/requests").Want(200).Text("main"); strings.Contains(text, "婚姻登记信息") {
		t.Error("a third department sees the request")
	}
	tn.site.Of(tn.Head("RS")).Get(page.Path).Want(404)
}

func TestUnconditionalDataLeadToTheDirectWay(t *testing.T) {
	tn := open(t)
	e := tn.Entry("GS", "企业登记信息", catalog.Unconditional)
	form := askForm(e)
	p := tn.site.Of(tn.Head("FC")).Post("/sharing/requests", form).Want(409)
	webtest.WantWords(t, p, "main", "不需要申请")
	if !strings.Contains(p.Body, "/sharing/uses/new?entry=") {
		t.Error("no way to the direct form")
	}
	clerk := tn.site.Of(tn.Clerk("FC"))
	clerk.Post("/sharing/uses", url.Values{"entry": {e.Code}, "purpose": {"check"}}).Want(422)
	p = clerk.Post("/sharing/uses", url.Values{"entry": {e.Code}, "purpose": {"check"}, "matter": {"核对开发企业"}, "calls": {"12"}}).Follow().Want(200)
	webtest.WantWords(t, p, "table", "企业登记信息", "核对开发企业", "12", "直接获取")
}

func TestAGrantMakesAnAgreementThatIsUsed(t *testing.T) {
	tn := open(t)
	e := tn.Entry("MZ", "婚姻登记信息", catalog.Conditional)
	r, err := tn.Sharing.AskFor(t.Context(), tn.Head("FC"), sharingtest.Ask(e.Code))
	if err != nil {
		t.Fatal(err)
	}
	mz, fc := tn.site.Of(tn.Head("MZ")), tn.site.Of(tn.Clerk("FC"))
	p := mz.Post(r.Address()+"/reply", url.Values{"version": {version(r.Version)}, "reply": {"grant"}}).Want(422)
	webtest.WantWords(t, p, ".errors", "共享范围", "使用用途")
	mz.Post(r.Address()+"/reply", url.Values{
		"version": {version(r.Version)}, "reply": {"grant"}, "scope": {"department"}, "purposes": {"collaboration"}, "method": {"query"}, "quota": {"100"},
	}).Follow().Want(200)
	const agreement = "/sharing/agreements/1"
	p = fc.Get(agreement).Want(200)
	webtest.WantWords(t, p, "main", "有效", "不得直接或以改变数据形式等方式提供给第三方", "联机查询")
	p = fc.Post(agreement+"/uses", url.Values{"purpose": {"collaboration"}, "matter": {"存量房转移登记"}, "calls": {"101"}}).Want(422)
	webtest.WantWords(t, p, "#step-uses .error", "超过每日上限 100 次")
	fc.Post(agreement+"/uses", url.Values{"purpose": {"collaboration"}, "matter": {"存量房转移登记"}, "calls": {"60"}}).Follow().Want(200)
	mz.Post(agreement+"/misuses", url.Values{"misuse_kind": {"third_party"}, "description": {"把查询结果提供给了中介机构。"}}).Follow().Want(200)
	office := tn.site.Of(tn.Someone(auth.Office))
	p = office.Get("/sharing/misuses/1").Want(200)
	webtest.WantWords(t, p, "main", "提供给第三方", "待认定")
	p = office.Post("/sharing/misuses/1/decision", url.Values{"version": {"1"}, "state": {"confirmed"}, "decision": {"经核实确有其事，应予整改。"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "已认定违规")
	p = mz.Post(agreement+"/halt", url.Values{"version": {"1"}, "halt": {"suspend"}, "reason": {"等待整改"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "已中止", "等待整改")
}

func TestAnObjectionOnItsPages(t *testing.T) {
	tn := open(t)
	e := tn.Entry("GA", "户籍人口信息", catalog.Conditional)
	fc, ga, centre := tn.site.Of(tn.Clerk("FC")), tn.site.Of(tn.Head("GA")), tn.site.Of(tn.Someone(auth.Centre))
	form := url.Values{"entry": {e.Code}, "objection_kind": {"doubt"}, "description": {"姓名与证件不一致"}, "citizen_case": {"true"}}
	p := fc.Post("/sharing/objections", form).Want(422)
	webtest.WantWords(t, p, ".errors", "必须确认业务照常办理")
	form.Set("as_usual", "true")
	form.Set("as_usual_note", "已凭户口簿原件受理")
	p = fc.Post("/sharing/objections", form).Follow().Want(200)
	webtest.WantWords(t, p, "main", "待转办", "市政务信息管理中心", "11-13", "已凭户口簿原件受理")
	p = centre.Post(p.Path+"/dispatch", url.Values{"version": {"1"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "校核中（业务照常办理）", "市公安局（提供部门）")
	p = ga.Post(p.Path+"/verify", url.Values{"version": {"2"}, "result": {"corrected"}, "answer": {"已更正姓名用字"}}).Want(422)
	webtest.WantWords(t, p, ".errors", "请至少选择一项原因")
	p = ga.Post(p.Path[:len("/sharing/objections/1")]+"/verify", url.Values{
		"version": {"2"}, "result": {"corrected"}, "causes": {"entry"}, "answer": {"已更正姓名用字"},
	}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "已更正", "采集录入错误", "按期")
}

func TestADemandIsMatchedWithTheLikeliestEntry(t *testing.T) {
	tn := open(t)
	tn.Entry("RS", "社会保险缴纳信息", catalog.Conditional)
	e := tn.Entry("MZ", "婚姻登记信息", catalog.Conditional)
	fc, office := tn.site.Of(tn.Head("FC")), tn.site.Of(tn.Someone(auth.Office))
	p := fc.Post("/sharing/demands", url.Values{
		"wanted": {"居民婚姻登记情况"}, "guess": {"市民政局"}, "purpose": {"collaboration"}, "business": {"不动产转移登记"}, "submit": {"true"},
	}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "待认领", "市民政局")
	p = office.Get(p.Path).Want(200)
	webtest.WantWords(t, p, "#alike tbody tr:first-child", "婚姻登记信息", e.Code)
	p = office.Post(p.Path+"/match", url.Values{"version": {"2"}, "decision": {"matched"}, "entry": {e.Code + " " + e.Name}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "已匹配目录", e.Code)
	if p = fc.Get(p.Path); !strings.Contains(p.Body, "/sharing/requests/new?entry=") {
		t.Error("a matched demand does not lead to its request")
	}
}

func TestWhatIsNoLongerHandedInIsCounted(t *testing.T) {
	tn := open(t)
	e := tn.Entry("MZ", "婚姻登记信息", catalog.Conditional)
	fc, office := tn.site.Of(tn.Clerk("FC")), tn.site.Of(tn.Someone(auth.Office))
	form := url.Values{
		"matter": {"存量房转移登记"}, "material": {"结婚证复印件"}, "people": {"citizens"}, "entry": {e.Code}, "stopped_on": {"2017-11-01"}, "times_a_year": {"8600"},
	}
	fc.Post("/sharing/reliefs", form).Follow().Want(200)
	if p := fc.Post("/sharing/reliefs", form).Want(409); !strings.Contains(p.Text("main"), "已登记过") {
		t.Errorf("twice: %s", p.Text("main"))
	}
	p := office.Post("/sharing/reliefs/1/decision", url.Values{"version": {"1"}, "state": {"accepted"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "8,600", "已确认")
	if _, err := tn.Sharing.DecideRelief(t.Context(), tn.Clerk("FC"), 1, 2, sharing.ReliefAccepted, ""); fault.KindOf(err) == fault.Internal {
		t.Errorf("the department accepts its own: %v", err)
	}
}

// mounted is a site with the routes of sharing on its own accounts.
func mounted(t *testing.T) *webtest.Site {
	t.Helper()
	return webtest.Open(t, func(s *webtest.Site) {
		registry := inventory.NewRegistry(s.DB, inventory.Options{})
		book := schedule.New(s.DB, schedule.Options{})
		if err := book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		box := evidence.New(s.DB, evidence.Options{})
		entries := catalog.New(catalog.Deps{DB: s.DB, Registry: registry, Book: book, Texts: s.Texts}, catalog.Options{})
		deps := sharingweb.Deps{
			DB: s.DB, Registry: registry, Catalog: entries, Box: box,
			Sharing: sharing.NewDesk(sharing.Deps{DB: s.DB, Registry: registry, Catalog: entries, Book: book, Box: box}),
		}
		sharingweb.Mount(s.Server, deps)
		sharingweb.MountAPI(s.Server, deps)
	})
}

func TestEveryRouteIsOpenToThoseItNames(t *testing.T) { webtest.CheckRights(t, mounted(t)) }

// TestTheRoutesAreTheMatrixOfRights holds the routes against DOMAIN §1.3.
func TestTheRoutesAreTheMatrixOfRights(t *testing.T) {
	got := map[string][]auth.Role{}
	for _, r := range mounted(t).Routes() {
		got[r.Method+" "+r.Path] = r.Access.Roles
	}
	for route, want := range map[string][]auth.Role{
		"GET /sharing/requests":               {auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Leader, auth.Auditor},
		"POST /sharing/requests":              {auth.Clerk, auth.Head, auth.Region},
		"POST /sharing/requests/:id/submit":   {auth.Head, auth.Region},
		"POST /sharing/requests/:id/reply":    {auth.Head, auth.Region},
		"POST /sharing/requests/:id/settle":   {auth.Office},
		"POST /sharing/agreements/:id/halt":   {auth.Head, auth.Region, auth.Office, auth.Centre},
		"POST /sharing/objections/:id/verify": {auth.Head, auth.Region},
		"POST /sharing/demands/:id/match":     {auth.Office, auth.Staffing},
		"GET /sharing/demands": {
			auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Leader, auth.Auditor,
		},
	} {
		if !slices.Equal(got[route], want) {
			t.Errorf("%s is for %v, the matrix says %v", route, got[route], want)
		}
	}
}

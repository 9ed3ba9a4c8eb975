package inventoryweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

// offered are the steps that a page offers, by their names.
func offered(p *webtest.Page) string {
	var out []string
	for _, n := range p.All(`input[name="move"]`) {
		for _, a := range n.Attr {
			if a.Key == "value" {
				out = append(out, a.Val)
			}
		}
	}
	return strings.Join(out, " ")
}

func TestThePageOffersTheStepsOfRoleAndState(t *testing.T) {
	tn := open(t)
	office, centre := tn.Someone(auth.Office), tn.Someone(auth.Centre)
	draft := tn.Registered("RS", "甲系统")
	declared := tn.move(t, tn.Head("RS"), tn.Registered("RS", "乙系统"), inventory.Declare, "")
	verified := tn.move(t, centre, tn.move(t, tn.Head("RS"), tn.Registered("RS", "丙系统"), inventory.Declare, ""), inventory.Verify, "")
	certified := tn.move(t, office, tn.move(t, centre, tn.move(t, tn.Head("RS"), tn.Registered("RS", "丁系统"), inventory.Declare, ""), inventory.Verify, ""), inventory.Certify, "普查")
	for _, c := range []struct {
		name, code, want string
		by               auth.Principal
		edit             bool
	}{
		{"a clerk before a draft", draft.Code, "", tn.Clerk("RS"), true},
		{"the head before a draft", draft.Code, "declare", tn.Head("RS"), true},
		{"the centre before a draft", draft.Code, "", centre, false},
		{"the centre before a declared one", declared.Code, "verify return", centre, false},
		{"the Office before a declared one", declared.Code, "verify return", office, false},
		{"the head before a declared one", declared.Code, "", tn.Head("RS"), true},
		{"the Office before a verified one", verified.Code, "certify start_retiring return", office, false},
		{"the centre before a verified one", verified.Code, "return", centre, false},
		{"the Office before a certified one", certified.Code, "put_in_service start_merging start_retiring", office, false},
		{"the head before a certified one", certified.Code, "", tn.Head("RS"), false},
		{"an auditor", declared.Code, "", tn.Someone(auth.Auditor), false},
		{"the leading group", declared.Code, "", tn.Someone(auth.Leader), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := tn.site.Of(c.by).Get("/systems/" + c.code).Want(200)
			if got := offered(p); got != c.want {
				t.Errorf("offered %q, want %q", got, c.want)
			}
			if got := p.Has(`a[href="/systems/` + c.code + `/edit"]`); got != c.edit {
				t.Errorf("edit offered: %v", got)
			}
			if p.Has("#step-return") && p.Text("#step-return summary .btn") == p.Text("#step-return form button") {
				t.Error("what opens the step and what takes it have the same name")
			}
			if got := p.Text("#s-disposition"); strings.Contains(got, "市信息化办") {
				t.Errorf("what the department is not asked counts as left open: %s", got)
			}
			if got := p.Has("#step-decision"); got != c.by.Is(auth.Office) {
				t.Errorf("decision offered: %v", got)
			}
			for _, n := range p.All(`div[id^="step-"], details[id^="step-"]`) {
				if !strings.Contains(webtest.Words(n), "。") {
					t.Errorf("a step does not say what it leads to: %s", webtest.Words(n))
				}
			}
		})
	}
}

func TestAStepIsTakenAndSaysWhatHappened(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	head := tn.site.Of(tn.Head("RS"))
	p := head.Get("/systems/" + s.Code)
	done := head.Post("/systems/"+s.Code+"/moves", p.Form(`form:has(input[value="declare"])`))
	if got := done.Follow().Text(".flash"); !strings.Contains(got, s.Code+" 已申报") {
		t.Errorf("said %s", got)
	}
	if s = tn.find(t, s.Code); s.State != inventory.Declared {
		t.Errorf("state %s", s.State)
	}
	stale := head.Post("/systems/"+s.Code+"/moves", url.Values{"move": {"declare"}, "version": {"1"}}).Want(http.StatusConflict)
	if got := stale.Text(".callout-error"); !strings.Contains(got, "这一步没有办成") {
		t.Errorf("a second click says %s", got)
	}
	tn.site.Of(tn.Clerk("RS")).Post("/systems/"+s.Code+"/moves", url.Values{"move": {"declare"}, "version": {"2"}}).Want(http.StatusForbidden)
}

func TestReturningNeedsAReasonAndLosesNothing(t *testing.T) {
	tn := open(t)
	s := tn.move(t, tn.Head("RS"), tn.Registered("RS", "就业服务系统"), inventory.Declare, "")
	centre := tn.site.Of(tn.Someone(auth.Centre))
	form := centre.Get("/systems/" + s.Code).Form("#step-return-form")
	if form.Get("move") != "return" || form.Get("version") != "2" {
		t.Fatalf("form %v", form)
	}
	form.Set("return_reason", "  ")
	p := centre.Post("/systems/"+s.Code+"/moves", form).Want(http.StatusUnprocessableEntity)
	if !p.Has("#step-return[open]") || p.Attr(".errors a", "href") != "#f-return_reason" {
		t.Error("the step does not come back open at its mistake")
	}
	form.Set("return_reason", "审批时间与批复不符")
	form.Set("version", "1")
	stale := centre.Post("/systems/"+s.Code+"/moves", form).Want(http.StatusConflict)
	if got := stale.Form("#step-return-form").Get("return_reason"); got != "审批时间与批复不符" {
		t.Errorf("what was typed is gone: %q", got)
	}
	form.Set("version", "2")
	centre.Post("/systems/"+s.Code+"/moves", form).Want(http.StatusSeeOther)

	clerk := tn.site.Of(tn.Clerk("RS"))
	page := clerk.Get("/systems/" + s.Code).Want(200)
	if got := page.Text(".callout-warning"); !strings.Contains(got, "审批时间与批复不符") || !strings.Contains(got, "centre") {
		t.Errorf("the department reads %s", got)
	}
	if got := page.Text(".head .due"); got != "截止 09-19（周二），剩余 5 个工作日" {
		t.Errorf("due %s", got)
	}
	tn.Clock.Advance(8 * 24 * time.Hour)
	if got := clerk.Get("/systems/" + s.Code).Text(".head .due-late"); got != "已逾期 1 个工作日（09-19 截止）" {
		t.Errorf("overdue %s", got)
	}
	edit := clerk.Get("/systems/" + s.Code + "/edit").Want(200)
	if !strings.Contains(edit.Text(".form-top"), "审批时间与批复不符") {
		t.Error("the form does not begin with the reviewer's words")
	}
}

func TestWhatAReturnedRecordWasStandsBesideWhatItIs(t *testing.T) {
	tn := open(t)
	s := tn.move(t, tn.Head("RS"), tn.Registered("RS", "就业服务系统"), inventory.Declare, "")
	s = tn.move(t, tn.Someone(auth.Centre), s, inventory.Return, "人数不符")
	tn.change(t, tn.Clerk("RS"), s, "", func(s *inventory.System) { s.ActiveUsersMonth = new(int64(88)) })
	p := tn.site.Of(tn.Clerk("RS")).Get("/systems/" + s.Code + "/edit").Want(200)
	if got := p.Words(".was"); got != "原值 120 人" {
		t.Errorf("beside the fields: %s", got)
	}
}

func TestTheOfficeDecides(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	office := tn.site.Of(tn.Someone(auth.Office))
	form := office.Get("/systems/" + s.Code).Form("#step-decision-form")
	form.Set("final", "clean")
	form.Set("office_note", "功能已由省平台覆盖")
	p := office.Post("/systems/"+s.Code+"/decision", form).Want(http.StatusUnprocessableEntity)
	again := p.Form("#step-decision-form")
	if again.Get("final") != "clean" || again.Get("office_note") != "功能已由省平台覆盖" || !p.Has(`.errors a[href="#f-decision_reason"]`) {
		t.Errorf("came back as %v", again)
	}
	again.Set("decision_reason", "方案第二部分第四项")
	office.Post("/systems/"+s.Code+"/decision", again).Want(http.StatusSeeOther)
	page := tn.site.Of(tn.Clerk("RS")).Get("/systems/" + s.Code).Want(200)
	if !strings.Contains(page.Text(".head-line"), "已定：清理") || !strings.Contains(page.Text("#s-disposition"), "功能已由省平台覆盖") {
		t.Error("the department does not see the decision")
	}
	tn.site.Of(tn.Someone(auth.Centre)).Post("/systems/"+s.Code+"/decision", again).Want(http.StatusForbidden)
}

func TestAClassifiedSystemShowsOnlyWhatMayBeShown(t *testing.T) {
	tn := open(t)
	b := tn.site.Of(tn.Clerk("RS"))
	form := b.Get("/systems/new").Form("form#system")
	for k, v := range map[string]string{
		"classified": "true", "secret_level": "secret", "network": "intranet",
		"fund_source": "city", "om_amount_year": "6", "phase": "running", "name": "某秘密系统", "function_desc": "秘密内容",
	} {
		form.Set(k, v)
	}
	p := b.Post("/systems", form).Follow().Want(200)
	if got := p.Text("h1"); got != "(脱密登记)SM-RS-0001" {
		t.Errorf("named %s", got)
	}
	if body := p.Text("main"); strings.Contains(body, "秘密内容") || strings.Contains(body, "某秘密系统") || !strings.Contains(body, "涉密（脱密登记）") {
		t.Errorf("the page says %s", body)
	}
	if p.Has("#s-deployment dt:contains('IP')") || p.Has("#s-time dt:contains('启用')") {
		t.Error("details are asked of a placeholder")
	}
	if s := tn.find(t, "RS-0001"); s.FunctionDesc != "" || s.DjbhLevel != inventory.DjbhNotApplied {
		t.Errorf("kept %q, 等级保护 %q", s.FunctionDesc, s.DjbhLevel)
	}
}

func TestTheRecordAsOfAnEarlierMoment(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	tn.Clock.Advance(24 * time.Hour)
	tn.change(t, tn.Clerk("RS"), s, "改名", func(s *inventory.System) { s.Name = "公共就业服务系统" })
	b := tn.site.Of(tn.Head("RS"))
	p := b.Get("/systems/" + s.Code + "?as_of=2017-09-12").Want(200)
	if p.Text("h1") != "就业服务系统" || !strings.Contains(p.Text(".callout-warning"), "2017-09-12 24:00") {
		t.Errorf("as of the first day: %s", p.Text("main"))
	}
	if offered(p) != "" || p.Has(`a[href$="/edit"]`) {
		t.Error("acts are offered on the past")
	}
	b.Get("/systems/" + s.Code + "?as_of=2017-09-11").Want(http.StatusNotFound)
	history := b.Get("/systems/" + s.Code + "/history").Want(200)
	then := ""
	for _, a := range history.All(".event-links a") {
		for _, attr := range a.Attr {
			if attr.Key == "href" && strings.Contains(attr.Val, "as_of") {
				then = attr.Val
			}
		}
	}
	if got := b.Get(then).Want(200).Text("h1"); got != "就业服务系统" {
		t.Errorf("%s shows %s", then, got)
	}
}

func TestTheHistoryTellsWhoChangedWhatWhenAndWhy(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	tn.Clock.Advance(time.Hour)
	s = tn.change(t, tn.Clerk("RS"), s, "按合同核对", func(s *inventory.System) { s.OmAmountYear, s.UseFrequency = new(int64(35_500_000)), "weekly" })
	tn.Clock.Advance(time.Hour)
	tn.move(t, tn.Head("RS"), s, inventory.Declare, "")
	b := tn.site.Of(tn.Clerk("RS"))
	p := b.Get("/systems/" + s.Code + "/history").Want(200)
	if got := p.Words(".event-head b"); got != "申报 | 修改 | 登记" {
		t.Errorf("events %s", got)
	}
	second := webtest.Words(p.All(".timeline > li")[1])
	for _, want := range []string{"clerk", "2017-09-12 10:00", "按合同核对", "年度运维经费 12.00 万元 35.50 万元", "使用频率 每日 每周"} {
		if !strings.Contains(second, want) {
			t.Errorf("%q is not in: %s", want, second)
		}
	}
	diff := b.Get("/systems/" + s.Code + "/history?from=3&to=1").Want(200)
	if got := diff.Text("#diff"); !strings.HasPrefix(got, "第 1 版（2017-09-12 09:00）与第 3 版（2017-09-12 11:00）有 3 项不同") {
		t.Errorf("compared: %s", got)
	}
	if got := diff.Words("#diff + table tbody th"); got != "登记状态 | 年度运维经费 | 使用频率" {
		t.Errorf("differences %s", got)
	}
	if got := b.Get("/systems/" + s.Code + "/history?from=9&to=1").Want(200); got.Has("#diff") {
		t.Error("a version that is none is compared")
	}
}

func TestForeignRecordsAreNotFoundOnAnyRoute(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	evidence := strconv.Itoa(int(addFile(t, tn, s)))
	clerk, head, region := tn.site.Of(tn.Clerk("MZ")), tn.site.Of(tn.Head("MZ")), tn.site.Of(tn.Region("ZY"))
	at := "/systems/" + s.Code
	for _, path := range []string{at, at + "/history", at + "/relations", at + "/evidence", at + "/evidence/" + evidence, at + "/edit", at + "?as_of=2017-09-12"} {
		for _, b := range []*webtest.Browser{clerk, head, region} {
			if p := b.Get(path); p.Status != http.StatusNotFound {
				t.Errorf("GET %s: %d", path, p.Status)
			}
		}
	}
	full := url.Values{"version": {"1"}, "move": {"declare"}, "kind": {"interface"}, "other": {"RS-0001"}, "reason": {"冒名"}, "purpose": {"other"}}
	for _, path := range []string{at, at + "/draft", at + "/relations", at + "/relations/1/remove", at + "/evidence/" + evidence + "/remove"} {
		if p := clerk.Post(path, full); p.Status != http.StatusNotFound {
			t.Errorf("POST %s: %d\n%s", path, p.Status, p.Short())
		}
	}
	if p := head.Post(at+"/moves", full); p.Status != http.StatusNotFound {
		t.Errorf("POST moves: %d", p.Status)
	}
	if got := tn.find(t, s.Code); got.Version != 1 {
		t.Errorf("the record was touched: version %d", got.Version)
	}
}

func TestSeeingEverythingIsNotFillingInForEverybody(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	both := tn.Head("MZ")
	both.Roles = auth.Roles{auth.Head, auth.Staffing} // the staffing office sees all and fills in its own
	b := tn.site.Of(both)
	at := "/systems/" + s.Code
	if p := b.Get(at).Want(200); p.Has(`a[href$="/edit"]`) || offered(p) != "" {
		t.Error("acts are offered on a foreign record")
	}
	b.Get(at + "/edit").Want(http.StatusNotFound)
	b.Post(at, url.Values{"version": {"1"}, "name": {"冒名"}}).Want(http.StatusNotFound)
	b.Post(at+"/relations", url.Values{"kind": {"interface"}, "other": {s.Code}}).Want(http.StatusNotFound)
	b.Post(at+"/moves", url.Values{"version": {"1"}, "move": {"declare"}}).Want(http.StatusNotFound)
	if p := b.Get(at + "/relations").Want(200); p.Has("form#relation") {
		t.Error("relations of a foreign record can be entered")
	}
}

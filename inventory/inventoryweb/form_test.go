package inventoryweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

// filled is the form of a new system with everything that must be given.
func filled(p *webtest.Page) url.Values {
	form := p.Form("form#system")
	for k, v := range map[string]string{
		"name": "就业服务系统", "function_desc": "就业登记", "system_class": "application", "build_unit": "信息中心", "maintain_unit": "信息中心",
		"approval_dept": "reform", "approval_date": "2013-03-01", "fund_source": "city", "om_amount_year": "12.5", "phase": "running",
		"enabled_date": "2014-06-01", "use_scope": "city_depts", "registered_users": "200", "active_users_month": "120",
		"use_frequency": "daily", "location": "gov_cloud", "network": "extranet", "djbh_level": "none",
	} {
		form.Set(k, v)
	}
	return form
}

func TestAClerkRegistersByTheForm(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	form := filled(clerk.Get("/systems/new").Want(200))
	form.Set("om_amount_year", "１２．５万元")
	form.Set("enabled_date", "2014年6月1日")
	form.Set("maintain_phone", "0710 3601234")
	p := clerk.Post("/systems", form).Want(http.StatusSeeOther).Follow().Want(200)
	s := tn.find(t, "RS-0001")
	if *s.OmAmountYear != 12_500_000 || s.EnabledDate.String() != "2014-06-01" || s.State != inventory.Draft || s.OwnerID != tn.Department("RS").ID {
		t.Errorf("registered %+v", s)
	}
	if got := p.Text(".flash"); !strings.Contains(got, "已登记 RS-0001（草稿）") || !strings.Contains(got, "2014年6月1日") {
		t.Errorf("said %s", got)
	}
}

func TestMistakesAreNamedAtEachFieldAndNothingTypedIsLost(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	form := filled(clerk.Get("/systems/new"))
	typed := map[string]string{
		"name": "", "approval_date": "2013年13月", "om_amount_year": "十二万左右", "registered_users": "-5", "maintain_phone": "无",
		"enabled_date": "2009.6.1", "parent_system_id": "不存在的系统", "visit_url": "http://admin:123456@10.0.0.1/", "server_ips": "10.64.1.300",
		"short_name": "<script>alert(1)</script>", "function_desc": "第一行\n第二行",
	}
	for k, v := range typed {
		form.Set(k, v)
	}
	p := clerk.Post("/systems", form).Want(http.StatusUnprocessableEntity)
	back := p.Form("form#system")
	for k, v := range typed {
		if got := strings.ReplaceAll(back.Get(k), "\r\n", "\n"); got != v {
			t.Errorf("%s was typed as %q and came back as %q", k, v, got)
		}
	}
	for _, field := range []string{"name", "approval_date", "om_amount_year", "registered_users", "maintain_phone", "parent_system_id", "visit_url", "server_ips"} {
		if !p.Has(`.errors a[href="#f-`+field+`"]`) || !p.Has("#e-"+field) || !p.Has("#f-"+field+`[aria-invalid="true"]`) {
			t.Errorf("%s: the mistake is not in the summary and at the field", field)
		}
	}
	if n := len(p.All(".errors li")); n != 8 {
		t.Errorf("%d mistakes: %s", n, p.Words(".errors li"))
	}
	if got := p.Text("#n-enabled_date"); !strings.Contains(got, "2009-06-01") {
		t.Errorf("what was put right: %s", got)
	}
	if got := p.Words(".steps .wrong"); !strings.Contains(got, "基本信息 2 处需改") {
		t.Errorf("progress %s", got)
	}
	if page := clerk.Get("/systems"); len(page.All(rows)) != 0 {
		t.Error("a refused form was kept as a record")
	}
}

func TestRulesAreToldInBothLanguagesWithTheirArticle(t *testing.T) {
	tn := open(t)
	for lang, want := range map[string]string{
		locale.Chinese: "方案第二部分第四项", locale.English: "Work plan, part 2, item 4",
	} {
		b := tn.site.Of(tn.Clerk("RS"))
		b.Lang = lang
		form := filled(b.Get("/systems/new"))
		form.Set("use_frequency", "hardly")
		form.Set("proposed", "keep")
		p := b.Post("/systems", form).Want(http.StatusUnprocessableEntity)
		if got := p.Text("#e-disposition_note"); !strings.Contains(got, want) {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

func TestConditionalFieldsAreHiddenUntilTheyAreAsked(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	p := clerk.Get("/systems/new")
	hidden := func(p *webtest.Page, name string) bool {
		return p.Has(fmt.Sprintf(`.field[hidden] #f-%s, .section[hidden] #f-%s`, name, name))
	}
	for _, name := range []string{"season_months", "disabled_date", "secret_level", "exempt_reason", "merged_into_id", "djbh_filing_no"} {
		if !hidden(p, name) {
			t.Errorf("%s is asked at once", name)
		}
	}
	if got := p.Attr(`.field:has(#f-season_months)`, "data-shown-when"); got != "classified=false;usage_pattern=seasonal" {
		t.Errorf("season months shown when %s", got)
	}
	form := filled(p)
	form.Set("name", "")
	form.Set("usage_pattern", "seasonal")
	form.Set("phase", "stopped")
	p = clerk.Post("/systems", form).Want(http.StatusUnprocessableEntity)
	if hidden(p, "season_months") || hidden(p, "disabled_date") || !p.Has("#e-season_months") {
		t.Error("what is asked now is still hidden")
	}
}

func TestAnAnswerThatMakesOthersRequiredIsToldToThePage(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	p := clerk.Get("/systems/new").Want(200)
	marked := func(p *webtest.Page, name string) bool {
		field := fmt.Sprintf(`.field:has(#f-%s)`, name)
		return p.Has(field+`[data-required]`) && p.Has(field+` .must:not([hidden])`)
	}
	for name, when := range map[string]string{
		"approval_note": "approval_dept=none", "approval_date": "approval_dept=reform|finance|office|superior|self",
		"enabled_date": "phase=trial|running|stopped", "om_amount_year": "phase=trial|running|stopped|offline",
		"registered_users": "phase=trial|running|stopped|offline", "active_users_month": "phase=trial|running|stopped|offline",
	} {
		if got := p.Attr(fmt.Sprintf(`.field:has(#f-%s)`, name), "data-required-when"); got != when || marked(p, name) {
			t.Errorf("%s is required when %q, marked %t", name, got, marked(p, name))
		}
	}
	form := filled(p)
	form.Set("name", "")
	form.Set("approval_dept", "none")
	form.Set("approval_date", "")
	p = clerk.Post("/systems", form).Want(http.StatusUnprocessableEntity)
	for name, want := range map[string]bool{"approval_note": true, "approval_date": false, "enabled_date": true, "om_amount_year": true} {
		if marked(p, name) != want {
			t.Errorf("%s marked %t", name, !want)
		}
	}
	form.Set("name", "拟建的系统")
	form.Set("approval_note", "按会议纪要建设")
	form.Set("phase", "planned")
	for _, name := range []string{"om_amount_year", "registered_users", "active_users_month", "use_frequency", "enabled_date"} {
		form.Set(name, "")
	}
	clerk.Post("/systems", form).Want(http.StatusSeeOther)
	if s := tn.find(t, "RS-0001"); s.OmAmountYear != nil || s.ActiveUsersMonth != nil {
		t.Errorf("not known became %v and %v", s.OmAmountYear, s.ActiveUsersMonth)
	}
}

func TestAMistakeInAClassifiedFormNamesNoHiddenField(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	form := clerk.Get("/systems/new").Form("form#system")
	for k, v := range map[string]string{
		"classified": "true", "secret_level": "secret", "network": "intranet", "fund_source": "city", "om_amount_year": "六万左右", "phase": "running",
	} {
		form.Set(k, v)
	}
	p := clerk.Post("/systems", form).Want(http.StatusUnprocessableEntity)
	if got := p.Texts(".errors li"); len(got) != 1 || !strings.Contains(got[0], "年度运维经费") {
		t.Errorf("mistakes %v", got)
	}
	if !p.Has(".field[hidden] #f-djbh_level") || p.Has(`#f-djbh_level option[value="na"]`) {
		t.Error("the only answer of 等级保护 is asked")
	}
}

func TestDraftsAreKeptOfferedAndDropped(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	if got := clerk.Get("/systems/new").Want(200).Attr("form#system", "data-autosave"); got != "/systems/new/draft" {
		t.Fatalf("drafts go to %s", got)
	}
	form := url.Values{"name": {"半张表"}, "network": {"extranet", "private"}, "om_amount_year": {"十二"}}
	saved := clerk.Do(http.MethodPost, "/systems/new/draft", strings.NewReader(form.Encode()), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "X-Requested-With": {"autosave"},
	}).Want(200)
	var answer struct{ Saved, Message string }
	if saved.Into(&answer); answer.Saved != "09:00" {
		t.Errorf("answer %+v", answer)
	}
	p := clerk.Get("/systems/new").Want(200)
	if got := p.Text(".callout-title"); got != "您有一份“半张表”的草稿，2017-09-12 09:00 保存" || p.Has("form#system") {
		t.Errorf("the draft is offered as %s", got)
	}
	again := clerk.Get(p.Attr("main .acts a.btn-primary", "href")).Want(200)
	back := again.Form("form#system")
	if back.Get("name") != "半张表" || back.Get("om_amount_year") != "十二" || fmt.Sprint(back["network"]) != "[extranet private]" || again.Has(".errors") {
		t.Errorf("taken up as %v", back)
	}
	if other := tn.site.Of(tn.Clerk("MZ")).Get("/systems/new"); !other.Has("form#system") {
		t.Error("another person is asked about the draft")
	}
	clerk.Post(p.Attr(`main form[action$="/drop"]`, "action"), nil).Want(http.StatusSeeOther)
	if !clerk.Get("/systems/new").Has("form#system") {
		t.Error("the dropped draft is still offered")
	}
	keep := filled(clerk.Get("/systems/new"))
	keep.Set("name", "")
	keep.Set("draft", "true") // the button of a browser without scripts
	kept := clerk.Post("/systems", keep)
	if kept.Want(http.StatusSeeOther).Location() != "/systems/new?draft=true" {
		t.Errorf("kept, it leads to %s", kept.Location())
	}
	keep.Set("name", "就业服务系统")
	keep.Del("draft")
	clerk.Post("/systems", keep).Want(http.StatusSeeOther)
	if !clerk.Get("/systems/new").Has("form#system") {
		t.Error("the draft outlives the record that came of it")
	}
}

func TestADraftOfAnOlderVersionIsMergedWhenItIsSaved(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	form := clerk.Get("/systems/RS-0001/edit").Form("form#system")
	form.Set("short_name", "就业")
	clerk.Post("/systems/RS-0001/draft", form).Want(200)
	tn.Clock.Advance(26 * time.Hour)
	tn.change(t, tn.Head("RS"), s, "核对", func(s *inventory.System) { s.UseFrequency = "weekly" })
	if got := clerk.Get("/systems/RS-0001/edit").Text(".callout"); !strings.Contains(got, "2017-09-12 09:00") || !strings.Contains(got, "已被他人修改") {
		t.Errorf("offered as %s", got)
	}
	p := clerk.Get("/systems/RS-0001/edit?draft=true").Want(200)
	merged := clerk.Post("/systems/RS-0001", p.Form("form#system")).Want(http.StatusConflict)
	if got := merged.Form("form#system"); got.Get("short_name") != "就业" || got.Get("use_frequency") != "weekly" {
		t.Errorf("merged into %v", got)
	}
}

func TestTwoWhoEditAtOnceMergeFieldByField(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	form := clerk.Get("/systems/RS-0001/edit").Want(200).Form("form#system")
	tn.Clock.Advance(10 * time.Minute)
	tn.change(t, tn.Head("RS"), s, "按审计意见", func(s *inventory.System) {
		s.OmAmountYear, s.UseFrequency, s.ShortName, s.MaintainUnit = new(int64(20_000_000)), "weekly", "就业", "市信息中心"
	})
	form.Set("om_amount_year", "13")    // both changed it
	form.Set("use_frequency", "hardly") // both changed it
	form.Set("short_name", "就业")        // both wrote the same
	form.Set("function_desc", "就业登记和失业登记")
	p := clerk.Post("/systems/RS-0001", form).Want(http.StatusConflict)

	if got := p.Text(".callout-warning"); !strings.Contains(got, "head 已于 2017-09-12 09:10 修改了同一内容") || !strings.Contains(got, "按审计意见") {
		t.Errorf("told: %s", got)
	}
	if got := p.Words(".theirs-pick label"); got != "用我填的 13.00 万元 | 用对方的 20.00 万元 | 用我填的 基本不用 | 用对方的 每周" {
		t.Errorf("side by side: %s", got)
	}
	if got := p.Words(".theirs-head del"); got != "12.00 万元 | 每日" {
		t.Errorf("both began with %s", got)
	}
	if got := p.Text("#n-maintain_unit"); !strings.Contains(got, "市信息中心") {
		t.Errorf("what was taken over: %s", got)
	}
	merged := p.Form("form#system")
	if merged.Get("version") != "2" || merged.Get("maintain_unit") != "市信息中心" || merged.Get("function_desc") != "就业登记和失业登记" || merged.Get("om_amount_year") != "13" {
		t.Errorf("merged into %v", merged)
	}

	merged.Set("pick.om_amount_year", "mine") // use_frequency is not chosen yet
	again := clerk.Post("/systems/RS-0001", merged).Want(http.StatusUnprocessableEntity)
	if !again.Has(`.errors a[href="#f-use_frequency"]`) || again.Has(`.errors a[href="#f-om_amount_year"]`) {
		t.Errorf("asked again: %s", again.Text(".errors"))
	}
	if !again.Has(`#pick-mine-om_amount_year[checked]`) {
		t.Error("the choice that was made is gone")
	}
	final := again.Form("form#system")
	final.Set("pick.use_frequency", "theirs")
	clerk.Post("/systems/RS-0001", final).Want(http.StatusSeeOther)
	got := tn.find(t, "RS-0001")
	if *got.OmAmountYear != 13_000_000 || got.UseFrequency != "weekly" || got.MaintainUnit != "市信息中心" || got.FunctionDesc != "就业登记和失业登记" || got.Version != 3 {
		t.Errorf("saved %+v", got)
	}
}

// What the line under the button promises is what happens.
func TestTheButtonTellsWhatHappensNext(t *testing.T) {
	tn := open(t)
	centre := tn.Someone(auth.Centre)
	for _, c := range []struct {
		name  string
		by    auth.Principal
		ready func(s inventory.System) inventory.System
		says  string
		then  inventory.State
	}{
		{"a clerk and a draft", tn.Clerk("RS"), func(s inventory.System) inventory.System { return s }, "等待本单位负责人确认申报", inventory.Draft},
		{"a head and a draft", tn.Head("RS"), func(s inventory.System) inventory.System { return s }, "您可在下一页确认申报", inventory.Draft},
		{"a clerk and a declared one", tn.Clerk("RS"), func(s inventory.System) inventory.System {
			return tn.move(t, tn.Head("RS"), s, inventory.Declare, "")
		}, "保存后退回草稿状态", inventory.Draft},
		{"a head and a declared one", tn.Head("RS"), func(s inventory.System) inventory.System {
			return tn.move(t, tn.Head("RS"), s, inventory.Declare, "")
		}, "保存即视为重新申报", inventory.Declared},
		{"a head and a verified one", tn.Head("RS"), func(s inventory.System) inventory.System {
			return tn.move(t, centre, tn.move(t, tn.Head("RS"), s, inventory.Declare, ""), inventory.Verify, "")
		}, "保存即视为重新申报", inventory.Declared},
		{"a clerk and a returned one", tn.Clerk("RS"), func(s inventory.System) inventory.System {
			return tn.move(t, centre, tn.move(t, tn.Head("RS"), s, inventory.Declare, ""), inventory.Return, "不符")
		}, "等待本单位负责人确认申报", inventory.Returned},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.ready(tn.Registered("RS", c.name))
			b := tn.site.Of(c.by)
			p := b.Get("/systems/" + s.Code + "/edit").Want(200)
			if got := p.Words(".form-end .act-note"); !strings.Contains(got, c.says) {
				t.Errorf("the button says %s", got)
			}
			form := p.Form("form#system")
			form.Set("short_name", "新简称")
			b.Post("/systems/"+s.Code, form).Want(http.StatusSeeOther)
			if got := tn.find(t, s.Code).State; got != c.then {
				t.Errorf("then it is %s, want %s", got, c.then)
			}
		})
	}
}

func TestALockedRecordCannotBeOpenedForEditing(t *testing.T) {
	tn := open(t)
	s := tn.move(t, tn.Someone(auth.Centre), tn.move(t, tn.Head("RS"), tn.Registered("RS", "甲"), inventory.Declare, ""), inventory.Verify, "")
	tn.move(t, tn.Someone(auth.Office), s, inventory.Certify, "普查")
	p := tn.site.Of(tn.Clerk("RS")).Get("/systems/" + s.Code + "/edit").Want(http.StatusConflict)
	if got := p.Text("main"); !strings.Contains(got, "普查已锁定") {
		t.Errorf("said %s", got)
	}
}

func TestOwnersAreOfferedByScope(t *testing.T) {
	tn := open(t)
	body := tn.Below("ZY", "枣阳市教育局")
	if got := tn.site.Of(tn.Clerk("RS")).Get("/systems/new").Text("#f-owner_id"); got != "XYRS 市人社局" {
		t.Errorf("a clerk fills in for %s", got)
	}
	region := tn.site.Of(tn.Region("ZY"))
	p := region.Get("/systems/new")
	if got := p.Words("#f-owner_id option[value!='']"); got != "XYZY 枣阳市 | XYZYB1 枣阳市教育局" {
		t.Errorf("a region fills in for %s", got)
	}
	form := filled(p)
	form.Set("owner_id", "枣阳市教育局")
	region.Post("/systems", form).Want(http.StatusSeeOther)
	if s := tn.find(t, "ZYB-0001"); s.OwnerID != body.ID {
		t.Errorf("owner %d", s.OwnerID)
	}
	form.Set("owner_id", "XYRS 市人社局")
	if p := region.Post("/systems", form).Want(http.StatusUnprocessableEntity); !p.Has("#e-owner_id") {
		t.Error("a foreign owner is not refused at its field")
	}
}

func TestLookupsOfferWhatTheReaderSees(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	tn.Registered("MZ", "婚姻服务系统")
	value := func(b *webtest.Browser, path string) string {
		var out []string
		for _, n := range b.Get(path).Want(200).All("option") {
			out = append(out, n.Attr[0].Val)
		}
		return strings.Join(out, " | ")
	}
	if got := value(tn.site.Of(tn.Clerk("RS")), "/systems/lookup?q="+url.QueryEscape("服务")); got != "RS-0001 就业服务系统" {
		t.Errorf("systems %s", got)
	}
	if got := value(tn.site.Of(tn.Clerk("RS")), "/departments/lookup?q="+url.QueryEscape("民")); got != "XYMZ 市民政局 | XYMZJ 市民宗局" {
		t.Errorf("departments %s", got)
	}
	head := tn.site.Of(tn.Head("RS"))
	form := filled(head.Get("/systems/new"))
	form.Set("name", "子系统")
	form.Set("parent_system_id", "RS-0001 就业服务系统")
	head.Post("/systems", form).Want(http.StatusSeeOther)
	if s := tn.find(t, "RS-0002"); s.ParentSystemID == nil {
		t.Error("the reference is lost")
	}
	form.Set("parent_system_id", "MZ-0001")
	if p := head.Post("/systems", form).Want(http.StatusUnprocessableEntity); !p.Has("#e-parent_system_id") {
		t.Error("a system that the head does not see can be named")
	}
}

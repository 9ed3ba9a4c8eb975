package surveyweb_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// formPath is the address of a form in the survey of the story.
func formPath(tn *town, prefix string) string { return tn.Form(prefix).Path() }

// rowsOf are the rows of a form by name.
func rowsOf(t *testing.T, tn *town, prefix string) map[string]survey.Row {
	t.Helper()
	page, err := tn.Desk.FormRows(t.Context(), tn.Clerk(prefix), tn.Form(prefix), survey.RowQuery{Size: 200})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]survey.Row{}
	for _, r := range page.Rows {
		out[r.Name] = r
	}
	return out
}

func rowPath(tn *town, prefix string, r survey.Row) string {
	return formPath(tn, prefix) + "/rows/" + rowText(r)
}

func TestTheFirstPageSaysWhatStateByWhenAndWhatNext(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	tn.Registered("RS", "社会保险系统")
	tn.At("2017-09-26 09:00")
	p := tn.site.Of(tn.Clerk("RS")).Get(formPath(tn, "RS")).Want(http.StatusOK)
	for selector, want := range map[string]string{
		".head h1":                "2017年政务信息系统自查·市人社局",
		".head .badge-state":      "草稿",
		".head .due":              "截止 09-30（周六，调休上班），剩余 4 个工作日",
		".head-lead":              "请填报",
		".progress-label":         "必填项",
		".callout-title":          "从确认开始",
		"table.list tbody":        "就业服务系统",
		"table.list .badge-state": "待确认",
	} {
		if got := p.Words(selector); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q in it", selector, got, want)
		}
	}
}

func TestRowsAreConfirmedChangedAndHandedIn(t *testing.T) {
	tn := open(t)
	tn.Registered("JY", "中考招生系统")
	tn.Registered("JY", "学籍管理系统")
	clerk, head := tn.site.Of(tn.Clerk("JY")), tn.site.Of(tn.Head("JY"))
	path := formPath(tn, "JY")
	clerk.Get(path).Want(http.StatusOK)
	rows := rowsOf(t, tn, "JY")

	p := clerk.Post(path+"/rows/confirm", url.Values{"row": {rowText(rows["学籍管理系统"])}}).Follow().Want(http.StatusOK)
	if got := p.Words(".flash"); !strings.Contains(got, "已确认 1 个系统无变化") {
		t.Errorf("said %q", got)
	}

	at := rowPath(tn, "JY", rows["中考招生系统"])
	form := clerk.Get(at).Want(http.StatusOK).Form("form#row")
	form.Set("approval_date", "")
	form.Set("function_desc", "中考报名和录取")
	p = clerk.Post(at, form).Want(http.StatusUnprocessableEntity)
	if got := p.Words("#errors a"); got != "请填写审批时间" {
		t.Errorf("the summary says %q", got)
	}
	if got := p.Words("#errors h2"); !strings.Contains(got, "已保存") {
		t.Errorf("nothing says that it was kept: %q", got)
	}
	form = p.Form("form#row")
	if form.Get("function_desc") != "中考报名和录取" {
		t.Errorf("what was typed is lost: %q", form.Get("function_desc"))
	}
	p = clerk.Post(path+"/ready", url.Values{}).Want(http.StatusUnprocessableEntity)
	if got := p.Words(".cell-errors"); !strings.Contains(got, "请填写审批时间") {
		t.Errorf("handing in says %q", got)
	}
	form.Set("approval_date", "2013-3-5")
	p = clerk.Post(at, form).Follow().Want(http.StatusOK)
	if got := p.Words(".flash"); !strings.Contains(got, "已保存“中考招生系统”的修改") {
		t.Errorf("said %q", got)
	}

	form = clerk.Get(path + "/answers").Want(http.StatusOK).Form("form#answers")
	form.Set(survey.CountField, "2")
	form.Set(survey.NoneCleanField, "true")
	form.Set(survey.NoneConnectField, "true")
	form.Set(survey.NoneDemandField, "true")
	p = clerk.Post(path+"/answers", form).Follow().Want(http.StatusOK)
	if got := p.Words(".callout"); !strings.Contains(got, "可以报送") {
		t.Fatalf("the check says %q %s", got, p.Words(".cell-errors"))
	}
	p = clerk.Post(path+"/ready", p.Form("form#hand-in")).Follow().Want(http.StatusOK)
	if got := p.Words(".head-lead"); !strings.Contains(got, "等待本单位负责人") {
		t.Errorf("whose turn: %q", got)
	}
	clerk.Post(path+"/submit", url.Values{}).Want(http.StatusForbidden)
	tn.At("2017-09-29 16:00")
	p = head.Post(path+"/submit", head.Get(path+"/check").Want(http.StatusOK).Form("form#hand-in")).Follow().Want(http.StatusOK)
	if got := p.Words(".head .badge-state"); !strings.Contains(got, "已报送") {
		t.Errorf("the badge says %q", got)
	}
	p = head.Get(path + "/print").Want(http.StatusOK)
	if got := p.Words(".paper"); !strings.Contains(got, "SHA-256") || strings.Contains(got, "草稿") || !strings.Contains(got, "中考招生系统") {
		t.Errorf("the paper says %q", got)
	}
	if got := tn.Dues("JY"); len(got) != 0 {
		t.Errorf("still due: %v", got)
	}
}

func TestAZeroReportTakesTwoClicks(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("MZJ"))
	path := formPath(tn, "MZJ")
	p := clerk.Get(path).Want(http.StatusOK)
	if !p.Has(`a[href="` + path + `/zero"]`) {
		t.Fatalf("no way to a zero report: %s", p.Short())
	}
	form := clerk.Get(path + "/zero").Want(http.StatusOK).Form("form#zero")
	clerk.Post(path+"/zero", form).Want(http.StatusUnprocessableEntity)
	form.Set(survey.ZeroReasonField, "本单位没有自建或租用的系统")
	p = clerk.Post(path+"/zero", form).Follow().Want(http.StatusOK)
	if got := p.Words(".flash"); !strings.Contains(got, "零报告已交负责人确认") {
		t.Errorf("said %q", got)
	}
	head := tn.site.Of(tn.Head("MZJ"))
	p = head.Post(path+"/submit", head.Get(path+"/check").Want(http.StatusOK).Form("form#hand-in")).Follow()
	if got := p.Words(".head .badge-state"); !strings.Contains(got, "已报送") || !strings.Contains(got, "零报告") {
		t.Errorf("badges %q", got)
	}
}

// A body all of whose systems are gone files a zero report from where it is told
// to, and the register takes over what became of them.
func TestAZeroReportWhenAllSystemsAreGone(t *testing.T) {
	tn := open(t)
	tn.Registered("MZJ", "档案管理系统")
	clerk, head := tn.site.Of(tn.Clerk("MZJ")), tn.site.Of(tn.Head("MZJ"))
	path := formPath(tn, "MZJ")
	clerk.Get(path).Want(http.StatusOK)
	at := rowPath(tn, "MZJ", rowsOf(t, tn, "MZJ")["档案管理系统"])
	form := clerk.Get(at + "/gone").Want(http.StatusOK).Form("form#gone")
	form.Set(survey.GoneKindField, "offline")
	form.Set(survey.GoneOnField, "2017-06-30")
	form.Set(survey.GoneReasonField, "服务器已经关闭")
	clerk.Post(at+"/gone", form).Want(http.StatusSeeOther)
	way := `.acts a[href="` + path + `/zero"]`
	for _, page := range []string{path, path + "/check"} {
		if !clerk.Get(page).Want(http.StatusOK).Has(way) {
			t.Errorf("%s offers no zero report", page)
		}
	}
	form = clerk.Get(path + "/zero").Want(http.StatusOK).Form("form#zero")
	form.Set(survey.ZeroReasonField, "唯一的系统已经下线停用")
	clerk.Post(path+"/zero", form).Want(http.StatusSeeOther)
	p := head.Get(path + "/check").Want(http.StatusOK)
	if got := p.Words("main"); !strings.Contains(got, "档案管理系统（已下线停用：服务器已经关闭）") || p.Has(way) {
		t.Errorf("the head is shown %q", got)
	}
	head.Post(path+"/submit", p.Form("form#hand-in")).Want(http.StatusSeeOther)
	if _, err := tn.Desk.Accept(t.Context(), tn.Office(), tn.Form("MZJ"), 0); err != nil {
		t.Fatal(err)
	}
	s, err := tn.Registry.FindSystem(t.Context(), tn.Office(), "MZJ-0001")
	if err != nil || s.Phase != inventory.PhaseOffline {
		t.Errorf("the register has %s, %v", s.Phase, err)
	}
}

// After a removal the paper and the reviewers count the rows alike; amounts stand
// at the right, and the data that are wanted are printed once.
func TestThePaperOfAForm(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	path := formPath(tn, "RS")
	clerk.Get(path).Want(http.StatusOK)
	removed := clerk.Post(path+"/rows", nil).Follow().Want(http.StatusOK).Path
	tn.Registered("RS", "社会保险系统")
	clerk.Get(path).Want(http.StatusOK)
	clerk.Post(removed+"/remove", nil).Want(http.StatusSeeOther)
	form := clerk.Get(path + "/answers").Form("form#answers")
	form.Set(survey.CellName(survey.DemandsQuestion, 0, "resource"), "婚姻登记信息")
	clerk.Post(path+"/answers", form)
	p := clerk.Get(path + "/print").Want(http.StatusOK)
	if got := p.Words(".paper tbody td:first-child"); got != "1 | 2" {
		t.Errorf("the paper counts %q", got)
	}
	if got := p.Words(".paper tbody td.num"); !strings.Contains(got, "12.00") {
		t.Errorf("at the right stand %q", got)
	}
	if got := strings.Count(p.Words(".paper"), "婚姻登记信息"); got != 1 {
		t.Errorf("what is wanted is printed %d times", got)
	}
	p = tn.site.Of(tn.Office()).Get(path + "/review?show=all").Want(http.StatusOK)
	if got := p.Words("#review h2"); !strings.Contains(got, "1. 就业服务系统") || !strings.Contains(got, "2. 社会保险系统") {
		t.Errorf("the reviewers count %q", got)
	}
}

func TestNumbersOfACampaignOpenTheirBodies(t *testing.T) {
	tn := open(t)
	tn.At("2017-10-10 09:00") // it was due on the Saturday before the holidays
	if _, err := tn.Desk.OpenForm(t.Context(), tn.Clerk("MZJ"), tn.Form("MZJ")); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.Desk.FileZero(t.Context(), tn.Head("MZJ"), tn.Form("MZJ"), 0, "本单位没有自建或租用的系统"); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.Desk.Submit(t.Context(), tn.Head("MZJ"), tn.Form("MZJ"), 0, ""); err != nil {
		t.Fatal(err)
	}
	office := tn.site.Of(tn.Office())
	p := office.Get("/surveys/zc-2017").Want(http.StatusOK)
	for _, filter := range []string{"standing=submitted", "zero=yes", "late=filed"} {
		address := "/surveys/zc-2017/coverage?" + filter
		if !p.Has(`.stats a[href="` + address + `#bodies"]`) {
			t.Errorf("no number opens %s", filter)
			continue
		}
		if got := office.Get(address).Words("table.list tbody tr"); !strings.Contains(got, tn.Department("MZJ").Name) || strings.Contains(got, tn.Department("RS").Name) {
			t.Errorf("%s lists %q", filter, got)
		}
	}
}

func TestWhatWasTypedComesBackAfterACrash(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	clerk.Get(formPath(tn, "RS")).Want(http.StatusOK)
	at := rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"])
	form := clerk.Get(at).Want(http.StatusOK).Form("form#row")
	form.Set("function_desc", "写到一半")
	tn.At("2017-09-12 10:42")
	var saved struct{ Saved, Version string }
	clerk.Post(at+"/draft", form).Want(http.StatusOK).Into(&saved)
	if saved.Saved != "10:42" || saved.Version == form.Get("version") {
		t.Errorf("autosave answers %+v", saved)
	}
	p := tn.site.Of(tn.Head("RS")).Get(at).Want(http.StatusOK) // another person at another machine
	if got := p.Form("form#row").Get("function_desc"); got != "写到一半" {
		t.Errorf("the field says %q", got)
	}
	if got := p.Words(".form-top .callout"); !strings.Contains(got, tn.Clerk("RS").Name+" 于 2017-09-12 10:42 填写") {
		t.Errorf("the notice says %q", got)
	}
	clerk.Post(at+"/draft/drop", nil).Follow().Want(http.StatusOK)
	if got := clerk.Get(at).Form("form#row").Get("function_desc"); got == "写到一半" {
		t.Error("still there after it was discarded")
	}
}

func TestTwoPeopleOnOneSystemChooseFieldByField(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	one, other := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Head("RS"))
	one.Get(formPath(tn, "RS")).Want(http.StatusOK)
	at := rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"])
	mine, theirs := one.Get(at).Form("form#row"), other.Get(at).Form("form#row")
	theirs.Set("registered_users", "500")
	theirs.Set("function_desc", "职业介绍")
	other.Post(at, theirs).Want(http.StatusSeeOther)
	mine.Set("registered_users", "900")
	mine.Set("build_unit", "就业局")
	p := one.Post(at, mine).Want(http.StatusConflict)
	if got := p.Words(".theirs"); !strings.Contains(got, "500") || !strings.Contains(got, "900") {
		t.Errorf("the choice shows %q", got)
	}
	again := p.Form("form#row")
	one.Post(at, again).Want(http.StatusUnprocessableEntity) // not chosen yet
	again.Set("pick.registered_users", "theirs")
	one.Post(at, again).Want(http.StatusSeeOther)
	got := rowsOf(t, tn, "RS")["就业服务系统"].Body
	if got["registered_users"] != "500" || got["build_unit"] != "就业局" || got["function_desc"] != "职业介绍" {
		t.Errorf("merged to %v", got)
	}
}

func TestLinesOfDemandsWithoutAScript(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	path := formPath(tn, "RS") + "/answers"
	clerk.Get(formPath(tn, "RS")).Want(http.StatusOK)
	form := clerk.Get(path).Want(http.StatusOK).Form("form#answers")
	name := survey.DemandsQuestion + ".0.resource"
	if !form.Has(name) {
		t.Fatalf("no empty line: %v", form)
	}
	form.Set(name, "婚姻登记信息")
	form.Set("line.add", survey.DemandsQuestion)
	p := clerk.Post(path, form).Follow().Want(http.StatusOK)
	form = p.Form("form#answers")
	if form.Get(name) != "婚姻登记信息" || !form.Has(strings.Replace(name, ".0.", ".1.", 1)) {
		t.Errorf("after a line was added: %v", form)
	}
	form.Set("line.remove", survey.DemandsQuestion+".0")
	form = clerk.Post(path, form).Follow().Form("form#answers")
	if form.Get(name) != "" {
		t.Errorf("the line is still there: %v", form)
	}
}

func rowText(r survey.Row) string { return strconv.FormatInt(int64(r.ID), 10) }

func TestPastedLinesAreShownBeforeTheyAreWritten(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	path := formPath(tn, "RS")
	clerk.Get(path).Want(http.StatusOK)
	clerk.Get(path + "/export.xlsx").Want(http.StatusOK)
	form := clerk.Get(path + "/workbook").Want(http.StatusOK).Form("form#book-paste")
	form.Set("pasted", "没有标题的一行\t1\n")
	p := clerk.Post(path+"/workbook", form).Want(http.StatusUnprocessableEntity)
	if got := p.Form("form#book-paste").Get("pasted"); !strings.Contains(got, "没有标题") {
		t.Errorf("what was pasted is lost: %q", got)
	}
	form.Set("pasted", "系统名称\t年度运维经费（万元）\n就业服务系统\t20\n新系统\t很多\n")
	p = clerk.Post(path+"/workbook", form).Follow().Want(http.StatusOK)
	if got := p.Words(".diff"); !strings.Contains(got, "12.00") || !strings.Contains(got, "20.00") {
		t.Errorf("the change reads %q", got)
	}
	if got := p.Words(".cell-errors"); !strings.Contains(got, "B3") {
		t.Errorf("the mistake reads %q", got)
	}
	if got := rowsOf(t, tn, "RS")["就业服务系统"].Body["om_amount_year"]; got != "12000000" {
		t.Errorf("written before it was confirmed: %s", got)
	}
	p = clerk.Post(strings.TrimSuffix(p.Path, "/")+"/confirm", nil).Follow().Want(http.StatusOK)
	if got := p.Words(".head-lead"); !strings.Contains(got, "新增 0 个，修改 1 个") {
		t.Errorf("after it was confirmed the page says %q", got)
	}
	if got := p.Words("main .callout"); !strings.Contains(got, "还有 1 行") {
		t.Errorf("what is left: %q", got)
	}
	if got := p.Words("#taken li"); !strings.Contains(got, "已修改 就业服务系统") || strings.Contains(got, "新系统") {
		t.Errorf("what was taken: %q", got)
	}
	if got := p.Words(".cell-errors"); !strings.Contains(got, "B3") || p.Has(".diff") {
		t.Errorf("the lines that are left: %q", got)
	}
	if got := rowsOf(t, tn, "RS"); got["就业服务系统"].Body["om_amount_year"] != "20000000" || len(got) != 1 {
		t.Errorf("after it was confirmed: %v", got)
	}
}

func TestWhoMayCallTheRoutesOfForms(t *testing.T) {
	const see, fill = "DC DL RC OF CT BB FG CZ ZJ GA WG LG SJ", "DC DL RC"
	seen := []string{
		"", "/rows/:row", "/answers", "/check", "/print", "/files/:id", "/workbook", "/export.xlsx",
	}
	want := map[string]string{"GET /surveys/mine": fill}
	for _, path := range seen {
		want["GET /surveys/:code/forms/:dept"+path] = see
	}
	for _, path := range []string{
		"GET /zero", "GET /rows/:row/gone", "GET /workbook/:id", "POST /rows", "POST /rows/confirm", "POST /rows/:row", "POST /rows/:row/draft",
		"POST /rows/:row/draft/drop", "POST /rows/:row/copy", "POST /rows/:row/remove", "POST /rows/:row/restore", "POST /rows/:row/gone",
		"POST /comments/:id/reply", "POST /answers", "POST /answers/draft", "POST /answers/draft/drop", "POST /zero", "POST /zero/withdraw", "POST /ready", "POST /take-back",
		"POST /submit", "POST /files", "POST /files/:id/remove", "POST /workbook", "POST /workbook/:id/confirm", "POST /workbook/:id/drop",
	} {
		method, rest, _ := strings.Cut(path, " ")
		want[method+" /surveys/:code/forms/:dept"+rest] = fill
	}
	got := map[string]string{}
	for _, r := range mounted(t).Routes() {
		var who []string
		for _, role := range auth.AllRoles() {
			if auth.Roles(r.Access.Roles).Any(role) {
				who = append(who, letters[role])
			}
		}
		got[r.Method+" "+r.Path] = strings.Join(who, " ")
	}
	for route, who := range want {
		if got[route] != who {
			t.Errorf("%s is for %q, want %q", route, got[route], who)
		}
	}
}

func TestTheFormOfOthersIsNotThere(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	tn.site.Of(tn.Clerk("RS")).Get(formPath(tn, "RS")).Want(http.StatusOK)
	at := rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"])
	stranger, office := tn.site.Of(tn.Clerk("MZ")), tn.site.Of(tn.Office())
	for _, path := range []string{formPath(tn, "RS"), at, formPath(tn, "RS") + "/answers", formPath(tn, "RS") + "/check", formPath(tn, "RS") + "/print", formPath(tn, "RS") + "/export.xlsx"} {
		stranger.Get(path).Want(http.StatusNotFound)
	}
	for _, path := range []string{at, at + "/draft", at + "/copy", formPath(tn, "RS") + "/answers", formPath(tn, "RS") + "/rows"} {
		stranger.Post(path, url.Values{"name": {"改名"}}).Want(http.StatusNotFound)
		office.Post(path, url.Values{"name": {"改名"}}).Want(http.StatusForbidden)
	}
	p := office.Get(at).Want(http.StatusOK)
	if p.Has("form#row") {
		t.Error("the Office can write a department's answers")
	}
}

// What a page saves by itself while its button is pressed is no other person's
// change.
func TestAPageDoesNotQuarrelWithItself(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	clerk.Get(formPath(tn, "RS")).Want(http.StatusOK)
	for path, id := range map[string]string{rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"]): "form#row", formPath(tn, "RS") + "/answers": "form#answers"} {
		form := clerk.Get(path).Want(http.StatusOK).Form(id)
		clerk.Post(path+"/draft", form).Want(http.StatusOK)
		clerk.Post(path, form).Want(http.StatusSeeOther)
		stale := clerk.Get(path).Want(http.StatusOK).Form(id)
		theirs := tn.site.Of(tn.Head("RS")).Get(path).Want(http.StatusOK).Form(id)
		theirs.Set("function_desc", "写到一半")
		theirs.Set(survey.CountField, "7")
		tn.site.Of(tn.Head("RS")).Post(path+"/draft", theirs).Want(http.StatusOK)
		if p := clerk.Post(path, stale); p.Status != http.StatusConflict {
			t.Errorf("%s: over what somebody else is typing: status %d", path, p.Status)
		}
	}
}

// Two pages of one person are told apart: what one of them saved or keeps as a
// draft is not overwritten by the other without a word.
func TestTwoPagesOfOnePersonChooseFieldByField(t *testing.T) {
	for name, c := range map[string]struct {
		part, field, theirs, mine, id string
		draft                         bool
	}{
		"a system, saved":      {"row", "registered_users", "500", "900", "form#row", false},
		"a system, kept":       {"row", "registered_users", "500", "900", "form#row", true},
		"the body, saved":      {"answers", survey.CountField, "5", "6", "form#answers", false},
		"the body, kept":       {"answers", survey.CountField, "5", "6", "form#answers", true},
		"the body, a tick":     {"answers", survey.NoneCleanField, "true", "", "form#answers", false},
		"the body, tick taken": {"answers", survey.NoneCleanField, "", "true", "form#answers", true},
	} {
		t.Run(name, func(t *testing.T) {
			tn := open(t)
			tn.Registered("RS", "就业服务系统")
			clerk := tn.site.Of(tn.Clerk("RS"))
			clerk.Get(formPath(tn, "RS")).Want(http.StatusOK)
			path := formPath(tn, "RS") + "/answers"
			if c.part == "row" {
				path = rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"])
			}
			if c.mine == "" || c.theirs == "" { // both begin with what one of them then changes
				form := clerk.Get(path).Form(c.id)
				form.Set(c.field, c.mine)
				clerk.Post(path, form)
			}
			mine, theirs := clerk.Get(path).Form(c.id), clerk.Get(path).Form(c.id)
			theirs.Set(c.field, c.theirs)
			theirs.Set(survey.NoneDemandField, "true")
			if c.draft {
				clerk.Post(path+"/draft", theirs).Want(http.StatusOK)
			} else {
				clerk.Post(path, theirs)
			}
			mine.Set(c.field, c.mine)
			got := clerk.Post(path+"/draft", mine).Want(http.StatusOK).Body
			if !strings.Contains(got, "您（在另一窗口）") {
				t.Errorf("the draft is answered %s", got)
			}
			p := clerk.Post(path, mine).Want(http.StatusConflict)
			if got := p.Words(".form-top .callout"); !strings.Contains(got, "您（在另一窗口）") {
				t.Errorf("the page says %q", got)
			}
			if c.mine == "" || c.theirs == "" {
				return // only one of them changed it: taken over, and said so
			}
			if got := p.Words(".theirs"); !strings.Contains(got, c.theirs) || !strings.Contains(got, c.mine) {
				t.Errorf("the choice shows %q", got)
			}
			again := p.Form(c.id)
			again.Set("pick."+c.field, "theirs")
			clerk.Post(path, again)
			if got := clerk.Get(path).Form(c.id).Get(c.field); got != c.theirs {
				t.Errorf("it became %q, want %q", got, c.theirs)
			}
		})
	}
}

// A page that says nothing else than what is saved leaves no draft.
func TestNothingChangedIsNoDraft(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	clerk.Get(formPath(tn, "RS")).Want(http.StatusOK)
	for path, id := range map[string]string{rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"]): "form#row", formPath(tn, "RS") + "/answers": "form#answers"} {
		clerk.Post(path+"/draft", clerk.Get(path).Form(id)).Want(http.StatusOK)
		if got := clerk.Get(path).Words(".form-top .callout"); strings.Contains(got, "草稿") {
			t.Errorf("%s says %q", path, got)
		}
	}
}

// returned is a system of a form about which something is said; row 0 is the form.
func returned(t *testing.T, tn *town, said ...survey.Said) (row survey.Row) {
	t.Helper()
	tn.Registered("RS", "就业服务系统")
	if _, err := tn.Desk.OpenForm(t.Context(), tn.Clerk("RS"), tn.Form("RS")); err != nil {
		t.Fatal(err)
	}
	row = rowsOf(t, tn, "RS")["就业服务系统"]
	for _, s := range said {
		if s.Row != 0 {
			s.Row = row.ID
		}
		err := tn.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tn.Desk.AskIn(tx, tn.Centre(), tn.Form("RS"), s.Row, s.Question, s.Text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return row
}

// replies gives the names of the replies that a form has.
func replies(form url.Values) []string {
	var out []string
	for name := range form {
		if strings.HasPrefix(name, "reply.") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func TestAReplyStandsBesideItsField(t *testing.T) {
	tn := open(t)
	row := returned(t, tn, survey.Said{Row: 1, Question: "use_frequency", Text: "云资源清单显示每日使用"})
	clerk, at := tn.site.Of(tn.Clerk("RS")), rowPath(tn, "RS", row)
	p := clerk.Get(at).Want(http.StatusOK)
	if got := p.Words(".field:has(#f-use_frequency) .said"); !strings.Contains(got, "每日使用") {
		t.Fatalf("beside the field stands %q", got)
	}
	form := p.Form("form#row")
	name := replies(form)[0]
	form.Set("function_desc", "写到一半")
	form.Set("reply", strings.TrimPrefix(name, "reply."))
	p = clerk.Post(at, form).Want(http.StatusUnprocessableEntity) // nothing is said
	if got := p.Form("form#row").Get("function_desc"); got != "写到一半" {
		t.Errorf("what was typed is lost: %q", got)
	}
	long := strings.Repeat("经核实确为每周，", 70)
	form.Set(name, long)
	p = clerk.Post(at, form).Want(http.StatusUnprocessableEntity)
	if got := p.Form("form#row").Get(name); got != long {
		t.Errorf("the reply is not kept: %q", got)
	}
	if got := p.Words("#errors a"); !strings.Contains(got, "回复") {
		t.Errorf("the summary says %q", got)
	}
	form = p.Form("form#row")
	form.Set(name, "已核实，系统日志显示每周使用")
	form.Set("reply", strings.TrimPrefix(name, "reply."))
	p = clerk.Post(at, form).Follow().Want(http.StatusOK)
	if got := p.Words(".thread .said-answer"); !strings.Contains(got, "每周使用") {
		t.Errorf("the thread shows %q", got)
	}
	if got := p.Form("form#row").Get("function_desc"); got != "写到一半" {
		t.Errorf("what was typed is lost after the reply: %q", got)
	}
	for _, page := range []string{"/review", "/review/rows/" + rowText(row)} {
		if got := tn.site.Of(tn.Office()).Get(formPath(tn, "RS") + page).Want(http.StatusOK).Words(".review-reply"); !strings.Contains(got, "每周使用") {
			t.Errorf("on %s the reviewers read %q", page, got)
		}
	}
}

func TestRepliesFromTheFirstPage(t *testing.T) {
	tn := open(t)
	row := returned(t, tn, survey.Said{Text: "请核对系统数量"}, survey.Said{Row: 1, Text: "是否仍在使用"})
	clerk, path := tn.site.Of(tn.Clerk("RS")), formPath(tn, "RS")
	p := clerk.Get(path).Want(http.StatusOK)
	if n := len(p.Texts("#remarks .thread-reply")); n != 2 {
		t.Fatalf("%d places to reply", n)
	}
	const first = `#remarks form[action$="/comments/1/reply"]`
	form, name, to := p.Form(first), "reply.1", path+"/comments/1/reply"
	form.Set(name, strings.Repeat("长", 501))
	p = clerk.Post(to, form).Want(http.StatusUnprocessableEntity)
	if got := p.Form(first).Get(name); len([]rune(got)) != 501 {
		t.Errorf("the reply is not kept: %q", got)
	}
	form.Set(name, "共 1 个，已核对")
	p = clerk.Post(to, form).Follow().Want(http.StatusOK)
	if got := p.Words("#remarks .said-answer"); !strings.Contains(got, "共 1 个，已核对") {
		t.Errorf("the first page shows %q", got)
	}
	if got := clerk.Get(path + "/answers").Words("#s-said .said"); !strings.Contains(got, "请核对系统数量") || !strings.Contains(got, "共 1 个") {
		t.Errorf("the page about the body shows %q", got)
	}
	if got := clerk.Get(rowPath(tn, "RS", row)).Words("#s-said .thread"); !strings.Contains(got, "是否仍在使用") {
		t.Errorf("the page of the system shows %q", got)
	}
	if p := tn.site.Of(tn.Office()).Get(path).Want(http.StatusOK); p.Has(".thread-reply") {
		t.Error("the Office is offered to reply for the department")
	}
}

// The census may ask about what the questionnaire does not: the question stands
// on the page of the system, with what the register has and a place to reply.
func TestAQuestionThatTheQuestionnaireDoesNotAsk(t *testing.T) {
	tn := open(t)
	p, err := tn.Desk.OpenForm(t.Context(), tn.Clerk("RS"), tn.Form("RS"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Asks("visit_url") {
		t.Fatal("the questionnaire asks for the address")
	}
	row := returned(t, tn, survey.Said{Row: 1, Question: "visit_url", Text: "备案地址与登记的不一致"})
	clerk, at := tn.site.Of(tn.Clerk("RS")), rowPath(tn, "RS", row)
	page := clerk.Get(at).Want(http.StatusOK)
	if got := page.Words("#s-said .thread"); !strings.Contains(got, "备案地址与登记的不一致") || !strings.Contains(got, "本次问卷不填这一项") {
		t.Fatalf("the page shows %q", got)
	}
	if !page.Has(`#s-said a[href="/systems/` + row.Code + `"]`) {
		t.Error("no way to the record that can be put right")
	}
	form := page.Form("form#row")
	name := replies(form)[0]
	form.Set(name, "备案后已变更地址")
	form.Set("reply", strings.TrimPrefix(name, "reply."))
	if got := clerk.Post(at, form).Follow().Want(http.StatusOK).Words("#s-said .said-answer"); !strings.Contains(got, "备案后已变更地址") {
		t.Errorf("the reply reads %q", got)
	}
	if first := clerk.Get(formPath(tn, "RS")); !first.Has(`#remarks a[href="` + at + `#c-` + strings.TrimPrefix(name, "reply.") + `"]`) {
		t.Error("the first page does not lead to it")
	}
}

func TestTheSameAnswersFromTwoPeopleAreNoConflict(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	one, other := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Head("RS"))
	one.Get(formPath(tn, "RS")).Want(http.StatusOK)
	at := rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"])
	mine, theirs := one.Get(at).Form("form#row"), other.Get(at).Form("form#row")
	other.Post(at, theirs).Want(http.StatusSeeOther) // nothing changed
	mine.Set("build_unit", "就业局")
	one.Post(at, mine).Want(http.StatusSeeOther)
	if got := rowsOf(t, tn, "RS")["就业服务系统"].Body["build_unit"]; got != "就业局" {
		t.Errorf("build_unit is %q", got)
	}
}

func TestADraftThatCannotBeKeptSaysWhoseChangeItIs(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	one, other := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Head("RS"))
	one.Get(formPath(tn, "RS")).Want(http.StatusOK)
	at := rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"])
	mine, theirs := one.Get(at).Form("form#row"), other.Get(at).Form("form#row")
	theirs.Set("registered_users", "500")
	other.Post(at, theirs).Want(http.StatusSeeOther)
	mine.Set("registered_users", "900")
	got := one.Post(at+"/draft", mine).Want(http.StatusOK).Body
	if !strings.Contains(got, tn.Head("RS").Name) || !strings.Contains(got, `"saved":""`) {
		t.Errorf("the draft is answered %s", got)
	}
}

func TestWhatCannotBeReadOpensWithItsMistake(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	clerk.Get(formPath(tn, "RS")).Want(http.StatusOK)
	at := rowPath(tn, "RS", rowsOf(t, tn, "RS")["就业服务系统"])
	form := clerk.Get(at).Form("form#row")
	form.Set("registered_users", "很多")
	clerk.Post(at, form).Want(http.StatusUnprocessableEntity)
	p := clerk.Get(at).Want(http.StatusOK)
	if got := p.Words("#e-registered_users"); !strings.Contains(got, "很多") {
		t.Errorf("the mistake reads %q", got)
	}
	if got := p.Form("form#row").Get("registered_users"); got != "很多" {
		t.Errorf("the field holds %q", got)
	}
}

func TestACountThatDoesNotFitWarnsWhereItStands(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	clerk.Get(formPath(tn, "RS")).Want(http.StatusOK)
	path := formPath(tn, "RS") + "/answers"
	for count, mark := range map[string]string{"1": "#n-declared_count", "6": "#w-declared_count"} {
		form := clerk.Get(path).Form("form#answers")
		form.Set(survey.CountField, count)
		clerk.Post(path, form)
		if got := clerk.Get(path).Words(mark); !strings.Contains(got, "1") {
			t.Errorf("beside %s stands %q", count, got)
		}
	}
}

func TestAReaderIsNotToldToFillIn(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	tn.site.Of(tn.Clerk("RS")).Get(formPath(tn, "RS")).Want(http.StatusOK)
	p := tn.site.Of(tn.Office()).Get(formPath(tn, "RS")).Want(http.StatusOK)
	if got := p.Words(".form-standing .callout"); !strings.Contains(got, "等待单位报送") || strings.Contains(got, "确认无变化") {
		t.Errorf("the Office reads %q", got)
	}
}

package inventoryweb_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

// locked is a system that the census has locked.
func (tn *town) locked(t *testing.T, prefix, name string) inventory.System {
	t.Helper()
	s := tn.Registered(prefix, name)
	s = tn.move(t, tn.Head(prefix), s, inventory.Declare, "")
	office := tn.Someone(auth.Office)
	s = tn.move(t, office, s, inventory.Verify, "")
	return tn.move(t, office, s, inventory.Certify, "普查锁定")
}

// asked is a request that the frequency of use be another one.
func (tn *town) asked(t *testing.T, by auth.Principal, s inventory.System, submit bool) inventory.ChangeRequest {
	t.Helper()
	next := s
	next.UseFrequency = "weekly"
	c, _, err := tn.Registry.ProposeChange(t.Context(), by, s.Code, inventory.Proposal{System: next, Version: s.Version, Reason: "普查时填报有误", Submit: submit})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// set posts a form of a page with some answers changed.
func set(form url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestAChangeRequestGoesItsWay(t *testing.T) {
	tn := open(t)
	s := tn.locked(t, "RS", "就业服务系统")
	clerk, head, office := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Head("RS")), tn.site.Of(tn.Someone(auth.Office))

	p := clerk.Get("/systems/RS-0001").Want(200)
	if !p.Has(`.head a[href="/systems/RS-0001/change"]`) && !p.Has(`a.btn-primary[href="/systems/RS-0001/change"]`) {
		t.Fatalf("no way to ask for a change on the page of a locked system")
	}
	if got := p.Words(".callout"); !strings.Contains(got, "请提交变更申请") {
		t.Errorf("callouts %s", got)
	}
	form := clerk.Get("/systems/RS-0001/change").Want(200)
	if got := form.Form("form#change").Get("use_frequency"); got != "daily" {
		t.Errorf("the form is not filled in: frequency %q", got)
	}
	p = clerk.Post("/systems/RS-0001/change", set(form.Form("form#change"), "use_frequency", "weekly", "short_name", "就业", "reason", "普查时填报有误")).
		Want(http.StatusSeeOther).Follow().Want(200)
	if got := p.Text(".flash"); !strings.Contains(got, "第 1 号已保存，等待负责人提交") {
		t.Errorf("said %s", got)
	}
	if got := p.Words(".diff tbody tr"); !strings.Contains(got, "每日") || !strings.Contains(got, "每周") || !strings.Contains(got, "就业") {
		t.Errorf("old and new: %s", got)
	}
	if p.Has(`form[action="/changes/1/submit"]`) {
		t.Error("a clerk is offered to submit")
	}

	p = head.Get("/changes/1").Want(200)
	p = head.Post("/changes/1/submit", p.Form(`form[action="/changes/1/submit"]`)).Want(http.StatusSeeOther).Follow().Want(200)
	if got := p.Words(".callout"); !strings.Contains(got, "等待市信息化办答复") {
		t.Errorf("the head reads %s", got)
	}
	if got := clerk.Get("/systems/RS-0001").Words(".callout"); !strings.Contains(got, "变更申请第 1 号（待答复）尚未办结") {
		t.Errorf("the record says %s", got)
	}

	p = office.Get("/changes?state=submitted").Want(200)
	if got := p.Words("table.list tbody tr"); !strings.Contains(got, "就业服务系统") || !strings.Contains(got, "市人社局") || !strings.Contains(got, "待答复") {
		t.Errorf("the queue has %s", got)
	}
	p = office.Get("/changes/1").Want(200)
	p = office.Post("/changes/1/decision", set(p.Form("form#step-approve-form"), "approve_reason", "同意")).Want(http.StatusSeeOther).Follow().Want(200)
	if got := p.Text(".flash"); !strings.Contains(got, "登记已按申请修改") {
		t.Errorf("said %s", got)
	}
	now := tn.find(t, "RS-0001")
	if now.UseFrequency != "weekly" || now.ShortName != "就业" || now.State != inventory.Certified || now.Version != s.Version+1 {
		t.Errorf("the record is %s %q %s version %d", now.UseFrequency, now.ShortName, now.State, now.Version)
	}
	p = clerk.Get("/systems/RS-0001/history").Want(200)
	if got := p.Words(".timeline li:first-child"); !strings.Contains(got, "按变更申请修改") || !strings.Contains(got, "普查时填报有误") {
		t.Errorf("history %s", got)
	}
	if !p.Has(`.timeline li:first-child a[href="/changes/1"]`) {
		t.Error("the history does not lead to the request")
	}
	for _, step := range []string{"填写申请", "提交", "批准"} {
		if got := clerk.Get("/changes/1").Words(".timeline"); !strings.Contains(got, step) {
			t.Errorf("the request's own history lacks %s: %s", step, got)
		}
	}
}

func TestTheHeadSubmitsAtOnceAndIsRejected(t *testing.T) {
	tn := open(t)
	tn.locked(t, "RS", "就业服务系统")
	head, office, centre := tn.site.Of(tn.Head("RS")), tn.site.Of(tn.Someone(auth.Office)), tn.site.Of(tn.Someone(auth.Centre))
	form := set(head.Get("/systems/RS-0001/change").Form("form#change"), "use_frequency", "weekly", "reason", "填报有误", "submit", "true")
	head.Post("/systems/RS-0001/change", form).Want(http.StatusSeeOther)

	p := centre.Get("/changes/1").Want(200)
	if p.Has("#step-approve") {
		t.Error("the centre is offered to approve")
	}
	advice := set(p.Form("form#step-advise-form"), "advice", "reject")
	p = centre.Post("/changes/1/advice", advice).Want(http.StatusUnprocessableEntity)
	if !p.Has(`.errors a[href="#f-advise_reason"]`) {
		t.Errorf("advice against without a reason: %s", p.Words(".errors"))
	}
	centre.Post("/changes/1/advice", set(advice, "advise_reason", "与日志不符")).Want(http.StatusSeeOther)

	p = office.Get("/changes/1").Want(200)
	if got := p.Words(".facts"); !strings.Contains(got, "建议不予同意") || !strings.Contains(got, "与日志不符") {
		t.Errorf("the office reads %s", got)
	}
	reject := p.Form("form#step-reject-form")
	p = office.Post("/changes/1/decision", reject).Want(http.StatusUnprocessableEntity)
	if !p.Has(`.errors a[href="#f-reject_reason"]`) || !p.Has("#step-reject[open]") {
		t.Errorf("a rejection without a reason: %s", p.Words(".errors"))
	}
	office.Post("/changes/1/decision", set(reject, "reject_reason", "与登录日志不符")).Want(http.StatusSeeOther)
	p = head.Get("/changes/1").Want(200)
	if got := p.Words(".callout"); !strings.Contains(got, "驳回") || !strings.Contains(got, "与登录日志不符") {
		t.Errorf("the head reads %s", got)
	}
	again := head.Get("/systems/RS-0001/change?from=1").Want(200).Form("form#change")
	if again.Get("use_frequency") != "weekly" || again.Get("reason") != "填报有误" {
		t.Errorf("asking again begins with %q %q", again.Get("use_frequency"), again.Get("reason"))
	}
	if tn.find(t, "RS-0001").UseFrequency != "daily" {
		t.Error("a rejected request changed the record")
	}
}

func TestMistakesInARequestComeBackWithWhatWasTyped(t *testing.T) {
	tn := open(t)
	tn.locked(t, "RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	form := set(clerk.Get("/systems/RS-0001/change").Form("form#change"), "function_desc", "", "short_name", "就业", "reason", "", "active_users_month", "很多")
	p := clerk.Post("/systems/RS-0001/change", form).Want(http.StatusUnprocessableEntity)
	for _, key := range []string{"function_desc", "reason", "active_users_month"} {
		if !p.Has(`.errors a[href="#f-` + key + `"]`) {
			t.Errorf("%s is not in the summary: %s", key, p.Words(".errors li"))
		}
	}
	if got := p.Form("form#change"); got.Get("short_name") != "就业" || got.Get("active_users_month") != "很多" {
		t.Errorf("typed values came back as %q %q", got.Get("short_name"), got.Get("active_users_month"))
	}
	form = set(clerk.Get("/systems/RS-0001/change").Form("form#change"), "reason", "没有改动")
	p = clerk.Post("/systems/RS-0001/change", form).Want(http.StatusUnprocessableEntity)
	if got := p.Words(".callout"); !strings.Contains(got, "没有改动任何内容") {
		t.Errorf("a request for nothing: %s", got)
	}
}

func TestASecondRequestLeadsToTheFirst(t *testing.T) {
	tn := open(t)
	s := tn.locked(t, "RS", "就业服务系统")
	clerk, head := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Head("RS"))
	form := set(head.Get("/systems/RS-0001/change").Form("form#change"), "use_frequency", "monthly", "reason", "另一份")
	c := tn.asked(t, tn.Clerk("RS"), s, false)
	p := head.Post("/systems/RS-0001/change", form).Want(http.StatusConflict)
	if !p.Has(`.callout a[href="/changes/`+c.ID.String()+`"]`) || p.Form("form#change").Get("use_frequency") != "monthly" {
		t.Errorf("a second request: %s", p.Words(".callout"))
	}
	p = clerk.Get("/systems/RS-0001/change").Want(http.StatusSeeOther).Follow().Want(200)
	if got := p.Text("h1"); !strings.Contains(got, "变更申请第 1 号") {
		t.Errorf("led to %s", got)
	}
	form = set(clerk.Get("/changes/1/edit").Want(200).Form("form#change"), "use_frequency", "monthly")
	clerk.Post("/changes/1", form).Want(http.StatusSeeOther)
	if got := clerk.Get("/changes/1").Words(".diff .new"); got != "每月" {
		t.Errorf("the draft asks for %s", got)
	}
	stale := clerk.Post("/changes/1", form).Want(http.StatusConflict)
	if got := stale.Words(".callout"); !strings.Contains(got, "已被他人修改") {
		t.Errorf("an old form: %s", got)
	}
	withdraw := head.Get("/changes/1").Form("form#step-withdraw-form")
	head.Post("/changes/1/withdraw", set(withdraw, "withdraw_reason", "不需要了")).Want(http.StatusSeeOther)
	if !clerk.Get("/systems/RS-0001").Has(`a[href="/systems/RS-0001/change"]`) {
		t.Error("after the withdrawal no new request can be written")
	}
}

func TestTheOfficeSeesWhatWasOvertaken(t *testing.T) {
	tn := open(t)
	s := tn.locked(t, "RS", "就业服务系统")
	tn.asked(t, tn.Head("RS"), s, true)
	office := tn.site.Of(tn.Someone(auth.Office))
	seen := office.Get("/changes/1").Form("form#step-approve-form")
	err := tn.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Exec("UPDATE systems SET use_frequency = 'monthly', version = version + 1 WHERE id = ?", s.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	p := office.Post("/changes/1/decision", seen).Want(http.StatusConflict)
	if got := p.Words(".diff tbody td"); !strings.Contains(got, "每日") || !strings.Contains(got, "每月") || !strings.Contains(got, "每周") {
		t.Errorf("then, now and asked for: %s", got)
	}
	if got := p.Words(".callout"); !strings.Contains(got, "登记已被他人修改") {
		t.Errorf("callouts %s", got)
	}
	form := p.Form("form#step-approve-form")
	p = office.Post("/changes/1/decision", form).Want(http.StatusConflict)
	if got := p.Words(".callout"); !strings.Contains(got, "请核对现值") {
		t.Errorf("without the tick: %s", got)
	}
	office.Post("/changes/1/decision", set(form, "anyway", "true")).Want(http.StatusSeeOther)
	if got := tn.find(t, "RS-0001").UseFrequency; got != "weekly" {
		t.Errorf("the record says %s", got)
	}
}

func TestOwnRequestsAreNotDecidedAndForeignOnesNotSeen(t *testing.T) {
	tn := open(t)
	s := tn.locked(t, "RS", "就业服务系统")
	tn.asked(t, tn.Head("RS"), s, true)
	insider := tn.Someone(auth.Office)
	insider.DepartmentID, insider.Login = tn.Department("RS").ID, "insider"
	own := tn.site.Of(insider)
	p := own.Get("/changes/1").Want(200)
	if p.Has("#step-approve") || p.Has("#step-reject") {
		t.Error("the office is offered to decide on its own department's request")
	}
	own.Post("/changes/1/decision", url.Values{"decision": {"approve"}, "version": {"2"}, "system_version": {fmt.Sprint(s.Version)}}).Want(http.StatusForbidden)
	other := tn.site.Of(tn.Clerk("MZ"))
	other.Get("/changes/1").Want(http.StatusNotFound)
	other.Get("/systems/RS-0001/change").Want(http.StatusNotFound)
	if got := other.Get("/changes").Words("table.list"); strings.Contains(got, "就业") {
		t.Errorf("another department sees %s", got)
	}
	if !other.Get("/changes").Has(".empty") {
		t.Error("no word for an empty queue")
	}
}

func TestFilesStandBesideARequest(t *testing.T) {
	tn := open(t)
	s := tn.locked(t, "RS", "就业服务系统")
	c := tn.asked(t, tn.Clerk("RS"), s, false)
	clerk := tn.site.Of(tn.Clerk("RS"))
	p := upload(t, clerk, "/changes/1/evidence", "日志.png", picture(t, 1), map[string]string{"note": "登录日志"}).Want(http.StatusSeeOther).Follow().Want(200)
	if got := p.Words(".files"); !strings.Contains(got, "日志.png") {
		t.Fatalf("files %s", got)
	}
	href := p.Attr(".files .file a", "href")
	if got := clerk.Get(href).Want(200); got.Body != string(picture(t, 1)) {
		t.Errorf("the file has %d bytes", len(got.Body))
	}
	tn.site.Of(tn.Clerk("MZ")).Get(href).Want(http.StatusNotFound)
	upload(t, clerk, "/changes/1/evidence", "x.exe", []byte("MZ"), nil).Want(http.StatusUnprocessableEntity)
	clerk.Post(href+"/remove", url.Values{"reason": {"传错了"}}).Want(http.StatusSeeOther)
	if clerk.Get("/changes/1").Has(".files") {
		t.Error("the removed file is still there")
	}
	if _, err := tn.Registry.WithdrawChange(t.Context(), tn.Clerk("RS"), c.ID, c.Version, ""); err != nil {
		t.Fatal(err)
	}
	upload(t, clerk, "/changes/1/evidence", "日志.png", picture(t, 2), nil).Want(http.StatusConflict)
}

func TestADraftOfTheFormIsTakenUp(t *testing.T) {
	tn := open(t)
	tn.locked(t, "RS", "就业服务系统")
	clerk := tn.site.Of(tn.Clerk("RS"))
	form := set(clerk.Get("/systems/RS-0001/change").Form("form#change"), "short_name", "就业", "reason", "写了一半")
	clerk.Post("/systems/RS-0001/change/draft", form).Want(200)
	p := clerk.Get("/systems/RS-0001/change").Want(200)
	if got := p.Text(".callout"); !strings.Contains(got, "就业服务系统") {
		t.Errorf("asked %s", got)
	}
	got := clerk.Get(p.Attr("a.btn-primary", "href")).Want(200).Form("form#change")
	if got.Get("short_name") != "就业" || got.Get("reason") != "写了一半" {
		t.Errorf("taken up: %q %q", got.Get("short_name"), got.Get("reason"))
	}
	clerk.Post("/systems/RS-0001/change/draft/drop", nil).Want(http.StatusSeeOther)
	if !clerk.Get("/systems/RS-0001/change").Has("form#change") {
		t.Error("the draft is still there")
	}
}

func TestChangeRequestsByTheAPI(t *testing.T) {
	tn := open(t)
	s := tn.locked(t, "RS", "就业服务系统")
	clerk, head, office, centre := tn.api(tn.Clerk("RS")), tn.api(tn.Head("RS")), tn.api(tn.Someone(auth.Office)), tn.api(tn.Someone(auth.Centre))
	ask := fields{"system": s.Code, "reason": "填报有误", "fields": fields{"use_frequency": "weekly"}}
	clerk.call("POST", "/api/v1/changes", ask).Want(http.StatusUnprocessableEntity)
	clerk.call("POST", "/api/v1/changes", ask, "If-Match", `"1"`).Want(http.StatusConflict)
	clerk.call("POST", "/api/v1/changes", fields{"system": s.Code, "reason": "", "fields": fields{"use_frequency": "often"}}, "If-Match", web.ETag(s.Version)).Want(http.StatusUnprocessableEntity)
	made := clerk.call("POST", "/api/v1/changes", ask, "If-Match", web.ETag(s.Version)).Want(http.StatusCreated)
	doc := request(t, made)
	if doc.State != "draft" || len(doc.Values) != 1 || doc.Values[0].Old != "daily" || doc.Values[0].New != "weekly" || made.Header.Get("ETag") != `"1"` {
		t.Fatalf("made %+v", doc)
	}
	again := clerk.call("POST", "/api/v1/changes", ask, "If-Match", web.ETag(s.Version)).Want(http.StatusConflict)
	if !strings.Contains(again.Body, "第 1 号") {
		t.Errorf("a second request: %s", again.Body)
	}
	clerk.call("POST", "/api/v1/changes/1/submit", nil, "If-Match", `"1"`).Want(http.StatusForbidden)
	sent := head.call("POST", "/api/v1/changes/1/submit", nil, "If-Match", `"1"`).Want(http.StatusOK)
	if got := request(t, sent); got.State != "submitted" || len(got.Steps) != 2 {
		t.Errorf("submitted %+v", got)
	}
	centre.call("POST", "/api/v1/changes/1/advice", fields{"advice": "approve"}, "If-Match", `"2"`).Want(http.StatusOK)
	list := office.call("GET", "/api/v1/changes?state=submitted&department=XYRS", nil).Want(http.StatusOK)
	if !strings.Contains(list.Body, `"total":1`) || !strings.Contains(list.Body, `"advice":"approve"`) {
		t.Errorf("list %s", list.Body)
	}
	office.call("GET", "/api/v1/changes?state=gone", nil).Want(http.StatusUnprocessableEntity)
	office.call("POST", "/api/v1/changes/1/decision", fields{"decision": "reject"}, "If-Match", `"3"`).Want(http.StatusUnprocessableEntity)
	office.call("POST", "/api/v1/changes/1/decision", fields{"decision": "approve", "system_version": 1}, "If-Match", `"3"`).Want(http.StatusConflict)
	done := office.call("POST", "/api/v1/changes/1/decision", fields{"decision": "approve", "system_version": s.Version}, "If-Match", `"3"`).Want(http.StatusOK)
	if got := request(t, done); got.State != "approved" || got.AppliedVersion != s.Version+1 {
		t.Errorf("approved %+v", got)
	}
	office.call("POST", "/api/v1/changes/1/decision", fields{"decision": "approve", "system_version": s.Version}, "If-Match", `"3"`).Want(http.StatusConflict)
	if tn.find(t, s.Code).UseFrequency != "weekly" {
		t.Error("the record was not changed")
	}
	history := clerk.call("GET", "/api/v1/systems/RS-0001/history", nil).Want(http.StatusOK)
	if !strings.Contains(history.Body, `"origin":"/changes/1"`) {
		t.Errorf("history %.300s", history.Body)
	}
	clerk.call("PATCH", "/api/v1/systems/RS-0001", fields{"use_frequency": "daily"}, "If-Match", web.ETag(s.Version+1)).Want(http.StatusConflict)
	second := request(t, clerk.call("POST", "/api/v1/changes", asking("daily", s.Code), "If-Match", web.ETag(s.Version+1)).Want(http.StatusCreated))
	clerk.call("POST", fmt.Sprintf("/api/v1/changes/%d/withdraw", second.ID), fields{"reason": "不需要了"}, "If-Match", `"1"`).Want(http.StatusOK)
	tn.api(tn.Clerk("MZ")).call("GET", "/api/v1/changes/1", nil).Want(http.StatusNotFound)
}

func asking(frequency, code string) fields {
	return fields{"system": code, "reason": "再次更正", "fields": fields{"use_frequency": frequency}}
}

// requested is what the API says of a request.
type requested struct {
	ID             int64
	State          string
	Values         []struct{ Field, Old, Present, New string }
	AppliedVersion int64 `json:"applied_version"`
	Steps          []struct{ Action string }
}

func request(t *testing.T, p *webtest.Page) requested {
	t.Helper()
	var out requested
	if err := json.Unmarshal([]byte(p.Body), &out); err != nil {
		t.Fatalf("%v: %s", err, p.Body)
	}
	return out
}

func TestChangeRequestsInEnglish(t *testing.T) {
	tn := open(t)
	s := tn.locked(t, "RS", "就业服务系统")
	tn.asked(t, tn.Head("RS"), s, true)
	office := tn.site.Of(tn.Someone(auth.Office))
	office.Lang = locale.English
	p := office.Get("/changes/1").Want(200)
	for _, want := range []string{"Change request 1", "Waits for an answer", "Approve", "Reject"} {
		if !strings.Contains(p.Body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if got := office.Get("/changes").Want(200).Text("h1"); got != "Change requests" {
		t.Errorf("the queue is called %s", got)
	}
}

package zombieweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/zombie/cleanup"
)

const firstCase = "/zombies/cases/ZC-2017-0001"

func TestADepartmentAnswersWithOneButton(t *testing.T) {
	tn := casesOpen(t)
	tn.found(tn.neglected("RS", "人事档案查询系统"))
	tn.office().Post(firstCase+"/notify", tn.office().Get(firstCase).Want(200).Form(`form[action$="/notify"]`)).Want(http.StatusSeeOther)
	head := tn.site.Of(tn.Head("RS"))
	p := head.Get(firstCase).Want(200)
	webtest.WantWords(t, p, "h1", "人事档案查询系统")
	webtest.WantWords(t, p, ".callout", "现在轮到市人社局办理")
	webtest.WantWords(t, p, "#findings", "运行维护停止更新服务", "运维合同到期已")
	webtest.WantWords(t, p, ".due", "10-30")
	done := head.Post(firstCase+"/admit", p.Form(`form[action$="/admit"]`)).Follow()
	webtest.WantWords(t, done, ".flash", "已认可")
	webtest.WantWords(t, done, ".badge-state", "部门认可")
	if done.Has(`form[action$="/admit"]`) || done.Has(`form[action$="/confirm"]`) {
		t.Error("what is done, or is for others, is still offered")
	}
	clerk := tn.site.Of(tn.Clerk("RS")).Get(firstCase).Want(200)
	if clerk.Has(`form[action$="/admit"]`) {
		t.Error("a clerk is offered to answer")
	}
	tn.site.Of(tn.Clerk("MZ")).Get(firstCase).Want(http.StatusNotFound)
	tn.site.Of(tn.Someone(auth.Admin)).Get(firstCase).Want(http.StatusForbidden)
	tn.site.Of(tn.Someone(auth.Auditor)).Get(firstCase).Want(200)
}

func TestAContestKeepsWhatWasTyped(t *testing.T) {
	tn := casesOpen(t)
	tn.found(tn.neglected("LY", "游客投诉登记系统"))
	head := tn.site.Of(tn.Head("LY"))
	form := head.Get(firstCase).Want(200).Form("#step-contest-form")
	form.Set("answer_text", " ")
	refused := send(head, firstCase+"/contest", form, "", nil).Want(http.StatusUnprocessableEntity)
	if !refused.Has("#e-answer_text") || !refused.Has("#step-contest[open]") {
		t.Errorf("refused without a place: %s", refused.Text(".errors"))
	}
	form.Set("answer_text", "每年十二月集中使用")
	form.Set("version", "7")
	stale := send(head, firstCase+"/contest", form, "", nil).Want(http.StatusConflict)
	if got := stale.Form("#step-contest-form").Get("answer_text"); got != "每年十二月集中使用" {
		t.Errorf("typed text is lost: %q", got)
	}
	form.Set("version", stale.Form("#step-contest-form").Get("version"))
	done := send(head, firstCase+"/contest", form, "contest_file", []byte(pdfText)).Follow()
	webtest.WantWords(t, done, ".badge-state", "部门申辩")
	webtest.WantWords(t, done, "#files", "说明.pdf")
	office := tn.office().Get(firstCase).Want(200)
	confirm := office.Form("#step-confirm-form")
	confirm.Set("confirm_reason", "")
	tn.office().Post(firstCase+"/confirm", confirm).Want(http.StatusUnprocessableEntity)
	confirm.Set("confirm_reason", "90天内3人4个登录日，去年同期亦无使用")
	webtest.WantWords(t, tn.office().Post(firstCase+"/confirm", confirm).Follow(), ".badge-state", "已认定")
}

// send posts a form that carries files.
func send(b *webtest.Browser, path string, form url.Values, name string, file []byte) *webtest.Page {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	form.Del("file")
	form.Del("contest_file")
	for name, values := range form {
		for _, v := range values {
			_ = w.WriteField(name, v) // into memory
		}
	}
	if file != nil {
		part, err := w.CreateFormFile(name, "说明.pdf")
		if err == nil {
			_, _ = part.Write(file) // into memory
		}
	}
	_ = w.Close()
	return b.Do(http.MethodPost, path, &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

func TestACaseIsCleanedUpOnItsPage(t *testing.T) {
	tn := casesOpen(t)
	s := tn.neglected("RS", "人事档案查询系统")
	tn.found(s)
	head, office, centre := tn.site.Of(tn.Head("RS")), tn.office(), tn.centre()
	step := func(b *webtest.Browser, selector, action string, set ...string) *webtest.Page {
		t.Helper()
		form := b.Get(firstCase).Want(200).Form(selector)
		for i := 0; i+1 < len(set); i += 2 {
			form.Set(set[i], set[i+1])
		}
		return b.Post(firstCase+"/"+action, form)
	}
	step(head, `form[action$="/admit"]`, "admit").Want(http.StatusSeeOther)
	step(office, "#step-confirm-form", "confirm").Want(http.StatusSeeOther) // the reason is prepared
	plan := head.Get(firstCase).Want(200).Form("#step-plan-form")
	if got := []string{plan.Get("servers"), plan.Get("ips"), plan.Get("domains"), plan.Get("accounts"), plan.Get("om_saved")}; strings.Join(got, " ") != "1 1 1 200 12.00" {
		t.Errorf("the plan is not filled from the register: %v", got)
	}
	bad := step(head, "#step-plan-form", "plan", "action", "merge", "servers", "很多").Want(http.StatusUnprocessableEntity)
	if !bad.Has("#e-servers") || bad.Form("#step-plan-form").Get("servers") != "很多" {
		t.Errorf("a number in words: %s", bad.Text(".errors"))
	}
	step(head, "#step-plan-form", "plan", "action", "retire", "disposal", "archive", "users_told", "办公网公告", "om_stop_on", "2017年10月31日").Want(http.StatusSeeOther)
	step(office, `form[action$="/approve_plan"]`, "approve_plan").Want(http.StatusSeeOther)
	early := step(head, "#step-submit-form", "submit", "stopped_on", "2017-10-22", "outcome", "已停机备份").Want(http.StatusUnprocessableEntity)
	if got := early.Text("#step-submit .errors"); !strings.Contains(got, "备份") || early.Form("#step-submit-form").Get("outcome") != "已停机备份" {
		t.Errorf("without proof: %s", got)
	}
	for _, purpose := range []string{inventory.PurposeBackup, inventory.PurposeDisposal} {
		form := head.Get(firstCase).Want(200).Form("form#case-file")
		form.Set("purpose", purpose)
		send(head, firstCase+"/files", form, "file", []byte(pdfText)).Want(http.StatusSeeOther)
	}
	step(head, "#step-submit-form", "submit", "stopped_on", "2017-10-22", "outcome", "已停机备份").Want(http.StatusSeeOther)
	done := step(centre, `form[action$="/accept"]`, "accept").Follow()
	webtest.WantWords(t, done, ".badge-state", "清理完成")
	webtest.WantWords(t, done, ".callout", "在期限 2017-10-31 前完成")
	if got, err := tn.Registry.FindSystem(t.Context(), tn.Someone(auth.Office), s.Code); err != nil || got.State != inventory.Retired {
		t.Errorf("the register says %s: %v", got.State, err)
	}
	totals := tn.site.Of(tn.Someone(auth.Leader)).Get("/zombies/totals").Want(200)
	webtest.WantWords(t, totals, ".stat", "清理前（已认定） 1", "释放服务器 1", "每年节省运维经费 12.00")
	tn.site.Of(tn.Someone(auth.Leader)).Get("/zombies/totals.xlsx").Want(200)
	tn.site.Of(tn.Someone(auth.Leader)).Get("/zombies/totals.svg").Want(200)
}

func TestTheQueueOfTheOffice(t *testing.T) {
	tn := casesOpen(t)
	if p := tn.office().Get("/zombies").Want(200); !p.Has(".empty") {
		t.Error("an empty list does not say why")
	}
	tn.found(tn.neglected("RS", "甲系统"), tn.neglected("MZ", "乙系统"), tn.neglected("JY", "丙系统"))
	p := tn.office().Get("/zombies?state=suspected").Want(200)
	if n := len(p.All("table.list tbody tr")); n != 3 {
		t.Fatalf("%d rows", n)
	}
	form := p.Form("form#notify")
	form["row"] = []string{"ZC-2017-0001@1", "ZC-2017-0002@9"}
	said := tn.office().Post("/zombies/cases/notify", form).Follow()
	webtest.WantWords(t, said, ".flash", "已告知 1 个案件", "ZC-2017-0002 未办成")
	if p := tn.site.Of(tn.Head("RS")).Get("/zombies").Want(200); len(p.All("table.list tbody tr")) != 1 || p.Has("form#notify") {
		t.Error("a department sees others, or is offered to notify")
	}
	for address, want := range map[string]int{
		"/zombies?only=waiting": 2, "/zombies?only=overdue": 0, "/zombies?feature=z4": 3, "/zombies?feature=z1": 0, "/zombies?q=丙": 1,
		"/zombies?department=XYMZ": 1, "/zombies?sort=-money": 3,
	} {
		if n := len(tn.office().Get(address).Want(200).All("table.list tbody tr")); n != want {
			t.Errorf("%s: %d rows, want %d", address, n, want)
		}
	}
	tn.site.Of(tn.Someone(auth.Police)).Get("/zombies").Want(http.StatusForbidden)
}

func TestCasesForPrograms(t *testing.T) {
	tn := casesOpen(t)
	tn.found(tn.neglected("RS", "人事档案查询系统"))
	const one = "/api/v1/zombies/cases/ZC-2017-0001"
	var doc struct {
		State    string   `json:"state"`
		Features []string `json:"features"`
		Moves    []string `json:"moves"`
		Findings []struct {
			Result string `json:"result"`
			Days   int    `json:"days"`
		} `json:"findings"`
	}
	p := tn.site.Call(tn.Someone(auth.Office), "GET", one, nil).Want(200)
	p.Into(&doc)
	if doc.State != "suspected" || strings.Join(doc.Features, " ") != "z4" || len(doc.Findings) != 5 || doc.Findings[3].Days < 600 {
		t.Errorf("%+v", doc)
	}
	if got := strings.Join(doc.Moves, " "); got != "notify dismiss exempt" {
		t.Errorf("moves of the Office: %s", got)
	}
	tag := p.Header.Get("ETag")
	tn.site.Call(tn.Head("RS"), "POST", one+"/answer", map[string]any{"answer": "admitted"}).Want(http.StatusUnprocessableEntity)
	tn.site.Call(tn.Head("RS"), "POST", one+"/answer", map[string]any{"answer": "admitted"}, "If-Match", tag).Want(200)
	tn.site.Call(tn.Head("RS"), "POST", one+"/answer", map[string]any{"answer": "admitted"}, "If-Match", tag).Want(http.StatusConflict)
	tn.site.Call(tn.Clerk("MZ"), "GET", one, nil).Want(http.StatusNotFound)
	var list struct {
		Total int `json:"total"`
	}
	tn.site.Call(tn.Clerk("MZ"), "GET", "/api/v1/zombies/cases", nil).Want(200).Into(&list)
	if list.Total != 0 {
		t.Error("another department's case is listed")
	}
	tn.site.Call(tn.Someone(auth.Leader), "GET", "/api/v1/zombies/totals", nil).Want(200)
	tn.site.Call(tn.Someone(auth.Office), "POST", "/api/v1/zombies/follow", nil).Want(200)
	tn.site.Call(tn.Clerk("RS"), "POST", "/api/v1/zombies/follow", nil).Want(http.StatusForbidden)
}

func TestRightsOfTheRoutesOfCases(t *testing.T) {
	tn := casesOpen(t)
	for _, r := range tn.site.Server.Routes() {
		if !strings.HasPrefix(r.Path, "/zombies") {
			continue
		}
		for _, role := range []auth.Role{auth.Admin, auth.Probe, auth.Police} {
			if r.Access.Allows(tn.Someone(role)) == nil {
				t.Errorf("%s may %s %s", role, r.Method, r.Path)
			}
		}
	}
	if cleanup.Cleaned.Underway() {
		t.Error("what is cleaned is not owed")
	}
}

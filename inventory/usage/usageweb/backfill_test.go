package usageweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// upload sends a file as a browser does.
func upload(b *webtest.Browser, path, name, content string) *webtest.Page {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // memory does not fail
	}
	return b.Do(http.MethodPost, path, &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

func TestADepartmentsFileIsPreviewedReviewedAndWithdrawn(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	dept, centre := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Centre())
	if p := upload(dept, "/usage/files", "x.txt", "hello").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Text("main"), "表头") {
		t.Errorf("a file without a header: %s", p.Short())
	}
	p := upload(dept, "/usage/files", "f.csv", "系统编码,日期,登录次数\n"+s.Code+","+tn.ago(50).String()+",40\n"+s.Code+","+tn.ago(49).String()+",约20\n").Follow().Want(http.StatusOK)
	if got := p.Text(".import-rows tbody tr"); !strings.Contains(got, "C3") || !strings.Contains(got, "请只填数字") {
		t.Errorf("the wrong row reads %q", got)
	}
	if p := centre.Get("/usage/files/1").Want(http.StatusOK); p.Has("#accept-form") || p.Has("#confirm-form") || p.Has("#return-form") {
		t.Error("the centre is offered to decide on a file that was not handed in")
	}
	form := p.Form("#submit-form")
	form.Set("source", "日志")
	if p := dept.Post("/usage/files/1/submit", form).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Text("#submit-form"), "至少 5 个字") || p.Form("#submit-form").Get("source") != "日志" {
		t.Errorf("with too short a source: %s", p.Short())
	}
	form.Set("source", "应用服务器访问日志，按账号去重")
	p = dept.Post("/usage/files/1/submit", form).Follow().Want(http.StatusOK)
	if got := p.Text("main"); !strings.Contains(got, "待中心审核") || !strings.Contains(got, "应用服务器访问日志") || p.Has("#submit-form") || p.Has("#accept-form") {
		t.Errorf("handed in: %s", p.Short())
	}
	dept.Post("/usage/files/1/accept", form).Want(http.StatusForbidden)
	dept.Post("/usage/files/1/confirm", form).Want(http.StatusForbidden)

	if p := centre.Get("/usage/files?state=waiting").Want(http.StatusOK); len(p.All("#files tbody tr")) != 1 || !strings.Contains(p.Text("#files"), "市人社局") {
		t.Errorf("the queue reads %s", p.Text("main"))
	}
	if p := centre.Get("/usage/files?state=returned").Want(http.StatusOK); !p.Has(".empty") || p.Has(`input[name="file"]`) || !p.Has(`a[href="/usage/files"]`) {
		t.Errorf("a queue with nothing in it: %s", p.Text("main"))
	}
	p = centre.Get("/usage/files/1").Want(http.StatusOK)
	if !strings.Contains(p.Text("main"), "应用服务器访问日志") || !p.Has("#return-form") {
		t.Errorf("to the centre: %s", p.Short())
	}
	p = centre.Post("/usage/files/1/accept", p.Form("#accept-form")).Follow().Want(http.StatusOK)
	tn.RollUp()
	if got := row(dept.Get("/usage/"+s.Code), "#days", tn.ago(50).String()); len(got) != 9 || got[2] != "40 补录" {
		t.Errorf("the given day reads %q, want 40 补录", got)
	}
	if p := dept.Get("/usage/files/1").Want(http.StatusOK); p.Has("#withdraw-form") {
		t.Error("the department is offered to withdraw")
	}
	form = p.Form("#withdraw-form")
	dept.Post("/usage/files/1/withdraw", form).Want(http.StatusForbidden)
	if p := centre.Post("/usage/files/1/withdraw", form).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Text("#withdraw-form"), "请填写撤回原因") {
		t.Errorf("without a reason: %s", p.Short())
	}
	form.Set("reason", "统计口径有误")
	if p := centre.Post("/usage/files/1/withdraw", form).Follow().Want(http.StatusOK); !strings.Contains(p.Text("main"), "统计口径有误") || p.Has("#withdraw-form") {
		t.Errorf("withdrawn: %s", p.Short())
	}
	centre.Post("/usage/files/1/withdraw", form).Want(http.StatusConflict)
	tn.site.Of(tn.Clerk("MZ")).Get("/usage/files/1").Want(http.StatusNotFound)
	if p := dept.Get("/usage/files/1/wrong.xlsx").Want(http.StatusOK); !strings.HasPrefix(p.Body, "PK") {
		t.Error("the wrong rows are no workbook")
	}
}

func TestAFileIsSentBackWithAReasonAndDropped(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	source := tn.Source(tn.Probe("网关", "RS", usage.Whole, s), "web-1", 1)
	for h := range 24 {
		tn.Put(usage.HourState{System: s.ID, Source: source, Hour: wire.HourOf(tn.ago(3).At(h, 0)), Seq: 1, Minutes: 60, Values: usagetest.Values(wire.Logins, 2)})
	}
	tn.RollUp()
	dept, centre := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Centre())
	p := upload(dept, "/usage/files", "f.csv", "系统编码,日期,登录次数\n"+s.Code+","+tn.ago(3).String()+",4000\n").Follow().Want(http.StatusOK)
	form := p.Form("#submit-form")
	form.Set("source", "部门自行统计的台账")
	dept.Post("/usage/files/1/submit", form).Follow().Want(http.StatusOK)

	p = centre.Get("/usage/files/1").Want(http.StatusOK)
	if got := p.Text(".use-probed"); !strings.Contains(got, "登录次数 48") {
		t.Errorf("beside the row stands %q, want 48 of the probe", got)
	}
	form = p.Form("#return-form")
	if p := centre.Post("/usage/files/1/return", form).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Text("#return-form"), "请填写退回意见") {
		t.Errorf("without a reason: %s", p.Short())
	}
	form.Set("reason", "与探针相差太大，请核对日志")
	centre.Post("/usage/files/1/return", form).Follow().Want(http.StatusOK)
	if p := dept.Get("/usage/files?state=returned").Want(http.StatusOK); len(p.All("#files tbody tr")) != 1 {
		t.Errorf("the department's list reads %s", p.Text("main"))
	}
	p = dept.Get("/usage/files/1").Want(http.StatusOK)
	if got := p.Text("main"); !strings.Contains(got, "与探针相差太大") || !strings.Contains(got, "4,000") || p.Has("#submit-form") {
		t.Errorf("the department reads %s", got)
	}
	dept.Post("/usage/files/1/drop", p.Form(`form[action$="/drop"]`)).Follow().Want(http.StatusOK)
	if got := dept.Get("/usage/files/1").Want(http.StatusOK).Text("main"); !strings.Contains(got, "已放弃") {
		t.Errorf("dropped: %s", got)
	}
}

func TestTheReviewerIsToldWhyTheyCannotReviewTheirOwn(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	dept := tn.site.Of(tn.Clerk("RS"))
	p := upload(dept, "/usage/files", "f.csv", "系统编码,日期,登录次数\n"+s.Code+","+tn.ago(3).String()+",4000\n").Follow().Want(http.StatusOK)
	form := p.Form("#submit-form")
	form.Set("source", "部门自行统计的台账")
	dept.Post("/usage/files/1/submit", form).Follow().Want(http.StatusOK)
	own := tn.Head("RS")
	own.Roles = auth.Roles{auth.Centre}
	p = tn.site.Of(own).Get("/usage/files/1").Want(http.StatusOK)
	if !strings.Contains(p.Text("main"), "不能由您审核") || p.Has("#accept-form") || p.Has("#return-form") {
		t.Errorf("the page reads %s", p.Text("main"))
	}
	tn.site.Of(own).Post("/usage/files/1/accept", form).Want(http.StatusForbidden)
}

func TestTheAPIHandsInReviewsAndSendsBack(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	dept, centre := tn.Clerk("RS"), tn.Centre()
	for range 2 {
		upload(tn.site.Of(dept), "/usage/files", "f.csv", "系统编码,日期,登录次数\n"+s.Code+","+tn.ago(3).String()+",4000\n").Follow().Want(http.StatusOK)
	}
	var file struct {
		State, Source, ReviewReason string
		Version                     int64
	}
	at := func(n, step string) string { return "/api/v1/usage/files/" + n + "/" + step }
	version := func(v int, more ...string) map[string]any {
		body := map[string]any{"version": v}
		for i := 0; i+1 < len(more); i += 2 {
			body[more[i]] = more[i+1]
		}
		return body
	}
	tn.site.Call(dept, http.MethodPost, at("1", "confirm"), version(1)).Want(http.StatusForbidden)
	tn.site.Call(centre, http.MethodPost, at("1", "submit"), version(1, "source", "访问日志汇总")).Want(http.StatusForbidden)
	tn.site.Call(dept, http.MethodPost, at("1", "submit"), version(1, "source", "日志")).Want(http.StatusUnprocessableEntity)
	tn.site.Call(dept, http.MethodPost, at("1", "submit"), version(1, "source", "访问日志汇总")).Want(http.StatusOK).Into(&file)
	if file.State != "waiting" || file.Source != "访问日志汇总" || file.Version != 2 {
		t.Errorf("handed in: %+v", file)
	}
	tn.site.Call(dept, http.MethodPost, at("1", "accept"), version(2)).Want(http.StatusForbidden)
	tn.site.Call(centre, http.MethodPost, at("1", "accept"), version(2)).Want(http.StatusOK).Into(&file)
	if file.State != "confirmed" {
		t.Errorf("accepted: %+v", file)
	}
	tn.site.Call(dept, http.MethodPost, at("2", "submit"), version(1, "source", "访问日志汇总")).Want(http.StatusOK)
	tn.site.Call(centre, http.MethodPost, at("2", "return"), version(2, "reason", "来源不明")).Want(http.StatusOK).Into(&file)
	if file.State != "returned" {
		t.Errorf("sent back: %+v", file)
	}
	var list struct{ Total int }
	tn.site.Call(centre, http.MethodGet, "/api/v1/usage/files?state=returned", nil).Want(http.StatusOK).Into(&list)
	if list.Total != 1 {
		t.Errorf("%d files were sent back, want 1", list.Total)
	}
}

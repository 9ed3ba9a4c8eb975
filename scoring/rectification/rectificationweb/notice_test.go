package rectificationweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
)

// draftForm is a notice as a browser sends it.
func draftForm(code string) url.Values {
	return url.Values{
		"department": {code}, "situation": {"R1"}, "plan_breach": {"true"}, "facts": {"至今未编制信息资源目录，逾期七个工作日。"},
		"demand": {"编制目录并报送，说明未按期完成的原因。"}, "records": {"system S-1"}, "term_wd": {"10"},
	}
}

func TestANoticeOnItsPages(t *testing.T) {
	tn := open(t)
	wj := tn.Department("WJ")
	office, clerk, head, leader := tn.site.Of(tn.Someone(auth.Office)), tn.site.Of(tn.Clerk("WJ")), tn.site.Of(tn.Head("WJ")), tn.site.Of(tn.Someone(auth.Leader))

	office.Get("/rectifications/new").Want(200)
	bad := draftForm(wj.Code)
	bad.Set("facts", "太短")
	bad.Set("records", "系统 S-1\nsystem S-1")
	p := office.Post("/rectifications", bad).Want(422)
	webtest.WantWords(t, p, ".errors", "“系统 S-1”看不懂")
	if !strings.Contains(p.Text("#f-demand"), "编制目录并报送") {
		t.Error("what was typed is lost")
	}
	bad.Set("records", "system S-2")
	webtest.WantWords(t, office.Post("/rectifications", bad).Want(422), ".errors", "基本事实太短", "找不到信息系统“S-2”")

	page := office.Post("/rectifications", draftForm(wj.Code)).Follow().Want(200)
	webtest.WantWords(t, page, "main", "拟稿", "市信息化办", "物价监测系统", "印发整改通知")
	if head.Get(page.Path).Status != http.StatusNotFound {
		t.Error("the department reads a draft")
	}
	page = office.Post(page.Path+"/issue", url.Values{"version": {"1"}}).Follow().Want(200)
	webtest.WantWords(t, page, "main", "信整〔2017〕1号", "已发整改通知", "11-15", "10 个工作日")
	webtest.WantWords(t, office.Get(page.Path+"/paper").Want(200), ".notice-sheet",
		"信整〔2017〕1号", "关于责令", "第二十三条", "（一）", "物价监测系统", "2017-11-15", "2017年11月1日", "（印章）")

	p = clerk.Post(page.Path+"/reply", url.Values{"version": {"2"}, "reply": {"目录已编制完成并报送。"}, "keep": {"true"}}).Follow().Want(200)
	webtest.WantWords(t, p, ".flashes, main", "等负责人提交")
	webtest.WantWords(t, head.Get(page.Path).Want(200), "#f-reply", "目录已编制完成并报送。")
	p = head.Post(page.Path+"/reply", url.Values{"version": {"3"}, "reply": {"目录已编制完成并报送。"}}).Want(422)
	webtest.WantWords(t, p, "#step-reply .error", "请上传至少一份佐证材料")

	tn.at("2017-11-16 09:00")
	tn.sweep()
	webtest.WantWords(t, leader.Get("/rectifications?waiting=true").Want(200), "table", "市物价局", "已上报领导小组", "逾期")
	webtest.WantWords(t, leader.Get(page.Path).Want(200), "main", "已于 2017-11-16 上报领导小组", "作出决定")
	tn.at("2017-11-22 09:00")
	body, kind := withFile(t, url.Values{"version": {"5"}, "reply": {"目录已编制完成并报送。"}})
	p = head.Do("POST", page.Path+"/reply", body, http.Header{"Content-Type": {kind}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "已反馈待审核", "整改材料.pdf", "第 1 次反馈")
	head.Post(page.Path+"/accept", url.Values{"version": {"6"}}).Want(403)
	p = office.Post(page.Path+"/accept", url.Values{"version": {"6"}, "note": {"目录已通过"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "逾期整改完成", "逾期 5 个工作日", "轮到谁办")

	p = office.Get("/rectifications/numbers").Want(200)
	webtest.WantWords(t, p, "main", "曾经逾期", "市物价局", "（一）目录未编制或更新")
	for _, kind := range []string{"png", "svg"} {
		office.Get("/rectifications/numbers/situations." + kind + "?year=2017").Want(200)
	}
	if text := tn.site.Of(tn.Head("MZ")).Get("/rectifications").Want(200).Text("main"); strings.Contains(text, "信整") {
		t.Error("another department sees the notice")
	}
}

func TestTheTermOnItsPage(t *testing.T) {
	tn := open(t)
	office := tn.site.Of(tn.Someone(auth.Office))
	p := office.Post("/rectifications/policy", url.Values{"version": {"0"}, "term_wd": {"40"}, "reason": {"试行"}}).Want(422)
	webtest.WantWords(t, p, ".error", "5 到 30 个工作日")
	p = office.Post("/rectifications/policy", url.Values{"version": {"0"}, "term_wd": {"15"}, "reason": {"试行"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "15", "试行")
	if got := office.Get("/rectifications/new").Attr("#f-term_wd", "value"); got != "15" {
		t.Errorf("a new notice is offered %q working days", got)
	}
	if tn.site.Of(tn.Head("WJ")).Get("/rectifications/policy").Want(200).Has("form#policy") {
		t.Error("a department is offered to change the term")
	}
}

// docOf is what the tests read of an answer.
type docOf struct {
	ID     int64  `json:"id"`
	No     string `json:"no"`
	State  string `json:"state"`
	Turn   string `json:"turn"`
	DueOn  string `json:"due_on"`
	LateWd *int64 `json:"late_wd"`
	Total  int64  `json:"total"`
	Errors []struct {
		Field string `json:"field"`
		Code  string `json:"code"`
	} `json:"errors"`
}

func TestProgramsIssueAndAnswer(t *testing.T) {
	tn := open(t)
	const path = "/api/v1/rectifications"
	office, head := tn.Someone(auth.Office), tn.Head("WJ")
	draft := map[string]any{
		"department": tn.Department("WJ").Code, "situation": "R4", "facts": "将共享数据提供给第三方使用。", "demand": "停止使用并删除已提供的数据。",
		"records": []map[string]any{{"kind": "system", "ref": "S-1"}},
	}
	tn.site.Call(head, "POST", path, draft).Want(403)
	var doc docOf
	p := tn.site.Call(office, "POST", path, draft).Want(201)
	tn.site.Call(office, "POST", path+"/1/issue", nil).Want(422) // without the version
	p = tn.site.Call(office, "POST", path+"/1/issue", nil, "If-Match", p.Header.Get("ETag")).Want(200)
	p.Into(&doc)
	if doc.No != "2017-1" || doc.State != "issued" || doc.Turn != "body" || doc.DueOn != "2017-11-15" {
		t.Errorf("issued: %+v", doc)
	}
	tn.site.Call(office, "POST", path+"/1/issue", nil, "If-Match", `"1"`).Want(409)
	p = tn.site.Call(office, "POST", path+"/1/prove", map[string]any{"what": "misuse", "text": "核查日志，认定属实，有第三方证明。"}, "If-Match", p.Header.Get("ETag")).Want(200)
	file := tn.site.Nobody().Do("POST", path+"/1/files?name=a.pdf", strings.NewReader(pdf), http.Header{
		"Authorization": {tn.site.Bearer(head)}, "Content-Type": {"application/octet-stream"},
	})
	file.Want(201)
	p = tn.site.Call(head, "POST", path+"/1/reply", map[string]any{"text": "已停止使用并删除数据，附说明。"}, "If-Match", p.Header.Get("ETag")).Want(200)
	p = tn.site.Call(office, "POST", path+"/1/reject", map[string]any{"reason": "没有删除证明，请补充材料。"}, "If-Match", p.Header.Get("ETag")).Want(200)
	p = tn.site.Call(head, "POST", path+"/1/reply", map[string]any{"text": "补充删除证明，附截图。请审核。"}, "If-Match", p.Header.Get("ETag")).Want(200)
	tn.site.Call(office, "POST", path+"/1/accept", map[string]any{}, "If-Match", p.Header.Get("ETag")).Want(200).Into(&doc)
	if doc.State != "accepted" || doc.LateWd == nil || *doc.LateWd != 0 {
		t.Errorf("accepted: %+v", doc)
	}
	tn.site.Call(tn.Head("MZ"), "GET", path+"/1", nil).Want(404)
	var numbers struct {
		Bodies map[string]struct{ Issued int } `json:"bodies"`
	}
	tn.site.Call(office, "GET", path+"/numbers?year=2017", nil).Want(200).Into(&numbers)
	if numbers.Bodies[tn.Department("WJ").Code].Issued != 1 {
		t.Errorf("numbers: %+v", numbers)
	}
	tag := tn.site.Call(office, "GET", path+"/policy", nil).Want(200).Header.Get("ETag")
	tn.site.Call(office, "PUT", path+"/policy", map[string]any{"term_wd": 12, "reason": "试行"}, "If-Match", tag).Want(200)
}

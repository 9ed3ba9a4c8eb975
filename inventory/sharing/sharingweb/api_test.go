package sharingweb_test

import (
	"testing"

	"qingce/internal/auth"
	"qingce/inventory/catalog"
)

// docOf is what the tests read of an answer.
type docOf struct {
	ID    int64  `json:"id"`
	State string `json:"state"`
	Turn  string `json:"turn"`
	Clock *struct {
		DueOn     string `json:"due_on"`
		Remaining int    `json:"remaining_wd"`
	} `json:"clock"`
	Total    int64   `json:"total"`
	Requests []docOf `json:"requests"`
	Errors   []struct {
		Field string `json:"field"`
		Code  string `json:"code"`
	} `json:"errors"`
}

func TestProgramsAskAndAnswer(t *testing.T) {
	tn := open(t)
	e := tn.Entry("MZ", "婚姻登记信息", catalog.Conditional)
	const path = "/api/v1/sharing/requests"
	ask := map[string]any{
		"entry": e.Code, "purposes": []string{"collaboration"}, "duty_basis": "不动产登记暂行条例实施细则", "scope_wanted": "登记窗口", "method": "query",
	}
	tn.site.Call(tn.Head("FC"), "POST", path, map[string]any{"entry": e.Code}).Want(422)
	p := tn.site.Call(tn.Clerk("FC"), "POST", path, ask).Want(201)
	var doc docOf
	p.Into(&doc)
	if doc.State != "draft" || doc.Turn != "head" {
		t.Errorf("the draft of a clerk: %+v", doc)
	}
	tn.site.Call(tn.Head("FC"), "POST", path+"/1/submit", nil).Want(422) // without the version
	tn.site.Call(tn.Head("FC"), "POST", path+"/1/submit", nil, "If-Match", `"7"`).Want(409)
	tn.site.Call(tn.Head("FC"), "POST", path+"/1/submit", nil, "If-Match", p.Header.Get("ETag")).Want(200).Into(&doc)
	if doc.State != "submitted" || doc.Clock == nil || doc.Clock.DueOn != "2017-11-20" || doc.Clock.Remaining != 10 {
		t.Errorf("handed in: %+v %+v", doc, doc.Clock)
	}
	var list docOf
	tn.site.Call(tn.Head("MZ"), "GET", path+"?waiting=true", nil).Want(200).Into(&list)
	if list.Total != 1 || len(list.Requests) != 1 || list.Requests[0].Turn != "provider" {
		t.Errorf("what waits for the provider: %+v", list)
	}
	tn.site.Call(tn.Someone(auth.Finance), "GET", path, nil).Want(403)
	tn.site.Call(tn.Head("RS"), "GET", path+"/1", nil).Want(404)
	var refused docOf
	tn.site.Call(tn.Head("MZ"), "POST", path+"/1/reply", map[string]any{"reply": "refuse"}, "If-Match", `"2"`).Want(422).Into(&refused)
	if len(refused.Errors) != 2 {
		t.Errorf("a refusal without reasons: %+v", refused.Errors)
	}
	tn.site.Call(tn.Head("MZ"), "POST", path+"/1/reply", map[string]any{
		"reply": "grant", "terms": map[string]any{"scope": "department", "purposes": []string{"collaboration"}, "method": "query", "valid_from": "2017-12-01"},
	}, "If-Match", `"2"`).Want(200).Into(&doc)
	if doc.State != "granted" {
		t.Errorf("granted: %+v", doc)
	}
	tn.site.Call(tn.Clerk("FC"), "POST", "/api/v1/sharing/agreements/1/uses", map[string]any{"purpose": "collaboration", "matter": "转移登记"}).Want(409) // before the first day
}

package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/inventory"
)

const storySharing = "/api/v1/sharing"

// organs puts in the Office and the centre, to which terms fall, and the people
// who look after the systems of the Office.
func (s *story) organs() {
	s.t.Helper()
	for _, o := range []map[string]any{
		{"code": "XY001", "name": "市信息化办", "kind": "coordination", "duties": []string{"office"}},
		{"code": "XY202", "name": "市政务信息管理中心", "kind": "municipal", "region_code": "420600", "duties": []string{"hub_operator"}},
	} {
		s.must("office", http.MethodPost, "/api/v1/departments", o)
	}
	dir, err := inventory.NewRegistry(s.db, inventory.Options{}).Directory(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	office, _ := dir.ByCode("XY001")
	people := account.New(s.db, account.Options{})
	s.person(people, "xx.clerk", office.ID, auth.Clerk)
	s.person(people, "xx.head", office.ID, auth.Head)
}

func (s *story) read(r reply, v any) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(r.text), v); err != nil {
		s.t.Fatalf("%v: %s", err, r.text)
	}
}

// shareDoc is what the story reads of a record of sharing.
type shareDoc struct {
	ID    int64  `json:"id"`
	State string `json:"state"`
	Turn  string `json:"turn"`
	Clock *struct {
		DueOn     string `json:"due_on"`
		Remaining int    `json:"remaining_wd"`
	} `json:"clock"`
	ReplyLateWd  *int64  `json:"reply_late_wd"`
	SettleLateWd *int64  `json:"settle_late_wd"`
	LateWd       *int64  `json:"late_wd"`
	DueOn        string  `json:"due_on"`
	Agreements   []int64 `json:"agreements"`
	Total        int64   `json:"total"`
}

// due is the term that runs, and how many working days are left.
func (d shareDoc) due() string {
	if d.Clock == nil {
		return ""
	}
	return fmt.Sprint(d.Clock.DueOn, " ", d.Clock.Remaining)
}

// step takes a step with a record as somebody who has just read it.
func (s *story) step(who, at, step string, body any) (reply, shareDoc) {
	s.t.Helper()
	s.must(who, http.MethodGet, at, nil)
	s.etags[recordOf(at+"/"+step)] = s.etags[at]
	r := s.call(who, http.MethodPost, at+"/"+step, body)
	var doc shareDoc
	if r.status < 300 {
		s.read(r, &doc)
	}
	return r, doc
}

// refusedBecause fails unless a call was refused with the codes at its fields.
func (s *story) refusedBecause(r reply, codes ...string) {
	s.t.Helper()
	if r.status != http.StatusUnprocessableEntity {
		s.t.Errorf("status %d, want 422: %s", r.status, r.text)
	}
	for _, code := range codes {
		if !slices.ContainsFunc(r.Errors, func(p problem) bool { return p.Code == code }) {
			s.t.Errorf("not refused with %s: %s", code, r.text)
		}
	}
}

// demanded has the departments hand in their demand lists, 14 in all; the one of
// FC for marriages is matched to the entry of MZ, which is offered first.
func (s *story) demanded(marriages string) {
	s.t.Helper()
	lists := map[string][]string{
		"FC": {"居民婚姻登记信息", "户籍人口基本信息"}, "RS": {"企业登记信息", "死亡人员信息"}, "MZ": {"社会保险缴纳信息", "房屋产权信息"},
		"JY": {"户籍学龄人口", "居住证信息"}, "GS": {"行政处罚信息"}, "GA": {"房屋租赁备案", "出租车从业人员"}, "LY": {"消费投诉信息"},
		"JT": {"驾驶人信息"}, "WJ": {"农产品批发价格"},
	}
	var of int64
	for _, prefix := range []string{"FC", "RS", "MZ", "JY", "GS", "GA", "LY", "JT", "WJ"} {
		for _, wanted := range lists[prefix] {
			var doc shareDoc
			s.read(s.must(headOf(prefix), http.MethodPost, storySharing+"/demands", map[string]any{
				"wanted": wanted, "purpose": "collaboration", "business": "业务办理核验", "submit": true,
			}), &doc)
			s.want(wanted, doc.State, "submitted")
			if of == 0 {
				of = doc.ID
			}
		}
	}
	var all shareDoc
	s.read(s.must("office", http.MethodGet, storySharing+"/demands?state=submitted", nil), &all)
	s.want("demands on 10-20", all.Total, 14)
	s.read(s.must("rs.clerk", http.MethodGet, storySharing+"/demands", nil), &all)
	s.want("demands that RS sees", all.Total, 2)

	at := storySharing + "/demands/" + strconv.FormatInt(of, 10)
	var offered struct {
		Suggestions []struct {
			Entry string `json:"entry"`
		} `json:"suggestions"`
	}
	s.read(s.must("office", http.MethodGet, at+"/suggestions", nil), &offered)
	if len(offered.Suggestions) == 0 || offered.Suggestions[0].Entry != marriages {
		s.t.Errorf("offered for marriages: %+v", offered.Suggestions)
	}
	_, doc := s.step("office", at, "match", map[string]any{"entry": marriages})
	s.want("the demand", doc.State, "matched")
}

// askedFor has FC ask MZ for marriages, for work across departments (step 18).
func (s *story) askedFor(code string) string {
	s.t.Helper()
	var doc shareDoc
	s.read(s.must("fc.head", http.MethodPost, storySharing+"/requests", map[string]any{
		"entry": code, "purposes": []string{"collaboration"}, "duty_basis": "《不动产登记暂行条例实施细则》第十五条", "scope_wanted": "不动产登记窗口",
		"method": "query", "frequency": "每日约 200 次", "submit": true,
	}), &doc)
	s.want("the request", []any{doc.State, doc.Turn, doc.due()}, []any{"submitted", "provider", "2017-11-20 10"})
	if r := s.call("rs.head", http.MethodGet, storySharing+"/requests/"+strconv.FormatInt(doc.ID, 10), nil); r.status != http.StatusNotFound {
		s.t.Errorf("another department reads the request: %d", r.status)
	}
	return storySharing + "/requests/" + strconv.FormatInt(doc.ID, 10)
}

// dueIsShown checks that the provider finds on the page by when it has to
// answer, and whose turn it is.
func (s *story) dueIsShown(request string) {
	s.t.Helper()
	b := newBrowser(s.t, s.url)
	if b.signIn("mz.head", storyPassword) == "" {
		s.t.Fatal("the head cannot sign in")
	}
	for _, page := range []string{"/sharing/requests", request[len("/api/v1"):]} {
		p := b.get(page)
		contains(s.t, p.body, "11-20")
		contains(s.t, p.body, "市民政局（提供部门）")
	}
	contains(s.t, b.get("/").body, "1</")
}

// refusedWithReason has MZ refuse: without a reason it may not (step 19, V12).
func (s *story) refusedWithReason(request string) {
	s.t.Helper()
	r, _ := s.step("mz.head", request, "reply", map[string]any{"reply": "refuse"})
	s.refusedBecause(r, "sharing.err.reason", "sharing.err.reasons")
	r, doc := s.step("mz.head", request, "reply", map[string]any{
		"reply": "refuse", "reasons": []string{"excessive"}, "text": "超出必要范围：登记只需核验婚姻状况。",
	})
	if r.status != http.StatusOK {
		s.t.Fatalf("refused with a reason: %d %s", r.status, r.text)
	}
	s.want("the refusal", []any{doc.State, doc.Turn, *doc.ReplyLateWd, doc.due()}, []any{"refused", "user", 0, ""})
}

// escalated has FC apply to the Office in writing (step 20).
func (s *story) escalated(request string) {
	s.t.Helper()
	text := map[string]any{"text": "办理不动产登记须核对婚姻状况，依法履职必需。"}
	r, _ := s.step("fc.head", request, "escalate", text)
	s.refusedBecause(r, "sharing.err.application")
	pdf := "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
	s.upload("fc.head", request+"/files?purpose=application&name=application.pdf", []byte(pdf))
	_, doc := s.step("fc.head", request, "escalate", text)
	s.want("the application", []any{doc.State, doc.Turn, doc.due()}, []any{"escalated", "office", "2017-12-04 10"})
}

// convened has the Office call the parties together (step 22).
func (s *story) convened(request string) {
	s.t.Helper()
	_, doc := s.step("office", request, "convene", map[string]any{"on": "2017-11-28"})
	s.want("the meeting", doc.State, "coordinating")
}

// settled has the Office settle it: an interface that answers yes or no, from
// 12-01 (step 22). It gives the address of the agreement.
func (s *story) settled(request string) string {
	s.t.Helper()
	r, doc := s.step("office", request, "settle", map[string]any{
		"outcome": "verify", "text": "以核验接口方式共享，只返回是或否。", "terms": map[string]any{
			"scope": "department", "purposes": []string{"collaboration"}, "method": "query", "method_note": "只返回是或否", "valid_from": "2017-12-01",
		},
	})
	if r.status != http.StatusOK || len(doc.Agreements) != 1 {
		s.t.Fatalf("settled: %d %s", r.status, r.text)
	}
	s.want("the settlement", []any{doc.State, doc.Turn, *doc.SettleLateWd}, []any{"settled", "nobody", 0})
	at := storySharing + "/agreements/" + strconv.FormatInt(doc.Agreements[0], 10)
	var a struct {
		State    string   `json:"state"`
		Method   string   `json:"method"`
		Purposes []string `json:"purposes"`
		From     string   `json:"valid_from"`
	}
	s.read(s.must("mz.head", http.MethodGet, at, nil), &a)
	s.want("the agreement", []any{a.State, a.Method, a.Purposes, a.From}, []any{"active", "query", []string{"collaboration"}, "2017-12-01"})
	if r := s.call("fc.clerk", http.MethodPost, at+"/uses", storyUse); r.status != http.StatusConflict || r.Code != "sharing.err.not_in_force" {
		s.t.Errorf("used before its first day: %d %s", r.status, r.text)
	}
	return at
}

// storyUse is what a use of shared data is for.
var storyUse = map[string]any{"purpose": "collaboration", "matter": "业务办理核验"}

// objected has FC doubt data of GA while somebody's case waits: business goes on
// as usual, and the provider has five working days (step 25).
func (s *story) objected(code string) string {
	s.t.Helper()
	doubt := map[string]any{"entry": code, "kind": "doubt", "description": "姓名与证件不一致", "citizen_case": true}
	s.refusedBecause(s.call("fc.clerk", http.MethodPost, storySharing+"/objections", doubt), "sharing.err.as_usual")
	doubt["as_usual"], doubt["as_usual_note"] = true, "已凭户口簿原件受理"
	var doc shareDoc
	s.read(s.must("fc.clerk", http.MethodPost, storySharing+"/objections", doubt), &doc)
	s.want("the objection", []any{doc.State, doc.Turn, doc.due()}, []any{"raised", "centre", "2017-12-13 5"})
	at := storySharing + "/objections/" + strconv.FormatInt(doc.ID, 10)
	_, doc = s.step("centre", at, "dispatch", map[string]any{})
	s.want("passed on", []any{doc.State, doc.Turn, doc.due()}, []any{"checking", "provider", "2017-12-13 5"})
	return at
}

// mended has GA mend it two days later.
func (s *story) mended(at string) {
	s.t.Helper()
	_, doc := s.step("ga.head", at, "verify", map[string]any{"result": "corrected", "causes": []string{"entry"}, "text": "已更正姓名用字"})
	s.want("mended", []any{doc.State, doc.DueOn, *doc.LateWd}, []any{"corrected", "2017-12-13", 0})
}

// storyAsks are the other requests for conditional data: who asks whom for which
// of its entries, and the days of asking and of the answer. JT answers LY late;
// all others are in time. They are what the bodies have answered when the months
// are closed.
var storyAsks = []struct {
	user, provider  string
	entry           int
	asked, answered string
}{
	{"FC", "RS", 0, "2017-11-06", "2017-11-13"}, {"MZ", "RS", 0, "2017-11-06", "2017-11-13"},
	{"RS", "GA", 0, "2017-11-06", "2017-11-13"}, {"MZ", "GA", 0, "2017-11-06", "2017-11-13"},
	{"JY", "GA", 1, "2017-11-06", "2017-11-13"}, {"JT", "GA", 1, "2017-11-06", "2017-11-13"},
	{"RS", "GS", 0, "2017-11-06", "2017-11-13"}, {"LY", "GS", 0, "2017-11-06", "2017-11-13"}, {"JT", "GS", 0, "2017-11-06", "2017-11-13"},
	{"GA", "JT", 0, "2017-11-06", "2017-11-13"}, {"LY", "JT", 0, "2017-11-06", "2017-11-23"},
	{"FC", "GA", 0, "2017-11-27", "2017-12-04"},
	{"JY", "RS", 1, "2017-12-11", "2017-12-18"}, {"GA", "MZ", 0, "2017-12-11", "2017-12-18"}, {"RS", "JY", 0, "2017-12-11", "2017-12-18"},
	{"GS", "FC", 0, "2017-12-11", "2017-12-18"}, {"GS", "JT", 0, "2017-12-11", "2017-12-18"}, {"RS", "JT", 0, "2017-12-11", "2017-12-18"},
}

// asks plays the requests and the answers of a day.
func (s *story) asks(day string) {
	s.t.Helper()
	for _, a := range storyAsks {
		line := s.entries[a.provider]["2"][a.entry]
		key := a.user + " " + line.code
		switch day {
		case a.asked:
			s.asked[key] = s.must(headOf(a.user), http.MethodPost, storySharing+"/requests", map[string]any{
				"entry": line.code, "purposes": []string{"collaboration"}, "duty_basis": "部门“三定”规定和业务办理规程", "scope_wanted": "业务办理窗口",
				"method": "query", "frequency": "每日约 100 次", "submit": true,
			}).ID
		case a.answered:
			at := storySharing + "/requests/" + strconv.FormatInt(s.asked[key], 10)
			r, doc := s.step(headOf(a.provider), at, "reply", map[string]any{"reply": "grant", "terms": map[string]any{
				"scope": "department", "purposes": []string{"collaboration"}, "method": "query", "valid_from": day,
			}})
			if r.status != http.StatusOK || len(doc.Agreements) != 1 {
				s.t.Fatalf("%s: %d %s", key, r.status, r.text)
			}
			late := 0
			if a.user+a.provider == "LYJT" {
				late = 3
			}
			s.want(key+" is answered late by", *doc.ReplyLateWd, late)
			s.agreements[key] = storySharing + "/agreements/" + strconv.FormatInt(doc.Agreements[0], 10)
		}
	}
}

// fetched has other bodies use the first entries of a body that are shared with
// everybody.
func (s *story) fetched(prefix string, n int) {
	s.t.Helper()
	user := "fc.clerk"
	if prefix == "FC" {
		user = "rs.clerk"
	}
	for _, line := range s.entries[prefix]["1"][:n] {
		s.must(user, http.MethodPost, storySharing+"/uses", map[string]any{"entry": line.code, "purpose": "check", "matter": "不动产登记核验"})
	}
}

// used has a body use the conditional data of another under their agreement.
func (s *story) used(user, provider string, entry int) {
	s.t.Helper()
	at := s.agreements[user+" "+s.entries[provider]["2"][entry].code]
	s.must(clerkOf(user), http.MethodPost, at+"/uses", storyUse)
}

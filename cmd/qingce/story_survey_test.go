package main_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	storySurvey = "/api/v1/surveys/zc-2017"
	storyCensus = "/api/v1/surveys/pc-2017"
	storyLists  = "/api/v1/census/pc-2017" // what others know
)

func storyForm(prefix string) string { return storySurvey + "/forms/" + storyBodies[prefix] }

func clerkOf(prefix string) string { return strings.ToLower(prefix) + ".clerk" }
func headOf(prefix string) string  { return strings.ToLower(prefix) + ".head" }

// opened has the Office open the self-survey and the census (step 1).
func (s *story) opened() {
	s.t.Helper()
	s.must("office", http.MethodPost, "/api/v1/surveys", map[string]any{
		"code": "zc-2017", "kind": "self_survey", "title": "2017年政务信息系统自查", "basis": "方案第二部分第一项", "scope": "municipal",
		"questionnaire": "self-survey-brief/1", "opens_on": "2017-09-11", "due_on": "2017-09-30", "review_due_on": "2017-10-13", "mend_wd": 3,
	})
	s.must("office", http.MethodGet, storySurvey, nil)
	s.must("office", http.MethodPost, storySurvey+"/open", map[string]any{})
	s.must("office", http.MethodPost, "/api/v1/surveys", map[string]any{
		"code": "pc-2017", "kind": "census", "title": "2017年政务信息系统普查", "basis": "方案第二部分第二项", "scope": "municipal",
		"based_on": "zc-2017", "opens_on": "2017-09-11", "due_on": "2017-10-15", "mend_wd": 3,
	})
	s.must("office", http.MethodGet, storyCensus, nil)
	s.must("office", http.MethodPost, storyCensus+"/open", map[string]any{})
}

// rows are the systems on a form, as its clerk finds them.
func (s *story) rows(prefix string) []rowOf {
	s.t.Helper()
	s.must(clerkOf(prefix), http.MethodGet, storyForm(prefix), nil)
	return s.must(clerkOf(prefix), http.MethodGet, storyForm(prefix)+"/rows?size=200", nil).Rows
}

// filledIn has a clerk confirm every system that is known of and answer for the
// department.
func (s *story) filledIn(prefix string) {
	s.t.Helper()
	rows := s.rows(prefix)
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	r := s.must(clerkOf(prefix), http.MethodPost, storyForm(prefix)+"/rows/confirm", map[string]any{"rows": ids})
	for _, p := range r.Problems {
		if !p.Warning {
			s.t.Fatalf("%s: %s", prefix, r.text)
		}
	}
	s.answered(prefix, len(rows))
}

// answered has a clerk say how many systems there are and that the lists which
// have nothing on them are empty.
func (s *story) answered(prefix string, systems int) {
	s.t.Helper()
	form := storyForm(prefix)
	s.must(clerkOf(prefix), http.MethodGet, form, nil)
	s.must(clerkOf(prefix), http.MethodPatch, form+"/answers", map[string]any{"answers": map[string]any{
		"declared_count": systems, "none_clean": true, "none_connect": true, "none_demand": true,
	}})
	check := s.must(clerkOf(prefix), http.MethodGet, form+"/check", nil)
	wrong := map[string]any{}
	for _, p := range check.Problems {
		if !p.Warning && strings.HasPrefix(p.Name, "none_") {
			wrong[p.Name] = false
		}
	}
	if len(wrong) > 0 {
		s.must(clerkOf(prefix), http.MethodGet, form, nil)
		s.must(clerkOf(prefix), http.MethodPatch, form+"/answers", map[string]any{"answers": wrong})
	}
}

// confirmed has the head of a department confirm its form.
func (s *story) confirmed(prefix string) reply {
	s.t.Helper()
	s.must(headOf(prefix), http.MethodGet, storyForm(prefix), nil)
	return s.must(headOf(prefix), http.MethodPost, storyForm(prefix)+"/submit", map[string]any{})
}

func (s *story) coverage() tally {
	s.t.Helper()
	return s.must("office", http.MethodGet, storySurvey+"/coverage", nil).Total
}

// ly02 is what the list of cloud resources knows and the bureau did not declare.
const ly02 = "旅游咨询网站（旧版）"

// cloudList is the list of the operator of the government cloud.
const cloudList = "序号,应用系统名称,使用单位,内网IP,网络区域\n" +
	"1,社会保险核心业务系统,襄阳市人社局,,电子政务外网\n" +
	"2," + ly02 + ",襄阳市旅游局,,互联网\n"

// countyRegisters has the county register a system of its own, outside the
// self-survey, and the Office verify it.
func (s *story) countyRegisters() {
	s.t.Helper()
	row := s.must("wj.clerk", http.MethodGet, storyForm("WJ")+"/rows/"+strconv.FormatInt(s.rows("WJ")[0].ID, 10), nil)
	body := row.Answers
	body["name"], body["owner_id"] = "枣阳市数字城管系统", storyBodies["ZY"]
	made := s.must("zy", http.MethodPost, "/api/v1/systems", body)
	system := "/api/v1/systems/" + made.Code
	s.must("zy", http.MethodGet, system, nil)
	s.must("zy", http.MethodPost, system+"/moves", map[string]any{"move": "declare"})
	s.must("office", http.MethodGet, system, nil)
	s.must("office", http.MethodPost, system+"/moves", map[string]any{"move": "verify"})
}

// foundByTheCensus has the centre match the list and put what is missing onto
// the form of LY, whose clerk fills it in the same day.
func (s *story) foundByTheCensus() {
	s.t.Helper()
	source := s.upload("centre", storyLists+"/sources?kind=cloud&title="+url.QueryEscape("政务云资源清单")+"&name=cloud.csv", []byte(cloudList))
	at := storyLists + "/sources/" + strconv.FormatInt(source.ID, 10)
	s.must("centre", http.MethodPut, at+"/mapping", map[string]any{"columns": []map[string]any{
		{"number": 2, "field": "name"}, {"number": 3, "field": "owner_id"}, {"number": 5, "field": "network"},
	}})
	if r := s.call("office", http.MethodPost, storyLists+"/lock", nil); r.status != http.StatusConflict {
		s.t.Errorf("locked with an omission that nobody decided about: %d %s", r.status, r.text)
	}
	items := s.must("centre", http.MethodGet, storyLists+"/items?result=omitted", nil).Items
	if len(items) != 1 || items[0].Name != ly02 || items[0].Department != storyBodies["LY"] {
		s.t.Fatalf("found to be missing: %+v", items)
	}
	s.must("centre", http.MethodPost, storyLists+"/items/"+strconv.FormatInt(items[0].ID, 10)+"/decision", map[string]any{"decision": "added"})
	if r := s.call("office", http.MethodPost, storyLists+"/lock", nil); r.status != http.StatusConflict {
		s.t.Errorf("locked with a form that is open: %d %s", r.status, r.text)
	}
	rows := s.rows("LY")
	i := slices.IndexFunc(rows, func(r rowOf) bool { return r.Origin == "census" })
	if len(rows) != 2 || i < 0 {
		s.t.Fatalf("the form of LY has %+v", rows)
	}
	known := s.must("ly.clerk", http.MethodGet, storyForm("LY")+"/rows/"+strconv.FormatInt(rows[1-i].ID, 10), nil).Answers
	delete(known, "name")
	known["om_amount_year"] = 3_600_000 // fen
	row := storyForm("LY") + "/rows/" + strconv.FormatInt(rows[i].ID, 10)
	s.must("ly.clerk", http.MethodGet, row, nil)
	s.must("ly.clerk", http.MethodPatch, row, map[string]any{"answers": known})
	s.answered("LY", 2)
	s.want("LY is late by", *s.confirmed("LY").Form.Late, 0)
	s.want("systems declared", s.declared(), 25)
}

// locked has the Office lock the census: 25 systems of the city and one of the
// county. After it nothing can be changed.
func (s *story) locked() {
	s.t.Helper()
	s.must("office", http.MethodPost, storyLists+"/lock", nil)
	var all struct {
		Certificates []struct {
			ID        int64  `json:"id"`
			On        string `json:"certified_on"`
			Systems   int    `json:"systems"`
			Municipal int    `json:"municipal"`
			Others    int    `json:"others"`
		} `json:"certificates"`
	}
	list := s.must("auditor", http.MethodGet, "/api/v1/certificates", nil)
	if err := json.Unmarshal([]byte(list.text), &all); err != nil || len(all.Certificates) != 1 {
		s.t.Fatalf("certificates: %s", list.text)
	}
	c := all.Certificates[0]
	s.want("the certificate", []any{c.On, c.Systems, c.Municipal, c.Others}, []any{"2017-10-15", 26, 25, 1})
	check := s.must("auditor", http.MethodGet, "/api/v1/certificates/"+strconv.FormatInt(c.ID, 10)+"/verification", nil)
	contains(s.t, check.text, `"ok":true,`)

	const system = "/api/v1/systems/RS-01"
	s.must("rs.clerk", http.MethodGet, system, nil)
	if r := s.call("rs.clerk", http.MethodPatch, system, map[string]any{"short_name": "社保"}); r.status != http.StatusConflict || r.Code != "err.locked" {
		s.t.Errorf("a locked system is changed: %d %s", r.status, r.text)
	}
	s.must("rs.clerk", http.MethodGet, storyForm("RS"), nil)
	if r := s.call("rs.clerk", http.MethodPatch, storyForm("RS")+"/answers", map[string]any{"answers": map[string]any{"declared_count": 5}}); r.status != http.StatusConflict {
		s.t.Errorf("a locked form is changed: %d %s", r.status, r.text)
	}
}

// dueDayIsExplained checks that the page of the form says that the due day,
// a Saturday, is worked.
func (s *story) dueDayIsExplained() {
	s.t.Helper()
	b := newBrowser(s.t, s.url)
	if b.signIn("jy.clerk", storyPassword) == "" {
		s.t.Fatal("the clerk cannot sign in")
	}
	p := b.get("/surveys/zc-2017/forms/" + storyBodies["JY"])
	contains(s.t, p.body, "09-30")
	contains(s.t, p.body, "调休上班")
}

// withoutApprovalDate has the clerk of JY hand in JY-01 without the day of its
// approval: it is refused by name, and what was filled in is kept.
func (s *story) withoutApprovalDate() {
	s.t.Helper()
	s.filledIn("JY")
	rows := s.rows("JY")
	i := slices.IndexFunc(rows, func(r rowOf) bool { return r.Code == "JY-01" })
	row := storyForm("JY") + "/rows/" + strconv.FormatInt(rows[i].ID, 10)
	s.must("jy.clerk", http.MethodGet, row, nil)
	s.must("jy.clerk", http.MethodPatch, row, map[string]any{"answers": map[string]any{"approval_date": nil, "short_name": "中招"}})
	s.must("jy.clerk", http.MethodGet, storyForm("JY"), nil)
	r := s.call("jy.clerk", http.MethodPost, storyForm("JY")+"/ready", map[string]any{})
	named := slices.ContainsFunc(r.Errors, func(p problem) bool {
		return p.Code == "err.required" && strings.HasSuffix(p.Field, ".approval_date")
	})
	if r.status != http.StatusUnprocessableEntity || !named {
		s.t.Errorf("handed in without a day of approval: %d %s", r.status, r.text)
	}
	s.want("the form", s.must("jy.clerk", http.MethodGet, storyForm("JY"), nil).State, "draft")
	contains(s.t, s.must("jy.clerk", http.MethodGet, row, nil).text, `"name":"`+rows[i].Name+`"`)
	s.must("jy.clerk", http.MethodPatch, row, map[string]any{"answers": map[string]any{"approval_date": "2012-03-26"}})
}

func (s *story) zeroReport() {
	s.t.Helper()
	form := storyForm("MZJ")
	s.must("mzj.clerk", http.MethodGet, form, nil)
	s.must("mzj.clerk", http.MethodPost, form+"/zero", map[string]any{"reason": "本单位没有自建和租用的政务信息系统"})
	s.want("MZJ is late by", *s.confirmed("MZJ").Form.Late, 0)
}

// declared counts the systems on all forms.
func (s *story) declared() int {
	s.t.Helper()
	n := 0
	for prefix := range storyBodies {
		if prefix != "ZY" {
			s.must("office", http.MethodGet, storyForm(prefix), nil)
			n += s.must("office", http.MethodGet, storyForm(prefix)+"/rows?size=200", nil).Total.Bodies
		}
	}
	return n
}

// returnedAndMended has the Office return the form of FC for the source of funds
// of FC-03; the next day it comes back and is still on time.
func (s *story) returnedAndMended() {
	s.t.Helper()
	rows := s.rows("FC")
	i := slices.IndexFunc(rows, func(r rowOf) bool { return r.Code == "FC-03" })
	s.must("office", http.MethodGet, storyForm("FC"), nil)
	back := s.must("office", http.MethodPost, storyForm("FC")+"/return", map[string]any{"comments": []map[string]any{
		{"row": rows[i].ID, "question": "fund_source", "text": "经费来源缺少依据，请核对后补充。"},
	}})
	s.want("FC after the return", back.State, "returned")
	if r := s.call("office", http.MethodPatch, storyForm("FC")+"/rows/"+strconv.FormatInt(rows[i].ID, 10), map[string]any{"answers": map[string]any{}}); r.status != http.StatusForbidden {
		s.t.Errorf("the Office writes an answer: %d %s", r.status, r.text)
	}
	s.at("2017-10-11 10:00")
	row := storyForm("FC") + "/rows/" + strconv.FormatInt(rows[i].ID, 10)
	s.must("fc.clerk", http.MethodGet, row, nil)
	s.must("fc.clerk", http.MethodPatch, row, map[string]any{"answers": map[string]any{"fund_source": "self_raised"}})
	s.want("FC is late by", *s.confirmed("FC").Form.Late, 0)
}

func (s *story) accepted(prefix string) {
	s.t.Helper()
	s.must("centre", http.MethodGet, storyForm(prefix), nil)
	s.want(prefix, s.must("centre", http.MethodPost, storyForm(prefix)+"/accept", map[string]any{}).State, "accepted")
}

package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	storyTasks   = "/api/v1/tasks/"
	storyReports = "/api/v1/reports/"
)

// TestStoryTasks tells what the steps 3 to 27 of the acceptance story come to in
// tasks and reports: who did what in time, late and not at all, in November and
// in December, exactly as the score scripts have it.
func TestStoryTasks(t *testing.T) {
	tell(t, func(s *story) {
		s.surveyed()
		s.catalogsInTime()
		s.detected()
		s.zombiesAnswered()
		s.merging()
		s.october()
		s.zombiesCleaned()
		s.november()
		s.tasksAre("2017-11")
		s.december()
		s.tasksAre("2017-12")
	})
}

// keyAreas are the departments that answer for a key area.
var keyAreas = []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT", "WJ"}

// reporting are all bodies but some.
func reporting(but ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(storyBodies)), func(prefix string) bool { return slices.Contains(but, prefix) })
}

// merging has the Office decide which systems become parts of others.
func (s *story) merging() {
	s.t.Helper()
	s.at("2017-10-27 16:00")
	s.cleanedUp(storyLY02)
	for _, code := range []string{"RS-04", "MZ-03", "FC-03"} {
		system := "/api/v1/systems/" + code
		s.must("office", http.MethodGet, system, nil)
		s.etags[system+"/decision"] = s.etags[system]
		s.must("office", http.MethodPost, system+"/decision", map[string]any{"final": "merge", "reason": "并入本单位大系统"})
	}
}

// merged has the Office close the integration of a system.
func (s *story) merged(code string) {
	s.t.Helper()
	system := "/api/v1/systems/" + code
	for _, move := range []string{"start_merging", "finish_merging"} {
		s.must("office", http.MethodGet, system, nil)
		s.must("office", http.MethodPost, system+"/moves", map[string]any{"move": move, "reason": "功能和数据已并入"})
	}
}

// october is step 16: the plans of the key areas and the reports of October, but
// for those of WJ, and the report of LY.
func (s *story) october() {
	s.t.Helper()
	s.at("2017-10-30 10:00")
	for _, prefix := range keyAreas {
		if prefix != "WJ" {
			s.shows(prefix, "P-22", "重点领域共享服务方案已印发")
		}
	}
	s.differing()
	for _, prefix := range reporting("WJ", "LY", "RS") {
		s.want(prefix+" reports late by", s.reports(prefix, "2017-10"), 0)
	}
}

// differing is a report with another number than the service has (V30).
func (s *story) differing() {
	s.t.Helper()
	at := storyReports + "2017-10/" + storyBodies["RS"]
	body := s.typed("RS", at)
	body["figures"] = []map[string]any{{"key": "systems", "typed": 9}}
	r := s.call("rs.head", http.MethodPost, at+"/file", body)
	if r.status != http.StatusUnprocessableEntity || !slices.ContainsFunc(r.Errors, func(p problem) bool { return p.Name == "why.systems" || p.Field == "why.systems" }) {
		s.t.Errorf("filed with another number: %d %s", r.status, r.text)
	}
	body["figures"] = []map[string]any{{"key": "systems", "typed": 9, "why": "含两个正在办理登记的系统"}}
	s.must("rs.head", http.MethodPost, at+"/file", body)
	s.decides(at)
}

// shows hands in evidence for a task as the head, and the Office accepts it.
func (s *story) shows(prefix, task, text string) {
	s.t.Helper()
	at := storyTasks + storyBodies[prefix] + "/" + task
	delete(s.etags, at+"/hand-in")
	s.must(s.headWho(prefix), http.MethodPost, at+"/hand-in", map[string]any{"text": text})
	s.decides(at)
}

// decides has the Office accept what was handed in.
func (s *story) decides(at string) {
	s.t.Helper()
	s.must("office", http.MethodGet, at, nil)
	s.etags[at+"/decision"] = s.etags[at]
	s.must("office", http.MethodPost, at+"/decision", map[string]any{"verdict": "accept"})
}

// storyReport is what the story reads of a report.
type storyReport struct {
	LateWd *int   `json:"late_wd"`
	Due    string `json:"due"`
	Rows   []struct {
		Task string `json:"task"`
	} `json:"rows"`
	Sections map[string]string `json:"sections"`
}

func (s *story) report(r reply) (out storyReport) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(r.text), &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// typed is what a head writes into a report: something of every task.
func (s *story) typed(prefix, at string) map[string]any {
	s.t.Helper()
	sheet := s.report(s.must(s.headWho(prefix), http.MethodGet, at, nil))
	rows, sections := []map[string]any{}, map[string]any{}
	for _, row := range sheet.Rows {
		rows = append(rows, map[string]any{"task": row.Task, "progress": 80, "done": "按计划推进", "next": "继续推进"})
	}
	for key := range sheet.Sections {
		sections[key] = "按办法和方案要求完成"
	}
	return map[string]any{"rows": rows, "sections": sections}
}

// reports files a report as the head, the Office accepts it; it gives how many
// working days late it was.
func (s *story) reports(prefix, period string) int {
	s.t.Helper()
	at := storyReports + period + "/" + storyBodies[prefix]
	delete(s.etags, at+"/file")
	filed := s.report(s.must(s.headWho(prefix), http.MethodPost, at+"/file", s.typed(prefix, at)))
	s.decides(at)
	return *filed.LateWd
}

// november tells the month: late reports, integration plans, connections, the
// last catalog, services of the key areas.
func (s *story) november() {
	s.t.Helper()
	s.at("2017-11-02 10:00")
	s.want("LY reports October late by", s.reports("LY", "2017-10"), 2)
	s.at("2017-11-06 09:00")
	for _, code := range slices.Sorted(maps.Keys(connectedOn)) {
		s.cameToTest(code)
	}
	s.ontoTheExtranet(storyZY01)
	for _, prefix := range []string{"RS", "MZ", "FC"} {
		s.shows(prefix, "P-19", "大系统整合方案已批准，整合工作启动")
	}
	s.daily("2017-11-07", "2017-11-09")
	s.at("2017-11-10 10:00")
	s.want("WJ reports October late by", s.reports("WJ", "2017-10"), 8)
	s.daily("2017-11-10", "2017-11-21")
	s.at("2017-11-22 15:00")
	s.catalogOfWJ()
	s.daily("2017-11-22", "2017-11-24")
	s.merged("MZ-03")
	s.daily("2017-11-25", "2017-11-28")
	s.merged("RS-04")
	s.at("2017-11-29 10:00")
	for _, prefix := range []string{"RS", "MZ", "GA", "GS", "FC", "JT"} {
		s.shows(prefix, "P-23", "共享服务已上线，测试调用成功")
	}
	for _, prefix := range reporting("LY") {
		s.want(prefix+" reports November late by", s.reports(prefix, "2017-11"), 0)
	}
	s.daily("2017-11-29", "2017-11-30")
	s.at("2017-12-01 09:00")
}

// december tells the rest of the year and the second day of the next.
func (s *story) december() {
	s.t.Helper()
	s.daily("2017-12-01", "2017-12-04")
	s.at("2017-12-05 10:00")
	s.want("LY-02 is cleaned up late by", *s.cleans("LY", storyLY02, "2017-12-05").Late, 25)
	s.want("LY reports November late by", s.reports("LY", "2017-11"), 3)
	s.shows("WJ", "P-22", "重点领域共享服务方案补报")
	s.daily("2017-12-05", "2017-12-08")
	s.shows("JY", "P-23", "共享服务已上线")
	s.daily("2017-12-09", "2017-12-20")
	s.shows("LY", "P-23", "共享服务已上线")
	s.merged("FC-03")
	s.daily("2017-12-21", "2017-12-28")
	s.at("2017-12-29 10:00")
	for _, prefix := range reporting() {
		s.want(prefix+" reports December late by", s.reports(prefix, "2017-12"), 0)
		if prefix != "ZY" {
			s.want(prefix+" reports the year late by", s.reports(prefix, "2017"), 0)
		}
	}
	s.daily("2017-12-29", "2017-12-31")
	s.at("2018-01-02 09:00")
	s.want("ZY reports the year late by", s.reports("ZY", "2017"), 1)
	r := s.must("auditor", http.MethodGet, "/api/v1/reports?kind=annual", nil)
	contains(s.t, r.text, `"department":"420683","name":"枣阳市","reports":[{"period":"2017","due":"2017-12-31","state":"accepted","task":"late","late_wd":1}`)
}

// scripted reads the tasks of each body from the score script of a month.
func scripted(t *testing.T, month string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../scoring/scorecard/testdata/" + month + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	out, body := map[string]string{}, ""
	for _, text := range strings.Split(string(raw), "\n") {
		words := strings.Fields(text)
		switch {
		case len(words) > 1 && words[0] == "单位":
			body = words[1]
		case len(words) > 1 && words[0] == "任务":
			var tasks []string
			for i := 1; i+1 < len(words); i += 2 {
				tasks = append(tasks, words[i]+" "+words[i+1])
			}
			out[body] = strings.Join(slices.Sorted(slices.Values(tasks)), " · ")
		}
	}
	return out
}

// tasksAre wants every scored task of a month to stand as the score script says.
func (s *story) tasksAre(month string) {
	s.t.Helper()
	last := s.day(month + "-01").MonthEnd().String()
	for prefix, want := range scripted(s.t, month) {
		var list struct {
			Tasks []struct {
				Key    string `json:"key"`
				State  string `json:"state"`
				LateWd int    `json:"late_wd"`
			} `json:"tasks"`
		}
		r := s.must("auditor", http.MethodGet, "/api/v1/tasks?through="+last+"&department="+storyBodies[prefix], nil)
		if err := json.Unmarshal([]byte(r.text), &list); err != nil {
			s.t.Fatal(err)
		}
		var got []string
		for _, t := range list.Tasks {
			outcome := map[string]string{"on_time": "按时", "late": "逾期", "overdue": "未完成"}[t.State]
			if t.State == "late" && t.LateWd > 10 {
				outcome = "逾期较久"
			}
			key := strings.NewReplacer("P-39/2017-", "P-39/", "M-57/2017", "M-57").Replace(t.Key)
			got = append(got, fmt.Sprint(key, " ", outcome))
		}
		s.want(prefix+" in "+month, strings.Join(slices.Sorted(slices.Values(got)), " · "), want)
	}
}

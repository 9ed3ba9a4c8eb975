package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const (
	storyTasks   = "/api/v1/tasks/"
	storyReports = "/api/v1/reports/"
)

// keyAreas are the departments that answer for a key area.
var keyAreas = []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT", "WJ"}

// reporting are all bodies but some.
func reporting(but ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(storyBodies)), func(prefix string) bool { return slices.Contains(but, prefix) })
}

// merging has the Office decide which systems become parts of others.
func (s *story) merging() {
	s.t.Helper()
	for _, code := range []string{"RS-04", "MZ-03", "FC-03"} {
		system := "/api/v1/systems/" + code
		s.must("office", http.MethodGet, system, nil)
		s.etags[system+"/decision"] = s.etags[system]
		s.must("office", http.MethodPost, system+"/decision", map[string]any{"final": "merge", "reason": "并入本单位大系统"})
	}
}

// merges has the Office take a step with the integration of a system: it starts,
// or it is finished.
func (s *story) merges(code, move string) {
	s.t.Helper()
	system := "/api/v1/systems/" + code
	s.must("office", http.MethodGet, system, nil)
	s.must("office", http.MethodPost, system+"/moves", map[string]any{"move": move, "reason": "功能和数据并入本单位大系统"})
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

// projectWithoutCatalog is of step 26: JY files a project without the catalog of
// what it will hold. Projects have no room of their own yet: they take the way of
// any evidence, which is refused without anything that proves it.
func (s *story) projectWithoutCatalog() {
	s.t.Helper()
	r := s.call("jy.head", http.MethodPost, storyTasks+storyBodies["JY"]+"/P-05/hand-in", map[string]any{"text": ""})
	s.want("a project without its catalog", r.status, http.StatusUnprocessableEntity)
}

// projectWithCatalog is of step 26, by the same way: four planned entries are
// written, which stay drafts until the project stands, and named in the evidence.
func (s *story) projectWithCatalog() {
	s.t.Helper()
	before := s.filing("JY").stand()
	var planned []string
	for i := range 4 {
		planned = append(planned, s.compile("JY", storyEntry("JY", fmt.Sprintf("智慧招生平台规划信息%d", i+1), "1")))
	}
	s.shows("JY", "P-05", "智慧招生平台项目申报，附预编目录4条："+strings.Join(planned, "、"))
	s.want("the catalog of JY", s.filing("JY").stand(), before)
	s.numbersAre(52, 34, 14, 4)
}

// tasksAre wants every scored task of a month to stand on the board as the score
// script says. Both call a task by its obligation and, where it comes again, its
// period: P-39/2017-10 is the report of October.
func (s *story) tasksAre(month string) {
	s.t.Helper()
	last := s.day(month + "-01").MonthEnd().String()
	for prefix, lines := range s.scripted(month) {
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
			got = append(got, t.Key+" "+outcome)
		}
		s.want(prefix+" in "+month, strings.Join(slices.Sorted(slices.Values(got)), " · "), lines["任务"])
	}
}

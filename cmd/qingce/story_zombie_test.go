package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/inventory/usage/usagetest"
)

const storyCases = "/api/v1/zombies/cases"

// ran has the centre run a day with all facts that have come, and again with what
// came since the night. The service runs days by itself as the clock moves: who is
// second is told so, and comes again.
func (s *story) ran(day string) {
	s.t.Helper()
	for _, again := range []bool{false, true} {
		r := reply{status: http.StatusConflict}
		for tries := 0; r.status == http.StatusConflict && tries < 200; tries++ {
			r = s.call("centre", http.MethodPost, "/api/v1/zombies/runs", map[string]any{"day": day, "again": again})
		}
		if r.status != http.StatusOK || r.State != "finished" {
			s.t.Fatalf("run %s, again %v: %d %s", day, again, r.status, r.text)
		}
		var run struct{ Policy int64 }
		if err := json.Unmarshal([]byte(r.text), &run); err != nil || run.Policy != 2 {
			s.t.Fatalf("run %s is not by the policy of the campaign: %s %v", day, r.text, err)
		}
	}
}

// campaignPolicy has the Office put the numbers of the campaign of 2017 in force:
// 90 days without use are enough.
func (s *story) campaignPolicy() {
	s.t.Helper()
	const path = "/api/v1/zombies/policies"
	var draft struct{ Version, Revision int64 }
	r := s.must("office", http.MethodPost, path, map[string]any{"name": "2017年专项清理", "reason": "专项清理须于10月底前完成", "pack": "campaign_2017"})
	if err := json.Unmarshal([]byte(r.text), &draft); err != nil || draft.Version == 0 {
		s.t.Fatalf("draft: %s %v", r.text, err)
	}
	force := fmt.Sprintf("%s/%d/force", path, draft.Version)
	body := map[string]any{"revision": draft.Revision, "from": "2017-10-21", "reason": "领导小组同意"}
	if r := s.call("centre", http.MethodPost, force, body); r.status != http.StatusForbidden {
		s.t.Errorf("put in force by the centre: %d %s", r.status, r.text)
	}
	s.want("the policy of the campaign", s.must("office", http.MethodPost, force, body).State, "in_force")
}

func storyDay(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// storyFacts writes the file of daily figures: a line for each system and day on
// which something is known.
type storyFacts struct {
	b   strings.Builder
	cal *calendar.Calendar
}

func (f *storyFacts) row(system string, day calendar.Date, users, logins, business int, cpu string) {
	fmt.Fprintf(&f.b, "%s,%s,%d,%d,%d,%s\n", system, day, users, logins, business, cpu)
}

const (
	busyCPU = "22.00,61.00,4.00,900,40"
	idleCPU = "0.80,3.10,1.90,1.2,4"
)

// used is an ordinary day of an office.
func (f *storyFacts) used(system string, day calendar.Date) {
	if working, err := f.cal.IsWorking(day); err == nil && working {
		f.row(system, day, 24, 55, 40, busyCPU)
		return
	}
	f.row(system, day, 2, 2, 1, busyCPU)
}

// span calls fn for each day from one to another.
func span(from, to calendar.Date, fn func(calendar.Date)) {
	for day := from; !day.After(to); day = day.AddDays(1) {
		fn(day)
	}
}

// give hands a file of daily figures in and lets it count.
func (s *story) give(name string, f *storyFacts) {
	s.t.Helper()
	header := "system,day,users,logins,business_tx,cpu_avg,cpu_p95,cpu_p05,net_bytes,storage_bytes\n"
	file := s.upload("centre", "/api/v1/usage/files?name="+url.QueryEscape(name), []byte(header+f.b.String()))
	var read struct {
		Wrong int64 `json:"rows_wrong"`
		New   int64 `json:"rows_new"`
	}
	if err := json.Unmarshal([]byte(file.text), &read); err != nil || read.Wrong > 0 || read.New == 0 {
		s.t.Fatalf("%s: %s %v", name, file.text, err)
	}
	s.must("centre", http.MethodPost, "/api/v1/usage/files/"+strconv.FormatInt(file.ID, 10)+"/confirm", map[string]any{"version": file.Version})
}

// rareDays are the days on which somebody logged in to LY-02, with the first and
// the last of those who did: three people in all.
var rareDays = map[string][2]int{"2017-09-14": {1, 1}, "2017-09-20": {2, 2}, "2017-10-11": {2, 3}, "2017-10-18": {1, 1}}

// probed has a probe stand beside LY-02 and report the hours of those days, with
// sketches of who came.
func (s *story) probed() {
	s.t.Helper()
	var made struct {
		Probe struct{ Code string }
	}
	r := s.must("centre", http.MethodPost, "/api/v1/probes", map[string]any{
		"name": "旅游局网站日志", "kind": "logs", "owner": storyBodies["LY"], "systems": []map[string]any{{"code": storyLY02}},
	})
	if err := json.Unmarshal([]byte(r.text), &made); err != nil || made.Probe.Code == "" {
		s.t.Fatalf("probe: %s %v", r.text, err)
	}
	var token struct {
		Text string `json:"text"`
	}
	r = s.must("centre", http.MethodPost, "/api/v1/probes/"+made.Probe.Code+"/tokens", map[string]any{"expires_at": s.clock.Now().AddDate(0, 6, 0)})
	if err := json.Unmarshal([]byte(r.text), &token); err != nil {
		s.t.Fatal(err)
	}
	s.tokens["probe"] = token.Text
	var b strings.Builder
	for day, who := range rareDays {
		for hour := range 24 {
			people, sketch := 0, ""
			if hour == 10 {
				people = who[1] - who[0] + 1
				sketch = fmt.Sprintf(`,"users_sketch":%q,"sketch_key":"2017"`, base64.StdEncoding.EncodeToString(usagetest.Sketch(who[0], who[1]+1)))
			}
			fmt.Fprintf(&b, `{"system":%q,"source":"web-1","epoch":1,"hour":%q,"seq":1,"minutes":60,"users":%d,"logins":%d,"business_tx":0%s}`+"\n",
				storyLY02, storyDay(s.t, day).At(hour, 0).Format(time.RFC3339), people, people, sketch)
		}
	}
	if r := s.send("probe", http.MethodPost, "/api/v1/usage/reports", "application/x-ndjson", []byte(b.String())); r.status != http.StatusOK || !strings.Contains(r.text, `"accepted":96`) {
		s.t.Fatalf("reports: %d %s", r.status, r.text)
	}
}

// facts are the 90 days up to 10-22 of every system that may be measured.
func (s *story) facts() *storyFacts {
	s.t.Helper()
	cal, err := schedule.New(s.db, schedule.Options{}).Load(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	f := &storyFacts{cal: cal}
	from, to := storyDay(s.t, "2017-07-25"), storyDay(s.t, "2017-10-22")
	var all struct {
		Systems []struct {
			Code string `json:"code"`
		} `json:"systems"`
	}
	list := s.must("office", http.MethodGet, "/api/v1/systems?size=200", nil)
	if err := json.Unmarshal([]byte(list.text), &all); err != nil || len(all.Systems) < 26 {
		s.t.Fatalf("systems: %s", list.text)
	}
	for _, one := range all.Systems {
		if slices.Contains([]string{"GA-02", "MZ-02", "JY-02"}, one.Code) { // classified, or of the province and the state
			continue
		}
		span(from, to, func(day calendar.Date) { s.factOf(f, one.Code, day) })
	}
	return f
}

func (s *story) factOf(f *storyFacts, code string, day calendar.Date) {
	outage := !day.Before(storyDay(s.t, "2017-09-20")) && !day.After(storyDay(s.t, "2017-10-20"))
	switch {
	case code == storyLY02 && rareDays[day.String()][0] > 0: // who came is said by the probe
		fmt.Fprintf(&f.b, "%s,%s,,,,%s\n", code, day, idleCPU)
	case code == storyLY02, code == "JY-01" && day.After(storyDay(s.t, "2017-08-25")):
		f.row(code, day, 0, 0, 0, idleCPU)
	case code == "JT-01" && outage:
	default:
		f.used(code, day)
	}
}

// caseOf is what the story reads of a case.
type storyCase struct {
	No       string   `json:"no"`
	System   string   `json:"system"`
	State    string   `json:"state"`
	Features []string `json:"features"`
	Due      string   `json:"due_on"`
	Answer   string   `json:"answer_due"`
	Overdue  bool     `json:"overdue"`
	Late     *int     `json:"late_wd"`
	Cleaned  string   `json:"cleaned_on"`
	Traffic  string   `json:"traffic_on"`
	Logins   int64    `json:"traffic_logins"`
	Findings []struct {
		Feature  string  `json:"feature"`
		Result   string  `json:"result"`
		Users    int64   `json:"users"`
		Logins   int     `json:"login_days"`
		Working  int     `json:"working_days"`
		CPU      float64 `json:"cpu_average"`
		Over     int     `json:"contract_over"`
		Coverage float64 `json:"coverage"`
	} `json:"findings"`
}

// cases are all cases that the Office sees, by system.
func (s *story) cases() map[string]storyCase {
	s.t.Helper()
	var list struct {
		Cases []storyCase `json:"cases"`
	}
	r := s.must("office", http.MethodGet, storyCases+"?size=200", nil)
	if err := json.Unmarshal([]byte(r.text), &list); err != nil {
		s.t.Fatal(err)
	}
	out := map[string]storyCase{}
	for _, c := range list.Cases {
		out[c.System] = c
	}
	return out
}

// zombie takes a step with the case of a system: it reads the case first, as a
// person does.
func (s *story) zombie(who, system, act string, body any) storyCase {
	s.t.Helper()
	r := s.tryZombie(who, system, act, body)
	if r.status >= 300 {
		s.t.Fatalf("%s: %s %s: %d %s", who, act, system, r.status, r.text)
	}
	return s.zombieCase(system)
}

func (s *story) tryZombie(who, system, act string, body any) reply {
	s.t.Helper()
	path := storyCases + "/" + s.cases()[system].No
	s.must(who, http.MethodGet, path, nil)
	s.etags[path+"/"+act] = s.etags[path]
	return s.call(who, http.MethodPost, path+"/"+act, body)
}

// zombieCase is the case of a system with what was found.
func (s *story) zombieCase(system string) storyCase {
	s.t.Helper()
	var c storyCase
	r := s.must("office", http.MethodGet, storyCases+"/"+s.cases()[system].No, nil)
	if err := json.Unmarshal([]byte(r.text), &c); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// storyVerdict is what the newest run found of a feature.
type storyVerdict struct {
	Result   string  `json:"result"`
	LastUse  string  `json:"last_use"`
	Coverage float64 `json:"coverage"`
}

// verdict is what the newest run found of a system, from Z1 to Z5.
func (s *story) verdict(system string) []storyVerdict {
	s.t.Helper()
	var list struct {
		Verdicts []struct {
			Code     string         `json:"code"`
			Features []storyVerdict `json:"features"`
		} `json:"verdicts"`
	}
	r := s.must("office", http.MethodGet, "/api/v1/zombies/verdicts?result=all&q="+system, nil)
	if s.read(r, &list); len(list.Verdicts) != 1 || list.Verdicts[0].Code != system {
		s.t.Fatalf("verdicts of %s: %s", system, r.text)
	}
	return list.Verdicts[0].Features
}

// cityOA has the Office register the office system of the whole city, which JY
// names as what replaces its own. It is none of the 26 systems of the departments
// and joins the hub later, by leave of the Office.
func (s *story) cityOA() {
	s.t.Helper()
	row := s.must("wj.clerk", http.MethodGet, storyForm("WJ")+"/rows/"+strconv.FormatInt(s.rows("WJ")[0].ID, 10), nil)
	body := row.Answers
	body["name"], body["owner_id"], body["function_desc"] = "全市协同办公平台", "XY001", "全市各部门的收发文、会议通知和内部协同办公。"
	oa := s.must("xx.clerk", http.MethodPost, "/api/v1/systems", body).Code
	s.must("xx.head", http.MethodGet, "/api/v1/systems/"+oa, nil)
	s.must("xx.head", http.MethodPost, "/api/v1/systems/"+oa+"/moves", map[string]any{"move": "declare"})
	s.must("jy.clerk", http.MethodPost, "/api/v1/systems/JY-03/relations", map[string]any{
		"kind": "replaced_by", "other": oa, "note": "2016年起改用全市协同办公平台",
	})
	plea := s.must("xx.head", http.MethodPost, storyHub+"/exemptions", map[string]any{
		"system": oa, "kind": "defer", "ground": "other", "reason": "随市级政务云迁移后接入", "until": "2018-10-10",
	})
	at := fmt.Sprintf("%s/exemptions/%d/decision", storyHub, plea.ID)
	s.etags[at] = fmt.Sprintf("%q", fmt.Sprint(plea.Version))
	s.must("office", http.MethodPost, at, map[string]any{"approve": true, "reason": "同意随云平台迁移后接入"})
}

// termsAreSet checks the terms of the campaign, which only the Office may change.
func (s *story) termsAreSet() {
	s.t.Helper()
	const terms = "/api/v1/zombies/terms"
	contains(s.t, s.must("ly.head", http.MethodGet, terms, nil).text, `"clean_by":"2017-10-31"`)
	if r := s.call("centre", http.MethodPut, terms, map[string]any{"version": 1, "clean_wd": 200, "reason": "延期"}); r.status != http.StatusForbidden {
		s.t.Errorf("the centre sets the terms: %d %s", r.status, r.text)
	}
}

// storyProof is the file of a proof.
func storyProof(what string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + what + "\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

// cleans has a department clean a system up on a day, with proof of the backup
// and of what became of the data, and the centre accept it.
func (s *story) cleans(prefix, system, day string) storyCase {
	s.t.Helper()
	s.zombie(headOf(prefix), system, "plan", map[string]any{
		"action": "retire", "disposal": "archive", "disposal_note": "移交市档案馆", "users_told": "办公网公告",
		"released": map[string]any{"servers": 1, "ips": 1, "om_saved": 4_800_000},
	})
	s.zombie("office", system, "plan-review", map[string]any{"verdict": "accept"})
	return s.proves(prefix, system, day, "已停机备份，数据移交")
}

func (s *story) proves(prefix, system, day, outcome string) storyCase {
	s.t.Helper()
	done := map[string]any{"stopped_on": day, "outcome": outcome, "released": map[string]any{"servers": 1, "ips": 1, "om_saved": 4_800_000}}
	path := storyCases + "/" + s.cases()[system].No
	if s.zombieCase(system).Cleaned == "" {
		if r := s.tryZombie(headOf(prefix), system, "submit", done); r.status != http.StatusUnprocessableEntity || !strings.Contains(r.text, "v23") {
			s.t.Errorf("%s is retired without proof: %d %s", system, r.status, r.text)
		}
	}
	for _, purpose := range []string{"backup", "data_disposal"} {
		s.upload(clerkOf(prefix), path+"/files?purpose="+purpose+"&name="+purpose+".pdf", storyProof(system+day+purpose))
	}
	s.zombie(headOf(prefix), system, "submit", done)
	return s.zombie("centre", system, "review", map[string]any{"verdict": "accept"})
}

package main_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	qingce "qingce/cmd/qingce"
	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/templates"
)

// storyBodies are the ten departments and the county of the acceptance story, by
// the prefix of their systems.
var storyBodies = map[string]string{
	"RS": "XY107", "MZ": "XY105", "JY": "XY103", "GA": "XY104", "GS": "XY112", "FC": "XY117", "LY": "XY111", "JT": "XY109", "WJ": "XY114",
	"MZJ": "XY303", "ZY": "420683",
}

// story is the city of the acceptance story, served over HTTP, with a clock that
// is moved by hand.
type story struct {
	t      *testing.T
	clock  *clockwork.FakeClock
	url    string
	db     *store.DB
	tokens map[string]string   // by login
	etags  map[string]string   // by address, of the last answer
	stop   func()              // of the program
	people map[string]*browser // who has signed in, by login
}

const storyPassword = "Acceptance-2017"

// tell runs the story on both engines.
func tell(t *testing.T, of func(s *story)) {
	t.Helper()
	emptyHomes(t, func(t *testing.T, h home) { of(newStory(t, h)) })
}

func newStory(t *testing.T, h home) *story {
	t.Helper()
	s := &story{t: t, clock: clockwork.NewFakeClockAt(moment(t, "2017-09-11 08:00")), tokens: map[string]string{}, etags: map[string]string{}}
	s.anotherNode(h)
	db, err := store.Open(t.Context(), h.database, store.Options{Clock: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s.db = db
	dir := s.ledger()
	people := account.New(db, account.Options{})
	s.person(people, "office", 0, auth.Office)
	s.person(people, "centre", 0, auth.Centre)
	s.person(people, "auditor", 0, auth.Auditor)
	for prefix, code := range storyBodies {
		dept, ok := dir.ByCode(code)
		if !ok {
			t.Fatalf("no body %s", code)
		}
		if prefix == "ZY" {
			s.person(people, "zy", dept.ID, auth.Region)
			continue
		}
		s.person(people, strings.ToLower(prefix)+".clerk", dept.ID, auth.Clerk)
		s.person(people, strings.ToLower(prefix)+".head", dept.ID, auth.Head)
	}
	return s
}

// anotherNode runs the program, after the one that ran before has stopped.
func (s *story) anotherNode(h home) {
	s.t.Helper()
	if s.stop != nil {
		s.stop()
	}
	var app *qingce.App
	app, s.stop = h.start(s.t, func(c *qingce.Config) { c.Clock = s.clock })
	s.url = app.URL()
}

func moment(t *testing.T, at string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", at, calendar.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// at moves the clock on to a moment in Asia/Shanghai.
func (s *story) at(when string) {
	s.t.Helper()
	s.clock.Advance(moment(s.t, when).Sub(s.clock.Now()))
}

// ledger puts in what the city knew before: the bodies, and the systems that
// were on a list of last year. LY-02 and ZY-01 are on none.
func (s *story) ledger() *inventory.Directory {
	s.t.Helper()
	files, err := fs.Sub(templates.FS, "locale")
	if err != nil {
		s.t.Fatal(err)
	}
	texts, err := locale.Load(files)
	if err != nil {
		s.t.Fatal(err)
	}
	registry := inventory.NewRegistry(s.db, inventory.Options{})
	im := inventory.NewImporter(registry, texts, slog.New(slog.DiscardHandler))
	defer im.Stop()
	codes := map[string]bool{}
	for _, code := range storyBodies {
		codes[code] = true
	}
	s.receive(im, inventory.ImportDepartments, rowsOfFile(s.t, "demo/departments.csv", func(code string) bool { return codes[code] }))
	known := func(code string) bool { return code != "LY-02" && code != "ZY-01" }
	s.receive(im, inventory.ImportSystems, rowsOfFile(s.t, "demo/systems.csv", known))
	s.receive(im, inventory.ImportSystems, rowsOfFile(s.t, "demo/systems_merging.csv", known))
	dir, err := registry.Directory(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return dir
}

// rowsOfFile keeps the header of a csv file and the rows whose first cell is
// wanted.
func rowsOfFile(t *testing.T, name string, wanted func(string) bool) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kept := slices.DeleteFunc(rows[1:], func(row []string) bool { return !wanted(row[0]) })
	for _, row := range kept {
		for i, cell := range row {
			if strings.HasPrefix(cell, "2017-09-") { // maintained since: the list is older
				row[i] = "2017-08-31"
			}
		}
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(append(rows[:1:1], kept...)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (s *story) receive(im *inventory.Importer, kind string, data []byte) {
	s.t.Helper()
	ctx, by := s.t.Context(), auth.Command("story", "上年台账")
	file, err := im.Receive(ctx, by, kind, kind+".csv", data)
	if err != nil {
		s.t.Fatal(err)
	}
	im.Wait(ctx, file.ID)
	if _, err := im.Confirm(ctx, by, file.ID, ""); err != nil {
		s.t.Fatal(err)
	}
	im.Wait(ctx, file.ID)
	if file, err = im.Find(ctx, by, file.ID); err != nil || file.RowsWrong > 0 || file.RowsApplied == 0 {
		s.t.Fatalf("%s: %d rows applied, %d wrong, %v", kind, file.RowsApplied, file.RowsWrong, err)
	}
}

// person makes an account with a token for programs.
func (s *story) person(people *account.Accounts, login string, dept auth.DepartmentID, role auth.Role) {
	s.t.Helper()
	ctx := s.t.Context()
	acc, _, err := people.Create(ctx, auth.Command("story", "story"), account.Draft{
		Login: login, Name: login, DepartmentID: dept, Roles: auth.Roles{role}, Password: storyPassword, Settled: true,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	p := auth.Principal{AccountID: acc.ID, Login: login, Name: login, DepartmentID: dept, Roles: auth.Roles{role}, Way: auth.BySession}
	_, text, err := people.IssueToken(ctx, p, "story", account.Scopes(), s.clock.Now().AddDate(0, 6, 0))
	if err != nil {
		s.t.Fatalf("token of %s: %v", login, err)
	}
	s.tokens[login] = text
}

// reply is what the story reads of an answer of the API.
type reply struct {
	status   int
	text     string
	State    string `json:"state"`
	Code     string `json:"code"`
	Number   string `json:"number"`
	Version  int64  `json:"version"`
	Hash     string `json:"hash"`
	Ready    bool   `json:"ready"`
	Total    tally  `json:"total"`
	Form     formOf `json:"form"`
	LateWd   *int   `json:"late_wd"`
	ID       int64  `json:"id"`
	Answers  map[string]any
	Items    []itemOf `json:"items"`
	Rows     []rowOf
	Problems []problem `json:"problems"`
	// Errors are the fields of a refusal; a form has its number of mistakes there.
	Errors refusals `json:"errors"`
}

type tally struct {
	Bodies    int `json:"bodies"`
	Filed     int `json:"filed"`
	Accepted  int `json:"accepted"`
	Zero      int `json:"zero_reports"`
	Overdue   int `json:"overdue"`
	LateFiled int `json:"late_filed"`
}

// UnmarshalJSON also takes the number of rows that lists call total.
func (c *tally) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] != '{' {
		return json.Unmarshal(raw, &c.Bodies)
	}
	type plain tally
	return json.Unmarshal(raw, (*plain)(c))
}

type refusals []problem

func (r *refusals) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] != '[' {
		return nil
	}
	return json.Unmarshal(raw, (*[]problem)(r))
}

type formOf struct {
	State   string `json:"state"`
	Late    *int   `json:"late_working_days"`
	Systems int    `json:"rows_total"`
}

type rowOf struct {
	ID     int64  `json:"id"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Origin string `json:"origin"`
}

type itemOf struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Department string `json:"department"`
}

type problem struct {
	Name    string `json:"name"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Warning bool   `json:"warning"`
}

// call asks the API as somebody. The ETag of the address that was read last is
// sent back with a change of it.
func (s *story) call(who, method, path string, body any) reply {
	s.t.Helper()
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			s.t.Fatal(err)
		}
	}
	return s.send(who, method, path, "application/json", raw)
}

// upload sends a file as somebody.
func (s *story) upload(who, path string, data []byte) reply {
	s.t.Helper()
	r := s.send(who, http.MethodPost, path, "application/octet-stream", data)
	if r.status >= 300 {
		s.t.Fatalf("%s: %s: %d %s", who, path, r.status, r.text)
	}
	return r
}

func (s *story) send(who, method, path, kind string, raw []byte) reply {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.tokens[who])
	req.Header.Set("Content-Type", kind)
	record := recordOf(path)
	if method != http.MethodGet && s.etags[record] != "" {
		req.Header.Set("If-Match", s.etags[record])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	out := reply{status: res.StatusCode, text: string(text)}
	if len(text) > 0 && text[0] == '{' {
		if err := json.Unmarshal(text, &out); err != nil {
			s.t.Fatalf("%s %s: %v: %s", method, path, err, text)
		}
	}
	if tag := res.Header.Get("ETag"); tag != "" {
		s.etags[record] = tag
	}
	return out
}

// recordOf is the address of the record that an address speaks of: that of a row
// keeps its number, an act on a record leaves its verb.
func recordOf(path string) string {
	for _, act := range []string{"/open", "/close", "/submit", "/ready", "/zero", "/answers", "/return", "/accept", "/lock", "/check", "/rows", "/moves"} {
		if rest, ok := strings.CutSuffix(path, act); ok {
			return rest
		}
	}
	return path
}

// must is call for what has to succeed.
func (s *story) must(who, method, path string, body any) reply {
	s.t.Helper()
	r := s.call(who, method, path, body)
	if r.status >= 300 {
		s.t.Fatalf("%s: %s %s: %d %s", who, method, path, r.status, r.text)
	}
	return r
}

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

func (s *story) want(what string, got, want any) {
	s.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestStorySurveyAndCensus tells steps 1 to 8 of the acceptance story over HTTP,
// with its dates and its outcomes.
func TestStorySurveyAndCensus(t *testing.T) { tell(t, (*story).surveyed) }

// surveyed goes through the self-survey and the census up to their lock: steps 1
// to 8. What comes later in the story begins after it.
func (s *story) surveyed() {
	s.t.Helper()
	s.at("2017-09-11 09:00") // 1, Monday
	s.opened()
	s.want("bodies that are asked", s.coverage(), tally{Bodies: 10})
	s.dueDayIsExplained()

	s.at("2017-09-12 10:00") // 2
	s.withoutApprovalDate()

	s.at("2017-09-29 16:00") // 3
	for _, prefix := range []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT"} {
		s.filledIn(prefix)
		s.want(prefix+" is late by", *s.confirmed(prefix).Form.Late, 0)
	}
	s.zeroReport()
	s.want("on 09-29", s.coverage(), tally{Bodies: 10, Filed: 9, Zero: 1})

	s.at("2017-09-30 23:59") // 4, a Saturday that is worked
	s.want("at 23:59 of the due day", s.coverage().Overdue, 0)
	s.at("2017-10-01 00:00")
	s.want("a minute later", s.coverage().Overdue, 1)

	s.at("2017-10-09 09:30") // 5, the first working day after the due day
	s.filledIn("WJ")
	s.want("WJ is late by", *s.confirmed("WJ").Form.Late, 1)
	s.want("on 10-09", s.coverage(), tally{Bodies: 10, Filed: 10, Zero: 1, LateFiled: 1})
	s.want("systems declared", s.declared(), 24)

	s.at("2017-10-10 10:00") // 6
	s.returnedAndMended()
	s.at("2017-10-12 10:00")
	for prefix := range storyBodies {
		if prefix != "ZY" {
			s.accepted(prefix)
		}
	}
	s.want("on 10-12", s.coverage(), tally{Bodies: 10, Filed: 10, Accepted: 10, Zero: 1, LateFiled: 1})

	s.at("2017-10-13 09:00") // 7
	s.countyRegisters()
	s.foundByTheCensus()
	s.at("2017-10-14 10:00")
	s.accepted("LY")

	s.at("2017-10-15 15:00") // 8, a Sunday
	s.locked()
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

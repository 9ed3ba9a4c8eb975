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
	"os"
	"slices"
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
	tokens map[string]string // by login
	etags  map[string]string // by address, of the last answer
	app    *qingce.App
	stop   func()              // of the program
	people map[string]*browser // who has signed in, by login
	// heard is the last day of which the hub reported; zero before it begins.
	heard calendar.Date
	// entries are the published entries of a body, by type of sharing, in order.
	entries map[string]map[string][]storyLine
	asked   map[string]int64 // requests, by user and entry
	// agreements are the addresses of what was granted, by user and entry.
	agreements map[string]string
	notice     string // address of the notice to WJ
	request    string // address of what FC asks of MZ
	marriages  string // and of the agreement that comes of it
	doubt      int64  // number of the objection of JY to its November
}

// storyLine is a published entry of the catalog.
type storyLine struct{ at, code string }

const storyPassword = "Acceptance-2017"

// tell runs a part of the story on both engines.
func tell(t *testing.T, of func(s *story)) {
	t.Helper()
	emptyHomes(t, func(t *testing.T, h home) { of(newStory(t, h)) })
}

func newStory(t *testing.T, h home) *story {
	t.Helper()
	s := &story{
		t: t, clock: clockwork.NewFakeClockAt(moment(t, "2017-09-11 08:00")), tokens: map[string]string{}, etags: map[string]string{}, entries: map[string]map[string][]storyLine{},
		asked: map[string]int64{}, agreements: map[string]string{},
	}
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
	s.app, s.stop = h.start(s.t, func(c *qingce.Config) { c.Clock = s.clock })
	s.url = s.app.URL()
}

func moment(t *testing.T, at string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", at, calendar.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// at moves the clock on to a moment in Asia/Shanghai. Once the hub has begun, it
// reports at 17:00 of every day that passes.
func (s *story) at(when string) {
	s.t.Helper()
	to := moment(s.t, when)
	for !s.heard.IsZero() {
		day := s.heard.AddDays(1)
		if day.At(17, 0).After(to) {
			break
		}
		s.clock.Advance(day.At(17, 0).Sub(s.clock.Now()))
		s.exchanged(day)
		s.heard = day
	}
	if to.Before(s.clock.Now()) {
		s.t.Fatalf("the story goes back to %s", when)
	}
	s.clock.Advance(to.Sub(s.clock.Now()))
}

// job moves the clock past the slot of a job and does it through the timetable of
// the service, as qingce job run does. The service itself does what is due as the
// clock moves: who is second finds nothing to do. No two runs are of the same
// moment.
func (s *story) job(name, slot string) {
	s.t.Helper()
	s.at(slot)
	var err error
	for range 20 {
		s.clock.Advance(time.Second)
		if err = s.app.RunJob(s.t.Context(), name); err == nil {
			return
		}
	}
	s.t.Fatal(err)
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

func (s *story) want(what string, got, want any) {
	s.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

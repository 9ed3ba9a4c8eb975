package inventoryweb_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

// api calls as somebody with a token.
type api struct {
	tn     *town
	bearer string
	lang   string
}

func (tn *town) api(p auth.Principal) *api {
	return &api{tn: tn, bearer: tn.site.Bearer(p), lang: locale.Chinese}
}

func (a *api) call(method, path string, body any, header ...string) *webtest.Page {
	b := a.tn.site.Nobody()
	b.Lang = a.lang
	h := http.Header{"Authorization": {a.bearer}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	switch body := body.(type) {
	case nil:
		return b.Do(method, path, nil, h)
	case string:
		h.Set("Content-Type", "application/json")
		return b.Do(method, path, strings.NewReader(body), h)
	}
	raw, _ := json.Marshal(body) // maps of plain values
	h.Set("Content-Type", "application/json")
	return b.Do(method, path, bytes.NewReader(raw), h)
}

type fields map[string]any

// whole is a system that passes every rule, as the API takes it.
func whole(owner, name string) fields {
	return fields{
		"owner_id": owner, "name": name, "function_desc": "就业登记", "system_class": "application", "build_unit": "信息中心", "maintain_unit": "信息中心",
		"approval_dept": "reform", "approval_date": "2013-03-01", "fund_source": "city", "om_amount_year": 12_500_000, "phase": "running",
		"enabled_date": "2014-06-01", "use_scope": "city_depts", "registered_users": 200, "active_users_month": 120, "use_frequency": "daily",
		"location": "gov_cloud", "network": []string{"extranet"}, "djbh_level": "none",
	}
}

// codes are the errors of a problem by field, and whether each says something.
func codes(t *testing.T, p *webtest.Page) map[string]string {
	t.Helper()
	var problem web.Problem
	p.Into(&problem)
	out := map[string]string{}
	for _, e := range problem.Errors {
		if !e.Warning {
			out[e.Field] = e.Code
		}
		if e.Message == "" || e.Message == e.Code {
			t.Errorf("%s has no words", e.Code)
		}
	}
	return out
}

func TestAProgramRegistersReadsAndChanges(t *testing.T) {
	tn := open(t)
	clerk := tn.api(tn.Clerk("RS"))
	p := clerk.call("POST", "/api/v1/systems", whole("XYRS", "就业服务系统"), "Idempotency-Key", "k1").Want(http.StatusCreated)
	var s fields
	p.Into(&s)
	if s["code"] != "RS-0001" || s["state"] != "draft" || s["owner_id"] != "XYRS" || s["om_amount_year"] != 12_500_000.0 || s["short_name"] != nil || fmt.Sprint(s["network"]) != "[extranet]" || s["classified"] != false || p.Header.Get("ETag") != `"1"` {
		t.Errorf("registered %v, ETag %s", s, p.Header.Get("ETag"))
	}
	s = nil
	clerk.call("POST", "/api/v1/systems", whole("XYRS", "就业服务系统"), "Idempotency-Key", "k1").Want(http.StatusCreated).Into(&s)
	if s["code"] != "RS-0001" {
		t.Errorf("the same key gave %v", s["code"])
	}
	at := "/api/v1/systems/RS-0001"
	patched := clerk.call("PATCH", at, `{"use_frequency":"weekly","short_name":"就业","network":["internet","extranet"]}`, "If-Match", `"1"`).Want(200)
	patched.Into(&s)
	if s["use_frequency"] != "weekly" || s["function_desc"] != "就业登记" || fmt.Sprint(s["network"]) != "[extranet internet]" || s["version"] != 2.0 {
		t.Errorf("patched %v", s)
	}
	clerk.call("PATCH", at, `{"short_name":null}`, "If-Match", `"2"`).Want(200).Into(&s)
	if s["short_name"] != nil {
		t.Errorf("not emptied: %v", s["short_name"])
	}
	var read fields
	clerk.call("GET", at, nil).Want(200).Into(&read)
	put := clerk.call("PUT", at, read, "If-Match", `"3"`).Want(200) // what was read can be sent back
	if put.Header.Get("ETag") != `"3"` {
		t.Errorf("the same again made a new version: %s", put.Header.Get("ETag"))
	}
	next := whole("XYRS", "公共就业服务系统")
	clerk.call("PATCH", at, `{"short_name":"就业"}`, "If-Match", `"3"`).Want(200)
	clerk.call("PUT", at, next, "If-Match", `"4"`, "Accept-Language", "en").Want(200).Into(&s)
	if s["name"] != "公共就业服务系统" || s["short_name"] != nil || fmt.Sprint(s["network"]) != "[extranet]" || s["use_frequency"] != "daily" {
		t.Errorf("replaced by %v", s)
	}
}

func TestStaleAndMissingVersionsAreRefused(t *testing.T) {
	tn := open(t)
	clerk := tn.api(tn.Clerk("RS"))
	tn.Registered("RS", "就业服务系统")
	at := "/api/v1/systems/RS-0001"
	clerk.call("PATCH", at, `{"short_name":"甲"}`, "If-Match", `"1"`).Want(200)
	stale := clerk.call("PATCH", at, `{"short_name":"乙"}`, "If-Match", `"1"`).Want(http.StatusConflict)
	if !strings.Contains(stale.Body, "ETag") || strings.Contains(stale.Body, "刷新") {
		t.Errorf("a program is told %s", stale.Body)
	}
	for _, tag := range []string{"", "1", `"x"`, "*"} {
		p := clerk.call("PATCH", at, `{"short_name":"乙"}`, "If-Match", tag).Want(http.StatusUnprocessableEntity)
		if got := codes(t, p); got["If-Match"] != "web.err.if_match" {
			t.Errorf("If-Match %q: %v", tag, got)
		}
	}
	if s := tn.find(t, "RS-0001"); s.ShortName != "甲" {
		t.Errorf("a stale change went through: %s", s.ShortName)
	}
}

func TestMistakesAreToldInTheWordsOfThePages(t *testing.T) {
	tn := open(t)
	form := filled(tn.site.Of(tn.Clerk("RS")).Get("/systems/new"))
	body := whole("XYRS", "就业服务系统")
	for k, v := range map[string]string{"enabled_date": "2012-01-01", "visit_url": "ftp://x", "active_users_month": "999", "name": "", "use_frequency": "sometimes"} {
		form.Set(k, v)
		body[k] = v
	}
	body["active_users_month"] = 999
	page := tn.site.Of(tn.Clerk("RS")).Post("/systems", form).Want(http.StatusUnprocessableEntity)
	p := tn.api(tn.Clerk("RS")).call("POST", "/api/v1/systems", body).Want(http.StatusUnprocessableEntity)
	var problem web.Problem
	p.Into(&problem)
	var said []string
	for _, e := range problem.Errors {
		if e.Code == "field.err.choice" { // a program is told the identifiers, a person the labels
			e.Message = strings.ReplaceAll(e.Message, "daily, weekly, monthly, quarterly, yearly, irregular, hardly",
				"每日、每周、每月、每季度、每年/季节性、不定期、基本不用")
		}
		if !e.Warning {
			said = append(said, e.Message)
		}
	}
	shown := page.Texts(".errors li")
	slices.Sort(said)
	slices.Sort(shown)
	if fmt.Sprint(said) != fmt.Sprint(shown) || len(said) != 5 {
		t.Errorf("the API says\n%s\nthe page says\n%s", strings.Join(said, "\n"), strings.Join(shown, "\n"))
	}
}

func TestBodiesThatAreNotUnderstoodAreRefusedByName(t *testing.T) {
	tn := open(t)
	clerk := tn.api(tn.Clerk("RS"))
	tn.Registered("RS", "就业服务系统")
	at := "/api/v1/systems/RS-0001"
	for _, c := range []struct{ name, body, field, code string }{
		{"an unknown member", `{"use_frequence":"daily"}`, "use_frequence", "inventory.err.unknown_member"},
		{"what only the service sets", `{"state":"verified"}`, "state", "field.err.given"},
		{"the Office's decision", `{"final":"keep"}`, "final", "field.err.given"},
		{"a version of its own", `{"version":9}`, "version", "inventory.err.unknown_member"},
		{"a number as text", `{"registered_users":"200"}`, "registered_users", "field.err.json_type"},
		{"a fraction of a fen", `{"om_amount_year":12.5}`, "om_amount_year", "field.err.json_type"},
		{"one for several", `{"network":"extranet"}`, "network", "field.err.json_type"},
		{"an unknown choice", `{"network":["telex"]}`, "network", "field.err.choice"},
		{"a department that is none", `{"owner_id":"XYNO"}`, "owner_id", "field.err.ref.department"},
		{"another department", `{"owner_id":"XYMZ"}`, "owner_id", "inventory.err.owner"},
		{"a day that is none", `{"enabled_date":"2014-02-30"}`, "enabled_date", "input.err.no_such_day"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := clerk.call("PATCH", at, c.body, "If-Match", `"1"`).Want(http.StatusUnprocessableEntity)
			if got := codes(t, p); got[c.field] != c.code {
				t.Errorf("%v, want %s at %s", got, c.code, c.field)
			}
		})
	}
	p := clerk.call("PATCH", at, `{"use_frequence":"daily"}`, "If-Match", `"1"`)
	if !strings.Contains(p.Body, "use_frequency") {
		t.Errorf("the known name is not suggested: %s", p.Body)
	}
	for _, body := range []string{``, `[]`, `{"name":"甲","name":"乙"}`, `{"name":`, `{"name":"甲"}{}`, `nonsense`} {
		clerk.call("PATCH", at, body, "If-Match", `"1"`).Want(http.StatusBadRequest)
	}
	text := tn.site.Nobody().Do("PATCH", at, strings.NewReader(`{"short_name":"甲"}`), http.Header{
		"Authorization": {clerk.bearer}, "If-Match": {`"1"`}, "Content-Type": {"text/plain"},
	})
	text.Want(http.StatusUnsupportedMediaType)
	classified := clerk.call("PATCH", at, `{"classified":true,"secret_level":"secret","network":["intranet"],"djbh_level":"na"}`, "If-Match", `"1"`).Want(http.StatusUnprocessableEntity)
	if got := codes(t, classified); got["function_desc"] != "err.secret" {
		t.Errorf("details of a classified system: %v", got)
	}
	if s := tn.find(t, "RS-0001"); s.Version != 1 {
		t.Error("something was written")
	}
}

type listed struct {
	Total   int64
	Systems []struct{ Code, Name string }
}

func (l listed) names() string {
	var out []string
	for _, s := range l.Systems {
		out = append(out, s.Name)
	}
	return strings.Join(out, " | ")
}

func TestTheAPIListsLikeThePage(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	office, page := tn.api(tn.Someone(auth.Office)), tn.site.Of(tn.Someone(auth.Office))
	for _, q := range []string{"", "q=系统&sort=-om_amount_year", "phase=trial", "network=internet", "owner_id=XYRS&sort=name", "proposed=(empty)", "enabled_date.from=2015-01"} {
		query, _ := url.ParseQuery(q)
		var l listed
		office.call("GET", "/api/v1/systems?"+query.Encode(), nil).Want(200).Into(&l)
		if want := page.Get("/systems?" + query.Encode()).Words(rows); l.names() != want || l.Total != int64(len(l.Systems)) {
			t.Errorf("%s: %s, the page %s", q, l.names(), want)
		}
	}
	var second listed
	office.call("GET", "/api/v1/systems?size=20&page=2", nil).Want(200).Into(&second)
	if second.Total != 4 || len(second.Systems) != 0 {
		t.Errorf("beyond the end: %+v", second)
	}
	var one struct {
		Page, Size, Total int
		Systems           []struct{ Code string }
	}
	office.call("GET", "/api/v1/systems?size=1&page=3", nil).Want(200).Into(&one)
	if one.Page != 3 || one.Size != 1 || one.Total != 4 || len(one.Systems) != 1 {
		t.Errorf("pages of one row: %+v", one)
	}
	p := office.call("GET", "/api/v1/systems?fase=trial&phase=nonsense", nil).Want(http.StatusUnprocessableEntity)
	if got := codes(t, p); got["fase"] != "web.err.unknown_parameter" || got["phase"] != "field.err.choice" {
		t.Errorf("refused: %v", got)
	}
	csv := office.call("GET", "/api/v1/systems.csv?phase=trial&columns=all", nil).Want(200)
	if !strings.Contains(csv.Body, "婚姻登记系统") || strings.Contains(csv.Body, "出租屋系统") {
		t.Errorf("exported\n%s", csv.Body)
	}
}

// TestWhatAProgramAsksForIsTakenOrRefused tries lists and exports: no rows may
// come that nobody asked for.
func TestWhatAProgramAsksForIsTakenOrRefused(t *testing.T) {
	tn := open(t)
	office := tn.api(tn.Someone(auth.Office))
	for _, c := range []struct{ list, query, field, code, word string }{
		{"systems", "page=abc", "page", "web.err.type", ""},
		{"systems", "page=0", "page", "web.err.min", "1"},
		{"systems", "size=0", "size", "web.err.min", "1"},
		{"systems", "size=201", "size", "web.err.max", "200"},
		{"systems", "size=1e2", "size", "web.err.type", ""},
		{"systems", "sort=-om_amount", "sort", "inventory.err.unknown_member", "om_amount_year"},
		{"systems", "state=gone", "state", "field.err.choice", "draft, declared"},
		{"systems", "classified=maybe", "classified", "field.err.json_type", "true"},
		{"systems", "om_amount_year.from=6.5", "om_amount_year.from", "field.err.json_type", "单位为分"},
		{"systems", "fase=trial", "fase", "web.err.unknown_parameter", ""},
		{"systems", "as_of=yesterday", "as_of", "input.err.date", ""},
		{"systems.csv", "columns=name,stat", "columns", "inventory.err.unknown_member", "state"},
		{"systems.csv", "fase=trial", "fase", "web.err.unknown_parameter", ""},
		{"systems.csv", "om_amount_year.from=6.5", "om_amount_year.from", "field.err.json_type", ""},
		{"departments", "page=abc", "page", "web.err.type", ""},
		{"departments", "size=201", "size", "web.err.max", "200"},
		{"departments", "sort=nme", "sort", "inventory.err.unknown_member", "name"},
		{"departments", "group_code=E", "group_code[0]", "web.err.choice", "A, B, C, D, (empty)"},
		{"departments.csv", "kind=town", "kind", "web.err.choice", "municipal"},
		{"departments.csv", "knd=county", "knd", "web.err.unknown_parameter", ""},
		{"departments.csv", "sort=nme", "sort", "inventory.err.unknown_member", "name"},
	} {
		t.Run(c.list+" "+c.query, func(t *testing.T) {
			p := office.call("GET", "/api/v1/"+c.list+"?"+c.query, nil).Want(http.StatusUnprocessableEntity)
			if got := codes(t, p); len(got) != 1 || got[c.field] != c.code || !strings.Contains(p.Body, c.word) {
				t.Errorf("%v, want %s at %s with %q: %s", got, c.code, c.field, c.word, p.Body)
			}
		})
	}
}

func TestMoneyIsFenEverywhereInTheAPI(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	office, page := tn.api(tn.Someone(auth.Office)), tn.site.Of(tn.Someone(auth.Office))
	want := page.Get("/systems?om_amount_year.from=100").Words(rows)
	var l listed
	office.call("GET", "/api/v1/systems?om_amount_year.from=100000000", nil).Want(200).Into(&l)
	if l.names() != want || want == "" {
		t.Errorf("from 100 万元 in fen: %q, the page %q", l.names(), want)
	}
	csv := office.call("GET", "/api/v1/systems.csv?columns=name&om_amount_year.from=100000000", nil).Want(200)
	if !strings.HasSuffix(strings.TrimSpace(csv.Body), want) || strings.Count(csv.Body, "RS-0001") != 1 || !strings.Contains(csv.Body, "从 100　") {
		t.Errorf("exported, want only %s and the filter in words\n%s", want, csv.Body)
	}
}

func TestTheAPIReadsThePastAndTheHistory(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	tn.Clock.Advance(24 * time.Hour)
	tn.change(t, tn.Clerk("RS"), s, "改名", func(s *inventory.System) { s.Name = "公共就业服务系统" })
	clerk := tn.api(tn.Clerk("RS"))
	var then struct{ Name string }
	clerk.call("GET", "/api/v1/systems/RS-0001?as_of=2017-09-12", nil).Want(200).Into(&then)
	if then.Name != "就业服务系统" {
		t.Errorf("then it was %s", then.Name)
	}
	var l listed
	clerk.call("GET", "/api/v1/systems?as_of=2017-09-12", nil).Want(200).Into(&l)
	if l.names() != "就业服务系统" {
		t.Errorf("then the list was %s", l.names())
	}
	var h struct {
		States []struct {
			Version    int
			By, Reason string
			Action     string
			Changes    []struct{ Field, Old, New string }
		}
	}
	clerk.call("GET", "/api/v1/systems/RS-0001/history", nil).Want(200).Into(&h)
	if len(h.States) != 2 || h.States[0].Reason != "改名" || fmt.Sprint(h.States[0].Changes) != "[{name 就业服务系统 公共就业服务系统}]" {
		t.Errorf("history %+v", h)
	}
}

func TestStepsRelationsAndFilesByTheAPI(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	tn.Registered("RS", "社会保险系统")
	head, centre, office, clerk := tn.api(tn.Head("RS")), tn.api(tn.Someone(auth.Centre)), tn.api(tn.Someone(auth.Office)), tn.api(tn.Clerk("RS"))
	at := "/api/v1/systems/RS-0001"
	var steps struct{ Moves []struct{ Move string } }
	head.call("GET", at+"/moves", nil).Want(200).Into(&steps)
	if fmt.Sprint(steps.Moves) != "[{declare}]" {
		t.Errorf("steps %v", steps.Moves)
	}
	head.call("POST", at+"/moves", fields{"move": "declare"}, "If-Match", `"1"`).Want(200)
	if got := codes(t, centre.call("POST", at+"/moves", fields{"move": "return"}, "If-Match", `"2"`).Want(http.StatusUnprocessableEntity)); got["reason"] == "" {
		t.Errorf("returned without a reason: %v", got)
	}
	centre.call("POST", at+"/moves", fields{"move": "verify"}, "If-Match", `"2"`).Want(200)
	clerk.call("POST", at+"/moves", fields{"move": "declare"}, "If-Match", `"3"`).Want(http.StatusForbidden)
	office.call("POST", at+"/decision", fields{"final": "keep", "reason": "方案"}, "If-Match", `"3"`).Want(200)
	if s := tn.find(t, "RS-0001"); s.State != inventory.Verified || s.Final != "keep" {
		t.Errorf("now %s %s", s.State, s.Final)
	}

	clerk.call("POST", at+"/relations", fields{"kind": "interface", "other": "rs-0002"}).Want(http.StatusCreated)
	var joined struct {
		Relations []struct {
			ID   int
			Code string
		}
	}
	clerk.call("GET", at+"/relations", nil).Want(200).Into(&joined)
	if len(joined.Relations) != 1 || joined.Relations[0].Code != "RS-0002" {
		t.Fatalf("relations %+v", joined)
	}
	clerk.call("DELETE", fmt.Sprintf("%s/relations/%d", at, joined.Relations[0].ID), nil).Want(http.StatusNoContent)

	data := picture(t, 9)
	raw := tn.site.Nobody().Do("POST", at+"/evidence?name=a.png&purpose=backup", bytes.NewReader(data), http.Header{
		"Authorization": {clerk.bearer}, "Content-Type": {"application/octet-stream"},
	}).Want(http.StatusCreated)
	var file struct {
		ID     int
		SHA256 string `json:"sha256"`
	}
	raw.Into(&file)
	if got := office.call("GET", fmt.Sprintf("%s/evidence/%d/content", at, file.ID), nil).Want(200).Body; got != string(data) {
		t.Error("the file came back otherwise")
	}
	if got := codes(t, clerk.call("DELETE", fmt.Sprintf("%s/evidence/%d", at, file.ID), nil).Want(http.StatusUnprocessableEntity)); got["reason"] == "" {
		t.Errorf("removed without a reason: %v", got)
	}
	clerk.call("DELETE", fmt.Sprintf("%s/evidence/%d?reason=x", at, file.ID), nil).Want(http.StatusNoContent)
	mz := tn.api(tn.Clerk("MZ"))
	for _, path := range []string{at, at + "/history", at + "/moves", at + "/relations", at + "/evidence", fmt.Sprintf("%s/evidence/%d/content", at, file.ID)} {
		mz.call("GET", path, nil).Want(http.StatusNotFound)
	}
	mz.call("PATCH", at, `{"short_name":"冒名"}`, "If-Match", `"4"`).Want(http.StatusNotFound)
}

func TestDepartmentsByTheAPI(t *testing.T) {
	tn := open(t)
	admin := tn.api(tn.Someone(auth.Admin))
	var l struct {
		Total       int
		Departments []struct{ Code string }
	}
	admin.call("GET", "/api/v1/departments?kind=county", nil).Want(200).Into(&l)
	if l.Total != 1 || l.Departments[0].Code != "XYZY" {
		t.Errorf("listed %+v", l)
	}
	body := fields{"code": "XY108", "name": "市国土局", "kind": "municipal", "region_code": "420600", "parent_id": nil, "key_area": true}
	p := admin.call("POST", "/api/v1/departments", body).Want(http.StatusCreated)
	var d fields
	p.Into(&d)
	if d["code"] != "XY108" || d["key_area"] != true || p.Header.Get("ETag") != `"1"` {
		t.Errorf("added %v", d)
	}
	bad := admin.call("PATCH", "/api/v1/departments/XY108", `{"uscc":"11420600MB00000191","region":"420600"}`, "If-Match", `"1"`).Want(http.StatusUnprocessableEntity)
	if got := codes(t, bad); got["uscc"] != "err.uscc" || got["region"] != "inventory.err.unknown_member" {
		t.Errorf("refused %v", got)
	}
	admin.call("PATCH", "/api/v1/departments/XY108", `{"contact_name":"张三"}`, "If-Match", `"1"`).Want(200)
	admin.call("PATCH", "/api/v1/departments/XY108", `{"contact_name":"李四"}`, "If-Match", `"1"`).Want(http.StatusConflict)
	var read fields
	admin.call("GET", "/api/v1/departments/XY108", nil).Want(200).Into(&read)
	admin.call("PUT", "/api/v1/departments/XY108", read, "If-Match", `"2"`).Want(200)
	clerk := tn.api(tn.Clerk("RS"))
	clerk.call("GET", "/api/v1/departments/XY108", nil).Want(200)
	clerk.call("PATCH", "/api/v1/departments/XY108", `{"contact_name":"李四"}`, "If-Match", `"2"`).Want(http.StatusForbidden)
	admin.call("GET", "/api/v1/systems", nil).Want(http.StatusForbidden)
}

func TestTheDocumentDescribesEveryField(t *testing.T) {
	tn := open(t)
	doc := tn.site.OpenAPI()
	for _, name := range []string{"System", "SystemInput"} {
		s := doc.Components.Schemas.Map()[name]
		if s == nil {
			t.Fatalf("no schema %s", name)
		}
		for _, f := range inventory.SystemFields.All() {
			p := s.Properties[f.Key]
			switch {
			case p == nil && name == "SystemInput" && f.Given:
			case p == nil:
				t.Errorf("%s lacks %s", name, f.Key)
			case len(p.Description) < 5:
				t.Errorf("%s.%s is not described", name, f.Key)
			}
		}
	}
	op := doc.Paths["/api/v1/systems/{code}"].Patch
	if ref := op.RequestBody.Content["application/json"].Schema.Ref; ref != "#/components/schemas/SystemInput" {
		t.Errorf("the body of PATCH is described by %q", ref)
	}
}

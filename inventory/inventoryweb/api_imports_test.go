package inventoryweb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
)

// handIn sends a file.
func (a *api) handIn(kind, name, content string) *webtest.Page {
	return a.tn.site.Nobody().Do("POST", "/api/v1/imports?kind="+kind+"&name="+name, strings.NewReader(content), http.Header{
		"Authorization": {a.bearer}, "Content-Type": {"application/octet-stream"},
	})
}

// with is the same person with a token of these scopes only.
func with(p auth.Principal, scopes ...string) auth.Principal {
	p.Login, p.Scopes = p.Login+"-"+strings.Join(scopes, "-"), scopes
	return p
}

type importFile struct {
	ID    int64
	Kind  string
	Name  string
	State string
	New   int64  `json:"rows_new"`
	Wrong int64  `json:"rows_wrong"`
	At    string `json:"created_at"`
}

const (
	fewSystems     = "系统名称,系统功能\n就业服务系统,求职登记\n"
	fewDepartments = "单位编码,单位简称,单位类别,行政区划代码\nXYQX,市气象局,市直部门,420600\n"
)

func TestAFileTakesTheScopeOfWhatItHolds(t *testing.T) {
	tn := open(t)
	office := tn.Someone(auth.Office)
	systems, departments := tn.api(with(office, "systems:write")), tn.api(with(office, "departments:write"))
	systems.handIn("departments", "a.csv", fewDepartments).Want(http.StatusForbidden)
	var f importFile
	departments.handIn("departments", "a.csv", fewDepartments).Want(http.StatusAccepted).Into(&f)
	if f.Kind != "departments" || f.State != "ready" || f.New != 1 || f.At != "2017-09-12T09:00:00+08:00" {
		t.Fatalf("received %+v", f)
	}
	at := fmt.Sprintf("/api/v1/imports/%d", f.ID)
	for _, c := range []struct{ method, path string }{{"GET", at}, {"GET", at + "/rows"}, {"POST", at + "/confirm"}, {"DELETE", at}} {
		systems.call(c.method, c.path, body(c.method)).Want(http.StatusForbidden)
	}
	departments.call("POST", at+"/confirm", "{}").Want(http.StatusAccepted)
	var d struct{ Name string }
	tn.api(office).call("GET", "/api/v1/departments/XYQX", nil).Want(200).Into(&d)
	if d.Name != "市气象局" {
		t.Errorf("written: %+v", d)
	}

	clerk := tn.Clerk("RS")
	tn.api(with(clerk, "departments:write")).handIn("systems", "b.csv", fewSystems).Want(http.StatusForbidden)
	tn.api(with(clerk, "systems:write")).handIn("systems", "b.csv", fewSystems).Want(http.StatusAccepted)
	tn.api(with(clerk, "departments:write")).handIn("departments", "b.csv", fewDepartments).Want(http.StatusForbidden)
}

func body(method string) any {
	if method == "POST" {
		return "{}"
	}
	return nil
}

func TestFilesAreListedAndDropped(t *testing.T) {
	tn := open(t)
	clerk := tn.api(tn.Clerk("RS"))
	var first, second importFile
	clerk.handIn("systems", "first.csv", fewSystems).Want(http.StatusAccepted).Into(&first)
	clerk.handIn("systems", "second.csv", fewSystems).Want(http.StatusAccepted).Into(&second)
	names := func(a *api) string {
		var l struct{ Imports []importFile }
		a.call("GET", "/api/v1/imports", nil).Want(200).Into(&l)
		var out []string
		for _, f := range l.Imports {
			out = append(out, f.Name)
		}
		return strings.Join(out, " ")
	}
	if got := names(clerk); got != "second.csv first.csv" {
		t.Errorf("listed %q, want the newest first", got)
	}
	if got := names(tn.api(tn.Clerk("MZ"))); got != "" {
		t.Errorf("somebody else is shown %q", got)
	}
	if got := names(tn.api(with(tn.Clerk("RS"), "departments:write"))); got != "" {
		t.Errorf("a token for departments is shown %q", got)
	}
	at := fmt.Sprintf("/api/v1/imports/%d", first.ID)
	tn.api(tn.Clerk("MZ")).call("DELETE", at, nil).Want(http.StatusNotFound)
	clerk.call("DELETE", at, nil).Want(http.StatusNoContent)
	if got := names(clerk); got != "second.csv" {
		t.Errorf("after the first was dropped: %q", got)
	}
	clerk.call("DELETE", at, nil).Want(http.StatusConflict)
	clerk.call("POST", at+"/confirm", "{}").Want(http.StatusConflict)
	clerk.call("DELETE", "/api/v1/imports/999", nil).Want(http.StatusNotFound)
}

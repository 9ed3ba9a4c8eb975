package main_test

import (
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestAChangeRequestHasADay follows a request through the whole service: the
// day by which the Office is to answer opens with it and is closed by the
// answer.
func TestAChangeRequestHasADay(t *testing.T) {
	dir := t.TempDir()
	d := startDemo(t, dir, "--listen", "127.0.0.1:0")
	password, _, _ := strings.Cut(labelled(t, d.out.String(), "password:"), " ")
	department := newBrowser(t, d.url)
	department.signIn("ga.head", password)
	form := postedForm(t, department.get("/systems/GA-01/change").body, "/systems/GA-01/change")
	form.Set("reason", "普查时填报有误")
	form.Set("short_name", "人口库")
	form.Set("submit", "true")
	p := department.post("/systems/GA-01/change", form)
	request := p.header.Get("Location") // the sample city has another one
	if p.status != http.StatusSeeOther || !strings.HasPrefix(request, "/changes/") {
		t.Fatalf("the request: %d to %q", p.status, request)
	}
	office := newBrowser(t, d.url)
	office.signIn("office", password)
	if !strings.Contains(office.get("/").body, "变更申请，待答复") {
		t.Error("the Office's workbench does not name the request")
	}
	asked := office.get(request).body
	if !strings.Contains(asked, "剩余 10 个工作日") {
		t.Error("the request does not say by when it is to be answered")
	}
	answer := postedForm(t, asked, request+"/decision")
	if p := office.post(request+"/decision", answer); p.status != http.StatusSeeOther {
		t.Fatalf("the answer: %d", p.status)
	}
	if p := department.get("/systems/GA-01/history"); !strings.Contains(p.body, `href="`+request+`"`) {
		t.Error("the history of the record does not lead to the request")
	}
	d.stop()
	database := "sqlite:" + filepath.Join(dir, "demo", "qingce.db")
	own := " AND subject_id = '" + path.Base(request) + "'" // the sample city has others
	for sql, want := range map[string]int64{
		"SELECT count(*) FROM due_dates WHERE subject_kind = 'change_request' AND term_wd = 10 AND closed_at IS NOT NULL" + own: 1,
		"SELECT count(*) FROM due_dates WHERE subject_kind = 'change_request' AND closed_at IS NULL":                            1,
		"SELECT count(*) FROM systems WHERE code = 'GA-01' AND short_name = '人口库' AND state = 'in_service'":                     1,
	} {
		if got := number(t, database, sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
}

// postedForm is what a browser would send of the first form that goes to an
// address.
func postedForm(t *testing.T, page, action string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "form" && attributeOf(n, "action") == action {
			return browserSends(n)
		}
	}
	t.Fatalf("the page has no form that goes to %s", action)
	return nil
}

func browserSends(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		name := attributeOf(n, "name")
		if name == "" || hasAttribute(n, "disabled") {
			continue
		}
		switch n.Data {
		case "input":
			kind := attributeOf(n, "type")
			if kind != "file" && (kind != "radio" && kind != "checkbox" || hasAttribute(n, "checked")) {
				out.Add(name, attributeOf(n, "value"))
			}
		case "textarea":
			if n.FirstChild != nil {
				out.Add(name, strings.TrimPrefix(n.FirstChild.Data, "\n"))
			}
		case "select":
			for o := range n.Descendants() {
				if o.Data == "option" && hasAttribute(o, "selected") {
					out.Add(name, attributeOf(o, "value"))
				}
			}
		}
	}
	return out
}

func attributeOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

package webtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingce/internal/account"
)

// Browser is somebody who uses a Site. It keeps cookies and follows no
// redirects by itself.
type Browser struct {
	// Lang is the language that the browser prefers.
	Lang string
	// Account is who is signed in; without ID nobody.
	Account account.Account

	site   *Site
	client *http.Client
}

// Get asks for a page.
func (b *Browser) Get(path string) *Page {
	b.site.t.Helper()
	return b.Do(http.MethodGet, path, nil, nil)
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values) *Page {
	b.site.t.Helper()
	return b.Do(http.MethodPost, path, strings.NewReader(form.Encode()), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"},
	})
}

// JSON sends a value to the API; nil sends no body.
func (b *Browser) JSON(method, path string, body any, header ...string) *Page {
	b.site.t.Helper()
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	if body == nil {
		return b.Do(method, path, nil, h)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		b.site.t.Fatal(err)
	}
	return b.Do(method, path, bytes.NewReader(raw), h)
}

// Do sends a request as a browser does for somebody who is on the site.
func (b *Browser) Do(method, path string, body io.Reader, header http.Header) *Page {
	t := b.site.t
	t.Helper()
	req, err := http.NewRequest(method, b.site.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", b.Lang)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := b.client.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: read answer: %v", method, path, err)
	}
	p := &Page{
		t: t, browser: b, Name: method + " " + path, Path: path, Status: res.StatusCode, Header: res.Header, Body: string(raw),
	}
	p.lookOver()
	return p
}

// Page is an answer.
type Page struct {
	Name   string // "GET /accounts"
	Path   string
	Status int
	Header http.Header
	Body   string
	Root   *html.Node // of an HTML answer

	t       testing.TB
	browser *Browser
}

// Location is where a redirect leads.
func (p *Page) Location() string { return p.Header.Get("Location") }

// Follow goes where the answer redirects to, and fails when it does not.
func (p *Page) Follow() *Page {
	p.t.Helper()
	if p.Status != http.StatusSeeOther {
		p.t.Fatalf("%s: status %d is no redirect\n%s", p.Name, p.Status, p.Short())
	}
	return p.browser.Get(p.Location())
}

// Want fails unless the answer has the status.
func (p *Page) Want(status int) *Page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s: status %d, want %d\n%s", p.Name, p.Status, status, p.Short())
	}
	return p
}

// Into reads a JSON answer.
func (p *Page) Into(v any) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.Body), v); err != nil {
		p.t.Fatalf("%s: %v\n%s", p.Name, err, p.Short())
	}
}

// Short is the beginning of the body, or the words of a page.
func (p *Page) Short() string {
	text := p.Body
	if p.Root != nil && p.Has("main") {
		text = p.Text("main")
	}
	const short = 1200
	if len(text) > short {
		return text[:short] + "…"
	}
	return text
}

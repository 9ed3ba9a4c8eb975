package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
)

// kinds is what every sort of trouble becomes, on a page, on a form that comes
// back, and in the API.
var kinds = []struct {
	kind  fault.Kind
	page  int
	form  int
	api   int
	again bool // Retry-After
}{
	{fault.Internal, 500, 500, 500, false},
	{fault.Invalid, 400, 422, 400, true},
	{fault.Unauthenticated, 303, 401, 401, true},
	{fault.Forbidden, 403, 403, 403, true},
	{fault.NotFound, 404, 404, 404, true},
	{fault.Conflict, 409, 409, 409, true},
	{fault.TooLarge, 413, 413, 413, true},
	{fault.Unsupported, 415, 415, 415, true},
	{fault.RateLimited, 429, 429, 429, true},
	{fault.Unavailable, 503, 503, 503, true},
}

func TestEveryKindHasItsStatus(t *testing.T) {
	site := sample(t)
	b := site.Nobody()
	for _, k := range kinds {
		t.Run(k.kind.String(), func(t *testing.T) {
			page := b.Get(fmt.Sprintf("/fail/%d", k.kind)).Want(k.page)
			form := b.Post(fmt.Sprintf("/form/%d", k.kind), nil).Want(k.form)
			problem := b.Get(fmt.Sprintf("/api/v1/fail/%d", k.kind)).Want(k.api)
			for _, p := range []*webtest.Page{page, form} {
				if got := p.Header.Get("Retry-After") != ""; got != k.again {
					t.Errorf("%s: Retry-After set is %t, want %t", p.Name, got, k.again)
				}
			}
			if got := problem.Header.Get("Retry-After"); k.again && got != "90" {
				t.Errorf("API: Retry-After %q, want 90", got)
			}
			for _, p := range []string{page.Body, problem.Body} {
				if strings.Contains(p, "relation") {
					t.Errorf("the cause is shown: %s", p)
				}
			}
			var got web.Problem
			problem.Into(&got)
			if got.Status != k.api || got.Detail == "" || got.RequestID == "" || !strings.HasPrefix(problem.Header.Get("Content-Type"), "application/problem+json") {
				t.Errorf("problem %+v of type %q", got, problem.Header.Get("Content-Type"))
			}
		})
	}
}

func TestErrorPagesSpeakBothLanguages(t *testing.T) {
	site := sample(t)
	for _, lang := range []string{"zh-CN", "en"} {
		b := site.Nobody()
		b.Lang = lang
		for _, k := range kinds {
			if k.page == http.StatusSeeOther {
				continue
			}
			p := b.Get(fmt.Sprintf("/fail/%d", k.kind)).Want(k.page)
			if got := p.Attr("html", "lang"); got != lang {
				t.Errorf("%s: lang %q, want %q", k.kind, got, lang)
			}
			if got := p.Text(".failure-id code"); got != p.Header.Get("X-Request-Id") {
				t.Errorf("%s: the page shows the request %q, want %q", k.kind, got, p.Header.Get("X-Request-Id"))
			}
		}
	}
}

func TestPanicShowsARequestNumberAndNothingElse(t *testing.T) {
	site := sample(t)
	p := site.Nobody().Get("/panic").Want(http.StatusInternalServerError)
	if strings.Contains(p.Body, "swordfish") || strings.Contains(p.Body, "goroutine") {
		t.Errorf("the page shows the panic: %s", p.Short())
	}
	id := p.Text(".failure-id code")
	log := site.Log.String()
	if !strings.Contains(log, "swordfish") || !strings.Contains(log, id) {
		t.Errorf("the log does not hold the panic with the request %s: %s", id, log)
	}
	site.Nobody().Get("/open").Want(http.StatusOK)
}

func TestTimeLimitIs503(t *testing.T) {
	for _, path := range []string{"/slow", "/api/v1/slow"} {
		p := sample(t).Nobody().Get(path).Want(http.StatusServiceUnavailable)
		if p.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", path)
		}
	}
}

func TestWhoHangsUpIsNoError(t *testing.T) {
	site := sample(t)
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, site.URL+"/late", nil)
	if err != nil {
		t.Fatal(err)
	}
	go cancel()
	if res, err := http.DefaultClient.Do(req); err == nil {
		res.Body.Close()
		t.Fatal("the request was answered")
	}
	site.Nobody().Get("/open").Want(http.StatusOK)
	if strings.Contains(site.Log.String(), "request failed") {
		t.Errorf("logged as an error: %s", site.Log.String())
	}
}

func TestNoSuchPage(t *testing.T) {
	site := sample(t)
	b := site.As(0, auth.Admin)
	cases := []struct {
		name, method, path string
		want               int
	}{
		{"an unknown page", "GET", "/nowhere", 404},
		{"another spelling", "GET", "/OPEN", 404},
		{"a slash too many", "GET", "/open/", 404},
		{"two slashes", "GET", "//open", 404},
		{"a number that is none", "GET", "/fail/abc", 404},
		{"another method", "DELETE", "/open", 405},
		{"an invented method", "BREW", "/open", 405},
		{"TRACE", "TRACE", "/open", 405},
		{"an unknown operation", "GET", "/api/v1/nowhere", 404},
		{"another method of an operation", "POST", "/api/v1/free", 405},
		{"HEAD of a page", "HEAD", "/open", 200},
		{"an unknown asset", "GET", "/assets/nowhere.css", 404},
		{"an asset above the folder", "GET", "/assets/..%2f..%2fgo.mod", 404},
		{"a query that is no number", "GET", "/in?size=many", 400},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			p := b.Do(k.method, k.path, nil, nil).Want(k.want)
			if api := strings.HasPrefix(k.path, "/api/"); api != strings.HasPrefix(p.Header.Get("Content-Type"), "application/problem+json") {
				t.Errorf("answered as %s", p.Header.Get("Content-Type"))
			}
			if k.want == 405 && p.Header.Get("Allow") == "" {
				t.Error("no Allow header")
			}
		})
	}
}

func TestDownload(t *testing.T) {
	site := sample(t)
	b := site.Nobody()
	whole := b.Get("/file/never").Want(http.StatusOK)
	if got := whole.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename*=utf-8''") {
		t.Errorf("Content-Disposition %q", got)
	}
	if got := whole.Header.Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") {
		t.Errorf("a download without sandbox: %q", got)
	}
	failed := b.Get("/file/begin").Want(http.StatusServiceUnavailable)
	if failed.Header.Get("Content-Disposition") != "" || !failed.Has("h1") {
		t.Errorf("a failed download is %v", failed.Header)
	}
	res, err := http.Get(site.URL + "/file/late")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := readAll(res.Body); err == nil {
		t.Error("a download that broke off looks whole")
	}
}

package webtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
)

// CheckPages checks the pages whose names begin with prefix against the types
// of their data, in every language: a misspelled member is found here and not
// by the first reader. Pages that are not named, or do not exist, fail.
func CheckPages(t *testing.T, s *web.Server, prefix string, data map[string]any) {
	t.Helper()
	for _, name := range s.Pages() {
		if _, ok := data[name]; !ok && strings.HasPrefix(name, prefix) {
			t.Errorf("page %s: the type of its data is not named", name)
		}
	}
	for name, value := range data {
		for _, lang := range locale.Languages() {
			page, ok := s.Page(lang, name)
			if !ok {
				t.Errorf("page %s does not exist in %s", name, lang)
				continue
			}
			if err := templatecheck.CheckHTML(page.Lookup(name), value); err != nil {
				t.Errorf("page %s in %s: %v", name, lang, err)
			}
		}
	}
}

// CheckRights asks for every route as nobody and as a person of each role, and
// fails when somebody gets in whom the table of routes does not name, or does
// not get in whom it names. Acts are only tried by those who may not do them.
func CheckRights(t *testing.T, site *Site) {
	t.Helper()
	nobody := site.Nobody()
	for _, r := range site.Routes() {
		if !r.Access.Public || r.Access.Probes {
			wantShut(t, r, nobody, "nobody")
		}
	}
	for _, role := range auth.AllRoles() {
		b := site.As(site.home, role)
		for _, r := range site.Routes() {
			named := len(r.Access.Roles) == 0 || auth.Roles{role}.Any(r.Access.Roles...)
			switch {
			case r.Access.Probes:
				wantShut(t, r, b, string(role)) // people are no probes
			case r.Access.Public:
			case !named:
				wantShut(t, r, b, string(role))
			case r.Method == http.MethodGet:
				wantOpen(t, r, b, string(role))
			}
		}
	}
}

func wantShut(t *testing.T, r web.RouteInfo, b *Browser, who string) {
	t.Helper()
	p := b.try(r)
	shut := p.Status == http.StatusForbidden || p.Status == http.StatusUnauthorized ||
		p.Status == http.StatusSeeOther && strings.HasPrefix(p.Location(), "/sign-in")
	if !shut {
		t.Errorf("%s %s lets %s in: %d\n%s", r.Method, r.Path, who, p.Status, p.Short())
	}
}

func wantOpen(t *testing.T, r web.RouteInfo, b *Browser, who string) {
	t.Helper()
	p := b.try(r)
	if p.Status == http.StatusForbidden || p.Status == http.StatusUnauthorized || p.Status >= http.StatusInternalServerError {
		t.Errorf("%s %s does not let %s in: %d\n%s", r.Method, r.Path, who, p.Status, p.Short())
	}
}

// try asks for a route with something in place of its parameters.
func (b *Browser) try(r web.RouteInfo) *Page {
	b.site.t.Helper()
	parts := strings.Split(r.Path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") || strings.HasPrefix(part, "*") {
			parts[i] = fmt.Sprint(1)
		}
	}
	return b.Do(r.Method, strings.Join(parts, "/"), nil, http.Header{"Content-Type": {"application/json"}})
}

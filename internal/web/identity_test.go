package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
)

func cookies(p *webtest.Page) map[string]*http.Cookie {
	out := map[string]*http.Cookie{}
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		out[c.Name] = c
	}
	return out
}

func TestCookies(t *testing.T) {
	cases := []struct {
		name   string
		tls    bool
		prefix string
	}{{"plain", false, ""}, {"under TLS", true, "__Host-"}}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			site := sample(t, webtest.Config{TLS: k.tls})
			b := site.Nobody()
			p := b.Post("/to", url.Values{"to": {"/open"}})
			c := cookies(p)[k.prefix+"qingce_flash"]
			if c == nil || !c.HttpOnly || c.Secure != k.tls || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Fatalf("cookie %+v", c)
			}
			if got := p.Header.Get("Strict-Transport-Security") != ""; got != k.tls {
				t.Errorf("Strict-Transport-Security set is %t, want %t", got, k.tls)
			}
			if got := p.Follow().Text(".flash-ok"); got != "saved" {
				t.Errorf("the next page says %q", got)
			}
			if b.Get("/open").Has(".flash") {
				t.Error("the message is shown twice")
			}
			if got := site.As(0, auth.Admin).Get("/inside").Status; got != http.StatusOK {
				t.Errorf("signed in: %d", got)
			}
		})
	}
}

func TestForgedFlashIsHarmless(t *testing.T) {
	b := sample(t).Nobody()
	for _, v := range []string{"x", "bm8ganNvbg", "eyJUZXh0IjoiPHNjcmlwdD4ifQ"} {
		b.SetCookie(&http.Cookie{Name: "qingce_flash", Value: v, Path: "/"})
		b.Get("/open").Want(http.StatusOK)
	}
}

func TestSignedOutPeople(t *testing.T) {
	site := sample(t)
	b := site.Nobody()
	cases := []struct {
		name string
		page *webtest.Page
		want string
	}{
		{"a page leads back", b.Get("/inside?q=1&a=%26"), "/sign-in?next=%2Finside%3Fq%3D1%26a%3D%2526"},
		{"an act leads to the page it was done on", b.Do("POST", "/inside", nil, http.Header{"Referer": {site.URL + "/me?a=1"}}), "/sign-in?next=%2Fme%3Fa%3D1"},
		{"an act of another site leads nowhere", b.Do("POST", "/inside", nil, http.Header{"Referer": {"http://evil.example/x"}}), "/sign-in"},
	}
	for _, k := range cases {
		if got := k.page.Want(http.StatusSeeOther).Location(); got != k.want {
			t.Errorf("%s: %q, want %q", k.name, got, k.want)
		}
	}
	b.Do("POST", "/inside", nil, http.Header{"X-Requested-With": {"autosave"}}).Want(http.StatusUnauthorized)
	b.Do("GET", "/inside", nil, http.Header{"Hx-Request": {"true"}}).Want(http.StatusUnauthorized)
	if got := b.Get("/api/v1/free").Want(http.StatusUnauthorized).Header.Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("WWW-Authenticate %q", got)
	}
}

func TestSessionThatIsOverSaysSo(t *testing.T) {
	site := sample(t)
	b := site.As(0, auth.Admin)
	b.Get("/inside").Want(http.StatusOK)
	site.Clock.Advance(31 * time.Minute)
	p := b.Get("/inside").Want(http.StatusSeeOther)
	if c := cookies(p)["qingce"]; c == nil || c.MaxAge >= 0 {
		t.Errorf("the dead cookie stays: %+v", c)
	}
	if got := b.Get("/open").Text(".flash-info"); !strings.HasPrefix(got, "登录已超时") {
		t.Errorf("the next page says %q", got)
	}
}

func TestRolesAndScopes(t *testing.T) {
	site := sample(t)
	admin, clerk := site.As(0, auth.Admin), site.As(7, auth.Clerk)
	admin.Get("/admin").Want(http.StatusOK)
	clerk.Get("/admin").Want(http.StatusForbidden)
	bearer := func(b *webtest.Browser, path string, scopes ...string) int {
		nobody := site.Nobody()
		return nobody.Do("GET", path, nil, http.Header{"Authorization": {"Bearer " + b.Token(scopes...)}}).Status
	}
	cases := []struct {
		name string
		got  int
		want int
	}{
		{"the right scope", bearer(clerk, "/api/v1/free", "systems:read"), 204},
		{"another scope", bearer(clerk, "/api/v1/free", "systems:write"), 403},
		{"no scope opens a page", bearer(clerk, "/inside", "systems:read", "systems:write"), 403},
		{"the scope without the role", bearer(admin, "/api/v1/files/3", "systems:read"), 403},
		{"the scope with the role", bearer(clerk, "/api/v1/files/3", "systems:read"), 200},
		{"any token reads the document", bearer(clerk, "/api/openapi.json", "oplog:read"), 200},
		{"a person needs no scope", clerk.Get("/api/v1/files/3").Status, 200},
	}
	for _, k := range cases {
		if k.got != k.want {
			t.Errorf("%s: %d, want %d", k.name, k.got, k.want)
		}
	}
}

func TestTokensComeInTheHeaderOnly(t *testing.T) {
	site := sample(t)
	token := site.As(7, auth.Clerk).Token("systems:read")
	nobody := site.Nobody()
	cases := []struct {
		name   string
		path   string
		header http.Header
		want   int
	}{
		{"header", "/api/v1/free", http.Header{"Authorization": {"Bearer " + token}}, 204},
		{"header in small letters", "/api/v1/free", http.Header{"Authorization": {"bearer " + token}}, 204},
		{"query access_token", "/api/v1/free?access_token=" + token, nil, 401},
		{"query token", "/api/v1/free?token=" + token, nil, 401},
		{"cookie", "/api/v1/free", http.Header{"Cookie": {"qingce=" + token}}, 401},
		{"basic", "/api/v1/free", http.Header{"Authorization": {"Basic " + token}}, 401},
		{"another header", "/api/v1/free", http.Header{"X-Api-Key": {token}}, 401},
		{"a wrong token", "/api/v1/free", http.Header{"Authorization": {"Bearer " + token + "x"}}, 401},
		{"an empty token", "/api/v1/free", http.Header{"Authorization": {"Bearer "}}, 401},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) { nobody.Do("GET", k.path, nil, k.header).Want(k.want) })
	}
	if strings.Contains(site.Log.String(), token) {
		t.Error("the token is in the log")
	}
}

func TestForwardedAddressIsNotBelieved(t *testing.T) {
	forged := http.Header{"X-Forwarded-For": {"198.51.100.7"}, "X-Real-Ip": {"198.51.100.7"}, "Forwarded": {"for=198.51.100.7"}}
	cases := []struct {
		name    string
		trusted []string
		want    string
	}{
		{"nobody is trusted", nil, "127.0.0.1"},
		{"another proxy is trusted", []string{"10.0.0.0/8"}, "127.0.0.1"},
		{"this proxy is trusted", []string{"127.0.0.1"}, "198.51.100.7"},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			site := sample(t, webtest.Config{Web: func(o *web.Options) { o.TrustedProxies = k.trusted }})
			site.Nobody().Do("GET", "/open", nil, forged).WantText(".head-lead", k.want)
		})
	}
}

func TestLanguage(t *testing.T) {
	site := sample(t)
	cases := []struct {
		accept string
		want   string
	}{
		{"", "zh-CN"}, {"en", "en"}, {"en-GB,en;q=0.8", "en"}, {"zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"},
		{"en;q=0.5, zh;q=0.9", "zh-CN"}, {"fr, en;q=0.3", "en"}, {"fr", "zh-CN"}, {"en;q=x", "zh-CN"}, {"*", "zh-CN"},
	}
	for _, k := range cases {
		b := site.Nobody()
		b.Lang = k.accept
		if got := b.Get("/open").Attr("html", "lang"); got != k.want {
			t.Errorf("Accept-Language %q: %s, want %s", k.accept, got, k.want)
		}
	}
	b := site.Nobody()
	b.Get("/open?lang=en")
	if got := b.Get("/open").Attr("html", "lang"); got != "en" {
		t.Errorf("the chosen language is forgotten: %s", got)
	}
	b.Get("/open?lang=xx")
	if got := b.Get("/open").Attr("html", "lang"); got != "en" {
		t.Errorf("an unknown language changed the choice to %s", got)
	}
}

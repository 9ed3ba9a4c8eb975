package adminweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
)

func TestOwnSessions(t *testing.T) {
	site := house(t)
	here := site.As(finance, auth.Clerk)
	there := site.SignIn(here.Account, webtest.Password)
	p := here.Get("/me").Want(http.StatusOK)
	if got := len(p.All("#sessions")); got != 1 {
		t.Fatalf("%d lists of sessions", got)
	}
	rows := p.Texts("section[aria-labelledby=sessions] tbody tr")
	if len(rows) != 2 || strings.Contains(rows[0], "本次登录") || !strings.Contains(rows[1], "本次登录") {
		t.Fatalf("sessions %q", rows)
	}
	ends := p.All("section[aria-labelledby=sessions] tbody form")
	if len(ends) != 1 {
		t.Fatalf("%d sessions can be ended, want the other one", len(ends))
	}
	here.Post(p.Attr("section[aria-labelledby=sessions] tbody form", "action"), nil).Want(http.StatusSeeOther)
	there.Get("/me").Want(http.StatusSeeOther)
	here.Get("/me").Want(http.StatusOK)
	here.Post("/me/sessions/999/end", nil).Want(http.StatusNotFound)
}

func TestSessionsOfOthersStay(t *testing.T) {
	site := house(t)
	a, b := site.As(finance, auth.Clerk), site.As(finance, auth.Clerk)
	site.SignIn(b.Account, webtest.Password)
	end := b.Get("/me").Attr("section[aria-labelledby=sessions] tbody form", "action")
	a.Post(end, nil).Want(http.StatusNotFound)
	if got := len(b.Get("/me").All("section[aria-labelledby=sessions] tbody tr")); got != 2 {
		t.Errorf("%d sessions left, want 2", got)
	}
}

func TestSignOutEverywhere(t *testing.T) {
	site := house(t)
	here := site.As(finance, auth.Clerk)
	there := site.SignIn(here.Account, webtest.Password)
	p := here.Post("/me/sign-out-everywhere", nil).Want(http.StatusSeeOther).Follow()
	if got := p.Text(".flash-ok"); !strings.Contains(got, "2") {
		t.Errorf("%q", got)
	}
	here.Get("/me").Want(http.StatusSeeOther)
	there.Get("/me").Want(http.StatusSeeOther)
}

func TestTokens(t *testing.T) {
	site := house(t)
	b := site.As(finance, auth.Clerk)
	form := b.Get("/me/tokens/new").Want(http.StatusOK).Form("form#form")
	wrong := b.Post("/me/tokens/new", form).Want(http.StatusUnprocessableEntity)
	if !wrong.Has("#e-name") || !wrong.Has("#e-scopes") {
		t.Error("an empty form is not explained")
	}
	form.Set("name", "大数据中心每日取数")
	form["scopes"] = []string{"accounts:read", "systems:read"}
	form.Set("expires_at", "30")
	once := b.Post("/me/tokens/new", form).Want(http.StatusOK)
	token := once.Text(".once-value code")
	if !strings.HasPrefix(token, "qct_") {
		t.Fatalf("token %q", token)
	}
	me := b.Get("/me")
	if strings.Contains(me.Body, token) || strings.Contains(site.Log.String(), token) {
		t.Error("the token is shown again or logged")
	}
	row := me.Text("section[aria-labelledby=tokens] tbody tr")
	for _, part := range []string{"大数据中心每日取数", token[:12], "有效", "查看信息系统", "2017-11-23 00:00", "从未"} {
		if !strings.Contains(row, part) {
			t.Errorf("the row lacks %q: %s", part, row)
		}
	}
	bearer := http.Header{"Authorization": {"Bearer " + token}}
	nobody := site.Nobody()
	nobody.Do("GET", "/api/v1/me", nil, bearer).Want(http.StatusOK)
	nobody.Do("GET", "/me", nil, bearer).Want(http.StatusForbidden)
	b.Post(me.Attr("section[aria-labelledby=tokens] tbody form", "action"), nil).Want(http.StatusSeeOther)
	nobody.Do("GET", "/api/v1/me", nil, bearer).Want(http.StatusUnauthorized)
	if got := b.Get("/me").Text("section[aria-labelledby=tokens] tbody .badge-state"); got != "已撤销" {
		t.Errorf("state %q", got)
	}
}

func TestAPersonIsOfferedOnlyTheScopesThatOpenSomething(t *testing.T) {
	site := house(t)
	for name, tt := range map[string]struct {
		by        *webtest.Browser
		has, lack []string
	}{
		"a clerk":           {site.As(finance, auth.Clerk), []string{"accounts:read"}, []string{"accounts:write", "metrics:read", "oplog:read"}},
		"the administrator": {site.As(0, auth.Admin), []string{"accounts:read", "accounts:write", "metrics:read"}, []string{"oplog:read"}},
	} {
		p := tt.by.Get("/me/tokens/new").Want(http.StatusOK)
		for _, s := range tt.has {
			if !p.Has(`input[name="scopes"][value="` + s + `"]`) {
				t.Errorf("%s is not offered %s", name, s)
			}
		}
		for _, s := range tt.lack { // nothing here asks for the log
			if p.Has(`input[name="scopes"][value="` + s + `"]`) {
				t.Errorf("%s is offered %s", name, s)
			}
		}
	}
}

func TestTokenThatExpires(t *testing.T) {
	site := house(t)
	b := site.As(finance, auth.Clerk)
	form := url.Values{"name": {"x"}, "scopes": {"systems:read"}, "expires_at": {"30"}}
	token := b.Post("/me/tokens/new", form).Text(".once-value code")
	bearer := http.Header{"Authorization": {"Bearer " + token}}
	site.Clock.Advance(29 * 24 * time.Hour)
	site.Nobody().Do("GET", "/api/v1/me", nil, bearer).Want(http.StatusOK)
	site.Clock.Advance(24 * time.Hour)
	site.Nobody().Do("GET", "/api/v1/me", nil, bearer).Want(http.StatusUnauthorized)
	for _, days := range []string{"31", "0", "-1", "x", "100000000000"} {
		form.Set("expires_at", days)
		fresh := site.SignIn(b.Account, webtest.Password)
		if !fresh.Post("/me/tokens/new", form).Want(http.StatusUnprocessableEntity).Has("#e-expires_at") {
			t.Errorf("%s days were taken", days)
		}
	}
}

func TestPolicy(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	const path = "/settings/password-policy"
	page := admin.Get(path).Want(http.StatusOK)
	stale := page.Form("form#form")

	wrong := admin.Post(path, fill(page, url.Values{"min_length": {"7"}, "lock_after": {"many"}, "idle_minutes": {""}})).Want(http.StatusUnprocessableEntity)
	if !wrong.Has("#e-lock_after") || !wrong.Has("#e-idle_minutes") {
		t.Errorf("what is no number is not explained: %s", wrong.Short())
	}
	if got := wrong.Attr("#f-lock_after", "value"); got != "many" {
		t.Errorf("what was typed became %q", got)
	}
	if !admin.Post(path, fill(page, url.Values{"min_length": {"7"}})).Want(http.StatusUnprocessableEntity).Has("#e-min_length") {
		t.Error("seven characters were taken")
	}
	admin.Post(path, fill(page, url.Values{"min_length": {"１２"}, "reason": {"测评要求"}})).Want(http.StatusSeeOther)
	if got := admin.Get(path).Attr("#f-min_length", "value"); got != "12" {
		t.Errorf("full-width digits became %q", got)
	}
	stale.Set("lock_after", "4")
	late := admin.Post(path, stale).Want(http.StatusConflict)
	if got := strings.Join(late.Texts(".was del"), ","); got != "12,5" {
		t.Errorf("the values that hold now are not shown: %q", got)
	}
	admin.Post(path, late.Form("form#form")).Want(http.StatusSeeOther)

	// The other way asks for less; what it does not ask may be left out.
	form := fill(admin.Get(path), url.Values{"mode": {"asvs"}, "min_length": {"12"}})
	for _, gone := range []string{"classes", "history", "max_age_days", "warn_days"} {
		form.Del(gone)
	}
	admin.Post(path, form).Want(http.StatusSeeOther)
	if got := len(admin.Get("/password").All(".rules li")); got != 3 {
		t.Errorf("%d rules, want length, list and login", got)
	}
}

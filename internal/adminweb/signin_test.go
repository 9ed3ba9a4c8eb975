package adminweb_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web/webtest"
)

func TestSignInLeadsBack(t *testing.T) {
	site := house(t)
	clerk := site.As(finance, auth.Clerk).Account
	cases := []struct{ next, want string }{
		{"", "/"},
		{"/accounts?q=1", "/accounts?q=1"},
		{"//evil.example", "/"},
		{"http://evil.example", "/"},
		{`/\evil.example`, "/"},
	}
	for _, k := range cases {
		b := site.Nobody()
		form := b.Get("/sign-in?next=" + url.QueryEscape(k.next)).Want(http.StatusOK).Form("form#form")
		form.Set("login", clerk.Login)
		form.Set("password", webtest.Password)
		if got := b.Post("/sign-in", form).Want(http.StatusSeeOther).Location(); got != k.want {
			t.Errorf("next %q leads to %q, want %q", k.next, got, k.want)
		}
		if got := b.Get("/sign-in").Want(http.StatusSeeOther).Location(); got != "/" {
			t.Errorf("who is signed in is sent from the form to %q", got)
		}
		b.Get("/me").Want(http.StatusOK)
	}
}

func TestRefusedSignInKeepsTheLogin(t *testing.T) {
	site := house(t)
	clerk := site.As(finance, auth.Clerk).Account
	b := site.Nobody()
	var words []string
	for _, k := range []struct{ login, password string }{{clerk.Login, "wrong"}, {"nobody-at-all", "wrong"}} {
		p := signIn(b, k.login, k.password).Want(http.StatusUnauthorized)
		if got := p.Attr("#f-login", "value"); got != k.login {
			t.Errorf("the login %q became %q", k.login, got)
		}
		if got := p.Attr("#f-password", "value"); got != "" {
			t.Errorf("the password is sent back: %q", got)
		}
		words = append(words, p.Text(".callout-error"))
	}
	if words[0] != words[1] || words[0] == "" {
		t.Errorf("an unknown login and a wrong password are told apart: %q, %q", words[0], words[1])
	}
	empty := signIn(b, "", "").Want(http.StatusUnprocessableEntity)
	if got := empty.Texts(".errors li a"); len(got) != 2 {
		t.Errorf("empty fields: %q", got)
	}
}

func TestLockIsToldInTheGeneralSentenceOnly(t *testing.T) {
	site := house(t)
	clerk := site.As(finance, auth.Clerk).Account
	b := site.Nobody()
	first := signIn(b, clerk.Login, "wrong").Text(".callout-error")
	for range 4 {
		signIn(b, clerk.Login, "wrong").Want(http.StatusUnauthorized)
	}
	if got := signIn(b, clerk.Login, webtest.Password).Want(http.StatusUnauthorized).Text(".callout-error"); got != first {
		t.Errorf("the lock is given away: %q", got)
	}
	site.Clock.Advance(16 * time.Minute)
	signIn(b, clerk.Login, webtest.Password).Want(http.StatusSeeOther)
}

func TestTooManyAttemptsFromOneAddress(t *testing.T) {
	site := house(t)
	b := site.Nobody()
	form := url.Values{"login": {"li.si"}, "password": {""}}
	for range 60 {
		b.Post("/sign-in", form).Want(http.StatusUnprocessableEntity)
	}
	p := b.Post("/sign-in", form).Want(http.StatusTooManyRequests)
	if got := p.Attr("#f-login", "value"); got != "li.si" {
		t.Errorf("what was typed is lost: %q", got)
	}
	site.Clock.Advance(time.Minute)
	b.Post("/sign-in", form).Want(http.StatusUnprocessableEntity)
}

func TestSignOut(t *testing.T) {
	site := house(t)
	b := site.As(finance, auth.Clerk)
	before := b.Get("/me").Want(http.StatusOK)
	b.Get("/sign-out").Want(http.StatusMethodNotAllowed)
	p := b.Post("/sign-out", nil).Want(http.StatusSeeOther)
	cookie := before.Header.Get("Set-Cookie")
	if got := p.Follow().Text(".flash-ok"); got == "" {
		t.Error("nothing is said")
	}
	if got := b.Get("/me").Status; got != http.StatusSeeOther {
		t.Errorf("after signing out: %d, cookie %q", got, cookie)
	}
}

func TestNewSessionAtEachSignIn(t *testing.T) {
	site := house(t)
	clerk := site.As(finance, auth.Clerk)
	token := func(p *webtest.Page) string {
		for _, c := range (&http.Response{Header: p.Header}).Cookies() {
			if c.Name == "qingce" {
				return c.Value
			}
		}
		return ""
	}
	b := site.Nobody()
	first := token(signIn(b, clerk.Account.Login, webtest.Password))
	again := b.Post("/sign-in", url.Values{"login": {clerk.Account.Login}, "password": {webtest.Password}})
	if second := token(again); len(first) < 22 || first == second {
		t.Errorf("sessions %q and %q", first, second)
	}
	old := site.Nobody()
	old.SetCookie(&http.Cookie{Name: "qingce", Value: first, Path: "/"})
	old.Get("/me").Want(http.StatusSeeOther)
}

func TestFirstPasswordMustBeChanged(t *testing.T) {
	site := house(t)
	acc, given, err := site.Accounts.Create(context.Background(), auth.Command("test", "test"), account.Draft{
		Login: "zhouwj", Name: "周文静", DepartmentID: finance, Roles: auth.Roles{auth.Clerk},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := site.Nobody()
	form := b.Get("/sign-in?next=/accounts").Form("form#form")
	form.Set("login", acc.Login)
	form.Set("password", given)
	page := b.Post("/sign-in", form).Follow().Want(http.StatusOK)
	if page.Path != "/password?next=%2Faccounts" || !page.Has("body.plain") {
		t.Fatalf("led to %s", page.Path)
	}
	page.WantText("h1", "更改密码")
	if got := page.Text(".callout-warning"); !strings.Contains(got, "别人为您设置") {
		t.Errorf("it is not said why: %q", got)
	}
	if got := len(page.All(".rules li")); got != 6 {
		t.Errorf("%d rules, want 6", got)
	}
	for _, path := range []string{"/", "/me", "/accounts", "/api/docs"} {
		if got := b.Get(path).Want(http.StatusSeeOther).Location(); got != "/password" {
			t.Errorf("%s leads to %q before the change", path, got)
		}
	}
	b.Get("/api/v1/me").Want(http.StatusForbidden)

	short := b.Post("/password", fill(page, url.Values{"old": {given}, "new": {"short"}, "again": {"short"}})).Want(http.StatusUnprocessableEntity)
	if !short.Has("#e-new") {
		t.Error("no message at the new password")
	}
	b.Post("/password", fill(page, url.Values{"old": {given}, "new": {"Lantern-47-brook"}, "again": {"Lantern-47-brooks"}})).Want(http.StatusUnprocessableEntity)
	wrong := b.Post("/password", fill(page, url.Values{"old": {"x"}, "new": {"Lantern-47-brook"}, "again": {"Lantern-47-brook"}})).Want(http.StatusUnprocessableEntity)
	if !wrong.Has("#e-old") {
		t.Error("no message at the old password")
	}
	done := b.Post("/password", fill(page, url.Values{"old": {given}, "new": {"Lantern-47-brook"}, "again": {"Lantern-47-brook"}}))
	if got := done.Want(http.StatusSeeOther).Location(); got != "/accounts" {
		t.Errorf("afterwards: %q", got)
	}
	b.Get("/me").Want(http.StatusOK)
}

func TestPasswordSoonDue(t *testing.T) {
	site := house(t)
	clerk := site.As(finance, auth.Clerk)
	if clerk.Get("/me").Has(".callout-warning") {
		t.Error("a fresh password is due already")
	}
	site.Clock.Advance(84 * 24 * time.Hour)
	b := site.SignIn(clerk.Account, webtest.Password)
	if got := b.Get("/me").Text(".callout-warning"); !strings.Contains(got, "2018-01-22") {
		t.Errorf("%q", got)
	}
}

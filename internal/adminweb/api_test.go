package adminweb_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
)

// program is a client of the API with a token of the browser's person.
func program(site *webtest.Site, b *webtest.Browser, scopes ...string) func(method, path string, body any, header ...string) *webtest.Page {
	token := b.Token(scopes...)
	nobody := site.Nobody()
	return func(method, path string, body any, header ...string) *webtest.Page {
		return nobody.JSON(method, path, body, append([]string{"Authorization", "Bearer " + token}, header...)...)
	}
}

func TestAPIOfAccounts(t *testing.T) {
	site := house(t)
	call := program(site, site.As(0, auth.Admin), "accounts:read", "accounts:write")

	made := call("POST", "/api/v1/accounts", adminweb.NewAccount{
		Login: "zhouwj", Name: "周文静", Department: "XY201", Roles: []string{"head", "clerk"}, Reason: "新到岗",
	}).Want(http.StatusCreated)
	var answer adminweb.PasswordAnswer
	made.Into(&answer)
	acc := answer.Account
	if acc.Login != "zhouwj" || acc.Department != "XY201" || acc.DepartmentName != "市财政局" || !slices.Equal(acc.Roles, []string{"clerk", "head"}) || !acc.MustChange || acc.LastLoginAt != nil {
		t.Errorf("made %+v", acc)
	}
	signIn(site.Nobody(), "zhouwj", answer.OneTimePassword).Want(http.StatusSeeOther)

	path := fmt.Sprintf("/api/v1/accounts/%d", acc.ID)
	read := call("GET", path, nil).Want(http.StatusOK)
	if got := read.Header.Get("ETag"); got != made.Header.Get("ETag") {
		t.Errorf("ETag %s, want %s", got, made.Header.Get("ETag"))
	}
	name := "周静"
	change := adminweb.AccountChange{Name: &name}
	call("PATCH", path, change).Want(http.StatusUnprocessableEntity)
	changed := call("PATCH", path, change, "If-Match", read.Header.Get("ETag")).Want(http.StatusOK)
	changed.Into(&acc)
	if acc.Name != name || acc.Department != "XY201" || len(acc.Roles) != 2 {
		t.Errorf("changed %+v", acc)
	}
	call("PATCH", path, change, "If-Match", read.Header.Get("ETag")).Want(http.StatusConflict)

	var list struct {
		Items []adminweb.Account
		Total int64
	}
	call("GET", "/api/v1/accounts?department=XY201&role=clerk&size=10", nil).Want(http.StatusOK).Into(&list)
	if list.Total != 1 || len(list.Items) != 1 || list.Items[0].Login != "zhouwj" {
		t.Errorf("list %+v", list)
	}
	var reset adminweb.PasswordAnswer
	call("POST", path+"/reset", nil).Want(http.StatusOK).Into(&reset)
	signIn(site.Nobody(), "zhouwj", answer.OneTimePassword).Want(http.StatusUnauthorized)
	signIn(site.Nobody(), "zhouwj", reset.OneTimePassword).Want(http.StatusSeeOther)
}

func TestAPIRefusals(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	call := program(site, admin, "accounts:read", "accounts:write")
	reader := program(site, admin, "accounts:read")
	clerk := site.As(finance, auth.Clerk)
	clerkCall := program(site, clerk, "accounts:read", "accounts:write")
	good := map[string]any{"login": "zhouwj", "name": "周文静", "department": "XY201", "roles": []string{"clerk"}}
	with := func(key string, value any) map[string]any {
		out := map[string]any{}
		for k, v := range good {
			out[k] = v
		}
		out[key] = value
		return out
	}
	own := fmt.Sprintf("/api/v1/accounts/%d", admin.Account.ID)
	cases := []struct {
		name   string
		page   *webtest.Page
		status int
		field  string
	}{
		{"an unknown member", call("POST", "/api/v1/accounts", with("must_change", false)), 422, "must_change"},
		{"another unknown member", call("POST", "/api/v1/accounts", with("state", "active")), 422, "state"},
		{"no such department", call("POST", "/api/v1/accounts", with("department", "XY999")), 422, "department"},
		{"no department for a clerk", call("POST", "/api/v1/accounts", with("department", "")), 422, "department"},
		{"no such role", call("POST", "/api/v1/accounts", with("roles", []string{"king"})), 422, "roles"},
		{"a login that is taken", call("POST", "/api/v1/accounts", with("login", clerk.Account.Login)), 422, "login"},
		{"a token that may only read", reader("POST", "/api/v1/accounts", good), 403, ""},
		{"a role that may not", clerkCall("POST", "/api/v1/accounts", good), 403, ""},
		{"an account of another department", clerkCall("GET", own, nil), 404, ""},
		{"the own roles", call("PATCH", own, map[string]any{"roles": []string{"office"}}, "If-Match", `"1"`), 403, ""},
		{"the last administrator", call("POST", own+"/disable", nil), 409, ""},
		{"no such order", call("GET", "/api/v1/accounts?sort=password_hash", nil), 422, "sort"},
		{"a page too large", call("GET", "/api/v1/accounts?size=201", nil), 422, "size"},
		{"no such role to filter by", call("GET", "/api/v1/accounts?role=king", nil), 422, "role"},
		{"a token issues tokens", call("POST", "/api/v1/tokens", map[string]any{}), 403, ""},
		{"a token lists sessions", call("GET", "/api/v1/sessions", nil), 403, ""},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			var p web.Problem
			k.page.Want(k.status).Into(&p)
			if k.field != "" && (len(p.Errors) != 1 || p.Errors[0].Field != k.field) {
				t.Errorf("errors %+v, want one at %s", p.Errors, k.field)
			}
		})
	}
}

func TestAPIOfTheOwnAccount(t *testing.T) {
	site := house(t)
	b := site.As(finance, auth.Clerk)
	var me struct {
		Login, Department string
		Roles, Scopes     []string
	}
	program(site, b, "systems:read")("GET", "/api/v1/me", nil).Want(http.StatusOK).Into(&me)
	if me.Login != b.Account.Login || me.Department != "市财政局" || !slices.Equal(me.Roles, []string{"clerk"}) || !slices.Equal(me.Scopes, []string{"systems:read"}) {
		t.Errorf("me %+v", me)
	}
	issued := b.JSON("POST", "/api/v1/tokens", map[string]any{"name": "x", "scopes": []string{"systems:read"}, "expires_at": "2017-12-01T00:00:00+08:00"}).Want(http.StatusCreated)
	var answer adminweb.TokenAnswer
	issued.Into(&answer)
	if !strings.HasPrefix(answer.Text, answer.Token.Prefix) {
		t.Errorf("token %+v", answer)
	}
	var tokens struct{ Items []adminweb.TokenInfo }
	b.JSON("GET", "/api/v1/tokens", nil).Want(http.StatusOK).Into(&tokens)
	if len(tokens.Items) != 2 {
		t.Errorf("%d tokens", len(tokens.Items))
	}
	b.JSON("DELETE", fmt.Sprintf("/api/v1/tokens/%d", answer.Token.ID), nil).Want(http.StatusNoContent)
	var sessions struct{ Items []adminweb.SessionInfo }
	b.JSON("GET", "/api/v1/sessions", nil).Want(http.StatusOK).Into(&sessions)
	if len(sessions.Items) != 1 {
		t.Fatalf("%d sessions", len(sessions.Items))
	}
	b.JSON("DELETE", fmt.Sprintf("/api/v1/sessions/%d", sessions.Items[0].ID), nil).Want(http.StatusNoContent)
	b.JSON("GET", "/api/v1/sessions", nil).Want(http.StatusUnauthorized)
}

func TestAPIOfThePolicy(t *testing.T) {
	site := house(t)
	call := program(site, site.As(0, auth.Admin), "accounts:read", "accounts:write")
	read := call("GET", "/api/v1/password-policy", nil).Want(http.StatusOK)
	var rules adminweb.PolicyRules
	read.Into(&rules)
	rules.LockAfter = 9
	var p web.Problem
	call("PUT", "/api/v1/password-policy", rules, "If-Match", read.Header.Get("ETag")).Want(http.StatusUnprocessableEntity).Into(&p)
	if len(p.Errors) != 1 || p.Errors[0].Field != "lock_after" {
		t.Errorf("errors %+v", p.Errors)
	}
	rules.LockAfter = 4
	call("PUT", "/api/v1/password-policy", rules, "If-Match", read.Header.Get("ETag")).Want(http.StatusOK)
	call("PUT", "/api/v1/password-policy", rules, "If-Match", read.Header.Get("ETag")).Want(http.StatusConflict)
}

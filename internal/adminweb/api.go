package adminweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web"
)

// Addresses of the API.
const (
	mePath       = "/api/v1/me"
	accountsPath = "/api/v1/accounts"
	sessionsPath = "/api/v1/sessions"
	tokensPath   = "/api/v1/tokens"
)

const tagAccounts = "accounts"

func (d *desk) mountAPI(s *web.Server) {
	read := web.For(readers()...).With(account.ScopeAccountsRead)
	write := web.For(managers()...).With(account.ScopeAccountsWrite)
	admin := web.For(auth.Admin).With(account.ScopeAccountsWrite)
	op := func(method, path, id, summary string) huma.Operation {
		return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: []string{tagAccounts}}
	}
	web.Operation(s, web.Access{AnyToken: true}, op(http.MethodGet, mePath, "get-me", "Who am I"), d.apiMe)
	web.Operation(s, read, op(http.MethodGet, accountsPath, "list-accounts", "List accounts"), d.apiList)
	web.Operation(s, read, op(http.MethodGet, accountsPath+"/{id}", "get-account", "Read an account"), d.apiGet)
	created := op(http.MethodPost, accountsPath, "create-account", "Create an account")
	created.DefaultStatus, created.Errors = http.StatusCreated, []int{http.StatusConflict}
	created.Description = "The answer holds the one-time password, which is shown this once."
	web.Operation(s, write, created, d.apiCreate)
	change := op(http.MethodPatch, accountsPath+"/{id}", "change-account", "Change an account")
	change.Errors, change.Description = []int{http.StatusConflict}, "Members that are left out stay as they are. New roles or another department end the account's sessions."
	web.Operation(s, write, change, d.apiChange)
	d.mountActs(s, write, op)
	web.Operation(s, read, op(http.MethodGet, "/api/v1/password-policy", "get-password-policy", "Read the rules for passwords and sign-ins"), d.apiPolicy)
	policy := op(http.MethodPut, "/api/v1/password-policy", "set-password-policy", "Change the rules for passwords and sign-ins")
	policy.Errors = []int{http.StatusConflict}
	web.Operation(s, admin, policy, d.apiSetPolicy)

	own := web.SignedIn()
	web.Operation(s, own, op(http.MethodGet, sessionsPath, "list-sessions", "List the sessions of an account"), d.apiSessions)
	web.Operation(s, own, op(http.MethodDelete, sessionsPath+"/{id}", "end-session", "End a session"), d.apiEndSession)
	web.Operation(s, own, op(http.MethodGet, tokensPath, "list-tokens", "List the tokens of an account"), d.apiTokens)
	issue := op(http.MethodPost, tokensPath, "issue-token", "Issue a token")
	issue.DefaultStatus, issue.Description = http.StatusCreated, "For the own account. The answer holds the token, which is shown this once."
	web.Operation(s, own, issue, d.apiIssue)
	web.Operation(s, own, op(http.MethodDelete, tokensPath+"/{id}", "revoke-token", "Revoke a token"), d.apiRevoke)
}

func (d *desk) mountActs(s *web.Server, write web.Access, op func(method, path, id, summary string) huma.Operation) {
	summaries := map[string]string{
		"disable": "Disable an account", "enable": "Enable an account", "lock": "Lock an account until it is unlocked", "unlock": "Unlock an account",
	}
	for _, name := range []string{"disable", "enable", "lock", "unlock"} {
		verb, _ := d.plainAct(name)
		o := op(http.MethodPost, accountsPath+"/{id}/"+name, name+"-account", summaries[name])
		o.Errors = []int{http.StatusConflict}
		web.Operation(s, write, o, d.apiAct(verb))
	}
	reset := op(http.MethodPost, accountsPath+"/{id}/reset", "reset-account", "Give an account a new one-time password")
	reset.Description = "The answer holds the one-time password, which is shown this once. All sessions of the account end."
	web.Operation(s, write, reset, d.apiReset)
}

// Account is an account as the API shows it.
type Account struct {
	ID                auth.AccountID `json:"id" doc:"Number"`
	Login             string         `json:"login" example:"zhouwj" doc:"Login, never changes"`
	Name              string         `json:"name" example:"Zhou Wenjing" doc:"Name of its owner"`
	Phone             string         `json:"phone" example:"138****1234" doc:"Telephone; masked for those who do not keep the account"`
	Department        string         `json:"department" example:"XY201" doc:"Code of the department, empty for none"`
	DepartmentName    string         `json:"department_name" example:"Finance Bureau"`
	Roles             []string       `json:"roles" example:"[\"clerk\"]"`
	State             string         `json:"state" enum:"active,disabled"`
	Held              bool           `json:"held" doc:"Locked by an administrator"`
	LockedUntil       *time.Time     `json:"locked_until" doc:"Locked by failures; null when it is not"`
	MustChange        bool           `json:"must_change" doc:"The password was given by somebody else"`
	PasswordChangedAt time.Time      `json:"password_changed_at"`
	LastLoginAt       *time.Time     `json:"last_login_at" doc:"null for never"`
	CreatedAt         time.Time      `json:"created_at"`
	Version           int64          `json:"version" doc:"What ETag says"`
}

func accountOf(acc account.Account, all directory, now time.Time) Account {
	c := all.find(acc.DepartmentID)
	out := Account{
		ID: acc.ID, Login: acc.Login, Name: acc.Name, Phone: acc.Phone, Department: c.Code, DepartmentName: c.Name,
		Roles: []string{}, State: string(acc.State), Held: acc.Held, MustChange: acc.MustChange,
		PasswordChangedAt: web.Instant(acc.PasswordChangedAt), LastLoginAt: moment(acc.LastLoginAt), CreatedAt: web.Instant(acc.CreatedAt), Version: acc.Version,
	}
	if now.Before(acc.LockedUntil) {
		out.LockedUntil = moment(acc.LockedUntil)
	}
	for _, r := range acc.Roles {
		out.Roles = append(out.Roles, string(r))
	}
	return out
}

// moment is nil for what has not happened.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(web.Instant(t))
}

type meOut struct {
	Body struct {
		Login      string         `json:"login"`
		Name       string         `json:"name"`
		AccountID  auth.AccountID `json:"account_id"`
		Department string         `json:"department" doc:"Name of the department"`
		Roles      []string       `json:"roles" example:"[\"clerk\"]"`
		Scopes     []string       `json:"scopes" doc:"Scopes of the token; empty for a signed-in browser"`
	}
}

func (d *desk) apiMe(_ context.Context, call web.Call, _ *struct{}) (*meOut, error) {
	out := &meOut{}
	out.Body.Login, out.Body.Name, out.Body.AccountID, out.Body.Department = call.By.Login, call.By.Name, call.By.AccountID, call.By.Department
	out.Body.Roles, out.Body.Scopes = []string{}, append([]string{}, call.By.Scopes...)
	for _, r := range call.By.Roles {
		out.Body.Roles = append(out.Body.Roles, string(r))
	}
	return out, nil
}

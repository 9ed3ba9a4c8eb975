package adminweb

import (
	"context"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web"
)

// Where people sign in and change their password, for web.Options.
const (
	SignInPath   = "/sign-in"
	PasswordPath = "/password"
)

// Choice is a department that can be chosen.
type Choice struct {
	ID    auth.DepartmentID
	Code  string
	Name  string
	Ended bool // has a name still, but is offered to nobody
}

// Deps are what the pages stand on. All must be set.
type Deps struct {
	Accounts *account.Accounts
	// Departments lists all departments, those of today first, in the order in
	// which people look for them.
	Departments func(ctx context.Context) ([]Choice, error)
	Clock       func() time.Time
}

// Readers may look at the accounts that are theirs to see; Managers may change
// those that are theirs to keep (DOMAIN matrix, row "Department, user").
func readers() []auth.Role {
	return []auth.Role{
		auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance,
		auth.Standards, auth.Police, auth.Network, auth.Leader, auth.Auditor, auth.Admin,
	}
}

func managers() []auth.Role { return []auth.Role{auth.Admin, auth.Region} }

// desk is the handlers with what they stand on.
type desk struct {
	Deps
	attempts *web.Limiter
	routes   func() []web.RouteInfo // everything that is served
}

// How often one address may try to sign in. A whole office may share it, and
// all of it comes at half past eight; guessing is what the lock is against.
const (
	attemptEvery = time.Second
	attemptBurst = 60
	attemptMost  = 10_000
)

// Mount adds the pages and the API of sign-in and accounts.
func Mount(s *web.Server, deps Deps) {
	d := &desk{Deps: deps, attempts: web.NewLimiter(attemptEvery, attemptBurst, attemptMost, deps.Clock), routes: s.Routes}

	open := s.Group(web.Public())
	web.Get(open, SignInPath, d.signInForm)
	web.Post(open, SignInPath, d.signIn)

	due := s.Group(web.SignedIn().BeforePassword())
	web.Post(due, "/sign-out", d.signOut)
	web.Get(due, PasswordPath, d.passwordForm)
	web.Post(due, PasswordPath, d.changePassword)

	own := s.Group(web.SignedIn())
	web.Get(own, "/me", d.me)
	web.Post(own, "/me/sessions/:id/end", d.endOwnSession)
	web.Post(own, "/me/sign-out-everywhere", d.signOutEverywhere)
	web.Get(own, "/me/tokens/new", d.tokenForm)
	web.Post(own, "/me/tokens/new", d.issueToken)
	web.Post(own, "/me/tokens/:id/revoke", d.revokeOwnToken)

	read := s.Group(web.For(readers()...))
	web.Get(read, "/accounts", d.list)
	web.Get(read, "/accounts/:id", d.record)

	manage := s.Group(web.For(managers()...))
	web.Get(manage, "/accounts/new", d.newForm)
	web.Post(manage, "/accounts/new", d.create)
	web.Get(manage, "/accounts/departments", d.lookup)
	web.Get(manage, "/accounts/:id/edit", d.editForm)
	web.Post(manage, "/accounts/:id/edit", d.edit)
	web.Get(manage, "/accounts/:id/do/:act", d.actForm)
	web.Post(manage, "/accounts/:id/do/:act", d.act)
	web.Post(manage, "/accounts/:id/sessions/:other/end", d.endSession)
	web.Post(manage, "/accounts/:id/tokens/:other/revoke", d.revokeToken)

	admin := s.Group(web.For(auth.Admin))
	web.Get(admin, "/settings/password-policy", d.policyForm)
	web.Post(admin, "/settings/password-policy", d.setPolicy)

	d.mountAPI(s)
}

// caller is what account wants to know of whoever asks.
func caller(r *web.Request) account.Caller {
	return account.Caller{
		Origin: r.By.Origin, UserAgent: r.UserAgent(), RequestID: r.RequestID(), Replaces: r.SessionToken(),
	}
}

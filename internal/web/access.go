package web

import (
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
)

// Access says who may call a route.
type Access struct {
	// Public routes need no log-in.
	Public bool
	// Roles lists who may; empty means everybody who is signed in.
	Roles []auth.Role
	// Scopes are what an API token must carry one of. Without any the route is
	// not for tokens.
	Scopes []string
	// AnyToken lets in every token, whatever its scopes.
	AnyToken bool
	// Probes says of a Public route that it asks for the token of a probe itself.
	Probes bool
	// PasswordDue lets in somebody who must change the password first.
	PasswordDue bool
}

// Public is the access of routes without log-in.
func Public() Access { return Access{Public: true} }

// SignedIn is the access of everybody who is signed in.
func SignedIn() Access { return Access{} }

// For is the access of the given roles.
func For(roles ...auth.Role) Access { return Access{Roles: roles} }

// With lets in API tokens that carry one of the scopes.
func (a Access) With(scopes ...string) Access { a.Scopes = scopes; return a }

// BeforePassword lets in people whose password is due: for the few routes by
// which they can change it or leave.
func (a Access) BeforePassword() Access { a.PasswordDue = true; return a }

// Allows tells whether the principal may call; the error says why not.
func (a Access) Allows(by auth.Principal) error {
	switch {
	case a.Public:
		return nil
	case !by.Known():
		return auth.ErrUnauthenticated
	case len(a.Roles) > 0 && !by.Is(a.Roles...):
		return auth.ErrForbidden
	case by.Way == auth.ByToken && !a.AnyToken && !slices.ContainsFunc(a.Scopes, by.HasScope):
		return auth.ErrForbidden
	}
	return nil
}

// scopes are the scopes in words of a program: "systems:read or oplog:read".
func (a Access) scopes() string { return strings.Join(a.Scopes, " or ") }

// String writes who may call, as tables of routes do: the roles, and after a
// slash the scope that a token must have.
func (a Access) String() string {
	who := "signed-in"
	switch {
	case a.Probes:
		return "probes"
	case a.Public:
		return "public"
	case len(a.Roles) > 0:
		who = auth.Roles(a.Roles).Sorted().String()
	case a.PasswordDue:
		who = "password-due"
	}
	switch {
	case a.AnyToken:
		who += " / any token"
	case len(a.Scopes) > 0:
		who += " / " + a.scopes()
	}
	return who
}

// RouteInfo is one line of the table of routes.
type RouteInfo struct {
	Method string
	Path   string // with :name for parameters
	Access Access
	API    bool
	Within time.Duration // that an answer may take
}

// String is the line as tables of routes write it: "GET /accounts admin".
func (r RouteInfo) String() string { return r.Method + " " + r.Path + " " + r.Access.String() }

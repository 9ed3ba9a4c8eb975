// Package auth says who acts and what they may see: Principal, Role, Scope.
//
// A Principal is an explicit argument of every verb of the domain. The route
// group checks the role; the store puts the Scope into its WHERE clause, so a
// row of another department is simply not found. The package knows no
// database and no HTTP; accounts, sessions and tokens live in account.
package auth

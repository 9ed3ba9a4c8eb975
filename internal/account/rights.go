package account

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// regionRoles are the roles that a regional authority may give (DOMAIN matrix:
// "C own region users").
func regionRoles() []auth.Role { return []auth.Role{auth.Clerk, auth.Head} }

// mayAdminister lets administrators pass, and tokens of administrators that
// were issued for accounts.
func mayAdminister(by auth.Principal) error {
	if err := by.Require(auth.Admin); err != nil {
		return err
	}
	return needScope(by, ScopeAccountsWrite)
}

func needScope(by auth.Principal, scope string) error {
	if !by.HasScope(scope) {
		return auth.ErrForbidden
	}
	return nil
}

// mayTouch lets pass who may change any account at all; which ones, mayManage
// tells.
func mayTouch(by auth.Principal) error {
	if err := by.Require(auth.Admin, auth.Region); err != nil {
		return err
	}
	return needScope(by, ScopeAccountsWrite)
}

// asPerson lets a person pass who came in with a password: what concerns one's
// own password, sessions and tokens is not for tokens.
func asPerson(by auth.Principal) error {
	switch {
	case !by.Known():
		return auth.ErrUnauthenticated
	case by.Way != auth.BySession || by.AccountID == 0:
		return auth.ErrForbidden
	}
	return nil
}

// sees gives the accounts that by may read: administrators and the roles that
// see every department all, a regional authority its region, others their own
// department, and everybody the own account.
func (a *Accounts) sees(tx *store.Tx, by auth.Principal) (scope, error) {
	if !by.Known() {
		return scope{}, auth.ErrUnauthenticated
	}
	if err := needScope(by, ScopeAccountsRead); err != nil {
		return scope{}, err
	}
	view := by.View()
	s := scope{all: view.All || by.Is(auth.Admin), self: by.AccountID}
	if s.all || view.None() {
		return s, nil
	}
	var err error
	s.departments = []auth.DepartmentID{view.Department}
	if view.Below {
		s.departments, err = a.region(tx, view.Department)
	}
	return s, err
}

// mayManage tells whether by may change the account: administrators all, a
// regional authority the clerks and heads of its region. An account outside
// the region is not found.
func (a *Accounts) mayManage(tx *store.Tx, by auth.Principal, row accountRow) error {
	if err := mayTouch(by); err != nil || by.Is(auth.Admin) {
		return err
	}
	departments, err := a.region(tx, by.DepartmentID)
	switch {
	case err != nil:
		return err
	case by.DepartmentID == 0 || !in(departments, row.DepartmentID):
		return ErrNotFound
	case !onlyRoles(rolesOf(row.Roles), regionRoles()):
		return auth.ErrForbidden
	}
	return nil
}

// mayHandle tells whether by may see and end sessions and tokens of the
// account: one's own, or those of an account one manages.
func (a *Accounts) mayHandle(tx *store.Tx, by auth.Principal, row accountRow) error {
	if row.ID == by.AccountID && asPerson(by) == nil {
		return nil
	}
	return a.mayManage(tx, by, row)
}

// manage reads the account that by wants to change and keeps others from
// changing it.
func (a *Accounts) manage(tx *store.Tx, by auth.Principal, id auth.AccountID) (accountRow, error) {
	if err := mayTouch(by); err != nil { // before any row is held
		return accountRow{}, err
	}
	row, err := lockAccount(tx, id)
	if err != nil {
		return row, err
	}
	return row, a.mayManage(tx, by, row)
}

// manageLast is manage for acts that may take the last administrator away; it
// also tells how many usable administrators there are besides the account.
func (a *Accounts) manageLast(tx *store.Tx, by auth.Principal, id auth.AccountID) (accountRow, int, error) {
	if err := mayTouch(by); err != nil {
		return accountRow{}, 0, err
	}
	admins, err := otherAdministrators(tx, id)
	if err != nil {
		return accountRow{}, 0, err
	}
	row, err := a.manage(tx, by, id)
	return row, admins, err
}

// placing names what is wrong with the department and the roles that by wants
// to give.
func (a *Accounts) placing(tx *store.Tx, by auth.Principal, department auth.DepartmentID, roles auth.Roles) ([]fault.Field, error) {
	var wrong []fault.Field
	if a.name != nil && department != 0 {
		name, err := a.name(tx, department)
		if err != nil {
			return nil, err
		}
		if name == "" {
			wrong = append(wrong, fault.At("department_id", "err.account.department_unknown"))
		}
	}
	if by.Is(auth.Admin) {
		return wrong, nil
	}
	departments, err := a.region(tx, by.DepartmentID)
	if err != nil {
		return nil, err
	}
	if by.DepartmentID == 0 || !in(departments, department) {
		wrong = append(wrong, fault.At("department_id", "err.account.department_region"))
	}
	if !onlyRoles(roles, regionRoles()) {
		wrong = append(wrong, fault.At("roles", "err.account.role_region"))
	}
	return wrong, nil
}

// in tells whether a department is one of a list; no department never is.
func in(list []auth.DepartmentID, d auth.DepartmentID) bool {
	return d != 0 && slices.Contains(list, d)
}

func onlyRoles(roles auth.Roles, allowed []auth.Role) bool {
	return !slices.ContainsFunc(roles, func(r auth.Role) bool { return !slices.Contains(allowed, r) })
}

// kind is what the operation log calls an account.
const kind = "account"

// note writes an act on one account to the operation log.
func note(tx *store.Tx, by auth.Principal, action string, acc Account, before, after any, reason string) error {
	return oplog.Record(tx, by, oplog.Entry{
		Action: action, Kind: kind, ID: strconv.FormatInt(int64(acc.ID), 10), Name: acc.Login, Department: acc.DepartmentID,
		Before: before, After: after, Reason: reason,
	})
}

package account

import (
	"context"
	"fmt"
	"runtime"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// What callers test for.
var (
	// ErrNotFound is the answer for an account that is not there or not for
	// the asker to see.
	ErrNotFound = fault.New(fault.NotFound, "err.account.not_found")
	// ErrLastAdministrator is the answer to an act after which nobody could
	// administer the service.
	ErrLastAdministrator = fault.New(fault.Conflict, "err.account.last_admin")
	// ErrOwnRoles is the answer to a person who changes the own rights.
	ErrOwnRoles = fault.New(fault.Forbidden, "err.account.own_roles")
)

// Options are what Accounts needs from the packages above it. The zero value
// works: departments have no names then, and a region is one department.
type Options struct {
	// Hasher computes password hashes; nil means DefaultCost on as many cores
	// as there are.
	Hasher *Hasher
	// DepartmentName gives the short name of a department, "" when there is no
	// such department.
	DepartmentName func(tx *store.Tx, id auth.DepartmentID) (string, error)
	// Region lists the departments for whose people a regional authority
	// answers, itself included (办法 art. 9).
	Region func(tx *store.Tx, authority auth.DepartmentID) ([]auth.DepartmentID, error)
}

// Accounts keeps the accounts, their sessions and their tokens. It is safe for
// concurrent use.
type Accounts struct {
	db     *store.DB
	hasher *Hasher
	name   func(tx *store.Tx, id auth.DepartmentID) (string, error)
	region func(tx *store.Tx, authority auth.DepartmentID) ([]auth.DepartmentID, error)
}

// New makes Accounts on a migrated database.
func New(db *store.DB, opts Options) *Accounts {
	a := &Accounts{db: db, hasher: opts.Hasher, name: opts.DepartmentName, region: opts.Region}
	if a.hasher == nil {
		a.hasher = NewHasher(DefaultCost(), runtime.NumCPU())
	}
	if a.region == nil {
		a.region = func(_ *store.Tx, authority auth.DepartmentID) ([]auth.DepartmentID, error) {
			return []auth.DepartmentID{authority}, nil
		}
	}
	return a
}

// Sort is an order of a list.
type Sort string

// The orders. Accounts without the value come last.
const (
	SortLogin      Sort = "login"
	SortName       Sort = "name"
	SortDepartment Sort = "department_id"
	SortLastLogin  Sort = "last_login_at"
	SortCreated    Sort = "created_at"
)

// Sizes of a page, in accounts.
const (
	defaultPage = 50
	maxPage     = 200
	maxPages    = 1_000_000
)

// Filter chooses accounts. The zero value is the first page of all of them by
// login; what is not set does not narrow.
type Filter struct {
	Search       string // words that all occur in login or name
	DepartmentID auth.DepartmentID
	Role         auth.Role
	State        State
	Locked       bool // only those who cannot sign in for a lock
	Sort         Sort
	Descending   bool
	Page         int // from 1
	Size         int // accounts on a page, at most 200; 0 is 50
}

// normal fills in what a filter leaves open and bounds the page.
func (f Filter) normal() (Filter, error) {
	if f.Sort == "" {
		f.Sort = SortLogin
	}
	if _, ok := sorts[f.Sort]; !ok || f.State != "" && !f.State.Valid() || f.Role != "" && !f.Role.Valid() {
		return f, fault.New(fault.Invalid, "err.account.filter")
	}
	if f.Size <= 0 {
		f.Size = defaultPage
	}
	f.Size = min(f.Size, maxPage)
	f.Page = min(max(f.Page, 1), maxPages)
	return f, nil
}

// List gives one page of the accounts that by may see and their number in all.
// Telephone numbers are masked.
func (a *Accounts) List(ctx context.Context, by auth.Principal, f Filter) ([]Account, int64, error) {
	f, err := f.normal()
	if err != nil {
		return nil, 0, err
	}
	var found []Account
	var total int64
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		s, err := a.sees(tx, by)
		if err != nil {
			return err
		}
		rows, n, err := listAccounts(tx, s, f)
		total = n
		for _, row := range rows {
			acc := row.account()
			acc.Phone = maskPhone(acc.Phone)
			found = append(found, acc)
		}
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list accounts: %w", err)
	}
	return found, total, nil
}

// Find gives one account, or ErrNotFound. Its telephone number is whole for
// its owner and for those who manage it.
func (a *Accounts) Find(ctx context.Context, by auth.Principal, id auth.AccountID) (Account, error) {
	return a.find(ctx, by, func(tx *store.Tx, s scope) (accountRow, error) { return accountInScope(tx, s, id) })
}

// FindLogin is Find by login, however it is spelled.
func (a *Accounts) FindLogin(ctx context.Context, by auth.Principal, login string) (Account, error) {
	return a.find(ctx, by, func(tx *store.Tx, s scope) (accountRow, error) {
		row, err := accountByLogin(tx, login)
		if err != nil {
			return row, err
		}
		return accountInScope(tx, s, row.ID)
	})
}

func (a *Accounts) find(ctx context.Context, by auth.Principal, get func(*store.Tx, scope) (accountRow, error)) (Account, error) {
	var found Account
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		s, err := a.sees(tx, by)
		if err != nil {
			return err
		}
		row, err := get(tx, s)
		if err != nil {
			return err
		}
		found = row.account()
		if found.ID != by.AccountID && a.mayManage(tx, by, row) != nil {
			found.Phone = maskPhone(found.Phone)
		}
		return nil
	})
	if err != nil {
		return Account{}, fmt.Errorf("find account: %w", err)
	}
	return found, nil
}

// departmentName is the name of a department, "" for none.
func (a *Accounts) departmentName(tx *store.Tx, id auth.DepartmentID) (string, error) {
	if a.name == nil || id == 0 {
		return "", nil
	}
	name, err := a.name(tx, id)
	if err != nil {
		return "", fmt.Errorf("name of department %d: %w", id, err)
	}
	return name, nil
}

package account

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Edit is what Change may change; all of it is written, so it starts from the
// account as it was read. The login never changes: the operation log knows
// people by it.
type Edit struct {
	Name         string
	Phone        string
	DepartmentID auth.DepartmentID
	Roles        auth.Roles
	Version      int64 // of the account that the editor saw
	Reason       string
}

func (e Edit) clean() Edit {
	e.Name, e.Phone, e.Roles = cleanLine(e.Name), cleanPhone(e.Phone), knownFirst(e.Roles)
	return e
}

func (e Edit) check() []fault.Field {
	wrong := checkLine("name", e.Name, true, maxName)
	wrong = append(wrong, checkPhone(e.Phone)...)
	wrong = append(wrong, checkRoles(e.Roles, e.DepartmentID)...)
	return append(wrong, checkLine("reason", e.Reason, false, maxReason)...)
}

// Change writes the edit and gives the account back as it is now. A version
// that is not the present one is store.ErrStale; an edit that changes nothing writes
// nothing. When roles or department change, the account's sessions end.
// Nobody changes the own roles or department (ErrOwnRoles), and the last
// administrator keeps the role (ErrLastAdministrator).
func (a *Accounts) Change(ctx context.Context, by auth.Principal, id auth.AccountID, e Edit) (Account, error) {
	e = e.clean()
	var changed Account
	err := a.db.Write(ctx, func(tx *store.Tx) (err error) {
		changed, err = a.change(tx, by, id, e)
		return err
	})
	if err != nil {
		return Account{}, fmt.Errorf("change account %d: %w", id, err)
	}
	return changed, nil
}

func (a *Accounts) change(tx *store.Tx, by auth.Principal, id auth.AccountID, e Edit) (Account, error) {
	row, admins, err := a.manageLast(tx, by, id)
	if err != nil {
		return Account{}, err
	}
	old := row.account()
	moved := old.DepartmentID != e.DepartmentID || old.Roles.String() != e.Roles.String()
	if err := a.mayChange(tx, by, old, e, moved, admins); err != nil {
		return Account{}, err
	}
	if !moved && old.Name == e.Name && old.Phone == e.Phone {
		return old, nil
	}
	set := columns{
		"name": e.Name, "phone": e.Phone, "search": searchText(old.Login, e.Name),
		"department_id": e.DepartmentID, "roles": e.Roles.String(),
	}
	return a.save(tx, by, saving{row: row, set: set, action: "account.change", reason: e.Reason, endSessions: moved})
}

// mayChange refuses an edit that is stale, wrong or not for by to make.
func (a *Accounts) mayChange(tx *store.Tx, by auth.Principal, old Account, e Edit, moved bool, admins int) error {
	if old.Version != e.Version {
		return store.ErrStale
	}
	if moved && by.AccountID == old.ID {
		return ErrOwnRoles
	}
	wrong := e.check()
	if moved {
		place, err := a.placing(tx, by, e.DepartmentID, e.Roles)
		if err != nil {
			return err
		}
		wrong = append(wrong, place...)
	}
	if err := fault.Refuse(wrong); err != nil {
		return err
	}
	if usableAdministrator(old) && !e.Roles.Any(auth.Admin) && admins == 0 {
		return ErrLastAdministrator
	}
	return nil
}

// usableAdministrator tells whether the account is one of those of whom one
// must stay.
func usableAdministrator(acc Account) bool {
	return acc.State == Active && !acc.Held && acc.Roles.Any(auth.Admin)
}

// saving is a change of one account that is ready to be written.
type saving struct {
	row         accountRow
	set         columns
	action      string
	reason      string
	endSessions bool
}

// save writes the columns, ends the sessions if that is asked for, and records
// the account before and after.
func (a *Accounts) save(tx *store.Tx, by auth.Principal, s saving) (Account, error) {
	if err := updateAccount(tx, s.row.ID, s.row.Version, s.set); err != nil {
		return Account{}, err
	}
	if s.endSessions {
		if _, err := deleteSessionsOf(tx, s.row.ID); err != nil {
			return Account{}, err
		}
	}
	row, err := lockAccount(tx, s.row.ID)
	if err != nil {
		return Account{}, err
	}
	old, now := s.row.account(), row.account()
	return now, note(tx, by, s.action, now, old.record(), now.record(), s.reason)
}

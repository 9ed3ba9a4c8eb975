package account

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// ChangePassword replaces the own password. All sessions of the account end;
// the one given back takes the place of the caller's. A wrong old password
// counts as a failed sign-in, so that a stolen session cannot be used to guess
// it.
func (a *Accounts) ChangePassword(ctx context.Context, by auth.Principal, old, new string, from Caller) (Session, error) {
	s, err := a.changePassword(ctx, by, old, new, from)
	if err != nil {
		return Session{}, fmt.Errorf("change password: %w", err)
	}
	return s, nil
}

func (a *Accounts) changePassword(ctx context.Context, by auth.Principal, old, new string, from Caller) (Session, error) {
	if err := asPerson(by); err != nil {
		return Session{}, err
	}
	before, err := a.passwords(ctx, by.AccountID)
	if err != nil {
		return Session{}, err
	}
	if err := fault.Refuse(before.policy.Check("new", before.row.Login, new)); err != nil {
		return Session{}, err
	}
	if before.locked {
		return Session{}, errOldPassword()
	}
	right, err := a.hasher.verify(ctx, old, before.row.PasswordHash)
	if err != nil {
		return Session{}, err
	}
	if !right {
		return Session{}, a.wrongOldPassword(ctx, by.AccountID, from)
	}
	if err := a.refuseUsed(ctx, old, new, before); err != nil {
		return Session{}, err
	}
	hash, err := a.hasher.hash(ctx, new)
	if err != nil {
		return Session{}, err
	}
	var s Session
	err = a.db.Write(ctx, func(tx *store.Tx) (err error) {
		s, err = a.replacePassword(tx, by, before.row.PasswordHash, hash, from)
		return err
	})
	return s, err
}

// passwords are the rules and the hashes that a new password is judged by.
type passwords struct {
	policy Policy
	row    accountRow
	used   []string // earlier hashes that may not come again
	locked bool
}

func (a *Accounts) passwords(ctx context.Context, id auth.AccountID) (passwords, error) {
	var out passwords
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.policy, err = currentPolicy(tx); err != nil {
			return err
		}
		if out.row, err = accountByID(tx, id); err != nil {
			return err
		}
		out.locked = out.row.account().Locked(tx.Now())
		out.used, err = pastPasswords(tx, id, out.policy.History)
		return err
	})
	return out, err
}

func errOldPassword() error {
	return fault.Refuse([]fault.Field{fault.At("old", "err.account.old_password")})
}

// wrongOldPassword counts the failure and gives the refusal.
func (a *Accounts) wrongOldPassword(ctx context.Context, id auth.AccountID, from Caller) error {
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		row, err := lockAccount(tx, id)
		if err != nil {
			return err
		}
		p, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		if err := refused(tx, row.account(), causePassword, from); err != nil {
			return err
		}
		return a.fail(tx, p, row, from)
	})
	if err != nil {
		return err
	}
	return errOldPassword()
}

// refuseUsed refuses the present password and those before it.
func (a *Accounts) refuseUsed(ctx context.Context, old, new string, before passwords) error {
	if old == new {
		return fault.Refuse([]fault.Field{fault.At("new", "err.account.password_same")})
	}
	for _, hash := range before.used {
		same, err := a.hasher.verify(ctx, new, hash)
		if err != nil {
			return err
		}
		if same {
			return fault.Refuse([]fault.Field{fault.At("new", "err.account.password_used", "history", before.policy.History)})
		}
	}
	return nil
}

// replacePassword writes the new hash if the old one is still the one that was
// proved, and opens the session that goes on.
func (a *Accounts) replacePassword(tx *store.Tx, by auth.Principal, proved, hash string, from Caller) (Session, error) {
	row, err := lockAccount(tx, by.AccountID)
	if err != nil {
		return Session{}, err
	}
	if row.PasswordHash != proved || row.State != Active || row.Held {
		return Session{}, errOldPassword()
	}
	p, err := currentPolicy(tx)
	if err != nil {
		return Session{}, err
	}
	if err := keepPassword(tx, row); err != nil {
		return Session{}, err
	}
	set := columns{"password_hash": hash, "must_change": false, "password_changed_at": tx.Now(), "failed_count": 0, "locked_until": nil}
	acc, err := a.save(tx, by, saving{row: row, set: set, action: "account.password", endSessions: true})
	if err != nil {
		return Session{}, err
	}
	row.MustChange, row.PasswordChangedAt = acc.MustChange, acc.PasswordChangedAt
	return openSession(tx, p, row, from)
}

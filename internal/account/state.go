package account

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Disable takes the account out of use: its sessions end, its tokens are dead,
// its owner cannot sign in. The last administrator is ErrLastAdministrator.
func (a *Accounts) Disable(ctx context.Context, by auth.Principal, id auth.AccountID, reason string) (Account, error) {
	return a.turn(ctx, by, id, turn{
		action: "account.disable", reason: reason, endSessions: true, stops: true,
		done: func(acc Account) bool { return acc.State == Disabled },
		set:  columns{"state": Disabled},
	})
}

// Enable takes a disabled account into use again, with no failures counted.
func (a *Accounts) Enable(ctx context.Context, by auth.Principal, id auth.AccountID, reason string) (Account, error) {
	return a.turn(ctx, by, id, turn{
		action: "account.enable", reason: reason,
		done: func(acc Account) bool { return acc.State == Active },
		set:  columns{"state": Active, "failed_count": 0, "locked_until": nil},
	})
}

// Lock keeps the account's owner out until somebody unlocks it: for a doubt
// about who uses it. Its sessions end and its tokens rest.
func (a *Accounts) Lock(ctx context.Context, by auth.Principal, id auth.AccountID, reason string) (Account, error) {
	return a.turn(ctx, by, id, turn{
		action: "account.lock", reason: reason, endSessions: true, stops: true,
		done: func(acc Account) bool { return acc.Held },
		set:  columns{"held": true},
	})
}

// Unlock ends a lock, whether an administrator or failures made it.
func (a *Accounts) Unlock(ctx context.Context, by auth.Principal, id auth.AccountID, reason string) (Account, error) {
	return a.turn(ctx, by, id, turn{
		action: "account.unlock", reason: reason,
		done: func(acc Account) bool { return !acc.Held && acc.FailedCount == 0 && acc.LockedUntil.IsZero() },
		set:  columns{"held": false, "failed_count": 0, "locked_until": nil},
	})
}

// turn is a change from one state to another.
type turn struct {
	action      string
	reason      string
	endSessions bool
	stops       bool // the account cannot administer afterwards
	done        func(Account) bool
	set         columns
}

// turn changes the state of an account. What is done already stays as it is,
// and writes nothing.
func (a *Accounts) turn(ctx context.Context, by auth.Principal, id auth.AccountID, t turn) (Account, error) {
	if err := fault.Refuse(checkLine("reason", t.reason, false, maxReason)); err != nil {
		return Account{}, err
	}
	var now Account
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		row, admins, err := a.manageLast(tx, by, id)
		if err != nil {
			return err
		}
		now = row.account()
		switch {
		case t.done(now):
			return nil
		case t.stops && usableAdministrator(now) && admins == 0:
			return ErrLastAdministrator
		}
		now, err = a.save(tx, by, saving{row: row, set: t.set, action: t.action, reason: t.reason, endSessions: t.endSessions})
		return err
	})
	if err != nil {
		return Account{}, fmt.Errorf("%s %d: %w", t.action, id, err)
	}
	return now, nil
}

// Reset gives the account a new one-time password, which is shown this once.
// The old password and all sessions end, a lock by failures too; a lock by an
// administrator stays.
func (a *Accounts) Reset(ctx context.Context, by auth.Principal, id auth.AccountID, reason string) (Account, string, error) {
	if err := fault.Refuse(checkLine("reason", reason, false, maxReason)); err != nil {
		return Account{}, "", err
	}
	// The right is asked before a hash is spent, and again when it is written.
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		row, err := accountByID(tx, id)
		if err != nil {
			return err
		}
		return a.mayManage(tx, by, row)
	})
	if err != nil {
		return Account{}, "", fmt.Errorf("reset password of account %d: %w", id, err)
	}
	password := oneTimePassword()
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return Account{}, "", fmt.Errorf("reset password of account %d: %w", id, err)
	}
	var now Account
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		row, err := a.manage(tx, by, id)
		if err != nil {
			return err
		}
		if err := keepPassword(tx, row); err != nil {
			return err
		}
		now, err = a.save(tx, by, saving{row: row, action: "account.reset", reason: reason, endSessions: true, set: columns{
			"password_hash": hash, "must_change": true, "password_changed_at": tx.Now(), "failed_count": 0, "locked_until": nil,
		}})
		return err
	})
	if err != nil {
		return Account{}, "", fmt.Errorf("reset password of account %d: %w", id, err)
	}
	return now, password, nil
}

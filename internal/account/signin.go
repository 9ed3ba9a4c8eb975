package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Caller is what is known of whoever asks to come in.
type Caller struct {
	Origin    string // network address
	UserAgent string
	RequestID string
	// Replaces is the token of a session that the same browser still holds:
	// that session ends when a new one begins.
	Replaces string
}

var (
	// ErrSignIn is the one answer to an unknown login, a wrong password and a
	// locked account, so that nobody learns which it was.
	ErrSignIn = fault.New(fault.Unauthenticated, "err.account.sign_in")
	// ErrDisabled and ErrLapsed are told only to those who gave the right
	// password.
	ErrDisabled = fault.New(fault.Forbidden, "err.account.disabled")
	ErrLapsed   = fault.New(fault.Forbidden, "err.account.lapsed")
)

// Session is a session that has just begun. Token is the only time its token
// is seen.
type Session struct {
	ID        SessionID
	Token     string
	ExpiresAt time.Time
	// Change is set when the password must be changed before anything else:
	// until then Resume gives a principal without roles.
	Change ChangeReason
}

// SignIn lets a person in who knows the password, with a new session.
//
// An unknown login, a wrong password and a locked account get ErrSignIn after
// the same work. After Policy.LockAfter failures in a row the account is locked
// for Policy.LockMinutes, wherever they came from; guesses that were under way
// at that moment are refused too. Success, failure and lock are recorded.
func (a *Accounts) SignIn(ctx context.Context, login, password string, from Caller) (Session, Account, error) {
	g, err := a.guess(ctx, login)
	if err != nil {
		return Session{}, Account{}, fmt.Errorf("sign in: %w", err)
	}
	right, err := a.hasher.verify(ctx, password, g.hash)
	if err != nil {
		return Session{}, Account{}, fmt.Errorf("sign in: %w", err)
	}
	renewed := ""
	if right && a.hasher.outdated(g.hash) {
		if renewed, err = a.hasher.hash(ctx, password); err != nil {
			return Session{}, Account{}, fmt.Errorf("sign in: %w", err)
		}
	}
	var s Session
	var acc Account
	var refusal error
	err = a.db.Write(ctx, func(tx *store.Tx) (err error) {
		s, acc, refusal, err = a.settle(tx, g, right, renewed, from)
		return err
	})
	if err == nil {
		err = refusal // the refusal is recorded: that write must stand
	}
	if err != nil {
		return Session{}, Account{}, fmt.Errorf("sign in: %w", err)
	}
	return s, acc, nil
}

// guess is one attempt: the account it is about (0 when there is none) and the
// hash that the password is tried on.
type guess struct {
	id    auth.AccountID
	login string
	hash  string
}

// guess finds what to try a password on. For an unknown login and for a locked
// account that is a hash that nothing fits, which takes as long.
func (a *Accounts) guess(ctx context.Context, login string) (guess, error) {
	g := guess{login: login, hash: a.hasher.dummy()}
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		row, err := accountByLogin(tx, login)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		g.id = row.ID
		if !row.account().Locked(tx.Now()) {
			g.hash = row.PasswordHash
		}
		return nil
	})
	return g, err
}

// Causes of a refusal, as the operation log names them.
const (
	causeUnknown  = "unknown"
	causePassword = "password"
	causeLocked   = "locked"
	causeDisabled = "disabled"
	causeLapsed   = "lapsed"
)

// settle decides the attempt on the account as it is now, with its row held:
// between the guess and now it may have been locked or changed.
func (a *Accounts) settle(tx *store.Tx, g guess, right bool, renewed string, from Caller) (Session, Account, error, error) {
	if g.id == 0 {
		err := refused(tx, Account{Login: hint(g.login)}, causeUnknown, from)
		return Session{}, Account{}, ErrSignIn, err
	}
	row, err := lockAccount(tx, g.id)
	if err != nil {
		return Session{}, Account{}, nil, err
	}
	p, err := currentPolicy(tx)
	if err != nil {
		return Session{}, Account{}, nil, err
	}
	if cause, refusal := judge(p, row, g, right, tx.Now()); refusal != nil {
		err := refused(tx, row.account(), cause, from)
		if err == nil && cause == causePassword {
			err = a.fail(tx, p, row, from)
		}
		return Session{}, Account{}, refusal, err
	}
	s, acc, err := a.admit(tx, p, row, renewed, from)
	return s, acc, nil, err
}

// judge gives the cause of a refusal and the refusal, or nil.
func judge(p Policy, row accountRow, g guess, right bool, now time.Time) (cause string, refusal error) {
	switch {
	case row.account().Locked(now):
		return causeLocked, ErrSignIn
	case !right, row.PasswordHash != g.hash:
		return causePassword, ErrSignIn
	case row.State != Active:
		return causeDisabled, ErrDisabled
	case p.lapsed(row.MustChange, row.PasswordChangedAt, now):
		return causeLapsed, ErrLapsed
	}
	return "", nil
}

// admit opens the session.
func (a *Accounts) admit(tx *store.Tx, p Policy, row accountRow, renewed string, from Caller) (Session, Account, error) {
	now := tx.Now()
	set := columns{"failed_count": 0, "locked_until": nil, "last_login_at": now}
	row.FailedCount, row.LockedUntil, row.LastLoginAt = 0, nil, &now
	if renewed != "" {
		set["password_hash"] = renewed
	}
	if err := noteAccount(tx, row.ID, set); err != nil {
		return Session{}, Account{}, err
	}
	if from.Replaces != "" {
		if err := deleteSessionByToken(tx, from.Replaces); err != nil {
			return Session{}, Account{}, err
		}
	}
	s, err := openSession(tx, p, row, from)
	if err != nil {
		return Session{}, Account{}, err
	}
	acc := row.account()
	return s, acc, note(tx, acc.principal(from, auth.BySession), "account.sign_in", acc, nil, signInNote{Session: s.ID}, "")
}

// signInNote is what the operation log keeps of a sign-in besides who and
// where.
type signInNote struct {
	Session SessionID `json:"session,omitempty"`
	Cause   string    `json:"cause,omitempty"`
	Until   string    `json:"locked_until,omitempty"`
}

func refused(tx *store.Tx, acc Account, cause string, from Caller) error {
	nobody := auth.Principal{Origin: from.Origin, RequestID: from.RequestID}
	return note(tx, nobody, "account.sign_in_failed", acc, nil, signInNote{Cause: cause}, "")
}

// fail counts a wrong password, and locks the account when it is one too many.
func (a *Accounts) fail(tx *store.Tx, p Policy, row accountRow, from Caller) error {
	count := row.FailedCount + 1
	if row.LockedUntil != nil { // a lock that is over: the count begins anew
		count = 1
	}
	set := columns{"failed_count": count, "locked_until": nil}
	if count >= p.LockAfter {
		until := tx.Now().Add(time.Duration(p.LockMinutes) * time.Minute)
		set["locked_until"] = until
		nobody := auth.Principal{Origin: from.Origin, RequestID: from.RequestID}
		acc := row.account()
		if err := note(tx, nobody, "account.locked", acc, nil, signInNote{Until: until.Format(time.RFC3339)}, ""); err != nil {
			return err
		}
	}
	return noteAccount(tx, row.ID, set)
}

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

// SessionID identifies a session to its owner and in the operation log. It
// opens nothing: only the token does.
type SessionID int64

// SessionInfo is what a session knows about itself.
type SessionInfo struct {
	ID         SessionID
	AccountID  auth.AccountID
	CreatedAt  time.Time
	LastSeenAt time.Time // to the minute
	ExpiresAt  time.Time // the absolute limit
	Origin     string    // where it began
	UserAgent  string
	// Flash is what the next page is to tell, until TakeFlash.
	Flash string
	// Change is set when the password must be changed before anything else.
	Change ChangeReason
	// PasswordDue is when the password must be changed, zero for never; Warn
	// is set when that is near.
	PasswordDue time.Time
	Warn        bool
}

// Errors of Resume and ByToken.
var (
	// ErrSessionOver is the answer to a session that went on too long, or too
	// long without a request.
	ErrSessionOver = fault.New(fault.Unauthenticated, "err.account.session_over")
	// ErrToken is the answer to an API token that is unknown, revoked, expired
	// or of an account that may not be used.
	ErrToken = fault.New(fault.Unauthenticated, "err.account.token")
)

// ErrSessionNotFound is the answer for a session that is not there or not the
// asker's to end.
var ErrSessionNotFound = fault.New(fault.NotFound, "err.account.session_not_found")

// seenEvery is how often a session and a token write down that they were used.
// A session may therefore end up to so much before its idle limit.
const seenEvery = time.Minute

// seenWithin is how long a request waits for that writing: with a busy or full
// disk pages must still open.
const seenWithin = time.Second

// Lengths of what callers say of themselves, in characters.
const (
	maxOrigin    = 64
	maxUserAgent = 200
)

// Resume tells who comes with a session token: one query, and at most one
// write a minute. An unknown token is auth.ErrUnauthenticated, a session that
// is over ErrSessionOver. Roles, department and state are those of the account
// now. While the password must be changed the principal has no roles and no
// department, so it can do nothing but change it.
func (a *Accounts) Resume(ctx context.Context, token string, from Caller) (auth.Principal, SessionInfo, error) {
	var p auth.Principal
	var info SessionInfo
	var now time.Time
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		now = tx.Now()
		r, err := sessionByToken(tx, token)
		if err != nil {
			return err
		}
		if r.over(now) || r.State != Active || r.Held {
			return ErrSessionOver
		}
		p, info, err = a.person(tx, r, from)
		return err
	})
	if err != nil {
		return auth.Principal{}, SessionInfo{}, fmt.Errorf("resume session: %w", err)
	}
	if now.Sub(info.LastSeenAt) >= seenEvery {
		err = a.seen(ctx, func(tx *store.Tx) error { return touchSession(tx, info.ID) })
		if err != nil {
			return auth.Principal{}, SessionInfo{}, fmt.Errorf("resume session: %w", err)
		}
	}
	return p, info, nil
}

// seen writes that something was used, unless the database cannot take it now.
func (a *Accounts) seen(ctx context.Context, write func(*store.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, seenWithin)
	defer cancel()
	err := a.db.Write(ctx, write)
	if fault.KindOf(err) == fault.Unavailable {
		return nil
	}
	return err
}

// person makes the principal of a session that is alive.
func (a *Accounts) person(tx *store.Tx, r resumed, from Caller) (auth.Principal, SessionInfo, error) {
	info := r.info()
	p := auth.Principal{
		AccountID: r.AccountID, Login: r.Login, Name: r.Name,
		Way: auth.BySession, Origin: from.Origin, RequestID: from.RequestID,
	}
	rules := Policy{MaxAgeDays: r.MaxAgeDays}
	info.Change = rules.change(r.MustChange, r.PasswordChangedAt.UTC(), tx.Now())
	if info.Change != NoChange {
		return p, info, nil
	}
	if due := rules.due(r.PasswordChangedAt.UTC()); !due.IsZero() {
		info.PasswordDue = due
		info.Warn = !tx.Now().Before(due.AddDate(0, 0, -r.WarnDays))
	}
	p.DepartmentID, p.Roles = r.DepartmentID, rolesOf(r.Roles)
	var err error
	p.Department, err = a.departmentName(tx, r.DepartmentID)
	return p, info, err
}

// openSession begins a session with a token nobody has seen before.
func openSession(tx *store.Tx, p Policy, row accountRow, from Caller) (Session, error) {
	token, now := newSecret(), tx.Now()
	s := sessionRow{
		TokenHash: fingerprint(token), AccountID: row.ID, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(p.lifetime()),
		Origin: printable(from.Origin, maxOrigin), UserAgent: printable(from.UserAgent, maxUserAgent),
	}
	if err := insertSession(tx, &s); err != nil {
		return Session{}, err
	}
	change := p.change(row.MustChange, row.PasswordChangedAt.UTC(), now)
	return Session{ID: s.ID, Token: token, ExpiresAt: s.ExpiresAt, Change: change}, nil
}

// Sessions lists the living sessions of an account, the newest first: one's
// own, or those of an account one manages.
func (a *Accounts) Sessions(ctx context.Context, by auth.Principal, of auth.AccountID) ([]SessionInfo, error) {
	var found []SessionInfo
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		p, err := a.handled(tx, by, of)
		if err != nil {
			return err
		}
		found, err = sessionsOf(tx, of, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return found, nil
}

// handled gives the policy when by may handle the account's sessions.
func (a *Accounts) handled(tx *store.Tx, by auth.Principal, of auth.AccountID) (Policy, error) {
	row, err := accountByID(tx, of)
	if err != nil {
		return Policy{}, err
	}
	if err := a.mayHandle(tx, by, row); err != nil {
		return Policy{}, err
	}
	return currentPolicy(tx)
}

// SignOut ends the session by came in with. A session that has ended already
// is signed out.
func (a *Accounts) SignOut(ctx context.Context, by auth.Principal, id SessionID) error {
	err := a.endSession(ctx, by, id, "account.sign_out")
	if errors.Is(err, ErrSessionNotFound) {
		return nil
	}
	return err
}

// EndSession ends one session, of one's own or of an account one manages. One
// that is not there, or not by's to end, is ErrSessionNotFound.
func (a *Accounts) EndSession(ctx context.Context, by auth.Principal, id SessionID) error {
	return a.endSession(ctx, by, id, "account.session_end")
}

func (a *Accounts) endSession(ctx context.Context, by auth.Principal, id SessionID, action string) error {
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		s, err := sessionByID(tx, id)
		if err != nil {
			return err
		}
		row, err := accountByID(tx, s.AccountID)
		if err != nil {
			return err
		}
		if a.mayHandle(tx, by, row) != nil {
			return ErrSessionNotFound
		}
		if err := deleteSession(tx, id); err != nil {
			return err
		}
		return note(tx, by, action, row.account(), nil, signInNote{Session: id}, "")
	})
	if err != nil {
		return fmt.Errorf("end session %d: %w", id, err)
	}
	return nil
}

// sessionsNote is what the operation log keeps of a sign-out everywhere.
type sessionsNote struct {
	Sessions int64 `json:"sessions"`
}

// SignOutEverywhere ends all sessions of an account, the caller's own session
// too when it is the own account, and tells how many there were.
func (a *Accounts) SignOutEverywhere(ctx context.Context, by auth.Principal, of auth.AccountID) (int64, error) {
	var n int64
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		row, err := accountByID(tx, of)
		if err != nil {
			return err
		}
		if err := a.mayHandle(tx, by, row); err != nil {
			return err
		}
		if n, err = deleteSessionsOf(tx, of); err != nil {
			return err
		}
		return note(tx, by, "account.sign_out_everywhere", row.account(), nil, sessionsNote{Sessions: n}, "")
	})
	if err != nil {
		return 0, fmt.Errorf("sign out everywhere: %w", err)
	}
	return n, nil
}

// SetFlash keeps a text for the next page of the session.
func (a *Accounts) SetFlash(ctx context.Context, id SessionID, text string) error {
	if err := a.db.Write(ctx, func(tx *store.Tx) error { return setFlash(tx, id, text) }); err != nil {
		return fmt.Errorf("keep flash: %w", err)
	}
	return nil
}

// TakeFlash gives the kept text once and forgets it; "" when there is none.
func (a *Accounts) TakeFlash(ctx context.Context, id SessionID) (string, error) {
	var text string
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		s, err := sessionByID(tx, id)
		if err != nil || s.Flash == "" {
			text = ""
			return err
		}
		text = s.Flash
		return setFlash(tx, id, "")
	})
	if err != nil {
		return "", fmt.Errorf("take flash: %w", err)
	}
	return text, nil
}

// Purge deletes the sessions that are over and tells how many they were. It is
// a job: how often it runs does not matter to anybody's rights.
func (a *Accounts) Purge(ctx context.Context) (int64, error) {
	var n int64
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		p, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		n, err = deleteOver(tx, p)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("purge sessions: %w", err)
	}
	return n, nil
}

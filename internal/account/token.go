package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// The scopes a token may have.
const (
	ScopeSystemsRead      = "systems:read"
	ScopeSystemsWrite     = "systems:write"
	ScopeDepartmentsRead  = "departments:read"
	ScopeDepartmentsWrite = "departments:write"
	ScopeSurveysRead      = "surveys:read"
	ScopeSurveysWrite     = "surveys:write"
	ScopeUsageRead        = "usage:read"
	ScopeUsageWrite       = "usage:write"
	ScopeZombiesRead      = "zombies:read"
	ScopeZombiesWrite     = "zombies:write"
	ScopeHubRead          = "hub:read"
	ScopeHubWrite         = "hub:write"
	ScopeHubPush          = "hub:push"
	ScopeSharingRead      = "sharing:read"
	ScopeSharingWrite     = "sharing:write"
	ScopeRectifyRead      = "rectification:read"
	ScopeRectifyWrite     = "rectification:write"
	ScopeCatalogRead      = "catalog:read"
	ScopeCatalogWrite     = "catalog:write"
	ScopeTasksRead        = "tasks:read"
	ScopeTasksWrite       = "tasks:write"
	ScopeScorecardsRead   = "scorecards:read"
	ScopeScorecardsWrite  = "scorecards:write"
	ScopeFundingRead      = "funding:read"
	ScopeFundingWrite     = "funding:write"
	ScopeAccountsRead     = "accounts:read"
	ScopeAccountsWrite    = "accounts:write"
	ScopeCalendarRead     = "calendar:read"
	ScopeCalendarWrite    = "calendar:write"
	ScopeOplogRead        = "oplog:read"
	ScopeMetricsRead      = "metrics:read"
)

// Scopes lists the scopes in the order in which pages show them. The name of
// scope s is the text of key "scope."+s.
func Scopes() []string {
	return []string{
		ScopeSystemsRead, ScopeSystemsWrite, ScopeDepartmentsRead, ScopeDepartmentsWrite,
		ScopeSurveysRead, ScopeSurveysWrite, ScopeUsageRead, ScopeUsageWrite, ScopeZombiesRead, ScopeZombiesWrite, ScopeHubRead, ScopeHubWrite, ScopeHubPush, ScopeSharingRead, ScopeSharingWrite, ScopeTasksRead, ScopeTasksWrite, ScopeRectifyRead, ScopeRectifyWrite, ScopeCatalogRead, ScopeCatalogWrite, ScopeScorecardsRead, ScopeScorecardsWrite, ScopeFundingRead, ScopeFundingWrite, ScopeAccountsRead, ScopeAccountsWrite,
		ScopeCalendarRead, ScopeCalendarWrite, ScopeOplogRead, ScopeMetricsRead,
	}
}

// TokenID identifies an API token to its owner and in the operation log.
type TokenID int64

// Token is an API token without its secret.
type Token struct {
	ID         TokenID
	AccountID  auth.AccountID
	Login      string // of the owner
	Name       string // what it is for
	Prefix     string // its first characters, to tell tokens apart
	Scopes     []string
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt time.Time // to the minute, zero for never
	LastOrigin string
	RevokedAt  time.Time
}

// Alive tells whether the token opens anything at the given time, its owner
// permitting.
func (t Token) Alive(now time.Time) bool { return t.RevokedAt.IsZero() && now.Before(t.ExpiresAt) }

// TokenPrefix begins every token, so that one that leaked is recognised.
const TokenPrefix = "qct_"

const (
	shownPrefix   = len(TokenPrefix) + 8
	maxTokenName  = 60
	tokenLifetime = 1 // year
)

// ErrTokenNotFound is the answer for a token that is not there or not the
// asker's to revoke.
var ErrTokenNotFound = fault.New(fault.NotFound, "err.account.token_not_found")

// IssueToken makes a token that acts as its owner, narrowed by the scopes,
// until expires (at most a year). The text is shown this once and stored
// nowhere. Only a person signed in can issue one, for the own account.
func (a *Accounts) IssueToken(ctx context.Context, by auth.Principal, name string, scopes []string, expires time.Time) (Token, string, error) {
	if err := asPerson(by); err != nil {
		return Token{}, "", err
	}
	name = cleanLine(name)
	text := TokenPrefix + newSecret()
	var made Token
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		if err := fault.Refuse(checkToken(name, scopes, expires.UTC(), tx.Now())); err != nil {
			return err
		}
		owner, err := mayIssue(tx, by)
		if err != nil {
			return err
		}
		row := tokenRow{
			TokenHash: fingerprint(text), Prefix: text[:shownPrefix], AccountID: owner.ID, Name: name,
			Scopes: strings.Join(ordered(scopes), ","), CreatedAt: tx.Now(), ExpiresAt: expires.UTC().Truncate(time.Microsecond),
		}
		if err := insertToken(tx, &row); err != nil {
			return err
		}
		made = row.token(owner.Login)
		return note(tx, by, "account.token_issue", owner, nil, made.record(), "")
	})
	if err != nil {
		return Token{}, "", fmt.Errorf("issue token: %w", err)
	}
	return made, text, nil
}

// mayIssue gives the owner of the new token. Whoever must change the password
// first gets none: it would be a way around the change.
func mayIssue(tx *store.Tx, by auth.Principal) (Account, error) {
	row, err := lockAccount(tx, by.AccountID)
	if err != nil {
		return Account{}, err
	}
	p, err := currentPolicy(tx)
	if err != nil {
		return Account{}, err
	}
	owner := row.account()
	if owner.State != Active || owner.Held || p.change(owner.MustChange, owner.PasswordChangedAt, tx.Now()) != NoChange {
		return Account{}, auth.ErrForbidden
	}
	return owner, nil
}

func checkToken(name string, scopes []string, expires, now time.Time) []fault.Field {
	wrong := checkLine("token_name", name, true, maxTokenName)
	for i := range wrong {
		wrong[i].Name = "name"
	}
	unknown := slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(Scopes(), s) })
	if len(scopes) == 0 || unknown {
		wrong = append(wrong, fault.At("scopes", "err.account.token_scopes"))
	}
	if !expires.After(now) || expires.After(now.AddDate(tokenLifetime, 0, 0)) {
		wrong = append(wrong, fault.At("expires_at", "err.account.token_expiry"))
	}
	return wrong
}

// ordered is the set of scopes in the order of Scopes.
func ordered(scopes []string) []string {
	return slices.DeleteFunc(Scopes(), func(s string) bool { return !slices.Contains(scopes, s) })
}

// tokenNote is a token as the operation log shows it.
type tokenNote struct {
	ID      TokenID `json:"id"`
	Name    string  `json:"name"`
	Prefix  string  `json:"prefix"`
	Scopes  string  `json:"scopes"`
	Expires string  `json:"expires_at"`
}

func (t Token) record() tokenNote {
	return tokenNote{
		ID: t.ID, Name: t.Name, Prefix: t.Prefix, Scopes: strings.Join(t.Scopes, ","),
		Expires: t.ExpiresAt.Format(time.RFC3339),
	}
}

// ByToken tells who comes with an API token: its owner as the account is now,
// narrowed by the token's scopes. A token that opens nothing is ErrToken,
// whatever the reason. That it was used is written at most once a minute.
func (a *Accounts) ByToken(ctx context.Context, text string, from Caller) (auth.Principal, Token, error) {
	if !strings.HasPrefix(text, TokenPrefix) {
		return auth.Principal{}, Token{}, ErrToken
	}
	var p auth.Principal
	var t Token
	var now time.Time
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		now = tx.Now()
		row, err := tokenBySecret(tx, text)
		if err != nil {
			return err
		}
		owner, err := accountByID(tx, row.AccountID)
		if err != nil {
			return err
		}
		if t = row.token(owner.Login); !t.Alive(now) || owner.State != Active || owner.Held {
			return ErrToken
		}
		p = owner.account().principal(from, auth.ByToken)
		p.Scopes = t.Scopes
		p.Department, err = a.departmentName(tx, p.DepartmentID)
		return err
	})
	if err != nil {
		return auth.Principal{}, Token{}, fmt.Errorf("open with token: %w", err)
	}
	if now.Sub(t.LastUsedAt) >= seenEvery {
		err = a.seen(ctx, func(tx *store.Tx) error { return touchToken(tx, t.ID, printable(from.Origin, maxOrigin)) })
		if err != nil {
			return auth.Principal{}, Token{}, fmt.Errorf("open with token: %w", err)
		}
	}
	return p, t, nil
}

// Tokens lists the tokens of an account, the newest first: one's own, or those
// of an account one manages. Account 0 lists all tokens, to administrators.
func (a *Accounts) Tokens(ctx context.Context, by auth.Principal, of auth.AccountID) ([]Token, error) {
	var found []Token
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		if err := a.mayList(tx, by, of); err != nil {
			return err
		}
		var err error
		found, err = tokensOf(tx, of)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return found, nil
}

func (a *Accounts) mayList(tx *store.Tx, by auth.Principal, of auth.AccountID) error {
	if of == 0 {
		return mayAdminister(by)
	}
	row, err := accountByID(tx, of)
	if err != nil {
		return err
	}
	return a.mayHandle(tx, by, row)
}

// RevokeToken kills a token for good, of one's own or of an account one
// manages; at once for every request that begins afterwards. One that is not
// there, or not by's to revoke, is ErrTokenNotFound.
func (a *Accounts) RevokeToken(ctx context.Context, by auth.Principal, id TokenID) error {
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		row, err := tokenByID(tx, id)
		if err != nil {
			return err
		}
		owner, err := accountByID(tx, row.AccountID)
		if err != nil {
			return err
		}
		if a.mayHandle(tx, by, owner) != nil {
			return ErrTokenNotFound
		}
		if row.RevokedAt != nil {
			return nil
		}
		if err := revokeToken(tx, id); err != nil {
			return err
		}
		return note(tx, by, "account.token_revoke", owner.account(), row.token(owner.Login).record(), nil, "")
	})
	if err != nil {
		return fmt.Errorf("revoke token %d: %w", id, err)
	}
	return nil
}

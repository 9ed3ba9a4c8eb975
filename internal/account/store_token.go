package account

import (
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// tokenRow is one row of api_tokens.
type tokenRow struct {
	ID         TokenID
	TokenHash  []byte
	Prefix     string
	AccountID  auth.AccountID
	Name       string
	Scopes     string
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt *time.Time
	LastOrigin string
	RevokedAt  *time.Time
}

func (tokenRow) TableName() string { return "api_tokens" }

func (r tokenRow) token(login string) Token {
	return Token{
		ID: r.ID, AccountID: r.AccountID, Login: login, Name: r.Name, Prefix: r.Prefix, Scopes: strings.Split(r.Scopes, ","),
		CreatedAt: r.CreatedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(), LastUsedAt: instant(r.LastUsedAt),
		LastOrigin: r.LastOrigin, RevokedAt: instant(r.RevokedAt),
	}
}

func insertToken(tx *store.Tx, r *tokenRow) error { return tx.Gorm().Create(r).Error }

func tokenBySecret(tx *store.Tx, text string) (tokenRow, error) {
	return oneToken(tx.Gorm().Where("token_hash = ?", fingerprint(text)), ErrToken)
}

func tokenByID(tx *store.Tx, id TokenID) (tokenRow, error) {
	return oneToken(tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id), ErrTokenNotFound)
}

func oneToken(q *gorm.DB, absent error) (tokenRow, error) {
	var r tokenRow
	err := q.Take(&r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return r, absent
	}
	return r, err
}

// tokensOf lists the tokens of an account, or all for account 0.
func tokensOf(tx *store.Tx, of auth.AccountID) ([]Token, error) {
	q := tx.Gorm().Order("id DESC")
	if of != 0 {
		q = q.Where("account_id = ?", of)
	}
	var rows []tokenRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	logins, err := loginsOf(tx, rows)
	out := make([]Token, len(rows))
	for i, r := range rows {
		out[i] = r.token(logins[r.AccountID])
	}
	return out, err
}

// loginsOf gives the logins of the tokens' owners.
func loginsOf(tx *store.Tx, tokens []tokenRow) (map[auth.AccountID]string, error) {
	ids := make([]auth.AccountID, len(tokens))
	for i, t := range tokens {
		ids[i] = t.AccountID
	}
	var owners []accountRow
	err := tx.Gorm().Select("id", "login").Where("id IN ?", ids).Find(&owners).Error
	logins := make(map[auth.AccountID]string, len(owners))
	for _, o := range owners {
		logins[o.ID] = o.Login
	}
	return logins, err
}

func touchToken(tx *store.Tx, id TokenID, origin string) error {
	return tx.Gorm().Model(&tokenRow{}).
		Where("id = ? AND (last_used_at IS NULL OR last_used_at <= ?)", id, tx.Now().Add(-seenEvery)).
		UpdateColumns(map[string]any{"last_used_at": tx.Now(), "last_origin": origin}).Error
}

func revokeToken(tx *store.Tx, id TokenID) error {
	return tx.Gorm().Model(&tokenRow{}).Where("id = ?", id).UpdateColumn("revoked_at", tx.Now()).Error
}

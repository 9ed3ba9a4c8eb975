package account

import (
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// sessionRow is one row of sessions.
type sessionRow struct {
	ID         SessionID
	TokenHash  []byte
	AccountID  auth.AccountID
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
	Origin     string
	UserAgent  string
	Flash      string
}

func (sessionRow) TableName() string { return "sessions" }

// info is the row without its secret; the limit is the stricter of the one it
// began with and the policy's present one.
func (r sessionRow) info(p Policy) SessionInfo {
	expires := r.ExpiresAt.UTC()
	if now := r.CreatedAt.UTC().Add(p.lifetime()); now.Before(expires) {
		expires = now
	}
	return SessionInfo{
		ID: r.ID, AccountID: r.AccountID, CreatedAt: r.CreatedAt.UTC(), LastSeenAt: r.LastSeenAt.UTC(),
		ExpiresAt: expires, Origin: r.Origin, UserAgent: r.UserAgent, Flash: r.Flash,
	}
}

// resumed is a session with what its account and the policy say now.
type resumed struct {
	ID         SessionID
	AccountID  auth.AccountID
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
	Origin     string
	UserAgent  string
	Flash      string

	Login             string
	Name              string
	DepartmentID      auth.DepartmentID
	Roles             string
	State             State
	Held              bool
	MustChange        bool
	PasswordChangedAt time.Time
	MaxAgeDays        int
	WarnDays          int
	IdleMinutes       int
	AbsoluteMinutes   int
}

func (r resumed) policy() Policy {
	return Policy{MaxAgeDays: r.MaxAgeDays, WarnDays: r.WarnDays, IdleMinutes: r.IdleMinutes, AbsoluteMinutes: r.AbsoluteMinutes}
}

func (r resumed) info() SessionInfo {
	row := sessionRow{
		ID: r.ID, AccountID: r.AccountID, CreatedAt: r.CreatedAt, LastSeenAt: r.LastSeenAt, ExpiresAt: r.ExpiresAt,
		Origin: r.Origin, UserAgent: r.UserAgent, Flash: r.Flash,
	}
	return row.info(r.policy())
}

// over tells whether the session has reached one of its limits.
func (r resumed) over(now time.Time) bool {
	info := r.info()
	return !now.Before(info.ExpiresAt) || !now.Before(info.LastSeenAt.Add(r.policy().idle()))
}

// resumeQuery finds a session by the index of its hash, and with it all that a
// request needs to know.
const resumeQuery = `
SELECT s.id, s.account_id, s.created_at, s.last_seen_at, s.expires_at, s.origin, s.user_agent, s.flash,
  a.login, a.name, a.department_id, a.roles, a.state, a.held, a.must_change, a.password_changed_at,
  p.max_age_days, p.warn_days, p.idle_minutes, p.absolute_minutes
FROM sessions s
JOIN accounts a ON a.id = s.account_id
JOIN account_policies p ON p.version = (SELECT max(version) FROM account_policies)
WHERE s.token_hash = ?`

func sessionByToken(tx *store.Tx, token string) (resumed, error) {
	var r resumed
	res := tx.Gorm().Raw(resumeQuery, fingerprint(token)).Scan(&r)
	if res.Error == nil && res.RowsAffected == 0 {
		return r, auth.ErrUnauthenticated
	}
	return r, res.Error
}

func sessionByID(tx *store.Tx, id SessionID) (sessionRow, error) {
	var r sessionRow
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return r, ErrSessionNotFound
	}
	return r, err
}

// sessionsOf lists the living sessions of an account.
func sessionsOf(tx *store.Tx, id auth.AccountID, p Policy) ([]SessionInfo, error) {
	var rows []sessionRow
	err := living(tx, p).Where("account_id = ?", id).Order("last_seen_at DESC, id DESC").Find(&rows).Error
	out := make([]SessionInfo, len(rows))
	for i, r := range rows {
		out[i] = r.info(p)
	}
	return out, err
}

func living(tx *store.Tx, p Policy) *gorm.DB {
	now := tx.Now()
	return tx.Gorm().Where("expires_at > ? AND created_at > ? AND last_seen_at > ?", now, now.Add(-p.lifetime()), now.Add(-p.idle()))
}

// deleteOver deletes what living does not list.
func deleteOver(tx *store.Tx, p Policy) (int64, error) {
	now := tx.Now()
	res := tx.Gorm().Where("expires_at <= ? OR created_at <= ? OR last_seen_at <= ?", now, now.Add(-p.lifetime()), now.Add(-p.idle())).
		Delete(&sessionRow{})
	return res.RowsAffected, res.Error
}

func insertSession(tx *store.Tx, r *sessionRow) error { return tx.Gorm().Create(r).Error }

func deleteSession(tx *store.Tx, id SessionID) error {
	return tx.Gorm().Where("id = ?", id).Delete(&sessionRow{}).Error
}

func deleteSessionByToken(tx *store.Tx, token string) error {
	return tx.Gorm().Where("token_hash = ?", fingerprint(token)).Delete(&sessionRow{}).Error
}

func deleteSessionsOf(tx *store.Tx, id auth.AccountID) (int64, error) {
	res := tx.Gorm().Where("account_id = ?", id).Delete(&sessionRow{})
	return res.RowsAffected, res.Error
}

// touchSession writes that a session was used; of several requests that want
// to in the same minute one does.
func touchSession(tx *store.Tx, id SessionID) error {
	return tx.Gorm().Model(&sessionRow{}).Where("id = ? AND last_seen_at <= ?", id, tx.Now().Add(-seenEvery)).
		UpdateColumn("last_seen_at", tx.Now()).Error
}

func setFlash(tx *store.Tx, id SessionID, text string) error {
	return tx.Gorm().Model(&sessionRow{}).Where("id = ?", id).UpdateColumn("flash", text).Error
}

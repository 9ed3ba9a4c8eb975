package usage

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"time"
)

// TokenID identifies a token of a probe.
type TokenID int64

// TokenPrefix begins the token of every probe, so that one that leaked is
// recognised.
const TokenPrefix = "qcp_"

const (
	prefixLength = 8
	// DefaultGrace is how long a token that was replaced still opens, and MaxGrace
	// the longest time that may be chosen.
	DefaultGrace = 24 * time.Hour
	MaxGrace     = 7 * 24 * time.Hour
	// TokenYears is for how many years a token may be issued.
	TokenYears = 3
)

// Token is a token of a probe without its secret.
type Token struct {
	ID          TokenID
	ProbeID     ProbeID
	Prefix      string // qcp_xxxxxxxx, to tell tokens apart
	Hash        []byte
	CreatedAt   time.Time
	CreatedName string
	ExpiresAt   time.Time
	RevokedAt   *time.Time
	RevokedName string
	// ReplacedBy is the token that came in its place: until ExpiresAt both open.
	ReplacedBy *TokenID
	LastUsedAt *time.Time
	LastOrigin string
}

// TableName is the table of tokens.
func (Token) TableName() string { return "probe_tokens" }

// Alive tells whether the token opens anything at the given time.
func (t *Token) Alive(now time.Time) bool { return t.RevokedAt == nil && now.Before(t.ExpiresAt) }

// newToken makes the text of a token: what it begins with stands in the list of
// tokens, the rest is 130 bits that nobody can guess.
func newToken() (prefix, text string) {
	prefix = TokenPrefix + strings.ToLower(rand.Text()[:prefixLength])
	return prefix, prefix + "_" + rand.Text()
}

// prefixOf is what the token begins with; false when it is no such token.
func prefixOf(text string) (string, bool) {
	const end = len(TokenPrefix) + prefixLength
	if !strings.HasPrefix(text, TokenPrefix) || len(text) <= end+1 || len(text) > 100 || text[end] != '_' {
		return "", false
	}
	return text[:end], true
}

func hashOf(text string) [sha256.Size]byte { return sha256.Sum256([]byte(text)) }

func (t *Token) opens(hash [sha256.Size]byte) bool {
	return subtle.ConstantTimeCompare(t.Hash, hash[:]) == 1
}

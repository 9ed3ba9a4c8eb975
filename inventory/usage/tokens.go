package usage

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// maxTokens is how many tokens of a probe may open at the same time: more is a
// sign that somebody does not throw the old ones away.
const maxTokens = 10

// IssueToken makes a token of a probe that opens until expires, at most
// TokenYears ahead. The text is shown this once and stored nowhere.
func (p *Probes) IssueToken(ctx context.Context, by auth.Principal, code string, expires time.Time) (Token, string, error) {
	prefix, text := newToken()
	made, err := p.act(ctx, by, code, func(tx *store.Tx, probe Probe) (Token, error) {
		t, err := issue(tx, by, probe, prefix, text, expires)
		if err != nil {
			return Token{}, err
		}
		return t, recordToken(tx, by, probe, "probe.token_issued", t, "")
	})
	if err != nil {
		return Token{}, "", fmt.Errorf("issue a token of probe %s: %w", code, err)
	}
	return made, text, nil
}

// RotateToken makes a token in the place of another, which still opens for the
// grace, at most MaxGrace, so that the probe can be given the new one.
func (p *Probes) RotateToken(ctx context.Context, by auth.Principal, code string, id TokenID, grace time.Duration, expires time.Time) (Token, string, error) {
	prefix, text := newToken()
	made, err := p.act(ctx, by, code, func(tx *store.Tx, probe Probe) (Token, error) {
		old, err := tokenOf(tx, probe.ID, id)
		switch {
		case err != nil:
			return Token{}, err
		case !old.Alive(tx.Now()):
			return Token{}, fault.New(fault.Conflict, "probe.err.token_dead")
		case old.ReplacedBy != nil:
			return Token{}, fault.New(fault.Conflict, "probe.err.token_replaced")
		case grace < 0 || grace > MaxGrace:
			return Token{}, fault.Refuse([]fault.Field{fault.At("grace", "probe.err.grace")})
		}
		t, err := issue(tx, by, probe, prefix, text, expires)
		if err != nil {
			return Token{}, err
		}
		until := tx.Now().Add(grace)
		if until.After(old.ExpiresAt) {
			until = old.ExpiresAt
		}
		if err := replaceToken(tx, old.ID, t.ID, until); err != nil {
			return Token{}, err
		}
		return t, recordToken(tx, by, probe, "probe.token_rotated", t, old.Prefix)
	})
	if err != nil {
		return Token{}, "", fmt.Errorf("rotate token %d of probe %s: %w", id, code, err)
	}
	return made, text, nil
}

// RevokeToken kills a token for good: at once on this node, and within
// passFresh on the others.
func (p *Probes) RevokeToken(ctx context.Context, by auth.Principal, code string, id TokenID, reason string) error {
	reason = input.Text(reason)
	_, err := p.act(ctx, by, code, func(tx *store.Tx, probe Probe) (Token, error) {
		t, err := tokenOf(tx, probe.ID, id)
		if err != nil || t.RevokedAt != nil {
			return t, err
		}
		if err := checkReason(reason); err != nil {
			return Token{}, err
		}
		if err := revokeToken(tx, t.ID, by.Name); err != nil {
			return Token{}, err
		}
		return t, recordToken(tx, by, probe, "probe.token_revoked", t, reason)
	})
	if err != nil {
		return fmt.Errorf("revoke token %d of probe %s: %w", id, code, err)
	}
	return nil
}

// act does something with the tokens of a probe, which it holds meanwhile.
func (p *Probes) act(ctx context.Context, by auth.Principal, code string, do func(*store.Tx, Probe) (Token, error)) (Token, error) {
	if err := by.Require(Operators()...); err != nil {
		return Token{}, err
	}
	var out Token
	err := p.db.Write(ctx, func(tx *store.Tx) error {
		probe, err := holdProbe(tx, code)
		if err != nil {
			return err
		}
		if out, err = do(tx, probe); err != nil {
			return err
		}
		out.Hash = nil
		tx.AfterCommit(p.passes.forget)
		return nil
	})
	return out, err
}

func issue(tx *store.Tx, by auth.Principal, probe Probe, prefix, text string, expires time.Time) (Token, error) {
	expires = expires.UTC().Truncate(time.Microsecond)
	if !expires.After(tx.Now()) || expires.After(tx.Now().AddDate(TokenYears, 0, 0)) {
		return Token{}, fault.Refuse([]fault.Field{fault.At("expires_at", "probe.err.token_expiry", "years", TokenYears)})
	}
	if probe.Stopped {
		return Token{}, ErrProbeStopped
	}
	n, err := countAlive(tx, probe.ID)
	if err != nil {
		return Token{}, err
	}
	if n >= maxTokens {
		return Token{}, fault.New(fault.Conflict, "probe.err.many_tokens", "max", maxTokens)
	}
	hash := hashOf(text)
	t := Token{ProbeID: probe.ID, Prefix: prefix, Hash: hash[:], CreatedAt: tx.Now(), CreatedName: by.Name, ExpiresAt: expires}
	return t, insertToken(tx, &t)
}

// tokenFacts are a token as the operation log keeps it.
type tokenFacts struct {
	ID      TokenID   `json:"id"`
	Prefix  string    `json:"prefix"`
	Expires time.Time `json:"expires_at"`
}

func recordToken(tx *store.Tx, by auth.Principal, probe Probe, act string, t Token, reason string) error {
	return oplog.Record(tx, by, oplog.Entry{
		Action: act, Kind: "probe", ID: probe.Code, Name: probe.Name, Department: probe.OwnerID,
		After: tokenFacts{t.ID, t.Prefix, t.ExpiresAt}, Reason: reason,
	})
}

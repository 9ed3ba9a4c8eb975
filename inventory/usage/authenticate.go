package usage

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"qingce/internal/fault"
	"qingce/internal/store"
)

const (
	// passFresh is how long the answer about a token is believed without asking
	// the database. A token that was revoked on another node opens no longer.
	passFresh = 3 * time.Second
	// mostPasses is how many answers are remembered.
	mostPasses = 20_000
)

// passes remembers what tokens open, by the hash of their text.
type passes struct {
	mu  *sync.Mutex
	all map[[sha256.Size]byte]*remembered
}

// remembered is the answer about one token. Those who come with the same token
// wait for the first of them to ask.
type remembered struct {
	mu    sync.Mutex
	at    time.Time
	known bool
	pass  Pass
	err   error
}

func newPasses() passes {
	return passes{mu: &sync.Mutex{}, all: map[[sha256.Size]byte]*remembered{}}
}

// forget drops all answers, after a change of probes or tokens.
func (c *passes) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.all)
}

func (c *passes) entry(hash [sha256.Size]byte) *remembered {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.all[hash]
	if r == nil {
		if len(c.all) >= mostPasses {
			clear(c.all)
		}
		r = &remembered{}
		c.all[hash] = r
	}
	return r
}

// Authenticate tells what a token opens. One that opens nothing is ErrToken, or,
// for whoever has the whole of it, ErrTokenRevoked, ErrTokenExpired or
// ErrStopped; the pass then tells the probe and the token.
func (p *Probes) Authenticate(ctx context.Context, text string) (Pass, error) {
	if text == "" {
		return Pass{}, ErrNoToken
	}
	prefix, ok := prefixOf(text)
	if !ok {
		return Pass{}, ErrToken
	}
	hash := hashOf(text)
	r := p.passes.entry(hash)
	r.mu.Lock()
	defer r.mu.Unlock()
	if age := p.db.Now().Sub(r.at); r.known && age >= 0 && age < passFresh {
		return r.pass, r.err
	}
	pass, at, err := p.lookUp(ctx, prefix, hash)
	if kind := fault.KindOf(err); err != nil && kind != fault.Unauthenticated && kind != fault.Forbidden {
		return Pass{}, fmt.Errorf("open with the token of a probe: %w", err)
	}
	r.pass, r.at, r.err, r.known = pass, at, err, true
	return pass, err
}

// lookUp asks the database; at is when it was asked.
func (p *Probes) lookUp(ctx context.Context, prefix string, hash [sha256.Size]byte) (pass Pass, at time.Time, err error) {
	err = p.db.Read(ctx, func(tx *store.Tx) error {
		at = tx.Now()
		t, err := tokenByPrefix(tx, prefix)
		switch {
		case isNotFound(err), err == nil && !t.opens(hash):
			return ErrToken
		case err != nil:
			return err
		}
		pass, err = p.passOf(tx, t)
		return err
	})
	return pass, at, err
}

// passOf is what the token opens.
func (p *Probes) passOf(tx *store.Tx, t Token) (Pass, error) {
	probe, err := probeByID(tx, t.ProbeID)
	if err != nil {
		return Pass{}, err
	}
	out := Pass{ProbeID: probe.ID, TokenID: t.ID, Code: probe.Code, OwnerID: probe.OwnerID, Signals: probe.Signals, Systems: map[string]PassSystem{}}
	switch {
	case t.RevokedAt != nil:
		return out, ErrTokenRevoked
	case !t.Alive(tx.Now()):
		return out, ErrTokenExpired
	case probe.Stopped:
		return out, ErrStopped
	}
	systems, err := watchedBy(tx, []ProbeID{probe.ID})
	for _, s := range systems[probe.ID] {
		out.Systems[s.Code] = PassSystem{ID: s.ID, Share: s.Share}
	}
	return out, err
}

// Known tells whether an error of Authenticate is about the token, and not about
// the database that could not be asked.
func Known(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && (f.Kind == fault.Unauthenticated || f.Kind == fault.Forbidden)
}

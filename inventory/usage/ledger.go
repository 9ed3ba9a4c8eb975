package usage

import (
	"context"
	"fmt"
	"sync"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// Ledger keeps the facts. It is safe for concurrent use.
type Ledger struct {
	db       *store.DB
	registry *inventory.Registry
	sources  *sources
	parts    partitions
	rules    rememberedPolicy
	redone   func(*store.Tx, map[inventory.SystemID]calendar.Date) error
}

// OnRedone has fn told, in the transaction of the roll-up, which systems had
// days that were over made anew, each from its first one: whoever has drawn
// conclusions from them has to look again. It is set once, before the ledger is
// used.
func (l *Ledger) OnRedone(fn func(tx *store.Tx, days map[inventory.SystemID]calendar.Date) error) {
	l.redone = fn
}

// NewLedger makes the ledger over a database.
func NewLedger(db *store.DB, registry *inventory.Registry) *Ledger {
	return &Ledger{db: db, registry: registry, sources: &sources{known: map[sourceKey]SourceID{}}}
}

// sourceKey is what names a source.
type sourceKey struct {
	probe ProbeID
	name  string
	epoch int64
}

// rememberedSources is how many sources are kept in memory.
const rememberedSources = 200_000

// sources remembers those that were seen.
type sources struct {
	mu    sync.RWMutex
	known map[sourceKey]SourceID
}

func (s *sources) get(k sourceKey) (SourceID, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, ok := s.known[k]
	return id, ok
}

func (s *sources) put(k sourceKey, id SourceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= rememberedSources {
		clear(s.known)
	}
	s.known[k] = id
}

// Source finds a source of a probe, or notes it when it speaks for the first
// time. A probe with more sources than the policy allows gets
// ErrTooManySources.
func (l *Ledger) Source(ctx context.Context, probe ProbeID, name string, epoch int64) (SourceID, error) {
	if id, ok := l.sources.get(sourceKey{probe, name, epoch}); ok {
		return id, nil
	}
	var id SourceID
	err := l.db.Write(ctx, func(tx *store.Tx) (err error) {
		id, err = l.SourceIn(tx, probe, name, epoch)
		return err
	})
	return id, err
}

// SourceIn is Source inside a transaction.
func (l *Ledger) SourceIn(tx *store.Tx, probe ProbeID, name string, epoch int64) (SourceID, error) {
	k := sourceKey{probe, name, epoch}
	if id, ok := l.sources.get(k); ok {
		return id, nil
	}
	id, err := findSource(tx, k)
	if isNotFound(err) {
		id, err = l.newSource(tx, k)
	}
	if err != nil {
		return 0, fmt.Errorf("find source %s of probe %d: %w", name, probe, err)
	}
	tx.AfterCommit(func() { l.sources.put(k, id) })
	return id, nil
}

func (l *Ledger) newSource(tx *store.Tx, k sourceKey) (SourceID, error) {
	p, err := currentPolicy(tx)
	if err != nil {
		return 0, err
	}
	n, err := countSources(tx, k.probe)
	if err != nil {
		return 0, err
	}
	if n >= int64(p.Sources) {
		return 0, ErrTooManySources
	}
	if err := insertSource(tx, k); err != nil {
		return 0, err
	}
	return findSource(tx, k)
}

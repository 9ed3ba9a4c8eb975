package store

import (
	"context"
	"sync"

	"gorm.io/gorm"
)

// Together gives a context under which reads that follow each other share one
// transaction and so see one state of the database. It begins with the first
// read, and ends with end, before a write and after a read that failed. A read
// inside another, or beside it, has a transaction of its own, as have reads
// after end. end must be called; it can be called again.
func Together(ctx context.Context) (_ context.Context, end func()) {
	s := &sharing{base: ctx}
	return context.WithValue(ctx, sharingKey{}, s), s.end
}

type sharingKey struct{}

// sharing is the transaction that the reads of a context share.
type sharing struct {
	base context.Context

	mu     sync.Mutex // held by the read that uses the transaction
	over   bool
	db     *DB
	g      *gorm.DB // nil when none has begun
	cancel context.CancelFunc
	values map[any]any
}

// share finds what the reads of the context share, nil for nothing, and locks
// it. What another read is using cannot be shared.
func (db *DB) share(ctx context.Context) *sharing {
	s, ok := ctx.Value(sharingKey{}).(*sharing)
	if !ok || !s.mu.TryLock() {
		return nil
	}
	if s.over || (s.g != nil && s.db != db) {
		s.mu.Unlock()
		return nil
	}
	return s
}

// read runs fn in the shared transaction.
func (s *sharing) read(ctx context.Context, db *DB, fn func(*Tx) error) (err error) {
	kept := false
	defer func() { // also when fn panics
		if !kept {
			s.drop()
		}
		s.mu.Unlock()
	}()
	if s.g == nil {
		if err := s.begin(ctx, db); err != nil {
			return err
		}
	}
	err = fn(&Tx{db: db, g: s.g.WithContext(ctx), ctx: ctx, now: db.Now(), values: s.values, fixed: true})
	kept = err == nil
	return err
}

// begin begins the transaction for as long as the base lives, since it is to
// outlive this read; only the waiting for it is bounded by the read.
func (s *sharing) begin(ctx context.Context, db *DB) error {
	life, cancel := context.WithCancel(s.base)
	waited := context.AfterFunc(ctx, cancel)
	g := db.read.WithContext(life).Begin(db.readOptions()...)
	if g.Error == nil && waited() {
		s.db, s.g, s.cancel, s.values = db, g, cancel, map[any]any{}
		return nil
	}
	cancel()
	if g.Error == nil {
		g.Rollback()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return g.Error
}

// drop ends the transaction, if one has begun.
func (s *sharing) drop() {
	if s.g != nil {
		s.g.Rollback()
		s.cancel()
	}
	s.db, s.g, s.values = nil, nil, nil
}

func (s *sharing) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.drop()
}

// unshare ends what the reads of the context share, so that those after a write
// see what it has written.
func (db *DB) unshare(ctx context.Context) {
	if s := db.share(ctx); s != nil {
		s.drop()
		s.mu.Unlock()
	}
}

package oplog

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// Log reads the operation log for people. What somebody may not see is not
// found.
type Log struct {
	db    *store.DB
	below Below
}

// NewLog makes a Log; below may be nil where there are no regions.
func NewLog(db *store.DB, below Below) *Log { return &Log{db: db, below: below} }

// Query narrows a list; zero members do not.
type Query struct {
	// Account is who acted; Actor is a part of the name or login.
	Account auth.AccountID
	Actor   string
	// Kind and ObjectID say to what: with both it is the history of an object.
	Kind       string
	ObjectID   string
	Action     string
	Department auth.DepartmentID
	// From and To bound the time; To itself is not included.
	From, To time.Time
	// Text is a part of the object's name or of the reason.
	Text string
	// Page counts from 1; Size is at most 200 rows and 50 when not given.
	Page, Size int
}

// all tells whether nothing is filtered.
func (q Query) all() bool {
	q.Page, q.Size = 0, 0
	return q == Query{}
}

const (
	defaultSize = 50
	maxSize     = 200
)

// window returns offset and limit.
func (q Query) window() (offset, limit int) {
	limit = q.Size
	if limit <= 0 {
		limit = defaultSize
	}
	limit = min(limit, maxSize)
	// A page far beyond any end must not overflow.
	return (min(max(q.Page, 1), 1<<40) - 1) * limit, limit
}

// List returns one page of the entries that the principal may see, the newest
// first, and how many there are in all.
func (l *Log) List(ctx context.Context, by auth.Principal, q Query) (rows []Row, total int64, err error) {
	err = l.read(ctx, by, func(tx *store.Tx, v view) error {
		rows, total, err = list(tx, v, q)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list the operation log: %w", err)
	}
	return rows, total, nil
}

// Find returns one entry; NotFound also when the principal may not see it.
func (l *Log) Find(ctx context.Context, by auth.Principal, id EntryID) (row Row, err error) {
	err = l.read(ctx, by, func(tx *store.Tx, v view) error {
		row, err = find(tx, v, id)
		return err
	})
	if err != nil {
		return Row{}, fmt.Errorf("find entry %d of the operation log: %w", id, err)
	}
	return row, nil
}

func (l *Log) read(ctx context.Context, by auth.Principal, fn func(*store.Tx, view) error) error {
	if !by.Known() {
		return auth.ErrUnauthenticated
	}
	return l.db.Read(ctx, func(tx *store.Tx) error {
		v, err := viewOf(tx, by, l.below)
		if err != nil {
			return err
		}
		return fn(tx, v)
	})
}

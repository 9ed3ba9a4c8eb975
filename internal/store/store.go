package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Engine names the database engine behind a DB.
type Engine string

// The engines. A cluster of PostgreSQL nodes counts as Postgres.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options of Open. The zero value is fit for production.
type Options struct {
	// Clock gives the time of transactions; nil means the machine's clock.
	Clock func() time.Time
	// Readers bounds the connections that read at the same time; 0 means 8.
	Readers int
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine Engine
	dsn    string
	write  *gorm.DB
	read   *gorm.DB
	clock  func() time.Time
}

// Open connects to "sqlite:PATH" or "postgres://…" and checks that the
// database answers. It does not migrate.
func Open(ctx context.Context, dsn string, opts Options) (*DB, error) {
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Readers <= 0 {
		opts.Readers = 8
	}
	db := &DB{dsn: dsn, clock: opts.Clock}
	var err error
	switch {
	case strings.HasPrefix(dsn, "sqlite:"):
		err = db.openSQLite(strings.TrimPrefix(dsn, "sqlite:"), opts)
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		err = db.openPostgres(dsn, opts)
	default:
		err = fmt.Errorf("the database address must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := db.Ping(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return db, nil
}

// Engine tells which engine is behind the database.
func (db *DB) Engine() Engine { return db.engine }

// Now is the time a transaction would get if it began now.
func (db *DB) Now() time.Time { return db.clock().UTC().Truncate(time.Microsecond) }

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	for _, g := range []*gorm.DB{db.write, db.read} {
		s, err := g.DB()
		if err == nil {
			err = s.PingContext(ctx)
		}
		if err != nil {
			return classify(err)
		}
	}
	return nil
}

// Close closes all connections after running transactions have ended.
func (db *DB) Close() error {
	var first error
	for _, g := range []*gorm.DB{db.read, db.write} {
		if g == nil {
			continue
		}
		s, err := g.DB()
		if err == nil {
			err = s.Close()
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// Read runs fn in a read-only transaction that sees one state of the database
// and is always rolled back.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if s := db.share(ctx); s != nil {
		return classify(s.read(ctx, db, fn))
	}
	g := db.read.WithContext(ctx).Begin(db.readOptions()...)
	if g.Error != nil {
		return classify(g.Error)
	}
	defer g.Rollback()
	return classify(fn(&Tx{db: db, g: g, ctx: ctx, now: db.Now(), fixed: true}))
}

// writeAttempts is how often a write is tried when PostgreSQL refuses it for
// the sake of another one.
const writeAttempts = 6

// Write runs fn in a transaction and commits it. When fn or the commit fails
// nothing is kept. fn must be repeatable.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return db.writing(ctx, fn, db.begin)
}

// WriteMany is Write for many rows: on PostgreSQL the transaction has Tx.CopyIn.
func (db *DB) WriteMany(ctx context.Context, fn func(*Tx) error) error {
	if db.engine == Postgres {
		return db.writing(ctx, fn, db.beginCopying)
	}
	return db.Write(ctx, fn)
}

// beginning begins a transaction; end gives back what it held.
type beginning func(ctx context.Context) (tx *Tx, end func(), err error)

func (db *DB) begin(ctx context.Context) (*Tx, func(), error) {
	g := db.write.WithContext(ctx).Begin()
	return &Tx{db: db, g: g, ctx: ctx, now: db.Now()}, func() {}, g.Error
}

func (db *DB) writing(ctx context.Context, fn func(*Tx) error, begin beginning) error {
	db.unshare(ctx)
	for attempt := 1; ; attempt++ {
		err := writeOnce(ctx, fn, begin)
		if err == nil || attempt == writeAttempts || !isRetryable(err) {
			return classify(err)
		}
		if err := pause(ctx, time.Duration(attempt)*time.Duration(2+rand.IntN(8))*time.Millisecond); err != nil {
			return classify(err)
		}
	}
}

func writeOnce(ctx context.Context, fn func(*Tx) error, begin beginning) error {
	tx, end, err := begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	g, done := tx.g, false
	defer func() { // also when fn panics: the connection must not keep the lock
		if !done {
			g.Rollback()
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	for i := 0; i < len(tx.before); i++ { // a hook may add another
		if err := tx.before[i](tx); err != nil {
			return err
		}
	}
	done = true
	if err := g.Commit().Error; err != nil {
		return err
	}
	for _, fn := range tx.after {
		fn()
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Tx is one transaction: the context it runs in and the time it began.
type Tx struct {
	db     *DB
	g      *gorm.DB
	ctx    context.Context
	now    time.Time
	before []func(*Tx) error
	after  []func()
	values map[any]any
	fixed  bool
	conn   *sql.Conn // of WriteMany on PostgreSQL
}

// Gorm gives the query builder of the transaction, for store*.go files only.
func (tx *Tx) Gorm() *gorm.DB { return tx.g }

// Now is the time of the transaction: UTC, microseconds.
func (tx *Tx) Now() time.Time { return tx.now }

// Context is the context of the transaction.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Engine tells which engine runs the transaction.
func (tx *Tx) Engine() Engine { return tx.db.engine }

// Fixed tells whether the transaction sees one state throughout, as reads do:
// what it has read once need not be read again.
func (tx *Tx) Fixed() bool { return tx.fixed }

// BeforeCommit adds work that is done as the last of a write, still inside
// the transaction: what must hold a lock for as short a time as possible.
func (tx *Tx) BeforeCommit(fn func(*Tx) error) { tx.before = append(tx.before, fn) }

// AfterCommit adds work that is done once the commit is on disk; it must be
// quick and cannot fail the write.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// Value returns what SetValue kept under key in this transaction, or nil.
func (tx *Tx) Value(key any) any { return tx.values[key] }

// SetValue keeps a value for the length of the transaction. Keys are
// unexported types of the package that sets them.
func (tx *Tx) SetValue(key, value any) {
	if tx.values == nil {
		tx.values = map[any]any{}
	}
	tx.values[key] = value
}

func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard,
	}
}

func (db *DB) readOptions() []*sql.TxOptions {
	if db.engine == Postgres {
		return []*sql.TxOptions{{Isolation: sql.LevelRepeatableRead, ReadOnly: true}}
	}
	return nil
}

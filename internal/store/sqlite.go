package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteParams hold for every connection. FULL with WAL, because a commit that
// was answered must survive a power cut; UTC and one time format, because
// SQLite compares times as text; secure_delete, because what was deleted must
// be gone from the file.
const sqliteParams = "_timezone=UTC&_time_format=sqlite&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)" +
	"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(1)&_pragma=temp_store(2)"

func (db *DB) openSQLite(path string, opts Options) error {
	db.engine = SQLite
	if path == "" {
		return errors.New("sqlite: needs a file name")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file := sqliteFile(path)
	// One connection writes: a second one would only wait for the file's lock.
	// "immediate" takes that lock at BEGIN, since a lock taken later can fail.
	w, err := openSQLitePool(file+"?_txlock=immediate&"+sqliteParams, 1)
	if err != nil {
		return err
	}
	db.write = w
	db.read, err = openSQLitePool(file+"?"+sqliteParams+"&_pragma=query_only(1)", opts.Readers)
	return err
}

func sqliteFile(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() }

func openSQLitePool(dsn string, size int) (*gorm.DB, error) {
	s, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	s.SetMaxOpenConns(size)
	s.SetMaxIdleConns(size)
	return gorm.Open(&sqliteDialector{&gormsqlite.Dialector{DriverName: "sqlite", Conn: s}}, gormConfig())
}

// sqliteDialector is gorm's SQLite dialect with the error codes of the driver
// that is used here.
type sqliteDialector struct{ *gormsqlite.Dialector }

// Translate turns the extended result codes of constraints into gorm's errors.
// RESTRICT shows as a trigger failure (1811).
func (d *sqliteDialector) Translate(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, sqlite3.SQLITE_CONSTRAINT_TRIGGER:
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return fmt.Errorf("%w: %w", gorm.ErrCheckConstraintViolated, err)
	}
	return err
}

// Path is the file of an embedded database, empty for PostgreSQL.
func (db *DB) Path() string {
	if db.engine != SQLite {
		return ""
	}
	return strings.TrimPrefix(db.dsn, "sqlite:")
}

// CopyTo writes a consistent copy of an embedded database to a new file, also
// while it is in use. The file must not exist.
func (db *DB) CopyTo(ctx context.Context, path string) error {
	if db.engine != SQLite {
		return errors.New("copying is for the embedded database only")
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("copy database: %s exists already", path)
	}
	// A connection of its own: the readers' may not write, the writer's may be
	// busy.
	s, err := sql.Open("sqlite", sqliteFile(db.Path())+"?"+sqliteParams)
	if err != nil {
		return err
	}
	defer s.Close()
	// VACUUM INTO reads one state and writes a fresh file; a plain copy of the
	// file would miss what is still in the log beside it.
	if _, err := s.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return fmt.Errorf("copy database: %w", classify(err))
	}
	return syncFile(path)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/migrations"
)

// openWithin is how long a database may take to answer for the first time.
const openWithin = 10 * time.Second

// openDatabase connects and does not look at the schema.
func openDatabase(ctx context.Context, address string, clock func() time.Time) (*store.DB, error) {
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	return store.Open(ctx, address, store.Options{Clock: clock})
}

// openExisting is openDatabase for commands that have nothing to do where there
// is no database: an embedded one must not come into being by a typing error.
func openExisting(ctx context.Context, s Settings, clock func() time.Time) (*store.DB, error) {
	if name, ok := strings.CutPrefix(s.database(), "sqlite:"); ok {
		if _, err := os.Stat(name); err != nil {
			return nil, fault.New(fault.NotFound, "cli.no_database", "file", absolute(name)).Because(err)
		}
	}
	return openDatabase(ctx, s.database(), clock)
}

// openCurrent connects to a database that has the schema of this program.
func openCurrent(ctx context.Context, s Settings, clock func() time.Time) (*store.DB, error) {
	db, err := openExisting(ctx, s, clock)
	if err != nil {
		return nil, err
	}
	m, err := db.Migrator(migrations.FS)
	if err == nil {
		err = m.Check(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// bringUp gives the database the schema of this program, as far as that is
// safe without asking: an empty database and one whose first start was cut off
// are migrated; the embedded one is copied first; a PostgreSQL database that
// holds data is migrated only when allowed. A newer or foreign one is refused.
func bringUp(ctx context.Context, db *store.DB, allowed bool, log *slog.Logger) error {
	m, err := db.Migrator(migrations.FS)
	if err != nil {
		return err
	}
	err = m.Check(ctx)
	if !errors.Is(err, store.ErrSchemaOlder) {
		return err
	}
	blank, err := isBlank(ctx, db)
	if err != nil {
		return err
	}
	if !blank {
		if db.Engine() == store.Postgres && !allowed {
			return m.Check(ctx)
		}
		if err := copyBefore(ctx, db, m, log); err != nil {
			return err
		}
	}
	names, err := m.Up(ctx)
	log.Info("database migrated", "files", names)
	return err
}

// copyBefore puts a copy of the embedded database beside it. (PostgreSQL has
// backups of its own.)
func copyBefore(ctx context.Context, db *store.DB, m *store.Migrator, log *slog.Logger) error {
	if db.Engine() != store.SQLite {
		return nil
	}
	have, _, err := m.Version(ctx)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s.schema-%d.%s.copy", db.Path(), have, db.Now().Format("20060102T150405"))
	if err := db.CopyTo(ctx, name); err != nil {
		return fmt.Errorf("copy the database before migrating it: %w", err)
	}
	log.Info("database copied before migrating it", "copy", name)
	return nil
}

package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"qingce/internal/store"
	"qingce/migrations"
)

// RequireVariable is the environment variable that turns a skip for a missing
// engine or browser into a failure.
const RequireVariable = "QINGCE_TEST_REQUIRE"

// Missing skips the test because something is not on this machine, or fails
// it when a complete run is asked for.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv(RequireVariable) != "" {
		t.Fatalf("%s is missing and %s is set", what, RequireVariable)
	}
	t.Skipf("%s is missing on this machine", what)
}

// Option changes how a test database is opened.
type Option func(*store.Options)

// At makes the database's clock the given function.
func At(clock func() time.Time) Option {
	return func(o *store.Options) { o.Clock = clock }
}

// Open gives a migrated SQLite database that is closed with the test.
func Open(t testing.TB, opts ...Option) *store.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("prepare test database: %v", err)
	}
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path, opts)
}

// OpenPostgres gives a migrated PostgreSQL database that is closed and dropped
// with the test.
func OpenPostgres(t testing.TB, opts ...Option) *store.DB {
	t.Helper()
	return open(t, PostgresDSN(t), opts)
}

// Each runs the test on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, db *store.DB), opts ...Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t, opts...)) })
	t.Run("postgres", func(t *testing.T) { test(t, OpenPostgres(t, opts...)) })
}

func open(t testing.TB, dsn string, opts []Option) *store.DB {
	t.Helper()
	var o store.Options
	for _, opt := range opts {
		opt(&o)
	}
	db, err := store.Open(context.Background(), dsn, o)
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close test database: %v", err)
		}
	})
	return db
}

// sqliteTemplate migrates one file per test process; tests get copies of it.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "qingce-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrate(dsn string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, dsn, store.Options{})
	if err != nil {
		return err
	}
	m, err := db.Migrator(migrations.FS)
	if err == nil {
		_, err = m.Up(ctx)
	}
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("migrate template: %w", err)
	}
	return nil
}

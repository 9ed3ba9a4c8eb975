package main_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/migrations"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// golden compares text with a file, or writes the file with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what it was (write it again with: go test ./cmd/qingce -update):\n%s", name, firstDifference(string(want), string(got)))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "(end)", "(end)"
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\nwant %q\ngot  %q", i+1, a, b)
		}
	}
	return ""
}

// TestSchemaIsWrittenOut holds the whole schema, as the migrations leave it,
// against the files in which people can read it.
func TestSchemaIsWrittenOut(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		golden(t, root+"/migrations/schema_sqlite.txt", sqliteSchema(t, storetest.Open(t)))
	})
	t.Run("postgres", func(t *testing.T) {
		golden(t, root+"/migrations/schema_postgres.txt", postgresSchema(t, storetest.OpenPostgres(t)))
	})
}

func query[T any](t *testing.T, db *store.DB, sql string, args ...any) []T {
	t.Helper()
	var out []T
	err := db.Read(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Raw(sql, args...).Scan(&out).Error })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func sqliteSchema(t *testing.T, db *store.DB) []byte {
	var b bytes.Buffer
	b.WriteString("The schema on SQLite, as the migrations leave it.\n")
	for _, sql := range query[string](t, db, "SELECT m.sql FROM sqlite_master m JOIN pragma_table_list l ON l.name = m.tbl_name AND l.schema = 'main' "+
		"WHERE m.sql IS NOT NULL AND l.type <> 'shadow' AND m.name NOT LIKE 'sqlite_%' AND m.tbl_name <> 'goose_db_version' "+
		"ORDER BY m.tbl_name, m.type DESC, m.name") {
		fmt.Fprintf(&b, "\n%s;\n", sql)
	}
	return b.Bytes()
}

func postgresSchema(t *testing.T, db *store.DB) []byte {
	var b bytes.Buffer
	b.WriteString("The schema on PostgreSQL, as the migrations leave it.\n")
	for _, table := range query[string](t, db, "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND "+whole+" "+
		"AND table_name <> 'goose_db_version' ORDER BY table_name") {
		fmt.Fprintf(&b, "\n%s\n", table)
		lines := query[string](t, db, `SELECT format('  %s %s%s%s%s', column_name, data_type,
			CASE WHEN is_nullable = 'NO' THEN ' NOT NULL' ELSE '' END, CASE WHEN is_identity = 'YES' THEN ' generated' ELSE '' END,
			coalesce(' DEFAULT ' || column_default, ''))
			FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position`, table)
		lines = append(lines, query[string](t, db, `SELECT format('  %s: %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
			WHERE conrelid = to_regclass(?) AND contype <> 'n' ORDER BY contype, conname`, table)...)
		lines = append(lines, query[string](t, db, `SELECT '  ' || pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
			LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
			WHERE i.indrelid = to_regclass(?) AND k.oid IS NULL ORDER BY c.relname`, table)...)
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return b.Bytes()
}

// TestMigrationsCanBeUndone goes down and up again on both engines.
func TestMigrationsCanBeUndone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m, err := db.Migrator(migrations.FS)
		if err != nil {
			t.Fatal(err)
		}
		before := tables(t, db)
		if err := m.DownTo(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if left := tables(t, db); !slices.Equal(left, []string{"goose_db_version"}) {
			t.Errorf("after going down %v is left, want only goose_db_version", left)
		}
		if _, err := m.Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again := tables(t, db); !slices.Equal(again, before) {
			t.Errorf("after going up again there are %v, want %v", again, before)
		}
	})
}

func tables(t *testing.T, db *store.DB) []string {
	if db.Engine() == store.SQLite {
		return query[string](t, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	}
	return query[string](t, db, "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND "+whole+" ORDER BY table_name")
}

// whole are tables that are no part of another one.
const whole = "NOT (SELECT relispartition FROM pg_class WHERE oid = to_regclass(table_name))"

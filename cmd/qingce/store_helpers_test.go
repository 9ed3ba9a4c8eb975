package main_test

import (
	"context"
	"strings"
	"testing"

	"qingce/internal/store"
	"qingce/migrations"
)

// openStore opens a database beside the service, for what only SQL can do.
func openStore(t *testing.T, dsn string) *store.DB {
	t.Helper()
	db, err := store.Open(context.WithoutCancel(t.Context()), dsn, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// execute runs statements on a database.
func execute(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	db := openStore(t, dsn)
	defer db.Close()
	for _, s := range statements {
		err := db.Write(context.WithoutCancel(t.Context()), func(tx *store.Tx) error { return tx.Gorm().Exec(s).Error })
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// number asks a database for a number.
func number(t *testing.T, dsn, sql string) int64 {
	t.Helper()
	db := openStore(t, dsn)
	defer db.Close()
	got := query[int64](t, db, sql)
	if len(got) != 1 {
		t.Fatalf("%s: %v", sql, got)
	}
	return got[0]
}

// goDown takes the newest migration back, as if an older program had made the
// database.
func goDown(t *testing.T, dsn string) {
	t.Helper()
	db := openStore(t, dsn)
	defer db.Close()
	m, err := db.Migrator(migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	_, want, err := m.Version(t.Context())
	if err == nil {
		err = m.DownTo(t.Context(), want-1)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// otherDatabase is the same server's maintenance database.
func otherDatabase(dsn string) string {
	before, _, _ := strings.Cut(dsn, "?")
	return before[:strings.LastIndexByte(before, '/')] + "/postgres?sslmode=disable"
}

// databaseName is the name at the end of an address.
func databaseName(dsn string) string {
	before, _, _ := strings.Cut(dsn, "?")
	return before[strings.LastIndexByte(before, '/')+1:]
}

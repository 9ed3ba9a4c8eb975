package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/migrations"
)

type tip struct {
	ID   int
	Size int64
}

func (tip) TableName() string { return "oplog_tips" }

func size(t *testing.T, db *store.DB) (n int64) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		var row tip
		err := tx.Gorm().First(&row, 1).Error
		n = row.Size
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func add(tx *store.Tx) error {
	return tx.Gorm().Exec("UPDATE oplog_tips SET size = size + 1 WHERE id = 1").Error
}

func TestWriteCommitsAndReadNeverDoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Write(t.Context(), add); err != nil {
			t.Fatal(err)
		}
		if err := db.Read(t.Context(), add); err == nil {
			t.Error("a write inside Read was accepted")
		}
		boom := errors.New("boom")
		err := db.Write(t.Context(), func(tx *store.Tx) error { return errors.Join(add(tx), boom) })
		if !errors.Is(err, boom) {
			t.Errorf("err = %v, want boom", err)
		}
		if got := size(t, db); got != 1 {
			t.Errorf("size = %d, want 1: only the first write may count", got)
		}
	})
}

func TestConcurrentReadThenWriteLosesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 20 {
					if err := db.Write(context.Background(), add); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if got := size(t, db); got != 160 {
			t.Errorf("size = %d, want 160", got)
		}
	})
}

func TestHooksRunInsideAndAfterTheTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var order []string
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			tx.AfterCommit(func() { order = append(order, "after") })
			tx.BeforeCommit(func(tx *store.Tx) error { order = append(order, "before"); return add(tx) })
			order = append(order, "body")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := size(t, db); got != 1 || len(order) != 3 || order[1] != "before" || order[2] != "after" {
			t.Errorf("size %d, order %v", got, order)
		}
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			tx.BeforeCommit(func(*store.Tx) error { return errors.New("no") })
			return add(tx)
		})
		if err == nil || size(t, db) != 1 {
			t.Error("a failed hook must undo the write")
		}
	})
}

func TestErrorsBecomeFaults(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		cases := []struct {
			name string
			do   func(tx *store.Tx) error
			want fault.Kind
		}{
			{"absent", func(tx *store.Tx) error { return tx.Gorm().First(&tip{}, 7).Error }, fault.NotFound},
			{"twice", func(tx *store.Tx) error { return tx.Gorm().Create(&tip{ID: 1}).Error }, fault.Conflict},
			{"wrong statement", func(tx *store.Tx) error { return tx.Gorm().Exec("SELECT nothing FROM nowhere").Error }, fault.Internal},
		}
		for _, c := range cases {
			if got := fault.KindOf(db.Write(t.Context(), c.do)); got != c.want {
				t.Errorf("%s: kind %v, want %v", c.name, got, c.want)
			}
		}
	})
}

func TestDeadlineInterruptsAndIsUnavailable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := db.Read(ctx, func(tx *store.Tx) error {
			var n int64
			return tx.Gorm().Raw(`WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r WHERE x < 2000000000)
				SELECT count(*) FROM r`).Scan(&n).Error
		})
		if got := fault.KindOf(err); got != fault.Unavailable {
			t.Errorf("kind %v (%v), want unavailable", got, err)
		}
	})
}

func TestClockIsTakenOncePerTransaction(t *testing.T) {
	calls := 0
	clock := func() time.Time { calls++; return time.Date(2017, 10, 24, 8, 0, calls, 1, time.Local) }
	db := storetest.Open(t, storetest.At(clock))
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		if first := tx.Now(); first != tx.Now() || tx.Now().Location() != time.UTC || tx.Now().Nanosecond() != 0 {
			t.Errorf("now = %v", tx.Now())
		}
		return nil
	})
	if err != nil || calls != 1 {
		t.Errorf("clock asked %d times, err %v", calls, err)
	}
}

func TestCopyToIsCompleteWhileInUse(t *testing.T) {
	db := storetest.Open(t)
	if err := db.Write(t.Context(), add); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	err := db.Write(t.Context(), func(tx *store.Tx) error { // the writer is busy
		return db.CopyTo(t.Context(), path)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.CopyTo(t.Context(), path); err == nil {
		t.Error("an existing file was overwritten")
	}
	twin, err := store.Open(t.Context(), "sqlite:"+path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer twin.Close()
	if got := size(t, twin); got != 1 {
		t.Errorf("size in the copy = %d, want 1", got)
	}
}

func TestMigratorRefusesWhatItDoesNotKnow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		m, err := db.Migrator(migrations.FS)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Check(ctx); err != nil {
			t.Fatalf("a fresh database must be accepted: %v", err)
		}
		exec := func(q string) {
			t.Helper()
			if err := db.Write(ctx, func(tx *store.Tx) error { return tx.Gorm().Exec(q).Error }); err != nil {
				t.Fatal(err)
			}
		}
		exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)")
		if err := m.Check(ctx); !errors.Is(err, store.ErrSchemaNewer) {
			t.Errorf("newer: %v", err)
		}
		if _, err := m.Up(ctx); !errors.Is(err, store.ErrSchemaNewer) {
			t.Errorf("up on newer: %v", err)
		}
		exec("DROP TABLE goose_db_version")
		if err := m.Check(ctx); !errors.Is(err, store.ErrSchemaForeign) {
			t.Errorf("foreign: %v", err)
		}
	})
}

func TestEachMigrationCanBeUndoneAndDoneAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m, err := db.Migrator(migrations.FS)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.DownTo(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if err := m.Check(t.Context()); !errors.Is(err, store.ErrSchemaOlder) {
			t.Errorf("check = %v, want older", err)
		}
		if _, err := m.Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := m.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

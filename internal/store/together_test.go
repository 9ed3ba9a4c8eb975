package store_test

import (
	"context"
	"errors"
	"testing"

	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// sizeIn reads the counter within a context.
func sizeIn(ctx context.Context, db *store.DB) (n int64, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		n, err = sizeOf(tx)
		return err
	})
	return n, err
}

func sizeOf(tx *store.Tx) (int64, error) {
	var row tip
	err := tx.Gorm().First(&row, 1).Error
	return row.Size, err
}

func TestReadsTogetherSeeOneState(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		wants := func(what string, ctx context.Context, want int64) {
			t.Helper()
			if n, err := sizeIn(ctx, db); err != nil || n != want {
				t.Errorf("%s: %d %v, want %d", what, n, err, want)
			}
		}
		ctx, end := store.Together(t.Context())
		defer end()
		wants("at first", ctx, 0)
		if err := db.Write(t.Context(), add); err != nil { // somebody else
			t.Fatal(err)
		}
		wants("what another has written since", ctx, 0)
		wants("a read on its own", t.Context(), 1)
		if err := db.Write(ctx, add); err != nil {
			t.Fatal(err)
		}
		wants("after a write of one's own", ctx, 2)
		if err := db.Write(t.Context(), add); err != nil {
			t.Fatal(err)
		}
		wants("still", ctx, 2)
		end()
		wants("after the end", ctx, 3)
		end()
	})
}

func TestAFailedReadEndsWhatIsShared(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, end := store.Together(t.Context())
		defer end()
		if _, err := sizeIn(ctx, db); err != nil {
			t.Fatal(err)
		}
		if err := db.Read(ctx, func(tx *store.Tx) error { return tx.Gorm().Exec("SELECT nonsense").Error }); err == nil {
			t.Error("nonsense was read")
		}
		if n, err := sizeIn(ctx, db); err != nil || n != 0 {
			t.Errorf("after a failure: %d %v", n, err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = db.Read(ctx, func(*store.Tx) error { panic("boom") })
		}()
		if n, err := sizeIn(ctx, db); err != nil || n != 0 {
			t.Errorf("after a panic: %d %v", n, err)
		}
		late, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := sizeIn(late, db); err == nil {
			t.Error("a read that was given up has answered")
		}
		if n, err := sizeIn(ctx, db); err != nil || n != 0 {
			t.Errorf("after one that was given up: %d %v", n, err)
		}
	})
}

// TestASharedReadOutlivesTheReadThatBeganIt: who begins it may have had less
// time than the others.
func TestASharedReadOutlivesTheReadThatBeganIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, end := store.Together(t.Context())
		defer end()
		first, cancel := context.WithCancel(ctx)
		if _, err := sizeIn(first, db); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := db.Write(t.Context(), add); err != nil {
			t.Fatal(err)
		}
		if n, err := sizeIn(ctx, db); err != nil || n != 0 {
			t.Errorf("read %d %v, want the state of the first read", n, err)
		}
	})
}

func TestReadsInsideEachOtherDoNotWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, end := store.Together(t.Context())
		defer end()
		err := db.Read(ctx, func(tx *store.Tx) error {
			if _, err := sizeOf(tx); err != nil {
				return err
			}
			n, err := sizeIn(ctx, db)
			if n != 0 {
				err = errors.Join(err, errors.New("a wrong size"))
			}
			return errors.Join(err, db.Write(ctx, add))
		})
		if err != nil {
			t.Error(err)
		}
		if n, err := sizeIn(ctx, db); err != nil || n != 0 && n != 1 {
			t.Errorf("afterwards %d %v", n, err)
		}
	})
}

package storetest_test

import (
	"testing"

	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// TestQueriesCountsReads holds that questions are counted, of either form, and
// writes are not: a count that stays at nothing would hold any promise.
func TestQueriesCountsReads(t *testing.T) {
	db := storetest.Open(t)
	asked := storetest.Queries(t, db)
	if n := asked(); n != 0 {
		t.Fatalf("%d questions before the first", n)
	}
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		var one, two int
		if err := tx.Gorm().Raw("SELECT 1").Row().Scan(&one); err != nil {
			return err
		}
		return tx.Gorm().Raw("SELECT 2").Scan(&two).Error
	})
	if n := asked(); err != nil || n != 2 {
		t.Errorf("%d questions, want 2: %v", n, err)
	}
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Exec("CREATE TABLE counted (id integer)").Error
	})
	if n := asked(); err != nil || n != 2 {
		t.Errorf("%d questions after a write, want 2: %v", n, err)
	}
}

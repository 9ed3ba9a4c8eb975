package storetest

import (
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"qingce/internal/store"
)

// Queries counts what is asked of a database from now on, and gives how many
// questions there were so far. What is written does not count.
func Queries(t testing.TB, db *store.DB) func() int64 {
	t.Helper()
	var asked atomic.Int64
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		count := func(*gorm.DB) { asked.Add(1) }
		every := tx.Gorm().Callback()
		if err := every.Query().Before("gorm:query").Register("storetest:query", count); err != nil {
			return err
		}
		return every.Row().Before("gorm:row").Register("storetest:row", count)
	})
	if err != nil {
		t.Fatalf("count queries: %v", err)
	}
	return asked.Load
}

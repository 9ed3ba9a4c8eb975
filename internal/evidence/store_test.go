package evidence_test

import (
	"testing"

	"qingce/internal/oplog"
	"qingce/internal/store"
)

// logged reads the operation log.
func logged(t *testing.T, db *store.DB) []oplog.Row {
	t.Helper()
	var out []oplog.Row
	must(t, db.Read(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Order("id").Find(&out).Error }))
	return out
}

func rows(t *testing.T, db *store.DB, table string) int {
	t.Helper()
	var n int64
	must(t, db.Read(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Table(table).Count(&n).Error }))
	return int(n)
}

// execute meddles with the database behind the package's back.
func execute(t *testing.T, db *store.DB, statement string) {
	t.Helper()
	must(t, db.Write(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(statement).Error }))
}

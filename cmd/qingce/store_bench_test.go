package main_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"qingce/internal/backup"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory"
)

// bigCity is a database with 50,000 systems in 1,000 departments, with one old
// version each.
func bigCity(b *testing.B, db *store.DB) {
	b.Helper()
	var columns []string
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		for n := range 1000 {
			err := tx.Gorm().Exec("INSERT INTO departments (id, code, name, kind, key_area, vertical, version, created_at, updated_at, updated_by) "+
				"VALUES (?, ?, ?, 'municipal', ?, ?, 1, ?, ?, 0)", n+1, fmt.Sprintf("D%04d", n), fmt.Sprintf("部门%04d", n), false, false, tx.Now(), tx.Now()).Error
			if err != nil {
				return err
			}
		}
		var err error
		columns, err = store.ColumnNames(inventory.System{})
		if err != nil || len(columns) < 80 {
			return fmt.Errorf("columns of systems: %d, %w", len(columns), err)
		}
		rows := "generate_series(1, 50000) AS g(n)"
		if tx.Engine() == store.SQLite {
			rows = "(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 50000) SELECT n FROM g) AS g"
		}
		for _, target := range []struct{ table, more, values string }{
			{"systems", "", ""},
			{"system_versions", ", valid_from, action", ", d.created_at, 'registered'"},
		} {
			err := tx.Gorm().Exec("INSERT INTO " + target.table + " (id, code, state, owner_id, name, function_desc, build_unit, maintain_unit, " +
				"om_amount_year, approval_date, server_ips, classified, version, created_at, updated_at, updated_by" + target.more + ") " +
				"SELECT g.n, 'S-' || g.n, 'declared', d.id, '政务信息系统' || g.n, '办理第' || g.n || '类业务的申请、受理、审批和结果送达。', d.name, d.name, " +
				"g.n * 100, '2014-06-09', '10.1.2.3', d.key_area, 1, d.created_at, d.updated_at, 0" + target.values +
				" FROM " + rows + " JOIN departments d ON d.id = 1 + g.n % 1000").Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkBackup writes and loads 50,000 systems with their history.
func BenchmarkBackup(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...storetest.Option) *store.DB
	}{{"sqlite", storetest.Open}, {"postgres", storetest.OpenPostgres}} {
		db := engine.open(b)
		bigCity(b, db)
		name := filepath.Join(b.TempDir(), "city.qcb")
		write := func(w io.Writer) {
			if _, err := backup.Write(context.Background(), db, w, backup.Options{LeaveOut: []string{"system_search", "catalog_search"}}); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(engine.name+"/write", func(b *testing.B) {
			for b.Loop() {
				write(io.Discard)
			}
		})
		f, err := os.Create(name)
		if err != nil {
			b.Fatal(err)
		}
		write(f)
		info, err := f.Stat()
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%d bytes", info.Size())
		_ = f.Close()
		empty := engine.open(b)
		b.Run(engine.name+"/load", func(b *testing.B) {
			a, err := backup.Open(name)
			if err != nil {
				b.Fatal(err)
			}
			defer a.Close()
			for b.Loop() {
				if err := a.Load(context.Background(), empty, []string{"system_search", "catalog_search"}, func(*store.Tx) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

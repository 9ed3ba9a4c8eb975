package usage_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"qingce/internal/backup"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// TestFactsAreInTheBackup: partitions are no tables of their own, and facts of
// either engine arrive on the other one.
func TestFactsAreInTheBackup(t *testing.T) {
	sqlite := func(t *testing.T) *store.DB { return storetest.Open(t) }
	postgres := func(t *testing.T) *store.DB { return storetest.OpenPostgres(t) }
	for name, c := range map[string]struct {
		from func(testing.TB, ...inventory.Options) *inventorytest.City
		to   func(*testing.T) *store.DB
	}{
		"sqlite to postgres": {inventorytest.Open, postgres},
		"postgres to sqlite": {inventorytest.OpenPostgres, sqlite},
	} {
		t.Run(name, func(t *testing.T) {
			w := usagetest.Over(t, c.from(t))
			s := w.Registered("RS", "就业服务系统")
			src := w.Source(w.Probe("网关", "RS", usage.Whole, s), "a", 1)
			state := said(s, src, nine, 60, wire.Requests, 40, wire.Users, 3)
			state.Users = usagetest.Sketch(0, 3)
			w.Put(state)
			w.Clock.Advance(24 * time.Hour)
			w.RollUp()
			give(t, w, usage.GivenDay{System: s.ID, Date: storyDay.AddDays(-900), Upload: 1, Values: usagetest.Values(wire.Logins, 9)})

			file := filepath.Join(t.TempDir(), "backup.qcb")
			f, err := os.Create(file)
			if err != nil {
				t.Fatal(err)
			}
			m, err := backup.Write(t.Context(), w.DB, f, backup.Options{LeaveOut: []string{"system_search", "catalog_search"}})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if days, ok := m.Table("usage_day"); !ok || days.Rows != 2 {
				t.Errorf("the backup has days %+v %v, want 2 rows", days, ok)
			}
			if _, ok := m.Table("usage_hour_2017m09"); ok {
				t.Error("a partition is in the backup as a table")
			}
			a, err := backup.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			to, city := *w, *w.City
			to.City, city.DB = &city, c.to(t)
			if err := usage.NewLedger(city.DB, w.Registry).MakeRoom(t.Context(), m.TakenAt); err != nil {
				t.Fatal(err)
			}
			err = a.Load(t.Context(), city.DB, []string{"system_search", "catalog_search"}, func(*store.Tx) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			if want, got := w.Facts(), to.Facts(); got != want {
				t.Errorf("want\n%s\ngot\n%s", want, got)
			}
		})
	}
}

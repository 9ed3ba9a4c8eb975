package inventory_test

import (
	"fmt"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

// The size of a province: what docs/performance.md speaks of.
const (
	benchDepartments = 1_000
	benchSystems     = 50_000
)

func benchEach(b *testing.B, run func(b *testing.B, city *inventorytest.City)) {
	for name, open := range map[string]func(testing.TB, ...inventory.Options) *inventorytest.City{
		"sqlite": inventorytest.Open, "postgres": inventorytest.OpenPostgres,
	} {
		b.Run(name, func(b *testing.B) {
			city := open(b)
			city.Fill(benchDepartments, benchSystems)
			run(b, city)
		})
	}
}

// lists are the pages that people open.
var lists = []struct {
	name string
	q    inventory.Query
	sql  string // what the page needs as bare SQL: count and rows
	args []any
}{
	{"first", inventory.Query{}, "FROM systems ORDER BY code", nil},
	{"filtered", inventory.Query{Conditions: []store.Condition{{Column: "use_frequency", Op: store.In, Values: []any{"hardly"}, Text: true}}, Sort: "name"},
		"FROM systems WHERE use_frequency = ? ORDER BY name", []any{"hardly"}},
	{"money", inventory.Query{Conditions: []store.Condition{{Column: "network", Op: store.AnyOf, Values: []any{"internet"}, Text: true}}, Sort: "om_amount_year", Descending: true},
		"FROM systems WHERE network LIKE ? ORDER BY om_amount_year DESC", []any{"%|internet|%"}},
	{"search", inventory.Query{Search: "保险"}, "FROM systems WHERE name LIKE ? OR function_desc LIKE ? ORDER BY code", []any{"%保险%", "%保险%"}},
	{"narrow", inventory.Query{Columns: []string{"phase", "network", "use_frequency", "fund_source", "om_amount_year"}}, "FROM systems ORDER BY code", nil},
	{"deep", inventory.Query{Page: 900}, "FROM systems ORDER BY code", nil},
}

// BenchmarkListPage compares a page of a list with the bare SQL that it needs:
// count all rows, read 50. "first" works the list out, "again" is what every
// further page of it costs while the register does not change.
func BenchmarkListPage(b *testing.B) {
	benchEach(b, func(b *testing.B, city *inventorytest.City) {
		office := city.Someone(auth.Office)
		for _, l := range lists {
			b.Run(l.name+"/sql", func(b *testing.B) { bareSQL(b, city, l.sql, l.args, max(l.q.Page-1, 0)*50) })
			b.Run(l.name+"/cold", func(b *testing.B) {
				for b.Loop() {
					b.StopTimer() // a new registry remembers no list; departments change once a year
					r := inventory.NewRegistry(city.DB, inventory.Options{})
					if _, err := r.Directory(b.Context()); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
					if _, err := r.ListSystems(b.Context(), office, l.q); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(l.name+"/again", func(b *testing.B) {
				for b.Loop() {
					if _, err := city.Registry.ListSystems(b.Context(), office, l.q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}

func bareSQL(b *testing.B, city *inventorytest.City, from string, args []any, offset int) {
	for b.Loop() {
		err := city.DB.Read(b.Context(), func(tx *store.Tx) error {
			var total int64
			var rows []inventory.System
			if err := tx.Gorm().Raw("SELECT count(*) FROM (SELECT 1 "+from+") t", args...).Scan(&total).Error; err != nil {
				return err
			}
			return tx.Gorm().Raw(fmt.Sprintf("SELECT * %s LIMIT 50 OFFSET %d", from, offset), args...).Scan(&rows).Error
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRegister is what one save costs: rules, rows, history, search index
// and operation log, on disk.
func BenchmarkRegister(b *testing.B) {
	benchEach(b, func(b *testing.B, city *inventorytest.City) {
		for i := 0; b.Loop(); i++ {
			s := city.System("RS", fmt.Sprint("新系统", i))
			if _, _, err := city.Registry.Register(b.Context(), city.Clerk("RS"), inventory.Registration{System: s}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

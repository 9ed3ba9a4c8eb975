package inventory_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/field"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

// TestNamedColumnsAreReadAsAllOfThemAre holds the narrow reading of rows to the
// one of whole rows, for every column there is.
func TestNamedColumnsAreReadAsAllOfThemAre(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		first := city.Registered("RS", "甲系统")
		full, yes, sum := city.System("RS", "乙系统"), true, int64(128_500_000)
		full.ParentSystemID, full.LastMaintenanceDate, full.OmAmountYear = &first.ID, calendar.NewDate(2017, 3, 9), &sum
		full.Network, full.MustConnect = field.List{"internet", "extranet"}, &yes
		if _, _, err := city.Registry.Register(t.Context(), city.Clerk("RS"), inventory.Registration{System: full}); err != nil {
			t.Fatal(err)
		}
		for _, at := range []time.Time{{}, city.DB.Now()} {
			q := inventory.Query{AsOf: at}
			wide, err := city.Registry.ListSystems(t.Context(), city.Someone(auth.Office), q)
			if err != nil || len(wide.Rows) != 2 {
				t.Fatalf("%d rows, %v", len(wide.Rows), err)
			}
			q.Columns = inventory.SystemFields.Keys()
			narrow, err := city.Registry.ListSystems(t.Context(), city.Someone(auth.Office), q)
			if err != nil || len(narrow.Rows) != 2 {
				t.Fatalf("narrow: %d rows, %v", len(narrow.Rows), err)
			}
			for i := range wide.Rows {
				got, want := inventory.SystemFields.Values(&narrow.Rows[i]), inventory.SystemFields.Values(&wide.Rows[i])
				if len(want) < 6 || !reflect.DeepEqual(got, want) || narrow.Rows[i].Version != wide.Rows[i].Version {
					t.Errorf("as of %v: row %d\n%v\nwant\n%v", at, i, got, want)
				}
			}
		}
	})
}

// TestTheWholeRegisterIsListedAsItIs: its pages and its number are remembered,
// and a change is seen at once, also by another node.
func TestTheWholeRegisterIsListedAsItIs(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		office := city.Someone(auth.Office)
		nodes := []*inventory.Registry{city.Registry, inventory.NewRegistry(city.DB, inventory.Options{})}
		lists := func(want ...string) {
			t.Helper()
			for i, node := range nodes {
				var got, back []string
				for page := 1; page <= 3; page++ {
					for _, descending := range []bool{false, true} {
						list, err := node.ListSystems(t.Context(), office, inventory.Query{Page: page, Size: 2, Descending: descending})
						if err != nil || list.Total != int64(len(want)) {
							t.Fatalf("node %d, page %d: total %d, want %d, %v", i, page, list.Total, len(want), err)
						}
						for _, s := range list.Rows {
							if descending {
								back = slices.Insert(back, 0, s.Name)
							} else {
								got = append(got, s.Name)
							}
						}
					}
				}
				if !slices.Equal(got, want) || !slices.Equal(back, want) {
					t.Errorf("node %d lists %q and, from the end, %q; want %q", i, got, back, want)
				}
			}
		}
		lists()
		city.Registered("MZ", "甲系统")
		city.Registered("RS", "乙系统")
		lists("甲系统", "乙系统")
		s := city.Registered("RS", "丙系统")
		lists("甲系统", "乙系统", "丙系统")
		lists("甲系统", "乙系统", "丙系统")
		s.Name = "丁系统"
		if _, _, err := city.Registry.Change(t.Context(), city.Clerk("RS"), s.Code, s.Version, s, ""); err != nil {
			t.Fatal(err)
		}
		lists("甲系统", "乙系统", "丁系统")
		own, err := nodes[1].ListSystems(t.Context(), city.Clerk("RS"), inventory.Query{})
		if err != nil || own.Total != 2 {
			t.Errorf("a department sees %d systems, want its 2 (%v)", own.Total, err)
		}
	})
}

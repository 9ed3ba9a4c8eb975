package inventory_test

import (
	"reflect"
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

package inventory_test

import (
	"testing"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

func TestReindexFindsWhatWasFoundBefore(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		want := city.Registered("RS", "社会保险核心业务系统")
		city.Registered("RS", "就业服务系统")
		for round := range 2 { // the second time over an index that is there
			var n int
			err := city.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
				n, err = city.Registry.Reindex(tx)
				return err
			})
			if err != nil || n != 2 {
				t.Fatalf("round %d: reindexed %d systems (%v), want 2", round, n, err)
			}
			page, err := city.Registry.ListSystems(t.Context(), city.Someone(auth.Office), inventory.Query{Search: "险核"})
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != 1 || page.Rows[0].Code != want.Code {
				t.Errorf("round %d: found %d systems, want only %s", round, page.Total, want.Code)
			}
		}
	})
}

func TestDirectoryInsideATransaction(t *testing.T) {
	city := inventorytest.Open(t)
	below := city.Below("ZY", "琚湾镇")
	err := city.DB.Read(t.Context(), func(tx *store.Tx) error {
		d, err := city.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		region := city.Department("ZY")
		if got := d.Below(region.ID); len(got) != 2 || got[1] != below.ID {
			t.Errorf("below %s stand %v, want it and %d", region.Name, got, below.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

package similar_test

import (
	"testing"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/similar"
)

// replacements reads what is known of some systems.
func replacements(t *testing.T, city *inventorytest.City, ids ...inventory.SystemID) map[inventory.SystemID]similar.Replacement {
	t.Helper()
	var out map[inventory.SystemID]similar.Replacement
	err := city.DB.Read(t.Context(), func(tx *store.Tx) error {
		var err error
		out, err = similar.Replacements(tx, ids)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDeclaredReplacements(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		old, next := city.Registered("JY", "教育办公自动化系统"), city.Registered("GA", "协同办公平台")
		stopped := city.System("GA", "停用的办公系统")
		stopped.Phase = inventory.PhaseStopped
		gone, _, err := city.Registry.Register(t.Context(), city.Clerk("GA"), inventory.Registration{System: stopped})
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{next.Code, gone.Code} {
			if err := city.Registry.Relate(t.Context(), city.Clerk("JY"), old.Code, to, inventory.ReplacedBy, ""); err != nil {
				t.Fatal(err)
			}
		}
		got := replacements(t, city, old.ID, next.ID)
		want := similar.Replacement{By: next.ID, Declared: true, Overlap: similar.Unknown, UsersMoved: similar.Unknown}
		if len(got) != 1 || got[old.ID] != want {
			t.Errorf("replacements %+v, want only %+v of the old system: a stopped one does no work", got, want)
		}
	})
}

package inventory_test

import (
	"fmt"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

func TestOfAListOnlyWhatCanTakeTheStepIsMovable(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		ctx := t.Context()
		a, b := city.Registered("RS", "甲系统"), city.Registered("RS", "乙系统")
		city.Registered("MZ", "丙系统")
		if _, err := city.Registry.Move(ctx, city.Head("RS"), b.Code, b.Version, inventory.Declare, ""); err != nil {
			t.Fatal(err)
		}
		own := []store.Condition{{Column: "state", Op: store.In, Values: []any{"declared"}, Text: true}}
		for _, tt := range []struct {
			name string
			by   auth.Principal
			q    inventory.Query
			move inventory.Move
			want string
		}{
			{"the head declares drafts of the own department", city.Head("RS"), inventory.Query{}, inventory.Declare, "[RS-0001] of 2"},
			{"a search narrows", city.Head("RS"), inventory.Query{Search: "乙"}, inventory.Declare, "[] of 1"},
			{"a filter narrows", city.Someone(auth.Centre), inventory.Query{Conditions: own}, inventory.Verify, "[RS-0002] of 1"},
			{"the centre verifies what is declared", city.Someone(auth.Centre), inventory.Query{}, inventory.Verify, "[RS-0002] of 3"},
			{"a clerk declares nothing", city.Clerk("RS"), inventory.Query{}, inventory.Declare, "[] of 2"},
			{"the order is the list's", city.Someone(auth.Office), inventory.Query{Sort: "code", Descending: true}, inventory.Verify, "[RS-0002] of 3"},
		} {
			ready, total, err := city.Registry.Movable(ctx, tt.by, tt.q, tt.move)
			codes := []string{}
			for _, s := range ready {
				codes = append(codes, s.Code)
			}
			if got := fmt.Sprintf("%v of %d", codes, total); err != nil || got != tt.want {
				t.Errorf("%s: %s (%v), want %s", tt.name, got, err, tt.want)
			}
		}
		if a.Version != 1 {
			t.Error("looking changes nothing")
		}
		if _, _, err := city.Registry.Movable(ctx, city.Head("RS"), inventory.Query{}, "nonsense"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a step that is none: %v", err)
		}
	})
}

func TestTooManyAtOnceAreRefused(t *testing.T) {
	city := inventorytest.Open(t)
	city.Fill(20, 3*inventory.MostAtOnce+300)
	_, _, err := city.Registry.Movable(t.Context(), city.Someone(auth.Centre), inventory.Query{}, inventory.Verify)
	if fault.KindOf(err) != fault.Invalid {
		t.Fatalf("many: %v", err)
	}
	few := inventory.Query{Search: "社会保险"}
	if ready, total, err := city.Registry.Movable(t.Context(), city.Someone(auth.Centre), few, inventory.Verify); err != nil || len(ready) == 0 || int64(len(ready)) >= total {
		t.Errorf("narrowed: %d of %d, %v", len(ready), total, err)
	}
}

package account_test

import (
	"maps"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/store"
)

func TestFillersCountsWhoCanBeAsked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("anna", citySports, auth.Clerk)
		h.person("bert", citySports, auth.Head, auth.Leader)
		h.person("carl", citySports, auth.Auditor)
		off := h.person("emil", countyCourt, auth.Clerk)
		_, err := h.Disable(t.Context(), h.root, off.ID, "")
		h.ok(err)
		var got map[auth.DepartmentID]int
		h.ok(h.db.Read(t.Context(), func(tx *store.Tx) error {
			got, err = h.Fillers(tx)
			return err
		}))
		if want := map[auth.DepartmentID]int{citySports: 2}; !maps.Equal(got, want) {
			t.Errorf("fillers = %v, want %v", got, want)
		}
	})
}

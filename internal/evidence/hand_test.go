package evidence_test

import (
	"errors"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// TestFilesGoWithTheirRecord hands the files of one system over: the old
// department loses them, the new one gets them, other files stay.
func TestFilesGoWithTheirRecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, s := box(db), system("FC-01", fc)
		moved := add(t, b, clerk, s, "moved.pdf", pdf("moved"))
		removed := add(t, b, clerk, s, "removed.pdf", pdf("removed"))
		must(t, b.Remove(t.Context(), clerk, removed.Link.ID, "传错文件"))
		stays := add(t, b, clerk, system("FC-02", fc), "stays.pdf", pdf("stays"))
		next := person(auth.Clerk, mz)

		undone := errors.New("undone")
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			if err := b.Hand(tx, s, mz); err != nil {
				return err
			}
			return undone
		})
		if _, cerr := content(t, b, clerk, moved.Link.ID); !errors.Is(err, undone) || cerr != nil {
			t.Fatalf("a transaction that failed took the file away: %v, %v", err, cerr)
		}

		must(t, db.Write(t.Context(), func(tx *store.Tx) error { return b.Hand(tx, s, mz) }))
		if _, err := content(t, b, clerk, moved.Link.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the old department opens it: %v, want not found", err)
		}
		if got, err := content(t, b, next, moved.Link.ID); err != nil || !slices.Equal(got, pdf("moved")) {
			t.Errorf("the new department reads %d bytes, %v", len(got), err)
		}
		if _, err := content(t, b, next, removed.Link.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("what was removed came back: %v, want not found", err)
		}
		if _, err := content(t, b, next, stays.Link.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a file of another system went along: %v, want not found", err)
		}
		if _, err := content(t, b, clerk, stays.Link.ID); err != nil {
			t.Errorf("a file of another system is lost to its department: %v", err)
		}
		if err := b.Remove(t.Context(), next, moved.Link.ID, "重复"); err != nil {
			t.Errorf("the new department cannot remove it: %v", err)
		}
	})
}

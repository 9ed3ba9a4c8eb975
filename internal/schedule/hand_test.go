package schedule_test

import (
	"errors"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// TestOpenDueDatesGoWithTheirSubject hands a request over: what is open goes to
// the new department, what is done stays on the account of the old one.
func TestOpenDueDatesGoWithTheirSubject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		done := set(t, db, b, term(fc, "1", "2017-10-23", 5))
		must(t, closeDue(t, db, b, done.ID))
		open := set(t, db, b, term(fc, "1", "2017-11-06", 10))
		other := set(t, db, b, term(fc, "2", "2017-11-06", 10))
		of := func(dept auth.DepartmentID) []schedule.DueID {
			page, err := b.ListOpen(t.Context(), person(auth.Clerk, dept), schedule.Filter{})
			must(t, err)
			var ids []schedule.DueID
			for _, o := range page.Items {
				ids = append(ids, o.ID)
			}
			return ids
		}

		undone := errors.New("undone")
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			if err := b.Hand(tx, open.Subject(), mz); err != nil {
				return err
			}
			return undone
		})
		if got := of(fc); !errors.Is(err, undone) || !slices.Equal(got, []schedule.DueID{open.ID, other.ID}) {
			t.Fatalf("after a transaction that failed FC has %v (%v)", got, err)
		}

		must(t, db.Write(t.Context(), func(tx *store.Tx) error { return b.Hand(tx, open.Subject(), mz) }))
		if got := of(fc); !slices.Equal(got, []schedule.DueID{other.ID}) {
			t.Errorf("FC has %v, want only %v", got, other.ID)
		}
		if got := of(mz); !slices.Equal(got, []schedule.DueID{open.ID}) {
			t.Errorf("MZ has %v, want %v", got, open.ID)
		}
		if got := dueOf(t, db, b, open); got != open.DueOn.String() {
			t.Errorf("the due day became %s, want %s", got, open.DueOn)
		}
		must(t, db.Read(t.Context(), func(tx *store.Tx) error {
			var owner auth.DepartmentID
			err := tx.Gorm().Table("due_dates").Where("id = ?", done.ID).Select("department_id").Scan(&owner).Error
			if err == nil && owner != fc {
				t.Errorf("what was done went to department %d", owner)
			}
			return err
		}))
	})
}

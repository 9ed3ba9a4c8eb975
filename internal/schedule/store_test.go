package schedule_test

import (
	"errors"
	"strings"
	"testing"

	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// logged reads the entries of the operation log whose action begins with a
// prefix, in order.
func logged(t *testing.T, db *store.DB, prefix string) []oplog.Row {
	t.Helper()
	var out []oplog.Row
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		var rows []oplog.Row
		if err := tx.Gorm().Order("id").Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			if strings.HasPrefix(r.Action, prefix) {
				out = append(out, r)
			}
		}
		return nil
	}))
	return out
}

func actions(rows []oplog.Row) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Action+" "+r.ObjectKind)
	}
	return out
}

// dueDay is the due day of a row, open or closed.
func dueDay(t *testing.T, db *store.DB, id schedule.DueID) string {
	t.Helper()
	var d schedule.Due
	must(t, db.Read(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Where("id = ?", id).Take(&d).Error }))
	return d.DueOn.String()
}

// A closure that comes while a due date is being set must wait for it, or it
// would not see the row that it has to move. SQLite has one writer anyway.
func TestClosureWaitsForDueDatesThatAreBeingSet(t *testing.T) {
	db := storetest.OpenPostgres(t)
	b := seeded(t, db)
	d := term(fc, "1", "2017-11-06", 10)
	added := make(chan error, 1)
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		if _, err := b.Set(tx, office, d); err != nil {
			return err
		}
		go func() {
			_, _, err := b.AddClosure(t.Context(), office, flood("2017-11-08", "2017-11-08"))
			added <- err
		}()
		for len(added) == 0 && !waiting(t, db) {
		}
		if len(added) > 0 {
			return errors.New("the closure did not wait")
		}
		return nil
	}))
	must(t, <-added)
	if got := dueOf(t, db, b, d); got != "2017-11-21" {
		t.Errorf("due %s, want 2017-11-21", got)
	}
}

// A due date that is closed while a closure is being added stays as it is.
func TestClosureLeavesWhatIsClosedMeanwhile(t *testing.T) {
	db := storetest.OpenPostgres(t)
	b := seeded(t, db)
	d := set(t, db, b, term(fc, "1", "2017-11-06", 10))
	type result struct {
		done schedule.Preview
		err  error
	}
	added := make(chan result, 1)
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		if err := b.Close(tx, office, d.ID); err != nil {
			return err
		}
		go func() {
			_, done, err := b.AddClosure(t.Context(), office, flood("2017-11-08", "2017-11-08"))
			added <- result{done, err}
		}()
		for len(added) == 0 && !waiting(t, db) {
		}
		return nil
	}))
	r := <-added
	must(t, r.err)
	if len(r.done.Moves) != 0 || len(logged(t, db, "due.move")) != 0 || dueDay(t, db, d.ID) != "2017-11-20" {
		t.Errorf("moves %v, log %v, due %s; want none", r.done.Moves, logged(t, db, "due.move"), dueDay(t, db, d.ID))
	}
}

// waiting tells whether a session of this database waits for a lock.
func waiting(t *testing.T, db *store.DB) bool {
	var n int
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n).Error
	}))
	return n > 0
}

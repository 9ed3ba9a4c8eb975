package schedule_test

import (
	"fmt"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

func TestWhoIsLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := seeded(t, db)
		set(t, db, b, fixed(mz, "1", "2017-11-06", calendar.RollNone))
		set(t, db, b, fixed(fc, "2", "2017-11-07", calendar.RollNone))
		set(t, db, b, fixed(fc, "3", "2017-11-01", calendar.RollNone))
		set(t, db, b, fixed(fc, "4", "2017-11-08", calendar.RollNone)) // today
		done := set(t, db, b, fixed(zy, "5", "2017-11-01", calendar.RollNone))
		must(t, closeDue(t, db, b, done.ID))
		for _, k := range []struct {
			name string
			by   auth.Principal
			want string
		}{
			{"the Office", office, "[3 2 2017-11-01][2 1 2017-11-06]"},
			{"a department", person(auth.Clerk, mz), "[2 1 2017-11-06]"},
			{"one that is not late", person(auth.Clerk, zy), ""},
		} {
			late, err := b.LateBodies(t.Context(), k.by)
			must(t, err)
			got := ""
			for _, l := range late {
				got += fmt.Sprintf("[%d %d %s]", l.DepartmentID, l.Count, l.Oldest)
			}
			if got != k.want {
				t.Errorf("%s: %s, want %s", k.name, got, k.want)
			}
		}
	}, at("2017-11-08"))
}

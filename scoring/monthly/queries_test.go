package monthly_test

import (
	"fmt"
	"testing"

	"qingce/internal/store/storetest"
	"qingce/inventory/inventorytest"
	"qingce/inventory/sharing/sharingtest"
	"qingce/scoring/monthly"
)

// TestQueriesDoNotGrowWithTheBodies counts a month, freezes it and reads it in a
// small city and in one of twelve times as many bodies: it asks the database as
// often in both.
func TestQueriesDoNotGrowWithTheBodies(t *testing.T) {
	asked := func(bodies int) map[string]int64 {
		w := over(t, sharingtest.Over(t, inventorytest.Open(t)))
		w.Fill(bodies, 3*bodies)
		w.At("2017-12-01 09:00")
		if err := w.Hub.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		out, count := map[string]int64{}, storetest.Queries(t, w.DB)
		step := func(name string, do func() error) {
			t.Helper()
			before := count()
			if err := do(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out[name] = count() - before
		}
		var m monthly.Month
		var err error
		step("count", func() error { m, err = w.Months.Compute(t.Context(), w.office(), "2017-11"); return err })
		step("freeze", func() error { m = w.take(w.office(), m, monthly.Freeze); return nil })
		for _, again := range []string{"", " again"} {
			step("table"+again, func() error { _, err := w.Months.Table(t.Context(), w.leader(), "2017-11", 0); return err })
			step("sheet"+again, func() error {
				_, err := w.Months.Sheet(t.Context(), w.leader(), "2017-11", 0, "D0002")
				return err
			})
			step("record"+again, func() error { _, err := w.Months.Find(t.Context(), w.leader(), "2017-11", 0); return err })
		}
		step("verify", func() error { _, err := w.Months.Verify(t.Context(), w.office()); return err })
		return out
	}
	few, many := asked(5), asked(60)
	if fmt.Sprint(few) != fmt.Sprint(many) {
		t.Errorf("5 bodies ask %v\n60 bodies ask %v", few, many)
	}
	if few["table again"] >= few["table"] {
		t.Errorf("the second reader of a table asks as often as the first: %v", few)
	}
}

package zombietest

import (
	"fmt"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
	"qingce/inventory/zombie"
)

// firstOfFleet is below the ids of the systems of a fleet.
const firstOfFleet = 1_000_000

// Fleet puts so many systems into the register, past the verbs but with the rows
// of one that went through them, for benchmarks.
func (w *World) Fleet(n int) {
	w.t.Helper()
	pattern := w.Declared("RS", "样板系统", nil)
	columns, err := store.ColumnNames(inventory.System{})
	if err != nil {
		w.t.Fatal(err)
	}
	values := make([]string, len(columns))
	for i, c := range columns {
		switch c {
		case "id":
			values[i] = fmt.Sprintf("%d + g.n", firstOfFleet)
		case "code":
			values[i] = "'F-' || CAST(g.n AS text)"
		default:
			values[i] = "s." + c
		}
	}
	w.execute("INSERT INTO systems ("+strings.Join(columns, ", ")+") WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < ?) SELECT "+
		strings.Join(values, ", ")+" FROM g, systems s WHERE s.id = ?", n, pattern.ID)
	w.execute("ANALYZE systems")
}

// FleetFacts gives every system of the fleet the facts of a span of days: three
// of four are used on working days, the others not since a day.
func (w *World) FleetFacts(from, to, dead calendar.Date) {
	w.t.Helper()
	for first := from; !first.After(to); first = first.MonthEnd().AddDays(1) {
		w.monthOf(first) // where the days of the month are kept
	}
	for day := from; !day.After(to); day = day.AddDays(1) {
		people := "0"
		if w.Working(day) {
			people = "20 + s.id % 17"
		}
		alive := people
		if day.After(dead) {
			alive = "CASE WHEN s.id % 4 = 0 THEN 0 ELSE " + people + " END"
		}
		measured := 1<<wire.Requests | 1<<wire.Users | 1<<wire.MachineClients | 1<<wire.Logins | 1<<wire.BusinessTx | 1<<wire.CPUAvg | 1<<wire.CPUP95 | 1<<wire.CPUP05
		w.execute(fmt.Sprintf(`INSERT INTO usage_day (system_id, day, requests, users, machine_clients, logins, business_tx, cpu_avg, cpu_p95, cpu_p05,
			work_requests, measured, covered, given, minutes, active_hours, notes)
			SELECT s.id, %d, 300 + 9 * (%s), %s, 6, %s, %s, 900 + s.id %% 300, 2100 + s.id %% 900, 300, 0, %d, %d, 0, 1440, 9, 0
			FROM systems s WHERE s.id > %d`, zombie.DayOf(day), alive, alive, alive, alive, measured, measured, firstOfFleet))
	}
	w.execute("ANALYZE usage_day")
}

// monthOf makes room for the days of a month.
func (w *World) monthOf(day calendar.Date) {
	w.t.Helper()
	var id inventory.SystemID
	err := w.DB.Read(w.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Raw("SELECT min(id) FROM systems").Row().Scan(&id) })
	if err != nil {
		w.t.Fatal(err)
	}
	w.Facts(id, day, day, func(calendar.Date) (v wire.Values, ok bool) {
		v.Set(wire.Logins, 1)
		return v, true
	})
}

func (w *World) execute(sql string, args ...any) {
	w.t.Helper()
	err := w.DB.Write(w.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(sql, args...).Error })
	if err != nil {
		w.t.Fatalf("%.80s: %v", sql, err)
	}
}

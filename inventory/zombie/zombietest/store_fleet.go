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

// FleetStates makes a fleet of so many systems, each remembered as one of two
// patterns that were measured for two years up to a day: in use, and not since a
// day. The day has been run.
func (w *World) FleetStates(n int, day, dead calendar.Date) {
	w.t.Helper()
	from := day.AddDays(-729)
	for i := range 2 {
		s := w.Declared("RS", fmt.Sprintf("样板系统%d", i), nil)
		w.Facts(s.ID, from, day, func(on calendar.Date) (v wire.Values, ok bool) {
			n := int64(on.DaysSince(from))
			for signal, value := range map[wire.Signal]int64{
				wire.Requests: 300 + n*37%90, wire.MachineClients: 6 + n%5, wire.CPUAvg: 700 + n*131%400, wire.CPUP95: 2100 + n*257%1900,
				wire.CPUP05: 300 + n*17%90, wire.NetBytes: 9e8 + n*7e5, wire.StorageBytes: 4e10 + n*3e6,
			} {
				v.Set(signal, value)
			}
			people := int64(0)
			if w.Working(on) && (i == 0 || on.Before(dead)) {
				people = 20 + n*7%17
			}
			for _, signal := range []wire.Signal{wire.Users, wire.Logins, wire.BusinessTx} {
				v.Set(signal, people)
			}
			return v, true
		})
		w.patterns = append(w.patterns, s.ID)
	}
	w.Until(day.AddDays(1))
	if run := w.Detect(day, zombie.How{}); run.State != zombie.Finished {
		w.t.Fatalf("the run of %v is %s", day, run.State)
	}
	w.Fleet(n)
	for i, pattern := range w.patterns {
		for _, table := range []string{"zombie_states", "zombie_verdicts"} {
			w.ofPattern(table, pattern, fmt.Sprintf("s.id > %d AND s.id %% 4 %s 0", firstOfFleet, []string{"<>", "="}[i]))
		}
	}
	w.execute("ANALYZE zombie_states")
	w.execute("ANALYZE zombie_verdicts")
}

// ofPattern gives systems the rows of one.
func (w *World) ofPattern(table string, pattern inventory.SystemID, which string) {
	w.t.Helper()
	columns := map[string]string{
		"zombie_states":   "part, day, state",
		"zombie_verdicts": "mark, confidence, valid_from, valid_to, policy_version, strength, z1, z2, z3, z4, z5, body",
	}[table]
	w.execute("DELETE FROM " + table + " WHERE system_id IN (SELECT s.id FROM systems s WHERE " + which + ")")
	w.execute("INSERT INTO "+table+" (system_id, "+columns+") SELECT s.id, p."+strings.ReplaceAll(columns, ", ", ", p.")+
		" FROM (SELECT "+columns+" FROM "+table+" WHERE system_id = ?) p, systems s WHERE "+which, pattern)
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

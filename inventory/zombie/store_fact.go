package zombie

import (
	"database/sql"
	"fmt"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
	"qingce/inventory/zombie/detect"
)

// factQuery reads days of systems. A signal that was not measured is NULL.
const factQuery = `SELECT system_id, day, covered, requests, users, machine_clients, logins, business_tx, cpu_avg, cpu_p95, cpu_p05, net_bytes,
	storage_bytes FROM usage_day WHERE system_id ? AND day BETWEEN ? AND ? ORDER BY system_id, day`

// counted are the counts of a fact in the order of factQuery.
var counted = [...]struct {
	signal wire.Signal
	is     detect.Signal
}{
	{wire.Requests, detect.Requests}, {wire.Users, detect.Users}, {wire.MachineClients, detect.Machines}, {wire.Logins, detect.Logins},
	{wire.BusinessTx, detect.Business},
}

// eachFact hands the facts of systems from one day to another to fn, system
// after system, day after day, always in the same place.
func eachFact(tx *store.Tx, systems []inventory.SystemID, from, to detect.Day, fn func(inventory.SystemID, *detect.Fact) error) error {
	if len(systems) == 0 || to < from {
		return nil
	}
	rows, err := tx.Gorm().Raw(factQuery, store.Among(tx, systems), from, to).Rows()
	if err != nil {
		return fmt.Errorf("read facts: %w", err)
	}
	defer rows.Close()
	var system inventory.SystemID
	var day, covered int64
	var n [10]sql.NullInt64
	places := []any{&system, &day, &covered}
	for i := range n {
		places = append(places, &n[i])
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return fmt.Errorf("read a fact: %w", err)
		}
		f := factOf(detect.Day(day), covered, &n)
		if err := fn(system, &f); err != nil {
			return err
		}
	}
	return rows.Err()
}

// factOf is a fact of the columns of factQuery. A count that was not measured
// for long enough says something only when it is not zero.
func factOf(day detect.Day, covered int64, n *[10]sql.NullInt64) detect.Fact {
	f := detect.Fact{Day: day}
	for i, place := range []*int64{&f.Requests, &f.Users, &f.Machines, &f.Logins, &f.Business} {
		if n[i].Valid && (n[i].Int64 > 0 || covered&(1<<counted[i].signal) != 0) {
			*place = n[i].Int64
			f.Measured |= counted[i].is
		}
	}
	if n[5].Valid && n[6].Valid {
		// Without the 5th percentile a load is not known to be even.
		f.CPUAvg, f.CPUP95, f.CPUP05 = n[5].Int64, n[6].Int64, n[7].Int64
		f.Measured |= detect.CPU
	}
	if n[8].Valid {
		f.NetBytes = n[8].Int64
		f.Measured |= detect.Net
	}
	if n[9].Valid {
		f.StorageBytes = n[9].Int64
		f.Measured |= detect.Storage
	}
	return f
}

// rolledThrough is the last day that usage has worked out after its end.
func rolledThrough(tx *store.Tx) (day detect.Day, err error) {
	if err := tx.Gorm().Raw("SELECT rolled_through FROM usage_progress WHERE id = 1").Scan(&day).Error; err != nil {
		return 0, fmt.Errorf("read how far usage has come: %w", err)
	}
	return day, nil
}

// sketchDay is what is known of the people of a day.
type sketchDay struct {
	System inventory.SystemID
	Users  sql.NullInt64
	Logins sql.NullInt64
	Sketch []byte
	Key    sql.NullString
}

// eachSketch hands the people of days of systems to fn.
func eachSketch(tx *store.Tx, systems []inventory.SystemID, from, to detect.Day, fn func(*sketchDay)) error {
	if len(systems) == 0 {
		return nil
	}
	rows, err := tx.Gorm().Raw(`SELECT d.system_id, d.users, d.logins, e.users_sketch, e.sketch_key FROM usage_day d
		LEFT JOIN usage_day_ext e ON e.system_id = d.system_id AND e.day = d.day
		WHERE d.system_id ? AND d.day BETWEEN ? AND ? AND (d.users > 0 OR d.logins > 0)`, store.Among(tx, systems), from, to).Rows()
	if err != nil {
		return fmt.Errorf("read sketches: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s sketchDay
		if err := rows.Scan(&s.System, &s.Users, &s.Logins, &s.Sketch, &s.Key); err != nil {
			return fmt.Errorf("read a sketch: %w", err)
		}
		fn(&s)
	}
	return rows.Err()
}

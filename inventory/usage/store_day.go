package usage

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/store"
	"qingce/inventory"
)

var (
	dayFields = append([]string{
		"measured", "covered", "given", "minutes", "active_hours", "work_requests", "notes", "last_write",
	}, signalColumns()...)
	dayColumns = append([]string{"system_id", "day"}, dayFields...)
	extFields  = []string{"users_sketch", "machines_sketch", "sketch_key", "hours"}
	extColumns = append([]string{"system_id", "day"}, extFields...)
)

// factLot is how many days one statement writes.
const factLot = 500

// writeDays sets days as they are now.
func writeDays(tx *store.Tx, days []dayFacts) error {
	for lot := range slices.Chunk(days, factLot) {
		var args, ext []any
		exts := 0
		for i := range lot {
			args = factArgs(args, &lot[i])
			if !lot[i].ext.empty() {
				ext = extArgs(ext, &lot[i])
				exts++
			}
		}
		if err := setRows(tx, "usage_day", "system_id, day", dayColumns, dayFields, len(lot), args); err != nil {
			return err
		}
		if err := setRows(tx, "usage_day_ext", "system_id, day", extColumns, extFields, exts, ext); err != nil {
			return err
		}
	}
	return nil
}

func factArgs(dst []any, d *dayFacts) []any {
	dst = append(dst, int64(d.system), d.day, int64(d.measured), int64(d.covered), int64(d.given), d.minutes, d.active, d.work,
		d.notes, secondsOf(d.last))
	return valueArgs(dst, &d.values)
}

func extArgs(dst []any, d *dayFacts) []any {
	return append(dst, int64(d.system), d.day, orNil(d.ext.users), orNil(d.ext.machines), textOrNil(d.ext.key), orNil(d.ext.hours))
}

// readDays hands the days that a question finds to fn, in its order, without
// what is kept beside them.
func readDays(tx *store.Tx, where string, args []any, fn func(d dayFacts)) error {
	rows, err := tx.Gorm().Raw("SELECT "+strings.Join(dayColumns, ", ")+" FROM usage_day "+where, args...).Rows()
	if err != nil {
		return fmt.Errorf("read days: %w", err)
	}
	defer rows.Close()
	var d dayFacts
	var values valueScan
	var last sql.NullInt64
	places := values.places([]any{
		&d.system, &d.day, &d.measured, &d.covered, &d.given, &d.minutes, &d.active, &d.work, &d.notes, &last,
	})
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return fmt.Errorf("read a day: %w", err)
		}
		d.values, d.last = values.values(), timeOf(last)
		fn(d)
	}
	return rows.Err()
}

// readExts hands what is kept beside days to fn.
func readExts(tx *store.Tx, where string, args []any, fn func(system inventory.SystemID, day int, e dayExt)) error {
	rows, err := tx.Gorm().Raw("SELECT "+strings.Join(extColumns, ", ")+" FROM usage_day_ext "+where, args...).Rows()
	if err != nil {
		return fmt.Errorf("read what is beside days: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var system inventory.SystemID
		var day int
		var e dayExt
		var key sql.NullString
		if err := rows.Scan(&system, &day, &e.users, &e.machines, &key, &e.hours); err != nil {
			return fmt.Errorf("read what is beside a day: %w", err)
		}
		e.key = key.String
		fn(system, day, e)
	}
	return rows.Err()
}

// deleteDays removes days of the systems but those that are kept.
func deleteDays(tx *store.Tx, systems []inventory.SystemID, day int, keep []inventory.SystemID) error {
	gone := slices.DeleteFunc(slices.Clone(systems), func(s inventory.SystemID) bool {
		_, kept := slices.BinarySearch(keep, s)
		return kept
	})
	if len(gone) == 0 {
		return nil
	}
	for _, table := range []string{"usage_day", "usage_day_ext"} {
		if err := tx.Gorm().Exec("DELETE FROM "+table+" WHERE day = ? AND system_id IN ?", day, gone).Error; err != nil {
			return fmt.Errorf("remove days: %w", err)
		}
	}
	return nil
}

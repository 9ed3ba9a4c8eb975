package usage

import (
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// askedLot is how many days are asked for in one statement.
const askedLot = 200

// givenBefore is what files together say of days: of each signal what the
// newest file says.
func givenBefore(tx *store.Tx, days []systemDay) (map[systemDay]wire.Values, error) {
	out := map[systemDay]wire.Values{}
	columns := signalColumns()
	for lot := range slices.Chunk(days, askedLot) {
		rows, err := tx.Gorm().Raw("SELECT system_id, day, "+strings.Join(columns, ", ")+
			" FROM usage_day_given WHERE "+askedDays(len(lot))+" ORDER BY upload_id", askedArgs(lot)...).Rows()
		if err != nil {
			return nil, fmt.Errorf("read given days: %w", err)
		}
		for rows.Next() {
			var system int64
			var day int
			var v valueScan
			if err = rows.Scan(v.places([]any{&system, &day})...); err != nil {
				break
			}
			key := systemDay{inventory.SystemID(system), day}
			out[key] = overlaid(out[key], v.values())
		}
		if err := endRows(rows, err); err != nil {
			return nil, fmt.Errorf("read given days: %w", err)
		}
	}
	return out, nil
}

// overlaid puts the newer values over the older.
func overlaid(older, newer wire.Values) wire.Values {
	for _, s := range wire.Signals() {
		if n, ok := newer.Get(s); ok {
			older.Set(s, n)
		}
	}
	return older
}

// measuredByProbes is which signals of days were measured, and not given.
func measuredByProbes(tx *store.Tx, days []systemDay) (map[systemDay]SignalSet, error) {
	out := map[systemDay]SignalSet{}
	for lot := range slices.Chunk(days, askedLot) {
		rows, err := tx.Gorm().Raw("SELECT system_id, day, measured, given FROM usage_day WHERE "+askedDays(len(lot)), askedArgs(lot)...).Rows()
		if err != nil {
			return nil, fmt.Errorf("read measured days: %w", err)
		}
		for rows.Next() {
			var system, measured, given int64
			var day int
			if err = rows.Scan(&system, &day, &measured, &given); err != nil {
				break
			}
			out[systemDay{inventory.SystemID(system), day}] = SignalSet(measured &^ given)
		}
		if err := endRows(rows, err); err != nil {
			return nil, fmt.Errorf("read measured days: %w", err)
		}
	}
	return out, nil
}

// probedDays is what probes measured on days, of the systems of departments; nil
// is all.
func probedDays(tx *store.Tx, departments []auth.DepartmentID, days []systemDay) (map[systemDay]wire.Values, error) {
	out := map[systemDay]wire.Values{}
	for lot := range slices.Chunk(days, askedLot) {
		where, args := "WHERE ("+askedDays(len(lot))+")", askedArgs(lot)
		if departments != nil {
			where, args = where+" AND system_id IN (SELECT id FROM systems WHERE owner_id IN ?)", append(args, departments)
		}
		err := readDays(tx, where, args, func(d dayFacts) {
			if v := withoutSignals(d.values, d.given); !v.None() {
				out[systemDay{d.system, d.day}] = v
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// withoutSignals leaves signals out.
func withoutSignals(v wire.Values, gone SignalSet) (out wire.Values) {
	for _, s := range wire.Signals() {
		if n, ok := v.Get(s); ok && !gone.Has(s) {
			out.Set(s, n)
		}
	}
	return out
}

func askedDays(n int) string {
	return strings.TrimSuffix(strings.Repeat("system_id = ? AND day = ? OR ", n), " OR ")
}

func askedArgs(days []systemDay) []any {
	out := make([]any, 0, 2*len(days))
	for _, d := range days {
		out = append(out, int64(d.system), d.day)
	}
	return out
}

// endRows ends the reading of rows and tells the first error.
func endRows(rows interface {
	Err() error
	Close() error
}, err error) error {
	if err == nil {
		err = rows.Err()
	}
	if cerr := rows.Close(); err == nil {
		err = cerr
	}
	return err
}

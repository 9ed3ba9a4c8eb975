package similar

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// eachPair hands the systems of every pair that was not found different to fn.
func eachPair(tx *store.Tx, fn func(a, b inventory.SystemID)) error {
	rows, err := tx.Gorm().Raw("SELECT first_id, second_id FROM similar_pairs WHERE verdict <> 'different' ORDER BY first_id, second_id").Rows()
	if err != nil {
		return fmt.Errorf("read pairs: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a, b inventory.SystemID
		if err := rows.Scan(&a, &b); err != nil {
			return fmt.Errorf("read a pair: %w", err)
		}
		fn(a, b)
	}
	return rows.Err()
}

// dayNumber counts days since 1970, as daily facts do.
func dayNumber(d calendar.Date) int { return d.DaysSince(calendar.NewDate(1970, time.January, 1)) }

// usesOf reads the signals of systems, day by day; -1 stands where a signal was
// not covered.
func usesOf(tx *store.Tx, ids []inventory.SystemID, s span) (map[inventory.SystemID]*[len(useSignals)][]int64, error) {
	out := map[inventory.SystemID]*[len(useSignals)][]int64{}
	for _, id := range ids {
		values := &[len(useSignals)][]int64{}
		for i := range values {
			values[i] = make([]int64, s.len())
			for day := range values[i] {
				values[i][day] = -1
			}
		}
		out[id] = values
	}
	columns := make([]string, len(useSignals))
	for i, signal := range useSignals {
		columns[i] = signal.String()
	}
	rows, err := tx.Gorm().Raw("SELECT system_id, day, covered, "+strings.Join(columns, ", ")+" FROM usage_day WHERE system_id ? AND day BETWEEN ? AND ?",
		store.Among(tx, ids), dayNumber(s.from), dayNumber(s.to)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read days of use: %w", err)
	}
	defer rows.Close()
	first := dayNumber(s.from)
	for rows.Next() {
		var id inventory.SystemID
		var day int
		var covered int64
		var n [len(useSignals)]sql.NullInt64
		places := []any{&id, &day, &covered}
		for i := range n {
			places = append(places, &n[i])
		}
		if err := rows.Scan(places...); err != nil {
			return nil, fmt.Errorf("read a day of use: %w", err)
		}
		for i, signal := range useSignals {
			if n[i].Valid && covered&(1<<signal) != 0 {
				out[id][i][day-first] = n[i].Int64
			}
		}
	}
	return out, rows.Err()
}

// crowdOf merges the people of a system in a span.
func crowdOf(tx *store.Tx, id inventory.SystemID, s span) (crowd, error) {
	rows, err := tx.Gorm().Raw(`SELECT users_sketch, coalesce(sketch_key, '') FROM usage_day_ext
		WHERE system_id = ? AND day BETWEEN ? AND ? AND users_sketch IS NOT NULL ORDER BY day`, id, dayNumber(s.from), dayNumber(s.to)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the people of system %d: %w", id, err)
	}
	defer rows.Close()
	out := crowd{}
	for rows.Next() {
		var raw []byte
		var key string
		if err := rows.Scan(&raw, &key); err != nil {
			return nil, fmt.Errorf("read the people of a day: %w", err)
		}
		out.add(raw, key)
	}
	return out, rows.Err()
}

// replaceMoves sets the moves from some systems.
func replaceMoves(tx *store.Tx, from []inventory.SystemID, rows []moveRow) error {
	if err := tx.Gorm().Exec("DELETE FROM similar_moves WHERE from_id ?", store.Among(tx, from)).Error; err != nil {
		return fmt.Errorf("clear moves: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(&rows, pairLot).Error; err != nil {
		return fmt.Errorf("keep moves: %w", err)
	}
	return nil
}

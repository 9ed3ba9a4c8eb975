package usage

import (
	"database/sql"
	"fmt"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// Window is what was measured of a system in a stretch of days.
type Window struct {
	// Covered are the days of which is known whether people used the system,
	// Used those on which they did.
	Covered, Used int
	// Weeks are the weeks with use.
	Weeks int
	// LastUse is the last day of use in the stretch, no date when there is none.
	LastUse calendar.Date
	// MostUsers are the most people on one day, MonthUsers the most in one whole
	// month; nil when they were not measured.
	MostUsers, MonthUsers *int64
}

// wasUsed is the condition of a day on which people used the system, the same as
// Day.Used.
const wasUsed = "(COALESCE(business_tx, 0) > 0 OR COALESCE(logins, 0) > 0 OR COALESCE(human_requests, 0) > 0)"

// tellsUse are the signals of which one must be covered.
var tellsUse = SignalsOf(wire.BusinessTx, wire.Logins, wire.HumanRequests)

// windows sums up the days of every system between two days, both included.
func windows(tx *store.Tx, from, to calendar.Date) (map[inventory.SystemID]Window, error) {
	out := map[inventory.SystemID]Window{}
	rows, err := tx.Gorm().Raw(`SELECT system_id,
		SUM(CASE WHEN covered & ? <> 0 OR `+wasUsed+` THEN 1 ELSE 0 END),
		SUM(CASE WHEN `+wasUsed+` THEN 1 ELSE 0 END),
		COUNT(DISTINCT CASE WHEN `+wasUsed+` THEN (day + 3) / 7 END),
		MAX(CASE WHEN `+wasUsed+` THEN day END),
		MAX(users)
		FROM usage_day WHERE day BETWEEN ? AND ? GROUP BY system_id`, int64(tellsUse), dayNumber(from), dayNumber(to)).Rows()
	if err != nil {
		return nil, fmt.Errorf("sum up days: %w", err)
	}
	for rows.Next() {
		var id int64
		var w Window
		var last, most sql.NullInt64
		if err = rows.Scan(&id, &w.Covered, &w.Used, &w.Weeks, &last, &most); err != nil {
			break
		}
		if last.Valid {
			w.LastUse = dateOf(int(last.Int64))
		}
		w.MostUsers = orAbsent(most)
		out[inventory.SystemID(id)] = w
	}
	if err := endRows(rows, err); err != nil {
		return nil, fmt.Errorf("sum up days: %w", err)
	}
	return out, monthUsers(tx, from, to, out)
}

func orAbsent(n sql.NullInt64) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}

// monthUsers adds the people of the whole months in the stretch, where most of
// the month was measured.
func monthUsers(tx *store.Tx, from, to calendar.Date, out map[inventory.SystemID]Window) error {
	first, end := monthNumber(from), monthNumber(to)
	if from.Day() > 1 {
		first++
	}
	if to.Compare(to.MonthEnd()) < 0 {
		end--
	}
	const enough = 28 * 24 * 60 * 8 / 10 // minutes of a month
	rows, err := tx.Gorm().Raw(`SELECT system_id, MAX(users) FROM usage_month
		WHERE month BETWEEN ? AND ? AND minutes >= ? AND users IS NOT NULL GROUP BY system_id`, first, end, enough).Rows()
	if err != nil {
		return fmt.Errorf("read the people of months: %w", err)
	}
	for rows.Next() {
		var id int64
		var n int64
		if err = rows.Scan(&id, &n); err != nil {
			break
		}
		if w, ok := out[inventory.SystemID(id)]; ok {
			w.MonthUsers = &n
			out[inventory.SystemID(id)] = w
		}
	}
	if err := endRows(rows, err); err != nil {
		return fmt.Errorf("read the people of months: %w", err)
	}
	return nil
}

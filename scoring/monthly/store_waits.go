package monthly

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// openMonths reads the months that somebody has something to do with, the newest
// first.
func openMonths(tx *store.Tx) ([]Month, error) {
	var out []Month
	err := tx.Gorm().Where("state IN ?", []State{Computing, Frozen, Appeal, Reviewed, Approved}).Order("month DESC, version DESC").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read the months that wait: %w", err)
	}
	return out, nil
}

// tallies counts by month what is undecided, and of it what is not about a
// department.
func tallies(tx *store.Tx, but auth.DepartmentID) (map[MonthID]tally, error) {
	var rows []tally
	err := tx.Gorm().Raw(`SELECT month_id, sum(raised) AS raised, sum(others) AS others, sum(proposed) AS proposed, sum(for_other) AS for_other FROM (
		SELECT month_id, 1 AS raised, CASE WHEN department_id = ? THEN 0 ELSE 1 END AS others, 0 AS proposed, 0 AS for_other
		FROM score_objections WHERE state = ?
		UNION ALL
		SELECT month_id, 0, 0, 1, CASE WHEN department_id = ? THEN 0 ELSE 1 END FROM score_proposals WHERE state = ?
	) x GROUP BY month_id`, but, ObjectionRaised, but, Proposed).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count what of the months is undecided: %w", err)
	}
	out := make(map[MonthID]tally, len(rows))
	for _, r := range rows {
		out[r.MonthID] = r
	}
	return out, nil
}

// firstCode is the code of one body of a month; all have the same term.
func firstCode(tx *store.Tx, id MonthID) (string, error) {
	var codes []string
	if err := tx.Gorm().Model(&inputs{}).Where("month_id = ?", id).Order("code").Limit(1).Pluck("code", &codes).Error; err != nil || len(codes) == 0 {
		if err != nil {
			return "", fmt.Errorf("find a body of month %d: %w", id, err)
		}
		return "", nil
	}
	return codes[0], nil
}

// hasSheet tells whether any of some bodies was counted in a month.
func hasSheet(tx *store.Tx, id MonthID, own []auth.DepartmentID) (bool, error) {
	var n int64
	q := tx.Gorm().Model(&inputs{}).Where("month_id = ?", id)
	if own != nil {
		q = q.Where("department_id ?", store.Among(tx, own))
	}
	if err := q.Limit(1).Count(&n).Error; err != nil {
		return false, fmt.Errorf("look for the own sheet of month %d: %w", id, err)
	}
	return n > 0, nil
}

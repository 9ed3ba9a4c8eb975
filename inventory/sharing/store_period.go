package sharing

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// dealt is a number of a department.
type dealt struct {
	Department auth.DepartmentID
	N          int64
}

func countDealings(tx *store.Tx, c dealing, only []auth.DepartmentID, from, to calendar.Date) ([]dealt, error) {
	q := tx.Gorm().Table(c.table).Select(c.who + " AS department, count(*) AS n").Group(c.who)
	if c.days {
		q = q.Where(c.when+" BETWEEN ? AND ?", from, to)
	} else {
		q = q.Where(c.when+" >= ? AND "+c.when+" < ?", from.StartsAt(), to.EndsAt())
	}
	if only != nil {
		q = q.Where(c.who+" ?", store.Among(tx, only))
	}
	var out []dealt
	if err := q.Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("count %s of %s: %w", c.when, c.table, err)
	}
	return out, nil
}

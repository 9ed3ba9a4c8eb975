package census

import (
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/survey"
)

// Found is a system that a census put onto the form of a body, which had not
// declared it (漏报).
type Found struct {
	DepartmentID auth.DepartmentID
	RowID        survey.RowID
	Name         string
	Census       string // code
	On           calendar.Date
}

// FoundBetween lists the systems that censuses found from one day to another, in
// the lists of others or on the spot. It is for those who count all bodies and
// knows no rights.
func (d *Desk) FoundBetween(tx *store.Tx, from, to calendar.Date) ([]Found, error) {
	var rows []struct {
		DepartmentID auth.DepartmentID
		RowID        survey.RowID
		Name         string
		Code         string
		At           time.Time
	}
	begin, end := from.StartsAt().UTC(), to.EndsAt().UTC()
	err := tx.Gorm().Raw(`SELECT i.department_id, i.row_id, i.name, c.code, i.decided_at AS at FROM census_items i
			JOIN census_sources s ON s.id = i.source_id JOIN campaigns c ON c.id = s.campaign_id
			WHERE i.result = 'omitted' AND i.decision = 'added' AND i.row_id IS NOT NULL AND i.decided_at >= ? AND i.decided_at < ?
		UNION ALL SELECT v.department_id, v.row_id, v.name, c.code, v.created_at AS at FROM census_visits v JOIN campaigns c ON c.id = v.campaign_id
			WHERE v.result = 'omitted' AND v.row_id IS NOT NULL AND v.withdrawn_at IS NULL AND v.created_at >= ? AND v.created_at < ?
		ORDER BY 1, 2, 5`, begin, end, begin, end).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read what censuses found from %s to %s: %w", from, to, err)
	}
	var out []Found
	seen := map[survey.RowID]bool{}
	for _, r := range rows {
		if !seen[r.RowID] {
			seen[r.RowID] = true
			out = append(out, Found{r.DepartmentID, r.RowID, r.Name, r.Code, calendar.DateOf(r.At)})
		}
	}
	return out, nil
}

package inventory

import (
	"fmt"
	"time"

	"qingce/internal/store"
)

func countSystems(tx *store.Tx, only []DepartmentID, at time.Time) (map[DepartmentID]int64, error) {
	q := tx.Gorm().Table("system_versions").Select("owner_id, count(*) AS n").
		Where("valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", at, at).Where("state NOT IN ?", []State{Draft, Merged, Retired}).Group("owner_id")
	if only != nil {
		q = q.Where("owner_id ?", store.Among(tx, only))
	}
	var rows []struct {
		OwnerID DepartmentID
		N       int64
	}
	if err := q.Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("count systems: %w", err)
	}
	out := make(map[DepartmentID]int64, len(rows))
	for _, r := range rows {
		out[r.OwnerID] = r.N
	}
	return out, nil
}

package sharing

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// handedDemands reads the demands that were handed in, the oldest first.
func handedDemands(tx *store.Tx, only []auth.DepartmentID) ([]Demand, error) {
	q := tx.Gorm().Select("id", "department_id", "wanted", "submitted_at").Where("submitted_at IS NOT NULL").Order("submitted_at, id")
	if only != nil {
		q = q.Where("department_id ?", store.Among(tx, only))
	}
	var out []Demand
	if err := q.Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the demands that were handed in: %w", err)
	}
	return out, nil
}

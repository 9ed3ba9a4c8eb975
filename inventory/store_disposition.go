package inventory

import (
	"fmt"

	"qingce/internal/store"
)

func dispositions(tx *store.Tx, only []DepartmentID) ([]Disposition, error) {
	q := tx.Gorm().Table("system_versions").Select("id, code, name, owner_id, final, state, valid_from, valid_to").
		Where("(final IN ? OR state IN ?)", []string{Clean, Merge}, []State{Merging, Merged}).Order("id, version")
	if only != nil {
		q = q.Where("owner_id ?", store.Among(tx, only))
	}
	var out []Disposition
	if err := q.Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("read dispositions: %w", err)
	}
	return out, nil
}

package cleanup

import (
	"qingce/internal/auth"
	"qingce/internal/store"
)

func confirmed(tx *store.Tx, only []auth.DepartmentID) ([]Case, error) {
	q := tx.Gorm().Where("decision = ? AND state NOT IN ?", string(Confirm), []State{Dismissed, ClosedItself, Exempt}).Order("id").
		Select("id", "no", "system_id", "department_id", "state", "decided_on", "due_on", "action", "submitted_on", "cleaned_on", "late_wd")
	if only != nil {
		q = q.Where("department_id ?", store.Among(tx, only))
	}
	var out []Case
	err := q.Find(&out).Error
	return out, err
}

package inventory

import (
	"time"

	"qingce/internal/store"
)

// CountIn counts the systems that departments, nil is all of them, had in the
// register at a moment: drafts and what had ended are not among them.
func (r *Registry) CountIn(tx *store.Tx, only []DepartmentID, at time.Time) (map[DepartmentID]int64, error) {
	return countSystems(tx, only, at)
}

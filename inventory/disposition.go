package inventory

import (
	"time"

	"qingce/internal/store"
)

// Disposition is a stretch of time in which the register had a system down for
// cleaning up or integration (方案 part 2 (4) and (5)): by the decision of the
// Office, or because its merging is under way or done.
type Disposition struct {
	ID        SystemID
	Code      string
	Name      string
	OwnerID   DepartmentID
	Final     string // Clean or Merge; empty for one that merges without a decision
	State     State
	ValidFrom time.Time
	ValidTo   *time.Time
}

// DispositionsIn lists these stretches of the systems of some departments or,
// with nil, of all, system by system, the oldest first.
func (r *Registry) DispositionsIn(tx *store.Tx, only []DepartmentID) ([]Disposition, error) {
	return dispositions(tx, only)
}

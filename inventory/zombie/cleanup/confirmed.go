package cleanup

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// ConfirmedIn lists the cases that were confirmed and not put aside since, those
// of some departments or, with nil, of all, the oldest first.
func (d *Desk) ConfirmedIn(tx *store.Tx, only []auth.DepartmentID) ([]Case, error) {
	out, err := confirmed(tx, only)
	if err != nil {
		return nil, fmt.Errorf("read the confirmed cases: %w", err)
	}
	return out, nil
}

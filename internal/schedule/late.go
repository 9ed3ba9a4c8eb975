package schedule

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// LateBody is how many open due dates of a department are over.
type LateBody struct {
	DepartmentID auth.DepartmentID
	Count        int64
	Oldest       calendar.Date // the due day that is over for longest
}

// LateBodies counts the open due dates that are over, by department, as far as
// by sees them: those with the most first, and of the same number the oldest.
func (b *Book) LateBodies(ctx context.Context, by auth.Principal) ([]LateBody, error) {
	if !by.Known() {
		return nil, auth.ErrUnauthenticated
	}
	var out []LateBody
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = b.lateBodies(tx, by.View())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count late due dates by department: %w", err)
	}
	return out, nil
}

package scoring

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// Waiting counts the reports that were filed and wait for the Office.
func (d *Reports) Waiting(ctx context.Context, by auth.Principal) (int64, error) {
	if err := by.Require(auth.Office); err != nil {
		return 0, err
	}
	return store.Reading(ctx, d.board.deps.DB, func(tx *store.Tx) (int64, error) { return countFiled(tx) })
}

// Sent is what the principal's own bodies have handed in and the Office has not
// answered.
type Sent struct {
	Reports  int64
	Evidence int64 // for tasks
}

// Sent counts it.
func (d *Reports) Sent(ctx context.Context, by auth.Principal) (Sent, error) {
	if !by.Is(Writers()...) || by.Console() {
		return Sent{}, nil
	}
	return store.Reading(ctx, d.board.deps.DB, func(tx *store.Tx) (out Sent, err error) {
		dir, err := d.board.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return out, err
		}
		return countSent(tx, append([]auth.DepartmentID{}, dir.Within(by.Own())...))
	})
}

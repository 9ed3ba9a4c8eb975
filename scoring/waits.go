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
	return reading(ctx, d.board.deps.DB, func(tx *store.Tx) (int64, error) { return countFiled(tx) })
}

package sharing

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// sweepLot is how many requests one transaction of the sweep takes.
const sweepLot = 100

// Sweep notes the silence of providers whose term has passed: the request is
// overdue, which is never consent (办法 art. 10). The provider may still answer,
// late, and the user may go to the Office. It gives the number of requests. It
// is a job: the second time it changes nothing.
func (d *Desk) Sweep(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := d.sweepLot(ctx)
		total += n
		if err != nil || n < sweepLot {
			return total, err
		}
	}
}

func (d *Desk) sweepLot(ctx context.Context) (int, error) {
	by := auth.System("sharing")
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (int, error) {
		silent, err := silentRequests(tx, today(tx), sweepLot)
		if err != nil {
			return 0, err
		}
		for _, old := range silent {
			r, at := old, tx.Now()
			r.State, r.OverdueAt = RequestOverdue, &at
			if err := updateRequest(tx, act{by: by, action: "request.overdue"}, old, &r); err != nil {
				return 0, err
			}
		}
		return len(silent), nil
	})
}

package catalog

import (
	"context"
	"fmt"

	"qingce/internal/store"
)

// Reindex builds anew what entries are found by, after rows came in by another
// way than the verbs (a backup that was put back). It gives the number of
// entries.
func (d *Desk) Reindex(ctx context.Context) (int, error) {
	n := 0
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		var err error
		n, err = d.ReindexIn(tx)
		return err
	})
	return n, err
}

// ReindexIn is Reindex inside a transaction.
func (d *Desk) ReindexIn(tx *store.Tx) (int, error) {
	if err := clearIndex(tx); err != nil {
		return 0, fmt.Errorf("clear the index of the catalog: %w", err)
	}
	n := 0
	for after := EntryID(0); ; {
		lot, err := entriesByNumber(tx, after)
		if err != nil || len(lot) == 0 {
			return n, err
		}
		err = withItems(tx, lot, func(e Entry, items []Item) error {
			n++
			after = e.ID
			return indexEntry(tx, &e, items)
		})
		if err != nil {
			return n, err
		}
	}
}

package funding

import (
	"context"
	"errors"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// mostBatch is how many items one batch takes.
const mostBatch = 500

// Batch names several items of a year: by code, or all that a list holds.
type Batch struct {
	Year  int
	Codes []string
	// List, when it is set, is the list whose items are meant instead.
	List *Query
}

// Outcome is what came of a batch. What could not be done is left out and named,
// the rest is done.
type Outcome struct {
	Done    int
	Skipped []Skipped
}

// Skipped is an item that a batch left out, and why.
type Skipped struct {
	Code string
	Why  error
}

// OpineMany agrees with what was found of several items, in the name of the Office
// or of the reform commission. Items of the own department, or that have gone
// past, are left out.
func (d *Desk) OpineMany(ctx context.Context, by auth.Principal, b Batch, as auth.Role, text string) (Outcome, error) {
	if err := by.Require(auth.Office, auth.Reform); err != nil {
		return Outcome{}, err
	}
	return d.many(ctx, by, b, func(tx *store.Tx, i *Item) (act, error) {
		if as == auth.Office && i.OfficeAt != nil || as == auth.Reform && i.ReformAt != nil {
			return act{}, i.stands()
		}
		return d.opine(tx, by, i, Opinion{As: as, Text: text})
	})
}

// DecideMany decides several items as they stand, where both opinions agree with
// that; the others are left for one by one.
func (d *Desk) DecideMany(ctx context.Context, by auth.Principal, b Batch, text string) (Outcome, error) {
	if err := by.Require(auth.Finance); err != nil {
		return Outcome{}, err
	}
	return d.many(ctx, by, b, func(tx *store.Tx, i *Item) (act, error) {
		if i.Stage != Opined {
			return act{}, i.stands()
		}
		return d.decide(tx, by, i, Decision{Text: text})
	})
}

// many takes a step with each item of a batch, in one transaction.
func (d *Desk) many(ctx context.Context, by auth.Principal, b Batch, fn func(tx *store.Tx, i *Item) (act, error)) (Outcome, error) {
	out, err := store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Outcome, error) {
		var out Outcome
		items, err := d.batch(tx, by, b)
		if err != nil {
			return out, err
		}
		for _, old := range items {
			next := old
			a, err := fn(tx, &next)
			var told *fault.Error
			switch {
			case errors.As(err, &told):
				out.Skipped = append(out.Skipped, Skipped{old.Code, err})
				continue
			case err != nil:
				return out, err
			}
			if err := updateItem(tx, a, old, &next); err != nil {
				return out, err
			}
			out.Done++
		}
		return out, nil
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("several items of %d: %w", b.Year, err)
	}
	return out, nil
}

// batch reads the items of a batch.
func (d *Desk) batch(tx *store.Tx, by auth.Principal, b Batch) ([]Item, error) {
	run, err := runOf(tx, b.Year)
	if err != nil {
		return nil, err
	}
	if b.List == nil && len(b.Codes) == 0 {
		return nil, fault.Refuse([]fault.Field{fault.At("codes", "funding.err.none_chosen")})
	}
	seen, err := d.seen(tx, by)
	if err != nil {
		return nil, err
	}
	items, err := chosenItems(tx, run.ID, seen, b, today(tx))
	if err == nil && len(items) > mostBatch {
		return nil, fault.Refuse([]fault.Field{fault.At("codes", "funding.err.many", "max", mostBatch)})
	}
	return items, err
}

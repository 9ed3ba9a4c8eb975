package similar

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// Query asks for a page of pairs; the zero value for the first page of the open
// ones, the most like ones first.
type Query struct {
	// Verdicts limits to these; none means the open ones.
	Verdicts []Verdict
	// Search is a part of the code or the name of a system that the reader sees.
	Search string
	// Owner limits to pairs with a system of the department.
	Owner inventory.DepartmentID
	// System limits to pairs of one system.
	System inventory.SystemID
	// Likely limits to pairs that are likely the same; Declared to those that
	// the register declares; Moved to those of which people went over.
	Likely, Declared, Moved bool
	// Sort is score, found or judged; score when empty, the greatest first.
	Sort      string
	Ascending bool
	// Page counts from 1; Size is at most 200, and 50 when not given.
	Page, Size int
}

// Sorts are what a list of pairs can be ordered by.
func Sorts() []string { return []string{"score", "found", "judged"} }

// Page is a page of pairs.
type Page struct {
	Rows       []Pair
	Total      int64
	Page, Size int
}

// List gives a page of the pairs of which the principal sees at least one
// system.
func (d *Desk) List(ctx context.Context, by auth.Principal, q Query) (Page, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Page{}, err
	}
	for _, v := range q.Verdicts {
		if !v.Valid() {
			return Page{}, fault.Refuse([]fault.Field{fault.At("verdict", "err.choice", "field", fault.Label("similar.verdict"))})
		}
	}
	q.Page = max(q.Page, 1)
	if q.Size < 1 || q.Size > inventory.MaxPageSize {
		q.Size = inventory.DefaultPageSize
	}
	if len(q.Verdicts) == 0 {
		q.Verdicts = []Verdict{Open}
	}
	out := Page{Page: q.Page, Size: q.Size}
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		seen, dir, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		lines, total, err := pagePairs(tx, seen, q)
		out.Total = total
		for i := range lines {
			out.Rows = append(out.Rows, lines[i].pair(reader{seen, dir, by}))
		}
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list pairs: %w", err)
	}
	return out, nil
}

// Counts tells how many pairs stand where.
type Counts struct {
	Open, Likely, Same, Partly, Different int64
}

// Count counts the pairs of which the principal sees at least one system.
func (d *Desk) Count(ctx context.Context, by auth.Principal) (Counts, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Counts{}, err
	}
	var out Counts
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		seen, _, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		out, err = countPairs(tx, seen)
		return err
	})
	if err != nil {
		return Counts{}, fmt.Errorf("count pairs: %w", err)
	}
	return out, nil
}

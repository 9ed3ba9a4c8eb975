package zombie

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory/zombie/detect"
)

// VerdictQuery asks for verdicts as they hold now. Zero members do not limit.
type VerdictQuery struct {
	// Feature and Result limit to systems with that result of that feature; a
	// result without a feature is that of any.
	Feature detect.Feature
	Result  Wanted
	// Least is the least strength; Bands limits how sure it must be.
	Least  Strength
	Bands  []Band
	Owner  auth.DepartmentID
	Search string // a part of name or code
	// Sort is strength, code, owner, since or money; strength when it is empty,
	// the strongest and surest first.
	Sort       string
	Descending bool
	// Page counts from 1; Size is at most 200, and 50 when not given.
	Page, Size int
}

// Wanted is a result that is asked for; the zero value is any.
type Wanted struct {
	Is     bool
	Result detect.Result
}

// VerdictPage is one page of verdicts.
type VerdictPage struct {
	Rows       []VerdictLine
	Total      int64
	Page, Size int
}

// VerdictLine is a verdict with the system that it is on.
type VerdictLine struct {
	Verdict
	Code, Name string
	Owner      auth.DepartmentID
	// OmAmountYear is what its upkeep costs a year, in fen; nil when not given.
	OmAmountYear *int64
}

// VerdictSorts are what verdicts can be ordered by.
func VerdictSorts() []string { return []string{"strength", "code", "owner", "since", "money"} }

// Verdicts gives one page of the verdicts that the principal may see.
func (d *Detector) Verdicts(ctx context.Context, by auth.Principal, q VerdictQuery) (VerdictPage, error) {
	if err := by.Require(Viewers()...); err != nil {
		return VerdictPage{}, err
	}
	q.complete()
	page := VerdictPage{Page: q.Page, Size: q.Size}
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		dir, err := d.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		owners := dir.Within(viewOf(by))
		if q.Owner != 0 {
			if !dir.Covers(viewOf(by), q.Owner) {
				return nil
			}
			owners = []auth.DepartmentID{q.Owner}
		}
		page.Rows, page.Total, err = listVerdicts(tx, q, owners)
		return err
	})
	if err != nil {
		return VerdictPage{}, fmt.Errorf("list verdicts: %w", err)
	}
	return page, nil
}

func (q *VerdictQuery) complete() {
	if q.Size < 1 || q.Size > 200 {
		q.Size = 50
	}
	q.Page = max(q.Page, 1)
	if verdictOrders[q.Sort] == "" {
		q.Sort, q.Descending = "strength", true
	}
}

// Sum counts the systems of a department, or of all, by what was found.
type Sum struct {
	Owner          auth.DepartmentID // 0 for all
	Systems        int
	Met, Suspected int
	Insufficient   int
	Features       [features]int // met or suspected, by feature
	OmAmountYear   int64         // of those met or suspected, in fen
}

// Sums counts the verdicts that hold now, for all that the principal may see and
// by department.
func (d *Detector) Sums(ctx context.Context, by auth.Principal) (all Sum, owners []Sum, err error) {
	if err := by.Require(Viewers()...); err != nil {
		return Sum{}, nil, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		dir, err := d.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		owners, err = sumVerdicts(tx, dir.Within(viewOf(by)))
		return err
	})
	for _, o := range owners {
		all.Systems += o.Systems
		all.Met += o.Met
		all.Suspected += o.Suspected
		all.Insufficient += o.Insufficient
		all.OmAmountYear += o.OmAmountYear
		for i := range o.Features {
			all.Features[i] += o.Features[i]
		}
	}
	return all, owners, err
}

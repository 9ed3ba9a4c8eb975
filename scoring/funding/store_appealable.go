package funding

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/scoring/eligibility"
)

// Open is an item that its department may do something about.
type Open struct {
	Item
	Year int
}

// Address is the page of the item.
func (o *Open) Address() string { return address(o.Year, o.Code) }

// Appealable lists the items of the principal's own departments whose money is at
// stake and against whose opinion an appeal may still be made, the earliest last
// day first.
func (d *Desk) Appealable(ctx context.Context, by auth.Principal) ([]Open, error) {
	if !by.Is(Heads()...) {
		return nil, nil
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Open, error) {
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return nil, err
		}
		return appealable(tx, append([]auth.DepartmentID{}, dir.Within(by.Own())...), today(tx))
	})
}

func appealable(tx *store.Tx, own []auth.DepartmentID, day calendar.Date) ([]Open, error) {
	var out []Open
	var results []eligibility.Result
	for _, g := range Staked() {
		results = append(results, g.Results()...)
	}
	err := tx.Gorm().Table("funding_items i").Select("i.*, r.year").Joins("JOIN funding_runs r ON r.id = i.run_id").
		Where("r.replaced_at IS NULL AND r.year >= ? AND i.department_id ?", FirstYear, store.Among(tx, own)).
		Where("i.office_at IS NOT NULL AND i.appeal_until >= ? AND i.plea = ''", day).
		Where("i.result IN ?", results).
		Order("i.appeal_until, i.code").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read what may be appealed against: %w", err)
	}
	return out, nil
}

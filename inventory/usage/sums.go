package usage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
)

// Count is how many systems there are, how many of them were measured for long
// enough, and how many of those were used.
type Count struct{ Systems, Measured, Used int }

// OwnerCount is the count of a department.
type OwnerCount struct {
	Owner auth.DepartmentID
	Count
}

// Sums count the systems of the last ComparedDays days, those with the most
// systems first.
type Sums struct {
	From, To calendar.Date
	All      Count
	Owners   []OwnerCount
}

// Sums counts the systems that the principal sees. The leading group sees all
// of them, as numbers.
func (l *Ledger) Sums(ctx context.Context, by auth.Principal) (Sums, error) {
	if err := by.Require(FactViewers()...); err != nil {
		return Sums{}, err
	}
	var out Sums
	recent, err := l.recent(ctx)
	if err != nil {
		return Sums{}, fmt.Errorf("read the facts to sum up: %w", err)
	}
	out.From, out.To = recent.from, recent.to
	counts := map[auth.DepartmentID]Count{}
	err = l.registry.EachSystem(ctx, by, inventory.Query{Columns: []string{"code"}}, func(_ int64, s inventory.System) error {
		w := recent.facts[s.ID]
		c := counts[s.OwnerID]
		c.add(w, recent.policy.Coverage)
		counts[s.OwnerID] = c
		out.All.add(w, recent.policy.Coverage)
		return nil
	})
	for owner, c := range counts {
		out.Owners = append(out.Owners, OwnerCount{owner, c})
	}
	slices.SortFunc(out.Owners, func(a, b OwnerCount) int {
		return cmp.Or(cmp.Compare(b.Systems, a.Systems), cmp.Compare(a.Owner, b.Owner))
	})
	return out, err
}

func (c *Count) add(w Window, coverage int) {
	c.Systems++
	if w.Covered*100 < coverage*ComparedDays {
		return
	}
	c.Measured++
	if w.Used > 0 {
		c.Used++
	}
}

package main

import (
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/monthly/monthlyweb"
)

// mountScorecards adds the pages and the API of the scorecards.
func (r *rooms) mountScorecards(s *web.Server) {
	deps := monthlyweb.Deps{Months: r.months, Registry: r.registry, Catalog: r.catalog, Money: r.moneyOf, Unused: r.unusedSystems}
	monthlyweb.Mount(s, deps)
	monthlyweb.MountAPI(s, deps)
}

// moneyOf is what systems of a body cost to run in a year.
func (r *rooms) moneyOf(ctx context.Context, body auth.DepartmentID, codes []string) (map[string]int64, error) {
	out := map[string]int64{}
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		all, err := r.registry.SystemsOfIn(tx, []auth.DepartmentID{body})
		for i := range all {
			if s := &all[i]; s.OmAmountYear != nil && slices.Contains(codes, s.Code) {
				out[s.Code] = *s.OmAmountYear
			}
		}
		return err
	})
	return out, err
}

// unusedSystems is how the clean-up stands, for those who may see its cases.
func (r *rooms) unusedSystems(ctx context.Context, by auth.Principal) (monthlyweb.Unused, bool, error) {
	if !by.Is(cleanup.Viewers()...) {
		return monthlyweb.Unused{}, false, nil
	}
	t, err := r.cases.Totals(ctx, by)
	return monthlyweb.Unused{Found: t.All.Before, Cleaned: t.All.Cleaned, Saved: t.All.Released.OmSaved}, err == nil, err
}

package main

import (
	"context"
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/funding"
	"qingce/scoring/monthly"
	"qingce/scoring/monthly/monthlyweb"
)

// mountScorecards adds the pages and the API of the scorecards.
func (r *rooms) mountScorecards(s *web.Server) {
	deps := monthlyweb.Deps{Months: r.months, Registry: r.registry, Catalog: r.catalog, Money: r.moneyOf, Withheld: r.withheld, Unused: r.unusedSystems}
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

// withheld is the money of a body that is not given for sure in the budget that a
// month is about; false while nothing was found for that budget.
func (r *rooms) withheld(ctx context.Context, by auth.Principal, body auth.DepartmentID, month monthly.Period) (out monthlyweb.Withheld, found bool, err error) {
	if !by.Is(funding.Viewers()...) {
		return out, false, nil
	}
	out.Year = budgetOf(month)
	out.Path = "/funding/" + strconv.Itoa(out.Year)
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out.Money, found, err = r.funding.Withheld(tx, out.Year, body)
		return err
	})
	return out, found, err
}

// budgetOf is the fiscal year whose money a month bears on: from October on, when
// budgets are made, the next one.
func budgetOf(month monthly.Period) int {
	last := month.Last()
	if last.Month() >= time.October {
		return last.Year() + 1
	}
	return last.Year()
}

// unusedSystems is how the clean-up stood at the end of a day, for those who may
// see its cases.
func (r *rooms) unusedSystems(ctx context.Context, by auth.Principal, day calendar.Date) (monthlyweb.Unused, bool, error) {
	if !by.Is(cleanup.Viewers()...) {
		return monthlyweb.Unused{}, false, nil
	}
	s, err := r.cases.SumsAt(ctx, by, day)
	return monthlyweb.Unused{Found: s.Found, Cleaned: s.Cleaned, Saved: s.Saved}, err == nil, err
}

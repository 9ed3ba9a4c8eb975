package scoring

import (
	"qingce/internal/auth"
	"qingce/inventory/catalog"
)

// catalogued tells by the whole catalogs of departments (方案 part 2 (3)): handed
// in, and accepted or waiting to be.
func (v *view) catalogued() (fact, error) {
	filings, err := v.board.deps.Catalog.FilingsIn(v.tx, v.departments)
	if err != nil {
		return nil, err
	}
	by := map[auth.DepartmentID]standing{}
	for _, f := range filings {
		d, _ := v.dir.Find(f.DepartmentID)
		s := standing{Proof: []Ref{{Kind: "catalog", ID: d.Code, Title: d.Name, Path: "/catalog?owner=" + d.Code}}}
		switch f.State {
		case catalog.FilingSubmitted, catalog.FilingAccepted:
			on := f.CountsOn
			if on.IsZero() { // handed in before the day was kept
				on = f.AcceptedOn
			}
			s.On, s.Waiting = v.byDay(on), f.State == catalog.FilingSubmitted
		}
		by[f.DepartmentID] = s
	}
	return of(by), nil
}

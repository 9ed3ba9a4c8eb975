package catalog

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// Waits is what waits in the catalog for somebody's step.
type Waits struct {
	Entries int64 // to be handed in, mended, endorsed or published
	// Filings are catalogs to hand in, or to accept for the Office; Changes what a
	// law or a new duty demands. LateFilings and LateChanges are those of them
	// whose due day is over.
	Filings, LateFilings int64
	Changes, LateChanges int64
	// Change is the one to answer first; 0 when there is none.
	Change ChangeID
}

// Waits counts what waits for a step of the principal; who may not read the
// catalog has nothing.
func (d *Desk) Waits(ctx context.Context, by auth.Principal) (Waits, error) {
	var out Waits
	if !by.Is(viewers...) {
		return out, nil
	}
	page, err := d.List(ctx, by, Query{Scope: Waiting, Size: 1})
	if err != nil {
		return out, err
	}
	out.Entries = page.Total
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		return out.count(tx, by, s)
	})
	if err != nil {
		return out, fmt.Errorf("count what waits in the catalog: %w", err)
	}
	return out, nil
}

func (w *Waits) count(tx *store.Tx, by auth.Principal, s sight) error {
	var err error
	if by.Is(auth.Office) {
		w.Filings, w.LateFilings, err = countFilings(tx, nil, FilingSubmitted)
		return err
	}
	if s.all || !by.Is(auth.Clerk, auth.Head, auth.Region) {
		return nil
	}
	if w.Filings, w.LateFilings, err = countFilings(tx, s.own, FilingAsked, FilingReturned); err != nil {
		return err
	}
	return w.countChanges(tx, s.own)
}

package sharing

import (
	"context"
	"fmt"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory/catalog"
	"qingce/inventory/similar/text"
)

// Suggestion is an entry that may hold what a demand asks for. It is a hint and
// no verdict: a reviewer decides.
type Suggestion struct {
	Code, Name string
	Provider   auth.DepartmentID
	ShareType  catalog.ShareType
	// Score is how alike the texts are, 0 to 1; Likely that they mean the same.
	Score  float64
	Likely bool
}

// mostSuggested is how many entries are offered for a demand, leastAlike how
// alike they have to be, and mostIndexed how many entries are compared at all: a
// name takes about 300 bytes of memory.
const (
	mostSuggested = 8
	leastAlike    = 0.12
	mostIndexed   = 200_000
)

// names is what this node knows of the catalog: the names of the entries in
// force, brought up to date before each comparison.
type names struct {
	mu    sync.Mutex
	index *text.Index
	upTo  time.Time
}

// Suggest offers the entries that are most alike what a demand asks for.
func (d *Desk) Suggest(ctx context.Context, by auth.Principal, n Demand) ([]Suggestion, error) {
	if err := by.Require(DemandViewers()...); err != nil {
		return nil, err
	}
	return reading(ctx, d, func(tx *store.Tx) ([]Suggestion, error) {
		found, err := d.alike(tx, n.Wanted+" "+n.Items)
		if err != nil {
			return nil, err
		}
		var out []Suggestion
		for _, m := range found {
			e, err := d.deps.Catalog.EntryIn(tx, catalog.EntryID(m.Key))
			if isAbsent(err) || err == nil && (!e.Published() || e.ProviderID == n.DepartmentID) {
				continue
			}
			if err != nil {
				return nil, err
			}
			out = append(out, Suggestion{e.Code, e.Name, e.ProviderID, e.ShareType, m.Score, m.Score >= text.Likely})
		}
		return out, nil
	})
}

// alike compares words with the names of the catalog.
func (d *Desk) alike(tx *store.Tx, words string) ([]text.Match, error) {
	d.names.mu.Lock()
	defer d.names.mu.Unlock()
	if d.names.index == nil {
		d.names.index = text.New()
	}
	changed, err := namesSince(tx, d.names.upTo, mostIndexed)
	if err != nil {
		return nil, fmt.Errorf("compare with the catalog: %w", err)
	}
	for _, e := range changed {
		d.names.index.Remove(text.Key(e.ID))
		if e.Life == catalog.LifePublished {
			d.names.index.Add(text.Key(e.ID), e.Name)
		}
		if e.UpdatedAt.After(d.names.upTo) {
			d.names.upTo = e.UpdatedAt
		}
	}
	return d.names.index.Similar(words, mostSuggested, leastAlike), nil
}

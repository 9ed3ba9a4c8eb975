package sharing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
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
	// Items are those of the demand that the entry has.
	Items []string
}

// mostSuggested is how many entries are offered for a demand, leastAlike how
// alike they have to be; mostLooked is how many are looked at for that by each of
// the two ways, from leastLooked on.
const (
	mostSuggested = 8
	leastAlike    = 0.12
	mostLooked    = 40
	leastLooked   = 0.05
)

// mostIndexed is how many entries are compared at all, and mostAbstracts up to
// how many their abstracts are as well: a name takes about 300 bytes of memory,
// an abstract a kilobyte.
const (
	mostIndexed   = 200_000
	mostAbstracts = 20_000
	mostAbstract  = 200 // letters of each
)

// names is what this node knows of the catalog: the names and abstracts of the
// entries in force, brought up to date before each comparison.
type names struct {
	mu    sync.Mutex
	index *text.Index
	brief bool // without abstracts
	upTo  time.Time
}

// Suggest offers the entries that are most alike what a demand asks for, by their
// names, their abstracts and the items that they have.
func (d *Desk) Suggest(ctx context.Context, by auth.Principal, n Demand) ([]Suggestion, error) {
	if err := by.Require(DemandViewers()...); err != nil {
		return nil, err
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Suggestion, error) {
		index, err := d.upToDate(tx)
		if err != nil {
			return nil, err
		}
		wanted := itemsOf(n.Items)
		found, err := candidates(tx, index, &n, wanted)
		if err != nil {
			return nil, err
		}
		out := []Suggestion{}
		for _, c := range found {
			if s := c.judged(index, &n, wanted); s.Score >= leastAlike && c.ProviderID != n.DepartmentID {
				out = append(out, s)
			}
		}
		slices.SortFunc(out, func(a, b Suggestion) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Code, b.Code))
		})
		return out[:min(len(out), mostSuggested)], nil
	})
}

// itemsOf are the items that a department has listed, with any sign between.
func itemsOf(list string) []string {
	return cleanItems(strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune("、，,；;。/|\n\t ", r) }))
}

// candidates are the entries that are worth a closer look: by their texts, and by
// the items that they have.
func candidates(tx *store.Tx, index *text.Index, n *Demand, wanted []string) ([]candidate, error) {
	var ids []catalog.EntryID
	for _, m := range index.Similar(n.Wanted+" "+n.Items, mostLooked, leastLooked) {
		ids = append(ids, catalog.EntryID(m.Key))
	}
	holding, err := entriesWith(tx, wanted, mostLooked)
	if err != nil {
		return nil, err
	}
	ids = append(ids, holding...)
	slices.Sort(ids)
	return readCandidates(tx, slices.Compact(ids))
}

// judged says how alike an entry is: by its name, by all of its words, or by its
// name together with the share of the wanted items that it has.
func (c *candidate) judged(index *text.Index, n *Demand, wanted []string) Suggestion {
	out := Suggestion{Code: c.Code, Name: c.Name, Provider: c.ProviderID, ShareType: c.ShareType}
	name := index.Score(n.Wanted, c.Name)
	whole := index.Score(n.Wanted+" "+n.Items, c.Name+" "+firstLetters(c.Abstract)+" "+strings.Join(c.items, " "))
	out.Score = max(name, whole)
	for _, item := range wanted {
		if slices.ContainsFunc(c.items, func(has string) bool { return catalog.SameItem(has, item) }) {
			out.Items = append(out.Items, item)
		}
	}
	if len(wanted) > 0 {
		out.Score = max(out.Score, (name+float64(len(out.Items))/float64(len(wanted)))/2)
	}
	out.Likely = out.Score >= text.Likely
	return out
}

func firstLetters(s string) string {
	if r := []rune(s); len(r) > mostAbstract {
		return string(r[:mostAbstract])
	}
	return s
}

// upToDate is the index of the catalog as it is now.
func (d *Desk) upToDate(tx *store.Tx) (*text.Index, error) {
	d.names.mu.Lock()
	defer d.names.mu.Unlock()
	changed, err := namesSince(tx, d.names.upTo, mostIndexed)
	if err != nil {
		return nil, fmt.Errorf("compare with the catalog: %w", err)
	}
	if d.names.index == nil {
		d.names.index, d.names.brief = text.New(), len(changed) > mostAbstracts
	}
	for _, e := range changed {
		d.names.index.Remove(text.Key(e.ID))
		if e.Life == catalog.LifePublished {
			said := e.Name
			if !d.names.brief {
				said += " " + firstLetters(e.Abstract)
			}
			d.names.index.Add(text.Key(e.ID), said)
		}
		if e.UpdatedAt.After(d.names.upTo) {
			d.names.upTo = e.UpdatedAt
		}
	}
	return d.names.index, nil
}

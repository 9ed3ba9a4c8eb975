package catalog

import (
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/runs"
	"qingce/internal/store"
	"qingce/inventory"
)

// Page limits of lists.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
	// MostHits bounds what a search looks at: whoever finds more should say
	// more. A page says so by Page.More.
	MostHits = 2000
)

// Scope is which part of the catalog is asked for.
type Scope string

// The scopes.
const (
	City    Scope = "city"    // what is published
	Own     Scope = "own"     // of the own department or region, in all states; all for those who see all
	Waiting Scope = "waiting" // what waits for the reader's own act
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{City, Own, Waiting} }

// Valid tells whether s is a known scope.
func (s Scope) Valid() bool { return slices.Contains(Scopes(), s) }

// Query asks for a page of the catalog. What is zero does not narrow; the zero
// value is the first page of the city's catalog by code.
type Query struct {
	Search    string // in name, code, abstract and names of items; all words
	Scope     Scope
	Providers []DepartmentID
	Owners    []DepartmentID
	Class     string // this class and all below it
	Library   Library
	Share     []ShareType
	States    []State
	Mounted   *bool
	// Stale asks for what is (or is not) too old on the day of the reading.
	Stale  *bool
	System inventory.SystemID

	Sort       string // one of Sorts; empty is by code, or the best hit first
	Descending bool
	Page       int // from 1
	Size       int
}

// Sorts are what a list can be ordered by.
func Sorts() []string {
	return []string{"code", "name", "published_at", "last_update_on", "stale_on", "updated_at"}
}

// Page is a page of a list.
type Page struct {
	Rows  []Entry
	Total int64
	// More tells that a search found more than MostHits; Total is MostHits then.
	More bool
	Page int
	Size int
	// Today is the day by which freshness was judged.
	Today calendar.Date
}

// List gives a page of what by may see.
func (d *Desk) List(ctx context.Context, by auth.Principal, q Query) (Page, error) {
	if q.Sort != "" && !slices.Contains(Sorts(), q.Sort) {
		return Page{}, fault.New(fault.Invalid, "catalog.err.sort", "field", q.Sort)
	}
	q.Page, q.Size = max(q.Page, 1), min(max(q.Size, 0), MaxPageSize)
	if q.Size == 0 {
		q.Size = DefaultPageSize
	}
	out := Page{Page: q.Page, Size: q.Size}
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		out.Today = today(tx)
		if len(runs.Words(q.Search)) > 0 {
			return searchPage(tx, by, s, q, &out)
		}
		return listPage(tx, by, s, q, &out)
	})
	return out, err
}

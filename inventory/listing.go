package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/recall"
	"qingce/internal/store"
)

// Page limits of lists.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
)

// Query asks for a page of a list. Conditions and Sort name fields of the
// catalog; the zero value asks for the first page of everything by code.
type Query struct {
	Search     string
	Conditions []store.Condition
	Sort       string // key of a field; empty is the code
	Descending bool
	Page       int // from 1
	Size       int
	// Columns are the keys of the fields that are wanted; none means all. Code,
	// name, state, owner and version are always there.
	Columns []string
	// AsOf asks for the list as the register knew it; zero is now.
	AsOf time.Time
}

// SystemPage is a page of a list with the number of all its rows.
type SystemPage struct {
	Rows  []System
	Total int64
	Page  int
	Size  int
}

// ListSystems returns a page of the systems that the principal sees.
func (r *Registry) ListSystems(ctx context.Context, by auth.Principal, q Query) (SystemPage, error) {
	q.Page, q.Size = max(q.Page, 1), min(max(q.Size, 0), MaxPageSize)
	if q.Size == 0 {
		q.Size = DefaultPageSize
	}
	out := SystemPage{Page: q.Page, Size: q.Size}
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		page, err := r.pageIDs(tx, by, q)
		if err != nil {
			return err
		}
		out.Total = page.total
		out.Rows, err = systemsByID(tx, page.ids, q.AsOf, q.Columns)
		return err
	})
	return out, err
}

// exportLot is how many rows an export reads at a time.
const exportLot = 500

// EachSystem calls fn for every system of a list in its order, all read from
// one state of the register.
func (r *Registry) EachSystem(ctx context.Context, by auth.Principal, q Query, fn func(total int64, s System) error) error {
	return r.db.Read(ctx, func(tx *store.Tx) error {
		ids, err := r.listIDs(tx, by, q)
		if err != nil {
			return err
		}
		for lot := range slices.Chunk(ids, exportLot) {
			rows, err := systemsByID(tx, lot, q.AsOf, q.Columns)
			if err != nil {
				return err
			}
			for _, s := range rows {
				if err := fn(int64(len(ids)), s); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// pageOfIDs is the ids of a page in order, and how many the list has.
type pageOfIDs struct {
	ids   []SystemID
	total int64
}

// rememberedPages is how many pages and numbers of the whole register are kept;
// a page is at most MaxPageSize ids of 8 bytes.
const rememberedPages = 256

// pageIDs works out a page. The whole register by its code stands in an index,
// where the database counts it and finds a page of it faster than it gives out
// all ids.
func (r *Registry) pageIDs(tx *store.Tx, by auth.Principal, q Query) (pageOfIDs, error) {
	seen, err := r.visible(tx, by)
	if err != nil {
		return pageOfIDs{}, err
	}
	if seen == nil && q.isWhole() {
		return r.wholePage(tx, q)
	}
	ids, err := r.listIDs(tx, by, q)
	from := min((q.Page-1)*q.Size, len(ids))
	return pageOfIDs{ids[from:min(from+q.Size, len(ids))], int64(len(ids))}, err
}

// isWhole tells whether the query asks for the whole register, by its code.
func (q Query) isWhole() bool {
	return q.Search == "" && len(q.Conditions) == 0 && (q.Sort == "" || q.Sort == "code") && q.AsOf.IsZero()
}

func (r *Registry) wholePage(tx *store.Tx, q Query) (pageOfIDs, error) {
	systems, _, err := revisions(tx)
	if err != nil {
		return pageOfIDs{}, err
	}
	all, err := r.pages.Get(fmt.Sprint(systems), func() (pageOfIDs, error) { return countAll(tx) })
	if err != nil {
		return pageOfIDs{}, err
	}
	page, err := r.pages.Get(fmt.Sprint(systems, q.Page, q.Size, q.Descending), func() (pageOfIDs, error) { return selectPage(tx, q) })
	return pageOfIDs{page.ids, all.total}, err
}

// listIDs works out the ids of a list in order, or takes them from an earlier
// call when the register has not changed since.
func (r *Registry) listIDs(tx *store.Tx, by auth.Principal, q Query) ([]SystemID, error) {
	if q.Sort != "" {
		if _, ok := SystemFields.Find(q.Sort); !ok {
			return nil, fault.New(fault.Invalid, "inventory.err.sort", "field", q.Sort)
		}
	}
	seen, err := r.visible(tx, by)
	if err != nil {
		return nil, err
	}
	systems, departments, err := revisions(tx)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s %q %t", q.rows(seen, systems, departments), q.Sort, q.Descending)
	return r.listings.Get(key, func() ([]SystemID, error) { return selectIDs(tx, seen, q) })
}

// rows says which systems a query means to somebody who sees the departments,
// at a revision of the register. It tells nil (all departments) from none.
func (q Query) rows(seen []DepartmentID, systems, departments int64) string {
	return fmt.Sprintf("%#v %q %#v %d %d %d", seen, q.Search, q.Conditions, q.AsOf.UnixMicro(), systems, departments)
}

// greatestListings bounds what is remembered of lists, in ids (8 bytes each).
const greatestListings = 1 << 20

// newListings remembers the ids of the last lists. A list is a few hundred
// kilobytes for a whole city and spares counting and sorting it for every
// page; the revision in the key makes an old one unreachable at once.
func newListings() *recall.Answers[[]SystemID] {
	return recall.Weighed(greatestListings, func(ids []SystemID) int { return len(ids) + 64 }) // the key has a size too
}

// sortable turns the key of a field into what a list is ordered by; what is
// not given comes last on every engine.
func sortable(key string, descending bool, engine store.Engine) string {
	direction := " ASC"
	if descending {
		direction = " DESC"
	}
	f, ok := SystemFields.Find(key)
	if !ok || key == "code" {
		return collated("code", engine) + direction
	}
	column := f.Column()
	switch {
	case f.Key == "owner_id":
		return fmt.Sprintf("(SELECT d.code FROM departments d WHERE d.id = owner_id)%s, %s", direction, collated("code", engine))
	case isNumeric(f.Kind):
		return fmt.Sprintf("(%s IS NULL), %s%s, %s", column, column, direction, collated("code", engine))
	}
	return fmt.Sprintf("(%s = ''), %s%s, %s", column, collated(column, engine), direction, collated("code", engine))
}

// collated orders text by code point, which every engine can do alike.
func collated(column string, engine store.Engine) string {
	if engine == store.Postgres {
		return column + ` COLLATE "C"`
	}
	return strings.TrimSpace(column)
}

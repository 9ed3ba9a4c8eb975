package catalog

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// narrowed adds what a query asks for to one over entries.
func narrowed(g *gorm.DB, by auth.Principal, s sight, q Query, day calendar.Date) *gorm.DB {
	g = scoped(g, by, s, q.Scope)
	if len(q.Providers) > 0 {
		g = g.Where("provider_id IN ?", q.Providers)
	}
	if len(q.Owners) > 0 {
		g = g.Where("owner_id IN ?", q.Owners)
	}
	if q.Class != "" {
		g = g.Where(`class_code LIKE ? ESCAPE '\'`, store.EscapeLike(q.Class)+"%")
	}
	if q.Library != "" {
		g = g.Where("library = ?", q.Library)
	}
	if len(q.Share) > 0 {
		g = g.Where("share_type IN ?", q.Share)
	}
	if len(q.States) > 0 {
		g = g.Where(inStates(q.States))
	}
	if q.System != 0 {
		g = g.Where("system_id = ?", q.System)
	}
	return byFreshness(g, q, day)
}

func byFreshness(g *gorm.DB, q Query, day calendar.Date) *gorm.DB {
	if q.Mounted != nil {
		g = g.Where(map[bool]string{true: "mount_kind <> ''", false: "mount_kind = ''"}[*q.Mounted])
	}
	if q.Stale != nil {
		stale := "(stale_on IS NOT NULL AND stale_on <= ?)"
		if !*q.Stale {
			stale = "(mount_kind <> '' AND (stale_on IS NULL OR stale_on > ?))"
		}
		g = g.Where(stale, day)
	}
	return g
}

// scoped limits a query to a part of the catalog.
func scoped(g *gorm.DB, by auth.Principal, s sight, scope Scope) *gorm.DB {
	switch scope {
	case Own:
		if s.all {
			return g
		}
		return g.Where("owner_id IN ?", append([]DepartmentID{0}, s.own...))
	case Waiting:
		where, args := waitingFor(by, s)
		return g.Where(where, args...)
	}
	return g.Where("life = ?", LifePublished)
}

// waitingFor is the condition of what the principal has to act on.
func waitingFor(by auth.Principal, s sight) (string, []any) {
	parts, args := []string{"1 = 0"}, []any{}
	if len(s.own) > 0 {
		parts = append(parts, "(owner_id IN ? AND step IN ('draft', 'returned'))")
		args = append(args, s.own)
	}
	if by.Is(auth.Region) && !by.Console() {
		parts = append(parts, "(region_id = ? AND step = 'region')")
		args = append(args, by.DepartmentID)
	}
	if by.Is(reviewers...) {
		parts = append(parts, "step = 'review'")
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// inStates is the condition of entries that are in one of the states.
func inStates(states []State) string {
	words := map[State]string{
		Drafting:  "(life = 'new' AND step IN ('', 'draft'))",
		InReview:  "(life = 'new' AND step IN ('region', 'review'))",
		Returned:  "(life = 'new' AND step = 'returned')",
		Published: "(life = 'published' AND step = '')",
		Changing:  "(life = 'published' AND step <> '')",
		Withdrawn: "life = 'withdrawn'",
	}
	parts := []string{"1 = 0"}
	for _, s := range states {
		if w := words[s]; w != "" {
			parts = append(parts, w)
		}
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// ordered gives the order of a list; code decides between equals.
func ordered(tx *store.Tx, q Query) string {
	direction := " ASC"
	if q.Descending {
		direction = " DESC"
	}
	collate := ""
	if tx.Engine() == store.Postgres {
		collate = ` COLLATE "C"`
	}
	switch q.Sort {
	case "", "code":
		return "code" + collate + direction
	case "name":
		return "name" + collate + direction + ", code" + collate
	}
	return fmt.Sprintf("(%s IS NULL), %s%s, code%s", q.Sort, q.Sort, direction, collate)
}

// listPage reads a page without a search.
func listPage(tx *store.Tx, by auth.Principal, s sight, q Query, out *Page) error {
	g := func() *gorm.DB { return narrowed(tx.Gorm().Table(Entry{}.TableName()), by, s, q, out.Today) }
	if err := g().Count(&out.Total).Error; err != nil {
		return fmt.Errorf("count entries: %w", err)
	}
	var ids []EntryID
	err := g().Order(ordered(tx, q)).Limit(q.Size).Offset((q.Page-1)*q.Size).Pluck("id", &ids).Error
	if err != nil {
		return fmt.Errorf("list entries: %w", err)
	}
	out.Rows, err = inOrder(tx, ids)
	return err
}

// inOrder reads entries in the order of their ids.
func inOrder(tx *store.Tx, ids []EntryID) ([]Entry, error) {
	byID, err := entriesByID(tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(ids))
	for _, id := range ids {
		out = append(out, byID[id])
	}
	return out, nil
}

package inventory

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"qingce/internal/field"
	"qingce/internal/store"
)

func isNumeric(k field.Kind) bool {
	switch k {
	case field.Date, field.Count, field.Money, field.Bool, field.Ref:
		return true
	}
	return false
}

// selectIDs works out a list: which systems, in which order.
func selectIDs(tx *store.Tx, seen []DepartmentID, q Query) ([]SystemID, error) {
	g := tx.Gorm().Table(System{}.TableName())
	if !q.AsOf.IsZero() {
		g = asOf(tx.Gorm().Table(SystemVersion{}.TableName()), q.AsOf)
	}
	g = store.Where(within(g, "owner_id", seen), q.Conditions)
	if q.AsOf.IsZero() {
		g = searching(tx, g, q.Search)
	} else {
		g = searchingVersions(g, q.Search)
	}
	var ids []SystemID
	if err := g.Order(sortable(q.Sort, q.Descending, tx.Engine())).Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("list systems: %w", err)
	}
	return ids, nil
}

// asOf limits a query over versions to those that were true at an instant.
func asOf(q *gorm.DB, at time.Time) *gorm.DB {
	return q.Where("valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", at.UTC(), at.UTC())
}

// searchingVersions looks through past states, which no index holds.
func searchingVersions(q *gorm.DB, typed string) *gorm.DB {
	for _, word := range searchWords(typed) {
		q = q.Where(`lower(code || ' ' || name || ' ' || short_name || ' ' || function_desc) LIKE ? ESCAPE '\'`,
			"%"+store.EscapeLike(word)+"%")
	}
	return q
}

// systemsByID reads systems in the order of ids.
func systemsByID(tx *store.Tx, ids []SystemID, at time.Time) ([]System, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []System
	g := tx.Gorm().Table(System{}.TableName())
	if !at.IsZero() {
		g = asOf(tx.Gorm().Table(SystemVersion{}.TableName()), at)
	}
	if err := g.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read systems: %w", err)
	}
	place := make(map[SystemID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	out := make([]System, len(ids))
	for _, s := range rows {
		out[place[s.ID]] = s
	}
	return out, nil
}

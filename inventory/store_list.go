package inventory

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"qingce/internal/field"
	"qingce/internal/runs"
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
	list := matching(tx, seen, q).Select("id").Order(sortable(q.Sort, q.Descending, tx.Engine()))
	return readIDs(tx, list.Limit(math.MaxInt32)) // a limit keeps the inner order on SQLite
}

// countAll counts the whole register.
func countAll(tx *store.Tx) (pageOfIDs, error) {
	var out pageOfIDs
	if err := tx.Gorm().Table(System{}.TableName()).Count(&out.total).Error; err != nil {
		return pageOfIDs{}, fmt.Errorf("count systems: %w", err)
	}
	return out, nil
}

// selectPage finds a page of the whole register by its code.
func selectPage(tx *store.Tx, q Query) (pageOfIDs, error) {
	ids, err := readIDs(tx, tx.Gorm().Table(System{}.TableName()).Select("id").
		Order(sortable(q.Sort, q.Descending, tx.Engine())).Limit(q.Size).Offset((q.Page-1)*q.Size))
	return pageOfIDs{ids: ids}, err
}

// matching is a query over the systems of a list.
func matching(tx *store.Tx, seen []DepartmentID, q Query) *gorm.DB {
	g := store.Where(within(tableAt(tx, q.AsOf), "owner_id", seen), q.Conditions)
	if q.AsOf.IsZero() {
		return searching(tx, g, q.Search)
	}
	return searchingVersions(g, q.Search)
}

// readIDs reads the ids of a query in its order as one text: to fetch 50 000
// rows one by one costs several times what the database needs to find them.
func readIDs(tx *store.Tx, list *gorm.DB) ([]SystemID, error) {
	q := "SELECT coalesce(group_concat(id), '') FROM (?)"
	if tx.Engine() == store.Postgres {
		q = "SELECT array_to_string(ARRAY(?), ',')"
	}
	var text string
	if err := tx.Gorm().Raw(q, list).Row().Scan(&text); err != nil {
		return nil, fmt.Errorf("list systems: %w", err)
	}
	ids := make([]SystemID, 0, strings.Count(text, ",")+1)
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			break // an empty list
		}
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("list systems: %w", err)
		}
		ids = append(ids, SystemID(id))
	}
	return ids, nil
}

// asOf limits a query over versions to those that were true at an instant.
func asOf(q *gorm.DB, at time.Time) *gorm.DB {
	return q.Where("valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", at.UTC(), at.UTC())
}

// searchingVersions looks through past states, which no index holds.
func searchingVersions(q *gorm.DB, typed string) *gorm.DB {
	for _, word := range runs.Words(typed) {
		q = q.Where(`lower(code || ' ' || name || ' ' || short_name || ' ' || function_desc) LIKE ? ESCAPE '\'`,
			"%"+store.EscapeLike(word)+"%")
	}
	return q
}

// always are the columns that every page of a list needs.
var always = []string{"id", "code", "name", "state", "owner_id", "classified", "version"}

// systemsByID reads systems in the order of ids; of their columns only those
// that are named, all when none is.
func systemsByID(tx *store.Tx, ids []SystemID, at time.Time, columns []string) ([]System, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	place := make(map[SystemID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	out := make([]System, len(ids))
	err := eachSystem(tx, tableAt(tx, at).Where("id ?", store.Among(tx, ids)), columns, func(s *System) { out[place[s.ID]] = *s })
	if err != nil {
		return nil, fmt.Errorf("read systems: %w", err)
	}
	return out, nil
}

// tableAt is the table of the present, or of what was true at an instant.
func tableAt(tx *store.Tx, at time.Time) *gorm.DB {
	if at.IsZero() {
		return tx.Gorm().Table(System{}.TableName())
	}
	return asOf(tx.Gorm().Table(SystemVersion{}.TableName()), at)
}

// eachSystem reads the rows of a query one by one: of their columns only those
// that are named, all when none is. fn copies what it keeps.
func eachSystem(tx *store.Tx, q *gorm.DB, columns []string, fn func(*System)) error {
	if len(columns) > 0 {
		return store.Each(tx.Context(), q, append(slices.Clone(always), knownColumns(columns)...), fn)
	}
	all, err := store.ColumnNames(System{})
	if err != nil {
		return err
	}
	return store.Each(tx.Context(), q, all, fn)
}

// knownColumns keeps what names a field and is not read anyway.
func knownColumns(keys []string) []string {
	var out []string
	for _, key := range keys {
		if f, ok := SystemFields.Find(key); ok && !slices.Contains(always, key) && !slices.Contains(out, f.Column()) {
			out = append(out, f.Column())
		}
	}
	return out
}

package inventory

import (
	"fmt"
	"strings"

	"qingce/internal/field"
	"qingce/internal/store"
)

// tallyByOwner counts the systems of each owner in one pass over the rows.
func tallyByOwner(tx *store.Tx, seen []DepartmentID) (map[DepartmentID]Tally, error) {
	columns := []string{"owner_id", "COUNT(*)"}
	var args []any
	for _, f := range facets {
		condition, given := f.sql()
		columns, args = append(columns, "COUNT(*) FILTER (WHERE "+condition+")"), append(args, given...)
	}
	rows, err := within(tx.Gorm().Table(System{}.TableName()), "owner_id", seen).
		Select(strings.Join(columns, ", "), args...).Group("owner_id").Rows()
	if err != nil {
		return nil, fmt.Errorf("count systems: %w", err)
	}
	defer rows.Close()
	out := map[DepartmentID]Tally{}
	for rows.Next() {
		var owner DepartmentID
		t := Tally{counts: make([]int64, len(facets))}
		into := []any{&owner, &t.Total}
		for i := range t.counts {
			into = append(into, &t.counts[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("count systems: %w", err)
		}
		out[owner] = t
	}
	return out, rows.Err()
}

// sql is the condition of a facet.
func (f Facet) sql() (string, []any) {
	known, _ := SystemFields.Find(f.Field)
	column := known.Column()
	switch {
	case known.Kind == field.Bool:
		return column + " = ?", []any{f.Value == "true"}
	case f.Value == "" && isNumeric(known.Kind):
		return column + " IS NULL", nil
	}
	return column + " = ?", []any{f.Value}
}

// recentIn lists the systems that were changed last with their latest step. It
// goes by the systems and not by their versions, so that a department where
// nothing happens for a year is as quick as a busy one.
func recentIn(tx *store.Tx, seen []DepartmentID, limit int) ([]Recent, error) {
	var out []Recent
	err := within(tx.Gorm().Table("systems AS s"), "s.owner_id", seen).
		Joins("JOIN system_versions AS v ON v.id = s.id AND v.version = s.version").
		Select("s.code, s.name, s.state, s.owner_id, s.updated_at, v.action, v.changed_name, v.reason").
		Order("s.updated_at DESC, s.id DESC").Limit(limit).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list recent changes: %w", err)
	}
	return out, nil
}

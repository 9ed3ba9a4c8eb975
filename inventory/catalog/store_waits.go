package catalog

import (
	"database/sql"

	"qingce/internal/store"
)

// countFilings counts the filings of departments (nil is all) in some states,
// and those of them that should have come.
func countFilings(tx *store.Tx, departments []DepartmentID, states ...FilingState) (n, late int64, err error) {
	g := tx.Gorm().Table("catalog_filings").Where("state IN ?", states)
	if departments != nil {
		g = g.Where("department_id ?", store.Among(tx, departments))
	}
	err = g.Select("count(*), coalesce(sum(CASE WHEN due_on < ? THEN 1 ELSE 0 END), 0)", today(tx)).Row().Scan(&n, &late)
	return n, late, err
}

// countChanges counts the changes that departments have not answered.
func (w *Waits) countChanges(tx *store.Tx, departments []DepartmentID) error {
	var first sql.NullInt64
	err := tx.Gorm().Table("catalog_change_departments").Where("done_at IS NULL AND department_id ?", store.Among(tx, departments)).
		Select("count(*), coalesce(sum(CASE WHEN due_on < ? THEN 1 ELSE 0 END), 0), min(change_id)", today(tx)).
		Row().Scan(&w.Changes, &w.LateChanges, &first)
	w.Change = ChangeID(first.Int64)
	return err
}

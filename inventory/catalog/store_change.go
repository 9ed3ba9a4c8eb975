package catalog

import (
	"fmt"

	"qingce/internal/store"
)

func insertChange(tx *store.Tx, c *Change) error {
	c.ID = 0
	if err := tx.Gorm().Create(c).Error; err != nil {
		return fmt.Errorf("insert a change: %w", err)
	}
	return nil
}

func insertTouched(tx *store.Tx, t Touched) error {
	if err := tx.Gorm().Create(&t).Error; err != nil {
		return fmt.Errorf("insert a department of change %d: %w", t.ChangeID, err)
	}
	return nil
}

func touchedBy(tx *store.Tx, id ChangeID, dept DepartmentID) (Touched, error) {
	var t Touched
	if err := tx.Gorm().Where("change_id = ? AND department_id = ?", id, dept).Take(&t).Error; err != nil {
		return Touched{}, fmt.Errorf("find department %d of change %d: %w", dept, id, notFound(err))
	}
	return t, nil
}

func updateTouched(tx *store.Tx, t Touched) error {
	err := tx.Gorm().Exec(`UPDATE catalog_change_departments SET done_at = ?, done_name = ?, entry_id = ?, statement = ?
		WHERE change_id = ? AND department_id = ?`, t.DoneAt, t.DoneName, t.EntryID, t.Statement, t.ChangeID, t.DepartmentID).Error
	if err != nil {
		return fmt.Errorf("answer change %d for department %d: %w", t.ChangeID, t.DepartmentID, err)
	}
	return nil
}

func changeByID(tx *store.Tx, id ChangeID) (Change, error) {
	var c Change
	if err := tx.Gorm().Where("id = ?", id).Take(&c).Error; err != nil {
		return Change{}, fmt.Errorf("find change %d: %w", id, err)
	}
	return c, nil
}

// changeRows reads the changes that touch departments that are seen.
func changeRows(tx *store.Tx, s sight) ([]ChangeRow, error) {
	touched := tx.Gorm().Order("due_on, department_id")
	if !s.all {
		touched = touched.Where("department_id IN ?", append([]DepartmentID{0}, s.own...))
	}
	var rows []Touched
	if err := touched.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read whom changes touch: %w", err)
	}
	of := map[ChangeID][]Touched{}
	for _, t := range rows {
		of[t.ChangeID] = append(of[t.ChangeID], t)
	}
	var all []Change
	if err := tx.Gorm().Order("changed_on DESC, id DESC").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	var out []ChangeRow
	for _, c := range all {
		if len(of[c.ID]) > 0 {
			out = append(out, ChangeRow{c, of[c.ID]})
		}
	}
	return out, nil
}

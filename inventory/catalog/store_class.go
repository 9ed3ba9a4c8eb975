package catalog

import (
	"fmt"

	"qingce/internal/store"
)

func allClasses(tx *store.Tx) ([]Class, error) {
	var out []Class
	if err := tx.Gorm().Order("code").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the tree: %w", err)
	}
	return out, nil
}

func classesByCode(tx *store.Tx) (map[string]Class, error) {
	all, err := allClasses(tx)
	out := make(map[string]Class, len(all))
	for _, c := range all {
		out[c.Code] = c
	}
	return out, err
}

func classOf(tx *store.Tx, code string) (Class, error) {
	var c Class
	if err := tx.Gorm().Where("code = ?", code).Take(&c).Error; err != nil {
		return Class{}, fmt.Errorf("find class %s: %w", code, err)
	}
	return c, nil
}

func insertClasses(tx *store.Tx, classes []Class) error {
	if len(classes) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(classes, 100).Error; err != nil {
		return fmt.Errorf("insert classes: %w", err)
	}
	return keepClasses(tx, classes)
}

// updateClass writes what may change of a class; the number of its entries is
// not among it, for they are counted meanwhile.
func updateClass(tx *store.Tx, c *Class, version int64) error {
	res := tx.Gorm().Exec(`UPDATE catalog_classes SET name = ?, lead_id = ?, closed = ?, note = ?, updated_at = ?, updated_by = ?,
		updated_name = ?, version = ? WHERE code = ? AND version = ?`,
		c.Name, c.LeadID, c.Closed, c.Note, c.UpdatedAt, c.UpdatedBy, c.UpdatedName, c.Version, c.Code, version)
	switch {
	case res.Error != nil:
		return fmt.Errorf("change class %s: %w", c.Code, res.Error)
	case res.RowsAffected == 0:
		return store.ErrStale
	}
	return keepClasses(tx, []Class{*c})
}

// keepClasses adds the states of classes to their history.
func keepClasses(tx *store.Tx, classes []Class) error {
	states := make([]ClassVersion, len(classes))
	for i, c := range classes {
		states[i] = ClassVersion{c.Code, c.Version, c.Name, c.LeadID, c.Closed, c.Note, c.UpdatedAt, c.UpdatedName}
	}
	if err := tx.Gorm().CreateInBatches(states, 100).Error; err != nil {
		return fmt.Errorf("keep states of classes: %w", err)
	}
	return nil
}

func classVersions(tx *store.Tx, code string) ([]ClassVersion, error) {
	var out []ClassVersion
	if err := tx.Gorm().Where("code = ?", code).Order("version DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the history of class %s: %w", code, err)
	}
	return out, nil
}

// nextNumber gives the next code below a class; numbers are never given twice.
func nextNumber(tx *store.Tx, class string) (string, error) {
	var last int64
	err := tx.Gorm().Raw("UPDATE catalog_classes SET last_number = last_number + 1 WHERE code = ? RETURNING last_number", class).Scan(&last).Error
	if err != nil {
		return "", fmt.Errorf("give a number of class %s: %w", class, err)
	}
	return fmt.Sprintf("%s/%06d", class, last), nil
}

// reserveNumber keeps the count ahead of a number that came from outside.
func reserveNumber(tx *store.Tx, class string, number int64) error {
	err := tx.Gorm().Exec("UPDATE catalog_classes SET last_number = ? WHERE code = ? AND last_number < ?", number, class, number).Error
	if err != nil {
		return fmt.Errorf("reserve a number of class %s: %w", class, err)
	}
	return nil
}

package zombie

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// acceptedOf are the declarations of systems that count on a day.
func acceptedOf(tx *store.Tx, systems []inventory.SystemID, on calendar.Date) ([]Declaration, error) {
	var out []Declaration
	err := tx.Gorm().Where("system_id ? AND state = ? AND day <= ?", store.Among(tx, systems), Accepted, on).Order("system_id, day").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read declarations: %w", err)
	}
	return out, nil
}

func insertDeclaration(tx *store.Tx, d *Declaration) error {
	if err := tx.Gorm().Create(d).Error; err != nil {
		return fmt.Errorf("insert a declaration: %w", err)
	}
	return nil
}

func declarationByID(tx *store.Tx, id int64) (d Declaration, owner auth.DepartmentID, err error) {
	if err := tx.Gorm().Where("id = ?", id).Take(&d).Error; err != nil {
		return d, 0, fmt.Errorf("read declaration %d: %w", id, err)
	}
	if err := tx.Gorm().Raw("SELECT owner_id FROM systems WHERE id = ?", d.SystemID).Row().Scan(&owner); err != nil {
		return d, 0, fmt.Errorf("find whose declaration %d is: %w", id, err)
	}
	return d, owner, nil
}

func declarationsOf(tx *store.Tx, system inventory.SystemID) ([]Declaration, error) {
	var out []Declaration
	if err := tx.Gorm().Where("system_id = ?", system).Order("id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read declarations: %w", err)
	}
	return out, nil
}

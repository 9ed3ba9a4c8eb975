package zombie

import (
	"fmt"

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

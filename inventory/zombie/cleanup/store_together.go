package cleanup

import (
	"fmt"

	"qingce/internal/store"
	"qingce/inventory"
)

// openAmong reads the cases of systems that are not closed.
func openAmong(tx *store.Tx, systems []inventory.SystemID) (map[inventory.SystemID]Case, error) {
	out := map[inventory.SystemID]Case{}
	if len(systems) == 0 {
		return out, nil
	}
	var rows []Case
	err := tx.Gorm().Where("system_id ? AND state NOT IN ?", store.Among(tx, systems), closed).Order("id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the open cases of %d systems: %w", len(systems), err)
	}
	for _, c := range rows {
		out[c.SystemID] = c
	}
	return out, nil
}

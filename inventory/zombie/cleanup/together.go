package cleanup

import (
	"qingce/internal/store"
	"qingce/inventory"
)

// OpenIn reads, of systems, the case that is under way, inside the transaction
// of another room and in one query. Cases that are closed are left out.
func (d *Desk) OpenIn(tx *store.Tx, systems []inventory.SystemID) (map[inventory.SystemID]Case, error) {
	return openAmong(tx, systems)
}

package hub

import (
	"qingce/internal/store"
	"qingce/inventory"
)

// TogetherIn reads the connections of systems inside the transaction of another
// room, in one query. A system without one is not in it. Settle comes before, or
// what changed since is missing.
func (h *Hub) TogetherIn(tx *store.Tx, systems []inventory.SystemID) (map[inventory.SystemID]Connection, error) {
	return connectionsAmong(tx, systems)
}

package hub

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// StandingAt is how a system stood with the hub at the end of a day.
type StandingAt struct {
	SystemID inventory.SystemID
	OwnerID  auth.DepartmentID
	Must     bool // counted among those that must be connected
	Counted  bool // and was connected
	Basis    Basis
	Stage    Stage
	// On is since when it stood so.
	On calendar.Date
	// Down tells that it had been connected and was silent.
	Down bool
}

// ConnectionsAt gives how every system stood at the end of a day, from what
// happened to it up to then: the sums of these are the rate of the day. It is for
// those who count all bodies and knows no rights.
func (h *Hub) ConnectionsAt(tx *store.Tx, day calendar.Date) (map[inventory.SystemID]StandingAt, error) {
	var sums []struct {
		SystemID      inventory.SystemID
		OwnerID       auth.DepartmentID
		Must, Counted int64
	}
	err := tx.Gorm().Raw(`SELECT system_id, owner_id, sum(must_delta) AS must, sum(counted_delta) AS counted FROM hub_events
		WHERE on_day <= ? GROUP BY system_id, owner_id`, day).Scan(&sums).Error
	if err != nil {
		return nil, fmt.Errorf("sum up connections as of %s: %w", day, err)
	}
	var last []Event
	err = tx.Gorm().Raw(`SELECT e.* FROM hub_events e JOIN (SELECT system_id, max(id) AS id FROM hub_events WHERE on_day <= ? GROUP BY system_id) l
		ON l.id = e.id`, day).Scan(&last).Error
	if err != nil {
		return nil, fmt.Errorf("read the last events as of %s: %w", day, err)
	}
	out := make(map[inventory.SystemID]StandingAt, len(last))
	for _, e := range last {
		out[e.SystemID] = StandingAt{SystemID: e.SystemID, OwnerID: e.OwnerID, Basis: e.Basis, Stage: e.ToStage, On: e.OnDay, Down: e.Act == "down"}
	}
	for _, s := range sums {
		if at, ok := out[s.SystemID]; ok && at.OwnerID == s.OwnerID {
			at.Must, at.Counted = s.Must > 0, s.Counted > 0
			out[s.SystemID] = at
		}
	}
	return out, nil
}

// Pair is data that went from one party to another through the hub in a
// span of days.
type Pair struct {
	ProviderName, ConsumerName string // as the hub writes them
	ProviderID, ConsumerID     auth.DepartmentID
	Provider, Consumer         PartyID
	Succeeded                  int64 // exchanges that did not fail
	LastDay                    calendar.Date
}

// Applications lists what went between two parties in a span of days, pair by
// pair. Parties that the register does not know have the department 0. It is for
// those who count all bodies and knows no rights.
func (h *Hub) Applications(tx *store.Tx, from, to calendar.Date) ([]Pair, error) {
	var out []Pair
	err := tx.Gorm().Raw(`SELECT p.id AS provider, q.id AS consumer, p.name AS provider_name, q.name AS consumer_name,
			p.department_id AS provider_id, q.department_id AS consumer_id, sum(e.exchanges - e.failures) AS succeeded, max(e.day) AS last_day
		FROM hub_exchanges e JOIN hub_parties p ON p.id = e.provider_id JOIN hub_parties q ON q.id = e.consumer_id
		WHERE e.counts AND e.day BETWEEN ? AND ? GROUP BY p.id, q.id, p.name, q.name, p.department_id, q.department_id
		ORDER BY p.name, q.name`, from, to).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("sum up exchanges from %s to %s: %w", from, to, err)
	}
	return out, nil
}

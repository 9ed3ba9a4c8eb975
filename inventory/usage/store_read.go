package usage

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

func ownerOf(tx *store.Tx, system inventory.SystemID) (auth.DepartmentID, error) {
	var owner auth.DepartmentID
	err := tx.Gorm().Raw("SELECT owner_id FROM systems WHERE id = ?", system).Row().Scan(&owner)
	if err != nil {
		return 0, fmt.Errorf("find the owner of system %d: %w", system, notFound(err))
	}
	return owner, nil
}

// lastUses finds the last covered day with use, by signal.
func lastUses(tx *store.Tx, systems []inventory.SystemID) (map[inventory.SystemID]LastUse, error) {
	var rows []struct {
		SystemID          inventory.SystemID
		Tx, Logins, Human *int
	}
	last := func(s wire.Signal) string {
		return fmt.Sprintf("max(CASE WHEN %s > 0 AND covered & %d <> 0 THEN day END)", s, 1<<s)
	}
	err := tx.Gorm().Raw("SELECT system_id, "+last(wire.BusinessTx)+" AS tx, "+last(wire.Logins)+" AS logins, "+
		last(wire.HumanRequests)+" AS human FROM usage_day WHERE system_id IN ? GROUP BY system_id", systems).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find last uses: %w", err)
	}
	out := map[inventory.SystemID]LastUse{}
	for _, r := range rows {
		out[r.SystemID] = LastUse{dateOrNone(r.Tx), dateOrNone(r.Logins), dateOrNone(r.Human)}
	}
	return out, nil
}

func dateOrNone(day *int) calendar.Date {
	if day == nil {
		return calendar.Date{}
	}
	return dateOf(*day)
}

// fleetTables are the systems beside what a fleet is ordered by.
const fleetTables = `systems s LEFT JOIN (
	SELECT system_id, sum(CASE WHEN measured <> 0 THEN 1 ELSE 0 END) AS measured_days, sum(CASE WHEN covered <> 0 THEN 1 ELSE 0 END) AS covered_days,
		max(users) AS most_users, max(CASE WHEN (business_tx > 0 OR logins > 0 OR human_requests > 0) AND covered <> 0 THEN day END) AS used
	FROM usage_day WHERE day BETWEEN ? AND ? GROUP BY system_id) a ON a.system_id = s.id`

// fleetOrders are what a fleet can be sorted by.
var fleetOrders = map[string]string{
	"code": "s.code", "name": "s.name", "measured": "coalesce(a.measured_days, 0)", "covered": "coalesce(a.covered_days, 0)",
	"users": "coalesce(a.most_users, -1)", "last_use": "coalesce(a.used, 0)",
}

// fleetLine is a line of the fleet before its days are read.
type fleetLine struct {
	ID         inventory.SystemID
	Code, Name string
	OwnerID    auth.DepartmentID
	State      inventory.State
	Measured   int
	Covered    int
	MostUsers  *int64
}

// fleetLines reads one page of the fleet and counts all of it.
func fleetLines(tx *store.Tx, q FleetQuery, owners []auth.DepartmentID) (lines []fleetLine, total int64, err error) {
	where := func(g *gorm.DB) *gorm.DB {
		g = within(g, "s.owner_id", owners)
		if len(q.States) > 0 {
			g = g.Where("s.state IN ?", q.States)
		}
		if text := strings.TrimSpace(q.Search); text != "" {
			like := "%" + store.EscapeLike(text) + "%"
			g = g.Where(`(s.name LIKE ? ESCAPE '\' OR s.code LIKE ? ESCAPE '\')`, like, like)
		}
		return g
	}
	if err := where(tx.Gorm().Table("systems s")).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count the fleet: %w", err)
	}
	order := fleetOrders[q.Sort]
	if q.Descending {
		order += " DESC"
	}
	err = where(tx.Gorm().Table(fleetTables, dayNumber(q.From), dayNumber(q.To))).
		Select("s.id, s.code, s.name, s.owner_id, s.state, coalesce(a.measured_days, 0) AS measured, coalesce(a.covered_days, 0) AS covered, a.most_users").
		Order(order + ", s.code").Limit(q.Size).Offset((q.Page - 1) * q.Size).Scan(&lines).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read the fleet: %w", err)
	}
	return lines, total, nil
}

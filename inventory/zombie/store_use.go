package zombie

import (
	"fmt"
	"math"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// firstUse finds the first day from one on, on which people used a system.
func firstUse(tx *store.Tx, system inventory.SystemID, since detect.Day, p *detect.Policy) (use Use, ok bool, err error) {
	var rows []struct {
		Day                             detect.Day
		Business, Logins, People, Robot int64
	}
	err = tx.Gorm().Raw(`SELECT day, coalesce(business_tx, 0) AS business, coalesce(logins, 0) AS logins, coalesce(users, 0) AS people,
		coalesce(machine_clients, 0) AS robot FROM usage_day
		WHERE system_id = ? AND day >= ? AND (business_tx > 0 OR logins > 0 OR users > 0) ORDER BY day`, system, since).Scan(&rows).Error
	if err != nil {
		return Use{}, false, fmt.Errorf("look for use of system %d: %w", system, err)
	}
	for _, r := range rows {
		passing := p.Leak * float64(r.Robot)
		if r.Business > 0 || r.Logins > 0 || float64(r.People) > passing+3*math.Sqrt(passing)+0.5 {
			return Use{DateOf(r.Day), r.Business, r.Logins, r.People}, true, nil
		}
	}
	return Use{}, false, nil
}

// systemSeen finds a system by its code among those of the departments; nil is
// all of them.
func systemSeen(tx *store.Tx, code string, departments []auth.DepartmentID) (inventory.System, error) {
	var s inventory.System
	err := within(tx.Gorm(), "owner_id", departments).Where("code = ?", code).Take(&s).Error
	return s, err
}

// within limits a query to departments; nil is no limit.
func within(q *gorm.DB, column string, departments []auth.DepartmentID) *gorm.DB {
	if departments == nil {
		return q
	}
	return q.Where(column+" IN ?", departments)
}

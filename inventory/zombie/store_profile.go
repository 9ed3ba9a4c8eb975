package zombie

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/similar"
	"qingce/inventory/zombie/detect"
)

// registerRow is what detection needs of a system of the register.
type registerRow struct {
	ID                  inventory.SystemID
	OwnerID             auth.DepartmentID
	Classified          bool
	Vertical            string
	EnabledDate         calendar.Date
	BuiltDate           calendar.Date
	LastReleaseDate     calendar.Date
	LastMaintenanceDate calendar.Date
	OmContractEnd       calendar.Date
	OmMode              string
	UsagePattern        string
	SeasonMonths        string
	RegisteredUsers     *int64
}

const registerColumns = `id, owner_id, classified, vertical, enabled_date, built_date, last_release_date, last_maintenance_date, om_contract_end,
	om_mode, usage_pattern, season_months, registered_users`

// judged are the systems that are evaluated: those in the register that exist and
// whose life has not ended.
const judged = ` state NOT IN ('draft', 'merged', 'retired') AND phase NOT IN ('planned', 'building')`

// judgedIDs are the ids of all of them, in order.
func judgedIDs(tx *store.Tx) ([]inventory.SystemID, error) {
	var out []inventory.SystemID
	if err := tx.Gorm().Raw("SELECT id FROM systems WHERE" + judged + " ORDER BY id").Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("list the systems to evaluate: %w", err)
	}
	return out, nil
}

// registerOf reads some systems, whether they are evaluated or not.
func registerOf(tx *store.Tx, ids []inventory.SystemID) ([]registerRow, error) {
	return readRegister(tx, "WHERE id ? ORDER BY id", store.Among(tx, ids))
}

func readRegister(tx *store.Tx, where string, args ...any) ([]registerRow, error) {
	rows, err := tx.Gorm().Raw("SELECT "+registerColumns+" FROM systems "+where, args...).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the register: %w", err)
	}
	defer rows.Close()
	var out []registerRow
	for rows.Next() {
		var r registerRow
		err := rows.Scan(&r.ID, &r.OwnerID, &r.Classified, &r.Vertical, &r.EnabledDate, &r.BuiltDate, &r.LastReleaseDate, &r.LastMaintenanceDate,
			&r.OmContractEnd, &r.OmMode, &r.UsagePattern, &r.SeasonMonths, &r.RegisteredUsers)
		if err != nil {
			return nil, fmt.Errorf("read a system: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// releasesOf reads the days of releases that the history of systems knows.
func releasesOf(tx *store.Tx, systems []inventory.SystemID) (map[inventory.SystemID][]detect.Day, error) {
	out := map[inventory.SystemID][]detect.Day{}
	if len(systems) == 0 {
		return out, nil
	}
	rows, err := tx.Gorm().Raw(`SELECT DISTINCT id, last_release_date FROM system_versions WHERE id ? AND last_release_date IS NOT NULL`,
		store.Among(tx, systems)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read releases: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id inventory.SystemID
		var date calendar.Date
		if err := rows.Scan(&id, &date); err != nil {
			return nil, fmt.Errorf("read a release: %w", err)
		}
		out[id] = append(out[id], DayOf(date))
	}
	return out, rows.Err()
}

// replacementName is the code and the name of the system that can take the place
// of one.
func replacementName(tx *store.Tx, system inventory.SystemID) (string, error) {
	found, err := similar.Replacements(tx, []inventory.SystemID{system})
	if err != nil {
		return "", err
	}
	var s inventory.System
	if err := tx.Gorm().Select("code, name").Where("id = ?", found[system].By).Take(&s).Error; err != nil {
		return "", fmt.Errorf("read the system that can take the place of %d: %w", system, err)
	}
	return s.Code + " " + s.Name, nil
}

// eachProbe hands the systems that a probe sees to fn, probe after probe: those
// that are evaluated.
func eachProbe(tx *store.Tx, fn func(seen []inventory.SystemID)) error {
	rows, err := tx.Gorm().Raw("SELECT p.probe_id, p.system_id FROM probe_systems p JOIN (SELECT id FROM systems WHERE" + judged +
		") s ON s.id = p.system_id ORDER BY p.probe_id, p.system_id").Rows()
	if err != nil {
		return fmt.Errorf("read what probes see: %w", err)
	}
	defer rows.Close()
	var now int64
	var seen []inventory.SystemID
	for rows.Next() {
		var probe int64
		var system inventory.SystemID
		if err := rows.Scan(&probe, &system); err != nil {
			return fmt.Errorf("read what a probe sees: %w", err)
		}
		if probe != now && len(seen) > 0 {
			fn(seen)
			seen = seen[:0]
		}
		now, seen = probe, append(seen, system)
	}
	if len(seen) > 0 {
		fn(seen)
	}
	return rows.Err()
}

package inventory

import (
	"fmt"
	"slices"
	"strings"

	"qingce/internal/store"
)

// departmentLot is how many departments stand in one statement.
const departmentLot = 500

// systemsOfAll reads the systems of departments by code, at most limit.
func systemsOfAll(tx *store.Tx, departments []DepartmentID, limit int) ([]System, error) {
	var out []System
	for lot := range slices.Chunk(departments, departmentLot) {
		var rows []System
		if err := tx.Gorm().Where("owner_id IN ?", lot).Order("code").Limit(limit).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read systems of %d departments: %w", len(departments), err)
		}
		if out = append(out, rows...); len(out) >= limit {
			break
		}
	}
	if len(departments) > departmentLot {
		slices.SortFunc(out, func(a, b System) int { return strings.Compare(a.Code, b.Code) })
	}
	return out, nil
}

// countStates counts the systems of departments in some states, by department.
func countStates(tx *store.Tx, departments []DepartmentID, states ...State) (map[DepartmentID]int64, error) {
	out := map[DepartmentID]int64{}
	for lot := range slices.Chunk(departments, departmentLot) {
		var rows []struct {
			OwnerID DepartmentID
			N       int64
		}
		err := tx.Gorm().Model(&System{}).Select("owner_id, count(*) AS n").
			Where("owner_id IN ? AND state IN ?", lot, states).Group("owner_id").Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("count systems of %d departments: %w", len(departments), err)
		}
		for _, row := range rows {
			out[row.OwnerID] = row.N
		}
	}
	return out, nil
}

// certifyAll puts the Verified systems of departments to Certified, ends the
// versions that they had and keeps the new ones.
func certifyAll(tx *store.Tx, a act, departments []DepartmentID) (int64, error) {
	columns, err := store.ColumnNames(&System{})
	if err != nil {
		return 0, err
	}
	if tx.Engine() == store.Postgres {
		return certifyAtOnce(tx, a, departments, strings.Join(columns, ", "))
	}
	return certifyInSteps(tx, a, departments, strings.Join(columns, ", "))
}

// certifyAtOnce says it in one statement: the rows are read and written once.
func certifyAtOnce(tx *store.Tx, a act, departments []DepartmentID, list string) (int64, error) {
	kept := tx.Gorm().Exec(`WITH taken AS (
			UPDATE systems SET state = ?, version = version + 1, updated_at = ?, updated_by = ? WHERE state = ? AND owner_id IN ? RETURNING *
		), ended AS (
			UPDATE system_versions v SET valid_to = ? FROM taken WHERE v.id = taken.id AND v.version = taken.version - 1
		)
		INSERT INTO system_versions (`+list+`, valid_from, changed_name, action, reason, origin)
		SELECT `+list+`, updated_at, CAST(? AS text), CAST(? AS text), CAST(? AS text), CAST(? AS text) FROM taken`,
		Certified, tx.Now(), a.by.AccountID, Verified, departments, tx.Now(), a.by.Name, a.action, a.reason, a.origin)
	if kept.Error != nil {
		return 0, fmt.Errorf("certify systems: %w", kept.Error)
	}
	return kept.RowsAffected, nil
}

// certifyInSteps takes the rows first; the other statements find them by their
// current version having no row in the history yet, which is true of nothing else.
func certifyInSteps(tx *store.Tx, a act, departments []DepartmentID, list string) (int64, error) {
	taken := tx.Gorm().Exec(`UPDATE systems SET state = ?, version = version + 1, updated_at = ?, updated_by = ?
		WHERE state = ? AND owner_id IN ?`, Certified, tx.Now(), a.by.AccountID, Verified, departments)
	if taken.Error != nil {
		return 0, fmt.Errorf("certify systems: %w", taken.Error)
	}
	if taken.RowsAffected == 0 {
		return 0, nil
	}
	mine := "owner_id IN ? AND state = ? AND updated_at = ?"
	err := tx.Gorm().Exec(`UPDATE system_versions SET valid_to = ? WHERE (id, version) IN (SELECT id, version - 1 FROM systems WHERE `+mine+`)`,
		tx.Now(), departments, Certified, tx.Now()).Error
	if err != nil {
		return 0, fmt.Errorf("close versions of certified systems: %w", err)
	}
	kept := tx.Gorm().Exec(`INSERT INTO system_versions (`+list+`, valid_from, changed_name, action, reason, origin)
		SELECT `+list+`, updated_at, CAST(? AS text), CAST(? AS text), CAST(? AS text), CAST(? AS text) FROM systems
		WHERE `+mine+`
		AND NOT EXISTS (SELECT 1 FROM system_versions v WHERE v.id = systems.id AND v.version = systems.version)`,
		a.by.Name, a.action, a.reason, a.origin, departments, Certified, tx.Now())
	if kept.Error != nil {
		return 0, fmt.Errorf("keep versions of certified systems: %w", kept.Error)
	}
	if kept.RowsAffected != taken.RowsAffected {
		return 0, fmt.Errorf("%d systems were certified, %d versions kept", taken.RowsAffected, kept.RowsAffected)
	}
	return taken.RowsAffected, nil
}

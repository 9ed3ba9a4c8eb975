package inventory

import (
	"fmt"
	"time"

	"qingce/internal/store"
)

// SystemVersion is one state in the history of a system.
type SystemVersion struct {
	System
	ValidFrom   time.Time
	ValidTo     *time.Time
	ChangedName string
	Action      string
	Reason      string
	// Origin is the address of the paper that the state comes from (a survey
	// form, a change request); empty for what people did directly.
	Origin string
}

// TableName is the table of all states.
func (SystemVersion) TableName() string { return "system_versions" }

// DepartmentVersion is one state in the history of a department.
type DepartmentVersion struct {
	Department
	ValidFrom   time.Time
	ValidTo     *time.Time
	ChangedName string
	Action      string
	Reason      string
}

// TableName is the table of all states.
func (DepartmentVersion) TableName() string { return "department_versions" }

// Names of the revisions in register_revisions.
const (
	departmentsRevision = "departments"
	systemsRevision     = "systems"
)

type revisionsKey struct{}

// revisions reads the numbers of the register's present state, and only once
// where they cannot change.
func revisions(tx *store.Tx) (systems, departments int64, err error) {
	if known, ok := tx.Value(revisionsKey{}).([2]int64); ok {
		return known[0], known[1], nil
	}
	err = tx.Gorm().Raw(`SELECT max(CASE WHEN name = ? THEN revision END), max(CASE WHEN name = ? THEN revision END)
		FROM register_revisions`, systemsRevision, departmentsRevision).Row().Scan(&systems, &departments)
	if err != nil {
		return 0, 0, fmt.Errorf("read revisions: %w", err)
	}
	if tx.Fixed() {
		tx.SetValue(revisionsKey{}, [2]int64{systems, departments})
	}
	return systems, departments, nil
}

type bumpedKey string

// bump makes lists of the register stale, once per transaction and as its last
// act, so that the row is locked for as short a time as possible.
func bump(tx *store.Tx, name string) {
	if tx.Value(bumpedKey(name)) != nil {
		return
	}
	tx.SetValue(bumpedKey(name), true)
	tx.BeforeCommit(func(tx *store.Tx) error {
		err := tx.Gorm().Exec("UPDATE register_revisions SET revision = revision + 1 WHERE name = ?", name).Error
		if err != nil {
			return fmt.Errorf("bump revision of %s: %w", name, err)
		}
		return nil
	})
}

// closeVersion ends the state that was true until now.
func closeVersion(tx *store.Tx, table string, id int64) error {
	err := tx.Gorm().Table(table).Where("id = ? AND valid_to IS NULL", id).
		UpdateColumn("valid_to", tx.Now()).Error
	if err != nil {
		return fmt.Errorf("close version in %s: %w", table, err)
	}
	return nil
}

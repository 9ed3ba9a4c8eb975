package inventory

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"qingce/internal/oplog"
	"qingce/internal/store"
)

func allDepartments(tx *store.Tx) ([]Department, error) {
	var all []Department
	if err := tx.Gorm().Order("code").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read departments: %w", err)
	}
	return all, nil
}

func departmentByCode(tx *store.Tx, code string) (Department, error) {
	var d Department
	err := tx.Gorm().Where("code = ?", code).Take(&d).Error
	return d, err
}

func departmentByID(tx *store.Tx, id DepartmentID) (Department, error) {
	var d Department
	err := tx.Gorm().Where("id = ?", id).Take(&d).Error
	return d, err
}

// departmentsAsOf lists the departments as the register knew them.
func departmentsAsOf(tx *store.Tx, at time.Time) ([]Department, error) {
	var all []Department
	err := asOf(tx.Gorm().Table(DepartmentVersion{}.TableName()), at).Order("code").Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("read departments as of %v: %w", at, err)
	}
	return all, nil
}

// systemsOf lists the systems of a department by code.
func systemsOf(tx *store.Tx, id DepartmentID) ([]System, error) {
	var out []System
	if err := tx.Gorm().Where("owner_id = ?", id).Order("code").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read systems of department %d: %w", id, err)
	}
	return out, nil
}

// isNotFound tells whether a query found nothing.
func isNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

func departmentVersions(tx *store.Tx, id DepartmentID) ([]DepartmentVersion, error) {
	var out []DepartmentVersion
	err := tx.Gorm().Where("id = ?", id).Order("version DESC").Find(&out).Error
	return out, err
}

func insertDepartment(tx *store.Tx, d *Department, a act) error {
	d.Version, d.CreatedAt, d.UpdatedAt, d.UpdatedBy = 1, tx.Now(), tx.Now(), a.by.AccountID
	if err := tx.Gorm().Create(d).Error; err != nil {
		return fmt.Errorf("insert department %s: %w", d.Code, err)
	}
	return keepDepartment(tx, nil, d, a)
}

func updateDepartment(tx *store.Tx, old Department, d *Department, a act) error {
	d.ID, d.CreatedAt = old.ID, old.CreatedAt
	d.Version, d.UpdatedAt, d.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(d, int64(d.ID), old.Version); err != nil {
		return err
	}
	if err := closeVersion(tx, DepartmentVersion{}.TableName(), int64(d.ID)); err != nil {
		return err
	}
	return keepDepartment(tx, &old, d, a)
}

func keepDepartment(tx *store.Tx, old, d *Department, a act) error {
	v := DepartmentVersion{Department: *d, ValidFrom: tx.Now(), ChangedName: a.by.Name, Action: a.action, Reason: a.reason}
	if err := tx.Gorm().Create(&v).Error; err != nil {
		return fmt.Errorf("keep version %d of department %s: %w", d.Version, d.Code, err)
	}
	bump(tx, departmentsRevision)
	e := oplog.Entry{
		Action: "department." + a.action, Kind: "department", ID: d.Code, Name: d.Name,
		Department: d.ID, Reason: a.reason, After: DepartmentFields.Values(d),
	}
	if old != nil {
		e.Before = DepartmentFields.Values(old)
	}
	return oplog.Record(tx, a.by, e)
}

// departmentTwins finds other departments that use the code or the credit code,
// or the name
// while both exist.
func departmentTwins(tx *store.Tx, d *Department) ([]Department, error) {
	var out []Department
	err := tx.Gorm().Where("id <> ? AND (code = ? OR (name = ? AND active_to IS NULL) OR (uscc <> '' AND uscc = ?))", d.ID, d.Code, d.Name, d.Uscc).
		Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("look for departments like %s: %w", d.Code, err)
	}
	return out, nil
}

package monthly

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// isNotFound tells whether a query found nothing.
func isNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// allMonths reads all versions of all months, the newest first.
func allMonths(tx *store.Tx) ([]Month, error) {
	var out []Month
	if err := tx.Gorm().Order("month DESC, version DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the months: %w", err)
	}
	return out, nil
}

// versionsOf reads the versions of a month, the newest first.
func versionsOf(tx *store.Tx, month Period) ([]Month, error) {
	var out []Month
	if err := tx.Gorm().Where("month = ?", month).Order("version DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the versions of %s: %w", month, err)
	}
	return out, nil
}

// lockedMonth reads a version of a month for writing.
func lockedMonth(tx *store.Tx, month Period, version int64) (Month, error) {
	var m Month
	err := tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("month = ? AND version = ?", month, version).Take(&m).Error
	if err != nil {
		return Month{}, fmt.Errorf("find %s/%d: %w", month, version, err)
	}
	return m, nil
}

func insertMonth(tx *store.Tx, m *Month) error {
	m.Revision = 1
	err := tx.Gorm().Create(m).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return store.ErrStale
	}
	if err != nil {
		return fmt.Errorf("insert %s: %w", m.Key(), err)
	}
	return nil
}

// updateMonth writes a month over the state it was read with.
func updateMonth(tx *store.Tx, m *Month) error {
	old := m.Revision
	m.Revision++
	columns, err := store.Columns(tx.Context(), m)
	if err != nil {
		return err
	}
	done := tx.Gorm().Model(&Month{}).Where("id = ? AND revision = ?", m.ID, old).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("update %s: %w", m.Key(), done.Error)
	}
	if done.RowsAffected == 0 {
		return store.ErrStale
	}
	return nil
}

// stepsOf reads what was done with a month.
func stepsOf(tx *store.Tx, id MonthID) ([]Step, error) {
	var out []Step
	if err := tx.Gorm().Where("month_id = ?", id).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the steps of month %d: %w", id, err)
	}
	return out, nil
}

func insertStep(tx *store.Tx, s Step) error {
	err := tx.Gorm().Raw("SELECT coalesce(max(number), 0) + 1 FROM score_steps WHERE month_id = ?", s.MonthID).Row().Scan(&s.Number)
	if err != nil {
		return fmt.Errorf("number a step: %w", err)
	}
	if err := tx.Gorm().Create(&s).Error; err != nil {
		return fmt.Errorf("insert step %s: %w", s.Action, err)
	}
	return nil
}

// allPolicies reads the versions of the method in their order.
func allPolicies(tx *store.Tx) ([]Policy, error) {
	var out []Policy
	if err := tx.Gorm().Order("version").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the versions of the method: %w", err)
	}
	for i := range out {
		out[i].Method.Version = out[i].Version
	}
	return out, nil
}

// proposalsOf reads what is proposed in a month for the bodies; nil is all.
func proposalsOf(tx *store.Tx, id MonthID, seen []auth.DepartmentID) ([]Proposal, error) {
	var out []Proposal
	q := tx.Gorm().Where("month_id = ?", id)
	if seen != nil {
		q = q.Where("department_id ?", store.Among(tx, seen))
	}
	if err := q.Order("department_id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the proposals of month %d: %w", id, err)
	}
	return out, nil
}

// objectionsOf reads the objections of a month by the bodies; nil is all.
func objectionsOf(tx *store.Tx, id MonthID, seen []auth.DepartmentID) ([]Objection, error) {
	var out []Objection
	q := tx.Gorm().Where("month_id = ?", id)
	if seen != nil {
		q = q.Where("department_id ?", store.Among(tx, seen))
	}
	if err := q.Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the objections of month %d: %w", id, err)
	}
	return out, nil
}

package cleanup

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// locked is a query whose rows nobody else may change meanwhile. SQLite has one
// writer and needs no lock.
func locked(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

func caseForUpdate(tx *store.Tx, no string) (Case, error) {
	var c Case
	if err := locked(tx).Where("no = ?", no).Take(&c).Error; err != nil {
		return Case{}, fmt.Errorf("find case %s: %w", no, err)
	}
	return c, nil
}

func caseByNo(tx *store.Tx, no string) (Case, error) {
	var c Case
	if err := tx.Gorm().Where("no = ?", no).Take(&c).Error; err != nil {
		return Case{}, fmt.Errorf("find case %s: %w", no, err)
	}
	return c, nil
}

// within limits a query to the rows of departments; nil is all of them.
func within(q *gorm.DB, departments []auth.DepartmentID) *gorm.DB {
	if departments == nil {
		return q
	}
	return q.Where("c.department_id IN ?", departments)
}

// insertCase gives a new case its number and keeps it.
func insertCase(tx *store.Tx, c *Case) error {
	var err error
	if c.No, err = nextNo(tx, c.OpenedOn.Year()); err != nil {
		return err
	}
	c.CreatedAt, c.UpdatedAt, c.Version = tx.Now(), tx.Now(), 1
	if err := tx.Gorm().Create(c).Error; err != nil {
		return fmt.Errorf("open case %s of system %d: %w", c.No, c.SystemID, err)
	}
	return nil
}

// nextNo is the number after the last one of a year.
func nextNo(tx *store.Tx, year int) (string, error) {
	prefix := fmt.Sprintf("ZC-%04d-", year)
	var last string
	err := tx.Gorm().Raw("SELECT no FROM zombie_cases WHERE no LIKE ? ORDER BY id DESC LIMIT 1", prefix+"%").Scan(&last).Error
	if err != nil {
		return "", fmt.Errorf("give a case its number: %w", err)
	}
	n := 0
	if last != "" {
		if n, err = strconv.Atoi(strings.TrimPrefix(last, prefix)); err != nil {
			return "", fmt.Errorf("number of case %s: %w", last, err)
		}
	}
	return fmt.Sprintf("%s%04d", prefix, n+1), nil
}

func insertStep(tx *store.Tx, a act, c *Case) error {
	var n int64
	if err := tx.Gorm().Model(&Step{}).Where("case_id = ?", c.ID).Count(&n).Error; err != nil {
		return fmt.Errorf("count the steps of case %s: %w", c.No, err)
	}
	s := Step{
		CaseID: c.ID, Number: n + 1, At: tx.Now(), AccountID: a.by.AccountID, Name: a.by.Name, Department: a.by.Department,
		Action: a.what, Note: a.note, OnDay: a.onDay,
	}
	if err := tx.Gorm().Create(&s).Error; err != nil {
		return fmt.Errorf("keep step %d of case %s: %w", s.Number, c.No, err)
	}
	return nil
}

func stepsOf(tx *store.Tx, id CaseID) ([]Step, error) {
	var out []Step
	if err := tx.Gorm().Where("case_id = ?", id).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the steps of case %d: %w", id, err)
	}
	return out, nil
}

// nameOf is the name of a system.
func nameOf(tx *store.Tx, id inventory.SystemID) (string, error) {
	var s inventory.System
	if err := tx.Gorm().Select("id", "name").Where("id = ?", id).Take(&s).Error; err != nil {
		return "", fmt.Errorf("find system %d: %w", id, err)
	}
	return s.Name, nil
}

// handCases gives the cases of a system to another department.
func handCases(tx *store.Tx, id inventory.SystemID, to auth.DepartmentID) error {
	err := tx.Gorm().Model(&Case{}).Where("system_id = ?", id).UpdateColumn("department_id", to).Error
	if err != nil {
		return fmt.Errorf("hand the cases of system %d over: %w", id, err)
	}
	return nil
}

// casesOf lists the cases of a system, the newest first.
func casesOf(tx *store.Tx, id inventory.SystemID) ([]Case, error) {
	var out []Case
	if err := tx.Gorm().Where("system_id = ?", id).Order("id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the cases of system %d: %w", id, err)
	}
	return out, nil
}

// casesIn reads the cases in some states whose number in the database is greater
// than after, at most lot of them.
func casesIn(tx *store.Tx, in []State, after CaseID, lot int) ([]Case, error) {
	var out []Case
	err := locked(tx).Where("state IN ? AND id > ?", in, after).Order("id").Limit(lot).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read cases that are %v: %w", in, err)
	}
	return out, nil
}

// taken finds which systems have a case under way, or an exemption that still
// holds on a day.
func taken(tx *store.Tx, day calendar.Date, systems []inventory.SystemID) (map[inventory.SystemID]bool, error) {
	var ids []inventory.SystemID
	err := tx.Gorm().Raw(`SELECT system_id FROM zombie_cases WHERE system_id ? AND (state NOT IN ? OR state = ? AND exempt_until >= ?)`,
		store.Among(tx, systems), closed, Exempt, day).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("find the cases under way: %w", err)
	}
	out := make(map[inventory.SystemID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// exemptOn finds which systems are put aside on a day.
func exemptOn(tx *store.Tx, day calendar.Date, systems []inventory.SystemID) (map[inventory.SystemID]bool, error) {
	out := map[inventory.SystemID]bool{}
	if len(systems) == 0 {
		return out, nil
	}
	var ids []inventory.SystemID
	err := tx.Gorm().Raw("SELECT system_id FROM zombie_cases WHERE system_id ? AND state = ? AND exempt_until >= ?",
		store.Among(tx, systems), Exempt, day).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("find exempt systems: %w", err)
	}
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// settledBefore finds, of systems, the newest case that was dismissed or cleaned.
func settledBefore(tx *store.Tx, systems []inventory.SystemID) (map[inventory.SystemID]Case, error) {
	var rows []Case
	err := tx.Gorm().Where("system_id ? AND state IN ?", store.Among(tx, systems), []State{Dismissed, Cleaned}).Order("id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find the cases that were settled: %w", err)
	}
	out := map[inventory.SystemID]Case{}
	for _, c := range rows {
		out[c.SystemID] = c
	}
	return out, nil
}

// registered reads the systems of ids that are neither merged nor retired.
func registered(tx *store.Tx, ids []inventory.SystemID) ([]inventory.System, error) {
	var out []inventory.System
	err := tx.Gorm().Select("id", "code", "name", "state", "owner_id", "om_amount_year", "classified").
		Where("id ? AND state NOT IN ?", store.Among(tx, ids), []inventory.State{inventory.Merged, inventory.Retired, inventory.Draft}).
		Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read suspected systems: %w", err)
	}
	return out, nil
}

func termsNow(tx *store.Tx) (Terms, error) {
	var t Terms
	if err := tx.Gorm().Order("version DESC").Limit(1).Take(&t).Error; err != nil {
		return Terms{}, fmt.Errorf("read the terms of cases: %w", err)
	}
	return t, nil
}

func insertTerms(tx *store.Tx, t *Terms) error {
	err := tx.Gorm().Create(t).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return store.ErrStale
	}
	if err != nil {
		return fmt.Errorf("keep version %d of the terms of cases: %w", t.Version, err)
	}
	return nil
}

// systemByCode finds a system to name it in a plan.
func systemByCode(tx *store.Tx, code string) (inventory.System, error) {
	var s inventory.System
	err := tx.Gorm().Select("id", "code", "name", "state", "owner_id").Where("code = ?", code).Take(&s).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return s, fault.New(fault.NotFound, "err.not_found")
	}
	return s, err
}

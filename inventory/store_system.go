package inventory

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// act says what is being done to a record, for its history and the log.
type act struct {
	by     auth.Principal
	action string // message key history.<action>
	reason string
	origin string // address of the paper behind it, if there is one
}

// within limits a query to the rows of the departments; nil is all of them.
func within(q *gorm.DB, column string, departments []DepartmentID) *gorm.DB {
	if departments == nil {
		return q
	}
	return q.Where(column+" IN ?", departments)
}

// systemByCode finds the current row of a system that the departments own.
func systemByCode(tx *store.Tx, code string, departments []DepartmentID) (System, error) {
	var s System
	err := within(tx.Gorm(), "owner_id", departments).Where("code = ?", code).Take(&s).Error
	return s, err
}

func systemByID(tx *store.Tx, id SystemID, departments []DepartmentID) (System, error) {
	var s System
	err := within(tx.Gorm(), "owner_id", departments).Where("id = ?", id).Take(&s).Error
	return s, err
}

// systemAsOf finds the state of a system that was true at an instant.
func systemAsOf(tx *store.Tx, code string, at time.Time, departments []DepartmentID) (SystemVersion, error) {
	var v SystemVersion
	err := within(tx.Gorm(), "owner_id", departments).
		Where("code = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", code, at, at).Take(&v).Error
	return v, err
}

// systemVersions lists the states of a system, newest first.
func systemVersions(tx *store.Tx, id SystemID) ([]SystemVersion, error) {
	var out []SystemVersion
	err := tx.Gorm().Where("id = ?", id).Order("version DESC").Find(&out).Error
	return out, err
}

// insertSystem adds a new system with its first version.
func insertSystem(tx *store.Tx, s *System, a act) error {
	s.Version, s.CreatedAt, s.UpdatedAt, s.UpdatedBy = 1, tx.Now(), tx.Now(), a.by.AccountID
	if err := tx.Gorm().Create(s).Error; err != nil {
		return fmt.Errorf("insert system %s: %w", s.Code, err)
	}
	return keepSystem(tx, nil, s, a)
}

// updateSystem writes a changed system over the version it was read with.
func updateSystem(tx *store.Tx, old System, s *System, a act) error {
	s.ID, s.Code, s.CreatedAt = old.ID, old.Code, old.CreatedAt
	s.Version, s.UpdatedAt, s.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(s, int64(s.ID), old.Version); err != nil {
		return err
	}
	if err := closeVersion(tx, SystemVersion{}.TableName(), int64(s.ID)); err != nil {
		return err
	}
	if old.OwnerID != s.OwnerID {
		if err := handChanges(tx, s.ID, s.OwnerID); err != nil {
			return err
		}
	}
	return keepSystem(tx, &old, s, a)
}

// keepSystem writes the version, the words it is found by and the log.
func keepSystem(tx *store.Tx, old, s *System, a act) error {
	v := SystemVersion{System: *s, ValidFrom: tx.Now(), ChangedName: a.by.Name, Action: a.action, Reason: a.reason, Origin: a.origin}
	if err := tx.Gorm().Create(&v).Error; err != nil {
		return fmt.Errorf("keep version %d of system %s: %w", s.Version, s.Code, err)
	}
	if old == nil || searchBody(old) != searchBody(s) {
		if err := indexSystem(tx, s); err != nil {
			return err
		}
	}
	bump(tx, systemsRevision)
	e := oplog.Entry{
		Action: "system." + a.action, Kind: "system", ID: s.Code, Name: s.Name,
		Department: s.OwnerID, Reason: a.reason, After: SystemFields.Values(s),
	}
	if old != nil {
		e.Before = SystemFields.Values(old)
	}
	return oplog.Record(tx, a.by, e)
}

// nextCode gives the next code of a prefix. Numbers are never given twice, also
// when a system is gone.
func nextCode(tx *store.Tx, prefix string) (string, error) {
	var last int64
	err := tx.Gorm().Raw(`INSERT INTO system_counters (prefix, last) VALUES (?, 1)
		ON CONFLICT (prefix) DO UPDATE SET last = system_counters.last + 1 RETURNING last`, prefix).Scan(&last).Error
	if err != nil {
		return "", fmt.Errorf("give a code of %s: %w", prefix, err)
	}
	return fmt.Sprintf("%s-%04d", prefix, last), nil
}

// reserveCode keeps the counter ahead of a code that came from outside.
func reserveCode(tx *store.Tx, prefix string, number int64) error {
	err := tx.Gorm().Exec(`INSERT INTO system_counters (prefix, last) VALUES (?, ?)
		ON CONFLICT (prefix) DO UPDATE SET last = excluded.last WHERE excluded.last > system_counters.last`, prefix, number).Error
	if err != nil {
		return fmt.Errorf("reserve code %s-%d: %w", prefix, number, err)
	}
	return nil
}

// codeTaken tells whether any system has or had the code: no row of a system is
// ever taken away, and none gets another code.
func codeTaken(tx *store.Tx, code string) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&System{}).Where("code = ?", code).Limit(1).Count(&n).Error
	return n > 0, err
}

// twin is a system that looks like the one being saved (V16).
type twin struct {
	Code, Name string
	OwnerID    DepartmentID
}

// twins finds systems of the same department with the same name, and systems
// anywhere with the same address.
func twins(tx *store.Tx, s *System) (names, urls []twin, err error) {
	err = tx.Gorm().Model(&System{}).Where("owner_id = ? AND name = ? AND id <> ?", s.OwnerID, s.Name, s.ID).
		Limit(3).Find(&names).Error
	if err == nil && s.VisitUrl != "" {
		err = tx.Gorm().Model(&System{}).Where("visit_url = ? AND visit_url <> '' AND id <> ?", s.VisitUrl, s.ID).Limit(3).Find(&urls).Error
	}
	if err != nil {
		return nil, nil, fmt.Errorf("look for duplicates: %w", err)
	}
	return names, urls, nil
}

// checkRefs looks up what the record refers to: it must be there and be
// visible to the one who refers to it.
func checkRefs(tx *store.Tx, s *System, departments []DepartmentID) ([]fault.Field, error) {
	var out []fault.Field
	for key, id := range map[string]*SystemID{"parent_system_id": s.ParentSystemID, "merged_into_id": s.MergedIntoID} {
		if id == nil {
			continue
		}
		if *id == s.ID {
			out = append(out, fault.At(key, "inventory.err.refers_to_itself"))
			continue
		}
		if _, err := systemByID(tx, *id, departments); err != nil {
			out = append(out, fault.At(key, "inventory.err.unknown_system"))
		}
	}
	return out, nil
}

// systemByWord finds a visible system by its code, "CODE name" or, when only
// one has it, its name.
func systemByWord(tx *store.Tx, word string, departments []DepartmentID) (System, error) {
	code, _, _ := strings.Cut(strings.TrimSpace(word), " ")
	s, err := systemByCode(tx, strings.ToUpper(code), departments)
	if err == nil || !isNotFound(err) {
		return s, err
	}
	var named []System
	if err := within(tx.Gorm(), "owner_id", departments).Where("name = ?", strings.TrimSpace(word)).Limit(2).Find(&named).Error; err != nil {
		return System{}, err
	}
	if len(named) != 1 {
		return System{}, gorm.ErrRecordNotFound
	}
	return named[0], nil
}

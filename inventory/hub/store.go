package hub

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// isNotFound tells whether a query found nothing.
func isNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// within limits a query to the rows of the departments; nil is all of them.
func within(q *gorm.DB, column string, departments []auth.DepartmentID) *gorm.DB {
	if departments == nil {
		return q
	}
	return q.Where(column+" IN ?", departments)
}

// insertRow adds a row of any table.
func insertRow[T any](tx *store.Tx, row *T) error {
	if err := tx.Gorm().Create(row).Error; err != nil {
		return fmt.Errorf("insert a row: %w", err)
	}
	return nil
}

// putRow inserts a row whose id is 0, and writes any other over its version.
func putRow[T any](tx *store.Tx, row *T, id, version int64) error {
	if id == 0 {
		return insertRow(tx, row)
	}
	return tx.UpdateVersion(row, id, version)
}

// systemByCode finds a system that the departments own.
func systemByCode(tx *store.Tx, code string, departments []auth.DepartmentID) (inventory.System, error) {
	var s inventory.System
	if err := within(tx.Gorm(), "owner_id", departments).Where("code = ?", code).Take(&s).Error; err != nil {
		return inventory.System{}, fmt.Errorf("find system %s: %w", code, err)
	}
	return s, nil
}

func systemByID(tx *store.Tx, id inventory.SystemID) (inventory.System, error) {
	var s inventory.System
	if err := tx.Gorm().Where("id = ?", id).Take(&s).Error; err != nil {
		return inventory.System{}, fmt.Errorf("find system %d: %w", id, err)
	}
	return s, nil
}

// judgedBy are the columns of a system that its connection is worked out from.
var judgedBy = []string{
	"id", "code", "name", "state", "owner_id", "classified", "phase", "network", "gateway_note", "djbh_level", "djbh_filing_no",
	"proposed", "final", "must_connect", "exempt_reason", "defer_until", "updated_at",
}

func systemsAmong(tx *store.Tx, ids []inventory.SystemID) ([]inventory.System, error) {
	var out []inventory.System
	err := tx.Gorm().Select(judgedBy).Where("id ?", store.Among(tx, ids)).Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read %d systems: %w", len(ids), err)
	}
	return out, nil
}

func allSystems(tx *store.Tx) ([]inventory.SystemID, error) {
	var out []inventory.SystemID
	if err := tx.Gorm().Table(inventory.System{}.TableName()).Order("id").Pluck("id", &out).Error; err != nil {
		return nil, fmt.Errorf("list systems: %w", err)
	}
	return out, nil
}

func departmentExists(tx *store.Tx, id auth.DepartmentID) error {
	var n int64
	if err := tx.Gorm().Table("departments").Where("id = ?", id).Count(&n).Error; err != nil {
		return fmt.Errorf("find department %d: %w", id, err)
	}
	if n == 0 {
		return fault.Refuse([]fault.Field{fault.At("department", "hub.err.department")})
	}
	return nil
}

// progress is up to where connections were worked out.
type progress struct {
	Revision  int64
	Day       calendar.Date
	SettledAt time.Time
	stale     bool
}

func progressOf(tx *store.Tx) (progress, error) {
	var out progress
	err := tx.Gorm().Table("hub_progress").Where("id = 1").Take(&out).Error
	if err != nil && !isNotFound(err) {
		return out, fmt.Errorf("read how far connections are worked out: %w", err)
	}
	return out, nil
}

// progressNow is where the register stands.
func progressNow(tx *store.Tx) (progress, error) {
	out := progress{Day: calendar.DateOf(tx.Now()), SettledAt: tx.Now()}
	err := tx.Gorm().Raw("SELECT revision FROM register_revisions WHERE name = 'systems'").Row().Scan(&out.Revision)
	if err != nil {
		return out, fmt.Errorf("read the revision of the register: %w", err)
	}
	return out, nil
}

func setProgress(tx *store.Tx, p progress) error {
	err := tx.Gorm().Exec(`INSERT INTO hub_progress (id, revision, day, settled_at) VALUES (1, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, day = excluded.day, settled_at = excluded.settled_at`,
		p.Revision, p.Day, p.SettledAt).Error
	if err != nil {
		return fmt.Errorf("note how far connections are worked out: %w", err)
	}
	return nil
}

// forgetProgress makes the next reader work everything out anew.
func forgetProgress(tx *store.Tx) error {
	if err := tx.Gorm().Exec("DELETE FROM hub_progress").Error; err != nil {
		return fmt.Errorf("forget how far connections are worked out: %w", err)
	}
	return nil
}

// unsettled finds the systems whose connections may have changed since: those of
// which the register says something new, those that nothing is known of, and
// those that the day alone may have changed.
func unsettled(tx *store.Tx, since progress, today calendar.Date, p *Policy) ([]inventory.SystemID, error) {
	if since.Day.IsZero() {
		return allSystems(tx)
	}
	var out []inventory.SystemID
	err := tx.Gorm().Raw(`SELECT id FROM systems WHERE updated_at >= ?
		UNION SELECT id FROM hub_connections WHERE exempt_until < ?
		UNION SELECT id FROM hub_connections WHERE stage >= ? AND (last_signal < ? OR down_since IS NOT NULL)
		UNION SELECT id FROM hub_connections WHERE stage = ? AND run_from <= ?`,
		since.SettledAt.Add(-overlap), today, Connected, today.AddDays(-p.SilenceDays), Connected, today.AddDays(-p.StableDays)).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("find changed systems: %w", err)
	}
	return out, nil
}

func currentPolicy(tx *store.Tx) (Policy, error) {
	var p Policy
	if err := tx.Gorm().Order("version DESC").Limit(1).Take(&p).Error; err != nil {
		return Policy{}, fmt.Errorf("read the terms of connections: %w", err)
	}
	return p, nil
}

func insertPolicy(tx *store.Tx, p *Policy) error {
	err := tx.Gorm().Create(p).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return store.ErrStale
	}
	if err != nil {
		return fmt.Errorf("insert the terms of connections %d: %w", p.Version, err)
	}
	return nil
}

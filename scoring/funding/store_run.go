package funding

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/eligibility"
)

// isAbsent tells whether a row was not there.
func isAbsent(err error) bool {
	return errors.Is(err, gorm.ErrRecordNotFound) || fault.KindOf(err) == fault.NotFound
}

// locked is a query whose rows nobody else may change meanwhile. SQLite has one
// writer and needs no lock.
func locked(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// readSystems reads the systems that a run is about: those of the city's own
// departments, without drafts and without what ended before the year before.
func readSystems(tx *store.Tx, year int, only []inventory.SystemID) ([]inventory.System, error) {
	q := tx.Gorm().Where("state <> ?", inventory.Draft).
		Where("owner_id IN (SELECT id FROM departments WHERE kind = ?)", inventory.Municipal)
	if only != nil {
		q = q.Where("id ?", store.Among(tx, only))
	} else {
		past := calendar.NewDate(year-1, 1, 1)
		q = q.Where("(state NOT IN ? OR disabled_date IS NULL OR disabled_date >= ?)", []inventory.State{inventory.Merged, inventory.Retired}, past)
	}
	var out []inventory.System
	if err := q.Order("code").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the systems of a run: %w", err)
	}
	return out, nil
}

// runOf is the run of a year that is in force.
func runOf(tx *store.Tx, year int) (Run, error) {
	var r Run
	err := tx.Gorm().Where("year = ? AND kind = ? AND replaced_at IS NULL", year, eligibility.Maintenance).Take(&r).Error
	if err != nil {
		return Run{}, fmt.Errorf("find the run of %d: %w", year, err)
	}
	return r, nil
}

// allRuns lists every run, the newest year first.
func allRuns(tx *store.Tx) ([]Run, error) {
	var out []Run
	if err := tx.Gorm().Order("year DESC, kind, serial DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the runs: %w", err)
	}
	return out, nil
}

// underway tells whether anybody has done anything with the items of a run.
func underway(tx *store.Tx, id RunID) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&Item{}).Where("run_id = ? AND version > 1", id).Limit(1).Count(&n).Error
	return n > 0, err
}

func retireRun(tx *store.Tx, r Run) error {
	at, old := tx.Now(), r.Version
	r.ReplacedAt, r.Version = &at, old+1
	return tx.UpdateVersion(&r, int64(r.ID), old)
}

// lot is how many rows one statement takes.
const lot = 100

// insertRun keeps a run with its items and what was found of them.
func insertRun(tx *store.Tx, r *Run, facts []Facts, findings []Finding, forecasts []string) error {
	err := tx.Gorm().Create(r).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return store.ErrStale // somebody else made it at the same time
	}
	if err != nil {
		return fmt.Errorf("keep run %s: %w", r.Number(), err)
	}
	items := make([]Item, len(facts))
	for i := range facts {
		items[i] = newItem(tx, r, &facts[i], &findings[i])
		items[i].Forecast = forecasts[i]
	}
	if len(items) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(items, lot).Error; err != nil {
		return fmt.Errorf("keep the items of run %s: %w", r.Number(), err)
	}
	steps := make([]Step, len(items))
	for i := range items {
		findings[i].ItemID = items[i].ID
		steps[i] = Step{ItemID: items[i].ID, Number: 1, At: tx.Now(), AccountID: r.FrozenBy, Name: r.FrozenName, Action: "frozen"}
	}
	if err := tx.Gorm().CreateInBatches(findings, lot).Error; err != nil {
		return fmt.Errorf("keep the findings of run %s: %w", r.Number(), err)
	}
	if err := tx.Gorm().CreateInBatches(steps, lot).Error; err != nil {
		return fmt.Errorf("keep the steps of run %s: %w", r.Number(), err)
	}
	return nil
}

func newItem(tx *store.Tx, r *Run, f *Facts, found *Finding) Item {
	return Item{
		RunID: r.ID, SystemID: f.System.ID, DepartmentID: f.Department.ID, Code: f.System.Code, Name: f.System.Name, Amount: f.System.Amount,
		Stage: Found, Result: found.Result, Rules: found.Rules, UntilOn: found.UntilOn,
		Finding: 1, UpdatedAt: tx.Now(), UpdatedBy: r.FrozenBy, Version: 1,
	}
}

// frozenFinding is the first finding of an item with its code, to check a run by.
type frozenFinding struct {
	Finding
	Code string
}

// frozenOf hands the frozen findings of a run to fn, in the order of the codes.
func frozenOf(tx *store.Tx, id RunID, fn func(f *frozenFinding) error) error {
	const size = 1000
	after := ""
	for {
		var rows []frozenFinding
		err := tx.Gorm().Table("funding_findings f").Joins("JOIN funding_items i ON i.id = f.item_id").
			Where("i.run_id = ? AND f.number = 1 AND i.code > ?", id, after).Select("f.*, i.code").Order("i.code").Limit(size).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("read the findings of run %d: %w", id, err)
		}
		for i := range rows {
			if err := fn(&rows[i]); err != nil {
				return err
			}
		}
		if len(rows) < size {
			return nil
		}
		after = rows[size-1].Code
	}
}

// laterOf reads the findings of a run that came after the freeze.
func laterOf(tx *store.Tx, id RunID) ([]frozenFinding, error) {
	var rows []frozenFinding
	err := tx.Gorm().Table("funding_findings f").Joins("JOIN funding_items i ON i.id = f.item_id").
		Where("i.run_id = ? AND f.number > 1", id).Select("f.*, i.code").Order("i.code, f.number").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the later findings of run %d: %w", id, err)
	}
	return rows, nil
}

// escaped is a text as a part of a pattern.
func escaped(text string) string {
	return "%" + store.EscapeLike(strings.ToLower(strings.TrimSpace(text))) + "%"
}

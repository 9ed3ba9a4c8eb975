package funding

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// act says what is being done with an item.
type act struct {
	by     auth.Principal
	action string // message keys funding.step.<action> and oplog.funding.<action>
	note   string
}

// itemIn reads the item of a system in a run, if a principal who sees these
// departments may; nil is all of them.
func itemIn(tx *store.Tx, run RunID, code string, seen []auth.DepartmentID) (Item, error) {
	var i Item
	q := tx.Gorm().Where("run_id = ? AND code = ?", run, code)
	if seen != nil {
		q = q.Where("department_id ?", store.Among(tx, seen))
	}
	err := q.Take(&i).Error
	return i, err
}

func itemForUpdate(tx *store.Tx, run RunID, code string) (Item, error) {
	var i Item
	err := locked(tx).Where("run_id = ? AND code = ?", run, code).Take(&i).Error
	return i, err
}

// updateItem writes a changed item over the version it was read with, with its
// step and the entry of the operation log.
func updateItem(tx *store.Tx, a act, old Item, i *Item) error {
	i.Version, i.UpdatedAt, i.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(i, int64(i.ID), old.Version); err != nil {
		return err
	}
	if err := insertStep(tx, a, i.ID); err != nil {
		return err
	}
	return oplog.Record(tx, a.by, oplog.Entry{
		Action: "funding." + a.action, Kind: KindItem, ID: fmt.Sprint(i.ID), Name: i.Code + " " + i.Name, Department: i.DepartmentID,
		Reason: a.note, Before: old.facts(), After: i.facts(),
	})
}

func insertStep(tx *store.Tx, a act, id ItemID) error {
	var last int64
	if err := tx.Gorm().Model(&Step{}).Where("item_id = ?", id).Select("coalesce(max(number), 0)").Scan(&last).Error; err != nil {
		return fmt.Errorf("count the steps of item %d: %w", id, err)
	}
	s := Step{
		ItemID: id, Number: last + 1, At: tx.Now(), AccountID: a.by.AccountID, Name: a.by.Name, Department: a.by.Department, Action: a.action, Note: a.note,
	}
	if err := tx.Gorm().Create(&s).Error; err != nil {
		return fmt.Errorf("keep step %d of item %d: %w", s.Number, id, err)
	}
	return nil
}

func stepsOf(tx *store.Tx, id ItemID) ([]Step, error) {
	var out []Step
	if err := tx.Gorm().Where("item_id = ?", id).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the steps of item %d: %w", id, err)
	}
	return out, nil
}

// findingsOf lists what an item has come to, in its order.
func findingsOf(tx *store.Tx, id ItemID) ([]Finding, error) {
	var out []Finding
	if err := tx.Gorm().Where("item_id = ?", id).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the findings of item %d: %w", id, err)
	}
	return out, nil
}

// findingOf is one of them.
func findingOf(tx *store.Tx, id ItemID, number int64) (Finding, error) {
	var f Finding
	if err := tx.Gorm().Where("item_id = ? AND number = ?", id, number).Take(&f).Error; err != nil {
		return Finding{}, fmt.Errorf("read finding %d of item %d: %w", number, id, err)
	}
	return f, nil
}

func insertFinding(tx *store.Tx, f *Finding) error {
	err := tx.Gorm().Create(f).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return store.ErrStale
	}
	if err != nil {
		return fmt.Errorf("keep finding %d of item %d: %w", f.Number, f.ItemID, err)
	}
	return nil
}

func pleasOf(tx *store.Tx, id ItemID) ([]Plea, error) {
	var out []Plea
	if err := tx.Gorm().Where("item_id = ?", id).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the pleas of item %d: %w", id, err)
	}
	return out, nil
}

// openPlea is the plea of an item that somebody has something to do with.
func openPlea(tx *store.Tx, id ItemID) (Plea, error) {
	var p Plea
	err := locked(tx).Where("item_id = ? AND state IN ?", id, []PleaState{PleaSubmitted, PleaVerified, PleaConsulted}).Take(&p).Error
	return p, err
}

func insertPlea(tx *store.Tx, p *Plea) error {
	p.Version = 1
	err := tx.Gorm().Create(p).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return ErrPlea
	}
	if err != nil {
		return fmt.Errorf("keep a plea about item %d: %w", p.ItemID, err)
	}
	return nil
}

func updatePlea(tx *store.Tx, p *Plea) error {
	p.Version++
	if err := tx.UpdateVersion(p, int64(p.ID), p.Version-1); err != nil {
		return fmt.Errorf("keep plea %d: %w", p.ID, err)
	}
	return nil
}

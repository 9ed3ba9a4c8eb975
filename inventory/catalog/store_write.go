package catalog

import (
	"fmt"

	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
)

func insertEntry(tx *store.Tx, e *Entry, items []Item) error {
	e.ID, e.Items = 0, int64(len(items))
	if err := tx.Gorm().Create(e).Error; err != nil {
		return fmt.Errorf("insert entry %s: %w", e.Code, err)
	}
	if err := insertItems(tx, e.ID, items); err != nil {
		return err
	}
	return indexEntry(tx, e, items)
}

// replaceItems writes the items of an entry anew, and what it is found by.
func replaceItems(tx *store.Tx, e *Entry, items []Item) error {
	if err := tx.Gorm().Exec("DELETE FROM catalog_items WHERE entry_id = ?", e.ID).Error; err != nil {
		return fmt.Errorf("remove the items of entry %s: %w", e.Code, err)
	}
	if err := insertItems(tx, e.ID, items); err != nil {
		return err
	}
	return indexEntry(tx, e, items)
}

func insertItems(tx *store.Tx, id EntryID, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	rows := make([]itemRow, len(items))
	for n, i := range items {
		rows[n] = itemRow{
			EntryID: id, Position: int64(n + 1), Name: i.Name, NameKey: nameKey(i.Name), DataType: i.DataType, Length: i.Length,
			BaseItem: i.BaseItem, Sensitive: i.Sensitive, ShareType: i.ShareType, Remark: i.Remark,
		}
	}
	if err := tx.Gorm().CreateInBatches(rows, 200).Error; err != nil {
		return fmt.Errorf("insert the items of entry %d: %w", id, err)
	}
	return nil
}

func putDraft(tx *store.Tx, d Draft) error {
	err := tx.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "entry_id"}}, DoUpdates: clause.AssignmentColumns([]string{"content", "updated_at"}),
	}).Create(&d).Error
	if err != nil {
		return fmt.Errorf("keep the draft of entry %d: %w", d.EntryID, err)
	}
	return nil
}

func dropDraft(tx *store.Tx, id EntryID) error {
	if err := tx.Gorm().Exec("DELETE FROM catalog_drafts WHERE entry_id = ?", id).Error; err != nil {
		return fmt.Errorf("drop the draft of entry %d: %w", id, err)
	}
	return nil
}

// keepVersion ends the version in force and keeps the new one.
func keepVersion(tx *store.Tx, by auth.Principal, e *Entry, c Content) error {
	if err := endVersion(tx, e.ID, ""); err != nil {
		return err
	}
	v := Version{
		EntryID: e.ID, Number: e.PublishedVersion, Content: c, ChangeID: e.ChangeID, Reason: e.Reason, ValidFrom: tx.Now(),
		PublishedBy: by.AccountID, PublishedName: by.Name,
	}
	if err := tx.Gorm().Create(&v).Error; err != nil {
		return fmt.Errorf("keep version %d of entry %s: %w", v.Number, e.Code, err)
	}
	return nil
}

func endVersion(tx *store.Tx, id EntryID, ended string) error {
	err := tx.Gorm().Exec("UPDATE catalog_versions SET valid_to = ?, ended = ? WHERE entry_id = ? AND valid_to IS NULL", tx.Now(), ended, id).Error
	if err != nil {
		return fmt.Errorf("end the version of entry %d: %w", id, err)
	}
	return nil
}

func addStep(tx *store.Tx, by auth.Principal, id EntryID, action, text string) error {
	var last int64
	if err := tx.Gorm().Raw("SELECT coalesce(max(number), 0) FROM catalog_steps WHERE entry_id = ?", id).Scan(&last).Error; err != nil {
		return fmt.Errorf("number the steps of entry %d: %w", id, err)
	}
	s := StepTaken{
		EntryID: id, Number: last + 1, At: tx.Now(), AccountID: by.AccountID, Name: by.Name, Department: by.Department, Action: action, Note: text,
	}
	if err := tx.Gorm().Create(&s).Error; err != nil {
		return fmt.Errorf("note a step of entry %d: %w", id, err)
	}
	return nil
}

func stepsOf(tx *store.Tx, id EntryID) ([]StepTaken, error) {
	var out []StepTaken
	if err := tx.Gorm().Where("entry_id = ?", id).Order("number DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the steps of entry %d: %w", id, err)
	}
	return out, nil
}

// knownCodes tells which of the codes an entry has.
func knownCodes(tx *store.Tx, codes []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(codes) == 0 {
		return out, nil
	}
	var found []string
	if err := tx.Gorm().Table(Entry{}.TableName()).Where("code IN ?", codes).Pluck("code", &found).Error; err != nil {
		return nil, fmt.Errorf("look codes up: %w", err)
	}
	for _, c := range found {
		out[c] = true
	}
	return out, nil
}

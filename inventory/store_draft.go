package inventory

import (
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
)

func saveDraft(tx *store.Tx, d draftRow) error {
	err := tx.Gorm().Exec(`INSERT INTO drafts (account_id, subject_kind, subject_id, base_version, body, saved_at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, subject_kind, subject_id)
		DO UPDATE SET base_version = excluded.base_version, body = excluded.body, saved_at = excluded.saved_at`,
		d.AccountID, d.SubjectKind, d.SubjectID, d.BaseVersion, d.Body, d.SavedAt).Error
	if err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	return nil
}

func findDraft(tx *store.Tx, account auth.AccountID, kind, id string) (draftRow, error) {
	var d draftRow
	err := tx.Gorm().Where("account_id = ? AND subject_kind = ? AND subject_id = ?", account, kind, id).Take(&d).Error
	return d, err
}

func dropDraft(tx *store.Tx, account auth.AccountID, kind, id string) error {
	return tx.Gorm().Exec("DELETE FROM drafts WHERE account_id = ? AND subject_kind = ? AND subject_id = ?", account, kind, id).Error
}

func purgeDrafts(tx *store.Tx, before time.Time) (int64, error) {
	res := tx.Gorm().Exec("DELETE FROM drafts WHERE saved_at < ?", before)
	return res.RowsAffected, res.Error
}

func preference(tx *store.Tx, account auth.AccountID, name string) (string, error) {
	var value string
	err := tx.Gorm().Raw("SELECT value FROM preferences WHERE account_id = ? AND name = ?", account, name).Scan(&value).Error
	return value, err
}

func setPreference(tx *store.Tx, account auth.AccountID, name, value string) error {
	return tx.Gorm().Exec(`INSERT INTO preferences (account_id, name, value) VALUES (?, ?, ?)
		ON CONFLICT (account_id, name) DO UPDATE SET value = excluded.value`, account, name, value).Error
}

package survey

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

func insertUpload(tx *store.Tx, u *Upload) error {
	if err := tx.Gorm().Create(u).Error; err != nil {
		return fmt.Errorf("keep workbook %s: %w", u.FileName, err)
	}
	return nil
}

// uploadOf reads a workbook of a form that an account handed in.
func uploadOf(tx *store.Tx, form FormID, account auth.AccountID, id UploadID) (Upload, error) {
	var u Upload
	if err := tx.Gorm().Where("form_id = ? AND account_id = ? AND id = ?", form, account, id).Take(&u).Error; err != nil {
		return Upload{}, fmt.Errorf("find workbook %d of form %d: %w", id, form, err)
	}
	return u, nil
}

// setUpload marks a workbook, with what was taken over from it.
func setUpload(tx *store.Tx, u *Upload, s UploadState) error {
	u.State, u.UpdatedAt = s, tx.Now()
	columns, err := store.Columns(tx.Context(), u)
	if err != nil {
		return err
	}
	set := map[string]any{"state": columns["state"], "updated_at": columns["updated_at"], "body": columns["body"]}
	if err := tx.Gorm().Model(&Upload{}).Where("id = ?", u.ID).UpdateColumns(set).Error; err != nil {
		return fmt.Errorf("mark workbook %d as %s: %w", u.ID, s, err)
	}
	return nil
}

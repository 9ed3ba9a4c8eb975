package catalog

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// matching finds the entry that an entry of a file means: by its code, else by
// the same name in the same department; found tells whether there is one.
func matching(tx *store.Tx, owner DepartmentID, r *ImportRow) (e Entry, found bool, err error) {
	q := tx.Gorm().Where("code = ?", r.Code)
	if r.Code == "" {
		q = tx.Gorm().Where("owner_id = ? AND name = ? AND life <> ?", owner, r.Content.Body.Name, LifeWithdrawn).Order("id")
	}
	err = q.Limit(1).Take(&e).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return Entry{}, false, nil
	case err != nil:
		return Entry{}, false, fmt.Errorf("look for entry %s %s: %w", r.Code, r.Name, err)
	}
	return e, true, nil
}

func insertImport(tx *store.Tx, i *Import, rows []*ImportRow) error {
	i.ID = 0
	if err := tx.Gorm().Create(i).Error; err != nil {
		return fmt.Errorf("keep file %s: %w", i.FileName, err)
	}
	for _, r := range rows {
		r.ImportID = i.ID
	}
	if err := tx.Gorm().CreateInBatches(rows, 100).Error; err != nil {
		return fmt.Errorf("keep the entries of file %s: %w", i.FileName, err)
	}
	return nil
}

func importOf(tx *store.Tx, account auth.AccountID, id ImportID) (Import, error) {
	var i Import
	if err := tx.Gorm().Where("id = ? AND account_id = ?", id, account).Take(&i).Error; err != nil {
		return Import{}, fmt.Errorf("find file %d: %w", id, err)
	}
	return i, nil
}

// shownImports is how many files are listed.
const shownImports = 20

func importsOf(tx *store.Tx, account auth.AccountID) ([]Import, error) {
	var out []Import
	if err := tx.Gorm().Where("account_id = ?", account).Order("id DESC").Limit(shownImports).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	return out, nil
}

func importRows(tx *store.Tx, id ImportID, outcome Outcome, page, size int) ([]ImportRow, int64, error) {
	q := func() *gorm.DB {
		g := tx.Gorm().Model(&ImportRow{}).Where("import_id = ?", id)
		if outcome != "" {
			g = g.Where("outcome = ?", outcome)
		}
		return g
	}
	var total int64
	if err := q().Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count the entries of file %d: %w", id, err)
	}
	var out []ImportRow
	if err := q().Order("row_no").Limit(size).Offset((page - 1) * size).Find(&out).Error; err != nil {
		return nil, 0, fmt.Errorf("read the entries of file %d: %w", id, err)
	}
	return out, total, nil
}

func deleteImportRows(tx *store.Tx, id ImportID) error {
	if err := tx.Gorm().Exec("DELETE FROM catalog_import_rows WHERE import_id = ?", id).Error; err != nil {
		return fmt.Errorf("forget the entries of file %d: %w", id, err)
	}
	return nil
}

// purgedAtOnce is how many files one transaction forgets.
const purgedAtOnce = 200

// purgeImports forgets the rows of old files, and drops those that nobody
// confirmed; what the others wrote stands in the history of the entries.
func purgeImports(tx *store.Tx, before time.Time) (int64, error) {
	var ids []ImportID
	err := tx.Gorm().Model(&Import{}).Where("created_at < ? AND EXISTS (SELECT 1 FROM catalog_import_rows r WHERE r.import_id = catalog_imports.id)", before).
		Order("id").Limit(purgedAtOnce).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := tx.Gorm().Exec("DELETE FROM catalog_import_rows WHERE import_id ?", store.Among(tx, ids)).Error; err != nil {
		return 0, fmt.Errorf("forget the entries of old files: %w", err)
	}
	err = tx.Gorm().Exec("UPDATE catalog_imports SET state = ?, settled_at = ?, version = version + 1 WHERE state = ? AND id ?",
		ImportDropped, tx.Now(), ImportReady, store.Among(tx, ids)).Error
	if err != nil {
		return 0, fmt.Errorf("drop old files: %w", err)
	}
	return int64(len(ids)), nil
}

package inventory

import (
	"encoding/json"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// ImportID identifies a file that was handed in.
type ImportID int64

// ImportState is where a file stands.
type ImportState string

// The states of a file.
const (
	ImportReading  ImportState = "reading"
	ImportReady    ImportState = "ready" // compared, waits for its person
	ImportApplying ImportState = "applying"
	ImportApplied  ImportState = "applied"
	ImportFailed   ImportState = "failed"
	ImportDropped  ImportState = "dropped"
)

// Outcome is what a row of a file would do.
type Outcome string

// The outcomes.
const (
	RowNew     Outcome = "new"
	RowChanged Outcome = "changed"
	RowSame    Outcome = "same"
	RowWrong   Outcome = "wrong"
)

// Import is a file that was handed in, with what was found in it.
type Import struct {
	ID           ImportID
	Kind         string // systems, departments
	AccountID    auth.AccountID
	DepartmentID DepartmentID
	FileName     string
	Sha256       string
	Size         int64
	State        ImportState
	ErrorCode    string
	ErrorArgs    string
	Notes        string
	RowsTotal    int64
	RowsNew      int64
	RowsChanged  int64
	RowsSame     int64
	RowsWrong    int64
	RowsApplied  int64
	Reason       string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// TableName is the table of files.
func (Import) TableName() string { return "imports" }

// Busy tells that the file is being worked on.
func (i Import) Busy() bool { return i.State == ImportReading || i.State == ImportApplying }

// importRow is how a row of a file is kept.
type importRow struct {
	ImportID ImportID
	RowNo    int
	Outcome  Outcome
	Applied  bool
	Code     string
	Name     string
	TargetID *int64
	Version  int64
	Body     string
}

// TableName is the table of rows.
func (importRow) TableName() string { return "import_rows" }

func (r importRow) body() (rowBody, error) {
	var b rowBody
	if err := json.Unmarshal([]byte(r.Body), &b); err != nil {
		return b, fmt.Errorf("read row %d of import %d: %w", r.RowNo, r.ImportID, err)
	}
	return b, nil
}

func insertImport(tx *store.Tx, i *Import) error {
	i.CreatedAt, i.UpdatedAt = tx.Now(), tx.Now()
	if err := tx.Gorm().Create(i).Error; err != nil {
		return fmt.Errorf("insert import: %w", err)
	}
	return nil
}

// importOf finds a file of an account; others do not have it.
func importOf(tx *store.Tx, account auth.AccountID, id ImportID) (Import, error) {
	var i Import
	err := tx.Gorm().Where("id = ? AND account_id = ?", id, account).Take(&i).Error
	return i, err
}

func importsOf(tx *store.Tx, account auth.AccountID, limit int) ([]Import, error) {
	var out []Import
	err := tx.Gorm().Where("account_id = ? AND state <> ?", account, ImportDropped).Order("id DESC").Limit(limit).Find(&out).Error
	return out, err
}

// updateImport sets columns of a file that is in one of the states; false when
// it is not.
func updateImport(tx *store.Tx, id ImportID, from []ImportState, columns map[string]any) (bool, error) {
	columns["updated_at"] = tx.Now()
	res := tx.Gorm().Table(Import{}.TableName()).Where("id = ? AND state IN ?", id, from).UpdateColumns(columns)
	if res.Error != nil {
		return false, fmt.Errorf("update import %d: %w", id, res.Error)
	}
	return res.RowsAffected > 0, nil
}

func insertImportRows(tx *store.Tx, rows []importRow) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(rows, 500).Error; err != nil {
		return fmt.Errorf("keep rows of import %d: %w", rows[0].ImportID, err)
	}
	return nil
}

// importRowsOf lists rows of a file with one of the outcomes.
func importRowsOf(tx *store.Tx, id ImportID, outcomes []Outcome, offset, limit int) ([]importRow, int64, error) {
	q := tx.Gorm().Model(&importRow{}).Where("import_id = ? AND outcome IN ?", id, outcomes)
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count rows of import %d: %w", id, err)
	}
	var rows []importRow
	err := tx.Gorm().Where("import_id = ? AND outcome IN ?", id, outcomes).Order("row_no").Offset(offset).Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read rows of import %d: %w", id, err)
	}
	return rows, total, nil
}

// pendingRows lists the next rows that are still to be written.
func pendingRows(tx *store.Tx, id ImportID, limit int) ([]importRow, error) {
	var rows []importRow
	err := tx.Gorm().Where("import_id = ? AND outcome IN ? AND NOT applied", id, []Outcome{RowNew, RowChanged}).
		Order("row_no").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read pending rows of import %d: %w", id, err)
	}
	return rows, nil
}

// settleRow writes what became of a row.
func settleRow(tx *store.Tx, r importRow) error {
	return tx.Gorm().Table(r.TableName()).Where("import_id = ? AND row_no = ?", r.ImportID, r.RowNo).
		UpdateColumns(map[string]any{"applied": r.Applied, "outcome": r.Outcome, "body": r.Body, "code": r.Code}).Error
}

// interruptedImports ends what a stopped program was working on: a half-read
// file is to be handed in again, a half-written one can be confirmed again.
func interruptedImports(tx *store.Tx) error {
	err := tx.Gorm().Exec(`UPDATE imports SET state = ?, error_code = ?, updated_at = ? WHERE state = ?`,
		ImportFailed, "inventory.err.import_interrupted", tx.Now(), ImportReading).Error
	if err != nil {
		return err
	}
	return tx.Gorm().Exec(`UPDATE imports SET state = ?, updated_at = ? WHERE state = ?`, ImportReady, tx.Now(), ImportApplying).Error
}

// purgeImports forgets the rows of old files; what they changed stands in the
// history of the records.
func purgeImports(tx *store.Tx, before time.Time) (int64, error) {
	err := tx.Gorm().Exec("DELETE FROM import_rows WHERE import_id IN (SELECT id FROM imports WHERE updated_at < ?)", before).Error
	if err != nil {
		return 0, err
	}
	res := tx.Gorm().Exec("DELETE FROM imports WHERE updated_at < ?", before)
	return res.RowsAffected, res.Error
}

// systemsByCodes and systemsByNames find what the rows of a lot speak of.
func systemsByCodes(tx *store.Tx, codes []string) ([]System, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	var out []System
	err := tx.Gorm().Where("code IN ?", codes).Find(&out).Error
	return out, err
}

func systemsByNames(tx *store.Tx, names []string) ([]System, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var out []System
	err := tx.Gorm().Where("name IN ?", names).Find(&out).Error
	return out, err
}

package usage

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// uploadRow is how a row of a file is kept.
type uploadRow struct {
	UploadID UploadID
	RowNo    int
	Outcome  string
	SystemID int64
	Code     string
	Name     string
	Day      calendar.Date
	Body     string
}

// TableName is the table of rows.
func (uploadRow) TableName() string { return "usage_upload_rows" }

// uploadBody is what is kept of a row besides its outcome.
type uploadBody struct {
	Values map[string]int64  `json:"values,omitempty"` // by name of signal
	Was    map[string]int64  `json:"was,omitempty"`
	Found  fault.Kept        `json:"found,omitempty"`
	Typed  map[string]string `json:"typed,omitempty"` // of wrong rows, to be handed back
}

// kept is the row as it is kept.
func (r *givenRow) kept(id UploadID) (uploadRow, error) {
	body := uploadBody{Values: namedValues(r.values), Was: r.was, Found: r.found}
	if r.outcome == inventory.RowWrong {
		body.Typed = r.typed
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return uploadRow{}, fmt.Errorf("keep row %d: %w", r.number, err)
	}
	out := uploadRow{UploadID: id, RowNo: r.number, Outcome: string(r.outcome), Code: r.code, Day: r.day, Body: string(raw)}
	if !r.foreign {
		out.SystemID, out.Name = int64(r.system.ID), r.system.Name
	}
	if len([]rune(out.Code)) > 100 {
		out.Code = string([]rune(out.Code)[:100])
	}
	return out, nil
}

func (r uploadRow) read() (uploadBody, error) {
	var b uploadBody
	if err := json.Unmarshal([]byte(r.Body), &b); err != nil {
		return b, fmt.Errorf("read row %d of file %d: %w", r.RowNo, r.UploadID, err)
	}
	return b, nil
}

func (r uploadRow) shown() (UploadedRow, error) {
	b, err := r.read()
	return UploadedRow{
		Number: r.RowNo, Outcome: inventory.Outcome(r.Outcome), Code: r.Code, Name: r.Name, Day: r.Day,
		Figures: figuresOf(b.Values, b.Was), Found: b.Found,
	}, err
}

func insertUpload(tx *store.Tx, u *Upload) error {
	if err := tx.Gorm().Create(u).Error; err != nil {
		return fmt.Errorf("insert a file of daily figures: %w", err)
	}
	return nil
}

func insertUploadRows(tx *store.Tx, rows []uploadRow) error {
	if err := tx.Gorm().CreateInBatches(rows, 500).Error; err != nil {
		return fmt.Errorf("insert rows of a file of daily figures: %w", err)
	}
	return nil
}

// ofDepartments narrows to files of departments; nil is all.
func ofDepartments(q *gorm.DB, departments []auth.DepartmentID) *gorm.DB {
	if departments == nil {
		return q
	}
	return q.Where("department_id IN ?", departments)
}

func uploadByID(tx *store.Tx, departments []auth.DepartmentID, id UploadID) (Upload, error) {
	var u Upload
	err := ofDepartments(tx.Gorm(), departments).Where("id = ?", id).Take(&u).Error
	return u, err
}

func uploadsOf(tx *store.Tx, departments []auth.DepartmentID, state UploadState, offset, limit int) ([]Upload, int64, error) {
	q := ofDepartments(tx.Gorm().Model(&Upload{}), departments)
	q = standingAt(q, state)
	var total int64
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count files of daily figures: %w", err)
	}
	var out []Upload
	err := q.Session(&gorm.Session{}).Order("id DESC").Offset(offset).Limit(limit).Find(&out).Error
	return out, total, err
}

// standingAt narrows to the files that stand where Upload.Standing says; empty
// is all.
func standingAt(q *gorm.DB, state UploadState) *gorm.DB {
	switch state {
	case "":
		return q
	case UploadReady:
		return q.Where("state = ? AND review IN ?", UploadReady, []Review{ReviewNone, ReviewOwn})
	case UploadWaiting:
		return q.Where("state = ? AND review = ?", UploadReady, ReviewWaiting)
	case UploadReturned:
		return q.Where("state = ? AND review = ?", UploadReady, ReviewReturned)
	}
	return q.Where("state = ?", state)
}

// countUploads counts files of departments that stand somewhere.
func countUploads(tx *store.Tx, departments []auth.DepartmentID, state UploadState) (int64, error) {
	var n int64
	if err := standingAt(ofDepartments(tx.Gorm().Model(&Upload{}), departments), state).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count files that are %s: %w", state, err)
	}
	return n, nil
}

// countToReview counts the files that wait and are not of an account or of
// departments.
func countToReview(tx *store.Tx, account auth.AccountID, departments []auth.DepartmentID) (int64, error) {
	q := standingAt(tx.Gorm().Model(&Upload{}), UploadWaiting)
	if account != 0 {
		q = q.Where("account_id <> ? AND submitted_by <> ?", account, account)
	}
	if len(departments) > 0 {
		q = q.Where("department_id NOT IN ?", departments)
	}
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count files to review: %w", err)
	}
	return n, nil
}

func uploadRowsOf(tx *store.Tx, id UploadID, outcome inventory.Outcome, offset, limit int) ([]uploadRow, int64, error) {
	q := tx.Gorm().Model(&uploadRow{}).Where("upload_id = ?", id)
	if outcome != "" {
		q = q.Where("outcome = ?", outcome)
	}
	var total int64
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count rows of file %d: %w", id, err)
	}
	var out []uploadRow
	err := q.Session(&gorm.Session{}).Order("row_no").Offset(offset).Limit(limit).Find(&out).Error
	return out, total, err
}

func deleteUploadRows(tx *store.Tx, id UploadID) error {
	if err := tx.Gorm().Where("upload_id = ?", id).Delete(&uploadRow{}).Error; err != nil {
		return fmt.Errorf("delete rows of file %d: %w", id, err)
	}
	return nil
}

// purgeUploads drops files that nobody handed in or confirmed, and that are
// older than a time.
func purgeUploads(tx *store.Tx, before time.Time) (int64, error) {
	var ids []UploadID
	err := standingAt(tx.Gorm().Model(&Upload{}), UploadReady).Where("created_at < ?", before).Limit(500).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := tx.Gorm().Where("upload_id IN ?", ids).Delete(&uploadRow{}).Error; err != nil {
		return 0, fmt.Errorf("delete rows of forgotten files: %w", err)
	}
	err = tx.Gorm().Table(Upload{}.TableName()).Where("id IN ?", ids).
		UpdateColumns(map[string]any{"state": UploadDropped, "version": gorm.Expr("version + 1")}).Error
	return int64(len(ids)), err
}

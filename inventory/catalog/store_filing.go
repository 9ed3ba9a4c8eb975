package catalog

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

func findFiling(tx *store.Tx, dept DepartmentID) (Filing, bool, error) {
	var f Filing
	err := tx.Gorm().Where("department_id = ?", dept).Take(&f).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return Filing{}, false, nil
	case err != nil:
		return Filing{}, false, fmt.Errorf("find the catalog of department %d: %w", dept, err)
	}
	return f, true, nil
}

func filingsOf(tx *store.Tx, only []DepartmentID) ([]Filing, error) {
	q := tx.Gorm().Order("department_id")
	if only != nil {
		q = q.Where("department_id ?", store.Among(tx, only))
	}
	var out []Filing
	if err := q.Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the catalogs of departments: %w", err)
	}
	return out, nil
}

func insertFiling(tx *store.Tx, f Filing) error {
	if err := tx.Gorm().Create(&f).Error; err != nil {
		return fmt.Errorf("ask department %d for its catalog: %w", f.DepartmentID, err)
	}
	return nil
}

func updateFiling(tx *store.Tx, f Filing, version int64) error {
	columns, err := store.Columns(tx.Context(), &f)
	if err != nil {
		return err
	}
	res := tx.Gorm().Model(&f).Where("department_id = ? AND version = ?", f.DepartmentID, version).UpdateColumns(columns)
	switch {
	case res.Error != nil:
		return fmt.Errorf("change the catalog of department %d: %w", f.DepartmentID, res.Error)
	case res.RowsAffected == 0:
		return store.ErrStale
	}
	return nil
}

// countOwn counts the entries of a department.
func countOwn(tx *store.Tx, dept DepartmentID) (own, error) {
	var n own
	err := tx.Gorm().Raw(`SELECT
		coalesce(sum(CASE WHEN life = 'new' AND step IN ('', 'draft', 'returned') THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN life = 'new' AND step IN ('region', 'review') THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN life = 'published' THEN 1 ELSE 0 END), 0)
		FROM catalog_entries WHERE owner_id = ?`, dept).Row().Scan(&n.drafts, &n.review, &n.published)
	if err != nil {
		return own{}, fmt.Errorf("count the entries of department %d: %w", dept, err)
	}
	return n, nil
}

// counted is what a department has in the catalog.
type counted struct {
	OwnerID                                               DepartmentID
	Drafts, InReview, Published, T1, T2, T3, Mounted, Old int64
}

func filingRows(tx *store.Tx, s sight, day calendar.Date) ([]FilingRow, error) {
	q := tx.Gorm().Order("department_id")
	if !s.all {
		q = q.Where("department_id IN ?", append([]DepartmentID{0}, s.own...))
	}
	var filings []Filing
	if err := q.Find(&filings).Error; err != nil {
		return nil, fmt.Errorf("read the catalogs of departments: %w", err)
	}
	counts, err := countByOwner(tx, day)
	if err != nil {
		return nil, err
	}
	out := make([]FilingRow, len(filings))
	for i, f := range filings {
		c := counts[f.DepartmentID]
		out[i] = FilingRow{
			Filing: f, Drafts: c.Drafts, InReview: c.InReview, Published: c.Published, Share: [3]int64{c.T1, c.T2, c.T3},
			Mounted: c.Mounted, Stale: c.Old,
		}
	}
	return out, nil
}

func countByOwner(tx *store.Tx, day calendar.Date) (map[DepartmentID]counted, error) {
	var rows []counted
	err := tx.Gorm().Raw(`SELECT owner_id,
		sum(CASE WHEN life = 'new' AND step IN ('', 'draft', 'returned') THEN 1 ELSE 0 END) AS drafts,
		sum(CASE WHEN life = 'new' AND step IN ('region', 'review') THEN 1 ELSE 0 END) AS in_review,
		sum(CASE WHEN life = 'published' THEN 1 ELSE 0 END) AS published,
		sum(CASE WHEN life = 'published' AND share_type = '1' THEN 1 ELSE 0 END) AS t1,
		sum(CASE WHEN life = 'published' AND share_type = '2' THEN 1 ELSE 0 END) AS t2,
		sum(CASE WHEN life = 'published' AND share_type = '3' THEN 1 ELSE 0 END) AS t3,
		sum(CASE WHEN life = 'published' AND mount_kind <> '' THEN 1 ELSE 0 END) AS mounted,
		sum(CASE WHEN life = 'published' AND stale_on <= ? THEN 1 ELSE 0 END) AS old
		FROM catalog_entries GROUP BY owner_id`, day).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count entries by department: %w", err)
	}
	out := make(map[DepartmentID]counted, len(rows))
	for _, r := range rows {
		out[r.OwnerID] = r
	}
	return out, nil
}

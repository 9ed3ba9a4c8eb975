package scoring

import (
	"errors"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// reportHeads reads where the reports of a kind stand, without what is in them;
// an empty period is all of them.
func reportHeads(tx *store.Tx, kind ReportKind, period string, only []auth.DepartmentID) ([]Report, error) {
	q := among(tx, tx.Gorm().Where("kind = ?", kind), only).Order("period, department_id").
		Select("id", "kind", "period", "department_id", "state", "due_on", "counts_on", "late_wd", "filed_at", "filed_name", "version")
	if period != "" {
		q = q.Where("period = ?", period)
	}
	var out []Report
	if err := q.Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the reports: %w", err)
	}
	return out, nil
}

// filedOf tells who has filed the report of a period.
func filedOf(tx *store.Tx, kind ReportKind, period string) (map[auth.DepartmentID]bool, error) {
	rows, err := reportHeads(tx, kind, period, nil)
	out := map[auth.DepartmentID]bool{}
	for _, r := range rows {
		out[r.DepartmentID] = r.State.In() || r.State == ReportReturned
	}
	return out, err
}

// reportsOf reads the reports of a body whose period begins so, the oldest first.
func reportsOf(tx *store.Tx, kind ReportKind, dept auth.DepartmentID, begins string) ([]Report, error) {
	var out []Report
	err := tx.Gorm().Where("kind = ? AND department_id = ? AND period LIKE ?", kind, dept, begins+"%").Order("period").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read the reports of department %d: %w", dept, err)
	}
	return out, nil
}

func findReport(tx *store.Tx, k ReportKey) (Report, bool, error) { return takeReport(tx.Gorm(), k) }

func reportForUpdate(tx *store.Tx, k ReportKey) (Report, bool, error) {
	return takeReport(locked(tx), k)
}

func takeReport(q *gorm.DB, k ReportKey) (Report, bool, error) {
	var r Report
	err := q.Where("kind = ? AND period = ? AND department_id = ?", k.Kind, k.Period, k.Department).Take(&r).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return Report{Kind: k.Kind, Period: k.Period, DepartmentID: k.Department}, false, nil
	case err != nil:
		return Report{}, false, fmt.Errorf("find the report %s of department %d: %w", k.Period, k.Department, err)
	}
	return r, true, nil
}

// keepReport writes a report with its step and the operation log.
func keepReport(tx *store.Tx, by auth.Principal, action, note string, old Report, r *Report) error {
	r.Version, r.UpdatedAt, r.UpdatedBy, r.UpdatedName = old.Version+1, tx.Now(), by.AccountID, by.Name
	r.Figures, r.TaskRows, r.Sections = some(r.Figures), some(r.TaskRows), some(r.Sections)
	var before any
	if old.ID == 0 {
		r.CreatedAt = tx.Now()
		if err := tx.Gorm().Create(r).Error; err != nil {
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return store.ErrStale
			}
			return fmt.Errorf("keep the report %s of department %d: %w", r.Period, r.DepartmentID, err)
		}
	} else {
		before = old.facts()
		if err := tx.UpdateVersion(r, r.ID, old.Version); err != nil {
			return err
		}
	}
	return keepStep(tx, by, action, note, oplog.Entry{
		Kind: ReportRecord, ID: strconv.FormatInt(r.ID, 10), Name: r.Period, Department: r.DepartmentID, Before: before, After: r.facts(),
	}, r.ID, r.Version)
}

// some makes no list an empty one, which the columns want.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

package zombie

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory/zombie/detect"
)

// runRow is a run as it is kept.
type runRow struct {
	Day           detect.Day `gorm:"primaryKey"`
	State         RunState
	PolicyVersion int64
	StartedAt     time.Time
	FinishedAt    *time.Time
	StartedName   string
	Working       bool
	Partial       bool
	Systems       int
	Measured      int
	Insufficient  int
	Met           int
	Suspected     int
	Fresh         int
	Cleared       int
	Changed       int
	Rebuilt       int
	Corrections   int
	CorrectedAt   *time.Time
	DecidedBy     auth.AccountID
	DecidedName   string
	DecidedAt     *time.Time
	DecidedReason string
}

// TableName is the table of the runs.
func (runRow) TableName() string { return "zombie_runs" }

func (r *runRow) run() Run {
	return Run{
		Day: DateOf(r.Day), State: r.State, Policy: r.PolicyVersion, StartedAt: r.StartedAt, FinishedAt: timeOr(r.FinishedAt), Starter: r.StartedName,
		Working: r.Working, Partial: r.Partial,
		Counts:      Counts{r.Systems, r.Measured, r.Insufficient, r.Met, r.Suspected, r.Fresh, r.Cleared, r.Changed, r.Rebuilt},
		Corrections: r.Corrections, CorrectedAt: timeOr(r.CorrectedAt),
		DecidedBy: r.DecidedBy, DecidedName: r.DecidedName, DecidedAt: timeOr(r.DecidedAt), DecidedReason: r.DecidedReason,
	}
}

func timeOr(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func newestRun(tx *store.Tx) (Run, error) {
	var r runRow
	err := tx.Gorm().Where("state = ?", Finished).Order("day DESC").Limit(1).Take(&r).Error
	return r.run(), noRun(err)
}

func runOf(tx *store.Tx, day detect.Day) (Run, error) {
	var r runRow
	err := tx.Gorm().Where("day = ?", day).Take(&r).Error
	return r.run(), noRun(err)
}

func noRun(err error) error {
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return ErrNoRun
	case err != nil:
		return fmt.Errorf("read a run: %w", err)
	}
	return nil
}

func listRuns(tx *store.Tx, skip, n int) ([]Run, int64, error) {
	var total int64
	if err := tx.Gorm().Model(&runRow{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count runs: %w", err)
	}
	var rows []runRow
	if err := tx.Gorm().Order("day DESC").Offset(skip).Limit(n).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("read runs: %w", err)
	}
	out := make([]Run, len(rows))
	for i := range rows {
		out[i] = rows[i].run()
	}
	return out, total, nil
}

package zombie

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// Runs lists the runs, the newest first: n of them after the first skip, and
// how many there are.
func (d *Detector) Runs(ctx context.Context, by auth.Principal, skip, n int) (runs []Run, total int64, err error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, 0, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		runs, total, err = listRuns(tx, skip, n)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list runs: %w", err)
	}
	return runs, total, nil
}

// Run is the run of a day.
func (d *Detector) Run(ctx context.Context, by auth.Principal, day calendar.Date) (r Run, err error) {
	if err := by.Require(Viewers()...); err != nil {
		return Run{}, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		r, err = runOf(tx, DayOf(day))
		return err
	})
	if err != nil {
		return Run{}, fmt.Errorf("find the run of %v: %w", day, err)
	}
	return r, nil
}

// Label is the message key of the state's name.
func (s RunState) Label() string { return "zombie.run.state." + string(s) }

// Newest is the day of the newest run whose findings can be seen, and ErrNoRun
// before there is one.
func (d *Detector) Newest(ctx context.Context, by auth.Principal) (day calendar.Date, err error) {
	if err := by.Require(Viewers()...); err != nil {
		return day, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		run, err := newestRun(tx)
		day = run.Day
		return err
	})
	return day, err
}

package zombie

import (
	"context"
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory/zombie/detect"
)

// dayAct is what is done with what a run of a day would change.
type dayAct func(tx *store.Tx, day detect.Day) error

// ErrNotHeld says that a run does not wait for anybody.
var ErrNotHeld = fault.New(fault.Conflict, "zombie.err.not_held")

// Release lets what a held run found be seen. It is for the centre.
func (d *Detector) Release(ctx context.Context, by auth.Principal, day calendar.Date, reason string) (Run, error) {
	return d.decide(ctx, by, day, reason, "zombie.run_released", Finished, publish)
}

// Discard drops what a held run found: nothing of it is ever seen. The next run
// looks again.
func (d *Detector) Discard(ctx context.Context, by auth.Principal, day calendar.Date, reason string) (Run, error) {
	return d.decide(ctx, by, day, reason, "zombie.run_discarded", Discarded, clearChanges)
}

func (d *Detector) decide(ctx context.Context, by auth.Principal, day calendar.Date, reason, act string, state RunState, do dayAct) (Run, error) {
	if err := by.Require(Runners()...); err != nil {
		return Run{}, err
	}
	if err := fault.Refuse(checkText("reason", reason, mostReason)); err != nil {
		return Run{}, err
	}
	var run Run
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		old, err := runOf(tx, DayOf(day))
		if err != nil {
			return err
		}
		if old.State != Held {
			return ErrNotHeld
		}
		run = old
		run.State, run.DecidedBy, run.DecidedName, run.DecidedAt, run.DecidedReason = state, by.AccountID, by.Name, tx.Now(), strings.TrimSpace(reason)
		if err := do(tx, DayOf(day)); err != nil {
			return err
		}
		if err := writeRun(tx, run); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: act, Kind: "zombie_run", ID: day.String(), Name: day.String(), Before: summaryOf(old), After: summaryOf(run), Reason: run.DecidedReason,
		})
	})
	if err != nil {
		return Run{}, fmt.Errorf("decide on the run of %v: %w", day, err)
	}
	return run, nil
}

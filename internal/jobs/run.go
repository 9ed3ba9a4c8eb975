package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"qingce/internal/store"
)

// execute does the work of a run that was claimed and writes down how it
// ended.
func (t *Timetable) execute(ctx context.Context, j planned, run Run) Run {
	work, cancel := context.WithTimeout(ctx, j.Limit)
	note, err := do(work, j, run.Slot)
	cancel()
	run.Status, run.Note = Done, note
	if err != nil {
		run.Status, run.Note = Failed, err.Error()
		t.opts.Log.Error("job failed", "job", j.Name, "slot", run.Slot, "attempt", run.Attempt, "error", err)
	}
	// The end is written down also when the service is being stopped.
	err = t.write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		now := tx.Now()
		run.FinishedAt = &now
		return finish(tx, run)
	})
	if err != nil {
		t.opts.Log.Error("the end of a job cannot be written down", "job", j.Name, "slot", run.Slot, "error", err)
	}
	if t.opts.Finished != nil {
		t.opts.Finished(run)
	}
	return run
}

// do calls the job; a panic is a failure like others.
func do(ctx context.Context, j planned, slot time.Time) (note string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return j.Do(ctx, slot)
}

// Run does a job now, by hand, whoever leads and whatever the plan says. The
// error is the job's; the run says it too.
func (t *Timetable) Run(ctx context.Context, name string) (Run, error) {
	for _, j := range t.jobs {
		if j.Name != name {
			continue
		}
		var run Run
		err := t.write(ctx, func(tx *store.Tx) (err error) {
			run, err = byHand(tx, name, t.opts.Node)
			return err
		})
		if err != nil {
			return Run{}, fmt.Errorf("begin job %s: %w", name, err)
		}
		if run = t.execute(ctx, j, run); run.Status == Failed {
			return run, fmt.Errorf("job %s: %s", name, run.Note)
		}
		return run, nil
	}
	return Run{}, fmt.Errorf("run job %q: %w", name, ErrNoJob)
}

// Line is a line of the timetable.
type Line struct {
	Job
	// Next is the next planned time, in UTC.
	Next time.Time
	// Last are the newest runs, the newest first.
	Last []Run
}

// List gives every job with its next time and its last runs (at most runs of
// them).
func (t *Timetable) List(ctx context.Context, runs int) ([]Line, error) {
	var out []Line
	err := t.db.Read(ctx, func(tx *store.Tx) error {
		for _, j := range t.jobs {
			last, err := newest(tx, j.Name, runs)
			if err != nil {
				return err
			}
			out = append(out, Line{Job: j.Job, Next: j.schedule.Next(tx.Now()).UTC(), Last: last})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return out, nil
}

// Forget removes runs that began before t, all but the newest of each job, and
// says how many.
func Forget(ctx context.Context, db *store.DB, t time.Time) (int64, error) {
	var n int64
	err := db.Write(ctx, func(tx *store.Tx) (err error) {
		n, err = forget(tx, t)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget old runs: %w", err)
	}
	return n, nil
}

package main

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/jobs"
	"qingce/inventory/usage"
)

// openIntake begins to take what probes send, and returns what ends it: what was
// taken is then on disk.
func (r *rooms) openIntake() func(context.Context) error {
	r.intake = usage.NewIntake(r.ledger, usage.DefaultIntakeLimits())
	return r.intake.Stop
}

// usageJobs are the jobs about probes and use.
func (r *rooms) usageJobs() []jobs.Job {
	return []jobs.Job{
		{
			Name: "usage-probes", Plan: "*/10 * * * *", Limit: time.Minute,
			About: "Note the probes that have fallen silent.",
			Do:    r.watchProbes,
		},
		{
			Name: "usage-rollup", Plan: "0,15,30,45 * * * *", Limit: 14 * time.Minute,
			About: "Work out the days and months of the systems from the hours that have come.",
			Do:    r.ledger.JobRollUp,
		},
		{
			Name: "usage-partitions", Plan: "10 1 * * *", Limit: 30 * time.Minute,
			About: "Make room for the hours to come, and remove those that are kept no longer.",
			Do:    r.ledger.JobPartitions,
		},
		{
			Name: "usage-files", Plan: "50 1 * * *", Limit: 5 * time.Minute,
			About: "Forget the files of daily figures that nobody confirmed for 30 days.",
			Do:    r.purgeUploads,
		},
		{
			Name: "usage-points", Plan: "40 1 * * *", Limit: 30 * time.Minute,
			About: "Remove the points of series that are kept no longer.",
			Do:    r.prunePoints,
		},
	}
}

func (r *rooms) purgeUploads(ctx context.Context, _ time.Time) (string, error) {
	n, err := r.backfill.Purge(ctx)
	return fmt.Sprintf("files forgotten %d", n), err
}

func (r *rooms) prunePoints(ctx context.Context, _ time.Time) (string, error) {
	n, err := r.inbox.PruneSeries(ctx)
	return fmt.Sprintf("hours of series removed %d", n), err
}

func (r *rooms) watchProbes(ctx context.Context, _ time.Time) (string, error) {
	n, err := r.probes.Watch(ctx)
	return fmt.Sprintf("fallen silent %d", n), err
}

// startFolder folds the samples of series that wait into hours.
func (a *App) startFolder(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.rooms.inbox.Run(ctx)
	}()
	a.undo.add(func(context.Context) error {
		cancel()
		<-done
		return nil
	})
}

// startKeeper writes every few seconds what arrived from probes.
func (a *App) startKeeper(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.rooms.probes.Keep(ctx, func(err error) {
			a.conf.Log.Warn("figures of probes could not be written; they are kept", "error", err)
		})
	}()
	a.undo.add(func(context.Context) error {
		cancel()
		<-done
		return nil
	})
}

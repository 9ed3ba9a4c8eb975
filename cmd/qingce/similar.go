package main

import (
	"context"
	"time"

	"qingce/internal/jobs"
)

// similarJob compares what systems do, and looks where people went, before
// detection reads it.
func (r *rooms) similarJob() jobs.Job {
	return jobs.Job{
		Name: "similar", Plan: "40 0 * * *", Limit: 30 * time.Minute,
		About: "Compare what new and changed systems do with all others, and look where people went.",
		Do:    func(ctx context.Context, _ time.Time) (string, error) { return r.compareSystems(ctx) },
	}
}

// compareSystems brings the pairs of similar systems up to the register and to
// the facts of use.
func (r *rooms) compareSystems(ctx context.Context) (string, error) {
	compared, err := r.similar.Compare(ctx, false)
	if err != nil {
		return "", err
	}
	measured, err := r.similar.Measure(ctx)
	return compared.String() + "; " + measured.String(), err
}

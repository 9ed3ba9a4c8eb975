package main

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/jobs"
	"qingce/inventory/hub/hubweb"
)

// hubJobs are the jobs about connections with the hub. Who reads works out what
// changed; the jobs see to it that silence is noticed when nobody reads, and that
// nothing is missed.
func (r *rooms) hubJobs() []jobs.Job {
	return []jobs.Job{
		{
			Name: "hub", Plan: "10 * * * *", Limit: 10 * time.Minute,
			About: "Work out the connections of systems that changed, and note those that have fallen silent.",
			Do: func(ctx context.Context, _ time.Time) (string, error) {
				return "settled", r.hub.Settle(ctx)
			},
		},
		{
			Name: "hub-all", Plan: "15 3 * * *", Limit: time.Hour,
			About: "Work out the connections of all systems anew.",
			Do: func(ctx context.Context, _ time.Time) (string, error) {
				n, err := r.hub.SettleAll(ctx)
				return fmt.Sprintf("systems %d", n), err
			},
		},
	}
}

// hubDeps is what the pages of connections stand on.
func (r *rooms) hubDeps() hubweb.Deps {
	return hubweb.Deps{Hub: r.hub, Registry: r.registry, Book: r.book, Catalog: r.catalog}
}

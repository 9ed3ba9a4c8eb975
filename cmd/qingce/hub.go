package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"qingce/internal/jobs"
	"qingce/internal/store"
	"qingce/inventory/hub"
	"qingce/inventory/hub/hubweb"
	"qingce/inventory/usage"
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

// hearHub hands what series of gateways say of exchange to the connections.
func (r *rooms) hearHub(tx *store.Tx, heard usage.HubHeard) error {
	reports := map[string]*hub.Report{}
	of := func(probe string) *hub.Report {
		if reports[probe] == nil {
			reports[probe] = &hub.Report{Source: hub.SeriesSource(probe)}
		}
		return reports[probe]
	}
	for _, d := range heard.Days {
		of(d.Probe).Exchanges = append(of(d.Probe).Exchanges, hub.Exchanged{
			Day: d.Day, Provider: d.Provider, Consumer: d.Consumer, Seq: d.Seq, Exchanges: d.Exchanges, Failures: d.Failures, Bytes: d.Bytes,
		})
	}
	for _, b := range heard.Beats {
		of(b.Probe).Beats = append(of(b.Probe).Beats, hub.Heartbeat{Party: b.Party, Hour: b.Hour})
	}
	for _, probe := range slices.Sorted(maps.Keys(reports)) {
		if err := r.hub.TakeSeries(tx, *reports[probe]); err != nil {
			return err
		}
	}
	return nil
}

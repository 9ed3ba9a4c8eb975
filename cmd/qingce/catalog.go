package main

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/jobs"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogweb"
)

// newCatalog makes the resource catalog over the other rooms.
func (r *rooms) newCatalog() *catalog.Desk {
	return catalog.New(catalog.Deps{DB: r.db, Registry: r.registry, Book: r.book, Texts: r.catalog}, catalog.Options{Published: r.entryPublished})
}

// mountCatalog adds the pages of the catalog and its part of the API.
func (r *rooms) mountCatalog(s *web.Server) {
	deps := catalogweb.Deps{DB: r.db, Registry: r.registry, Catalog: r.resources, Book: r.book, Texts: r.catalog}
	catalogweb.Mount(s, deps)
	catalogweb.MountAPI(s, deps)
}

// overlapsJob looks for items that are collected twice.
func (r *rooms) overlapsJob() jobs.Job {
	return jobs.Job{
		Name: "overlaps", Plan: "40 3 * * 1", Limit: time.Hour,
		About: "Look for items of the catalog that several departments collect although the hub holds them.",
		Do: func(ctx context.Context, _ time.Time) (string, error) {
			n, err := r.resources.ProposeOverlaps(ctx, auth.System("overlaps"))
			return fmt.Sprintf("proposed %d", n), err
		},
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/jobs"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
	"qingce/inventory/sharing/sharingweb"
	"qingce/templates"
)

// newSharing makes the desk where departments ask each other for data.
func (r *rooms) newSharing() *sharing.Desk {
	return sharing.NewDesk(sharing.Deps{DB: r.db, Registry: r.registry, Catalog: r.resources, Book: r.book, Box: r.box})
}

// entryPublished lets sharing close what waited for the corrected version of an
// entry.
func (r *rooms) entryPublished(tx *store.Tx, by auth.Principal, e catalog.Entry) error {
	return r.sharing.EntryPublished(tx, by, e.Code)
}

// mountSharing adds the pages and the API of sharing.
func (r *rooms) mountSharing(s *web.Server) {
	deps := sharingweb.Deps{DB: r.db, Registry: r.registry, Catalog: r.resources, Sharing: r.sharing, Box: r.box}
	sharingweb.Mount(s, deps)
	sharingweb.MountAPI(s, deps)
}

// sharingJob notes the silence of providers and ends agreements that are over.
func (r *rooms) sharingJob() jobs.Job {
	return jobs.Job{
		Name: "sharing", Plan: "2 * * * *", Limit: 5 * time.Minute,
		About: "Note providers whose term has passed without an answer, and end agreements whose last day is over.",
		Do:    r.sweepSharing,
	}
}

func (r *rooms) sweepSharing(ctx context.Context, _ time.Time) (string, error) {
	silent, err1 := r.sharing.Sweep(ctx)
	over, err2 := r.sharing.Expire(ctx)
	return fmt.Sprintf("overdue %d, expired %d", silent, over), errors.Join(err1, err2)
}

// sharingTasks are the requests, objections and demands that wait for a step of
// the reader.
func (r *rooms) sharingTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	w, err := r.sharing.Waits(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	var out []adminweb.HomeTask
	add := func(name, href, icon string, n, late int64) {
		if n == 0 {
			return
		}
		tone := templates.ToneAmber
		if late > 0 {
			tone = templates.ToneRed
		}
		out = append(out, adminweb.HomeTask{
			Icon: icon, Tone: tone, Count: req.P.Number(n), Href: href + "?waiting=true",
			Text: req.T("home.sharing." + name), Note: req.T("home.sharing." + name + ".note"),
		})
	}
	add("requests", "/sharing/requests", "send", w.Requests, w.LateRequests)
	add("objections", "/sharing/objections", "bell", w.Objections, w.LateObjections)
	add("demands", "/sharing/demands", "inbox", w.Demands, 0)
	return out, nil
}

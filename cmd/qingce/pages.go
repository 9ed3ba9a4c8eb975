package main

import (
	"context"

	"qingce/internal/adminweb"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/hub/hubweb"
	"qingce/inventory/inventoryweb"
	"qingce/inventory/similar/similarweb"
	"qingce/inventory/usage/usageweb"
	"qingce/inventory/zombie/zombieweb"
	"qingce/survey/surveyweb"
	"qingce/templates"
)

// newPages makes the HTTP side with all routes.
func (r *rooms) newPages(conf Config) (*web.Server, error) {
	var s *web.Server // the frame asks it for its routes
	var err error
	frame := r.frame(func() *web.Server { return s })
	var banner func(*web.Request) []templates.Flash
	if conf.Demo {
		banner = demoBanner
	}
	s, err = web.New(web.Options{
		Banner: banner, Frame: frame,
		Templates: templates.FS, Catalog: r.catalog, Version: thisBuild().Version, Clock: r.db.Now, Log: conf.Log, Metrics: r.registerer,
		Session: adminweb.Session(r.accounts), Token: adminweb.Token(r.accounts), Denied: r.denied, Together: store.Together,
		Secure: conf.secure(), TrustedProxies: conf.TrustedProxies,
		PasswordPath: adminweb.PasswordPath, SignInPath: adminweb.SignInPath,
	})
	if err != nil {
		return nil, err
	}
	r.health.token = adminweb.Token(r.accounts)
	r.health.mount(s)
	adminweb.Mount(s, adminweb.Deps{Accounts: r.accounts, Departments: r.departments, Clock: r.db.Now})
	adminweb.MountCalendar(s, adminweb.CalendarDeps{Book: r.book, Departments: r.departments})
	adminweb.MountOplog(s, adminweb.OplogDeps{DB: r.db, Log: r.journal, Anchor: r.anchor, Departments: r.departments})
	adminweb.MountHome(s, adminweb.HomeDeps{
		Registry: r.registry, Importer: r.importer, Book: r.book, Accounts: r.accounts, Anchor: r.anchor, Departments: r.departments,
		Tasks: r.tasks, Others: r.others, Figures: r.figures,
	})
	use := usageweb.Deps{
		DB: r.db, Registry: r.registry, Probes: r.probes, Ledger: r.ledger, Intake: r.intake, Inbox: r.inbox, Rules: r.rules, Catalog: r.catalog, Metrics: r.registerer, Quota: conf.Quota,
		Backfill: r.backfill, Book: r.book,
	}
	alike := similarweb.Deps{Registry: r.registry, Similar: r.similar}
	zombies := zombieweb.Deps{
		DB: r.db, Registry: r.registry, Ledger: r.ledger, Detector: r.detector, Cases: r.cases, Book: r.book, Box: r.box, Catalog: r.catalog,
	}
	deps := inventoryweb.Deps{
		DB: r.db, Registry: r.registry, Schedule: r.book, Evidence: r.box, Importer: r.importer, Catalog: r.catalog,
		Beside: []inventoryweb.Beside{usageweb.Block(use), zombieweb.CaseBlock(zombies), hubweb.Block(r.hubDeps()), similarweb.Block(alike)},
	}
	inventoryweb.Mount(s, deps)
	inventoryweb.MountAPI(s, deps)
	inventoryweb.MountImports(s, deps, r.importer)
	surveys := surveyweb.Deps{
		DB: r.db, Surveys: r.surveys, Census: r.census, Registry: r.registry, Book: r.book, Box: r.box, Catalog: r.catalog,
	}
	hubs := r.hubDeps()
	hubweb.Mount(s, hubs)
	hubweb.MountAPI(s, hubs)
	surveyweb.Mount(s, surveys)
	surveyweb.MountAPI(s, surveys)
	r.mountCatalog(s)
	r.mountSharing(s)
	r.mountTasks(s)
	r.mountScorecards(s)
	r.mountFunding(s)
	r.mountRectification(s)
	usageweb.Mount(s, use)
	usageweb.MountAPI(s, use)
	similarweb.Mount(s, alike)
	similarweb.MountAPI(s, alike)
	zombieweb.Mount(s, zombies)
	zombieweb.MountAPI(s, zombies)
	return s, nil
}

// departments lists the departments of today, to choose from, and behind them
// those that ended: due dates, accounts and the log still speak of them.
func (r *rooms) departments(ctx context.Context) ([]adminweb.Choice, error) {
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var active, ended []adminweb.Choice
	today := calendar.DateOf(r.db.Now())
	for _, d := range dir.All() {
		c := adminweb.Choice{ID: d.ID, Code: d.Code, Name: d.Name, Ended: !d.ActiveOn(today)}
		if c.Ended {
			ended = append(ended, c)
		} else {
			active = append(active, c)
		}
	}
	return append(active, ended...), nil
}

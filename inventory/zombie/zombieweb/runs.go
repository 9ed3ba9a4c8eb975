package zombieweb

import (
	"context"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/templates"
)

// runsPerPage is how many runs a page shows.
const runsPerPage = 50

func (d *desk) mountRuns(s *web.Server) {
	view := s.Group(web.For(zombie.Viewers()...))
	web.Get(view, runsPath, d.showRuns)
	web.Get(view, runsPath+"/:day", d.showRun)

	centre := s.Group(web.For(zombie.Runners()...))
	web.Post(centre.Within(longRun), runsPath, d.startRun)
	web.Post(centre, runsPath+"/:day/decision", d.decideRun)
}

// longRun is how long a run that somebody starts by hand may take.
const longRun = 10 * time.Minute

type pageIn struct {
	Page int `form:"page"`
}

// runsPage is the data of zombie/runs.
type runsPage struct {
	Head  templates.Head
	Table *templates.Table
	Empty *templates.Empty
	Pager *templates.Pager
}

// showRuns lists the runs.
func (d *desk) showRuns(r *web.Request, in pageIn) (web.Response, error) {
	page := max(in.Page, 1)
	runs, total, err := d.Detector.Runs(r.Ctx, r.By, (page-1)*runsPerPage, runsPerPage)
	if err != nil {
		return nil, err
	}
	data := runsPage{Head: templates.Head{Title: r.T("zombie.runs"), Lead: r.T("zombie.runs.lead")}}
	if r.By.Is(zombie.Runners()...) {
		data.Head.Actions = runActs(r, runs)
	}
	if len(runs) == 0 {
		data.Empty = &templates.Empty{Title: r.T("zombie.runs.none"), Text: r.T("zombie.runs.none.text"), Icon: "search"}
	} else {
		data.Table = runsTable(r.P, runs)
		pager := templates.NewPager(runsPath, page, runsPerPage, total)
		data.Pager = &pager
	}
	crumbs := []templates.Crumb{{Text: r.T("menu.home"), Href: "/"}, {Text: r.T("zombie.runs"), Href: runsPath}}
	return web.View{Template: "zombie/runs", Title: r.T("zombie.runs"), Crumbs: crumbs, Data: data}, nil
}

// runActs are what the centre can do with the list: run yesterday, or the newest
// day again.
func runActs(r *web.Request, runs []zombie.Run) []templates.Act {
	yesterday := r.Today().AddDays(-1)
	if len(runs) == 0 || runs[0].Day.Before(yesterday) {
		return []templates.Act{{
			Text: r.T("zombie.run.start", "day", yesterday), Post: runsPath, Kind: templates.ActPrimary, Note: r.T("zombie.run.start.note"),
			Hidden: []templates.Pair{{Name: "day", Value: yesterday.String()}},
		}}
	}
	return []templates.Act{{
		Text: r.T("zombie.run.again", "day", runs[0].Day), Post: runsPath, Note: r.T("zombie.run.again.note"), Confirm: r.T("zombie.run.again.confirm"),
		Hidden: []templates.Pair{{Name: "day", Value: runs[0].Day.String()}, {Name: "again", Value: "true"}},
	}}
}

type startIn struct {
	Day   string `form:"day"`
	Again string `form:"again"`
}

// startRun runs a day by hand.
func (d *desk) startRun(r *web.Request, in startIn) (web.Response, error) {
	day, err := calendar.ParseDate(in.Day)
	if err != nil {
		return nil, fault.Refuse([]fault.Field{fault.At("day", "zombie.err.date", "value", in.Day)})
	}
	run, err := d.run(r.Ctx, r.By, day, zombie.How{Again: in.Again == "true"})
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: runPath(run.Day), Said: web.Said(r.T("zombie.run.done", "day", run.Day))}, nil
}

// run runs a day as the night does: with all facts that have come, and the cases
// brought in line with what was found.
func (d *desk) run(ctx context.Context, by auth.Principal, day calendar.Date, how zombie.How) (zombie.Run, error) {
	if how.DryRun {
		return d.Detector.Detect(ctx, by, day, how)
	}
	if err := by.Require(zombie.Runners()...); err != nil {
		return zombie.Run{}, err
	}
	if _, err := d.Ledger.RollUp(ctx); err != nil {
		return zombie.Run{}, err
	}
	run, err := d.Detector.Detect(ctx, by, day, how)
	if err != nil {
		return run, err
	}
	_, err = d.Cases.Follow(ctx, by)
	return run, err
}

func runPath(day calendar.Date, more ...string) string {
	return web.Join(runsPath, append([]string{day.String()}, more...)...)
}

type runIn struct {
	Day      string `uri:"day"`
	Decision string `form:"decision"`
	Reason   string `form:"reason"`
}

func (in runIn) day() (calendar.Date, error) {
	day, err := calendar.ParseDate(in.Day)
	if err != nil {
		return day, fault.New(fault.NotFound, "err.not_found").Because(err)
	}
	return day, nil
}

// runPage is the data of zombie/run.
type runPage struct {
	Head  templates.Head
	State []templates.Callout
	Stats []templates.Stat
	Facts templates.Facts
	Form  *templates.Form
}

// showRun shows what a run did, and what can be decided about one that is held.
func (d *desk) showRun(r *web.Request, in runIn) (web.Response, error) {
	return d.runView(r, in, nil)
}

func (d *desk) runView(r *web.Request, in runIn, wrong error) (web.Response, error) {
	day, err := in.day()
	if err != nil {
		return nil, err
	}
	run, err := d.Detector.Run(r.Ctx, r.By, day)
	if err != nil {
		return nil, err
	}
	title := r.T("zombie.run.of", "day", run.Day)
	data := runPage{Head: templates.Head{Title: title, Badges: []templates.Badge{*runBadge(r.P, run.State)}}, Stats: runStats(r.P, run), Facts: runFacts(r.P, run)}
	if run.State == zombie.Held {
		data.State = []templates.Callout{{Kind: "warning", Text: r.T("zombie.run.held", "n", run.Fresh)}}
	}
	if run.State == zombie.Held && r.By.Is(zombie.Runners()...) {
		data.Form = heldForm(r, run, in, wrong)
	}
	return web.View{Template: "zombie/run", Title: title, Data: data, Err: wrong, Crumbs: []templates.Crumb{
		{Text: r.T("menu.home"), Href: "/"}, {Text: r.T("zombie.runs"), Href: runsPath}, {Text: run.Day.String(), Href: runPath(run.Day)},
	}}, nil
}

// discarding is the decision that drops what a held run found.
const discarding = "discard"

func (d *desk) decideRun(r *web.Request, in runIn) (web.Response, error) {
	day, err := in.day()
	if err != nil {
		return nil, err
	}
	do, said := d.Detector.Release, "zombie.run.release.said"
	if in.Decision == discarding {
		do, said = d.Detector.Discard, "zombie.run.discard.said"
	}
	run, err := do(r.Ctx, r.By, day, in.Reason)
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return d.runView(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: runPath(run.Day), Said: web.Said(r.T(said))}, nil
}

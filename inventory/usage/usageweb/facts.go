package usageweb

import (
	"context"
	"io"
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// Limits of routes that take longer than the usual.
const slowFacts = time.Minute

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// readers see the use of single systems; the leading group sees sums only.
func readers() []auth.Role { return usage.Readers() }

// mountFacts adds the pages of how systems are used.
func (d *desk) mountFacts(s *web.Server) {
	view := s.Group(web.For(readers()...))
	web.Get(view, usagePath, d.showFleet)
	web.Get(view, usagePath+"/fleet.png", asPage(d.fleetFile("png", "image/png", fleetView.writePNG)))
	web.Get(view, usagePath+"/fleet.svg", asPage(d.fleetFile("svg", "image/svg+xml", fleetView.writeSVG)))
	web.Get(view.Within(slowFacts), usagePath+"/fleet.xlsx", asPage(d.fleetSheet("xlsx")))
	web.Get(view.Within(slowFacts), usagePath+"/fleet.csv", asPage(d.fleetSheet("csv")))
	web.Get(view, usagePath+"/:code", d.showUse)
	web.Get(view, usagePath+"/:code/days/:day", d.showDay)
	web.Get(view, usagePath+"/:code/days.png", d.factsFile("png", "image/png", factsView.writePNG))
	web.Get(view, usagePath+"/:code/days.svg", d.factsFile("svg", "image/svg+xml", factsView.writeSVG))
	web.Get(view, usagePath+"/:code/days.xlsx", d.factsFile("xlsx", xlsxType, factsView.writeXLSX))
	web.Get(view, usagePath+"/:code/days.csv", d.factsFile("csv", "text/csv; charset=utf-8", factsView.writeCSV))

	sums := s.Group(web.For(append(readers(), auth.Leader)...))
	web.Get(sums.Within(slowFacts), usagePath+"/sums", d.showSums)
	d.mountDeclared(s)
}

// asPage is a handler that reads its address itself.
func asPage(h func(*web.Request) (web.Response, error)) func(*web.Request, struct{}) (web.Response, error) {
	return func(r *web.Request, _ struct{}) (web.Response, error) { return h(r) }
}

type useIn struct {
	Code string `uri:"code"`
	Day  string `uri:"day"`
}

// showUse shows the use of a system by day.
func (d *desk) showUse(r *web.Request, in useIn) (web.Response, error) {
	v, err := d.readFacts(r, in.Code)
	if err != nil {
		return nil, err
	}
	return web.View{Template: "usage/system", Title: r.T("usage.of", "name", v.system.Name), Crumbs: v.crumbs(), Data: v.page()}, nil
}

// readFacts reads what the pages of a system show.
func (d *desk) readFacts(r *web.Request, code string) (factsView, error) {
	s, err := d.Registry.FindSystem(r.Ctx, r.By, code)
	if err != nil {
		return factsView{}, err
	}
	v := factsView{p: r.P, by: r.By, now: r.Now, system: s, span: readSpan(r.URL.Query(), r.Today())}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return factsView{}, err
	}
	v.owner = dir.Name(s.OwnerID)
	if v.rest, err = d.restDays(r.Ctx); err != nil {
		return factsView{}, err
	}
	if v.days, err = d.Ledger.Days(r.Ctx, r.By, s.ID, v.span.from, v.span.to); err != nil {
		return factsView{}, err
	}
	use, err := d.Ledger.LastUse(r.Ctx, r.By, s.ID)
	if err != nil {
		return factsView{}, err
	}
	v.last.day, v.last.signal = use.Best()
	v.bands, err = d.watchedBy(r.Ctx, r.By, s.ID, r.Today())
	return v, err
}

// watchedBy tells from when to when the probes of a system were heard. Who may
// not see probes is told of none.
func (d *desk) watchedBy(ctx context.Context, by auth.Principal, system inventory.SystemID, today calendar.Date) ([]watched, error) {
	if !by.Is(usage.Viewers()...) {
		return nil, nil
	}
	lines, err := d.Probes.ProbesOf(ctx, by, system)
	if err != nil {
		return nil, err
	}
	var out []watched
	for _, l := range lines {
		file, err := d.Probes.FindProbe(ctx, by, l.Code)
		if err != nil {
			return nil, err
		}
		since := today.AddDays(1 - heardDays)
		hours, err := d.Probes.HeardHours(ctx, by, l.Code, wire.HourOf(since.StartsAt()), wire.HourOf(today.EndsAt()))
		if err != nil {
			return nil, err
		}
		out = append(out, watched{code: l.Code, name: l.Name, kind: l.Kind, spans: heardSpans(&file, hours, since, today)})
	}
	return out, nil
}

// heardDays is for how many days it is looked up which hours of a probe came;
// before, only its first and last success and its outages are known.
const heardDays = 40

// heardSpans are the stretches of days on which something of a probe came.
func heardSpans(f *usage.ProbeFile, hours map[wire.Hour]int, since, today calendar.Date) [][2]calendar.Date {
	out := contactSpans(f, since.AddDays(-1))
	for day := since; !day.After(today); day = day.AddDays(1) {
		heard := false
		first := wire.HourOf(day.StartsAt())
		for h := first; h < first+24 && !heard; h++ {
			_, heard = hours[h]
		}
		switch n := len(out); {
		case !heard:
		case n > 0 && out[n-1][1] == day.AddDays(-1):
			out[n-1][1] = day
		default:
			out = append(out, [2]calendar.Date{day, day})
		}
	}
	return out
}

// contactSpans are the days from the first success of a probe to its last, or
// to a day, without its outages.
func contactSpans(f *usage.ProbeFile, last calendar.Date) [][2]calendar.Date {
	c := f.Contact
	if c.FirstSuccessAt == nil || c.LastSuccessAt == nil {
		return nil
	}
	from, to := calendar.DateOf(*c.FirstSuccessAt), earlier(calendar.DateOf(*c.LastSuccessAt), last)
	silences := slices.Clone(f.Silences)
	slices.SortFunc(silences, func(a, b usage.Silence) int { return a.Since.Compare(b.Since) })
	var out [][2]calendar.Date
	for _, s := range silences {
		if s.EndedAt == nil || calendar.DateOf(s.Since).After(to) {
			continue // the last success ends the span
		}
		if end := calendar.DateOf(s.Since); !end.Before(from) {
			out = append(out, [2]calendar.Date{from, end})
		}
		from = calendar.DateOf(*s.EndedAt)
	}
	if !to.Before(from) {
		out = append(out, [2]calendar.Date{from, to})
	}
	return out
}

// showDay shows the hours of a day of a system.
func (d *desk) showDay(r *web.Request, in useIn) (web.Response, error) {
	day, err := calendar.ParseDate(in.Day)
	if err != nil || day.After(r.Today()) {
		return nil, fault.New(fault.NotFound, "err.not_found").Because(err)
	}
	s, err := d.Registry.FindSystem(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	v := dayView{p: r.P, by: r.By, now: r.Now, system: s, day: day}
	if v.rest, err = d.restDays(r.Ctx); err != nil {
		return nil, err
	}
	days, err := d.Ledger.Days(r.Ctx, r.By, s.ID, day, day)
	if err != nil {
		return nil, err
	}
	v.facts = days[0]
	if v.hours, err = d.Ledger.Hours(r.Ctx, r.By, s.ID, day); err != nil {
		return nil, err
	}
	if v.sources, err = d.Ledger.SourcesOf(r.Ctx, r.By, s.ID, day); err != nil {
		return nil, err
	}
	if v.bands, err = d.watchedBy(r.Ctx, r.By, s.ID, r.Today()); err != nil {
		return nil, err
	}
	title := r.T("usage.day.of", "name", s.Name, "day", day)
	return web.View{Template: "usage/day", Title: title, Crumbs: v.crumbs(), Data: v.page()}, nil
}

// factsFile answers with a file of the days of a system. A stretch that cannot
// be understood refuses it: the file would hold what nobody asked for.
func (d *desk) factsFile(kind, mediaType string, write func(factsView, io.Writer) error) func(*web.Request, useIn) (web.Response, error) {
	return func(r *web.Request, in useIn) (web.Response, error) {
		v, err := d.readFacts(r, in.Code)
		if err != nil {
			return nil, err
		}
		if err := fault.Refuse(v.span.wrong); err != nil {
			return nil, err
		}
		name := v.system.Code + "-" + v.span.from.String() + "-" + v.span.to.String() + "." + kind
		return web.File{Name: name, MediaType: mediaType, Write: func(w io.Writer) error { return write(v, w) }}, nil
	}
}

func (v factsView) writeSVG(w io.Writer) error {
	_, err := w.Write(v.draw(chart.Wide).SVG())
	return err
}

func (v factsView) writePNG(w io.Writer) error { return writePicture(v.draw(chart.Wide), w) }

func writePicture(d chart.Drawing, w io.Writer) error {
	raw, err := d.PNG()
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

// fileSignals are the signals of files: all of them.
func fileSignals() []wire.Signal { return wire.Signals() }

package usageweb

import (
	"io"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// mountProbes adds the pages of probes and of their mapping rules.
func (d *desk) mountProbes(s *web.Server) {
	count := s.Group(web.For(usage.Counters()...))
	web.Get(count, "/probes", d.listProbes)

	view := s.Group(web.For(usage.Viewers()...))
	web.Get(view, "/probes/:code", d.showProbe)
	web.Get(view, "/probes/:code/connect", d.showConnect)
	web.Get(view, "/probes/:code/hours.svg", d.hoursFile("svg", "image/svg+xml", hoursView.writeSVG))
	web.Get(view, "/probes/:code/hours.png", d.hoursFile("png", "image/png", hoursView.writePNG))

	operate := s.Group(web.For(usage.Operators()...))
	web.Get(operate, "/probes/new", d.newProbe)
	web.Post(operate, "/probes", d.registerProbe)
	web.Get(operate, "/probes/:code/edit", d.editProbe)
	web.Post(operate, "/probes/:code", d.changeProbe)
	web.Get(operate, "/probes/:code/stop", d.askToStop)
	web.Post(operate, "/probes/:code/stop", d.stopProbe)
	web.Post(operate, "/probes/:code/resume", d.resumeProbe)
	web.Get(operate, "/probes/:code/tokens/new", d.newToken)
	web.Post(operate, "/probes/:code/tokens", d.issueToken)
	web.Get(operate, "/probes/:code/tokens/:id/rotate", d.askToRotate)
	web.Post(operate, "/probes/:code/tokens/:id/rotate", d.rotateToken)
	web.Get(operate, "/probes/:code/tokens/:id/revoke", d.askToRevoke)
	web.Post(operate, "/probes/:code/tokens/:id/revoke", d.revokeToken)
}

type probeIn struct {
	Code string `uri:"code"`
}

// coverageDays is for how many days lists and pages say how much was heard.
const coverageDays = 7

// coverageFrom is the first hour of them.
func coverageFrom(now time.Time) wire.Hour { return wire.HourOf(now) - coverageDays*24 }

// listProbes shows a page of the probes that the reader sees; the leading group
// sees how many there are of each standing.
func (d *desk) listProbes(r *web.Request, _ struct{}) (web.Response, error) {
	counts, err := d.Probes.CountStandings(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	v := probesView{p: r.P, by: r.By, now: r.Now, counts: counts}
	if r.By.Is(usage.Viewers()...) {
		if err := d.readProbes(r, &v); err != nil {
			return nil, err
		}
	}
	return web.View{Template: "usage/probes", Title: r.T("probes.title"), Crumbs: probeCrumbs(r.P), Data: v.page()}, nil
}

// readProbes reads the rows of a list.
func (d *desk) readProbes(r *web.Request, v *probesView) error {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return err
	}
	v.rows, v.dir, v.a = true, dir, readProbesAddress(r.URL.Query(), dir)
	if v.list, err = d.Probes.ListProbes(r.Ctx, r.By, v.a.query); err != nil {
		return err
	}
	if last := lastPage(v.list.Total, v.a.query.Size); v.a.query.Page > last { // rows may have gone since the address was made
		v.a.query.Page = last
		if v.list, err = d.Probes.ListProbes(r.Ctx, r.By, v.a.query); err != nil {
			return err
		}
	}
	v.heard, err = d.Probes.HeardSince(r.Ctx, r.By, v.list.Lines, coverageFrom(r.Now))
	return err
}

func lastPage(total int64, size int) int { return max(1, int((total+int64(size)-1)/int64(size))) }

// probe is a probe with what its page shows around it.
type probe struct {
	usage.ProbeFile
	dir *inventory.Directory
	// heard are the hours in which something came, over hoursShown days.
	heard    map[wire.Hour]int
	week     usage.Heard
	rejected []usage.Rejection
}

const (
	// hoursShown is for how many days the page of a probe shows the hours, and
	// rejectionDays for how many what was sent back.
	hoursShown    = 14
	rejectionDays = 7
)

func (d *desk) readProbe(r *web.Request, code string) (probe, error) {
	var out probe
	var err error
	if out.ProbeFile, err = d.Probes.FindProbe(r.Ctx, r.By, code); err != nil {
		return out, err
	}
	if out.dir, err = d.Registry.Directory(r.Ctx); err != nil {
		return out, err
	}
	first := wire.HourOf(r.Today().AddDays(1 - hoursShown).StartsAt())
	if out.heard, err = d.Probes.HeardHours(r.Ctx, r.By, code, first, wire.HourOf(r.Now)+1); err != nil {
		return out, err
	}
	from, end := out.ExpectedHours(r.Now, firstHeard(out.heard), coverageFrom(r.Now), wire.HourOf(r.Now)+1)
	for h := from; h < end; h++ {
		out.week.Expected++
		if _, ok := out.heard[h]; ok {
			out.week.Hours++
		}
	}
	out.rejected, err = d.Probes.Rejections(r.Ctx, r.By, code, r.Today().AddDays(1-rejectionDays), r.Today())
	return out, err
}

// firstHeard is the first of some hours, 0 when there is none.
func firstHeard(heard map[wire.Hour]int) wire.Hour {
	first := wire.Hour(0)
	for h := range heard {
		if first == 0 || h < first {
			first = h
		}
	}
	return first
}

// showProbe is the health of a probe.
func (d *desk) showProbe(r *web.Request, in probeIn) (web.Response, error) {
	one, err := d.readProbe(r, in.Code)
	if err != nil {
		return nil, err
	}
	v := probeView{p: r.P, by: r.By, now: r.Now, probe: one}
	return web.View{Template: "usage/probe", Title: one.Name, Crumbs: probeCrumbs(r.P, crumbOf(one.Probe)), Data: v.page()}, nil
}

// showConnect says how to send to this service as the probe.
func (d *desk) showConnect(r *web.Request, in probeIn) (web.Response, error) {
	file, err := d.Probes.FindProbe(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := connectView{p: r.P, by: r.By, file: file, base: r.Base(), now: r.Now, seen: seenSystems(r.By, dir, file.Systems)}
	return web.View{Template: "usage/probe_connect", Title: r.T("probes.tab.connect") + " · " + file.Name, Crumbs: probeCrumbs(r.P, crumbOf(file.Probe), crumbText(r.T("probes.tab.connect"))), Data: v.page()}, nil
}

// seenSystems are the codes of the systems that somebody sees: a probe may speak
// of systems of several departments.
func seenSystems(by auth.Principal, dir *inventory.Directory, all []usage.WatchedSystem) []string {
	var out []string
	for _, s := range all {
		if dir.Covers(by.View(), s.OwnerID) {
			out = append(out, s.Code)
		}
	}
	return out
}

// hoursFile answers with the picture of the hours as a file.
func (d *desk) hoursFile(kind, mediaType string, write func(hoursView, io.Writer) error) func(*web.Request, probeIn) (web.Response, error) {
	return func(r *web.Request, in probeIn) (web.Response, error) {
		one, err := d.readProbe(r, in.Code)
		if err != nil {
			return nil, err
		}
		name := in.Code + "-" + r.Now.In(calendar.Zone).Format("20060102-1504") + "." + kind
		v := newHoursView(r.P, r.Now, one)
		return web.File{Name: name, MediaType: mediaType, Write: func(w io.Writer) error { return write(v, w) }}, nil
	}
}

func (v hoursView) writeSVG(w io.Writer) error {
	_, err := w.Write(v.draw(chart.Wide).SVG())
	return err
}

func (v hoursView) writePNG(w io.Writer) error {
	raw, err := v.draw(chart.Wide).PNG()
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

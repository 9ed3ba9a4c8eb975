package hubweb

import (
	"io"

	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/web"
	"qingce/inventory/hub"
)

// frontSpan is how many days the course on the front page has, and mostPairs how
// many pairs its picture shows.
const (
	frontSpan = 90
	mostPairs = 12
)

// mountFront adds the one page for leaders, and its pictures as files.
func (d *desk) mountFront(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, frontPath, d.showFront)
	for _, picture := range []struct {
		name string
		draw func(frontView, int) chart.Drawing
	}{{"stages", frontView.drawStages}, {"course", frontView.drawCourse}, {"exchanges", frontView.drawFlows}} {
		web.Get(view, frontPath+"/"+picture.name+".svg", d.frontFile(picture.name, "svg", "image/svg+xml", picture.draw))
		web.Get(view, frontPath+"/"+picture.name+".png", d.frontFile(picture.name, "png", "image/png", picture.draw))
	}
}

type frontIn struct {
	Days int `form:"days"`
}

// readFront reads what the page shows.
func (d *desk) readFront(r *web.Request, in frontIn) (frontView, error) {
	v := frontView{p: r.P, by: r.By, today: r.Today(), days: in.Days}
	if v.days != 30 && v.days != 365 {
		v.days = frontSpan
	}
	var err error
	if v.sum, err = d.Hub.Summarise(r.Ctx, r.By); err != nil {
		return v, err
	}
	from := v.today.AddDays(1 - v.days)
	if v.course, err = d.Hub.Course(r.Ctx, r.By, from, v.today); err != nil {
		return v, err
	}
	v.from = v.today.AddDays(-v.sum.Policy.WindowDays)
	if v.volumes, err = d.Hub.Volumes(r.Ctx, r.By, v.from, v.today, mostPairs); err != nil {
		return v, err
	}
	v.dir, err = d.Registry.Directory(r.Ctx)
	return v, err
}

// showFront is the connections on one page.
func (d *desk) showFront(r *web.Request, in frontIn) (web.Response, error) {
	v, err := d.readFront(r, in)
	if err != nil {
		return nil, err
	}
	return web.View{Template: "hub/front", Title: r.T("hub.title"), Crumbs: crumbs(r.P)[:1], Data: v.page()}, nil
}

// frontFile answers with a picture as a file.
func (d *desk) frontFile(name, kind, mediaType string, draw func(frontView, int) chart.Drawing) func(*web.Request, frontIn) (web.Response, error) {
	return func(r *web.Request, in frontIn) (web.Response, error) {
		v, err := d.readFront(r, in)
		if err != nil {
			return nil, err
		}
		file := "hub-" + name + "-" + r.Now.In(calendar.Zone).Format("20060102-1504") + "." + kind
		return web.File{Name: file, MediaType: mediaType, Write: func(w io.Writer) error {
			raw := draw(v, chart.Wide).SVG()
			if kind == "png" {
				var err error
				if raw, err = draw(v, chart.Wide).PNG(); err != nil {
					return err
				}
			}
			_, err := w.Write(raw)
			return err
		}}, nil
	}
}

// systemText is a party in words: the name of its system, or what the hub calls
// it.
func systemText(code, name, party string) string {
	switch {
	case name == "":
		return party
	case code == "":
		return name
	}
	return code + " " + name
}

// stagesFrom counts those that have come at least so far.
func (v frontView) stagesFrom(least hub.Stage) int64 {
	n := int64(0)
	for _, stage := range hub.Stages() {
		if stage >= least {
			n += v.sum.AtStage[stage]
		}
	}
	return n
}

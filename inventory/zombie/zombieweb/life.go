package zombieweb

import (
	"io"
	"net/url"

	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/zombie"
)

const (
	systemsPath = "/systems"
	// usualLife is for how many days the life of a system is shown when nobody
	// says otherwise.
	usualLife = 400
)

func verdictPath(code string, more ...string) string {
	return web.Join(systemsPath, append([]string{code, "verdicts"}, more...)...)
}

func (d *desk) mountLife(s *web.Server) {
	view := s.Group(web.For(zombie.Viewers()...))
	web.Get(view, systemsPath+"/:code/verdicts", d.showLife)
	web.Get(view, systemsPath+"/:code/verdicts/life.svg", d.lifeFile("svg", "image/svg+xml", lifeView.writeSVG))
	web.Get(view, systemsPath+"/:code/verdicts/life.png", d.lifeFile("png", "image/png", lifeView.writePNG))
}

type lifeIn struct {
	Code string `uri:"code"`
}

// showLife shows what was found of the five features of a system, and why.
func (d *desk) showLife(r *web.Request, in lifeIn) (web.Response, error) {
	return d.lifeResponse(r, in.Code, declareIn{}, nil)
}

// lifeResponse is the page of a system; wrong is why something that was typed
// there was refused.
func (d *desk) lifeResponse(r *web.Request, code string, typed declareIn, wrong error) (web.Response, error) {
	v, err := d.readLife(r, code)
	if err != nil {
		return nil, err
	}
	v.typed, v.tried = typed, wrong
	title := r.T("zombie.of", "name", v.life.System.Name)
	return web.View{Template: "zombie/system", Title: title, Crumbs: v.crumbs(), Data: v.page(), Err: wrong}, nil
}

// readLife reads what the page of a system shows, by its address.
func (d *desk) readLife(r *web.Request, code string) (lifeView, error) {
	v := lifeView{p: r.P, by: r.By, now: r.Now}
	from, to := v.span(r.URL.Query())
	if to.IsZero() {
		newest, err := d.newestDay(r)
		if err != nil {
			return v, err
		}
		to = newest
	}
	if from.IsZero() {
		from = to.AddDays(1 - usualLife)
	}
	var err error
	if v.life, err = d.Detector.Life(r.Ctx, r.By, code, from, to); err != nil {
		return v, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return v, err
	}
	v.owner = dir.Name(v.life.System.OwnerID)
	v.own = r.By.Is(zombie.Declarers()...) && dir.Covers(r.By.Own(), v.life.System.OwnerID)
	if v.declarations, err = d.Detector.Declarations(r.Ctx, r.By, code); err != nil {
		return v, err
	}
	v.verdict, err = d.Detector.Verdict(r.Ctx, r.By, code)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return v, nil // no run has evaluated it: the page shows what would be found
	case err != nil:
		return v, err
	}
	v.known = true
	return v, nil
}

// newestDay is the day of the newest run, or yesterday before there is one.
func (d *desk) newestDay(r *web.Request) (calendar.Date, error) {
	day, err := d.Detector.Newest(r.Ctx, r.By)
	if fault.KindOf(err) == fault.NotFound {
		return r.Today().AddDays(-1), nil
	}
	return day, err
}

// span reads the days that an address asks for; what cannot be read is told.
func (v *lifeView) span(q url.Values) (from, to calendar.Date) {
	read := func(name string) calendar.Date {
		text := q.Get(name)
		if text == "" {
			return calendar.Date{}
		}
		day, err := calendar.ParseDate(text)
		if err != nil {
			v.wrong = append(v.wrong, fault.At(name, "zombie.err.date", "value", text))
		}
		return day
	}
	return read("from"), read("to")
}

// lifeFile answers with the picture of the life of a system.
func (d *desk) lifeFile(kind, mediaType string, write func(lifeView, io.Writer) error) func(*web.Request, lifeIn) (web.Response, error) {
	return func(r *web.Request, in lifeIn) (web.Response, error) {
		v, err := d.readLife(r, in.Code)
		if err != nil {
			return nil, err
		}
		if err := fault.Refuse(v.wrong); err != nil {
			return nil, err
		}
		name := v.life.System.Code + "-" + v.life.To.String() + "." + kind
		return web.File{Name: name, MediaType: mediaType, Write: func(w io.Writer) error { return write(v, w) }}, nil
	}
}

func (v lifeView) writeSVG(w io.Writer) error {
	_, err := w.Write(v.draw(chart.Wide).SVG())
	return err
}

func (v lifeView) writePNG(w io.Writer) error {
	raw, err := v.draw(chart.Wide).PNG()
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

package monthlyweb

import (
	"io"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/chart"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// mountCity adds the page of all bodies, and its pictures and tables as files.
func (d *desk) mountCity(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, cardsPath, d.showCity)
	web.Get(view, cardsPath+"/:month", d.showCity)
	for _, picture := range []struct {
		name string
		draw func(cityView, int) chart.Drawing
	}{{"matrix", cityView.drawMatrix}, {"course", cityView.drawCourse}} {
		for kind, media := range map[string]string{"svg": "image/svg+xml", "png": "image/png"} {
			web.Get(view, cardsPath+"/:month/"+picture.name+"."+kind, d.cityFile(picture.name, kind, media, picture.draw))
		}
	}
	web.Get(view.Within(slowWork), cardsPath+"/:month/table.xlsx", d.cityBook)
}

// cityIn is a month as its address names it, and which lines are shown.
type cityIn struct {
	Month   string `uri:"month"`
	Asked   string `form:"month"`
	Version int64  `form:"version"`
	Group   string `form:"group"`
	Region  string `form:"region"`
	Band    string `form:"band"`
	Search  string `form:"q"`
	Sort    string `form:"sort"`
	Page    int    `form:"page"`
}

// readCity reads a month with what stands beside it. Without a month it is the
// newest; ok is false when there is none yet.
func (d *desk) readCity(r *web.Request, in cityIn) (v cityView, ok bool, err error) {
	v = cityView{p: r.P, by: r.By, in: in, today: r.Today()}
	if v.months, err = d.Months.List(r.Ctx, r.By); err != nil {
		return v, false, err
	}
	word := in.Month
	if word == "" {
		word = in.Asked
	}
	var month monthly.Period
	if word == "" {
		if len(v.months) == 0 {
			return v, false, nil
		}
		month = v.months[0].Month
	} else if month, err = monthly.ParsePeriod(word); err != nil {
		return v, false, err
	}
	if v.record, err = d.Months.Find(r.Ctx, r.By, month, in.Version); err != nil {
		return v, false, err
	}
	if v.table, err = d.Months.Table(r.Ctx, r.By, month, v.record.Month.Version); err != nil {
		return v, false, err
	}
	v.whole = v.table.Month.State.Public() || r.By.Is(monthly.Watchers()...)
	v.choose()
	if v.course, err = d.courseOf(r, v); err != nil {
		return v, false, err
	}
	if d.Unused != nil && v.whole && r.By.Is(monthly.Watchers()...) {
		sum, may, err := d.Unused(r.Ctx, r.By, v.table.Month.ThroughOn)
		if err != nil {
			return v, false, err
		}
		if may {
			v.unused = &sum
		}
	}
	return v, true, nil
}

func (d *desk) showCity(r *web.Request, in cityIn) (web.Response, error) {
	v, ok, err := d.readCity(r, in)
	if err != nil {
		return nil, err
	}
	if !ok {
		return web.View{Template: "monthly/city", Title: r.T("monthly.title"), Crumbs: crumbs(r.P)[:1], Data: v.nothing()}, nil
	}
	title := r.T("monthly.city", "month", v.record.Month.Month)
	return web.View{Template: "monthly/city", Title: title, Crumbs: crumbs(r.P, crumb(string(v.record.Month.Month), "")), Data: v.page()}, nil
}

// cityFile answers with a picture as a file.
func (d *desk) cityFile(name, kind, mediaType string, draw func(cityView, int) chart.Drawing) func(*web.Request, cityIn) (web.Response, error) {
	return func(r *web.Request, in cityIn) (web.Response, error) {
		v, ok, err := d.readCity(r, in)
		if err != nil || !ok {
			return nil, err
		}
		file := "scorecards-" + name + "-" + string(v.table.Month.Month) + "-" + strconv.FormatInt(v.table.Month.Version, 10) + "." + kind
		return pictureFile(file, kind, mediaType, func() chart.Drawing { return draw(v, chart.Wide) }), nil
	}
}

// pictureFile is a picture to be taken home.
func pictureFile(file, kind, mediaType string, draw func() chart.Drawing) web.Response {
	return web.File{Name: file, MediaType: mediaType, Write: func(w io.Writer) error {
		drawing := draw()
		raw := drawing.SVG()
		if kind == "png" {
			var err error
			if raw, err = drawing.PNG(); err != nil {
				return err
			}
		}
		_, err := w.Write(raw)
		return err
	}}
}

// citySum is what all bodies of a month come to.
type citySum struct {
	connected, integrated, shared scorecard.Share
	applications                  int
	ranked, bodies                int
}

func sumOf(lines []monthly.Line) citySum {
	var s citySum
	add := func(to *scorecard.Share, n scorecard.Share) { to.Num, to.Den = to.Num+n.Num, to.Den+n.Den }
	for i := range lines {
		in := &lines[i].Input
		add(&s.connected, in.Connections)
		add(&s.integrated, in.Disposed)
		add(&s.shared, in.Entries)
		s.applications += in.Applications
		s.bodies++
		if lines[i].Card.Band != scorecard.Watched {
			s.ranked++
		}
	}
	return s
}

// mostMonths is how many months the course shows.
const mostMonths = 12

// cityPoint is a month of the course.
type cityPoint struct {
	month monthly.Month
	sum   citySum
}

// courseOf reads what the months up to the one that is shown came to, the oldest
// first. What does not change any more is remembered.
func (d *desk) courseOf(r *web.Request, v cityView) ([]cityPoint, error) {
	if !v.whole {
		return nil, nil
	}
	out := []cityPoint{{v.table.Month, sumOf(v.table.Lines)}}
	for _, m := range v.months {
		if m.Month >= v.table.Month.Month || len(out) == mostMonths || !m.State.Public() && !r.By.Is(monthly.Watchers()...) {
			continue
		}
		sum, ok := d.sums.find(m)
		if !ok {
			t, err := d.Months.Table(r.Ctx, r.By, m.Month, m.Version)
			if err != nil {
				return nil, err
			}
			sum = sumOf(t.Lines)
			if m.State.Kept() {
				d.sums.keep(m, sum)
			}
		}
		out = append([]cityPoint{{m, sum}}, out...)
	}
	return out, nil
}

// choose keeps the lines that the address asks for, in its order.
func (v *cityView) choose() {
	for _, l := range v.table.Lines {
		fits := (v.in.Group == "" || l.Card.Group == v.in.Group) && (v.in.Region == "" || regionOf(l) == v.in.Region) &&
			(v.in.Band == "" || string(l.Card.Band) == v.in.Band)
		if word := strings.TrimSpace(v.in.Search); word != "" {
			fits = fits && (strings.Contains(l.Body.Name, word) || strings.Contains(l.Body.Code, strings.ToUpper(word)))
		}
		if fits {
			v.lines = append(v.lines, l)
		}
	}
	v.sort()
	v.in.Page = min(max(v.in.Page, 1), max(1, (len(v.lines)+pageSize-1)/pageSize))
}

// pageSize is how many bodies a page shows.
const pageSize = 40

// shown are the lines of the page.
func (v *cityView) shown() []monthly.Line {
	from := (v.in.Page - 1) * pageSize
	return v.lines[min(from, len(v.lines)):min(from+pageSize, len(v.lines))]
}

// cityRegion is the city's own departments, in addresses.
const cityRegion = "city"

// regionOf is the region that a body counts for.
func regionOf(l monthly.Line) string {
	if l.Body.Kind == "municipal" || l.Body.Region == "" {
		return cityRegion
	}
	return l.Body.Region
}

func watches(by auth.Principal) bool { return by.Is(monthly.Watchers()...) }

package monthlyweb

import (
	"slices"
	"strconv"

	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// offKey is the page of what points are taken off for, beside the metrics.
const offKey = "off"

// mountSheet adds the sheet of a body, its numbers one by one, and its files.
func (d *desk) mountSheet(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, cardsPath+"/:month/:dept", d.showSheet)
	web.Get(view, cardsPath+"/:month/:dept/trend.png", d.trendFile("png", "image/png"))
	web.Get(view, cardsPath+"/:month/:dept/trend.svg", d.trendFile("svg", "image/svg+xml"))
	web.Get(view.Within(slowWork), cardsPath+"/:month/:dept/sheet.xlsx", d.sheetBook)
	web.Get(view, cardsPath+"/:month/:dept/:metric", d.showMetric)
	d.mountObjections(s)
}

// sheetIn is a sheet as its address names it, and what was typed there.
type sheetIn struct {
	Month   string `uri:"month"`
	Dept    string `uri:"dept"`
	Metric  string `uri:"metric"`
	Version int64  `form:"version"`
	objectionIn
}

// readSheet reads a sheet.
func (d *desk) readSheet(r *web.Request, in sheetIn) (sheetView, error) {
	v := sheetView{p: r.P, by: r.By, in: in, now: r.Now}
	month, err := monthly.ParsePeriod(in.Month)
	if err != nil {
		return v, err
	}
	if v.sheet, err = d.Months.Sheet(r.Ctx, r.By, month, in.Version, in.Dept); err != nil {
		return v, err
	}
	return v, nil
}

func (d *desk) showSheet(r *web.Request, in sheetIn) (web.Response, error) {
	v, err := d.readSheet(r, in)
	if err != nil {
		return nil, err
	}
	return d.sheetView(r, v)
}

func (d *desk) sheetView(r *web.Request, v sheetView) (web.Response, error) {
	if err := d.addMoney(r, &v); err != nil {
		return nil, err
	}
	title := r.T("monthly.sheet", "name", v.sheet.Body.Name, "month", v.sheet.Month.Month)
	return web.View{
		Template: "monthly/sheet", Title: title, Data: v.page(), Err: v.cause,
		Crumbs: crumbs(r.P, crumb(string(v.sheet.Month.Month), monthPath(v.sheet.Month)), crumb(v.sheet.Body.Name, "")),
	}, nil
}

// addMoney adds what is not given for sure in the budget that the month bears on.
// Before that budget is worked out it is what the systems cost that are not
// connected, cleaned up or integrated although they must be (方案 part 2 article 9).
func (d *desk) addMoney(r *web.Request, v *sheetView) error {
	if d.Withheld != nil {
		is, found, err := d.Withheld(r.Ctx, r.By, v.sheet.Body.ID, v.sheet.Month.Month)
		if err != nil {
			return err
		}
		if found {
			v.withheld = &is
			return nil
		}
	}
	if d.Money == nil {
		return nil
	}
	var codes []string
	for _, key := range []monthly.FigureKey{monthly.Connections, monthly.Disposed} {
		for _, row := range v.sheet.Facts.Figure(key).With(monthly.Missing) {
			if row.Kind == "system" && !slices.Contains(codes, row.ID) {
				codes = append(codes, row.ID)
			}
		}
	}
	of, err := d.Money(r.Ctx, v.sheet.Body.ID, codes)
	if err != nil {
		return err
	}
	v.stake = &stake{systems: len(codes), given: len(of)}
	for _, fen := range of {
		v.stake.fen += fen
	}
	return nil
}

func (d *desk) trendFile(kind, mediaType string) func(*web.Request, sheetIn) (web.Response, error) {
	return func(r *web.Request, in sheetIn) (web.Response, error) {
		v, err := d.readSheet(r, in)
		if err != nil {
			return nil, err
		}
		file := "scorecard-" + v.sheet.Body.Code + "-" + string(v.sheet.Month.Month) + "-" + strconv.FormatInt(v.sheet.Month.Version, 10) + "." + kind
		return pictureFile(file, kind, mediaType, func() chart.Drawing { return v.drawTrend(chart.Wide) }), nil
	}
}

// showMetric is one number with all that it is made of.
func (d *desk) showMetric(r *web.Request, in sheetIn) (web.Response, error) {
	v, err := d.readSheet(r, in)
	if err != nil {
		return nil, err
	}
	return d.metricView(r, v)
}

func (d *desk) metricView(r *web.Request, v sheetView) (web.Response, error) {
	m := metricView{sheetView: v, off: v.in.Metric == offKey}
	i := slices.IndexFunc(scorecard.Metrics(), func(one scorecard.Metric) bool { return one.Key() == v.in.Metric })
	if i < 0 && !m.off {
		return nil, fault.New(fault.NotFound, "err.not_found")
	}
	if i >= 0 {
		m.metric = scorecard.Metrics()[i]
	}
	return web.View{
		Template: "monthly/metric", Title: m.name(), Data: m.page(), Err: v.cause,
		Crumbs: crumbs(r.P, crumb(string(v.sheet.Month.Month), monthPath(v.sheet.Month)), crumb(v.sheet.Body.Name, monthPath(v.sheet.Month, v.sheet.Body.Code)), crumb(m.name(), "")),
	}, nil
}

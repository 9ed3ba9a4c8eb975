package fundingweb

import (
	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/funding"
	"qingce/templates"
)

// bodiesPage is the data of funding/departments.
type bodiesPage struct {
	Head  templates.Head
	Tabs  templates.Tabs
	Empty *templates.Empty
	Chart *templates.Chart
}

// mostBars is how many departments the picture shows.
const mostBars = 20

// showBodies is the sums of a year by department.
func (d *desk) showBodies(r *web.Request, in yearIn) (web.Response, error) {
	y, err := d.Funding.Bodies(r.Ctx, r.By, in.Year, funding.Query{})
	if err != nil {
		return nil, err
	}
	title := yearText(r.P, &y.Run)
	data := bodiesPage{
		Head: templates.Head{Title: r.T("funding.departments", "year", title), Lead: r.T("funding.departments.lead", "amount", wan(r.P, y.Totals.All.Withheld()))},
		Tabs: yearTabs(r.P, in.Year, "departments"),
	}
	if len(y.Bodies) == 0 {
		data.Empty = &templates.Empty{Icon: "building", Title: r.T("funding.none.own"), Text: r.T("funding.none.own.text")}
	} else {
		data.Chart = bodiesChart(r.P, &y)
	}
	return web.View{
		Template: "funding/departments", Title: data.Head.Title, Data: data,
		Crumbs: crumbs(r.P, templates.Crumb{Text: title, Href: yearPath(in.Year)}, templates.Crumb{Text: r.T("funding.tab.departments")}),
	}, nil
}

func bodiesChart(p *locale.Printer, y *funding.Year) *templates.Chart {
	c := templates.Chart{
		Caption: p.T("funding.chart.departments"), Note: p.T("funding.chart.departments.note", "n", mostBars),
		Wide: drawBodies(p, y, chart.Wide).Inline("funding-bodies"), Narrow: drawBodies(p, y, chart.Narrow).Inline("funding-bodies-narrow"),
	}
	t := &templates.Table{ID: "departments", Caption: c.Caption, Columns: []templates.Column{{Text: p.T("funding.column.department"), Main: true}}}
	for _, g := range funding.Groups() {
		t.Columns = append(t.Columns, templates.Column{Text: p.T(string(g.Label())), Num: true})
	}
	t.Columns = append(t.Columns, templates.Column{Text: p.T("funding.column.all"), Num: true, Main: true}, templates.Column{Text: p.T("funding.column.withheld"), Unit: p.T("funding.unit"), Num: true, Main: true})
	for _, b := range y.Bodies {
		href := templates.WithQuery(y.Run.Address(), "department", b.Code)
		row := templates.TableRow{Cells: []templates.Cell{{Text: b.Name, Href: href}}}
		for _, g := range funding.Groups() {
			row.Cells = append(row.Cells, sumCell(p, b.Totals.Groups[g], templates.WithQuery(href, "group", string(g))))
		}
		withheld := templates.Cell{Text: p.Wan(b.Totals.All.Withheld())}
		if b.Totals.All.Withheld() > 0 {
			withheld.Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: append(row.Cells, sumCell(p, b.Totals.All, href), withheld)})
	}
	c.Table = t
	return &c
}

func drawBodies(p *locale.Printer, y *funding.Year, width int) chart.Drawing {
	b := chart.Bars{Head: chart.Head{Title: p.T("funding.chart.departments"), Desc: p.T("funding.chart.departments.note", "n", mostBars), Words: words(p)}}
	for i, body := range y.Bodies {
		if i == mostBars {
			break
		}
		b.Bars = append(b.Bars, chart.Bar{
			Label: body.Name, Value: float64(body.Totals.All.Withheld()), Text: p.T("funding.of", "part", p.Wan(body.Totals.All.Withheld()), "all", p.Wan(body.Totals.All.Money)),
			Href: templates.WithQuery(y.Run.Address(), "department", body.Code),
		})
	}
	return b.Draw(width)
}

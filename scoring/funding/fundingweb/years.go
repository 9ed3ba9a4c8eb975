package fundingweb

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/funding"
	"qingce/templates"
)

// yearsPage is the data of funding/years.
type yearsPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Empty    *templates.Empty
	Chart    *templates.Chart
	Past     *templates.Table // runs that were replaced
	Form     *templates.Form
}

type yearsIn struct{}

// showYears is the fiscal years with what came of them.
func (d *desk) showYears(r *web.Request, _ yearsIn) (web.Response, error) { return d.yearsView(r, nil) }

func (d *desk) yearsView(r *web.Request, cause error) (web.Response, error) {
	years, err := d.Funding.Years(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	now, past := split(years)
	title := r.T("menu.funding")
	data := yearsPage{Head: templates.Head{Title: title, Lead: r.T("funding.lead")}}
	if len(now) == 0 {
		data.Empty = &templates.Empty{Icon: "seal", Title: r.T("funding.none"), Text: r.T("funding.none.text")}
	} else {
		data.Chart = yearsChart(r.P, now)
		data.Callouts = forecasts(r.P, now)
	}
	if len(past) > 0 {
		data.Past = pastTable(r.P, past)
	}
	if r.By.Is(auth.Finance) && !r.By.Console() {
		data.Form = freezeForm(r, now, cause)
	}
	return web.View{Template: "funding/years", Title: title, Crumbs: crumbs(r.P)[:2], Data: data, Err: cause}, nil
}

// split parts the runs in force from those that were replaced.
func split(years []funding.Year) (now, past []funding.Year) {
	for _, y := range years {
		if y.Run.ReplacedAt == nil {
			now = append(now, y)
		} else {
			past = append(past, y)
		}
	}
	return now, past
}

func yearText(p *locale.Printer, r *funding.Run) string {
	if r.Forecast() {
		return p.T("funding.year.forecast", "year", strconv.Itoa(r.Year))
	}
	return p.T("funding.year", "year", strconv.Itoa(r.Year))
}

func forecasts(p *locale.Printer, years []funding.Year) []templates.Callout {
	for _, y := range years {
		if y.Run.Forecast() {
			return []templates.Callout{{Kind: "info", Title: p.T("funding.told.forecast"), Text: p.T("funding.told.forecast.text", "year", strconv.Itoa(funding.FirstYear))}}
		}
	}
	return nil
}

// yearsChart is the money of each year by result, with the same numbers as a
// table.
func yearsChart(p *locale.Printer, years []funding.Year) *templates.Chart {
	c := templates.Chart{
		Caption: p.T("funding.chart"), Note: p.T("funding.chart.note"),
		Wide: drawYears(p, years, chart.Wide).Inline("funding-years"), Narrow: drawYears(p, years, chart.Narrow).Inline("funding-years-narrow"),
	}
	for _, kind := range []string{"png", "svg"} {
		c.Files = append(c.Files, templates.Link{Text: p.T("numbers.file." + kind), Href: fundingPath + "/results." + kind, Icon: "download"})
	}
	t := &templates.Table{Caption: p.T("funding.chart"), Columns: []templates.Column{{Text: p.T("funding.field.year"), Main: true}}}
	for _, g := range funding.Groups() {
		t.Columns = append(t.Columns, templates.Column{Text: p.T(string(g.Label())), Num: true})
	}
	t.Columns = append(t.Columns,
		templates.Column{Text: p.T("funding.column.all"), Num: true, Main: true}, templates.Column{Text: p.T("funding.column.withheld"), Unit: p.T("funding.unit"), Num: true, Main: true})
	for i := range years {
		y := &years[i]
		row := templates.TableRow{Cells: []templates.Cell{{
			Text: yearText(p, &y.Run), Href: y.Run.Address(), Sub: p.T("funding.frozen", "date", y.Run.FrozenOn, "name", y.Run.FrozenName),
		}}}
		for _, g := range funding.Groups() {
			row.Cells = append(row.Cells, sumCell(p, y.Totals.Groups[g], templates.WithQuery(y.Run.Address(), "group", string(g))))
		}
		row.Cells = append(row.Cells, sumCell(p, y.Totals.All, y.Run.Address()), templates.Cell{Text: p.Wan(y.Totals.All.Withheld()), Href: yearPath(y.Run.Year, "departments")})
		t.Rows = append(t.Rows, row)
	}
	c.Table = t
	return &c
}

// sumCell is how many systems there are, with their money below.
func sumCell(p *locale.Printer, s funding.Sum, href string) templates.Cell {
	if s.Items == 0 {
		return templates.Cell{Text: "0"}
	}
	return templates.Cell{Text: p.Number(s.Items), Href: href, Sub: p.Wan(s.Money)}
}

func drawYears(p *locale.Printer, years []funding.Year, width int) chart.Drawing {
	s := chart.Stacks{Head: chart.Head{Title: p.T("funding.chart"), Desc: p.T("funding.chart.note"), Note: p.T("funding.chart.note"), Words: words(p)}}
	for _, g := range funding.Groups() {
		s.Parts = append(s.Parts, p.T(string(g.Label())))
	}
	for i := range years {
		y := &years[i]
		one := chart.Stack{Label: yearText(p, &y.Run), Href: y.Run.Address(), Text: wan(p, y.Totals.All.Money)}
		for _, g := range funding.Groups() {
			sum := y.Totals.Groups[g]
			one.Parts = append(one.Parts, chart.Part{Value: float64(sum.Money), Text: p.Wan(sum.Money), Href: templates.WithQuery(y.Run.Address(), "group", string(g))})
		}
		s.Stacks = append(s.Stacks, one)
	}
	return s.Draw(width)
}

// yearsFile answers with the picture as a file.
func (d *desk) yearsFile(kind, media string) func(*web.Request, yearsIn) (web.Response, error) {
	return func(r *web.Request, _ yearsIn) (web.Response, error) {
		years, err := d.Funding.Years(r.Ctx, r.By)
		if err != nil {
			return nil, err
		}
		now, _ := split(years)
		return web.File{Name: r.T("funding.chart.file") + "." + kind, MediaType: media, Inline: true, Write: func(w io.Writer) error {
			drawing := drawYears(r.P, now, chart.Wide)
			raw := drawing.SVG()
			if kind == "png" {
				var err error
				if raw, err = drawing.PNG(); err != nil {
					return err
				}
			}
			_, err := w.Write(raw)
			return err
		}}, nil
	}
}

func pastTable(p *locale.Printer, past []funding.Year) *templates.Table {
	t := &templates.Table{Caption: p.T("funding.past"), Columns: []templates.Column{
		{Text: p.T("funding.column.run"), Main: true}, {Text: p.T("funding.column.frozen"), Main: true}, {Text: p.T("funding.column.all"), Num: true, Main: true}, {Text: p.T("funding.column.hash")},
	}}
	for i := range past {
		run := &past[i].Run
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: run.Number()}, {Text: p.Time(run.FrozenAt), Sub: run.FrozenName}, {Text: p.Number(run.Systems), Sub: p.Wan(run.Amount)}, {Text: short(run.Hash), Title: run.Hash, Code: true},
		}})
	}
	return t
}

// short is the beginning of a hash.
func short(hash string) string { return hash[:min(len(hash), 12)] }

// freezeForm asks for the run of a year.
func freezeForm(r *web.Request, now []funding.Year, cause error) *templates.Form {
	has := func(year string) bool {
		return slices.ContainsFunc(now, func(y funding.Year) bool { return strconv.Itoa(y.Run.Year) == year })
	}
	year := r.Form.Get("year")
	if year == "" {
		year = strconv.Itoa(r.Today().Year())
		if next := strconv.Itoa(r.Today().Year() + 1); has(year) && !has(next) {
			year = next
		}
	}
	f := templates.Form{
		ID: "freeze", Action: fundingPath, Guard: true,
		Sections: []templates.Section{{ID: "s-freeze", Title: r.T("funding.freeze"), Lead: r.T("funding.freeze.lead"), Fields: []templates.Field{
			{Name: "year", Kind: templates.KindCount, Label: r.T("funding.field.year"), Required: true, Width: "short", Value: year},
		}}},
		Acts: []templates.Act{{Text: r.T("funding.act.freeze"), Note: r.T("funding.act.freeze.note"), Kind: templates.ActPrimary, Icon: "lock"}},
	}
	if has(year) {
		f.Sections[0].Fields = append(f.Sections[0].Fields, templates.Field{
			Name: "reason", Kind: templates.KindLongText, Label: r.T("funding.field.reason"), Help: r.T("funding.freeze.again"), MaxLength: 1000, Value: r.Form.Get("reason"),
		})
	}
	web.Mistakes(r.P, &f, cause)
	return &f
}

func (d *desk) freeze(r *web.Request, _ yearsIn) (web.Response, error) {
	year, _ := strconv.Atoi(strings.TrimSpace(r.Form.Get("year")))
	run, err := d.Funding.Freeze(r.Ctx, r.By, funding.Order{Year: year, Reason: r.Form.Get("reason")})
	switch {
	case web.ComesBack(err):
		return d.yearsView(r, err)
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: run.Address(), Said: web.Said(r.T("funding.said.frozen", "n", run.Systems))}, nil
}

package rectificationweb

import (
	"cmp"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/rectification"
	"qingce/templates"
)

// numbersPage is the data of rectification/numbers.
type numbersPage struct {
	Head   templates.Head
	Tabs   templates.Tabs
	Years  templates.Tabs
	Stats  []templates.Stat
	Chart  *templates.Chart
	Bodies *templates.Table
	Empty  *templates.Empty
}

// numbersIn is the year of the notices; 0 is all.
type numbersIn struct {
	Year int `form:"year"`
}

// counted is what the numbers are drawn from.
type counted struct {
	r     *web.Request
	year  int
	tally rectification.Tally
	dir   *inventory.Directory
}

func (d *desk) count(r *web.Request, in numbersIn) (counted, error) {
	c := counted{r: r, year: in.Year}
	var err error
	if c.dir, err = d.Registry.Directory(r.Ctx); err != nil {
		return c, err
	}
	c.tally, err = d.Desk.Tally(r.Ctx, r.By, in.Year)
	return c, err
}

// numbers shows how many notices there are, by situation and by body.
func (d *desk) numbers(r *web.Request, in numbersIn) (web.Response, error) {
	c, err := d.count(r, in)
	if err != nil {
		return nil, err
	}
	title := r.T("rectify.numbers")
	page := numbersPage{Head: templates.Head{Title: title, Lead: r.T("rectify.numbers.lead")}, Tabs: tabs(r, "numbers"), Years: c.years()}
	if c.tally.Total == 0 {
		page.Empty = &templates.Empty{Icon: "chart", Title: r.T("rectify.none"), Text: r.T("rectify.none.text")}
	} else {
		page.Stats, page.Chart, page.Bodies = c.stats(), c.situations(), c.bodies()
	}
	return web.View{Template: "rectification/numbers", Title: title, Crumbs: crumbs(r.P, title), Data: page}, nil
}

// numbersFile answers with the picture as a file.
func (d *desk) numbersFile(kind string) func(*web.Request, numbersIn) (web.Response, error) {
	types := map[string]string{"png": "image/png", "svg": "image/svg+xml"}
	return func(r *web.Request, in numbersIn) (web.Response, error) {
		c, err := d.count(r, in)
		if err != nil {
			return nil, err
		}
		file := "rectifications-" + r.Now.In(calendar.Zone).Format("20060102-1504") + "." + kind
		return web.File{Name: file, MediaType: types[kind], Write: func(w io.Writer) error {
			raw := c.draw(chart.Wide).SVG()
			if kind == "png" {
				if raw, err = c.draw(chart.Wide).PNG(); err != nil {
					return err
				}
			}
			_, err := w.Write(raw)
			return err
		}}, nil
	}
}

// years leads to each year in which notices can have been issued.
func (c counted) years() templates.Tabs {
	t := templates.Tabs{Label: c.r.T("rectify.year"), Items: []templates.Tab{
		{Text: c.r.T("rectify.year.all"), Href: numbersPath, Active: c.year == 0},
	}}
	for year := rectification.InForce().Year(); year <= c.r.Today().Year(); year++ {
		text := strconv.Itoa(year)
		t.Items = append(t.Items, templates.Tab{Text: text, Href: numbersPath + "?year=" + text, Active: c.year == year})
	}
	return t
}

// rows is the address of the notices behind a number.
func (c counted) rows(pairs ...string) string {
	q := url.Values{}
	if c.year != 0 {
		q.Set("year", strconv.Itoa(c.year))
	}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return listPath + "?" + q.Encode()
}

func (c counted) stats() []templates.Stat {
	p, t := c.r.P, c.tally
	out := []templates.Stat{
		{Label: p.T("rectify.stat.issued"), Value: p.Number(t.Total), Href: c.rows()},
		{Label: p.T("rectify.stat.open"), Value: p.Number(t.Open), Href: c.rows("open", "true")},
		{Label: p.T("rectify.stat.overdue"), Value: p.Number(t.Overdue), Href: c.rows("open", "true", "overdue", "true")},
		{Label: p.T("rectify.stat.ever_late"), Value: p.Number(t.EverLate), Href: c.rows("overdue", "true"), Note: p.T("rectify.stat.ever_late.note")},
	}
	if t.Overdue > 0 {
		out[2].Tone = templates.ToneRed
	}
	return out
}

// columns are those of both tables of numbers.
func (c counted) columns(first string) []templates.Column {
	p := c.r.P
	return []templates.Column{
		{Text: p.T(first), Main: true}, {Text: p.T("rectify.stat.issued"), Num: true, Main: true}, {Text: p.T("rectify.stat.open"), Num: true, Main: true},
		{Text: p.T("rectify.stat.overdue"), Num: true, Main: true}, {Text: p.T("rectify.stat.ever_late"), Num: true},
	}
}

// cells are the numbers of a row, each leading to its notices.
func (c counted) cells(n rectification.Count, pair ...string) []templates.Cell {
	cell := func(n int64, more ...string) templates.Cell {
		out := templates.Cell{Text: c.r.P.Number(n)}
		if n > 0 {
			out.Href = c.rows(append(more, pair...)...)
		}
		return out
	}
	return []templates.Cell{cell(n.Issued), cell(n.Open, "open", "true"), cell(n.Overdue, "open", "true", "overdue", "true"), cell(n.EverLate, "overdue", "true")}
}

// situations is the picture of how many notices there are in each situation,
// with its table.
func (c counted) situations() *templates.Chart {
	p := c.r.P
	out := &templates.Chart{
		Caption: p.T("rectify.chart.situations"), Note: p.T("rectify.chart.note"),
		Wide: c.draw(chart.Wide).Inline("rectify"), Narrow: c.draw(chart.Narrow).Inline("rectify-narrow"),
		Table: &templates.Table{Caption: p.T("rectify.chart.situations"), Columns: c.columns("rectify.situation")},
	}
	for _, kind := range []string{"png", "svg"} {
		href := numbersPath + "/situations." + kind
		if c.year != 0 {
			href += "?year=" + strconv.Itoa(c.year)
		}
		out.Files = append(out.Files, templates.Link{Text: p.T("numbers.file." + kind), Href: href, Icon: "download"})
	}
	for _, s := range rectification.Situations() {
		first := templates.Cell{Text: p.T(string(s.Label())), Sub: articleText(p, s), Href: c.rows("situation", string(s))}
		out.Table.Rows = append(out.Table.Rows, templates.TableRow{Cells: append([]templates.Cell{first}, c.cells(c.tally.Situations[s], "situation", string(s))...)})
	}
	return out
}

func (c counted) draw(width int) chart.Drawing {
	p := c.r.P
	b := chart.Bars{Head: chart.Head{
		Title: p.T("rectify.chart.situations"), Desc: p.T("rectify.chart.note"), Note: p.T("rectify.chart.at", "date", c.r.Today(), "n", c.tally.Total),
		Words: chart.Words{Unmeasured: p.T("ui.unmeasured"), Empty: p.T("rectify.none"), NoGlyph: p.T("numbers.no_glyph")},
	}}
	for _, s := range rectification.Situations() {
		n := c.tally.Situations[s]
		b.Bars = append(b.Bars, chart.Bar{
			Label: p.T("rectify.short." + string(s)), Value: float64(n.Issued), Text: p.T("rectify.chart.bar", "n", n.Issued, "late", n.EverLate),
			Href: c.rows("situation", string(s)),
		})
	}
	return b.Draw(width)
}

// bodies is the same by body, those with the most first.
func (c counted) bodies() *templates.Table {
	t := &templates.Table{Caption: c.r.T("rectify.bodies"), Columns: c.columns("rectify.department")}
	ids := slices.SortedFunc(maps.Keys(c.tally.Bodies), func(a, b auth.DepartmentID) int {
		x, y := c.tally.Bodies[a], c.tally.Bodies[b]
		return cmp.Or(cmp.Compare(y.EverLate, x.EverLate), cmp.Compare(y.Issued, x.Issued), cmp.Compare(a, b))
	})
	for _, id := range ids {
		body, _ := c.dir.Find(id)
		first := templates.Cell{Text: body.Name, Href: c.rows("department", body.Code)}
		t.Rows = append(t.Rows, templates.TableRow{Cells: append([]templates.Cell{first}, c.cells(c.tally.Bodies[id], "department", body.Code)...)})
	}
	return t
}

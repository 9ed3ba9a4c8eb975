package zombieweb

import (
	"strconv"
	"time"

	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/inventory/zombie/cleanup"
	"qingce/templates"
)

// totalsPage is the data of zombie/totals.
type totalsPage struct {
	Head  templates.Head
	Tabs  templates.Tabs
	Stats []templates.Stat
	Chart *templates.Chart
	Table *templates.Table
	Empty *templates.Empty
}

// totalsView turns totals into the data of their page and files.
type totalsView struct {
	p      *locale.Printer
	totals cleanup.Totals
	at     time.Time
}

func (v totalsView) data() totalsPage {
	out := totalsPage{
		Head: templates.Head{Title: v.p.T("cases.totals"), Lead: v.p.T("cases.totals.lead"), Actions: []templates.Act{
			{Text: v.p.T("cases.totals.xlsx"), Href: totalsPath + ".xlsx", Icon: "download", Download: true},
		}},
		Tabs: caseTabs(v.p, totalsPath),
	}
	if v.totals.All.Cases == 0 {
		out.Head.Actions = nil
		out.Empty = &templates.Empty{Title: v.p.T("cases.none"), Text: v.p.T("cases.none.text"), Icon: "chart"}
		return out
	}
	out.Stats = v.stats()
	out.Chart = &templates.Chart{
		Caption: v.p.T("cases.totals.chart"), Note: v.p.T("cases.totals.note", "day", v.totals.Today),
		Wide: v.draw(chart.Wide).Inline("case-totals"), Narrow: v.draw(chart.Narrow).Inline("case-totals-narrow"),
		Files: []templates.Link{{Text: "PNG", Href: totalsPath + ".png", Icon: "download"}, {Text: "SVG", Href: totalsPath + ".svg", Icon: "download"}},
	}
	t := v.table()
	out.Table = &t
	return out
}

// stats are before and after in five numbers.
func (v totalsView) stats() []templates.Stat {
	t := &v.totals.All
	cleaned := casesHref("state", string(cleanup.Cleaned))
	num := func(key string, n int64, unit, href, note string) templates.Stat {
		return templates.Stat{Label: v.p.T("cases.totals." + key), Value: v.p.Number(n), Unit: v.p.T("cases.unit." + unit), Href: href, Note: note}
	}
	planned := func(n int64) string {
		if n == 0 {
			return ""
		}
		return v.p.T("cases.totals.planned", "n", v.p.Number(n))
	}
	out := []templates.Stat{
		num("before", t.Before, "systems", zombiesPath, ""), num("after", t.After, "systems", casesHref("only", onlyOwed), v.p.T("cases.totals.gone", "n", v.p.Number(t.Before-t.After))),
		num("servers", t.Released.Servers, "servers", cleaned, planned(t.Planned.Servers)), num("ips", t.Released.Ips, "ips", cleaned, planned(t.Planned.Ips)),
		{Label: v.p.T("cases.totals.om"), Value: v.p.Wan(t.Released.OmSaved), Unit: v.p.T("cases.unit.wan_year"), Href: cleaned},
	}
	if t.Planned.OmSaved > 0 {
		out[4].Note = v.p.T("cases.totals.planned_om", "wan", v.p.Wan(t.Planned.OmSaved))
	}
	return out
}

// mostStacks is how many departments a picture shows; the table has all of them.
const mostStacks = 30

// draw shows how the cases of each department stand.
func (v totalsView) draw(width int) chart.Drawing {
	all := &v.totals.All
	s := chart.Stacks{
		Head: chart.Head{
			Title: v.p.T("cases.totals.chart"), Note: v.p.T("cases.totals.note", "day", v.totals.Today),
			Desc:  v.p.T("cases.totals.desc", "suspected", all.Suspected, "confirmed", all.Confirmed, "cleaned", all.Cleaned),
			Words: chart.Words{Unmeasured: v.p.T("ui.unmeasured"), Empty: v.p.T("cases.none"), NoGlyph: v.p.T("numbers.no_glyph")},
		},
		Parts: []string{v.p.T("cases.totals.part.suspected"), v.p.T("cases.totals.part.confirmed"), v.p.T("cases.totals.part.cleaned"), v.p.T("cases.totals.part.dismissed")},
	}
	for i := range v.totals.Departments[:min(len(v.totals.Departments), mostStacks)] {
		d := &v.totals.Departments[i]
		part := func(n int64, pairs ...string) chart.Part {
			return chart.Part{Value: float64(n), Text: strconv.FormatInt(n, 10), Href: casesHref(append(pairs, "department", d.Department.Code)...)}
		}
		s.Stacks = append(s.Stacks, chart.Stack{
			Label: d.Department.Name, Href: casesHref("department", d.Department.Code),
			Parts: []chart.Part{
				part(d.Suspected, "only", onlyOpen), part(d.Confirmed, "only", onlyOwed), part(d.Cleaned, "state", string(cleanup.Cleaned)), part(d.Dismissed + d.Exempt),
			},
		})
	}
	return s.Draw(width)
}

func (v totalsView) table() templates.Table {
	num := func(key, unit string, main bool) templates.Column {
		c := templates.Column{Text: v.p.T("cases.totals." + key), Num: true, Main: main}
		if unit != "" {
			c.Unit = v.p.T("cases.unit." + unit)
		}
		return c
	}
	t := templates.Table{ID: "totals", Caption: v.p.T("cases.totals"), Columns: []templates.Column{
		{Text: v.p.T("cases.department"), Main: true}, num("suspected", "", true), num("confirmed", "", true), num("overdue", "", false),
		num("stake", "wan_year", true), num("cleaned", "", true), num("dismissed", "", false), num("servers", "", false), num("ips", "", false), num("om", "wan_year", true),
	}}
	for i := range v.totals.Departments {
		d := &v.totals.Departments[i]
		t.Rows = append(t.Rows, v.row(d.Department.Name, &d.Tally, d.Department.Code))
	}
	if len(v.totals.Departments) > 1 {
		t.Rows = append(t.Rows, v.row(v.p.T("cases.totals.all"), &v.totals.All, ""))
	}
	return t
}

func (v totalsView) row(name string, t *cleanup.Tally, code string) templates.TableRow {
	cell := func(n int64, pairs ...string) templates.Cell {
		c := templates.Cell{Text: v.p.Number(n)}
		if n > 0 && len(pairs) > 0 {
			if code != "" {
				pairs = append(pairs, "department", code)
			}
			c.Href = casesHref(pairs...)
		}
		return c
	}
	head := templates.Cell{Text: name, Href: zombiesPath}
	if code != "" {
		head.Href = casesHref("department", code)
	}
	overdue := cell(t.Overdue, "only", onlyOverdue)
	if t.Overdue > 0 {
		overdue.Tone = templates.ToneRed
	}
	return templates.TableRow{Cells: []templates.Cell{
		head, cell(t.Suspected, "only", onlyOpen), cell(t.Confirmed, "only", onlyOwed), overdue, v.money(t.AtStake()), cell(t.Cleaned, "state", string(cleanup.Cleaned)),
		cell(t.Dismissed + t.Exempt), cell(t.Released.Servers), cell(t.Released.Ips),
		v.money(t.Released.OmSaved),
	}}
}

func (v totalsView) money(fen int64) templates.Cell {
	return templates.Cell{Text: v.p.Wan(fen), Title: v.p.Yuan(fen) + " " + v.p.T("cases.yuan")}
}

// sheet describes the file of the totals.
func (v totalsView) sheet() sheet.Table {
	t := sheet.Table{
		Sheet: v.p.T("cases.totals"), Title: v.p.T("cases.totals"), Notes: []string{v.p.T("cases.totals.sheet", "time", v.p.Time(v.at))},
		Columns: []sheet.Column{{Title: v.p.T("cases.department"), Width: 30}},
	}
	for _, key := range []string{"cases", "suspected", "confirmed", "overdue", "cleaned", "dismissed", "before", "after", "servers", "ips", "domains", "accounts"} {
		t.Columns = append(t.Columns, sheet.Column{Title: v.p.T("cases.totals." + key), Kind: sheet.ColumnNumber})
	}
	for _, key := range []string{"stake", "om"} {
		t.Columns = append(t.Columns, sheet.Column{Title: v.p.T("cases.totals." + key), Kind: sheet.ColumnMoney, Unit: v.p.T("unit.wan"), FenPerUnit: locale.FenPerWan})
	}
	return t
}

func (v totalsView) sheetRows(row func(...sheet.Value) error) error {
	line := func(name string, t *cleanup.Tally) error {
		out := []sheet.Value{sheet.Text(name)}
		for _, n := range []int64{
			t.Cases, t.Suspected, t.Confirmed, t.Overdue, t.Cleaned, t.Dismissed + t.Exempt, t.Before, t.After,
			t.Released.Servers, t.Released.Ips, t.Released.Domains, t.Released.Accounts,
		} {
			out = append(out, sheet.Whole(n))
		}
		return row(append(out, sheet.Amount(t.AtStake()), sheet.Amount(t.Released.OmSaved))...)
	}
	for i := range v.totals.Departments {
		if err := line(v.totals.Departments[i].Department.Name, &v.totals.Departments[i].Tally); err != nil {
			return err
		}
	}
	return line(v.p.T("cases.totals.all"), &v.totals.All)
}

package monthlyweb

import (
	"io"
	"strings"

	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// notes say on a file which month it is, by which method, and when it was taken.
func notes(p *locale.Printer, r *web.Request, m monthly.Month, policy monthly.Policy, filter string) []string {
	out := []string{
		p.T("monthly.file.month", "month", m.Month, "version", m.Version, "state", m.State.Label(), "date", m.ThroughOn),
		p.T("monthly.file.method", "n", policy.Version, "from", policy.FromMonth), p.T("monthly.file.at", "at", p.Time(r.Now), "name", r.By.Name),
	}
	if filter != "" {
		out = append(out, p.T("monthly.file.filter", "filter", filter))
	}
	if m.Hash != "" {
		out = append(out, p.T("monthly.hash")+" "+m.Hash)
	}
	return out
}

// cityBook gives the lines that the address asks for as a workbook.
func (d *desk) cityBook(r *web.Request, in cityIn) (web.Response, error) {
	v, ok, err := d.readCity(r, in)
	if err != nil || !ok {
		return nil, err
	}
	m := v.table.Month
	return web.File{Name: r.T("monthly.file.city", "month", m.Month, "version", m.Version), MediaType: xlsxType, Write: func(w io.Writer) error {
		return book(r, w, func(b *sheet.Writer) error { return v.writeBook(r, b) })
	}}, nil
}

// book writes a workbook.
func book(r *web.Request, out io.Writer, fill func(*sheet.Writer) error) error {
	b := sheet.NewWriter(sheet.Options{T: r.P.T})
	defer b.Close()
	if err := fill(b); err != nil {
		return err
	}
	_, err := b.WriteTo(out)
	return err
}

// filterText is the filter in words.
func (v cityView) filterText() string {
	var out []string
	for _, chip := range v.filters().Chips {
		out = append(out, chip.Label+" "+chip.Text)
	}
	return v.p.Join(out)
}

func (v cityView) writeBook(r *web.Request, b *sheet.Writer) error {
	title := v.p.T("monthly.city", "month", v.table.Month.Month)
	t := sheet.Table{Sheet: title, Title: title, Notes: notes(v.p, r, v.table.Month, v.table.Policy, v.filterText()), Columns: []sheet.Column{
		{Title: v.p.T("monthly.column.code")}, {Title: v.p.T("monthly.column.body"), Width: 24}, {Title: v.p.T("monthly.column.group")},
		{Title: v.p.T("monthly.column.rank")}, {Title: v.p.T("monthly.column.points"), Kind: sheet.ColumnDecimal}, {Title: v.p.T("monthly.column.before"), Kind: sheet.ColumnDecimal},
	}}
	for _, m := range scorecard.Metrics() {
		t.Columns = append(t.Columns, sheet.Column{Title: metricName(v.p, m), Group: v.p.T("monthly.column.value")})
	}
	for _, m := range scorecard.Metrics()[:scorecard.Effect] {
		t.Columns = append(t.Columns, sheet.Column{Title: metricName(v.p, m), Group: v.p.T("monthly.column.count")})
	}
	t.Columns = append(t.Columns, sheet.Column{Title: v.p.T("monthly.weight"), Kind: sheet.ColumnNumber}, sheet.Column{Title: v.p.T("monthly.column.off"), Kind: sheet.ColumnNumber}, sheet.Column{Title: v.p.T("monthly.column.band"), Width: 22})
	rows, err := b.Table(t)
	if err != nil {
		return err
	}
	for _, l := range v.lines {
		if err := rows.Row(v.bookRow(l)...); err != nil {
			return err
		}
	}
	return rows.Close()
}

func (v cityView) bookRow(l monthly.Line) []sheet.Value {
	points, before := sheet.Text(totalText(v.p, &l.Card)), sheet.Value{}
	if l.Card.Total != nil {
		points = sheet.Decimal(pointsText(l.Card.Points))
	}
	if l.Before != nil && l.Before.Total != nil {
		before = sheet.Decimal(pointsText(l.Before.Points))
	}
	out := []sheet.Value{sheet.Text(l.Body.Code), sheet.Text(l.Body.Name), sheet.Text(l.Card.Group), sheet.Text(rankText(v.p, &l.Card)), points, before}
	for _, m := range scorecard.Metrics() {
		value := sheet.Text(valueText(v.p, l.Card.Values[m]))
		if n := l.Card.Values[m]; n != nil {
			value = sheet.Decimal(pointsText(scorecard.Hundredths(n)))
		}
		out = append(out, value)
	}
	for _, m := range scorecard.Metrics()[:scorecard.Effect] {
		count := ""
		if s, ok := shareOf(&l.Input, &v.table.Policy, m); ok && l.Card.Values[m] != nil {
			count = countText(s)
		}
		out = append(out, sheet.Text(count))
	}
	return append(out, sheet.Whole(int64(l.Card.Weight)), sheet.Whole(int64(l.Card.Off)), sheet.Text(v.p.T("monthly.band."+string(l.Card.Band))))
}

// sheetBook gives a sheet with all its rows as a workbook.
func (d *desk) sheetBook(r *web.Request, in sheetIn) (web.Response, error) {
	v, err := d.readSheet(r, in)
	if err != nil {
		return nil, err
	}
	m := v.sheet.Month
	name := r.T("monthly.file.sheet", "name", v.sheet.Body.Name, "month", m.Month, "version", m.Version)
	return web.File{Name: name, MediaType: xlsxType, Write: func(w io.Writer) error {
		return book(r, w, func(b *sheet.Writer) error {
			if err := v.writeCard(r, b); err != nil {
				return err
			}
			return v.writeRows(r, b)
		})
	}}, nil
}

// writeCard is the tab of the six metrics.
func (v sheetView) writeCard(r *web.Request, b *sheet.Writer) error {
	title := v.p.T("monthly.sheet", "name", v.sheet.Body.Name, "month", v.sheet.Month.Month)
	all := append(notes(v.p, r, v.sheet.Month, v.sheet.Policy, ""), v.lead())
	from := v.metrics()
	t := sheet.Table{Sheet: v.p.T("monthly.metrics"), Title: title, Notes: all}
	for _, c := range from.Columns {
		t.Columns = append(t.Columns, sheet.Column{Title: c.Text, Width: 16})
	}
	rows, err := b.Table(t)
	if err != nil {
		return err
	}
	for _, row := range from.Rows {
		values := make([]sheet.Value, len(row.Cells))
		for i, c := range row.Cells {
			values[i] = sheet.Text(c.Text)
		}
		if err := rows.Row(values...); err != nil {
			return err
		}
	}
	return rows.Close()
}

// writeRows is the tab of all rows behind the numbers.
func (v sheetView) writeRows(r *web.Request, b *sheet.Writer) error {
	t := sheet.Table{Sheet: v.p.T("monthly.rows"), Title: v.p.T("monthly.rows"), Notes: notes(v.p, r, v.sheet.Month, v.sheet.Policy, ""), Columns: []sheet.Column{
		{Title: v.p.T("monthly.object.figure"), Width: 20}, {Title: v.p.T("monthly.column.standing"), Width: 14}, {Title: v.p.T("monthly.column.code"), Width: 18},
		{Title: v.p.T("monthly.column.record"), Width: 40}, {Title: v.p.T("monthly.column.on"), Kind: sheet.ColumnDate}, {Title: v.p.T("monthly.column.why"), Width: 40},
	}}
	rows, err := b.Table(t)
	if err != nil {
		return err
	}
	for _, k := range monthly.FigureKeys() {
		for _, row := range v.sheet.Facts.Figure(k).Rows {
			why := strings.TrimSpace(v.why(row).Text + " " + row.Corrected)
			if err := rows.Row(sheet.Text(v.p.T(string(k.Label()))), sheet.Text(v.p.T(string(row.Standing.Label()))), sheet.Text(row.ID), sheet.Text(row.Title), sheet.Day(row.On), sheet.Text(why)); err != nil {
				return err
			}
		}
	}
	return rows.Close()
}

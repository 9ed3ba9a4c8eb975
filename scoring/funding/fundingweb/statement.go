package fundingweb

import (
	"encoding/json"
	"io"
	"strings"

	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/scoring/funding"
	"qingce/templates"
)

// statementFile is the signed statement of a year as a file.
func (d *desk) statementFile(r *web.Request, in yearIn) (web.Response, error) {
	signed, err := d.signed(r.Ctx, r.By, in.Year)
	if err != nil {
		return nil, err
	}
	return web.File{Name: r.T("funding.statement.file", "year", in.Year) + ".json", MediaType: "application/json", Write: func(w io.Writer) error {
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		return out.Encode(signed)
	}}, nil
}

// statementBook is the list of a year as a workbook, as it is narrowed, with
// filter, time, table and hash on it.
func (d *desk) statementBook(r *web.Request, in yearIn) (web.Response, error) {
	s, err := d.Funding.State(r.Ctx, r.By, in.Year)
	if err != nil {
		return nil, err
	}
	lines, y, filter, err := d.lines(r, in.Year)
	if err != nil {
		return nil, err
	}
	return web.File{Name: r.T("funding.statement.file", "year", in.Year) + ".xlsx", MediaType: xlsxType, Write: func(w io.Writer) error {
		return writeBook(r.P, w, &s, y, lines, filter)
	}}, nil
}

// filterText says how the list is narrowed.
func (v listView) filterText() string {
	var out []string
	for _, c := range v.filters().Chips {
		out = append(out, v.p.T("funding.statement.filter", "name", c.Label, "value", c.Text))
	}
	if len(out) == 0 {
		return v.p.T("funding.all")
	}
	return v.p.Join(out)
}

// lines reads all items of a list, page by page, and says how it is narrowed.
func (d *desk) lines(r *web.Request, year int) (out []funding.Row, y *funding.Year, filter string, err error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, nil, "", err
	}
	v := listView{p: r.P, by: r.By, a: r.Listing(), dir: dir}
	q := queryOf(v.a, r.By, dir)
	q.Size = funding.MaxPageSize
	for q.Page = 1; ; q.Page++ {
		if v.Year, err = d.Funding.List(r.Ctx, r.By, year, q); err != nil {
			return nil, nil, "", err
		}
		out = append(out, v.Items...)
		if int64(len(out)) >= v.Totals.All.Items || len(v.Items) == 0 {
			return out, &v.Year, v.filterText(), nil
		}
	}
}

func writeBook(p *locale.Printer, out io.Writer, s *funding.Statement, y *funding.Year, lines []funding.Row, filter string) error {
	book := sheet.NewWriter(sheet.Options{T: p.T})
	defer book.Close()
	notes := []string{
		p.T("funding.statement.note", "filter", filter, "time", s.MadeAt, "table", s.Table),
		p.T("funding.statement.hash", "run", s.Run, "date", s.FrozenOn, "hash", s.RunDigest),
		p.T("funding.statement.sums", "n", y.Totals.All.Items, "all", p.Wan(y.Totals.All.Money), "payable", p.Wan(y.Totals.All.Payable), "withheld", p.Wan(y.Totals.All.Withheld())),
	}
	table := sheet.Table{Sheet: p.T("funding.statement"), Title: p.T("funding.statement.title", "year", s.Year), Notes: notes}
	for _, key := range []string{"system", "name", "department", "money", "payable", "result", "rule", "reasons", "stage", "until", "from", "decided", "kept_for"} {
		c := sheet.Column{Key: key, Title: p.T("funding.column." + key)}
		switch key {
		case "money", "payable":
			c.Kind, c.Unit, c.FenPerUnit = sheet.ColumnMoney, p.T("funding.unit"), locale.FenPerWan
		case "until", "from":
			c.Kind = sheet.ColumnDate
		}
		table.Columns = append(table.Columns, c)
	}
	rows, err := book.Table(table)
	if err != nil {
		return err
	}
	for i := range lines {
		if err := rows.Row(bookRow(p, &lines[i])...); err != nil {
			return err
		}
	}
	if err := rows.Close(); err != nil {
		return err
	}
	_, err = book.WriteTo(out)
	return err
}

func bookRow(p *locale.Printer, i *funding.Row) []sheet.Value {
	money := sheet.Text("")
	if i.Amount != nil {
		money = sheet.Amount(*i.Amount)
	}
	return []sheet.Value{
		sheet.Text(i.Code), sheet.Text(i.Name), sheet.Text(i.DepartmentName), money, sheet.Amount(i.Payable()), sheet.Text(p.T(string(funding.ResultLabel(i.Result)))),
		sheet.Text(strings.Join(i.Rules, " ")), sheet.Text(rulesText(p, i.Rules)), sheet.Text(p.T(string(i.Stage.Label()))), sheet.Day(i.UntilOn), sheet.Day(i.FromOn),
		sheet.Text(i.DecisionText), sheet.Text(i.KeptNote),
	}
}

// printPage is the data of funding/print: a year on paper.
type printPage struct {
	Head  templates.Head
	Notes []string
	Sums  *templates.Table
	Lines []printLine
	Rules []reason
	Hash  string
}

// printLine is a system on paper.
type printLine struct {
	Number                                                            int
	Code, Name, Department, Money, Payable, Result, Rules, Stage, Day string
}

// showPrint is the list of a year on A4, as it is narrowed.
func (d *desk) showPrint(r *web.Request, in yearIn) (web.Response, error) {
	lines, y, filter, err := d.lines(r, in.Year)
	if err != nil {
		return nil, err
	}
	table, err := y.Run.Table()
	if err != nil {
		return nil, err
	}
	title := r.T("funding.statement.title", "year", in.Year)
	data := printPage{Head: templates.Head{Title: title}, Sums: sumsTable(r.P, y), Hash: y.Run.Hash, Notes: []string{
		r.T("funding.statement.note", "filter", filter, "time", r.Now, "table", y.Run.TableVersion),
		r.T("funding.frozen", "date", y.Run.FrozenOn, "name", y.Run.FrozenName),
	}}
	used := map[string]bool{}
	for n := range lines {
		i := &lines[n]
		line := printLine{
			Number: n + 1, Code: i.Code, Name: i.Name, Department: i.DepartmentName, Money: moneyText(r.P, i.Amount), Payable: r.P.Wan(i.Payable()),
			Result: r.T(string(funding.ResultLabel(i.Result))), Rules: strings.Join(i.Rules, " "), Stage: r.T(string(i.Stage.Label())),
		}
		if !i.UntilOn.IsZero() {
			line.Day = r.T("funding.until", "date", i.UntilOn)
		}
		for _, id := range i.Rules {
			used[id] = true
		}
		data.Lines = append(data.Lines, line)
	}
	for _, rule := range table.Rules {
		if used[rule.ID] {
			data.Rules = append(data.Rules, reason{Rule: rule.ID, Article: rule.Article, Text: r.T(string(funding.RuleText(rule.ID)))})
		}
	}
	return web.View{
		Template: "funding/print", Title: title, Data: data,
		Crumbs: crumbs(r.P, templates.Crumb{Text: yearText(r.P, &y.Run), Href: yearPath(in.Year)}, templates.Crumb{Text: r.T("funding.act.print")}),
	}, nil
}

// sumsTable is the sums of a list by result.
func sumsTable(p *locale.Printer, y *funding.Year) *templates.Table {
	t := &templates.Table{Caption: p.T("funding.chart"), Columns: []templates.Column{
		{Text: p.T("funding.column.result"), Main: true}, {Text: p.T("funding.column.systems"), Num: true, Main: true},
		{Text: p.T("funding.column.money"), Unit: p.T("funding.unit"), Num: true, Main: true}, {Text: p.T("funding.column.payable"), Unit: p.T("funding.unit"), Num: true, Main: true},
	}}
	add := func(name string, s funding.Sum) {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{{Text: name}, {Text: p.Number(s.Items)}, {Text: p.Wan(s.Money)}, {Text: p.Wan(s.Payable)}}})
	}
	for _, g := range funding.Groups() {
		if s := y.Totals.Groups[g]; s.Items > 0 {
			add(p.T(string(g.Label())), s)
		}
	}
	add(p.T("funding.column.all"), y.Totals.All)
	return t
}

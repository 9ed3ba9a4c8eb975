package survey

import (
	"context"
	"io"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// rowColumn is the key of the column that names the row of a form.
const rowColumn = "form_row"

// bookFields are the questions of a part that stand in a workbook: tables have
// a sheet of their own, files cannot be typed.
func bookFields(c *questionnaire.Compiled, part questionnaire.Part) []*field.Field[field.Answers] {
	var out []*field.Field[field.Answers]
	all := c.Catalog(part).All()
	for i := range all {
		q, ok := c.Question(all[i].Key)
		if !ok || all[i].Given || q.Type == questionnaire.Table || q.Type == questionnaire.File {
			continue
		}
		out = append(out, &all[i])
	}
	return out
}

// tablesOf are the table questions of a part.
func tablesOf(c *questionnaire.Compiled, part questionnaire.Part) []string {
	var out []string
	for _, q := range c.OfPart(part) {
		if q.Type == questionnaire.Table {
			out = append(out, q.Name())
		}
	}
	return out
}

// book writes the workbook of a form.
type book struct {
	p     *locale.Printer
	paper *Paper
	rows  []Row
	names field.Names
	out   *sheet.Writer
}

// ExportForm writes a whole form as a workbook that can be filled in and handed
// in again: how to fill it in, the systems with every question as a column, the
// body as a whole, and a sheet for each table question. The export is in the
// operation log.
func (d *Desk) ExportForm(ctx context.Context, by auth.Principal, p *locale.Printer, key FormKey, out io.Writer) error {
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		paper, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		b := book{p: p.Over(paper.Ask.Texts()), paper: paper}
		if b.rows, err = rowsOf(tx, paper.Form.ID); err != nil {
			return err
		}
		if b.names, err = d.deps.Registry.Names(tx, by); err != nil {
			return err
		}
		b.out = sheet.NewWriter(sheet.Options{T: b.p.T, Properties: map[string]string{"qingce.form": "survey", "qingce.survey": key.String()}})
		defer b.out.Close()
		if err := b.write(); err != nil {
			return err
		}
		if err := oplog.Record(tx, by, oplog.Entry{
			Action: "export", Kind: "form", ID: key.String(), Name: paper.Campaign.Title, Department: paper.Owner.ID,
		}); err != nil {
			return err
		}
		_, err = b.out.WriteTo(out)
		return err
	})
}

func (b *book) write() error {
	for _, step := range []func() error{b.systems, b.systemTables, b.body, b.tables, b.guide} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// guideLines is how many lines the instructions have.
const guideLines = 5

func (b *book) guide() error {
	var lines [][]string
	for i := range guideLines {
		key := "form.book.guide." + strconv.Itoa(i+1)
		lines = append(lines, []string{b.p.T(key + ".what"), b.p.T(key + ".how")})
	}
	return b.out.Notes(b.p.T("form.book.sheet.guide"), b.title(), lines)
}

func (b *book) title() string {
	return b.p.T("form.title", "campaign", b.paper.Campaign.Title, "department", b.paper.Owner.Name)
}

// columns are those of fields.
func (b *book) columns(c *field.Catalog[field.Answers], fields []*field.Field[field.Answers]) []sheet.Column {
	var out []sheet.Column
	for _, f := range fields {
		out = append(out, inventory.ColumnOf(c, f, b.p, nil))
	}
	return out
}

func (b *book) values(fields []*field.Field[field.Answers], answers field.Answers) []sheet.Value {
	var out []sheet.Value
	for _, f := range fields {
		out = append(out, inventory.ValueOf(f, b.p, b.names, f.Get(&answers)))
	}
	return out
}

// table writes one sheet.
func (b *book) table(name string, columns []sheet.Column, rows [][]sheet.Value) error {
	tw, err := b.out.Table(sheet.Table{Sheet: b.p.T(name), Title: b.title() + " · " + b.p.T(name), Columns: columns})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := tw.Row(row...); err != nil {
			return err
		}
	}
	return tw.Close()
}

func (b *book) systems() error {
	fields := bookFields(b.paper.Ask, questionnaire.OfSystem)
	columns := append([]sheet.Column{
		{Key: rowColumn, Title: b.p.T("form.book.row"), Help: b.p.T("form.book.row.help"), Kind: sheet.ColumnText},
		{Key: "code", Title: b.p.T("system.code"), Kind: sheet.ColumnText},
	}, b.columns(b.paper.Ask.System, fields)...)
	var rows [][]sheet.Value
	for _, r := range b.rows {
		if !r.Stands() {
			continue
		}
		ident := []sheet.Value{sheet.Text(rowNumber(r.ID)), sheet.Text(r.Code)}
		rows = append(rows, append(ident, b.values(fields, r.Body)...))
	}
	return b.table("form.book.sheet.systems", columns, rows)
}

// rowNumber writes the number of a row, by which a workbook names it.
func rowNumber(id RowID) string { return strconv.FormatInt(int64(id), 10) }

func (b *book) body() error {
	fields := bookFields(b.paper.Ask, questionnaire.OfDepartment)
	columns := append([]sheet.Column{{Key: CountField, Title: b.p.T("survey.field.declared_count"), Kind: sheet.ColumnNumber}},
		b.columns(b.paper.Ask.Department, fields)...)
	count := sheet.Value{}
	if b.paper.Form.DeclaredCount != nil {
		count = sheet.Whole(*b.paper.Form.DeclaredCount)
	}
	row := append([]sheet.Value{count}, b.values(fields, b.paper.Form.Answers)...)
	return b.table("form.book.sheet.body", columns, [][]sheet.Value{row})
}

func (b *book) tables() error {
	for _, table := range tablesOf(b.paper.Ask, questionnaire.OfDepartment) {
		columns, _ := b.paper.Ask.Columns(table)
		fields := pointers(columns)
		var rows [][]sheet.Value
		for _, line := range questionnaire.ReadTable(b.paper.Form.Answers[table]) {
			rows = append(rows, b.values(fields, line))
		}
		if err := b.table(string(b.paper.Ask.Department.Label(table)), b.columns(columns, fields), rows); err != nil {
			return err
		}
	}
	return nil
}

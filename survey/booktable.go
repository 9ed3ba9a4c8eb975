package survey

import (
	"maps"
	"slices"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/survey/questionnaire"
)

// The first columns of the sheet of a table question about systems say of which
// system a line speaks.
const (
	tableRow  = "form_row"
	tableCode = "form_code"
	tableName = "form_name"
)

// isWhose tells whether a column says of which system a line speaks.
func isWhose(key string) bool { return key == tableRow || key == tableCode || key == tableName }

// whoseColumns are those columns, as they are read.
func whoseColumns(printers []*locale.Printer) []sheet.Column {
	return []sheet.Column{
		ownColumn(printers, tableRow, "form.book.row"), ownColumn(printers, tableCode, "system.code"), ownColumn(printers, tableName, "system.name"),
	}
}

// systemTables writes a sheet for each table question about systems: the lines of
// all systems below each other, and an empty one for a system that is asked and
// has none.
func (b *book) systemTables() error {
	for _, table := range tablesOf(b.paper.Ask, questionnaire.OfSystem) {
		columns, _ := b.paper.Ask.Columns(table)
		fields := pointers(columns)
		titles := append([]sheet.Column{
			{Key: tableRow, Title: b.p.T("form.book.row"), Help: b.p.T("form.book.row.table"), Kind: sheet.ColumnText},
			{Key: tableCode, Title: b.p.T("system.code"), Kind: sheet.ColumnText},
			{Key: tableName, Title: b.p.T("system.name"), Kind: sheet.ColumnText},
		}, b.columns(columns, fields)...)
		var rows [][]sheet.Value
		for i := range b.rows {
			rows = append(rows, b.linesOf(&b.rows[i], table, fields)...)
		}
		if err := b.table(string(b.paper.Ask.System.Label(table)), titles, rows); err != nil {
			return err
		}
	}
	return nil
}

// linesOf are the lines of one system.
func (b *book) linesOf(r *Row, table string, fields []*field.Field[field.Answers]) [][]sheet.Value {
	if !r.Stands() {
		return nil
	}
	lines := questionnaire.ReadTable(r.Body[table])
	if len(lines) == 0 && b.asks(r, table) {
		lines = []field.Answers{{}}
	}
	var out [][]sheet.Value
	for _, line := range lines {
		whose := []sheet.Value{sheet.Text(rowNumber(r.ID)), sheet.Text(r.Code), sheet.Text(r.Name)}
		out = append(out, append(whose, b.values(fields, line)...))
	}
	return out
}

// asks tells whether a question is asked about a system as its answers stand.
func (b *book) asks(r *Row, question string) bool {
	f, ok := b.paper.Ask.System.Find(question)
	answers := maps.Clone(field.Answers(r.Body))
	questionnaire.SetFacts(answers, b.paper.Owner, nil)
	return ok && b.paper.Ask.System.Asked(&answers, f)
}

// withTables puts the lines of the sheets of table questions to the systems that
// they speak of. A system on the list has exactly the lines that its sheet has; a
// line for a system that is not on the list stands for itself.
func (b UploadBody) withTables(ask *questionnaire.Compiled) []UploadLine {
	out := slices.Clone(b.Systems)
	for i := range out {
		out[i].Cells = maps.Clone(out[i].Cells)
	}
	for _, table := range tablesOf(ask, questionnaire.OfSystem) {
		lines, ok := b.Tables[table]
		if !ok {
			continue
		}
		for i := range out {
			out[i].tables = append(out[i].tables, table)
		}
		count := map[int]int{}
		for _, line := range lines {
			if line.says() {
				out = line.joinTo(out, table, count)
			}
		}
	}
	return out
}

// says tells whether a line of a table says more than of which system it speaks.
func (l UploadLine) says() bool {
	for key, c := range l.Cells {
		if !isWhose(key) && strings.TrimSpace(c.Text) != "" {
			return true
		}
	}
	return false
}

// joinTo puts a line of a table to its system; count is how many lines of the
// table each has.
func (l UploadLine) joinTo(systems []UploadLine, table string, count map[int]int) []UploadLine {
	at := slices.IndexFunc(systems, l.speaksOf)
	if at < 0 {
		systems = append(systems, UploadLine{Number: l.Number, apart: true, Cells: map[string]UploadCell{
			rowColumn: l.Cells[tableRow], "code": l.Cells[tableCode], "name": l.Cells[tableName],
		}})
		at = len(systems) - 1
	}
	one := &systems[at]
	if !slices.Contains(one.tables, table) {
		one.tables = append(one.tables, table)
	}
	n := count[at]
	count[at]++
	for key, c := range l.Cells {
		if isWhose(key) {
			continue
		}
		if n >= mostLines {
			c.Problem = "survey.err.book_lines"
		}
		one.Cells[CellName(table, n, key)] = c
	}
	return systems
}

// speaksOf tells whether a line of a table speaks of the system of a line, by the
// first thing that it says of it: row, code, name.
func (l UploadLine) speaksOf(system UploadLine) bool {
	for _, pair := range [][2]string{{tableRow, rowColumn}, {tableCode, "code"}, {tableName, "name"}} {
		if mine := field.Fold(l.Cells[pair[0]].Text); mine != "" {
			return mine == field.Fold(system.Cells[pair[1]].Text)
		}
	}
	return false
}

// errNoSystem is a line of a table that speaks of no system on the form.
func (l UploadLine) errNoSystem() []fault.Field {
	return l.placed([]fault.Field{fault.At("name", "survey.err.book_system")})
}

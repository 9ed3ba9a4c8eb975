package survey

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// MaxBook is the greatest size of a workbook, in bytes.
const MaxBook = 8 << 20

// PastedName is the file name of lines that were pasted.
const PastedName = "paste.csv"

// ReceiveBook takes a workbook of a form, or pasted lines with their titles
// (PastedName), and keeps it until somebody confirms what it would do. A file
// that cannot be read at all is refused with the reason.
func (d *Desk) ReceiveBook(ctx context.Context, by auth.Principal, key FormKey, name string, data []byte) (Upload, error) {
	p, err := d.FindForm(ctx, by, key)
	if err != nil {
		return Upload{}, err
	}
	if err := p.Open(); err != nil {
		return Upload{}, err
	}
	body, err := d.readBook(&p, name, data)
	if err != nil {
		return Upload{}, err
	}
	sum := sha256.Sum256(data)
	up := Upload{
		FormID: p.Form.ID, AccountID: by.AccountID, FileName: name, Sha256: hex.EncodeToString(sum[:]), State: UploadReady, Body: body,
	}
	err = d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		up.ID, up.CreatedAt, up.UpdatedAt = 0, tx.Now(), tx.Now()
		if err := insertUpload(tx, &up); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "import.received", Kind: "form", ID: key.String(), Name: name, Department: p.Owner.ID, After: receivedLog{up.Sha256, len(data)},
		})
	})
	return up, err
}

type receivedLog struct {
	SHA256 string `json:"sha256"`
	Size   int    `json:"size"`
}

// tab is what a sheet of a workbook may be.
type tab struct {
	names   []string // of the sheet, folded
	columns []sheet.Column
	money   map[string]bool
}

// readBook reads the sheets of a workbook line by line.
func (d *Desk) readBook(p *Paper, name string, data []byte) (UploadBody, error) {
	file, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name, sheet.Limits{File: MaxBook})
	if err != nil {
		return UploadBody{}, err
	}
	out := UploadBody{Tables: map[string][]UploadLine{}}
	printers := d.printers(p)
	others := map[string]tab{CountField: bodyTab(p, printers)}
	for _, table := range tablesOf(p.Ask, questionnaire.OfDepartment) {
		columns, _ := p.Ask.Columns(table)
		others[table] = tabOf(columns, pointers(columns), printers, string(p.Ask.Department.Label(table)))
	}
	for _, table := range tablesOf(p.Ask, questionnaire.OfSystem) {
		columns, _ := p.Ask.Columns(table)
		t := tabOf(columns, pointers(columns), printers, string(p.Ask.System.Label(table)))
		t.columns = append(t.columns, whoseColumns(printers)...)
		others[table] = t
	}
	systems := tabOf(p.Ask.System, bookFields(p.Ask, questionnaire.OfSystem), printers, "form.book.sheet.systems")
	systems.columns = append(systems.columns, identColumns(printers)...)
	var failed error
	read := false
	for _, at := range file.Sheets() {
		if table, ok := which(others, at); ok {
			lines, err := readTab(file, at, others[table], &out.Unknown)
			switch {
			case err != nil:
				return UploadBody{}, err
			case table != CountField:
				out.Tables[table] = onSheet(at, lines)
			case len(lines) > 0:
				out.Answers = &lines[0]
			}
			continue
		}
		if read {
			continue
		}
		lines, err := readTab(file, at, systems, &out.Unknown)
		if err != nil {
			failed = cmp.Or(failed, err)
			continue
		}
		out.Systems, read = lines, true
	}
	if !read && out.Answers == nil && len(out.Tables) == 0 {
		return UploadBody{}, cmp.Or(failed, error(fault.New(fault.Invalid, "sheet.err.no_header", "rows", headerRows)))
	}
	return out, nil
}

// onSheet puts the name of their sheet before the addresses of cells.
func onSheet(name string, lines []UploadLine) []UploadLine {
	for _, l := range lines {
		for key, c := range l.Cells {
			c.Address = name + "!" + c.Address
			l.Cells[key] = c
		}
	}
	return lines
}

// headerRows is in how many rows a header is looked for.
const headerRows = 15

func (d *Desk) printers(p *Paper) []*locale.Printer {
	catalog := d.deps.Catalog.With(p.Ask.Texts())
	var out []*locale.Printer
	for _, lang := range locale.Languages() {
		out = append(out, catalog.Printer(lang))
	}
	return out
}

func pointers(c *field.Catalog[field.Answers]) []*field.Field[field.Answers] {
	out := make([]*field.Field[field.Answers], len(c.All()))
	for i := range c.All() {
		out[i] = &c.All()[i]
	}
	return out
}

// tabOf describes a sheet with fields as columns, in all languages.
func tabOf(c *field.Catalog[field.Answers], fields []*field.Field[field.Answers], printers []*locale.Printer, name string) tab {
	t := tab{money: map[string]bool{}}
	for _, p := range printers {
		t.names = append(t.names, field.Fold(sheet.TabName(p.T(name))))
	}
	for _, f := range fields {
		col := inventory.ColumnOf(c, f, printers[0], printers[1:])
		for _, p := range printers {
			if aka := string(f.Label) + ".aka"; p.Has(aka) {
				col.Names = append(col.Names, strings.Split(p.T(aka), "|")...)
			}
		}
		t.columns = append(t.columns, col)
		t.money[f.Key] = f.Kind == field.Money
	}
	return t
}

func bodyTab(p *Paper, printers []*locale.Printer) tab {
	t := tabOf(p.Ask.Department, bookFields(p.Ask, questionnaire.OfDepartment), printers, "form.book.sheet.body")
	t.columns = append(t.columns, ownColumn(printers, CountField, "survey.field.declared_count"))
	return t
}

func identColumns(printers []*locale.Printer) []sheet.Column {
	return []sheet.Column{ownColumn(printers, rowColumn, "form.book.row"), ownColumn(printers, "code", "system.code")}
}

func ownColumn(printers []*locale.Printer, key, word string) sheet.Column {
	col := sheet.Column{Key: key, Title: printers[0].T(word)}
	for _, p := range printers[1:] {
		col.Names = append(col.Names, p.T(word))
	}
	return col
}

// which finds the sheet that a tab is by its name.
func which(tabs map[string]tab, name string) (string, bool) {
	for key, t := range tabs {
		if slices.Contains(t.names, field.Fold(name)) {
			return key, true
		}
	}
	return "", false
}

// readTab reads the lines of a sheet; unknown collects titles that nobody knows.
func readTab(file *sheet.Book, name string, t tab, unknown *[]string) ([]UploadLine, error) {
	header, err := sheet.FindHeader(file.Rows(name), sheet.Known(t.columns))
	if err != nil {
		return nil, err
	}
	for _, u := range header.Unknown {
		*unknown = append(*unknown, u.Title+" ("+u.Address+")")
	}
	var out []UploadLine
	for row, err := range header.Data(file.Rows(name)) {
		if err != nil {
			return nil, err
		}
		if line, ok := readLine(row, header, t); ok {
			out = append(out, line)
		}
		if len(out) > inventory.MaxSystemsOf {
			return nil, fault.New(fault.TooLarge, "survey.err.too_many_rows", "max", inventory.MaxSystemsOf)
		}
	}
	return out, nil
}

// readLine takes the known cells of a row; ok is false when nothing is in them.
func readLine(row sheet.Row, header sheet.Header, t tab) (UploadLine, bool) {
	line := UploadLine{Number: row.Number, Cells: map[string]UploadCell{}}
	filled := false
	for _, col := range header.Columns {
		cell := row.Cell(col.Column)
		one := UploadCell{Text: cell.Text, Address: cell.Address}
		if t.money[col.Key] {
			one.Text = withUnit(one.Text, cmp.Or(col.Unit, header.Unit))
		}
		if p, bad := cell.Problem(col.Key); bad {
			one.Problem = p.Code
		}
		line.Cells[col.Key] = one
		filled = filled || strings.TrimSpace(cell.Text) != ""
	}
	return line, filled
}

// withUnit puts the unit of a column of amounts behind one that names none; 万元
// is what is read without one.
func withUnit(typed, unit string) string {
	if typed = strings.TrimSpace(typed); typed == "" || unit == "" || unit == "万元" || strings.ContainsAny(typed, "元万亿圆") {
		return typed
	}
	return typed + unit
}

package usage

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// givenBook is a file that was read.
type givenBook struct {
	rows  []*givenRow
	notes []fault.Field
}

// givenRow is a row on its way from the sheet to its outcome.
type givenRow struct {
	number  int
	typed   map[string]string // cells by key of their column
	cells   map[string]string // addresses
	code    string            // of the system, as it is looked up
	system  inventory.System  // ID 0 while it is not known
	foreign bool              // the system is known, and not the principal's own
	day     calendar.Date
	values  wire.Values
	was     map[string]int64
	found   []fault.Field
	outcome inventory.Outcome
}

// wrong adds an error or a remark at a cell of the row.
func (r *givenRow) wrong(f fault.Field, column string) {
	f.Name, f.Cell = column, r.cells[column]
	r.found = append(r.found, f)
}

// readBook reads the first tab that has a header.
func (b *Backfill) readBook(book *sheet.Book) (givenBook, error) {
	var printers []*locale.Printer
	for _, lang := range locale.Languages() {
		printers = append(printers, b.catalog.Printer(lang))
	}
	known := sheet.Known(Columns(printers[0], printers[1:]...))
	header, tab, err := headerOf(book, known)
	if err != nil {
		return givenBook{}, err
	}
	if err := wantColumns(header); err != nil {
		return givenBook{}, err
	}
	var out givenBook
	for _, u := range header.Unknown {
		f := fault.Remark("", "usage.note.column_unknown", "title", u.Title, "cell", u.Address)
		f.Cell = u.Address
		out.notes = append(out.notes, f)
	}
	for row, err := range header.Data(book.Rows(tab)) {
		if err != nil {
			return givenBook{}, err
		}
		if r := readRow(header, row); r != nil {
			out.rows = append(out.rows, r)
		}
	}
	switch n := len(out.rows); {
	case n == 0:
		return givenBook{}, fault.New(fault.Invalid, "usage.err.upload_empty")
	case n > mostUploadRows:
		return givenBook{}, fault.New(fault.TooLarge, "usage.err.upload_rows", "n", n, "max", mostUploadRows)
	}
	return out, nil
}

func headerOf(book *sheet.Book, known func(string) (string, bool)) (sheet.Header, string, error) {
	var first error
	for _, tab := range book.Sheets() {
		h, err := sheet.FindHeader(book.Rows(tab), known)
		if err == nil {
			return h, tab, nil
		}
		if first == nil {
			first = err
		}
	}
	return sheet.Header{}, "", first
}

// wantColumns refuses a file that lacks what every row needs.
func wantColumns(h sheet.Header) error {
	var missing []fault.Label
	for _, key := range h.Missing(systemColumn, dayColumn) {
		missing = append(missing, columnLabel(key))
	}
	if len(missing) > 0 {
		return fault.New(fault.Invalid, "usage.err.upload_columns", "titles", missing)
	}
	for _, c := range h.Columns {
		if _, ok := wire.SignalNamed(c.Key); ok {
			return nil
		}
	}
	return fault.New(fault.Invalid, "usage.err.upload_figures")
}

// readRow takes the cells of a row; nil when there is nothing in them.
func readRow(header sheet.Header, row sheet.Row) *givenRow {
	r := &givenRow{number: row.Number, typed: map[string]string{}, cells: map[string]string{}}
	filled := false
	for _, col := range header.Columns {
		cell := row.Cell(col.Column)
		r.typed[col.Key], r.cells[col.Key] = cell.Text, cell.Address
		filled = filled || strings.TrimSpace(cell.Text) != "" && col.Key != nameColumn && col.Key != systemColumn
		if p, bad := cell.Problem(col.Key); bad {
			filled = true
			r.found = append(r.found, p)
		}
	}
	if !filled && strings.TrimSpace(r.typed[systemColumn]) == "" {
		return nil
	}
	if !filled {
		return nil // a row of the template that nobody filled in
	}
	r.code = input.Ident(r.typed[systemColumn])
	r.readDay()
	r.readFigures()
	return r
}

func (r *givenRow) readDay() {
	text := r.typed[dayColumn]
	if strings.TrimSpace(text) == "" {
		r.wrong(fault.At("", "usage.err.given_no_day"), dayColumn)
		return
	}
	day, note, err := readDay(text)
	if err != nil {
		r.wrong(fault.At("", errorCode(err), "field", columnLabel(dayColumn), "value", text), dayColumn)
		return
	}
	r.day = day
	if note != "" {
		r.wrong(fault.Remark("", note, "field", columnLabel(dayColumn), "typed", text, "read", day.String()), dayColumn)
	}
}

func (r *givenRow) readFigures() {
	bad := len(r.found)
	for _, s := range wire.Signals() {
		text := r.typed[s.String()]
		n, ok, err := readFigure(s, text)
		switch {
		case err != nil:
			r.wrong(fault.At("", errorCode(err), "field", SignalLabel(s), "value", text), s.String())
		case ok:
			r.values.Set(s, n)
		}
	}
	if r.values.None() && len(r.found) == bad {
		r.wrong(fault.At("", "usage.err.given_nothing"), systemColumn)
	}
	r.orderly(wire.HumanRequests, wire.Requests)
	r.orderly(wire.CPUP05, wire.CPUP95)
	r.orderly(wire.CPUAvg, wire.CPUMax)
	r.orderly(wire.MemAvg, wire.MemMax)
}

// orderly refuses a part that is greater than its whole.
func (r *givenRow) orderly(less, more wire.Signal) {
	a, okA := r.values.Get(less)
	b, okB := r.values.Get(more)
	if okA && okB && a > b {
		r.wrong(fault.At("", "usage.err.given_order", "less", SignalLabel(less), "more", SignalLabel(more)), less.String())
	}
}

// recogniseLot is how many codes are looked up at a time.
const recogniseLot = inventory.MaxPageSize

// recognise finds the systems that rows speak of, among those that the
// principal sees.
func (b *Backfill) recognise(ctx context.Context, by auth.Principal, rows []*givenRow) error {
	known := map[string]inventory.System{}
	var codes []any
	for _, r := range rows {
		if _, seen := known[r.code]; !seen && r.code != "" {
			known[r.code] = inventory.System{}
			codes = append(codes, r.code)
		}
	}
	for from := 0; from < len(codes); from += recogniseLot {
		page, err := b.registry.ListSystems(ctx, by, inventory.Query{
			Conditions: []store.Condition{{Column: "code", Op: store.In, Values: codes[from:min(from+recogniseLot, len(codes))]}},
			Size:       recogniseLot, Columns: []string{"code"},
		})
		if err != nil {
			return err
		}
		for _, s := range page.Rows {
			known[s.Code] = s
		}
	}
	dir, err := b.registry.Directory(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		r.system = known[r.code]
		r.foreign = r.system.ID != 0 && !forCentre(by) && !dir.Covers(by.Own(), r.system.OwnerID)
	}
	return nil
}

package usageweb

import (
	"fmt"
	"io"

	"qingce/internal/sheet"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// rowsOf writes the rows of a table.
type rowsOf func(row func(...sheet.Value) error) error

// writeTable writes a table as a workbook or as text.
func writeTable(format sheet.Format, t sheet.Table, opt sheet.Options, rows rowsOf, out io.Writer) error {
	if format == sheet.CSV {
		w, err := sheet.NewCSV(out, t, opt)
		if err != nil {
			return err
		}
		if err := rows(w.Row); err != nil {
			return err
		}
		return w.Close()
	}
	w := sheet.NewWriter(opt)
	defer w.Close()
	tw, err := w.Table(t)
	if err != nil {
		return err
	}
	if err := rows(tw.Row); err != nil {
		return err
	}
	if err := tw.Close(); err != nil {
		return err
	}
	_, err = w.WriteTo(out)
	return err
}

func (v factsView) writeXLSX(w io.Writer) error { return v.writeSheet(sheet.XLSX, w) }
func (v factsView) writeCSV(w io.Writer) error  { return v.writeSheet(sheet.CSV, w) }

func (v factsView) writeSheet(format sheet.Format, w io.Writer) error {
	return writeTable(format, v.sheet(), sheet.Options{T: v.p.T}, v.sheetRows, w)
}

// sheet describes the file of days: every signal, where it was not measured an
// empty cell, and for how long it was measured.
func (v factsView) sheet() sheet.Table {
	t := sheet.Table{
		Sheet: v.p.T("usage.sheet"), Title: v.p.T("usage.of", "name", v.system.Code+" "+v.system.Name),
		Notes: []string{v.p.T("usage.sheet.note", "from", v.span.from, "to", v.span.to, "time", v.p.Time(v.now))},
		Columns: []sheet.Column{
			{Title: v.p.T("usage.day"), Kind: sheet.ColumnDate}, {Title: v.p.T("usage.day.kind"), Width: 14},
			{Title: v.p.T("usage.minutes"), Kind: sheet.ColumnNumber, Unit: v.p.T("usage.unit.minutes")},
			{Title: v.p.T("usage.used"), Width: 10},
		},
	}
	for _, s := range fileSignals() {
		t.Columns = append(t.Columns, sheet.Column{Title: v.p.T(string(usage.SignalLabel(s))), Kind: sheetKind(s), Unit: usage.SignalUnit(v.p, s)})
	}
	t.Columns = append(t.Columns, sheet.Column{Title: v.p.T("usage.given.signals"), Width: 30})
	return t
}

func sheetKind(s wire.Signal) sheet.ColumnKind {
	if s.Unit() == wire.Count {
		return sheet.ColumnNumber
	}
	return sheet.ColumnDecimal
}

func (v factsView) sheetRows(row func(...sheet.Value) error) error {
	for i := range v.days {
		d := &v.days[i]
		values := []sheet.Value{sheet.Day(d.Date), sheet.Text(v.rest.word(v.p, d.Date)), sheet.Whole(int64(d.Minutes)), sheet.Text(v.usedWord(d))}
		var given []string
		for _, s := range fileSignals() {
			values = append(values, sheetFigure(d, s))
			if d.Given.Has(s) {
				given = append(given, v.p.T(string(usage.SignalLabel(s))))
			}
		}
		if err := row(append(values, sheet.Text(v.p.Join(given)))...); err != nil {
			return fmt.Errorf("write the day %s: %w", d.Date, err)
		}
	}
	return nil
}

// usedWord says whether people used the system, or that it is not known.
func (v factsView) usedWord(d *usage.Day) string {
	used, known := d.Used()
	switch {
	case used:
		return v.p.T("bool.true")
	case known:
		return v.p.T("bool.false")
	}
	return v.p.T("ui.unmeasured")
}

// sheetFigure is a value, an empty cell when it was not measured.
func sheetFigure(d *usage.Day, s wire.Signal) sheet.Value {
	n, ok := d.Values.Get(s)
	switch {
	case !ok:
		return sheet.Value{}
	case s.Unit() == wire.Count:
		return sheet.Whole(n)
	}
	return sheet.Decimal(usage.SignalText(s, n))
}

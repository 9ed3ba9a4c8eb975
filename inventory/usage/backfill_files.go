package usage

import (
	"context"
	"io"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory"
)

// mostTemplateRows bounds the rows of a template: beyond that somebody works
// with files of their own.
const mostTemplateRows = 2_000

// Template writes the workbook to fill in: a row for each system that the
// principal may give figures for. Rows without figures are passed over when it
// comes back.
func (b *Backfill) Template(ctx context.Context, by auth.Principal, p *locale.Printer, out io.Writer) error {
	if err := by.Require(Backfillers()...); err != nil {
		return err
	}
	w := sheet.NewWriter(sheet.Options{T: p.T})
	defer w.Close()
	tw, err := w.Table(sheet.Table{
		Sheet: p.T("usage.given.sheet"), Title: p.T("usage.given.title"), Notes: []string{p.T("usage.given.note")}, Columns: Columns(p),
	})
	if err != nil {
		return err
	}
	dir, err := b.registry.Directory(ctx)
	if err != nil {
		return err
	}
	rows := 0
	q := inventory.Query{Columns: []string{"code", "name", "owner_id", "classified"}}
	err = b.registry.EachSystem(ctx, by, q, func(_ int64, s inventory.System) error {
		own := forCentre(by) || dir.Covers(by.Own(), s.OwnerID)
		if !own || s.Classified || rows == mostTemplateRows {
			return nil
		}
		rows++
		return tw.Row(sheet.Text(s.Code), sheet.Text(s.Name))
	})
	if err != nil {
		return err
	}
	if err := tw.Close(); err != nil {
		return err
	}
	_, err = w.WriteTo(out)
	return err
}

// WrongRows writes the wrong rows of a file as they were typed, the wrong cells
// coloured and the reasons in the last column, to be mended and handed in again.
func (b *Backfill) WrongRows(ctx context.Context, by auth.Principal, p *locale.Printer, id UploadID, out io.Writer) error {
	if err := by.Require(Readers()...); err != nil {
		return err
	}
	var rows []uploadRow
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := b.findIn(tx, by, id); err != nil {
			return err
		}
		var err error
		rows, _, err = uploadRowsOf(tx, id, inventory.RowWrong, 0, mostUploadRows)
		return err
	})
	if err != nil {
		return err
	}
	t := sheet.Table{Sheet: p.T("usage.given.wrong"), Title: p.T("usage.given.wrong.title"), Columns: Columns(p)}
	for i := range t.Columns {
		t.Columns[i].Kind = sheet.ColumnText // as it was typed
	}
	t.Columns = append(t.Columns, sheet.Column{Key: "reason", Title: p.T("usage.given.reason"), Width: 60})
	w := sheet.NewWriter(sheet.Options{T: p.T})
	defer w.Close()
	tw, err := w.Table(t)
	if err != nil {
		return err
	}
	for _, r := range rows {
		values, err := r.asTyped(p, t.Columns)
		if err != nil {
			return err
		}
		if err := tw.Row(values...); err != nil {
			return err
		}
	}
	if err := tw.Close(); err != nil {
		return err
	}
	_, err = w.WriteTo(out)
	return err
}

// asTyped is a wrong row as it stood in the file, with the reasons behind it.
func (r uploadRow) asTyped(p *locale.Printer, columns []sheet.Column) ([]sheet.Value, error) {
	body, err := r.read()
	if err != nil {
		return nil, err
	}
	wrong, reasons := map[string]bool{}, ""
	for _, f := range body.Found {
		if f.Warning {
			continue
		}
		wrong[f.Name] = true
		if reasons != "" {
			reasons += "\n"
		}
		reasons += p.Field(f)
	}
	var out []sheet.Value
	for _, c := range columns[:len(columns)-1] {
		v := sheet.Text(body.Typed[c.Key])
		if wrong[c.Key] {
			v = v.Mark()
		}
		out = append(out, v)
	}
	return append(out, sheet.Text(reasons)), nil
}

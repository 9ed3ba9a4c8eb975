package inventory

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
)

// Template properties of a workbook, by which a later program knows its form.
const (
	propertyForm    = "qingce.form"
	propertyVersion = "qingce.form.version"
	formVersion     = "1"
)

// Export says what is written and how.
type Export struct {
	Format sheet.Format
	// Columns are keys of fields; none means all.
	Columns []string
	// Filter describes the list in words, printed on the sheet.
	Filter string
	// Blank writes no rows: the template to fill in.
	Blank bool
}

// ExportSystems writes a list of systems, exactly the rows of the query, with
// the filter and the time on it. What is written can be edited and handed in
// again. The export is in the operation log.
func (im *Importer) ExportSystems(ctx context.Context, by auth.Principal, p *locale.Printer, q Query, e Export, out io.Writer) error {
	r := im.registry
	var depts []string
	var now time.Time
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		d, err := r.directoryIn(tx)
		if err != nil {
			return err
		}
		now = tx.Now()
		for _, dept := range d.All() {
			if dept.ActiveTo.IsZero() && (d.Covers(by.Own(), dept.ID) || by.View().All) {
				depts = append(depts, dept.Code+" "+dept.Name)
			}
		}
		return recordExport(tx, by, "systems", e)
	})
	if err != nil {
		return err
	}
	t := table(SystemFields, p, e, now)
	for i := range t.Columns {
		if t.Columns[i].Key == "owner_id" {
			t.Columns[i].Kind, t.Columns[i].Options = sheet.ColumnList, depts
		}
	}
	fields := chosen(SystemFields, e.Columns)
	return write(p, ImportSystems, t, e, out, func(row func(...sheet.Value) error) error {
		return im.systemRows(ctx, by, p, q, fields, row)
	})
}

// systemRows writes every system of a list.
func (im *Importer) systemRows(ctx context.Context, by auth.Principal, p *locale.Printer, q Query, fields []*field.Field[System], row func(...sheet.Value) error) error {
	codes := map[string]string{}
	names, err := im.registry.exportNames(ctx, by, codes)
	if err != nil {
		return err
	}
	values := make([]sheet.Value, len(fields))
	return im.registry.EachSystem(ctx, by, q, func(_ int64, s System) error {
		for i, f := range fields {
			values[i] = ValueOf(f, p, names, f.Get(&s))
		}
		return row(values...)
	})
}

// exportNames shows references without asking the database for each row; the
// code of a system is looked up once.
func (r *Registry) exportNames(ctx context.Context, by auth.Principal, codes map[string]string) (field.Names, error) {
	d, err := r.Directory(ctx)
	if err != nil {
		return field.Names{}, err
	}
	return field.Names{Show: func(sort, id string) string {
		if sort == "department" {
			return showDepartment(d, id)
		}
		if _, ok := codes[id]; !ok {
			codes[id] = r.codeOf(ctx, by, id)
		}
		return codes[id]
	}}, nil
}

func (r *Registry) codeOf(ctx context.Context, by auth.Principal, id string) string {
	code := ""
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		names, err := r.Names(tx, by)
		if err == nil {
			code = names.Show("system", id)
		}
		return err
	})
	if err != nil {
		return ""
	}
	return code
}

// ExportDepartments writes the departments that keep returns true for.
func (im *Importer) ExportDepartments(ctx context.Context, by auth.Principal, p *locale.Printer, e Export, keep func(Department) bool, out io.Writer) error {
	if err := by.Require(departmentViewers...); err != nil {
		return err
	}
	r := im.registry
	var all []Department
	var now time.Time
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		d, err := r.directoryIn(tx)
		if err != nil {
			return err
		}
		all, now = d.All(), tx.Now()
		return recordExport(tx, by, "departments", e)
	})
	if err != nil {
		return err
	}
	names, err := r.exportNames(ctx, by, map[string]string{})
	if err != nil {
		return err
	}
	fields := chosen(DepartmentFields, e.Columns)
	t := table(DepartmentFields, p, e, now)
	return write(p, ImportDepartments, t, e, out, func(row func(...sheet.Value) error) error {
		for _, d := range all {
			if keep != nil && !keep(d) {
				continue
			}
			values := make([]sheet.Value, len(fields))
			for i, f := range fields {
				values[i] = ValueOf(f, p, names, f.Get(&d))
			}
			if err := row(values...); err != nil {
				return err
			}
		}
		return nil
	})
}

// recordExport leaves the trace that every export leaves.
func recordExport(tx *store.Tx, by auth.Principal, what string, e Export) error {
	if e.Blank {
		return nil
	}
	return oplog.Record(tx, by, oplog.Entry{
		Action: "export", Kind: what, ID: what, Name: e.Filter,
		After: map[string]any{"format": e.Format, "columns": e.Columns, "filter": e.Filter},
	})
}

// table describes the sheet of a catalog.
func table[T any](c *field.Catalog[T], p *locale.Printer, e Export, now time.Time) sheet.Table {
	t := sheet.Table{Sheet: p.T("export." + c.Name + ".sheet"), Title: p.T("export." + c.Name + ".title")}
	if e.Blank {
		t.Notes = []string{p.T("export." + c.Name + ".template_note")}
	} else {
		filter := e.Filter
		if filter == "" {
			filter = p.T("export.all")
		}
		t.Notes = []string{p.T("export.note", "filter", filter, "time", now)}
	}
	for _, f := range chosen(c, e.Columns) {
		if e.Blank && keptByService(f) {
			continue
		}
		t.Columns = append(t.Columns, ColumnOf(c, f, p, nil))
	}
	return t
}

// keptByService tells what nobody fills in: it does not belong into a workbook
// that is to be filled in or mended. The code says which record is meant.
func keptByService[T any](f *field.Field[T]) bool { return f.Given && f.Key != "code" }

// write streams a table in the wanted format.
func write(p *locale.Printer, form string, t sheet.Table, e Export, out io.Writer, rows func(func(...sheet.Value) error) error) error {
	opt := sheet.Options{T: p.T, Properties: map[string]string{propertyForm: form, propertyVersion: formVersion}}
	if e.Format == sheet.CSV {
		w, err := sheet.NewCSV(out, t, opt)
		if err != nil {
			return err
		}
		if !e.Blank {
			if err := rows(w.Row); err != nil {
				return err
			}
		}
		return w.Close()
	}
	w := sheet.NewWriter(opt)
	defer w.Close()
	tw, err := w.Table(t)
	if err != nil {
		return err
	}
	if !e.Blank {
		if err := rows(tw.Row); err != nil {
			return err
		}
	}
	if err := tw.Close(); err != nil {
		return err
	}
	if e.Blank {
		if err := w.Notes(p.T("export.guide.sheet"), p.T("export.guide.title"), guide(p)); err != nil {
			return err
		}
	}
	_, err = w.WriteTo(out)
	return err
}

// guideLines is how many lines the instructions of a template have.
const guideLines = 8

func guide(p *locale.Printer) [][]string {
	var out [][]string
	for i := 1; i <= guideLines; i++ {
		key := fmt.Sprintf("export.guide.%d", i)
		out = append(out, []string{p.T(key + ".what"), p.T(key + ".how")})
	}
	return out
}

// WrongRows writes the wrong rows of a file as they were typed, the wrong
// cells coloured and the reasons in the last column, to be mended and handed
// in again.
func (im *Importer) WrongRows(ctx context.Context, by auth.Principal, p *locale.Printer, id ImportID, out io.Writer) error {
	file, err := im.Find(ctx, by, id)
	if err != nil {
		return err
	}
	if file.Kind == ImportDepartments {
		return wrongRows(ctx, im, by, p, id, DepartmentFields, out)
	}
	return wrongRows(ctx, im, by, p, id, SystemFields, out)
}

func wrongRows[T any](ctx context.Context, im *Importer, by auth.Principal, p *locale.Printer, id ImportID, c *field.Catalog[T], out io.Writer) error {
	t := sheet.Table{Sheet: p.T("export.wrong.sheet"), Title: p.T("export.wrong.title")}
	fields := slices.DeleteFunc(chosen(c, nil), keptByService)
	for _, f := range fields {
		col := ColumnOf(c, f, p, nil)
		col.Kind = sheet.ColumnText // as it was typed
		t.Columns = append(t.Columns, col)
	}
	t.Columns = append(t.Columns, sheet.Column{Key: "reason", Title: p.T("export.wrong.reason"), Width: 60})
	w := sheet.NewWriter(sheet.Options{T: p.T})
	defer w.Close()
	tw, err := w.Table(t)
	if err != nil {
		return err
	}
	for page := 1; ; page++ {
		rows, err := im.wrongPage(ctx, by, id, page)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		for _, r := range rows {
			if err := tw.Row(wrongRow(p, fields, r)...); err != nil {
				return err
			}
		}
	}
	if err := tw.Close(); err != nil {
		return err
	}
	_, err = w.WriteTo(out)
	return err
}

// wrongPage reads the next wrong rows.
func (im *Importer) wrongPage(ctx context.Context, by auth.Principal, id ImportID, page int) ([]rowBody, error) {
	var out []rowBody
	err := im.registry.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := importOf(tx, by.AccountID, id); err != nil {
			return err
		}
		rows, _, err := importRowsOf(tx, id, []Outcome{RowWrong}, (page-1)*exportLot, exportLot)
		if err != nil {
			return err
		}
		for _, r := range rows {
			b, err := r.body()
			if err != nil {
				return err
			}
			out = append(out, b)
		}
		return nil
	})
	return out, err
}

// wrongRow is a row as it was typed with the reasons behind it.
func wrongRow[T any](p *locale.Printer, fields []*field.Field[T], b rowBody) []sheet.Value {
	wrong, reasons := map[string]bool{}, ""
	for _, f := range b.Found {
		if f.Warning {
			continue
		}
		wrong[f.Name] = true
		if reasons != "" {
			reasons += "\n"
		}
		reasons += p.Field(f)
	}
	out := make([]sheet.Value, 0, len(fields)+1)
	for _, f := range fields {
		typed, ok := b.Typed[f.Key]
		if !ok {
			typed = b.Values[f.Key]
		}
		v := sheet.Text(typed)
		if wrong[f.Key] {
			v = v.Mark()
		}
		out = append(out, v)
	}
	return append(out, sheet.Text(reasons))
}

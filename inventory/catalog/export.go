package catalog

import (
	"context"
	"io"
	"time"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/runs"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory"
)

// Export bounds.
const (
	exportLot = 500
	// rowsOnTab is how many rows a tab holds before the next one begins; a
	// spreadsheet program shows 1 048 576.
	rowsOnTab = 1_000_000
)

// EachEntry calls fn for every entry of a list by its code, with its items, all
// read from one state of the catalog; a search gives at most MostHits. It reads
// a few hundred at a time, so that memory does not grow with the catalog.
func (d *Desk) EachEntry(ctx context.Context, by auth.Principal, q Query, fn func(Entry, []Item) error) error {
	return d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		if len(runs.Words(q.Search)) > 0 {
			return eachFound(tx, by, s, q, fn)
		}
		for after := ""; ; {
			lot, err := entriesAfter(tx, by, s, q, after)
			if err != nil || len(lot) == 0 {
				return err
			}
			if err := withItems(tx, lot, fn); err != nil {
				return err
			}
			after = lot[len(lot)-1].Code
		}
	})
}

// eachFound gives what a search finds.
func eachFound(tx *store.Tx, by auth.Principal, s sight, q Query, fn func(Entry, []Item) error) error {
	q.Size = exportLot
	for q.Page = 1; ; q.Page++ {
		page := Page{Today: today(tx)}
		if err := searchPage(tx, by, s, q, &page); err != nil || len(page.Rows) == 0 {
			return err
		}
		if err := withItems(tx, page.Rows, fn); err != nil {
			return err
		}
	}
}

func withItems(tx *store.Tx, lot []Entry, fn func(Entry, []Item) error) error {
	ids := make([]EntryID, len(lot))
	for i, e := range lot {
		ids[i] = e.ID
	}
	items, err := itemsOfAll(tx, ids)
	if err != nil {
		return err
	}
	for _, e := range lot {
		if err := fn(e, items[e.ID]); err != nil {
			return err
		}
	}
	return nil
}

// Export writes a list as a workbook in the order of columns of the guideline,
// with the filter and the time on it. It can be edited and handed in again. The
// export is in the operation log.
func (d *Desk) Export(ctx context.Context, by auth.Principal, p *locale.Printer, q Query, filter string, out io.Writer) error {
	w, err := d.exportWriter(ctx, by, p, filter)
	if err != nil {
		return err
	}
	defer w.book.Close()
	if err := d.EachEntry(ctx, by, q, w.entry); err != nil {
		return err
	}
	return w.finish(out)
}

// Template writes the empty workbook to fill in.
func (d *Desk) Template(ctx context.Context, by auth.Principal, p *locale.Printer, out io.Writer) error {
	if err := by.Require(writers...); err != nil {
		return err
	}
	dir, err := d.registry.Directory(ctx)
	if err != nil {
		return err
	}
	w := &bookWriter{book: newBook(p), rows: newRowWriter(p, dir, nil), p: p, notes: []string{p.T("catalog.sheet.template_note")}}
	defer w.book.Close()
	if err := w.tab(); err != nil {
		return err
	}
	return w.finish(out)
}

func newBook(p *locale.Printer) *sheet.Writer {
	return sheet.NewWriter(sheet.Options{T: p.T, Properties: map[string]string{"qingce.form": "catalog", "qingce.form.version": "1"}})
}

// exportWriter reads what the rows refer to and notes the export.
func (d *Desk) exportWriter(ctx context.Context, by auth.Principal, p *locale.Printer, filter string) (*bookWriter, error) {
	if err := by.Require(viewers...); err != nil {
		return nil, err
	}
	var now time.Time
	var dir *inventory.Directory
	systems := map[inventory.SystemID]string{}
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		now = tx.Now()
		var err error
		if dir, err = d.registry.DirectoryIn(tx); err != nil {
			return err
		}
		if systems, err = namedSystems(tx); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{Action: "catalog.exported", Kind: "catalog_entry", ID: "all", Name: filter})
	})
	if filter == "" {
		filter = p.T("export.all")
	}
	return &bookWriter{
		book: newBook(p), rows: newRowWriter(p, dir, systems), p: p, notes: []string{p.T("export.note", "filter", filter, "time", now)},
	}, err
}

// bookWriter writes entries into as many tabs as they need.
type bookWriter struct {
	book    *sheet.Writer
	rows    *rowWriter
	p       *locale.Printer
	notes   []string
	table   *sheet.TableWriter
	written int // on the tab
}

func (w *bookWriter) entry(e Entry, items []Item) error {
	if w.table == nil || w.written+len(items) > rowsOnTab {
		if err := w.tab(); err != nil {
			return err
		}
	}
	w.written += max(len(items), 1)
	return w.rows.write(&e, items, w.table.Row)
}

// tab begins the next tab.
func (w *bookWriter) tab() error {
	if w.table != nil {
		if err := w.table.Close(); err != nil {
			return err
		}
	}
	w.written = 0
	var err error
	w.table, err = w.book.Table(sheet.Table{
		Sheet: w.p.T("catalog.sheet.tab"), Title: w.p.T("catalog.sheet.title"), Notes: w.notes, Columns: columns(w.p),
	})
	return err
}

func (w *bookWriter) finish(out io.Writer) error {
	if w.table == nil {
		if err := w.tab(); err != nil {
			return err
		}
	}
	if err := w.table.Close(); err != nil {
		return err
	}
	_, err := w.book.WriteTo(out)
	return err
}

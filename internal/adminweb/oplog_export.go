package adminweb

import (
	"io"
	"strings"
	"time"

	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/web"
)

// mostExported is how many entries go into one file. More is refused and never
// cut off silently: a smaller time can be chosen.
const mostExported = 50_000

func (d *oplogDesk) exportWorkbook(r *web.Request, in oplogIn) (web.Response, error) {
	return d.export(r, in, sheet.XLSX)
}

func (d *oplogDesk) exportText(r *web.Request, in oplogIn) (web.Response, error) {
	return d.export(r, in, sheet.CSV)
}

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// export gives exactly the filtered list as a file, with the filter and the
// time on it. That it was exported is written into the log.
func (d *oplogDesk) export(r *web.Request, in oplogIn, format sheet.Format) (web.Response, error) {
	choices, err := d.Departments(r.Ctx)
	if err != nil {
		return nil, err
	}
	all := directory(choices)
	q, wrong := in.query(all)
	if err := fault.Refuse(wrong); err != nil {
		return nil, err
	}
	// What is recorded from now on, the export itself first of all, would
	// shift the pages.
	if until := r.Now.Add(time.Microsecond); q.To.IsZero() || q.To.After(until) {
		q.To = until
	}
	q.Page, q.Size = 1, largeSize
	first, total, err := d.Log.List(r.Ctx, r.By, q)
	if err != nil {
		return nil, err
	}
	if total > mostExported {
		return nil, fault.New(fault.TooLarge, "oplog.err.export", "n", r.P.Number(total), "max", r.P.Number(mostExported))
	}
	x := &oplogExport{desk: d, r: r, q: q, all: all, first: first, total: total, filter: filterText(r, in, all)}
	if format == sheet.CSV {
		return web.File{Name: r.T("oplog.export.name") + ".csv", MediaType: csvType, Write: x.text}, nil
	}
	return web.File{Name: r.T("oplog.export.name") + ".xlsx", MediaType: workbookType, Write: x.workbook}, nil
}

// filterText says in words what the list was filtered by.
func filterText(r *web.Request, in oplogIn, all directory) string {
	var parts []string
	for _, chip := range oplogFilter(r, in, all).Chips {
		parts = append(parts, r.T("oplog.export.criterion", "label", chip.Label, "text", chip.Text))
	}
	if len(parts) == 0 {
		return r.T("oplog.export.all")
	}
	return r.P.Join(parts)
}

// oplogExport writes one file.
type oplogExport struct {
	desk   *oplogDesk
	r      *web.Request
	q      oplog.Query
	all    directory
	first  []oplog.Row
	total  int64
	filter string
}

func (x *oplogExport) table() sheet.Table {
	r := x.r
	t := sheet.Table{
		Sheet: r.T("menu.oplog"), Title: r.T("menu.oplog"),
		Notes: []string{r.T("oplog.export.note", "filter", x.filter, "time", secondText(r.Now), "name", r.By.Name, "n", r.P.Number(x.total))},
	}
	for _, c := range []struct {
		key  string
		kind sheet.ColumnKind
	}{
		{"oplog.place.number", sheet.ColumnNumber},
		{"oplog.column.time", sheet.ColumnText},
		{"oplog.column.action", sheet.ColumnText},
		{"oplog.code", sheet.ColumnText},
		{"oplog.filter.kind", sheet.ColumnText},
		{"oplog.object.id", sheet.ColumnText},
		{"oplog.object.name", sheet.ColumnText},
		{"oplog.filter.department", sheet.ColumnText},
		{"oplog.column.actor", sheet.ColumnText},
		{"oplog.actor.login", sheet.ColumnText},
		{"oplog.actor.department", sheet.ColumnText},
		{"oplog.actor.roles", sheet.ColumnText},
		{"oplog.column.way", sheet.ColumnText},
		{"oplog.origin", sheet.ColumnText},
		{"oplog.request", sheet.ColumnText},
		{"oplog.column.reason", sheet.ColumnText},
		{"ui.diff.old", sheet.ColumnText},
		{"ui.diff.new", sheet.ColumnText},
	} {
		t.Columns = append(t.Columns, sheet.Column{Title: r.T(c.key), Kind: c.kind})
	}
	return t
}

func (x *oplogExport) values(row oplog.Row) []sheet.Value {
	r := x.r
	return []sheet.Value{
		sheet.Whole(int64(row.ID)), sheet.Text(secondText(row.At)), sheet.Text(actionText(r, row.Action)), sheet.Text(row.Action),
		sheet.Text(kindText(r, row.ObjectKind)), sheet.Text(row.ObjectID), sheet.Text(row.ObjectName), sheet.Text(x.all.name(row.DepartmentID)),
		sheet.Text(actorText(r, row)), sheet.Text(row.ActorLogin), sheet.Text(row.ActorDepartment), sheet.Text(rolesText(r, row.ActorRoles)),
		sheet.Text(wayText(r, row.Way)), sheet.Text(row.Origin), sheet.Text(row.RequestID), sheet.Text(row.Reason),
		x.state(row, row.Before), x.state(row, row.After),
	}
}

// longestState is how much of a state goes into a cell, in bytes: a cell holds
// 32 767 characters.
const longestState = 30_000

// state is the object before or after; what no cell can hold is cut, and the
// cell says where the whole is.
func (x *oplogExport) state(row oplog.Row, text string) sheet.Value {
	if len(text) <= longestState {
		return sheet.Text(text)
	}
	return sheet.Text(strings.ToValidUTF8(text[:longestState], "") + x.r.T("oplog.export.cut", "n", int64(row.ID)))
}

// record leaves the trace of the export before the first row goes out.
func (x *oplogExport) record(format sheet.Format) error {
	return x.desk.record(x.r, oplog.Entry{
		Action: "export", Kind: "oplog", ID: "oplog", Name: x.filter, After: exportFacts{Format: string(format), Rows: x.total, Filter: x.filter},
	})
}

// exportFacts are what the log keeps of an export.
type exportFacts struct {
	Format string `json:"format"`
	Rows   int64  `json:"rows"`
	Filter string `json:"filter"`
}

func (x *oplogExport) text(w io.Writer) error {
	if err := x.record(sheet.CSV); err != nil {
		return err
	}
	out, err := sheet.NewCSV(w, x.table(), sheet.Options{T: x.r.T})
	if err != nil {
		return err
	}
	if err := x.each(out.Row); err != nil {
		return err
	}
	return out.Close()
}

func (x *oplogExport) workbook(w io.Writer) error {
	if err := x.record(sheet.XLSX); err != nil {
		return err
	}
	out := sheet.NewWriter(sheet.Options{T: x.r.T})
	defer out.Close()
	table, err := out.Table(x.table())
	if err != nil {
		return err
	}
	if err := x.each(table.Row); err != nil {
		return err
	}
	if err := table.Close(); err != nil {
		return err
	}
	_, err = out.WriteTo(w)
	return err
}

// each writes the entries page by page.
func (x *oplogExport) each(write func(...sheet.Value) error) error {
	rows := x.first
	for page := 1; len(rows) > 0; {
		for _, row := range rows {
			if err := write(x.values(row)...); err != nil {
				return err
			}
		}
		if int64(page)*largeSize >= x.total {
			return nil
		}
		page++
		x.q.Page = page
		var err error
		if rows, _, err = x.desk.Log.List(x.r.Ctx, x.r.By, x.q); err != nil {
			return err
		}
	}
	return nil
}

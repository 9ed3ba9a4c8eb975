package inventoryweb

import (
	"io"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
)

// formatOf is the format of an export by the ending of its address.
func formatOf(kind string) (format sheet.Format, mediaType string) {
	if kind == "csv" {
		return sheet.CSV, "text/csv; charset=utf-8"
	}
	return sheet.XLSX, xlsxType
}

// allColumns asks an export for every column.
const allColumns = "all"

// exportSystems gives out a list of systems, exactly as it is filtered. A
// filter that cannot be understood refuses the export: rows that nobody asked
// for must not leave the house.
func (d *desk) exportSystems(kind string, s fieldweb.Style) func(*web.Request) (web.Response, error) {
	read := readAddress
	if s == fieldweb.ForPrograms {
		read = readQuery
	}
	return func(r *web.Request) (web.Response, error) {
		n, err := d.names(r.Ctx, r.By)
		if err != nil {
			return nil, err
		}
		a := read(r.URL, d.systemReader(n, s), r.Now)
		if err := fault.Refuse(a.wrong); err != nil {
			return nil, err
		}
		format, mediaType := formatOf(kind)
		e := inventory.Export{Format: format, Filter: d.filterWords(r, a, n)}
		switch asked := a.params.Get(paramColumns); asked {
		case allColumns:
		case "":
			if e.Columns, err = d.chosenColumns(r.Ctx, r.By); err != nil {
				return nil, err
			}
			e.Columns = append([]string{"code"}, e.Columns...) // a row without its code cannot come back
		default:
			e.Columns = append([]string{"code", titleColumn}, knownColumns(strings.Split(asked, ","))...)
		}
		write := func(w io.Writer) error { return d.Importer.ExportSystems(r.Ctx, r.By, r.P, a.query, e, w) }
		return web.File{Name: exportName(r, "inventory.systems", kind), MediaType: mediaType, Write: write}, nil
	}
}

// filterWords say in words which rows a list holds.
func (d *desk) filterWords(r *web.Request, a address, n names) string {
	v := listView{p: r.P, by: r.By, a: a, names: n}
	var parts []string
	if !a.asOf.isNow() {
		parts = append(parts, r.T("inventory.as_of.list", "at", momentText(r.P, a.asOf)))
	}
	for _, c := range v.chips(newFilterView(r.P, n, a.params, r.By.View())) {
		parts = append(parts, c.Label+" "+c.Text)
	}
	return strings.Join(parts, "; ")
}

// exportName names a file by what it holds and when it was made.
func exportName(r *web.Request, key, kind string) string {
	return r.T(key) + "-" + r.Now.In(zone()).Format("20060102-1504") + "." + kind
}

// exportDepartments gives out a list of departments, as it is filtered.
func (d *desk) exportDepartments(kind string) func(*web.Request, departmentsIn) (web.Response, error) {
	return func(r *web.Request, in departmentsIn) (web.Response, error) {
		day := r.Today()
		format, mediaType := formatOf(kind)
		e := inventory.Export{Format: format}
		v := departmentsView{p: r.P, by: r.By, in: in, a: address{path: r.URL.Path, params: cleaned(r.URL.Query())}}
		for _, c := range v.filters().Chips {
			e.Filter = strings.TrimPrefix(e.Filter+"; "+c.Label+" "+c.Text, "; ")
		}
		keep := func(dept inventory.Department) bool { return in.wants(dept, day) }
		write := func(w io.Writer) error { return d.Importer.ExportDepartments(r.Ctx, r.By, r.P, e, keep, w) }
		return web.File{Name: exportName(r, "inventory.departments", kind), MediaType: mediaType, Write: write}, nil
	}
}

// isParameter tells whether a parameter belongs to lists of systems.
func isParameter(key string) bool {
	switch key {
	case paramSearch, paramSort, paramPage, paramSize, paramAsOf, paramColumns, "lang":
		return true
	}
	return isFilter(key)
}

package catalogweb

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/templates"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (d *desk) mountFiles(s *web.Server) {
	view := s.Group(web.For(catalog.Viewers()...)).Within(slowWork)
	web.Get(view, catalogPath+"/export.xlsx", asPage(d.export))
	web.Get(view, catalogPath+".jsonld", asPage(d.linkedData))

	write := s.Group(web.For(catalog.Writers()...)).Within(slowWork).Upto(catalog.GreatestImport + formBytes)
	web.Get(write, importsPath+"/new", d.newImport)
	web.Get(write, importsPath+"/template.xlsx", asPage(d.template))
	web.Post(write, importsPath, d.receive)
	web.Get(write, importsPath+"/:id", d.showImport)
	web.Post(write, importsPath+"/:id/confirm", d.confirmImport)
	web.Post(write, importsPath+"/:id/drop", d.dropImport)
}

func (d *desk) filesAPI(s *web.Server) {
	files := s.Group(web.For(catalog.Viewers()...).With(readCatalog)).Within(slowWork)
	describe := func(id, summary, about string) *huma.Operation {
		return &huma.Operation{
			OperationID: id, Tags: []string{"Catalog"}, Summary: summary, Description: about,
			Responses: map[string]*huma.Response{"200": {Description: "The file"}},
		}
	}
	files.Stream(http.MethodGet, apiCatalog+".xlsx", describe("export-catalog", "The catalog as a workbook in the order of the guideline", "The same filters as the list of entries."), d.export)
	files.Stream(http.MethodGet, apiCatalog+".jsonld", describe("catalog-linked-data", "The published catalog as DCAT in JSON-LD", "Pages of 200 datasets: page=2; hydra:next leads on."), d.linkedData)
}

// asPage is a handler that reads its address itself.
func asPage(h func(*web.Request) (web.Response, error)) func(*web.Request, struct{}) (web.Response, error) {
	return func(r *web.Request, _ struct{}) (web.Response, error) { return h(r) }
}

// export gives out a list as it is filtered. A filter that cannot be understood
// refuses the export: rows that nobody asked for must not leave the house.
func (d *desk) export(r *web.Request) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	a := readList(catalogPath, r.URL.Query(), n.dir)
	if err := fault.Refuse(a.wrong); err != nil {
		return nil, err
	}
	var parts []string
	for _, c := range (listView{p: r.P, by: r.By, a: a, names: n}).filters().Chips {
		parts = append(parts, c.Label+" "+c.Text)
	}
	name := r.T("menu.catalog") + "-" + r.Now.In(calendar.Zone).Format("20060102-1504") + ".xlsx"
	return web.File{Name: name, MediaType: xlsxType, Write: func(w io.Writer) error {
		return d.Catalog.Export(r.Ctx, r.By, r.P, a.query, strings.Join(parts, "; "), w)
	}}, nil
}

func (d *desk) template(r *web.Request) (web.Response, error) {
	name := r.T("catalogweb.import.template") + ".xlsx"
	return web.File{Name: name, MediaType: xlsxType, Write: func(w io.Writer) error {
		return d.Catalog.Template(r.Ctx, r.By, r.P, w)
	}}, nil
}

func (d *desk) newImport(r *web.Request, _ struct{}) (web.Response, error) {
	return d.importForm(r, nil)
}

func (d *desk) importForm(r *web.Request, cause error) (web.Response, error) {
	recent, err := d.Catalog.Imports(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	title := r.T("catalogweb.import")
	form := templates.Form{
		ID: "import", Action: importsPath, Upload: true, Sections: []templates.Section{{ID: "s-file", Fields: []templates.Field{{
			Name: "file", Kind: templates.KindFile, Label: r.T("catalogweb.import.file"), Help: r.T("catalogweb.import.file.help"), Required: true,
			Accept: ".xlsx,.csv", MaxBytes: catalog.GreatestImport,
		}}}},
		Acts: []templates.Act{{Text: r.T("catalogweb.import.preview"), Note: r.T("catalogweb.import.preview.note"), Kind: templates.ActPrimary, Icon: "upload"}},
	}
	web.Mistakes(r.P, &form, cause)
	page := plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.import.lead"), Actions: []templates.Act{
		{Text: r.T("catalogweb.import.template"), Href: importsPath + "/template.xlsx", Icon: "download", Download: true},
	}}, Form: &form}
	if len(recent) > 0 {
		page.Table = importTable(r, recent)
	}
	return web.View{Template: "catalog/page", Title: title, Data: page, Err: cause, Crumbs: crumbs(r.P, crumb(title))}, nil
}

func importTable(r *web.Request, all []catalog.Import) *templates.Table {
	t := &templates.Table{ID: "imports", Caption: r.T("catalogweb.import.recent"), Columns: []templates.Column{
		{Key: "name", Text: r.T("catalogweb.import.recent"), Main: true}, {Key: "state", Text: r.T("catalogweb.column.state"), Main: true},
		{Key: "rows", Text: r.T("catalogweb.numbers.entries"), Num: true}, {Key: "at", Text: r.T("catalogweb.changed_at"), Main: true},
	}}
	for _, i := range all {
		t.Rows = append(t.Rows, templates.TableRow{Name: i.FileName, Cells: []templates.Cell{
			{Text: i.FileName, Href: importsPath + "/" + i.ID.String()}, {Text: r.T("catalogweb.import.state." + string(i.State))}, {Text: r.P.Number(i.RowsTotal)}, {Text: r.P.Time(i.CreatedAt)},
		}})
	}
	return t
}

// receive takes a file and shows what it would do.
func (d *desk) receive(r *web.Request, _ struct{}) (web.Response, error) {
	up, err := r.Upload("file", catalog.GreatestImport)
	var i catalog.Import
	if err == nil {
		i, err = d.Catalog.Receive(r.Ctx, r.By, up.Name, up.Data)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: importsPath + "/" + i.ID.String()}, nil
	case kind == fault.Internal || kind == fault.Unavailable || kind == fault.Forbidden:
		return nil, err
	}
	return d.importForm(r, err)
}

// importPage is the data of catalog/import: the preview of a file.
type importPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Stats    []templates.Stat
	Steps    []templates.Step
	Rows     []importLine
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// importLine is an entry of a file in the preview.
type importLine struct {
	Number  int64
	Badge   templates.Badge
	Name    string
	Code    string
	Errors  []importError
	Changes []templates.Change
	Notes   []importError
}

// importError is what is wrong at a cell.
type importError struct {
	Cell string
	Text string
}

type importIn struct {
	ID      int64  `uri:"id"`
	Version int64  `form:"version"`
	Outcome string `form:"outcome"`
	Page    int    `form:"page"`
}

const importRows = 50

func (d *desk) showImport(r *web.Request, in importIn) (web.Response, error) {
	return d.importPage(r, in, nil)
}

func (d *desk) importPage(r *web.Request, in importIn, cause error) (web.Response, error) {
	i, err := d.Catalog.FindImport(r.Ctx, r.By, catalog.ImportID(in.ID))
	if err != nil {
		return nil, err
	}
	rows, total, err := d.Catalog.ImportRows(r.Ctx, r.By, i.ID, catalog.Outcome(in.Outcome), in.Page, importRows)
	if err != nil {
		return nil, err
	}
	path := importsPath + "/" + i.ID.String()
	page := importPage{Head: templates.Head{Title: i.FileName, Lead: r.T("catalogweb.import.show"), Badges: []templates.Badge{{Text: r.T("catalogweb.import.state." + string(i.State))}}}}
	if cause != nil {
		page.Callouts = append(page.Callouts, templates.Callout{Kind: "error", Title: r.T("catalogweb.refused"), Text: r.P.Error(cause)})
	}
	page.Stats, page.Steps = importStats(r, i, path), importSteps(r, i, path)
	for _, row := range rows {
		line, err := d.importLine(r, row)
		if err != nil {
			return nil, err
		}
		page.Rows = append(page.Rows, line)
	}
	if total == 0 {
		page.Empty = &templates.Empty{Icon: "table", Title: r.T("catalogweb.import.none")}
	} else {
		pager := templates.NewPager(path+"?"+url.Values{"outcome": {in.Outcome}}.Encode(), max(in.Page, 1), importRows, total)
		page.Pager = &pager
	}
	return web.View{
		Template: "catalog/import", Title: i.FileName, Data: page, Err: cause,
		Crumbs: crumbs(r.P, templates.Crumb{Text: r.T("catalogweb.import"), Href: importsPath + "/new"}, crumb(i.FileName)),
	}, nil
}

func outcomeTone(o catalog.Outcome) string {
	switch o {
	case catalog.RowNew:
		return templates.ToneGreen
	case catalog.RowChanged:
		return templates.ToneBlue
	case catalog.RowWrong:
		return templates.ToneRed
	}
	return templates.ToneGrey
}

func importStats(r *web.Request, i catalog.Import, path string) []templates.Stat {
	var out []templates.Stat
	counts := map[catalog.Outcome]int64{catalog.RowNew: i.RowsNew, catalog.RowChanged: i.RowsChanged, catalog.RowWrong: i.RowsWrong, catalog.RowSame: i.RowsSame}
	for _, o := range catalog.Outcomes() {
		s := templates.Stat{Label: r.T("catalogweb.import.outcome." + string(o)), Value: r.P.Number(counts[o]), Href: path + "?outcome=" + string(o)}
		if o == catalog.RowWrong && counts[o] > 0 {
			s.Tone = templates.ToneRed
		}
		out = append(out, s)
	}
	return out
}

func importSteps(r *web.Request, i catalog.Import, path string) []templates.Step {
	if i.State != catalog.ImportReady {
		return nil
	}
	hidden := []templates.Pair{{Name: "version", Value: number(i.Version)}}
	var out []templates.Step
	if i.Writes() {
		s := templates.Step{ID: "step-confirm", Title: r.T("catalogweb.import.confirm", "n", i.RowsNew+i.RowsChanged), Note: r.T("catalogweb.import.confirm.note", "wrong", i.RowsWrong), Icon: "check"}
		s.Act = templates.Act{Text: s.Title, Icon: s.Icon, Kind: templates.ActPrimary, Post: path + "/confirm", Hidden: hidden}
		out = append(out, s)
	}
	s := templates.Step{ID: "step-drop", Title: r.T("catalogweb.import.drop"), Note: r.T("catalogweb.import.drop.note"), Icon: "trash"}
	s.Act = templates.Act{Text: s.Title, Icon: s.Icon, Post: path + "/drop", Hidden: hidden}
	return append(out, s)
}

// importLine shows an entry of a file; a changed one beside what the catalog
// says now.
func (d *desk) importLine(r *web.Request, row catalog.ImportRow) (importLine, error) {
	out := importLine{
		Number: row.RowNo, Name: row.Name, Code: row.Code,
		Badge: templates.Badge{Text: r.T("catalogweb.import.outcome." + string(row.Outcome)), Tone: outcomeTone(row.Outcome)},
	}
	for _, f := range row.Found {
		x := importError{f.Cell, r.P.Field(f)}
		switch {
		case !f.Warning:
			out.Errors = append(out.Errors, x)
		case !fieldweb.IsNote(f):
			out.Notes = append(out.Notes, x)
		}
	}
	if row.Outcome != catalog.RowChanged {
		return out, nil
	}
	rec, err := d.Catalog.FindByCode(r.Ctx, r.By, row.Code)
	if err != nil {
		return out, err
	}
	was := rec.Working()
	n, err := d.names(r.Ctx, r.By, &was.Body, &row.Content.Body)
	if err != nil {
		return out, err
	}
	out.Changes = differences(r.P, n, catalog.Compare(was, row.Content))
	return out, nil
}

func (d *desk) confirmImport(r *web.Request, in importIn) (web.Response, error) {
	i, err := d.Catalog.Confirm(r.Ctx, r.By, catalog.ImportID(in.ID), in.Version)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: catalogPath + "?scope=own", Said: web.Said(r.T("catalogweb.import.done", "n", i.RowsNew+i.RowsChanged))}, nil
	case kind == fault.Conflict || kind == fault.Invalid:
		return d.importPage(r, in, err)
	default:
		return nil, err
	}
}

func (d *desk) dropImport(r *web.Request, in importIn) (web.Response, error) {
	if _, err := d.Catalog.Drop(r.Ctx, r.By, catalog.ImportID(in.ID), in.Version); err != nil {
		return nil, err
	}
	return web.Redirect{To: importsPath + "/new", Said: web.Said(r.T("catalogweb.import.dropped"))}, nil
}

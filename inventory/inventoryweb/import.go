package inventoryweb

import (
	"context"
	"fmt"
	"io"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
)

// greatestFile is the size of the greatest file that may be handed in, with
// room for the form around it.
const greatestFile = 32 << 20

const importsPath = "/imports"

func importPath(id inventory.ImportID, more ...string) string {
	return web.Join(importsPath, append([]string{fmt.Sprint(id)}, more...)...)
}

// importers may hand in one kind of file or the other; which one is decided by
// the register.
func importers() []auth.Role {
	return []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Admin}
}

// importDesk serves the pages of files that are handed in.
type importDesk struct {
	*desk
	importer *inventory.Importer
}

// MountImports adds the pages and the API of files that are handed in.
func MountImports(s *web.Server, deps Deps, importer *inventory.Importer) {
	d := &importDesk{desk: newDesk(deps), importer: importer}
	g := s.Group(web.For(importers()...))
	web.Get(g, importsPath+"/new", d.newImport)
	web.Get(g, importsPath+"/template", d.template)
	web.Post(g.Upto(greatestFile+(1<<20)).Within(time.Minute), importsPath, d.receive)
	web.Get(g, importsPath+"/:id", d.show)
	web.Get(g, importsPath+"/:id/progress", d.progress)
	web.Post(g, importsPath+"/:id/confirm", d.confirm)
	web.Post(g, importsPath+"/:id/drop", d.drop)
	web.Get(g.Within(time.Minute), importsPath+"/:id/wrong.xlsx", d.wrong)
	d.mountAPI(s)
}

type kindInput struct {
	Kind string `form:"kind"`
}

// kind is what was asked for, or what the person can hand in.
func (in kindInput) kind(by auth.Principal) string {
	if in.Kind == inventory.ImportDepartments || in.Kind == "" && !by.Is(writers()...) {
		return inventory.ImportDepartments
	}
	return inventory.ImportSystems
}

// newImport asks for a file.
func (d *importDesk) newImport(r *web.Request, in kindInput) (web.Response, error) {
	return d.uploadPage(r, in.kind(r.By), nil)
}

func (d *importDesk) uploadPage(r *web.Request, kind string, cause error) (web.Response, error) {
	recent, err := d.importer.Recent(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	v := importView{p: r.P, by: r.By, kind: kind}
	return web.View{
		Template: "inventory/import_new", Title: r.T("import.new.title." + kind), Crumbs: v.crumbs(),
		Data: v.upload(recent, cause), Err: cause,
	}, nil
}

// template gives the empty workbook to fill in.
func (d *importDesk) template(r *web.Request, in kindInput) (web.Response, error) {
	e := inventory.Export{Format: sheet.XLSX, Blank: true}
	write := func(w io.Writer) error {
		if in.kind(r.By) == inventory.ImportDepartments {
			return d.importer.ExportDepartments(r.Ctx, r.By, r.P, e, nil, w)
		}
		return d.importer.ExportSystems(r.Ctx, r.By, r.P, inventory.Query{}, e, w)
	}
	return web.File{Name: r.T("import.template.file." + in.kind(r.By)), MediaType: xlsxType, Write: write}, nil
}

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// patience is how long an upload waits for the comparison before the page that
// shows its progress is sent.
const patience = 1500 * time.Millisecond

// receive takes a file and goes on to its preview.
func (d *importDesk) receive(r *web.Request, in kindInput) (web.Response, error) {
	up, err := r.Upload("file", greatestFile)
	if err == nil {
		var file inventory.Import
		if file, err = d.importer.Receive(r.Ctx, r.By, in.kind(r.By), up.Name, up.Data); err == nil {
			d.wait(r.Ctx, file.ID)
			return web.Redirect{To: importPath(file.ID)}, nil
		}
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Unsupported:
		return d.uploadPage(r, in.kind(r.By), err)
	}
	return nil, err
}

func (d *importDesk) wait(ctx context.Context, id inventory.ImportID) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d.importer.Wait(ctx, id)
}

type importInput struct {
	ID      int64  `uri:"id"`
	Outcome string `form:"outcome"`
	Page    int    `form:"page"`
	Size    int    `form:"size"`
}

// show is the preview of a file, and afterwards the report of what was written.
func (d *importDesk) show(r *web.Request, in importInput) (web.Response, error) {
	file, err := d.importer.Find(r.Ctx, r.By, inventory.ImportID(in.ID))
	if err != nil {
		return nil, err
	}
	v := importView{p: r.P, by: r.By, kind: file.Kind, file: file, in: in.clean(file), address: r.Address()}
	if !file.Busy() {
		v.rows, v.total, err = d.importer.Rows(r.Ctx, r.By, file.ID, inventory.Outcome(v.in.Outcome), v.in.Page, v.in.Size)
		if err != nil {
			return nil, err
		}
		n, err := d.names(r.Ctx, r.By)
		if err != nil {
			return nil, err
		}
		v.names = n.In(fieldweb.ForReading)
	}
	return web.View{Template: "inventory/import_show", Title: file.FileName, Crumbs: v.crumbs(), Data: v.preview()}, nil
}

// clean begins with what needs attention and bounds the page.
func (in importInput) clean(file inventory.Import) importInput {
	switch inventory.Outcome(in.Outcome) {
	case inventory.RowNew, inventory.RowChanged, inventory.RowSame, inventory.RowWrong:
	default:
		in.Outcome = string(firstOutcome(file))
	}
	in.Page = max(in.Page, 1)
	if in.Size <= 0 || in.Size > inventory.MaxPageSize {
		in.Size = inventory.DefaultPageSize
	}
	return in
}

func firstOutcome(f inventory.Import) inventory.Outcome {
	switch {
	case f.RowsWrong > 0:
		return inventory.RowWrong
	case f.RowsChanged > 0:
		return inventory.RowChanged
	case f.RowsNew > 0:
		return inventory.RowNew
	}
	return inventory.RowSame
}

// progress is asked by the page once a second.
func (d *importDesk) progress(r *web.Request, in importInput) (web.Response, error) {
	file, err := d.importer.Find(r.Ctx, r.By, inventory.ImportID(in.ID))
	if err != nil {
		return nil, err
	}
	v := importView{p: r.P, kind: file.Kind, file: file}
	return web.Partial{Template: "progress", Data: v.progress()}, nil
}

type confirmInput struct {
	ID     int64  `uri:"id"`
	Reason string `form:"reason"`
}

// confirm begins to write the good rows.
func (d *importDesk) confirm(r *web.Request, in confirmInput) (web.Response, error) {
	file, err := d.importer.Confirm(r.Ctx, r.By, inventory.ImportID(in.ID), in.Reason)
	if err != nil {
		return nil, err
	}
	d.wait(r.Ctx, file.ID)
	return web.Redirect{To: importPath(file.ID)}, nil
}

// drop forgets a file.
func (d *importDesk) drop(r *web.Request, in confirmInput) (web.Response, error) {
	id := inventory.ImportID(in.ID)
	file, err := d.importer.Find(r.Ctx, r.By, id)
	if err != nil {
		return nil, err
	}
	if err := d.importer.Drop(r.Ctx, r.By, id); err != nil {
		return nil, err
	}
	return web.Redirect{To: importsPath + "/new?kind=" + file.Kind, Said: web.Said(r.T("import.dropped", "name", file.FileName))}, nil
}

// wrong gives back the rows that cannot be taken, with the reasons.
func (d *importDesk) wrong(r *web.Request, in importInput) (web.Response, error) {
	id := inventory.ImportID(in.ID)
	if _, err := d.importer.Find(r.Ctx, r.By, id); err != nil {
		return nil, err
	}
	return web.File{Name: r.T("import.wrong.file"), MediaType: xlsxType, Write: func(w io.Writer) error {
		return d.importer.WrongRows(r.Ctx, r.By, r.P, id, w)
	}}, nil
}

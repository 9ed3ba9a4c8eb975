package surveyweb

import (
	"io"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

func (d *desk) mountWorkbooks(s *web.Server) {
	view := s.Group(web.For(viewers()...)).Within(slowForm)
	web.Get(view, "/surveys/:code/forms/:dept/workbook", d.showWorkbook)
	web.Get(view, "/surveys/:code/forms/:dept/export.xlsx", d.exportForm)

	fill := s.Group(web.For(fillers()...)).Within(slowForm)
	web.Post(fill.Upto(survey.MaxBook+fileOverhead), "/surveys/:code/forms/:dept/workbook", d.receiveWorkbook)
	web.Get(fill, "/surveys/:code/forms/:dept/workbook/:id", d.previewWorkbook)
	web.Post(fill, "/surveys/:code/forms/:dept/workbook/:id/confirm", d.confirmWorkbook)
	web.Post(fill, "/surveys/:code/forms/:dept/workbook/:id/drop", d.dropWorkbook)
}

// exportForm gives the whole form as a workbook.
func (d *desk) exportForm(r *web.Request, in formIn) (web.Response, error) {
	p, err := d.Surveys.FindForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	name := p.Campaign.Title + "-" + p.Owner.Name + ".xlsx"
	return web.File{Name: name, MediaType: xlsxType, Write: func(w io.Writer) error {
		return d.Surveys.ExportForm(r.Ctx, r.By, r.P, in.key(), w)
	}}, nil
}

// showWorkbook is the page from which a workbook goes out and comes back.
func (d *desk) showWorkbook(r *web.Request, in formIn) (web.Response, error) {
	return d.workbookPage(r, in, "", nil)
}

func (d *desk) workbookPage(r *web.Request, in formIn, pasted string, cause error) (web.Response, error) {
	paper, err := d.Surveys.FindForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	v := d.paperView(r, paper, refs{})
	return web.View{
		Template: "survey/paper_book", Title: r.T("form.book.title", "department", paper.Owner.Name), Crumbs: v.crumbs(r.T("form.tab.book")),
		Data: v.book(pasted, cause), Err: cause,
	}, nil
}

type bookIn struct {
	formIn
	Pasted string `form:"pasted"`
}

// receiveWorkbook reads a workbook or pasted lines and shows what they would do.
func (d *desk) receiveWorkbook(r *web.Request, in bookIn) (web.Response, error) {
	name, data := survey.PastedName, []byte(in.Pasted)
	if strings.TrimSpace(in.Pasted) == "" {
		up, err := r.Upload("file", survey.MaxBook)
		if err != nil {
			return d.bookRefused(r, in, err)
		}
		name, data = up.Name, up.Data
	}
	up, err := d.Surveys.ReceiveBook(r.Ctx, r.By, in.key(), name, data)
	if err != nil {
		return d.bookRefused(r, in, err)
	}
	return web.Redirect{To: in.path("workbook", versionText(int64(up.ID)))}, nil
}

// bookRefused shows the page again with the reason.
func (d *desk) bookRefused(r *web.Request, in bookIn, err error) (web.Response, error) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Unsupported, fault.Conflict:
		return d.workbookPage(r, in.formIn, in.Pasted, err)
	}
	return nil, err
}

type uploadIn struct {
	formIn
	ID int64 `uri:"id"`
}

func (in uploadIn) upload() survey.UploadID { return survey.UploadID(in.ID) }

func (d *desk) previewWorkbook(r *web.Request, in uploadIn) (web.Response, error) {
	p, err := d.Surveys.PreviewBook(r.Ctx, r.By, in.key(), in.upload())
	if err != nil {
		return nil, err
	}
	var bodies []map[string]string
	for _, line := range p.Lines {
		for _, c := range line.Changes {
			bodies = append(bodies, map[string]string{c.Key: c.Old}, map[string]string{c.Key: c.New})
		}
	}
	n, err := d.refs(r.Ctx, r.By, p.Ask, bodies...)
	if err != nil {
		return nil, err
	}
	v := bookPreview{paperView: d.paperView(r, p.Paper, n), preview: p}
	title := r.T("form.book.preview", "name", p.Upload.FileName)
	return web.View{Template: "survey/paper_preview", Title: title, Crumbs: v.crumbs(r.T("form.tab.book")), Data: v.data()}, nil
}

func (d *desk) confirmWorkbook(r *web.Request, in uploadIn) (web.Response, error) {
	p, err := d.Surveys.ConfirmBook(r.Ctx, r.By, in.key(), in.upload())
	if err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	said := r.T("form.book.done", "new", p.Counts[survey.LineNew], "changed", p.Counts[survey.LineChanged])
	if p.Counts[survey.LineWrong] > 0 {
		return web.Redirect{To: in.path("workbook", versionText(in.ID)), Said: web.Said(said)}, nil
	}
	return web.Redirect{To: in.path(), Said: web.Said(said)}, nil
}

func (d *desk) dropWorkbook(r *web.Request, in uploadIn) (web.Response, error) {
	if err := d.Surveys.DropBook(r.Ctx, r.By, in.key(), in.upload()); err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	return web.Redirect{To: in.path("workbook"), Said: templates.Flash{Kind: "info", Text: r.T("form.book.dropped")}}, nil
}

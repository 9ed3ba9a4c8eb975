package hubweb

import (
	"io"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory/hub"
	"qingce/templates"
)

func (d *desk) mountFiles(s *web.Server) {
	view, hand := s.Group(web.For(hub.UploadViewers()...)), s.Group(web.For(hub.Verifiers()...)).Within(slowWork)
	web.Get(view, filePath, d.showFiles)
	web.Get(view, filePath+"/:id", d.showFile)
	web.Get(hand, filePath+"/template.xlsx", d.fileTemplate)
	web.Post(hand.Upto(hub.GreatestUpload+formRoom), filePath, d.receiveFile)
	web.Post(hand, filePath+"/:id/confirm", d.confirmFile)
	web.Post(hand, filePath+"/:id/withdraw", d.withdrawFile)
	web.Post(hand, filePath+"/:id/drop", d.dropFile)
}

type fileForm struct {
	ID      int64  `uri:"id"`
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
	Page    int    `form:"page"`
	Size    int    `form:"size"`
}

// showFiles lists the files of the gateway, and takes another.
func (d *desk) showFiles(r *web.Request, in fileForm) (web.Response, error) {
	return d.filesView(r, in, nil)
}

func (d *desk) filesView(r *web.Request, in fileForm, cause error) (web.Response, error) {
	in = in.clean()
	page, err := d.Hub.Uploads(r.Ctx, r.By, in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	title := r.T("hub.files")
	data := tablesPage{Head: templates.Head{Title: title, Lead: r.T("hub.files.lead")}, Tabs: tabs(r.P, r.By, filePath)}
	if r.By.Is(hub.Verifiers()...) {
		data.Head.Actions = []templates.Act{{Text: r.T("hub.files.template"), Href: filePath + "/template.xlsx", Icon: "download", Download: true}}
		f := uploadForm(r, cause)
		data.Form = &f
	}
	block := tableBlock{ID: "files"}
	if page.Total == 0 {
		block.Empty = &templates.Empty{Icon: "upload", Title: r.T("hub.files.none"), Text: r.T("hub.files.none.text")}
	} else {
		block.Table = filesTable(r.P, page.Rows)
		pager := templates.NewPager(filePath, in.Page, in.Size, page.Total, 20, 50, 100)
		data.Pager = &pager
	}
	data.Blocks = []tableBlock{block}
	return web.View{Template: "hub/tables", Title: title, Crumbs: crumbs(r.P, crumb(title, filePath)), Data: data, Err: cause}, nil
}

// clean bounds the page.
func (in fileForm) clean() fileForm {
	in.Page = max(in.Page, 1)
	if in.Size <= 0 || in.Size > hub.MaxPageSize {
		in.Size = hub.DefaultPageSize
	}
	return in
}

func uploadForm(r *web.Request, cause error) templates.Form {
	file := templates.Field{
		Name: "file", Kind: templates.KindFile, Label: r.T("hub.files.file"), Help: r.T("hub.files.file.help"), Required: true, Accept: ".xlsx,.csv", MaxBytes: hub.GreatestUpload,
	}
	f := templates.Form{Action: filePath, Upload: true}
	if cause != nil {
		file.Error = r.P.Error(cause)
		if fields := fault.FieldsOf(cause); len(fields) > 0 {
			file.Error = r.P.Field(fields[0])
		}
		f.Errors = &templates.Errors{Items: []templates.ErrorItem{{Text: file.Error, Href: "#f-file"}}}
	}
	f.Sections = []templates.Section{{ID: "s-file", Title: r.T("hub.files.new"), Fields: []templates.Field{file}}}
	f.Acts = []templates.Act{{Text: r.T("hub.files.upload"), Kind: templates.ActPrimary, Icon: "upload", Note: r.T("hub.files.upload.note")}}
	return f
}

var uploadTones = map[hub.UploadState]string{
	hub.UploadReady: templates.ToneAmber, hub.UploadConfirmed: templates.ToneGreen, hub.UploadWithdrawn: templates.ToneRed, hub.UploadDropped: templates.ToneGrey,
}

func uploadBadge(p *locale.Printer, u *hub.Upload) templates.Badge {
	return templates.Badge{Text: p.T(string(u.State.Label())), Tone: uploadTones[u.State]}
}

func spanText(u *hub.Upload) string {
	if u.FirstDay == u.LastDay {
		return u.FirstDay.String()
	}
	return u.FirstDay.String() + " – " + u.LastDay.String()
}

func filesTable(p *locale.Printer, list []hub.Upload) *templates.Table {
	t := &templates.Table{Caption: p.T("hub.files"), Columns: []templates.Column{
		{Text: p.T("hub.files.file"), Main: true}, {Text: p.T("hub.column.state"), Main: true}, {Text: p.T("hub.files.span"), Main: true},
		{Text: p.T("hub.files.good"), Num: true}, {Text: p.T("hub.files.wrong"), Num: true}, {Text: p.T("hub.column.by")}, {Text: p.T("hub.files.at")},
	}}
	for i := range list {
		u := &list[i]
		badge := uploadBadge(p, u)
		row := templates.TableRow{Cells: []templates.Cell{
			{Text: u.FileName, Href: numbered(filePath, int64(u.ID))}, {Badge: &badge}, {Text: spanText(u)}, {Text: p.Number(u.Good())},
			{Text: p.Number(u.RowsWrong)}, {Text: u.AccountName}, {Text: p.Time(u.CreatedAt)},
		}}
		if u.RowsWrong > 0 {
			row.Cells[4].Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// fileTemplate gives the workbook to fill in.
func (d *desk) fileTemplate(r *web.Request, _ struct{}) (web.Response, error) {
	return web.File{Name: r.T("hub.files.template.file"), MediaType: xlsxType, Write: func(out io.Writer) error {
		book := sheet.NewWriter(sheet.Options{T: r.P.T})
		defer book.Close()
		rows, err := book.Table(sheet.Table{Sheet: r.T("hub.files"), Columns: hub.Columns(r.P)})
		if err != nil {
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
		_, err = book.WriteTo(out)
		return err
	}}, nil
}

// receiveFile takes a file and goes on to its preview.
func (d *desk) receiveFile(r *web.Request, in fileForm) (web.Response, error) {
	up, err := r.Upload("file", hub.GreatestUpload)
	if err == nil {
		var u hub.Upload
		if u, err = d.Hub.Receive(r.Ctx, r.By, up.Name, up.Data); err == nil {
			return web.Redirect{To: numbered(filePath, int64(u.ID))}, nil
		}
	}
	if comesBack(err) {
		return d.filesView(r, in, err)
	}
	return nil, err
}

// showFile is the preview of a file, and afterwards the report of it.
func (d *desk) showFile(r *web.Request, in fileForm) (web.Response, error) {
	return d.fileView(r, in, nil)
}

func (d *desk) fileView(r *web.Request, in fileForm, cause error) (web.Response, error) {
	in = in.clean()
	u, rows, err := d.Hub.FindUpload(r.Ctx, r.By, hub.UploadID(in.ID), in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	data := formPage{
		Head:  templates.Head{Title: u.FileName, Badges: []templates.Badge{uploadBadge(r.P, &u)}, Lead: r.T("hub.files.lead."+string(u.State), "good", u.Good(), "wrong", u.RowsWrong), Facts: fileFacts(r, &u)},
		Steps: fileSteps(r, &u, in, cause), Block: &tableBlock{ID: "rows", Title: r.T("hub.files.rows"), Table: fileRows(r, rows)},
	}
	if u.State == hub.UploadDropped {
		data.Block = nil
	} else {
		pager := templates.NewPager(numbered(filePath, in.ID), in.Page, in.Size, u.RowsTotal, 20, 50, 100, 200)
		data.Pager = &pager
	}
	if cause != nil && len(fault.FieldsOf(cause)) == 0 {
		data.Callouts = []templates.Callout{{Kind: "error", Text: r.P.Error(cause)}}
	}
	return web.View{Template: "hub/form", Title: u.FileName, Crumbs: crumbs(r.P, crumb(r.T("hub.files"), filePath), crumb(u.FileName, "")), Data: data, Err: cause}, nil
}

func fileFacts(r *web.Request, u *hub.Upload) []templates.Row {
	out := []templates.Row{
		{Label: r.T("hub.files.span"), Text: spanText(u)}, {Label: r.T("hub.files.at"), Text: r.P.Time(u.CreatedAt) + " " + u.AccountName},
		{Label: r.T("hub.files.unknown"), Text: r.P.Number(u.RowsUnknown)},
	}
	if u.Reason != "" {
		out = append(out, templates.Row{Label: r.T("hub.field.reason"), Text: u.Reason})
	}
	return out
}

// fileSteps are what can be done with a file.
func fileSteps(r *web.Request, u *hub.Upload, in fileForm, cause error) []templates.Step {
	if !r.By.Is(hub.Verifiers()...) {
		return nil
	}
	hidden := []templates.Pair{versionPair(u.Version)}
	post := func(act string) string { return numbered(filePath, int64(u.ID), act) }
	switch u.State {
	case hub.UploadReady:
		var out []templates.Step
		if u.Good() > 0 {
			out = append(out, templates.Step{ID: "step-confirm", Note: r.T("hub.files.confirm.note"), Act: templates.Act{
				Text: r.T("hub.files.confirm", "n", u.Good()), Post: post("confirm"), Hidden: hidden, Icon: "check", Kind: templates.ActPrimary,
			}})
		}
		return append(out, templates.Step{ID: "step-drop", Note: r.T("hub.files.drop.note"), Act: templates.Act{Text: r.T("hub.files.drop"), Post: post("drop"), Hidden: hidden, Icon: "trash"}})
	case hub.UploadConfirmed:
		f := templates.Form{ID: "form-withdraw", Action: post("withdraw"), Hidden: hidden, Sections: []templates.Section{{ID: "s-withdraw", Title: r.T("hub.files.withdraw"), Fields: []templates.Field{
			{Name: "reason", Kind: templates.KindLongText, Label: r.T("hub.field.reason"), Required: true, MaxLength: 500, Value: in.Reason},
		}}}, Acts: []templates.Act{{Text: r.T("hub.files.withdraw"), Kind: templates.ActDanger, Note: r.T("hub.files.withdraw.note")}}}
		web.Mistakes(r.P, &f, cause)
		return []templates.Step{{ID: "step-withdraw", Title: r.T("hub.files.withdraw"), Note: r.T("hub.files.withdraw.note"), Icon: "return", Danger: true, Open: cause != nil, Form: &f}}
	}
	return nil
}

func fileRows(r *web.Request, rows []hub.UploadRow) *templates.Table {
	t := &templates.Table{Caption: r.T("hub.files.rows"), Columns: []templates.Column{
		{Text: r.T("hub.files.row"), Main: true}, {Text: r.T("hub.column.day"), Main: true}, {Text: r.T("hub.column.provider"), Main: true},
		{Text: r.T("hub.column.consumer"), Main: true}, {Text: r.T("hub.column.exchanges"), Num: true}, {Text: r.T("hub.column.failures"), Num: true},
		{Text: r.T("hub.column.size"), Num: true}, {Text: r.T("hub.files.found"), Main: true},
	}}
	for i := range rows {
		x := &rows[i]
		found := ""
		for _, f := range x.Found {
			if f.Cell != "" {
				found += f.Cell + " "
			}
			found += r.P.Field(f.Field()) + " "
		}
		row := templates.TableRow{Cells: []templates.Cell{
			{Text: strconv.Itoa(x.RowNo)}, {Text: x.Day.String()}, {Text: x.Provider}, {Text: x.Consumer}, {Text: r.P.Number(x.Exchanges)},
			{Text: r.P.Number(x.Failures)}, {Text: r.P.Size(x.Bytes)}, {Text: found},
		}}
		if x.Wrong {
			row.Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (d *desk) confirmFile(r *web.Request, in fileForm) (web.Response, error) {
	_, err := d.Hub.ConfirmUpload(r.Ctx, r.By, hub.UploadID(in.ID), in.Version)
	return d.fileDone(r, in, "hub.files.confirmed", err)
}

func (d *desk) withdrawFile(r *web.Request, in fileForm) (web.Response, error) {
	_, err := d.Hub.WithdrawUpload(r.Ctx, r.By, hub.UploadID(in.ID), in.Version, in.Reason)
	return d.fileDone(r, in, "hub.files.withdrawn", err)
}

func (d *desk) dropFile(r *web.Request, in fileForm) (web.Response, error) {
	_, err := d.Hub.DropUpload(r.Ctx, r.By, hub.UploadID(in.ID), in.Version)
	return d.fileDone(r, in, "hub.files.dropped", err)
}

func (d *desk) fileDone(r *web.Request, in fileForm, said string, err error) (web.Response, error) {
	if comesBack(err) {
		return d.fileView(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, numbered(filePath, in.ID), said)
}

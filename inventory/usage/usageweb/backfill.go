package usageweb

import (
	"fmt"
	"io"
	"time"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
)

const filesPath = usagePath + "/files"

func filePath(id usage.UploadID, more ...string) string {
	return web.Join(filesPath, append([]string{fmt.Sprint(id)}, more...)...)
}

// formRoom is what a form may be longer than the file in it.
const formRoom = 1 << 20

// mountBackfill adds the pages of files of daily figures.
func (d *desk) mountBackfill(s *web.Server) {
	view := s.Group(web.For(readers()...))
	web.Get(view, filesPath, d.listFiles)
	web.Get(view, filesPath+"/:id", d.showFile)
	web.Get(view.Within(slowFacts), filesPath+"/:id/wrong.xlsx", d.wrongRows)

	hand := s.Group(web.For(usage.Backfillers()...))
	web.Get(hand.Within(slowFacts), filesPath+"/template.xlsx", d.fileTemplate)
	web.Post(hand.Upto(usage.GreatestUpload+formRoom).Within(time.Minute), filesPath, d.receiveFile)
	web.Post(hand, filesPath+"/:id/drop", d.dropFile)
	web.Post(s.Group(web.For(usage.Submitters()...)).Within(slowFacts), filesPath+"/:id/submit", d.submitFile)

	review := s.Group(web.For(usage.Reviewers()...))
	web.Post(review.Within(slowFacts), filesPath+"/:id/accept", d.acceptFile)
	web.Post(review, filesPath+"/:id/return", d.returnFile)
	web.Post(review.Within(slowFacts), filesPath+"/:id/confirm", d.confirmFile)
	web.Post(review.Within(slowFacts), filesPath+"/:id/withdraw", d.withdrawFile)
}

type filesIn struct {
	State string `form:"state"`
	Page  int    `form:"page"`
	Size  int    `form:"size"`
}

// listFiles lists the files that were handed in, and takes another.
func (d *desk) listFiles(r *web.Request, in filesIn) (web.Response, error) {
	return d.filesView(r, in, nil)
}

func (d *desk) filesView(r *web.Request, in filesIn, cause error) (web.Response, error) {
	v := filesView{p: r.P, by: r.By, now: r.Now, cause: cause}
	q := usage.UploadQuery{Page: in.Page, Size: in.Size}
	for _, s := range usage.UploadStates() {
		if in.State == string(s) {
			q.State = s
		}
	}
	var err error
	v.state = q.State
	if v.files, err = d.Backfill.Uploads(r.Ctx, r.By, q); err != nil {
		return nil, err
	}
	if v.waits, err = d.Backfill.Waiting(r.Ctx, r.By); err != nil {
		return nil, err
	}
	if v.departments, err = d.Registry.Directory(r.Ctx); err != nil {
		return nil, err
	}
	return web.View{Template: "usage/backfill", Title: r.T("usage.files"), Crumbs: fileCrumbs(r.P), Data: v.page(), Err: cause}, nil
}

// fileTemplate gives the workbook to fill in, with a row for each system of the
// reader.
func (d *desk) fileTemplate(r *web.Request, _ struct{}) (web.Response, error) {
	return web.File{Name: r.T("usage.files.template.file"), MediaType: xlsxType, Write: func(w io.Writer) error {
		return d.Backfill.Template(r.Ctx, r.By, r.P, w)
	}}, nil
}

// receiveFile takes a file and goes on to its preview.
func (d *desk) receiveFile(r *web.Request, _ struct{}) (web.Response, error) {
	up, err := r.Upload("file", usage.GreatestUpload)
	if err == nil {
		var u usage.Upload
		if u, err = d.Backfill.Receive(r.Ctx, r.By, up.Name, up.Data); err == nil {
			return web.Redirect{To: filePath(u.ID)}, nil
		}
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Unsupported:
		return d.filesView(r, filesIn{}, err)
	}
	return nil, err
}

type fileIn struct {
	ID      int64  `uri:"id"`
	Outcome string `form:"outcome"`
	Page    int    `form:"page"`
	Size    int    `form:"size"`
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
	Source  string `form:"source"`
}

// showFile is the preview of a file, and afterwards the report of it.
func (d *desk) showFile(r *web.Request, in fileIn) (web.Response, error) {
	return d.fileView(r, in, nil)
}

func (d *desk) fileView(r *web.Request, in fileIn, cause error) (web.Response, error) {
	u, err := d.Backfill.Find(r.Ctx, r.By, usage.UploadID(in.ID))
	if err != nil {
		return nil, err
	}
	v := fileView{p: r.P, by: r.By, file: u, in: in.clean(u), cause: cause}
	if v.moves, err = d.Backfill.Moves(r.Ctx, r.By, u); err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v.department = dir.Name(u.DepartmentID)
	v.rows, v.total, err = d.Backfill.Rows(r.Ctx, r.By, u.ID, inventory.Outcome(v.in.Outcome), v.in.Page, v.in.Size)
	if err != nil {
		return nil, err
	}
	crumbs := fileCrumbs(r.P, u.FileName)
	return web.View{Template: "usage/backfill_show", Title: u.FileName, Crumbs: crumbs, Data: v.page(), Err: cause}, nil
}

// clean begins with what needs attention and bounds the page.
func (in fileIn) clean(u usage.Upload) fileIn {
	switch inventory.Outcome(in.Outcome) {
	case inventory.RowNew, inventory.RowChanged, inventory.RowSame, inventory.RowWrong:
	default:
		in.Outcome = string(firstOutcome(u))
	}
	in.Page = max(in.Page, 1)
	if in.Size <= 0 || in.Size > inventory.MaxPageSize {
		in.Size = inventory.DefaultPageSize
	}
	return in
}

func firstOutcome(u usage.Upload) inventory.Outcome {
	switch {
	case u.RowsWrong > 0:
		return inventory.RowWrong
	case u.RowsChanged > 0:
		return inventory.RowChanged
	case u.RowsNew > 0:
		return inventory.RowNew
	}
	return inventory.RowSame
}

// submitFile hands a file in for the centre to review.
func (d *desk) submitFile(r *web.Request, in fileIn) (web.Response, error) {
	u, err := d.Backfill.Submit(r.Ctx, r.By, usage.UploadID(in.ID), in.Version, in.Source)
	return d.settled(r, in, u, "usage.files.submitted", err)
}

// acceptFile lets the good rows of a department's file count.
func (d *desk) acceptFile(r *web.Request, in fileIn) (web.Response, error) {
	u, err := d.Backfill.Accept(r.Ctx, r.By, usage.UploadID(in.ID), in.Version)
	return d.settled(r, in, u, "usage.files.accepted", err)
}

// returnFile sends a file back to its department.
func (d *desk) returnFile(r *web.Request, in fileIn) (web.Response, error) {
	u, err := d.Backfill.Return(r.Ctx, r.By, usage.UploadID(in.ID), in.Version, in.Reason)
	return d.settled(r, in, u, "usage.files.returned", err)
}

// confirmFile lets the good rows of a file of the centre count.
func (d *desk) confirmFile(r *web.Request, in fileIn) (web.Response, error) {
	u, err := d.Backfill.Confirm(r.Ctx, r.By, usage.UploadID(in.ID), in.Version)
	return d.settled(r, in, u, "usage.files.confirmed", err)
}

// withdrawFile takes back what a file said.
func (d *desk) withdrawFile(r *web.Request, in fileIn) (web.Response, error) {
	u, err := d.Backfill.Withdraw(r.Ctx, r.By, usage.UploadID(in.ID), in.Version, in.Reason)
	return d.settled(r, in, u, "usage.files.withdrawn", err)
}

// dropFile forgets a file that never counted.
func (d *desk) dropFile(r *web.Request, in fileIn) (web.Response, error) {
	u, err := d.Backfill.Drop(r.Ctx, r.By, usage.UploadID(in.ID), in.Version)
	return d.settled(r, in, u, "usage.files.dropped", err)
}

func (d *desk) settled(r *web.Request, in fileIn, u usage.Upload, said string, err error) (web.Response, error) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		if err != nil {
			return d.fileView(r, in, err)
		}
	}
	if err != nil {
		return nil, err
	}
	to := filePath(u.ID)
	if u.State == usage.UploadDropped {
		to = filesPath
	}
	return web.Redirect{To: to, Said: web.Said(r.T(said, "name", u.FileName, "n", u.Good()))}, nil
}

// wrongRows gives back the rows that cannot be taken, with the reasons.
func (d *desk) wrongRows(r *web.Request, in fileIn) (web.Response, error) {
	id := usage.UploadID(in.ID)
	if _, err := d.Backfill.Find(r.Ctx, r.By, id); err != nil {
		return nil, err
	}
	return web.File{Name: r.T("usage.files.wrong.file"), MediaType: xlsxType, Write: func(w io.Writer) error {
		return d.Backfill.WrongRows(r.Ctx, r.By, r.P, id, w)
	}}, nil
}

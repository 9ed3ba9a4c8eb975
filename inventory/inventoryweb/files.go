package inventoryweb

import (
	"bytes"
	"strings"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
)

// purposes are what files beside a system prove. Retirement needs the first two
// (V23).
func purposes() []string {
	return []string{
		inventory.PurposeBackup, inventory.PurposeDisposal, "approval", "contract", "acceptance", "security", "screenshot", "statement", "other",
	}
}

// formOverhead is what a form with a file takes besides the file.
const formOverhead = 64 << 10

// showFiles shows the files beside a system.
func (d *desk) showFiles(r *web.Request, in codeIn) (web.Response, error) {
	return d.filesPage(r, in.Code, fileForm{}, nil)
}

func (d *desk) filesPage(r *web.Request, code string, typed fileForm, cause error) (web.Response, error) {
	return d.tabPage(r, code, "evidence", cause, func(v recordView) any { return v.evidence(typed, cause) })
}

type fileForm struct {
	Code    string `uri:"code"`
	Purpose string `form:"purpose"`
	Note    string `form:"note"`
}

// addFile puts a file beside a system.
func (d *desk) addFile(r *web.Request, in fileForm) (web.Response, error) {
	s, err := d.Registry.FindSystem(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	up, err := r.Upload("file", evidence.MaxSize)
	if err == nil {
		file := evidence.Upload{Name: up.Name, Reader: bytes.NewReader(up.Data), Size: up.Size}
		var item evidence.Item
		if item, err = d.Evidence.Add(r.Ctx, r.By, file, EvidenceOf(s.ID, s.OwnerID), in.Purpose, strings.TrimSpace(in.Note)); err == nil {
			return web.Redirect{To: systemPath(s.Code, "evidence"), Said: web.Said(r.T("inventory.file.added", "name", item.Link.Name))}, nil
		}
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge:
		return d.filesPage(r, in.Code, in, err)
	}
	return nil, err
}

type fileIn struct {
	Code   string `uri:"code"`
	ID     int64  `uri:"id"`
	Reason string `form:"reason"`
}

// fileOf finds a file beside a system that the reader sees.
func (d *desk) fileOf(r *web.Request, in fileIn) (evidence.Item, error) {
	rec, err := d.readRecord(r, in.Code)
	if err != nil {
		return evidence.Item{}, err
	}
	for _, item := range rec.files {
		if item.Link.ID == evidence.LinkID(in.ID) {
			return item, nil
		}
	}
	return evidence.Item{}, fault.New(fault.NotFound, "err.not_found")
}

// openFile gives a file out, to be saved.
func (d *desk) openFile(r *web.Request, in fileIn) (web.Response, error) {
	item, err := d.fileOf(r, in)
	if err != nil {
		return nil, err
	}
	return d.fileContent(r, item)
}

// removeFile marks a file as removed from a record.
func (d *desk) removeFile(r *web.Request, in fileIn) (web.Response, error) {
	item, err := d.fileOf(r, in)
	if err != nil {
		return nil, err
	}
	err = d.Evidence.Remove(r.Ctx, r.By, item.Link.ID, strings.TrimSpace(in.Reason))
	switch {
	case fault.KindOf(err) == fault.Invalid && err != nil:
		return d.filesPage(r, in.Code, fileForm{}, err)
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: systemPath(in.Code, "evidence"), Said: web.Said(r.T("inventory.file.removed", "name", item.Link.Name))}, nil
}

package zombieweb

import (
	"bytes"
	"io"
	"strings"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/zombie/cleanup"
)

type caseFileIn struct {
	No      string `uri:"no"`
	File    int64  `uri:"file"`
	Purpose string `form:"purpose"`
	Note    string `form:"note"`
	Reason  string `form:"reason"`
}

// addCaseFile puts a file beside a case.
func (d *desk) addCaseFile(r *web.Request, in caseFileIn) (web.Response, error) {
	up, err := r.Upload("file", evidence.MaxSize)
	if err == nil {
		err = d.attach(r, in.No, up, in.Purpose, in.Note)
	}
	return d.caseDone(r, in.No, "file", err)
}

func (d *desk) attach(r *web.Request, no string, up web.Upload, purpose, note string) error {
	file := evidence.Upload{Name: up.Name, Reader: bytes.NewReader(up.Data), Size: up.Size}
	_, err := d.Cases.Prove(r.Ctx, r.By, no, file, purpose, strings.TrimSpace(note))
	return err
}

// attachIfGiven puts the file of a contest beside its case, when there is one.
func (d *desk) attachIfGiven(r *web.Request, no string) error {
	up, err := r.Upload(inputOf(string(cleanup.Contest), "file"), evidence.MaxSize)
	if err != nil && len(fault.FieldsOf(err)) > 0 || err == nil && up.Size == 0 {
		return nil //nolint:nilerr // no file was chosen
	}
	if err != nil {
		return err
	}
	return d.attach(r, no, up, cleanup.PurposeAnswer, "")
}

// removeCaseFile marks a file beside a case as removed.
func (d *desk) removeCaseFile(r *web.Request, in caseFileIn) (web.Response, error) {
	err := d.Cases.Unprove(r.Ctx, r.By, in.No, evidence.LinkID(in.File), strings.TrimSpace(in.Reason))
	return d.caseDone(r, in.No, "remove", err)
}

// openCaseFile gives a file out, to be saved.
func (d *desk) openCaseFile(r *web.Request, in caseFileIn) (web.Response, error) {
	f, err := d.Cases.Find(r.Ctx, r.By, in.No)
	if err != nil {
		return nil, err
	}
	for _, item := range f.Files {
		if item.Link.ID != evidence.LinkID(in.File) {
			continue
		}
		content, err := d.Box.Open(r.Ctx, r.By, item.Link.ID)
		if err != nil {
			return nil, err
		}
		return web.File{Name: content.Link.Name, MediaType: evidence.SafeMediaType(content.File.MediaType), Write: func(w io.Writer) error {
			defer content.Close()
			_, err := io.Copy(w, content)
			return err
		}}, nil
	}
	return nil, fault.New(fault.NotFound, "err.not_found")
}

package inventoryweb

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
)

// changePurpose is what the files beside a request are for.
const changePurpose = "statement"

type changeFileIn struct {
	ID     int64  `uri:"id"`
	File   int64  `uri:"file"`
	Note   string `form:"note"`
	Reason string `form:"reason"`
}

// addChangeFile puts a file beside an open request.
func (d *desk) addChangeFile(r *web.Request, in changeFileIn) (web.Response, error) {
	up, err := r.Upload("file", evidence.MaxSize)
	if err == nil {
		file := evidence.Upload{Name: up.Name, Reader: bytes.NewReader(up.Data), Size: up.Size}
		err = d.Evidence.Receive(r.Ctx, file, func(f evidence.Received) error {
			return d.Registry.ProveChange(r.Ctx, r.By, inventory.ChangeID(in.ID), func(tx *store.Tx, c inventory.ChangeRequest) error {
				_, err := d.Evidence.Attach(tx, r.By, f, ChangeEvidenceOf(c), changePurpose, strings.TrimSpace(in.Note))
				return err
			})
		})
	}
	return d.answered(r, in.ID, "change.file.added", stepAnswer{"file", map[string]string{"note": in.Note}, err})
}

// removeChangeFile marks a file as removed from an open request.
func (d *desk) removeChangeFile(r *web.Request, in changeFileIn) (web.Response, error) {
	err := d.Registry.ProveChange(r.Ctx, r.By, inventory.ChangeID(in.ID), func(tx *store.Tx, c inventory.ChangeRequest) error {
		items, err := d.Evidence.List(tx, ChangeEvidenceOf(c))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(items, func(i evidence.Item) bool { return i.Link.ID == evidence.LinkID(in.File) }) {
			return fault.New(fault.NotFound, "err.not_found")
		}
		return d.Evidence.Detach(tx, r.By, evidence.LinkID(in.File), strings.TrimSpace(in.Reason))
	})
	return d.answered(r, in.ID, "change.file.removed", stepAnswer{what: "remove", err: err})
}

// openChangeFile gives a file out, to be saved.
func (d *desk) openChangeFile(r *web.Request, in changeFileIn) (web.Response, error) {
	c, err := d.readChange(r, in.ID)
	if err != nil {
		return nil, err
	}
	for _, item := range c.files {
		if item.Link.ID == evidence.LinkID(in.File) {
			return d.fileContent(r, item)
		}
	}
	return nil, fault.New(fault.NotFound, "err.not_found")
}

// fileContent gives the content of a file that the reader may see.
func (d *desk) fileContent(r *web.Request, item evidence.Item) (web.Response, error) {
	content, err := d.Evidence.Open(r.Ctx, r.By, item.Link.ID)
	if err != nil {
		return nil, err
	}
	return web.File{Name: content.Link.Name, MediaType: evidence.SafeMediaType(content.File.MediaType), Write: func(w io.Writer) error {
		defer content.Close()
		_, err := io.Copy(w, content)
		return err
	}}, nil
}

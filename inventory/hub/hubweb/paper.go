package hubweb

import (
	"io"

	"qingce/internal/evidence"
	"qingce/internal/web"
)

// paperFile gives a file beside a connection out, to be saved.
func (d *desk) paperFile(r *web.Request, code string, id evidence.LinkID) (web.Response, error) {
	content, err := d.Hub.OpenPaper(r.Ctx, r.By, code, id)
	if err != nil {
		return nil, err
	}
	return web.File{Name: content.Link.Name, MediaType: evidence.SafeMediaType(content.File.MediaType), Write: func(w io.Writer) error {
		defer content.Close()
		_, err := io.Copy(w, content)
		return err
	}}, nil
}

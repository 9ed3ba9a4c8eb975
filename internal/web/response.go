package web

import (
	"io"
	"net/http"

	"qingce/templates"
)

// Response is what a page handler answers with: a View, Redirect, File,
// Partial or JSON.
type Response interface {
	write(r *Request) error
}

// View is a page: a template with its data inside the layout.
type View struct {
	Template string
	Title    string
	Crumbs   []templates.Crumb
	Data     any
	// Bare uses the layout without navigation.
	Bare bool
	// Err is why a form comes back: its kind decides the status (422 for
	// Invalid, 409 for Conflict).
	Err error
}

func (v View) write(r *Request) error {
	content, err := r.server.pages.render(r.P.Lang(), v.Template, v.Data)
	if err != nil {
		return err
	}
	layout, frame := r.server.frame(r, v)
	status := http.StatusOK
	if v.Err != nil {
		status = formStatus(v.Err)
		if after := retryAfter(v.Err); after != "" {
			r.gin.Header("Retry-After", after)
		}
	}
	return r.server.pages.layout(r, status, layout, frame, content)
}

// Redirect sends the browser on with 303, after an act that was done. To is a
// path of this service; Said is shown on the next page.
type Redirect struct {
	To   string
	Said templates.Flash
}

func (v Redirect) write(r *Request) error {
	if v.Said.Text != "" {
		r.server.keepFlash(r.gin, v.Said)
	}
	r.gin.Redirect(http.StatusSeeOther, LocalPath(v.To))
	return nil
}

// Said makes the message of a Redirect after a success.
func Said(text string) templates.Flash { return templates.Flash{Kind: "ok", Text: text} }

// File is a download. Write streams it; an error before the first byte becomes
// an error page, after it the connection is cut so that the browser notices.
// Whatever the file is, nothing in it can run: it comes with a sandbox.
type File struct {
	Name      string
	MediaType string
	// Inline shows it in the browser instead of saving it.
	Inline bool
	Write  func(w io.Writer) error
}

func (v File) write(r *Request) error {
	endTurn(r.gin)
	h := r.gin.Writer.Header()
	h.Set("Content-Type", v.MediaType)
	h.Set("Content-Disposition", disposition(v.Name, v.Inline))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	r.gin.Status(http.StatusOK)
	if r.gin.Request.Method == http.MethodHead {
		return nil
	}
	return v.Write(r.gin.Writer)
}

// Partial is a piece of a page for a script: one named template.
type Partial struct {
	Template string
	Data     any
}

func (v Partial) write(r *Request) error {
	content, err := r.server.pages.render(r.P.Lang(), v.Template, v.Data)
	if err != nil {
		return err
	}
	defer r.server.pages.buffers.give(content)
	r.server.pages.send(r, http.StatusOK, content.Bytes())
	return nil
}

// JSON is an answer for a script of a page (autosave). The API has its own way.
type JSON struct{ Body any }

func (v JSON) write(r *Request) error {
	r.gin.JSON(http.StatusOK, v.Body)
	return nil
}

package web

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin/binding"

	"qingce/internal/fault"
)

// bind fills the input struct: `uri:"code"` from the path, `form:"q"` from the
// query, and on POST from the posted form.
func bind(r *Request, in any) error {
	c := r.gin
	if c.Request.Method == http.MethodPost {
		if err := readForm(c.Request); err != nil {
			return err
		}
		r.Form = c.Request.PostForm
	}
	if err := c.ShouldBindUri(in); err != nil {
		return fault.New(fault.NotFound, "err.no_page").Because(err)
	}
	if err := c.ShouldBindWith(in, binding.Form); err != nil {
		return fault.New(fault.Invalid, "err.input").Because(err)
	}
	return nil
}

// memoryForUploads is how much of an upload is held in memory; the rest waits
// in a file that the standard library removes, if the request is the one that
// it made itself: it must not be exchanged for one with another context.
const memoryForUploads = 4 << 20

func readForm(r *http.Request) error {
	err := r.ParseForm() // first: ParseMultipartForm hides its error
	if err == nil {
		err = r.ParseMultipartForm(memoryForUploads)
	}
	if errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	if err == nil {
		return nil
	}
	if big := bodyFault(err); big != nil {
		return big
	}
	return fault.New(fault.Invalid, "err.input").Because(err)
}

package web

import (
	"context"
	"io"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
)

// Request is what a page handler knows of the call besides its input.
type Request struct {
	Ctx context.Context
	By  auth.Principal
	P   *locale.Printer
	Now time.Time
	URL *url.URL
	// Form holds the posted values as they were typed.
	Form url.Values

	gin    *gin.Context
	server *Server
}

// T is the text of a message key in the reader's language.
func (r *Request) T(key string, args ...any) string { return r.P.T(key, args...) }

// Today is the present day in Asia/Shanghai.
func (r *Request) Today() calendar.Date { return calendar.DateOf(r.Now) }

// Address is the path and query of the request.
func (r *Request) Address() string { return r.URL.RequestURI() }

// Identity is what the session says about its person.
func (r *Request) Identity() Identity { return identityOf(r.gin).Identity }

// SessionToken is the secret of the caller's session; empty without one.
func (r *Request) SessionToken() string { return r.server.cookie(r.gin, sessionCookie) }

// Upload is an uploaded file, read whole.
type Upload struct {
	Name string
	Size int64
	Data []byte
}

// Upload reads the uploaded file of a form field, at most limit bytes. No file
// is an Invalid fault at that field.
func (r *Request) Upload(name string, limit int64) (Upload, error) {
	header, err := r.gin.FormFile(name)
	if err != nil {
		if err := bodyFault(err); err != nil {
			return Upload{}, err
		}
		return Upload{}, fault.Refuse([]fault.Field{fault.At(name, "web.err.no_file")})
	}
	if header.Size > limit {
		return Upload{}, tooLarge(limit)
	}
	f, err := header.Open()
	if err != nil {
		return Upload{}, err
	}
	defer f.Close()
	data := make([]byte, header.Size)
	if _, err := io.ReadFull(f, data); err != nil {
		return Upload{}, err
	}
	return Upload{Name: header.Filename, Size: header.Size, Data: data}, nil
}

// Secure tells whether the person reached the service over TLS.
func (r *Request) Secure() bool { return r.server.opts.Secure }

// SetSession gives the browser the secret of a session; empty takes it away.
func (r *Request) SetSession(token string) { r.server.setSessionCookie(r.gin, token) }

// RequestID names the request in logs, pages and the operation log.
func (r *Request) RequestID() string { return r.By.RequestID }

// UserAgent is what the browser calls itself.
func (r *Request) UserAgent() string { return r.gin.Request.UserAgent() }

// Scripted tells whether a script of a page asks (autosave, a lookup), and not
// a person who follows a link.
func (r *Request) Scripted() bool { return isScript(r.gin.Request) }

// Base is the address of the service as the caller reached it, to be shown and
// never to be trusted: callers name the host.
func (r *Request) Base() string {
	scheme := "http://"
	if r.server.opts.Secure {
		scheme = "https://"
	}
	return scheme + r.gin.Request.Host
}

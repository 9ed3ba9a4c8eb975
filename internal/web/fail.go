package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

// fail answers with an error: a page for people, problem+json for programs.
// It is also the one place where errors are logged.
func (s *Server) fail(c *gin.Context, err error) {
	kind := fault.KindOf(err)
	if errors.Is(c.Request.Context().Err(), http.ErrAbortHandler) || c.Writer.Written() {
		s.logError(c, err)
		c.Abort()
		return
	}
	if kind == fault.Internal || kind == fault.Unavailable {
		s.logError(c, err)
	}
	if after := retryAfter(err); after != "" {
		c.Header("Retry-After", after)
	}
	switch {
	case isAPI(c.Request):
		s.failAPI(c, err)
	case errors.Is(err, errPasswordDue) && s.opts.PasswordPath != "":
		c.Redirect(http.StatusSeeOther, s.opts.PasswordPath)
	case kind == fault.Unauthenticated && s.opts.SignInPath != "":
		c.Redirect(http.StatusSeeOther, s.signInAddress(c.Request))
	default:
		s.failPage(c, err)
	}
	c.Abort()
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// signInAddress leads back to the page after the log-in; after an act to the
// page that the act was done on.
func (s *Server) signInAddress(r *http.Request) string {
	next := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		next = "/"
		if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
			next = u.RequestURI()
		}
	}
	if next == "/" {
		return s.opts.SignInPath
	}
	return s.opts.SignInPath + "?next=" + url.QueryEscape(next)
}

func (s *Server) failAPI(c *gin.Context, err error) {
	p := newProblem(err, s.printer(c), identityOf(c).By.RequestID)
	c.Header("Content-Type", "application/problem+json")
	c.JSON(p.Status, p)
}

func (s *Server) failPage(c *gin.Context, err error) {
	r := s.request(c)
	status := pageStatus(err)
	page := errorPage(r.P, status, err, r.RequestID())
	content, rerr := s.pages.render(r.P.Lang(), "failure", page)
	if rerr == nil {
		frame := s.frame(r, View{Title: page.Title})
		frame.Content = content
		layout := "page"
		if !r.By.Known() {
			layout = "plain"
		}
		rerr = s.pages.layout(r, status, layout, frame)
	}
	if rerr != nil {
		s.logError(c, rerr)
		c.String(http.StatusInternalServerError, page.Title)
	}
}

func pageStatus(err error) int {
	var f *fault.Error
	if errors.As(err, &f) && f.Code == "err.method" {
		return http.StatusMethodNotAllowed
	}
	return statusOf(fault.KindOf(err))
}

// errorPage says what failed, what is safe and what to do. The keys are
// web.fail.<kind>.title and so on; what the error itself says comes first.
func errorPage(p *locale.Printer, status int, err error, requestID string) templates.ErrorPage {
	base := "web.fail." + fault.KindOf(err).String()
	page := templates.ErrorPage{
		Status: status, Title: p.T(base + ".title"), Text: p.Error(err), RequestID: requestID,
		Actions: []templates.Act{{Text: p.T("web.fail.home"), Href: "/", Kind: templates.ActPrimary}},
	}
	for _, f := range fault.FieldsOf(err) {
		page.Steps = append(page.Steps, p.Field(f))
	}
	if p.Has(base + ".safe") {
		page.Safe = p.T(base + ".safe")
	}
	if p.Has(base + ".step") {
		page.Steps = append(page.Steps, p.T(base+".step"))
	}
	return page
}

func (s *Server) logError(c *gin.Context, err error) {
	s.opts.Log.LogAttrs(c.Request.Context(), slog.LevelError, "request failed",
		slog.String("request_id", identityOf(c).By.RequestID),
		slog.String("method", c.Request.Method), slog.String("route", c.FullPath()),
		slog.String("error", err.Error()))
}

// denyForeign answers an unsafe request that another site had the browser send.
func (s *Server) denyForeign(w http.ResponseWriter, r *http.Request) {
	p := newProblem(fault.New(fault.Forbidden, "web.err.foreign"), s.opts.Catalog.Printer(preferred(r.Header.Get("Accept-Language"))), "")
	http.Error(w, p.Detail, http.StatusForbidden)
}

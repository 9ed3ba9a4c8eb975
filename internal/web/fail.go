package web

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

// statusGone is what logs and figures show for a caller who hung up.
const statusGone = 499

// fail answers with an error: a page for people, problem+json for programs.
// It is also the one place where errors of pages are logged. When a part of the
// answer is out already the connection is cut, so that the other side does not
// take the part for the whole.
func (s *Server) fail(c *gin.Context, err error) {
	c.Abort()
	err = asFault(err)
	if c.Writer.Written() {
		if !isGone(c.Request.Context()) {
			s.logError(c, err)
		}
		panic(http.ErrAbortHandler)
	}
	if isGone(c.Request.Context()) {
		c.Status(statusGone)
		return
	}
	if isOurTrouble(err) {
		s.logError(c, err)
	}
	s.setHeaders(c) // a download that failed has set its own
	if after := retryAfter(err); after != "" {
		c.Header("Retry-After", after)
	}
	s.answerError(c, err)
}

func (s *Server) answerError(c *gin.Context, err error) {
	unknown := fault.KindOf(err) == fault.Unauthenticated
	switch {
	case isAPI(c.Request):
		if unknown {
			c.Header("WWW-Authenticate", "Bearer")
		}
		s.failAPI(c, err)
	case isScript(c.Request):
		s.failPage(c, err) // a redirect would look like success to a script
	case errors.Is(err, errPasswordDue) && s.opts.PasswordPath != "":
		c.Redirect(http.StatusSeeOther, s.opts.PasswordPath)
	case unknown && s.opts.SignInPath != "":
		s.sendToSignIn(c)
	default:
		s.failPage(c, err)
	}
}

// asFault gives errors of the context, which no verb has named, their kind.
func asFault(err error) error {
	if fault.KindOf(err) == fault.Internal && errors.Is(err, context.DeadlineExceeded) {
		late := fault.New(fault.Unavailable, "web.err.late").Because(err)
		late.RetryAfter = retryLate
		return late
	}
	return err
}

const retryLate = 5 * time.Second

// isOurTrouble tells errors that operators must see from those that callers
// made.
func isOurTrouble(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Internal || kind == fault.Unavailable
}

// isGone tells whether the caller hung up.
func isGone(ctx context.Context) bool { return errors.Is(ctx.Err(), context.Canceled) }

// isAPI tells programs from people; the page about the API is for people.
func isAPI(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") && r.URL.Path != docsPath
}

// isScript tells whether a script of a page asks: autosave, a lookup.
func isScript(r *http.Request) bool {
	return r.Header.Get("X-Requested-With") != "" || r.Header.Get("HX-Request") != ""
}

// sendToSignIn leads back to the page after the log-in. Somebody whose session
// is over is told so.
func (s *Server) sendToSignIn(c *gin.Context) {
	if err := identityOf(c).err; err != nil {
		s.keepFlash(c, templates.Flash{Kind: "info", Text: s.printer(c).Error(err)})
	}
	c.Redirect(http.StatusSeeOther, s.signInAddress(c.Request))
}

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
	c.Header("Content-Type", problemType)
	c.JSON(p.Status, p)
}

func (s *Server) failPage(c *gin.Context, err error) {
	r := s.request(c.Request.Context(), c)
	status := pageStatus(err)
	page := errorPage(r.P, status, err, r.RequestID())
	content, rerr := s.pages.render(r.P.Lang(), "failure", page)
	if rerr == nil {
		layout, frame := s.frame(r, View{Title: page.Title, Bare: isOurTrouble(err)})
		rerr = s.pages.layout(r, status, layout, frame, content)
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
		slog.String("method", c.Request.Method), slog.String("route", cmp.Or(c.FullPath(), noRoute)),
		slog.String("error", err.Error()))
}

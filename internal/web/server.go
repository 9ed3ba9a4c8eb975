package web

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

// Identity is what a session says about its person.
type Identity struct {
	By auth.Principal
	// Session is the number of the session, 0 for tokens.
	Session int64
	// MustChange sends the person to the page for a new password first.
	MustChange bool
	// PasswordDue is when the password must be changed, when that is near; else
	// it is zero.
	PasswordDue time.Time
}

// Options of a Server. All but the marked ones must be set.
type Options struct {
	Templates fs.FS
	Catalog   *locale.Catalog
	Version   string
	Clock     func() time.Time
	Log       *slog.Logger
	Metrics   prometheus.Registerer

	// Session finds the person of a session secret, Token that of an API token.
	Session func(ctx context.Context, secret, origin string) (Identity, error)
	Token   func(ctx context.Context, secret, origin string) (auth.Principal, error)
	// Denied is told of every call that was refused for want of rights; may be nil.
	Denied func(ctx context.Context, by auth.Principal, what string)
	// Banner is said at the top of every page, also to those who are not signed
	// in; may be nil, and asks nothing of the database.
	Banner func(r *Request) []templates.Flash
	// Frame fills in navigation and the to-do counter; may be nil.
	Frame func(r *Request, frame *templates.Frame)

	// Together has the reads under the context that it gives share one state of
	// the database until end is called; nil leaves each read on its own.
	Together func(ctx context.Context) (_ context.Context, end func())

	// Secure says that people come over TLS: the cookie is then bound to it.
	Secure bool
	// TrustedProxies may name the client's address by X-Forwarded-For; empty
	// trusts nobody.
	TrustedProxies []string
	// PasswordPath is where somebody who must change the password is sent.
	PasswordPath string
	// SignInPath is where somebody unknown is sent.
	SignInPath string
}

// Server is the HTTP side of the service.
type Server struct {
	opts      Options
	engine    *gin.Engine
	pages     *pages
	api       huma.API
	routes    []RouteInfo
	turns     turns
	inTurn    map[string]bool // paths of pages that wait for their turn
	endpoints map[string]bool // paths that programs call all the time
	metrics   *metrics
	origin    *http.CrossOriginProtection
	apiJSON   func() ([]byte, error) // the API document, written once
	composed  map[string]saying      // sentences of the document that are made of messages
}

// New makes a Server with no routes but the assets and the API document.
func New(opts Options) (*Server, error) {
	p, err := newPages(opts.Templates, opts.Catalog)
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	if opts.Together == nil {
		opts.Together = func(ctx context.Context) (context.Context, func()) { return ctx, func() {} }
	}
	gin.SetMode(gin.ReleaseMode)
	s := &Server{
		opts: opts, engine: gin.New(), pages: p, turns: newTurns(), inTurn: map[string]bool{}, endpoints: map[string]bool{}, composed: map[string]saying{}, metrics: newMetrics(opts.Metrics), origin: http.NewCrossOriginProtection(),
	}
	s.apiJSON = sync.OnceValues(s.document)
	s.engine.HandleMethodNotAllowed = true
	s.engine.RedirectTrailingSlash = false
	s.engine.ContextWithFallback = true
	if err := s.engine.SetTrustedProxies(opts.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	s.engine.Use(s.observe, s.begin, s.turn, s.identify, s.sameOrigin)
	s.engine.NoRoute(func(c *gin.Context) { s.fail(c, fault.New(fault.NotFound, "err.no_page")) })
	s.engine.NoMethod(func(c *gin.Context) { s.fail(c, fault.New(fault.Unsupported, "err.method")) })
	s.Raw(http.MethodGet, "/assets/*name", Public(), p.assets)
	s.addAPI()
	s.addDocs()
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, r) }

// Routes lists every route with who may call it.
func (s *Server) Routes() []RouteInfo { return s.routes }

// Printer speaks the language.
func (s *Server) Printer(lang string) *locale.Printer { return s.opts.Catalog.Printer(lang) }

// Raw adds a plain handler, for probes of the machine room (/healthz).
func (s *Server) Raw(method, path string, access Access, h http.Handler) {
	s.handle(method, path, access, func(c *gin.Context) {
		if err := s.admit(c, access); err != nil {
			s.fail(c, err)
			return
		}
		h.ServeHTTP(c.Writer, c.Request)
	})
}

// handle adds a route to the router and to the table. What can be got can be
// asked for by HEAD as well.
func (s *Server) handle(method, path string, access Access, h gin.HandlerFunc) {
	s.routes = append(s.routes, RouteInfo{Method: method, Path: path, Access: access})
	s.engine.Handle(method, path, h)
	if method == http.MethodGet {
		s.engine.Handle(http.MethodHead, path, h)
	}
}

func (s *Server) request(ctx context.Context, c *gin.Context) *Request {
	id := identityOf(c)
	return &Request{
		Ctx: ctx, By: id.By, P: s.printer(c), Now: s.opts.Clock(),
		URL: c.Request.URL, gin: c, server: s,
	}
}

// admit checks the rights. People whose password is due have none but to change
// it, so that is asked first.
func (s *Server) admit(c *gin.Context, access Access) error {
	id := identityOf(c)
	switch {
	case access.Public:
		return nil
	case id.err != nil:
		return id.err
	case id.MustChange && !access.PasswordDue:
		return errPasswordDue
	}
	err := access.Allows(id.By)
	if err != nil && s.opts.Denied != nil && id.By.Known() {
		s.opts.Denied(c.Request.Context(), id.By, c.Request.Method+" "+c.Request.URL.Path)
	}
	return err
}

var (
	errPasswordDue = fault.New(fault.Forbidden, "web.err.password_due")
	errForeign     = fault.New(fault.Forbidden, "web.err.foreign")
)

package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

// Defaults of the limits; a route may set its own.
const (
	defaultTimeout = 10 * time.Second
	defaultBody    = 1 << 20
)

// Identity is what a session says about its person.
type Identity struct {
	By auth.Principal
	// MustChange sends the person to the page for a new password first.
	MustChange bool
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
	// Frame fills in navigation and the to-do counter; may be nil.
	Frame func(r *Request, frame *templates.Frame)

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
	opts    Options
	engine  *gin.Engine
	pages   *pages
	api     huma.API
	routes  []RouteInfo
	metrics *metrics
	handler http.Handler
}

// New makes a Server with no routes but /assets.
func New(opts Options) (*Server, error) {
	p, err := newPages(opts.Templates, opts.Catalog)
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	gin.SetMode(gin.ReleaseMode)
	s := &Server{opts: opts, engine: gin.New(), pages: p, metrics: newMetrics(opts.Metrics)}
	s.engine.HandleMethodNotAllowed = true
	s.engine.RedirectTrailingSlash = false
	s.engine.ContextWithFallback = true
	if err := s.engine.SetTrustedProxies(opts.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	s.engine.Use(s.observe, s.headers, s.identify)
	s.engine.NoRoute(func(c *gin.Context) { s.fail(c, fault.New(fault.NotFound, "err.no_page")) })
	s.engine.NoMethod(func(c *gin.Context) {
		s.fail(c, fault.New(fault.Unsupported, "err.method"))
	})
	s.engine.GET("/assets/*name", gin.WrapH(p.assets))
	s.engine.HEAD("/assets/*name", gin.WrapH(p.assets))
	s.addAPI()
	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(http.HandlerFunc(s.denyForeign))
	s.handler = csrf.Handler(s.engine)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Routes lists every route with who may call it.
func (s *Server) Routes() []RouteInfo { return s.routes }

// Printer speaks the language.
func (s *Server) Printer(lang string) *locale.Printer { return s.opts.Catalog.Printer(lang) }

// Raw adds a plain handler, for probes of the machine room (/healthz).
func (s *Server) Raw(method, path string, access Access, h http.Handler) {
	s.routes = append(s.routes, RouteInfo{Method: method, Path: path, Access: access})
	s.engine.Handle(method, path, func(c *gin.Context) {
		if err := s.admit(c, access); err != nil {
			s.fail(c, err)
			return
		}
		h.ServeHTTP(c.Writer, c.Request)
	})
}

// Group is a set of routes that the same people may call.
type Group struct {
	server  *Server
	access  Access
	timeout time.Duration
	body    int64
}

// Group begins a set of routes.
func (s *Server) Group(access Access) *Group {
	return &Group{server: s, access: access, timeout: defaultTimeout, body: defaultBody}
}

// Within returns the group with another time limit.
func (g *Group) Within(d time.Duration) *Group { c := *g; c.timeout = d; return &c }

// Upto returns the group with another greatest size of a request body.
func (g *Group) Upto(bytes int64) *Group { c := *g; c.body = bytes; return &c }

// Get adds a page.
func Get[In any](g *Group, path string, h func(*Request, In) (Response, error)) {
	add(g, http.MethodGet, path, h)
}

// Post adds an act.
func Post[In any](g *Group, path string, h func(*Request, In) (Response, error)) {
	add(g, http.MethodPost, path, h)
}

// add joins a typed handler to the router: time limit, rights, input, call,
// answer.
func add[In any](g *Group, method, path string, h func(*Request, In) (Response, error)) {
	s, access, timeout, body := g.server, g.access, g.timeout, g.body
	s.routes = append(s.routes, RouteInfo{Method: method, Path: path, Access: access})
	s.engine.Handle(method, path, func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), timeout)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		if err := s.admit(c, access); err != nil { // before the body is read
			s.fail(c, err)
			return
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, body)
		r := s.request(c)
		var in In
		err := bind(c, r, &in)
		if err == nil {
			err = answer(r, in, h)
		}
		if err != nil {
			s.fail(c, err)
		}
	})
}

func answer[In any](r *Request, in In, h func(*Request, In) (Response, error)) error {
	res, err := h(r, in)
	if err != nil {
		return err
	}
	return res.write(r)
}

// bind fills the input struct: `uri:"code"` from the path, `form:"q"` from the
// query, and on POST from the posted form.
func bind(c *gin.Context, r *Request, in any) error {
	if c.Request.Method == http.MethodPost {
		if err := readForm(c); err != nil {
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
// in a file that the standard library removes.
const memoryForUploads = 4 << 20

func readForm(c *gin.Context) error {
	err := c.Request.ParseMultipartForm(memoryForUploads)
	if errors.Is(err, http.ErrNotMultipart) {
		err = c.Request.ParseForm()
	}
	if err == nil {
		return nil
	}
	if big := bodyFault(err); big != nil {
		return big
	}
	return fault.New(fault.Invalid, "err.input").Because(err)
}

func (s *Server) request(c *gin.Context) *Request {
	id := identityOf(c)
	return &Request{
		Ctx: c.Request.Context(), By: id.By, P: s.printer(c), Now: s.opts.Clock(),
		URL: c.Request.URL, gin: c, server: s,
	}
}

// admit checks the rights and, for people whose password is due, the place.
func (s *Server) admit(c *gin.Context, access Access) error {
	id := identityOf(c)
	if id.err != nil && !access.Public {
		return id.err
	}
	if err := access.Allows(id.By); err != nil {
		if s.opts.Denied != nil && id.By.Known() {
			s.opts.Denied(c.Request.Context(), id.By, c.Request.Method+" "+c.Request.URL.Path)
		}
		return err
	}
	if id.MustChange && !access.Public && !access.PasswordDue {
		return errPasswordDue
	}
	return nil
}

var errPasswordDue = fault.New(fault.Forbidden, "web.err.password_due")

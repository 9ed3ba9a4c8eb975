package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Defaults of the limits; a group may set its own.
const (
	defaultTimeout = 10 * time.Second
	defaultBody    = 1 << 20
)

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
	s.inTurn[path] = s.inTurn[path] || method == http.MethodGet && timeout <= defaultTimeout
	s.handle(method, path, access, func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), timeout)
		defer cancel()
		err := s.admit(c, access) // before the body is read
		if err == nil {
			err = checkEncoding(c.Request)
		}
		if err == nil {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, body)
			err = serve(s.request(ctx, c), h)
		}
		if err != nil {
			s.fail(c, err)
		}
	})
	s.routes[len(s.routes)-1].Within = timeout
}

// serve reads the input, calls the handler and writes its answer.
func serve[In any](r *Request, h func(*Request, In) (Response, error)) error {
	var in In
	if err := bind(r, &in); err != nil {
		return err
	}
	res, err := h(r, in)
	if err != nil {
		return err
	}
	return res.write(r)
}

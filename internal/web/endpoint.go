package web

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Probes is the access of endpoints that ask by themselves for the token of a
// probe: no person and no token of an account opens them.
func Probes() Access { return Access{Public: true, Probes: true} }

// Endpoint adds a plain handler to the API for programs that come all the time:
// it finds out by itself who calls (see Probes), answers in its own way, and is
// logged only when it fails. op, when it is not nil, describes it in the API
// document; its Responses are those of success.
func (s *Server) Endpoint(method, path string, op *huma.Operation, h http.Handler) {
	s.Raw(method, path, Probes(), h)
	route := &s.routes[len(s.routes)-1]
	route.API, s.endpoints[path] = true, true
	if op == nil {
		return
	}
	op.Method, op.Path, op.Description = method, openPath(path), op.Description+"\n\n"+whoMay(route.Access)
	s.api.OpenAPI().AddOperation(op)
}

package web

import (
	"context"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
)

// APIVersion is the version of the API document.
const APIVersion = "1.0.0"

// slowBody is how long a client of the API may take to send a body.
const slowBody = 20 * time.Second

func (s *Server) addAPI() {
	conf := huma.DefaultConfig("清册 Qingce API", APIVersion)
	conf.OpenAPIPath, conf.DocsPath, conf.SchemasPath = "", "", "" // served by our own pages, from the binary
	conf.CreateHooks = nil                                         // no $schema links in answers
	conf.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	conf.Transformers = []huma.Transformer{s.translate}
	conf.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "API token (Authorization: Bearer …)"},
	}
	conf.Security = []map[string][]string{{"token": {}}}
	conf.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[calendar.Date](), reflect.TypeFor[dateSchema]())
	s.api = humagin.New(s.engine, conf)
	s.defineProblems()
}

// dateSchema describes a calendar.Date, which may be empty. It is the only
// type of the API that is one of two things.
type dateSchema struct{}

// Schema implements huma.SchemaProvider.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: "A day as YYYY-MM-DD; empty or null for none.", Examples: []any{"2017-10-31"},
		AnyOf: []*huma.Schema{{Type: huma.TypeString, Format: "date"}, {Enum: []any{"", nil}}},
	}
}

// UnmarshalText makes huma take a date for a text where a parameter is one.
func (dateSchema) UnmarshalText([]byte) error { return nil }

// OpenAPI is the description of all operations.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }

// Call is what an API operation knows of the call besides its input.
type Call struct {
	By  auth.Principal
	P   *locale.Printer
	Now time.Time
}

type callKey struct{}

// OwnQuery is implemented by the input of an operation that reads the query
// itself (a list with a parameter for every field). All others refuse
// parameters that they do not name.
type OwnQuery interface{ OwnQuery() }

// Operation adds an operation to the API: described by op and the types of its
// input and output, open to those whom access names. Unknown members of a body
// and unknown parameters are refused by name.
func Operation[I, O any](s *Server, access Access, op huma.Operation, h func(context.Context, Call, *I) (*O, error)) {
	OperationWithin(s, defaultTimeout, access, op, h)
}

// OperationWithin adds an operation with another time limit than the usual one.
func OperationWithin[I, O any](s *Server, limit time.Duration, access Access, op huma.Operation, h func(context.Context, Call, *I) (*O, error)) {
	s.routes = append(s.routes, RouteInfo{Method: op.Method, Path: ginPath(op.Path), Access: access, API: true, Within: limit})
	op.Middlewares = append(op.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		s.admitCall(ctx, access, next)
	})
	_, own := any(new(I)).(OwnQuery)
	op.RejectUnknownQueryParameters = !own
	if op.BodyReadTimeout == 0 {
		op.BodyReadTimeout = slowBody
	}
	s.describe(&op, access)
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		call, _ := ctx.Value(callKey{}).(Call)
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		out, err := h(ctx, call, in)
		if err != nil {
			return nil, s.apiError(ctx, call, err)
		}
		return out, nil
	})
	s.wantParameters(op)
}

// wantParameters panics when the input of an operation leaves out a part of its
// address: an embedded struct that is not exported does so without a word, and
// the operation would act on record 0.
func (s *Server) wantParameters(op huma.Operation) {
	described := operationOf(s.api.OpenAPI().Paths[op.Path], op.Method)
	for _, name := range pathParam.FindAllStringSubmatch(op.Path, -1) {
		if !slices.ContainsFunc(described.Parameters, func(p *huma.Param) bool { return p.In == "path" && p.Name == name[1] }) {
			panic("web: " + op.OperationID + " does not read {" + name[1] + "}")
		}
	}
}

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

// ginPath writes /x/{id} as /x/:id.
func ginPath(path string) string { return strings.NewReplacer("{", ":", "}", "").Replace(path) }

// admitCall checks the rights before the body is read.
func (s *Server) admitCall(ctx huma.Context, access Access, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	err := s.admit(c, access)
	if err == nil {
		err = checkEncoding(c.Request)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	call := Call{By: identityOf(c).By, P: s.printer(c), Now: s.opts.Clock()}
	next(huma.WithValue(ctx, callKey{}, call))
}

// checkEncoding refuses packed bodies: nothing here unpacks what strangers
// send.
func checkEncoding(r *http.Request) error {
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return fault.New(fault.Unsupported, "web.err.packed")
	}
	return nil
}

// apiError turns an error of a verb into a problem; unknown ones are logged and
// show nothing.
func (s *Server) apiError(ctx context.Context, call Call, err error) error {
	err = asFault(err)
	if isOurTrouble(err) && !isGone(ctx) {
		s.opts.Log.ErrorContext(ctx, "request failed", "request_id", call.By.RequestID, "error", err)
	}
	p := newProblem(err, call.P, call.By.RequestID)
	if after := retryAfter(err); after != "" {
		return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {after}})
	}
	return p
}

// Stream adds an operation of the API that is not described by types alone:
// files in and out. It is checked, timed and reported like the pages; op, when
// it is not nil, describes it in the API document.
func (g *Group) Stream(method, path string, op *huma.Operation, h func(*Request) (Response, error)) {
	add(g, method, path, func(r *Request, _ struct{}) (Response, error) { return h(r) })
	g.server.routes[len(g.server.routes)-1].API = true
	if op == nil {
		return
	}
	op.Method, op.Path = method, openPath(path)
	g.server.describe(op, g.access)
	g.server.api.OpenAPI().AddOperation(op)
}

// openPath writes /x/:id as /x/{id}.
func openPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// Param is a parameter of the path of a Stream.
func (r *Request) Param(name string) string { return r.gin.Param(name) }

package web

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/locale"
	"qingce/templates"
)

// Addresses of the API document: for people and for programs.
const (
	docsPath     = "/api/docs"
	documentPath = "/api/openapi.json"
)

// addDocs adds the API document. It is not public: what a service can do is
// not for strangers.
func (s *Server) addDocs() {
	Get(s.Group(SignedIn()), docsPath, func(r *Request, _ struct{}) (Response, error) {
		page := s.docsPage(r)
		return View{
			Template: "api/docs", Title: page.Head.Title, Data: page,
			Crumbs: []templates.Crumb{{Text: r.T("menu.home"), Href: "/"}, {Text: r.T("menu.api")}},
		}, nil
	})
	Get(s.Group(Access{AnyToken: true}), documentPath, func(*Request, struct{}) (Response, error) {
		raw, err := s.apiJSON()
		return document(raw), err
	})
}

// document is a JSON document that is ready.
type document []byte

func (d document) write(r *Request) error {
	r.gin.Data(http.StatusOK, "application/json", d)
	return nil
}

// DocsPage is the data of the page api/docs.
type DocsPage struct {
	Head     templates.Head
	Document string // address for programs
	Curl     string
	Groups   []DocsGroup
	Statuses []DocsStatus
	Schemas  []DocsSchema
}

// DocsGroup is the operations about one thing.
type DocsGroup struct {
	ID         string
	Title      string
	Operations []DocsOperation
}

// DocsOperation is one operation.
type DocsOperation struct {
	ID         string
	Method     string
	Tone       string
	Path       string
	Title      string
	Texts      []string // paragraphs
	Roles      []string // names; empty for everybody who is signed in
	Scopes     []string // of which a token must carry one
	Public     bool
	Probes     bool // for tokens of probes
	Browser    bool // not for tokens
	Parameters []DocsField
	Body       *DocsBody
	Answers    []DocsAnswer
	Errors     []int
	Curl       string
}

// DocsStatus is an error that operations share.
type DocsStatus struct {
	Status int
	Title  string
	Text   string
}

// DocsAnswer is what an operation answers with when it succeeds.
type DocsAnswer struct {
	Status  int
	Text    string
	Headers []DocsField
	Body    *DocsBody
}

// DocsBody is a body with its type and an example.
type DocsBody struct {
	Media   string
	Type    DocsType
	Example string
}

// docsMethods are the methods in the order in which a path shows them, with
// their tones.
var docsMethods = []struct{ method, tone string }{
	{http.MethodGet, templates.ToneBlue}, {http.MethodPost, templates.ToneGreen}, {http.MethodPut, templates.ToneAmber},
	{http.MethodPatch, templates.ToneAmber}, {http.MethodDelete, templates.ToneRed},
}

// docs writes one page of documentation in one language.
type docs struct {
	doc    *huma.OpenAPI
	access map[string]Access
	base   string
	p      *locale.Printer
	said   map[string]saying // the sentences of the document that are translated
}

// saying is a sentence in the language of a printer.
type saying func(p *locale.Printer) string

// saidKeys begin the keys of sentences that stand in English in the document.
const saidKeys = "api.said."

// Said gives a sentence of the document that is made of messages in English,
// as the document has it; its page says it in the reader's language. It is for
// the time of mounting.
func (s *Server) Said(sentence func(p *locale.Printer) string) string {
	english := sentence(s.Printer(locale.English))
	s.composed[english] = sentence
	return english
}

// said finds the sentences that are translated by their English text.
func (s *Server) said() map[string]saying {
	english, out := s.Printer(locale.English), maps.Clone(s.composed)
	for _, key := range s.opts.Catalog.Keys(locale.English) {
		if strings.HasPrefix(key, saidKeys) {
			out[english.T(key)] = func(p *locale.Printer) string { return p.T(key) }
		}
	}
	return out
}

// say is a sentence of the document in the reader's language, where it has one.
func (d docs) say(english string) string {
	if say, ok := d.said[english]; ok {
		return say(d.p)
	}
	return english
}

func (s *Server) docsPage(r *Request) DocsPage {
	d := docs{doc: s.api.OpenAPI(), access: map[string]Access{}, base: r.Base(), p: r.P, said: s.said()}
	for _, route := range s.routes {
		if route.API {
			d.access[route.Method+" "+openPath(route.Path)] = route.Access
		}
	}
	return DocsPage{
		Head: templates.Head{
			Title: r.T("menu.api"), Lead: r.T("api.doc.lead"), Badges: []templates.Badge{{Text: "v" + APIVersion}},
			Actions: []templates.Act{{Text: r.T("api.doc.download"), Href: documentPath, Icon: "download"}},
		},
		Document: d.base + documentPath,
		Curl:     "curl -H \"Authorization: Bearer $TOKEN\" '" + d.base + documentPath + "'",
		Groups:   d.groups(), Statuses: d.statuses(), Schemas: d.schemas(),
	}
}

// groups puts the operations in groups by their first tag, in the order of the
// addresses.
func (d docs) groups() []DocsGroup {
	byTag := map[string][]DocsOperation{}
	for _, path := range sortedKeys(d.doc.Paths) {
		for _, m := range docsMethods {
			op := operationOf(d.doc.Paths[path], m.method)
			if op == nil {
				continue
			}
			tag := "other"
			if len(op.Tags) > 0 {
				tag = op.Tags[0]
			}
			byTag[tag] = append(byTag[tag], d.operation(op, m.method, m.tone, path))
		}
	}
	var out []DocsGroup
	for _, tag := range sortedKeys(byTag) {
		out = append(out, DocsGroup{ID: "g-" + tag, Title: d.text("api.tag."+tag, tag), Operations: byTag[tag]})
	}
	return out
}

// text is the message of a key, or the spare text of the document.
func (d docs) text(key, spare string) string {
	if d.p.Has(key) {
		return d.p.T(key)
	}
	return spare
}

func operationOf(item *huma.PathItem, method string) *huma.Operation {
	switch method {
	case http.MethodGet:
		return item.Get
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	}
	return nil
}

func (d docs) operation(op *huma.Operation, method, tone, path string) DocsOperation {
	access := d.access[method+" "+path]
	out := DocsOperation{
		ID: "op-" + cmp.Or(op.OperationID, strings.Trim(path, "/")), Method: method, Tone: tone, Path: path,
		Title:  d.text("api.op."+op.OperationID, cmp.Or(op.Summary, op.OperationID)),
		Scopes: access.Scopes, Public: access.Public, Probes: access.Probes, Browser: !access.Public && len(access.Scopes) == 0 && !access.AnyToken,
	}
	own := strings.TrimSpace(strings.TrimSuffix(op.Description, whoMay(access)))
	for text := range strings.SplitSeq(own, "\n\n") {
		if text != "" {
			out.Texts = append(out.Texts, d.say(text))
		}
	}
	for _, role := range access.Roles {
		out.Roles = append(out.Roles, d.p.T(string(role.Label())))
	}
	for _, param := range op.Parameters {
		out.Parameters = append(out.Parameters, d.parameter(param))
	}
	if op.RequestBody != nil {
		out.Body = d.body(op.RequestBody.Content)
	}
	d.answers(&out, op)
	if !out.Browser {
		out.Curl = d.curl(out)
	}
	return out
}

// answers lists what comes back: successes in full, errors by number.
func (d docs) answers(out *DocsOperation, op *huma.Operation) {
	for _, code := range sortedKeys(op.Responses) {
		res := op.Responses[code]
		status := atoi(code)
		if status >= http.StatusBadRequest {
			out.Errors = append(out.Errors, status)
			continue
		}
		answer := DocsAnswer{Status: status, Text: d.text("api.status."+code, res.Description), Body: d.body(res.Content)}
		for _, name := range sortedKeys(res.Headers) {
			answer.Headers = append(answer.Headers, d.field(name, res.Headers[name].Schema, false))
		}
		out.Answers = append(out.Answers, answer)
	}
}

func (d docs) parameter(p *huma.Param) DocsField {
	f := d.field(p.Name, p.Schema, p.Required)
	f.In = d.p.T("api.doc.in." + p.In)
	f.Text = cmp.Or(d.say(p.Description), f.Text)
	return f
}

func (d docs) body(content map[string]*huma.MediaType) *DocsBody {
	kinds := sortedKeys(content)
	if len(kinds) == 0 {
		return nil
	}
	media := kinds[0]
	b := &DocsBody{Media: media}
	if schema := content[media].Schema; schema != nil {
		b.Type = d.typeOf(schema)
		if strings.HasSuffix(media, "json") {
			b.Example = d.example(schema)
		}
	}
	return b
}

func (d docs) statuses() []DocsStatus {
	out := make([]DocsStatus, len(problemStatuses))
	for i, s := range problemStatuses {
		out[i] = DocsStatus{Status: s, Title: http.StatusText(s), Text: d.p.T("api.problem." + problemName(s))}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

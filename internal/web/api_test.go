package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
)

// clerk calls the API with a token that may write.
func clerk(t *testing.T) (*webtest.Site, func(method, path, body string, header ...string) *webtest.Page) {
	t.Helper()
	site := sample(t)
	token := site.As(7, auth.Clerk).Token("systems:read", "systems:write")
	nobody := site.Nobody()
	return site, func(method, path, body string, header ...string) *webtest.Page {
		t.Helper()
		h := http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}, "Sec-Fetch-Site": nil}
		for i := 0; i+1 < len(header); i += 2 {
			h[header[i]] = []string{header[i+1]}
			if header[i+1] == "" {
				h[header[i]] = nil
			}
		}
		return nobody.Do(method, path, strings.NewReader(body), h)
	}
}

func TestAPIRefusalsNameTheField(t *testing.T) {
	_, call := clerk(t)
	const good = `{"id":1,"name":"大桥","kind":"big"}`
	cases := []struct {
		name   string
		path   string
		body   string
		status int
		want   []string // field and code
	}{
		{"good", "1", good, 200, nil},
		{"an unknown field", "1", `{"id":1,"name":"大桥","kind":"big","role":"admin"}`, 422, []string{"role web.err.unknown_member"}},
		{"an unknown inner field", "1", `{"id":1,"name":"大桥","kind":"big","inner":{"sure":true,"x":1}}`, 422, []string{"inner.x web.err.unknown_member"}},
		{"an unknown parameter", "1?pagesize=5", good, 422, []string{"pagesize web.err.unknown_parameter"}},
		{"a parameter that is no number", "1?page=x", good, 422, []string{"page web.err.type"}},
		{"a parameter out of range", "1?page=-3", good, 422, []string{"page web.err.min"}},
		{"a number in the address that is none", "x", good, 422, []string{"id web.err.type"}},
		{"a missing field", "1", `{"id":1,"kind":"big"}`, 422, []string{"name web.err.missing"}},
		{"a missing inner field", "1", `{"id":1,"name":"大桥","kind":"big","inner":{}}`, 422, []string{"inner.sure web.err.missing"}},
		{"a wrong type", "1", `{"id":"1","name":7,"kind":"big"}`, 422, []string{"id web.err.type", "name web.err.type"}},
		{"too short and no choice", "1", `{"id":0,"name":"桥","kind":"huge"}`, 422, []string{"id web.err.min", "kind web.err.choice", "name web.err.short"}},
		{"too long", "1", `{"id":1,"name":"一二三四五六","kind":"big"}`, 422, []string{"name web.err.long"}},
		{"too many", "1", `{"id":1,"name":"大桥","kind":"big","tags":["a","b","c"]}`, 422, []string{"tags web.err.many"}},
		{"no date", "1", `{"id":1,"name":"大桥","kind":"big","on":"2017.9.30"}`, 422, []string{"on web.err.day"}},
		{"no such day", "1", `{"id":1,"name":"大桥","kind":"big","on":"2017-02-30"}`, 422, []string{"on web.err.day"}},
		{"no date at all", "1", `{"id":1,"name":"大桥","kind":"big","on":""}`, 200, nil},
		{"null for no date", "1", `{"id":1,"name":"大桥","kind":"big","on":null}`, 200, nil},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			p := call("PUT", "/api/v1/things/"+k.path, k.body).Want(k.status)
			if k.status == 200 {
				return
			}
			var got web.Problem
			p.Into(&got)
			var fields []string
			for _, f := range got.Errors {
				fields = append(fields, f.Field+" "+f.Code)
				if f.Message == f.Code || strings.Contains(f.Message, "expected") || strings.Contains(f.Message, "{") {
					t.Errorf("message %q of %s", f.Message, f.Field)
				}
			}
			if !slices.Equal(fields, k.want) || got.Code != "err.invalid" {
				t.Errorf("%s %v, want %v", got.Code, fields, k.want)
			}
		})
	}
}

func TestAPIBodiesThatCannotBeRead(t *testing.T) {
	_, call := clerk(t)
	deep := strings.Repeat(`{"inner":`, 40) + "1" + strings.Repeat("}", 40)
	cases := []struct {
		name   string
		body   string
		header []string
		status int
		code   string
	}{
		{"no JSON", `{"id":1,`, nil, 400, "web.err.json"},
		{"another language", `<thing/>`, nil, 400, "web.err.json"},
		{"a text after the end", `{"id":1} {"id":2}`, nil, 400, "web.err.json"},
		{"a number too large", `{"id":1e999}`, nil, 400, "web.err.json"},
		{"a member twice", `{"id":1,"name":"大桥","kind":"big","kind":"small"}`, nil, 400, "web.err.json"},
		{"a member twice in another case", `{"id":1,"name":"大桥","kind":"big","KIND":"huge"}`, nil, 400, "web.err.json"},
		{"a member twice in a strange letter", `{"id":1,"name":"大桥","kind":"big","inner":{"sure":true,"ſure":false}}`, nil, 400, "web.err.json"},
		{"nested too deeply", deep, nil, 400, "web.err.json"},
		{"a wall of brackets", strings.Repeat("[", 100_000), nil, 400, "web.err.json"},
		{"nothing", "", nil, 400, "web.err.no_body"},
		{"a form", "id=1", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "web.err.not_json"},
		{"plain text", "{}", []string{"Content-Type", "text/plain"}, 415, "web.err.not_json"},
		{"packed", "{}", []string{"Content-Encoding", "gzip"}, 415, "web.err.packed"},
		{"too large", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, nil, 413, "web.err.too_large"},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			var got web.Problem
			call("PUT", "/api/v1/things/1", k.body, k.header...).Want(k.status).Into(&got)
			if got.Code != k.code || got.Status != k.status {
				t.Errorf("%s with status %d, want %s", got.Code, got.Status, k.code)
			}
			if strings.Contains(got.Detail, "invalid character") || strings.Contains(got.Detail, "json:") {
				t.Errorf("the decoder speaks: %s", got.Detail)
			}
		})
	}
	// The same member in different objects of a list is no repetition.
	call("PUT", "/api/v1/things/1", `{"id":1,"name":"大桥","kind":"big","tags":["kind","kind"],"inner":{"sure":true}}`).Want(200)
}

func TestAPISpeaksTheReadersLanguage(t *testing.T) {
	_, call := clerk(t)
	for lang, want := range map[string]string{"zh-CN": "太短，至少要 2 个字符", "en": "Too short: at least 2 characters"} {
		var got web.Problem
		call("PUT", "/api/v1/things/1", `{"id":1,"name":"桥","kind":"big"}`, "Accept-Language", lang).Want(422).Into(&got)
		if len(got.Errors) != 1 || got.Errors[0].Message != want {
			t.Errorf("%s: %+v, want %q", lang, got.Errors, want)
		}
	}
}

func TestAPIAnswers(t *testing.T) {
	_, call := clerk(t)
	const good = `{"id":1,"name":"<桥&>","kind":"big"}`
	for _, accept := range []string{"application/json", "", "*/*", "application/xml", "text/html", "application/cbor;q=1, application/json;q=0.1", "x"} {
		p := call("PUT", "/api/v1/things/3", good, "Accept", accept).Want(200)
		if got := p.Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("Accept %q gets %q", accept, got)
		}
		if got := p.Header.Get("ETag"); got != `"3"` {
			t.Errorf("ETag %s", got)
		}
	}
	call("GET", "/api/v1/free?whatever=1&wait=true", "").Want(204)
}

func TestOpenAPIDocument(t *testing.T) {
	site, call := clerk(t)
	raw := call("GET", "/api/openapi.json", "").Want(200)
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]json.RawMessage }
	}
	raw.Into(&doc)
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("version %q", doc.OpenAPI)
	}
	for _, own := range []string{"Problem", "ProblemField", "Thing"} {
		if _, ok := doc.Components.Schemas[own]; !ok {
			t.Errorf("the type %s is missing", own)
		}
	}
	if _, ok := doc.Components.Schemas["ErrorModel"]; ok {
		t.Error("the type of huma's errors is described, but no answer is made of it")
	}
	for _, r := range site.Routes() {
		if !r.API {
			continue
		}
		path := strings.NewReplacer(":id", "{id}", ":kind", "{kind}").Replace(r.Path)
		if _, ok := doc.Paths[path][strings.ToLower(r.Method)]; !ok {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
		}
	}
	site.Nobody().Get("/api/openapi.json").Want(401)
}

func TestDocumentForPeople(t *testing.T) {
	site := sample(t)
	for lang, title := range map[string]string{"zh-CN": "接口文档", "en": "API reference"} {
		b := site.As(7, auth.Clerk)
		b.Lang = lang
		p := b.Get("/api/docs").Want(200)
		if got := p.Text("h1"); got != title {
			t.Errorf("%s: title %q, want %q", lang, got, title)
		}
		op := "#op-put-thing "
		p.WantText(op+"h3", "Write a thing")
		if got := p.Text(op + ".api-line"); got != "PUT /api/v1/things/{id}" {
			t.Errorf("%s: %q", lang, got)
		}
		if got := p.Texts("#t-Thing tbody th code"); !slices.Equal(got, []string{"id", "name", "kind", "on", "tags", "inner"}) {
			t.Errorf("%s: members %v are not in the order of the type", lang, got)
		}
		curl := strings.Join(p.Texts(op+"pre"), "\n")
		for _, part := range []string{"curl -X PUT '" + site.URL + "/api/v1/things/{id}'", "Bearer $TOKEN", `"name":"桥"`} {
			if !strings.Contains(curl, part) {
				t.Errorf("%s: the example lacks %s: %s", lang, part, curl)
			}
		}
	}
	if got := site.Nobody().Get("/api/docs").Want(303).Location(); got != "/sign-in?next=%2Fapi%2Fdocs" {
		t.Errorf("nobody is sent to %q", got)
	}
}

type hiddenIn struct {
	kindIn
	Page int `query:"page"`
}

func TestOperationMustReadItsAddress(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an operation that does not read its address was taken")
		}
	}()
	webtest.Open(t, func(site *webtest.Site) {
		op := huma.Operation{Method: http.MethodGet, Path: "/api/v1/x/{kind}", OperationID: "x"}
		web.Operation(site.Server, web.Public(), op, func(context.Context, web.Call, *hiddenIn) (*struct{}, error) { return nil, nil })
	})
}

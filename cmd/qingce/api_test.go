package main_test

import (
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingce/internal/locale"
	"qingce/internal/web/webtest"
)

// programsBrowser is somebody of the sample city who may read nearly all of the
// API.
func programsBrowser(t *testing.T, login string) *browser {
	t.Helper()
	d := startDemo(t, t.TempDir(), "--listen", "127.0.0.1:0")
	password, _, _ := strings.Cut(labelled(t, d.out.String(), "password:"), " ")
	b := newBrowser(t, d.url)
	mustf(t, b.signIn(login, password) != "", "%s cannot sign in", login)
	return b
}

// document is what the test needs of the served OpenAPI document.
type document struct {
	Paths map[string]map[string]struct {
		OperationID string
		Tags        []string
	}
}

func (b *browser) document() document {
	b.t.Helper()
	p := b.get("/api/openapi.json")
	if p.status != http.StatusOK {
		b.t.Fatalf("the document: status %d", p.status)
	}
	var doc document
	if err := json.Unmarshal([]byte(p.body), &doc); err != nil {
		b.t.Fatal(err)
	}
	return doc
}

// TestEveryOperationHasTexts reads the document that the service serves: what
// has no text would be shown in English to everybody.
func TestEveryOperationHasTexts(t *testing.T) {
	doc := programsBrowser(t, "auditor").document()
	texts, described := webtest.Catalog(t), map[string]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			if len(op.Tags) != 1 || op.OperationID == "" {
				t.Errorf("%s %s: operation %q with tags %v, want a name and one tag", method, path, op.OperationID, op.Tags)
				continue
			}
			described["api.op."+op.OperationID], described["api.tag."+op.Tags[0]] = true, true
		}
	}
	mustf(t, len(described) > 60, "only %d operations and tags", len(described))
	for _, lang := range locale.Languages() {
		printer := texts.Printer(lang)
		for key := range described {
			if !printer.Has(key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
		for _, key := range texts.Keys(lang) {
			if (strings.HasPrefix(key, "api.op.") || strings.HasPrefix(key, "api.tag.")) && !described[key] {
				t.Errorf("%s: %s is the text of nothing", lang, key)
			}
		}
	}
}

// TestEverySentenceIsSaidInChinese reads what the document says in English of
// types, members, parameters, headers and operations: the Chinese page says it
// in Chinese, and no text is there for a sentence that nobody says.
func TestEverySentenceIsSaidInChinese(t *testing.T) {
	b := programsBrowser(t, "auditor")
	said := b.sentences()
	mustf(t, len(said) > 500, "only %d sentences", len(said))
	shown := map[string]bool{}
	for _, text := range between.FindAllStringSubmatch(b.get("/api/docs").body, -1) {
		shown[strings.TrimSpace(html.UnescapeString(text[1]))] = true
	}
	texts := webtest.Catalog(t)
	english, chinese := texts.Printer(locale.English), texts.Printer(locale.Chinese)
	translated := map[string]string{}
	for _, key := range texts.Keys(locale.English) {
		sentence, zh := english.T(key), chinese.T(key)
		if !strings.HasPrefix(key, "api.said.") {
			continue
		}
		if said[sentence] == "" {
			t.Errorf("%s is the text of nothing: %q", key, sentence)
		} else if !shown[zh] {
			t.Errorf("%s is not on the page: %q", key, zh)
		}
		if translated[sentence] != "" {
			t.Errorf("%s is a second text of %q", key, sentence)
		}
		translated[sentence] = zh
	}
	for sentence, place := range said {
		composed := fieldPlace.MatchString(place) // of the messages of a field
		if shown[sentence] || translated[sentence] == sentence || translated[sentence] == "" && !composed {
			t.Errorf("%s: no Chinese text for %q; give it one as api.said.<name>", place, sentence)
		}
	}
	if want := "年度运维经费（分）。"; !slices.ContainsFunc(slices.Collect(maps.Keys(shown)), func(text string) bool { return strings.HasPrefix(text, want) }) {
		t.Errorf("the page says nothing that begins with %s", want)
	}
}

// between finds the texts between tags, and fieldPlace the members of systems
// and departments, which the register describes.
var (
	between    = regexp.MustCompile(`>([^<>]+)<`)
	fieldPlace = regexp.MustCompile(`^(System|Department)(Input)? \w+$`)
	whoMay     = regexp.MustCompile(`^(Roles: |Token scope: |Any token\.|Needs the token of a probe|Open to everybody|Not for tokens)`)
)

// sentences are the descriptions in the document, each with a place where it
// stands.
func (b *browser) sentences() map[string]string {
	var doc struct {
		Paths      map[string]map[string]described
		Components struct{ Schemas, Headers any }
	}
	if err := json.Unmarshal([]byte(b.get("/api/openapi.json").body), &doc); err != nil {
		b.t.Fatal(err)
	}
	said := map[string]string{}
	describedIn(doc.Components.Schemas, "", said)
	describedIn(doc.Components.Headers, "", said)
	for path, item := range doc.Paths {
		for method, op := range item {
			op.sentences(method+" "+path, said)
		}
	}
	return said
}

// described is an operation with what describes it.
type described struct {
	Description             string
	Parameters, RequestBody any
	Responses               map[string]struct{ Headers, Content any }
}

// sentences finds what is said of the operation, without the line about who may
// call it: the page says that with words of its own.
func (op described) sentences(place string, said map[string]string) {
	for text := range strings.SplitSeq(op.Description, "\n\n") {
		if text != "" && !whoMay.MatchString(text) {
			said[text] = place
		}
	}
	describedIn(op.Parameters, place, said)
	describedIn(op.RequestBody, place, said)
	for _, answer := range op.Responses {
		describedIn(answer.Headers, place, said)
		describedIn(answer.Content, place, said)
	}
}

// describedIn finds the descriptions in a part of the document. What stands in
// examples was not said by the document.
func describedIn(part any, place string, said map[string]string) {
	switch v := part.(type) {
	case []any:
		for _, e := range v {
			describedIn(e, place, said)
		}
	case map[string]any:
		if text, _ := v["description"].(string); text != "" {
			said[text] = place
		}
		for name, e := range v {
			members, ok := e.(map[string]any)
			switch {
			case name == "properties" && ok:
				for member, schema := range members {
					describedIn(schema, strings.TrimSpace(place+" "+member), said)
				}
			case name != "example" && name != "examples" && name != "default":
				describedIn(e, strings.TrimSpace(place+" "+name), said)
			}
		}
	}
}

// TestDocumentsHaveTheTimeOfTheCity reads all that can be read and looks at
// every instant in it.
func TestDocumentsHaveTheTimeOfTheCity(t *testing.T) {
	b := programsBrowser(t, "auditor")
	read, seen := 0, 0
	for path, item := range b.document().Paths {
		if _, ok := item["get"]; !ok {
			continue
		}
		code := "RS-01"
		if strings.HasPrefix(path, "/api/v1/departments") {
			code = "XY107"
		}
		p := b.get(strings.NewReplacer("{code}", code, "{year}", "2017", "{id}", "1").Replace(path))
		var doc any
		if p.status != http.StatusOK || json.Unmarshal([]byte(p.body), &doc) != nil {
			continue // needs more than an address, or is a file
		}
		read++
		for _, at := range instants(doc) {
			seen++
			if !strings.HasSuffix(at, "+08:00") {
				t.Errorf("%s writes %s, want +08:00", path, at)
			}
		}
	}
	mustf(t, read > 15 && seen > 100, "only %d documents with %d instants were read", read, seen)
}

var instant = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d`)

// instants are the instants in a document. What the operation log keeps of
// records is evidence and stays as it was written.
func instants(doc any) []string {
	var out []string
	switch v := doc.(type) {
	case string:
		if instant.MatchString(v) {
			out = append(out, v)
		}
	case []any:
		for _, e := range v {
			out = append(out, instants(e)...)
		}
	case map[string]any:
		for name, e := range v {
			if name != "before" && name != "after" {
				out = append(out, instants(e)...)
			}
		}
	}
	return out
}

// TestTheLogKnowsDepartmentsThatEnded ends a department and looks for it where
// entries are found by department.
func TestTheLogKnowsDepartmentsThatEnded(t *testing.T) {
	b := programsBrowser(t, "office")
	const at = "/api/v1/departments/XY111"
	tag := b.get(at).header.Get("ETag")
	p := b.do(http.MethodPatch, at, strings.NewReader(`{"active_to":"2017-01-01"}`), "Content-Type", "application/json", "If-Match", tag)
	mustf(t, p.status == http.StatusOK, "end a department: status %d: %s", p.status, p.body)
	if p := b.get("/api/v1/departments?life=ended"); !strings.Contains(p.body, `"XY111"`) {
		t.Fatalf("it has not ended: %s", p.body)
	}
	if page := b.get("/audit").body; !strings.Contains(page, `value="XY111"`) {
		t.Error("the log no longer knows it")
	}
}

package main_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"qingce/internal/locale"
	"qingce/internal/web/webtest"
)

// TestEveryOperationHasTexts reads the document that the service serves: what
// has no text would be shown in English to everybody.
func TestEveryOperationHasTexts(t *testing.T) {
	d := startDemo(t, t.TempDir(), "--listen", "127.0.0.1:0")
	password, _, _ := strings.Cut(labelled(t, d.out.String(), "password:"), " ")
	b := newBrowser(t, d.url)
	mustf(t, b.signIn("auditor", password) != "", "the auditor cannot sign in")
	p := b.get("/api/openapi.json")
	mustf(t, p.status == http.StatusOK, "the document: status %d", p.status)
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Tags        []string
		}
	}
	if err := json.Unmarshal([]byte(p.body), &doc); err != nil {
		t.Fatal(err)
	}
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

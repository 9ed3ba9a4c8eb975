package surveyweb_test

import (
	"encoding/json"
	"html"
	"net/http"
	"strings"
	"testing"

	"qingce/internal/locale"
	"qingce/internal/web/webtest"
)

// What the document says of forms, surveys and questionnaires in English has a
// Chinese text, and the Chinese page shows it.
func TestTheDocumentIsSaidInChinese(t *testing.T) {
	texts := webtest.Catalog(t)
	english, chinese := texts.Printer(locale.English), texts.Printer(locale.Chinese)
	translated := map[string]string{}
	for _, key := range texts.Keys(locale.English) {
		if strings.HasPrefix(key, "api.said.") {
			translated[english.T(key)] = chinese.T(key)
		}
	}
	tn := open(t)
	reader := tn.as(tn.Office())
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Description string }
			}
		}
	}
	if err := json.Unmarshal([]byte(reader.Get("/api/openapi.json").Want(http.StatusOK).Body), &doc); err != nil {
		t.Fatal(err)
	}
	page, seen := reader.Get("/api/docs").Want(http.StatusOK).Body, 0
	for _, name := range []string{"FormDoc", "RowDoc", "ProblemDoc", "CampaignDoc"} {
		if len(doc.Components.Schemas[name].Properties) == 0 {
			t.Errorf("there is no %s", name)
		}
		for member, p := range doc.Components.Schemas[name].Properties {
			if p.Description == "" {
				continue
			}
			seen++
			if zh := translated[p.Description]; zh == "" || !strings.Contains(page, html.EscapeString(zh)) || strings.Contains(page, ">"+html.EscapeString(p.Description)+"<") {
				t.Errorf("%s.%s is shown as %q", name, member, p.Description)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d descriptions", seen)
	}
}

package catalogweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

// TestPagesFitTheirData checks the templates against the types of their data.
func TestPagesFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	webtest.CheckPages(t, site.Server, "catalog/", map[string]any{
		"catalog/list": listPage{}, "catalog/entry": entryPage{}, "catalog/form": formData{}, "catalog/page": plainPage{}, "catalog/import": importPage{},
	})
}

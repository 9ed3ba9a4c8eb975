package fundingweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

// TestPagesFitTheirData checks the templates against the types of their data.
func TestPagesFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	webtest.CheckPages(t, site.Server, "funding/", map[string]any{
		"funding/years": yearsPage{}, "funding/list": listPage{}, "funding/departments": bodiesPage{}, "funding/item": itemData{}, "funding/print": printPage{},
	})
}

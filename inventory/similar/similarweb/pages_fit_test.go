package similarweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

// TestPagesFitTheirData checks the templates against the types of their data.
func TestPagesFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	webtest.CheckPages(t, site.Server, "similar/", map[string]any{
		"similar/list": listPage{}, "similar/pair": pairPage{}, "similar/check": checkPage{},
	})
}

package rectificationweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

// TestPagesFitTheirData checks the templates against the types of their data.
func TestPagesFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	webtest.CheckPages(t, site.Server, "rectification/", map[string]any{
		"rectification/list": listPage{}, "rectification/form": formPage{}, "rectification/record": recordPage{}, "rectification/paper": paperPage{},
		"rectification/numbers": numbersPage{}, "rectification/policy": policyPage{},
	})
}

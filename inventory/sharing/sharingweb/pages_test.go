package sharingweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

// TestPagesFitTheirData checks the templates against the types of their data.
func TestPagesFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	webtest.CheckPages(t, site.Server, "sharing/", map[string]any{
		"sharing/list": listPage{}, "sharing/form": formPage{}, "sharing/record": recordPage{}, "sharing/reliefs": reliefsPage{}, "sharing/terms": termsPage{},
	})
}

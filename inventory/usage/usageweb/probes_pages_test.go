package usageweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

// TestPagesOfProbesFitTheirData checks the templates of probes against the types
// of their data.
func TestPagesOfProbesFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	webtest.CheckPages(t, site.Server, "usage/probe", map[string]any{
		"usage/probes": probesPage{}, "usage/probe": probePage{}, "usage/probe_form": formPage{}, "usage/probe_token": tokenPage{},
		"usage/probe_connect": connectPage{}, "usage/rules": rulesPage{},
	})
}

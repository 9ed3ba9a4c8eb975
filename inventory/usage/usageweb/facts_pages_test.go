package usageweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

func TestPagesOfFactsFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	for _, prefix := range []string{"usage/system", "usage/day", "usage/fleet", "usage/declared", "usage/sums", "usage/backfill"} {
		webtest.CheckPages(t, site.Server, prefix, map[string]any{
			"usage/system": factsPage{}, "usage/day": dayPage{}, "usage/fleet": fleetPage{}, "usage/declared": declaredPage{},
			"usage/sums": sumsPage{}, "usage/backfill": filesPage{}, "usage/backfill_show": filePage{},
		})
	}
}

package scoringweb_test

import (
	"testing"

	"qingce/internal/web/webtest"
	"qingce/inventory/inventorytest"
	"qingce/scoring/scoringtest"
	"qingce/scoring/scoringweb"
)

// town is a world with its pages.
type town struct {
	*scoringtest.World
	site *webtest.Site
}

// open is a town on the day before the reports of October are due.
func open(t *testing.T) *town {
	t.Helper()
	tn := &town{World: scoringtest.Over(t, inventorytest.Open(t))}
	tn.At("2017-10-30 10:00")
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := scoringweb.Deps{DB: tn.DB, Registry: tn.Registry, Box: tn.Box, Board: tn.Board, Reports: tn.Reports}
		scoringweb.Mount(site.Server, deps)
		scoringweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now}))
	return tn
}

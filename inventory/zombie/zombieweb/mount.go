package zombieweb

import (
	"qingce/internal/evidence"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
)

// Deps are the rooms behind the pages.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Ledger   *usage.Ledger
	Detector *zombie.Detector
	Cases    *cleanup.Desk
	Book     *schedule.Book
	Box      *evidence.Box
	Catalog  *locale.Catalog
}

// desk is what all handlers share.
type desk struct {
	Deps
}

// Mount adds the pages. Each group names who may call its routes; whose rows
// they then see is for the verbs behind them.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps}
	d.mountRuns(s)
	d.mountCases(s)
	d.mountVerdicts(s)
	d.mountLife(s)
	d.mountPolicy(s)
	d.mountTerms(s)
	d.mountDeclarations(s)
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{deps}
	d.runsAPI(s)
	d.casesAPI(s)
	d.verdictsAPI(s)
	d.policyAPI(s)
	d.termsAPI(s)
	d.declarationsAPI(s)
}

// Addresses of the pages: /zombies is the clean-up.
const (
	zombiesPath = "/zombies"
	runsPath    = zombiesPath + "/runs"
)

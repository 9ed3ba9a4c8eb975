package usageweb

import (
	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
)

// Deps are the rooms behind the pages.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Probes   *usage.Probes
	Ledger   *usage.Ledger
	Intake   *usage.Intake
	Inbox    *usage.Inbox
	Rules    *usage.Rules
	Backfill *usage.Backfill
	Book     *schedule.Book
	Catalog  *locale.Catalog
	// Metrics is where the figures of the intake are shown; nil shows them nowhere.
	Metrics prometheus.Registerer
	// Quota is what one token may send; nil is usage.DefaultQuota.
	Quota *usage.QuotaLimits
}

func (d *Deps) quota() usage.QuotaLimits {
	if d.Quota == nil {
		return usage.DefaultQuota()
	}
	return *d.Quota
}

// desk is what all handlers share.
type desk struct {
	Deps
	front *front
}

// Mount adds the pages and the endpoints of probes. Each group names who may
// call its routes; whose rows they then see is for the verbs behind them.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps, newFront(deps)}
	d.mountProbes(s)
	d.mountRules(s)
	d.mountFacts(s)
	d.mountBackfill(s)
	d.mountIntake(s)
	d.mountSeries(s)
	d.watchStandings()
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{Deps: deps}
	d.probesAPI(s)
	d.rulesAPI(s)
	d.factsAPI(s)
	d.backfillAPI(s)
}

// Addresses of the pages: /probes/PB-0001 is a probe, /usage/RS-0001 the use of
// a system.
const (
	probesPath = "/probes"
	rulesPath  = "/usage-rules"
	usagePath  = "/usage"
)

// viewers see probes and the use of systems (DOMAIN §1.3).
func viewers() []auth.Role { return usage.Viewers() }

// operators register probes.
func operators() []auth.Role { return usage.Operators() }

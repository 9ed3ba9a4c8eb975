package hubweb

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
)

// Deps are the rooms behind the pages.
type Deps struct {
	Hub      *hub.Hub
	Registry *inventory.Registry
	Book     *schedule.Book
	Catalog  *locale.Catalog
}

// desk is what all handlers share.
type desk struct{ Deps }

// Scopes of API tokens.
const (
	readScope  = "hub:read"
	writeScope = "hub:write"
	pushScope  = "hub:push"
)

// Mount adds the pages. Each group names who may call its routes; whose rows they
// then see is for the verbs behind them.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps}
	d.mountFront(s)
	d.mountList(s)
	d.mountConnection(s)
	d.mountDifferences(s)
	d.mountExemptions(s)
	d.mountBeside(s)
	d.mountFiles(s)
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{deps}
	d.connectionsAPI(s)
	d.exemptionsAPI(s)
	d.besideAPI(s)
	d.observedAPI(s)
}

// Addresses of the pages.
const (
	frontPath      = "/hub"
	listPath       = "/hub/systems"
	differencePath = "/hub/differences"
	exemptionPath  = "/hub/exemptions"
	linkPath       = "/hub/links"
	nodePath       = "/hub/nodes"
	filePath       = "/hub/files"
	policyPath     = "/hub/policy"
)

// connectionPath is the page of a connection: /systems/RS-01/connection.
func connectionPath(code string, more ...string) string {
	return web.Join("/systems", append([]string{code, "connection"}, more...)...)
}

func numbered(base string, id int64, more ...string) string {
	return web.Join(base, append([]string{strconv.FormatInt(id, 10)}, more...)...)
}

// slowWork is for what may take long: files in and out.
const slowWork = time.Minute

func viewers() []auth.Role { return hub.Viewers() }

func movers() []auth.Role { return hub.Movers() }

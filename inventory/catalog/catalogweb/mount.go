package catalogweb

import (
	"net/url"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// Deps are the rooms behind the pages.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Catalog  *catalog.Desk
	Book     *schedule.Book
	Texts    *locale.Catalog
}

// desk is what all handlers share.
type desk struct {
	Deps
	words     *field.Words
	itemWords *field.Words
}

func newDesk(deps Deps) *desk {
	return &desk{deps, field.NewWords(deps.Texts, catalog.EntryFields), field.NewWords(deps.Texts, catalog.ItemFields)}
}

// Addresses of the pages.
const (
	catalogPath  = "/catalog"
	entriesPath  = catalogPath + "/entries"
	treePath     = catalogPath + "/tree"
	filingsPath  = catalogPath + "/filings"
	numbersPath  = catalogPath + "/numbers"
	changesPath  = catalogPath + "/changes"
	overlapsPath = catalogPath + "/overlaps"
	importsPath  = catalogPath + "/imports"
)

// slowWork is the limit of routes that write or read many entries.
const slowWork = 10 * time.Minute

// formBytes is the limit of a form with some hundred items.
const formBytes = 1 << 20

// Mount adds the pages. Each group names who may call its routes; whose entries
// they then see is for the verbs behind them.
func Mount(s *web.Server, deps Deps) {
	d := newDesk(deps)
	d.mountEntries(s)
	d.mountTree(s)
	d.mountFilings(s)
	d.mountChanges(s)
	d.mountOverlaps(s)
	d.mountFiles(s)
}

func (d *desk) mountEntries(s *web.Server) {
	view := s.Group(web.For(catalog.Viewers()...))
	web.Get(view, catalogPath, d.listEntries)
	web.Get(view, entriesPath+"/:id", d.showEntry)
	web.Get(view, entriesPath+"/:id/versions", d.showVersions)
	web.Get(view, numbersPath, d.showNumbers)

	write := s.Group(web.For(catalog.Writers()...)).Upto(formBytes)
	web.Get(write, entriesPath+"/new", d.newEntry)
	web.Post(write, entriesPath, d.addEntry)
	web.Get(write, entriesPath+"/:id/edit", d.editEntry)
	web.Post(write, entriesPath+"/:id", d.changeEntry)
	web.Get(write, entriesPath+"/:id/mount", d.askMount)
	web.Post(write, entriesPath+"/:id/mount", d.mountEntry)
	web.Post(write, entriesPath+"/:id/unmount", d.unmountEntry)

	move := s.Group(web.For(movers()...)).Within(slowWork)
	web.Post(move, entriesPath+"/:id/moves", d.moveEntry)
	web.Post(move, catalogPath+"/moves", d.moveMany)
}

// movers may take one step or another with an entry.
func movers() []auth.Role {
	return []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing}
}

func entryPath(id catalog.EntryID, more string) string {
	return entriesPath + "/" + id.String() + more
}

func classPath(code, more string) string { return treePath + "/" + url.PathEscape(code) + more }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// crumbs lead to a page of the catalog.
func crumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return append([]templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("menu.catalog"), Href: catalogPath}}, more...)
}

func crumb(text string) templates.Crumb { return templates.Crumb{Text: text} }

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := newDesk(deps)
	d.entriesAPI(s)
	d.deskAPI(s)
	d.filesAPI(s)
}

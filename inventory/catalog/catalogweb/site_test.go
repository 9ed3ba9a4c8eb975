package catalogweb_test

import (
	"testing"

	"qingce/internal/web/webtest"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogtest"
	"qingce/inventory/catalog/catalogweb"
	"qingce/inventory/inventorytest"
)

// town is a city with the pages of its catalog; people come in by a cookie that
// names them.
type town struct {
	*catalogtest.World
	site *webtest.Site
}

func open(t *testing.T) *town {
	t.Helper()
	tn := &town{World: catalogtest.Over(t, inventorytest.Open(t), catalog.Options{})}
	tn.site = webtest.Open(t, func(s *webtest.Site) {
		deps := catalogweb.Deps{DB: tn.DB, Registry: tn.Registry, Catalog: tn.Desk, Book: tn.Book, Texts: s.Texts}
		catalogweb.Mount(s.Server, deps)
		catalogweb.MountAPI(s.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"catalog:read", "catalog:write"}}))
	return tn
}

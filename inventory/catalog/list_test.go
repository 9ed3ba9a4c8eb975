package catalog_test

import (
	"testing"

	"qingce/internal/auth"
	"qingce/inventory/catalog"
	"qingce/inventory/inventorytest"
)

func TestAnEmptyCatalogIsListedAndSearched(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		d := catalog.New(catalog.Deps{DB: city.DB, Registry: city.Registry, Texts: inventorytest.Messages(t)}, catalog.Options{})
		for _, q := range []catalog.Query{
			{}, {Search: "婚姻 登记"}, {Search: "婚", Scope: catalog.Own, Share: catalog.ShareTypes()},
			{Search: "姻", Scope: catalog.Waiting, Stale: new(true), States: catalog.States()},
			{Scope: catalog.Own, Sort: "stale_on", Class: "307", Mounted: new(false), Library: catalog.BaseLibrary},
		} {
			for _, by := range []auth.Principal{city.Clerk("RS"), city.Region("ZY"), city.Someone(auth.Office), city.Someone(auth.Expert)} {
				page, err := d.List(t.Context(), by, q)
				if err != nil || page.Total != 0 {
					t.Errorf("%+v for %s: %d, %v", q, by.Login, page.Total, err)
				}
			}
		}
		if _, err := d.List(t.Context(), city.Someone(auth.Probe), catalog.Query{}); err == nil {
			t.Error("a probe read the catalog")
		}
	})
}

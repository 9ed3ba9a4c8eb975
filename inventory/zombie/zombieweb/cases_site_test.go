package zombieweb_test

import (
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/inventory/zombie/zombietest"
	"qingce/inventory/zombie/zombieweb"
)

// caseTown is a city with the pages of the clean-up, and people who use them.
type caseTown struct {
	*zombietest.World
	cases *cleanup.Desk
	site  *webtest.Site
	t     *testing.T
}

// casesOpen is a town on the morning of 2017-10-23.
func casesOpen(t *testing.T) *caseTown {
	t.Helper()
	tn := &caseTown{World: zombietest.Open(t), t: t}
	box := evidence.New(tn.DB, evidence.Options{})
	tn.cases = cleanup.NewDesk(cleanup.Deps{DB: tn.DB, Registry: tn.Registry, Book: tn.Book, Box: box, Detector: tn.Detector})
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := zombieweb.Deps{
			DB: tn.DB, Registry: tn.Registry, Ledger: tn.Ledger, Detector: tn.Detector, Cases: tn.cases, Book: tn.Book, Box: box, Catalog: site.Texts,
		}
		zombieweb.Mount(site.Server, deps)
		zombieweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"zombies:read", "zombies:write"}}))
	tn.Clock.Advance(time.Date(2017, 10, 23, 8, 0, 0, 0, calendar.Zone).Sub(tn.Clock.Now()))
	return tn
}

func (tn *caseTown) office() *webtest.Browser { return tn.site.Of(tn.Someone(auth.Office)) }

func (tn *caseTown) centre() *webtest.Browser {
	p := tn.Someone(auth.Centre)
	p.AccountID = 2
	return tn.site.Of(p)
}

// neglected is a system whose maintenance contract is long over.
func (tn *caseTown) neglected(prefix, name string) inventory.System {
	return tn.Declared(prefix, name, func(s *inventory.System) {
		s.LastReleaseDate, s.LastMaintenanceDate = calendar.NewDate(2013, 6, 4), calendar.NewDate(2015, 11, 20)
		s.OmContractEnd, s.ServerIps, s.VisitUrl = calendar.NewDate(2015, 12, 31), "10.107.1.30", "http://10.107.1.30/da"
	})
}

// found runs detection for yesterday and opens the cases of it.
func (tn *caseTown) found(systems ...inventory.System) {
	tn.t.Helper()
	day := calendar.DateOf(tn.Clock.Now()).AddDays(-1)
	for _, s := range systems {
		tn.Facts(s.ID, day.AddDays(-30), day, func(calendar.Date) (v wire.Values, ok bool) {
			v.Set(wire.Logins, 5)
			v.Set(wire.BusinessTx, 3)
			return v, true
		})
	}
	tn.Detect(day, zombie.How{})
	if _, err := tn.cases.Follow(tn.t.Context(), tn.Someone(auth.Centre)); err != nil {
		tn.t.Fatal(err)
	}
}

const pdfText = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"

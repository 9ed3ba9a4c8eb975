package inventoryweb_test

import (
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/inventoryweb"
)

// town is a city with its pages; people come in by a cookie that names them.
type town struct {
	*inventorytest.City
	site *webtest.Site
	book *schedule.Book
	box  *evidence.Box
}

// open makes a town whose register tells the calendar and the files what they
// need to know, as the service does.
func open(t *testing.T) *town {
	t.Helper()
	tn := &town{}
	tn.City = inventorytest.Open(t, inventory.Options{
		Returned: tn.mend,
		Evidence: func(tx *store.Tx, id inventory.SystemID, purpose string) (int64, error) {
			return tn.count(tx, id, purpose)
		},
	})
	tn.book = schedule.New(tn.DB, schedule.Options{})
	if err := tn.book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn.box = evidence.New(tn.DB, evidence.Options{})
	tn.site = webtest.Open(t, func(s *webtest.Site) {
		deps := inventoryweb.Deps{
			DB: tn.DB, Registry: tn.Registry, Schedule: tn.book, Evidence: tn.box, Importer: tn.Importer(), Catalog: s.Texts,
		}
		inventoryweb.Mount(s.Server, deps)
		inventoryweb.MountAPI(s.Server, deps)
		inventoryweb.MountImports(s.Server, deps, deps.Importer)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"systems:read", "systems:write", "departments:read", "departments:write"}}))
	return tn
}

func (tn *town) mend(tx *store.Tx, by auth.Principal, s inventory.System) error {
	_, err := tn.book.Set(tx, by, schedule.Due{
		SubjectKind: "system", SubjectID: s.Code, DepartmentID: s.OwnerID, Title: "due.system_returned",
		TitleArgs: map[string]string{"code": s.Code, "name": s.Name}, EventOn: calendar.DateOf(tx.Now()), TermWD: 5,
	})
	return err
}

func (tn *town) count(tx *store.Tx, id inventory.SystemID, purpose string) (int64, error) {
	items, err := tn.box.List(tx, inventoryweb.EvidenceOf(id, 0))
	n := int64(0)
	for _, i := range items {
		if i.Link.Purpose == purpose {
			n++
		}
	}
	return n, err
}

// change lets somebody change a system by the register.
func (tn *town) change(t *testing.T, by auth.Principal, s inventory.System, reason string, edit func(*inventory.System)) inventory.System {
	t.Helper()
	next := s
	edit(&next)
	next, _, err := tn.Registry.Change(t.Context(), by, s.Code, s.Version, next, reason)
	if err != nil {
		t.Fatalf("change %s: %v", s.Code, err)
	}
	return next
}

// move lets somebody take a step by the register.
func (tn *town) move(t *testing.T, by auth.Principal, s inventory.System, m inventory.Move, reason string) inventory.System {
	t.Helper()
	s, err := tn.Registry.Move(t.Context(), by, s.Code, s.Version, m, reason)
	if err != nil {
		t.Fatalf("%s: %v", m, err)
	}
	return s
}

// find reads a system as the service itself.
func (tn *town) find(t *testing.T, code string) inventory.System {
	t.Helper()
	s, err := tn.Registry.FindSystem(t.Context(), auth.System("test"), code)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

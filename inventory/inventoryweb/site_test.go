package inventoryweb_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
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

	mu     sync.Mutex
	people map[string]auth.Principal
}

// open makes a town whose register tells the calendar and the files what they
// need to know, as the service does.
func open(t *testing.T) *town {
	t.Helper()
	tn := &town{people: map[string]auth.Principal{}}
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
	}, webtest.Config{Web: func(o *web.Options) {
		o.Session, o.Token, o.Clock = tn.session, tn.token, tn.Clock.Now
	}})
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

func (tn *town) session(_ context.Context, secret, _ string) (web.Identity, error) {
	p, err := tn.person(secret)
	p.Way = auth.BySession
	return web.Identity{By: p}, err
}

func (tn *town) token(_ context.Context, secret, _ string) (auth.Principal, error) {
	p, err := tn.person(secret)
	p.Way = auth.ByToken
	if p.Scopes == nil {
		p.Scopes = []string{"systems:read", "systems:write", "departments:read", "departments:write"}
	}
	return p, err
}

func (tn *town) person(secret string) (auth.Principal, error) {
	tn.mu.Lock()
	defer tn.mu.Unlock()
	p, ok := tn.people[secret]
	if !ok {
		return auth.Principal{}, fault.New(fault.Unauthenticated, "err.login")
	}
	return p, nil
}

// as is a browser of somebody.
func (tn *town) as(p auth.Principal) *webtest.Browser {
	secret := p.Login + p.Roles.String()
	tn.mu.Lock()
	tn.people[secret] = p
	tn.mu.Unlock()
	b := tn.site.Nobody()
	b.SetCookie(&http.Cookie{Name: "qingce", Value: secret, Path: "/"})
	return b
}

// words are the texts of elements as one, for short comparisons.
func words(p *webtest.Page, selector string) string { return strings.Join(p.Texts(selector), " | ") }

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

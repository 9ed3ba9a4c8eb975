package catalogweb_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
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

	mu     sync.Mutex
	people map[string]auth.Principal
}

func open(t *testing.T) *town {
	t.Helper()
	tn := &town{people: map[string]auth.Principal{}, World: catalogtest.Over(t, inventorytest.Open(t), catalog.Options{})}
	tn.site = webtest.Open(t, func(s *webtest.Site) {
		deps := catalogweb.Deps{DB: tn.DB, Registry: tn.Registry, Catalog: tn.Desk, Book: tn.Book, Texts: s.Texts}
		catalogweb.Mount(s.Server, deps)
		catalogweb.MountAPI(s.Server, deps)
	}, webtest.Config{Web: func(o *web.Options) { o.Session, o.Token, o.Clock = tn.session, tn.token, tn.Clock.Now }})
	return tn
}

func (tn *town) session(_ context.Context, secret, _ string) (web.Identity, error) {
	p, err := tn.person(secret)
	p.Way = auth.BySession
	return web.Identity{By: p}, err
}

func (tn *town) token(_ context.Context, secret, _ string) (auth.Principal, error) {
	p, err := tn.person(secret)
	p.Way, p.Scopes = auth.ByToken, []string{"catalog:read", "catalog:write"}
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

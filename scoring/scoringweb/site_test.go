package scoringweb_test

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
	"qingce/inventory/inventorytest"
	"qingce/scoring/scoringtest"
	"qingce/scoring/scoringweb"
)

// town is a world with its pages.
type town struct {
	*scoringtest.World
	site *webtest.Site

	mu     sync.Mutex
	people map[string]auth.Principal
}

// open is a town on the day before the reports of October are due.
func open(t *testing.T) *town {
	t.Helper()
	tn := &town{World: scoringtest.Over(t, inventorytest.Open(t)), people: map[string]auth.Principal{}}
	tn.At("2017-10-30 10:00")
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := scoringweb.Deps{DB: tn.DB, Registry: tn.Registry, Box: tn.Box, Board: tn.Board, Reports: tn.Reports}
		scoringweb.Mount(site.Server, deps)
		scoringweb.MountAPI(site.Server, deps)
	}, webtest.Config{Web: func(o *web.Options) { o.Session, o.Clock = tn.session, tn.Clock.Now }})
	return tn
}

func (tn *town) session(_ context.Context, secret, _ string) (web.Identity, error) {
	tn.mu.Lock()
	defer tn.mu.Unlock()
	p, ok := tn.people[secret]
	if !ok {
		return web.Identity{}, fault.New(fault.Unauthenticated, "err.login")
	}
	p.Way = auth.BySession
	return web.Identity{By: p}, nil
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

func wantWords(t *testing.T, p *webtest.Page, selector string, words ...string) {
	t.Helper()
	text := strings.Join(p.Texts(selector), " | ")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s: %q is not in %s: %s", p.Name, w, selector, text)
		}
	}
}

package surveyweb_test

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
	"qingce/survey/census"
	"qingce/survey/surveytest"
	"qingce/survey/surveyweb"
)

// town is a survey with its pages, and people who use them.
type town struct {
	*surveytest.Survey
	site *webtest.Site

	mu     sync.Mutex
	people map[string]auth.Principal
}

// open is a town in which the survey of the story is running.
func open(t *testing.T) *town {
	t.Helper()
	return pagesOf(t, surveytest.Opened(t, inventorytest.Open(t)))
}

// before is a town without any survey.
func before(t *testing.T) *town {
	t.Helper()
	return pagesOf(t, surveytest.Before(t, inventorytest.Open(t)))
}

func pagesOf(t testing.TB, s *surveytest.Survey) *town {
	t.Helper()
	tn := &town{Survey: s, people: map[string]auth.Principal{}}
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := surveyweb.Deps{
			DB: s.DB, Surveys: s.Desk, Registry: s.Registry, Book: s.Book, Box: s.Box, Catalog: site.Texts,
			Census: census.NewDesk(census.Deps{DB: s.DB, Registry: s.Registry, Surveys: s.Desk, Catalog: site.Texts}),
		}
		surveyweb.Mount(site.Server, deps)
		surveyweb.MountAPI(site.Server, deps)
	}, webtest.Config{Web: func(o *web.Options) {
		o.Session, o.Token, o.Clock = tn.session, tn.token, s.Clock.Now
	}})
	return tn
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
		p.Scopes = []string{"surveys:read", "surveys:write"}
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

// program is a client of the API that acts for somebody.
func (tn *town) program(p auth.Principal) (*webtest.Browser, string) {
	secret := p.Login + p.Roles.String()
	tn.mu.Lock()
	tn.people[secret] = p
	tn.mu.Unlock()
	return tn.site.Nobody(), "Bearer " + secret
}

// words are the texts of elements as one, for short comparisons.
func words(p *webtest.Page, selector string) string { return strings.Join(p.Texts(selector), " | ") }

// value is what a field of the form on a page holds.
func value(p *webtest.Page, name string) string { return p.Form("main form#form").Get(name) }

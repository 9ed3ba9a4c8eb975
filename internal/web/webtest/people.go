package webtest

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
)

// People are those whom a Site believes without an account: the principals of a
// room's own test world. What they show is a session in a browser and a token
// in a program.
type People struct {
	// Clock is the time of their world.
	Clock func() time.Time
	// Scopes are what tokens of people without scopes of their own may do.
	Scopes []string

	mu    sync.Mutex
	known map[string]auth.Principal
}

// Among is the configuration of a Site of these people.
func Among(p *People) Config {
	return Config{people: p, Web: func(o *web.Options) { o.Session, o.Token, o.Clock = p.session, p.token, p.Clock }}
}

func (ps *People) session(_ context.Context, secret, _ string) (web.Identity, error) {
	p, err := ps.find(secret)
	p.Way = auth.BySession
	return web.Identity{By: p}, err
}

func (ps *People) token(_ context.Context, secret, _ string) (auth.Principal, error) {
	p, err := ps.find(secret)
	p.Way = auth.ByToken
	if p.Scopes == nil {
		p.Scopes = ps.Scopes
	}
	return p, err
}

func (ps *People) find(secret string) (auth.Principal, error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p, ok := ps.known[secret]
	if !ok {
		return auth.Principal{}, fault.New(fault.Unauthenticated, "err.login")
	}
	return p, nil
}

// know makes somebody one of them and gives what the person shows.
func (ps *People) know(p auth.Principal) string {
	secret := cmp.Or(p.Login, "nobody") + p.Roles.String() + strings.Join(p.Scopes, "")
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.known == nil {
		ps.known = map[string]auth.Principal{}
	}
	ps.known[secret] = p
	return secret
}

// Of is a browser of one of the Site's People.
func (s *Site) Of(p auth.Principal) *Browser {
	b := s.Nobody()
	b.SetCookie(&http.Cookie{Name: "qingce", Value: s.people.know(p), Path: "/"})
	return b
}

// Bearer is the header of a program of one of the Site's People.
func (s *Site) Bearer(p auth.Principal) string { return "Bearer " + s.people.know(p) }

// Call asks the API as a program of one of the Site's People. Headers are names
// and values in turn.
func (s *Site) Call(p auth.Principal, method, path string, body any, header ...string) *Page {
	s.t.Helper()
	return s.Nobody().JSON(method, path, body, append([]string{"Authorization", s.Bearer(p)}, header...)...)
}

// Words are the texts of elements as one.
func (p *Page) Words(selector string) string { return strings.Join(p.Texts(selector), " | ") }

// WantWords holds that all words stand in the texts of the elements.
func WantWords(t testing.TB, p *Page, selector string, words ...string) {
	t.Helper()
	text := p.Words(selector)
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s: %q is not in %s: %s", p.Name, w, selector, text)
		}
	}
}

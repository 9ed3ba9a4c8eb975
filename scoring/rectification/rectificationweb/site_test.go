package rectificationweb_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/inventory/inventorytest"
	"qingce/scoring/rectification"
	"qingce/scoring/rectification/rectificationweb"
)

// town is a city with the pages of notices, and people who use them.
type town struct {
	*inventorytest.City
	t    *testing.T
	desk *rectification.Desk
	site *webtest.Site

	mu     sync.Mutex
	people map[string]auth.Principal
}

func open(t *testing.T) *town {
	t.Helper()
	city := inventorytest.Open(t)
	book, box := schedule.New(city.DB, schedule.Options{}), evidence.New(city.DB, evidence.Options{})
	if err := book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn := &town{City: city, t: t, people: map[string]auth.Principal{}}
	tn.desk = rectification.NewDesk(rectification.Deps{DB: city.DB, Registry: city.Registry, Book: book, Box: box, Resolve: tn.resolve})
	deps := rectificationweb.Deps{Registry: city.Registry, Desk: tn.desk, Box: box}
	tn.at("2017-11-01 10:00")
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		rectificationweb.Mount(site.Server, deps)
		rectificationweb.MountAPI(site.Server, deps)
	}, webtest.Config{Web: func(o *web.Options) { o.Session, o.Token, o.Clock = tn.session, tn.token, tn.Clock.Now }})
	return tn
}

func (tn *town) resolve(_ *store.Tx, _ rectification.FactKind, ref string) (rectification.Record, error) {
	if ref != "S-1" {
		return rectification.Record{}, fault.New(fault.NotFound, "err.not_found")
	}
	return rectification.Record{Title: "物价监测系统", Path: "/systems/S-1", Departments: []auth.DepartmentID{tn.Department("WJ").ID}}, nil
}

func (tn *town) at(when string) {
	tn.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, calendar.Zone)
	if err != nil {
		tn.t.Fatal(err)
	}
	tn.Clock.Advance(at.Sub(tn.Clock.Now()))
}

func (tn *town) session(_ context.Context, secret, _ string) (web.Identity, error) {
	p, err := tn.person(secret)
	p.Way = auth.BySession
	return web.Identity{By: p}, err
}

func (tn *town) token(_ context.Context, secret, _ string) (auth.Principal, error) {
	p, err := tn.person(secret)
	p.Way, p.Scopes = auth.ByToken, []string{"rectification:read", "rectification:write"}
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

func (tn *town) secretOf(p auth.Principal) string {
	secret := p.Login + p.Roles.String()
	tn.mu.Lock()
	defer tn.mu.Unlock()
	tn.people[secret] = p
	return secret
}

// as is a browser of somebody.
func (tn *town) as(p auth.Principal) *webtest.Browser {
	b := tn.site.Nobody()
	b.SetCookie(&http.Cookie{Name: "qingce", Value: tn.secretOf(p), Path: "/"})
	return b
}

// call asks the API as a program of somebody.
func (tn *town) call(p auth.Principal, method, path string, body any, header ...string) *webtest.Page {
	return tn.site.Nobody().JSON(method, path, body, append([]string{"Authorization", "Bearer " + tn.secretOf(p)}, header...)...)
}

func (tn *town) sweep() {
	tn.t.Helper()
	if _, err := tn.desk.Sweep(tn.t.Context()); err != nil {
		tn.t.Fatal(err)
	}
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

const pdf = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" +
	"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"

// withFile is a form with a file, as a browser sends it.
func withFile(t *testing.T, form url.Values) (body *bytes.Buffer, kind string) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for name := range form {
		if err := w.WriteField(name, form.Get(name)); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "整改材料.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(pdf)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return body, w.FormDataContentType()
}

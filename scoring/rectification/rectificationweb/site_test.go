package rectificationweb_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
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
}

func open(t *testing.T) *town {
	t.Helper()
	city := inventorytest.Open(t)
	book, box := schedule.New(city.DB, schedule.Options{}), evidence.New(city.DB, evidence.Options{})
	if err := book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn := &town{City: city, t: t}
	tn.desk = rectification.NewDesk(rectification.Deps{DB: city.DB, Registry: city.Registry, Book: book, Box: box, Resolve: tn.resolve})
	deps := rectificationweb.Deps{Registry: city.Registry, Desk: tn.desk, Box: box}
	tn.at("2017-11-01 10:00")
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		rectificationweb.Mount(site.Server, deps)
		rectificationweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"rectification:read", "rectification:write"}}))
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

func (tn *town) sweep() {
	tn.t.Helper()
	if _, err := tn.desk.Sweep(tn.t.Context()); err != nil {
		tn.t.Fatal(err)
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

package hubweb_test

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/hub/hubweb"
	"qingce/inventory/inventorytest"
)

// town is a city with its hub and the pages of it, and people who use them.
type town struct {
	*inventorytest.City
	Hub  *hub.Hub
	site *webtest.Site
	t    *testing.T
}

// open is a town on a Thursday morning in November.
func open(t *testing.T) *town {
	t.Helper()
	city := inventorytest.Open(t)
	city.Clock.Advance(time.Date(2017, 11, 23, 9, 0, 0, 0, calendar.Zone).Sub(city.Clock.Now()))
	box := evidence.New(city.DB, evidence.Options{Below: func(tx *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
		dir, err := city.Registry.DirectoryIn(tx)
		if err != nil {
			return nil, err
		}
		return dir.Within(s), nil
	}})
	book := schedule.New(city.DB, schedule.Options{})
	if err := book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn := &town{City: city, t: t, Hub: hub.New(city.DB, city.Registry, box, inventorytest.Messages(t), book)}
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := hubweb.Deps{Hub: tn.Hub, Registry: tn.Registry, Book: book, Catalog: site.Texts}
		hubweb.Mount(site.Server, deps)
		hubweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"hub:read", "hub:write", "hub:push"}}))
	return tn
}

// listed is a system that its department put on the list.
func (tn *town) listed(prefix, name string) inventory.System {
	tn.t.Helper()
	s := tn.System(prefix, name)
	s.Proposed, s.MustConnect = inventory.Keep, new(true)
	out, _, err := tn.Registry.Register(tn.t.Context(), tn.Clerk(prefix), inventory.Registration{System: s})
	if err != nil {
		tn.t.Fatal(err)
	}
	return out
}

func picture(t *testing.T, text string) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	img := image.NewGray(image.Rect(0, 0, 4, 8))
	copy(img.Pix, sum[:])
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// paper puts a file beside a connection.
func (tn *town) paper(prefix, code string, papers ...hub.Paper) {
	tn.t.Helper()
	for _, p := range papers {
		data := picture(tn.t, code+string(p))
		up := evidence.Upload{Name: string(p) + ".png", Reader: bytes.NewReader(data), Size: int64(len(data))}
		if _, err := tn.Hub.AddPaper(tn.t.Context(), tn.Clerk(prefix), code, p, up, ""); err != nil {
			tn.t.Fatal(err)
		}
	}
}

func (tn *town) take(by auth.Principal, code string, step hub.Step) {
	tn.t.Helper()
	f, err := tn.Hub.Find(tn.t.Context(), tn.Someone(auth.Centre), code)
	if err == nil {
		_, err = tn.Hub.Take(tn.t.Context(), by, code, f.Version, step)
	}
	if err != nil {
		tn.t.Fatalf("%s %s: %v", step.Move, code, err)
	}
}

// tested takes a connection to H5.
func (tn *town) tested(prefix, code string) {
	tn.t.Helper()
	tn.paper(prefix, code, hub.LineAcceptance, hub.Application, hub.SecurityReview, hub.Deployment, hub.TestReport)
	tn.take(tn.Head(prefix), code, hub.Step{Move: hub.HandIn, To: hub.Tested, Method: hub.ByAPI, IPRecord: "59.208.1.10"})
	tn.take(tn.Someone(auth.Centre), code, hub.Step{Move: hub.Accept})
}

// exchanged lets the hub report exchanges of today.
func (tn *town) exchanged(provider, consumer string, n, failures int64) {
	tn.t.Helper()
	_, err := tn.Hub.TakeReport(tn.t.Context(), tn.Someone(auth.Centre), hub.Report{Source: "gw-1", Exchanges: []hub.Exchanged{
		{Day: calendar.DateOf(tn.Clock.Now()), Provider: provider, Consumer: consumer, Seq: 1, Exchanges: n, Failures: failures, Bytes: 12_000},
	}})
	if err != nil {
		tn.t.Fatal(err)
	}
}

// posted sends a form with a file.
func posted(t *testing.T, b *webtest.Browser, path, name string, data []byte, fields map[string]string) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Do("POST", path, &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

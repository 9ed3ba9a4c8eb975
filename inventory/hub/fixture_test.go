package hub_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"image"
	"image/png"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/inventorytest"
)

// town is a city with its hub.
type town struct {
	*inventorytest.City
	Hub  *hub.Hub
	Book *schedule.Book
	t    *testing.T
}

// each runs a test in a town on both engines, on 1 November 2017 at nine.
func each(t *testing.T, test func(t *testing.T, tn *town)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		book := schedule.New(city.DB, schedule.Options{})
		if err := book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		tn := &town{City: city, t: t, Book: book, Hub: hub.New(city.DB, city.Registry, evidence.New(city.DB, evidence.Options{}), inventorytest.Messages(t), book)}
		tn.on("2017-11-01")
		test(t, tn)
	})
}

// on moves the clock to nine o'clock of a day.
func (tn *town) on(day string) {
	tn.t.Helper()
	tn.Clock.Advance(date(tn.t, day).At(9, 0).Sub(tn.Clock.Now()))
}

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// listed is a system that its department put on the list.
func (tn *town) listed(prefix, name string) inventory.System {
	tn.t.Helper()
	s := tn.System(prefix, name)
	s.Proposed, s.MustConnect = inventory.Keep, new(true)
	return tn.register(prefix, s)
}

func (tn *town) register(prefix string, s inventory.System) inventory.System {
	tn.t.Helper()
	out, _, err := tn.Registry.Register(tn.t.Context(), tn.Clerk(prefix), inventory.Registration{System: s})
	if err != nil {
		tn.t.Fatal(err)
	}
	return out
}

// change lets the clerk of a department change a system.
func (tn *town) change(prefix, code string, do func(*inventory.System)) {
	tn.t.Helper()
	s, err := tn.Registry.FindSystem(tn.t.Context(), tn.Clerk(prefix), code)
	if err != nil {
		tn.t.Fatal(err)
	}
	version := s.Version
	do(&s)
	if _, _, err := tn.Registry.Change(tn.t.Context(), tn.Clerk(prefix), code, version, s, "变更"); err != nil {
		tn.t.Fatal(err)
	}
}

// locked takes a system through declaration, verification and certificate.
func (tn *town) locked(prefix, code string) {
	tn.t.Helper()
	for _, step := range []struct {
		by   auth.Principal
		move inventory.Move
	}{{tn.Head(prefix), inventory.Declare}, {tn.Someone(auth.Centre), inventory.Verify}, {tn.Someone(auth.Office), inventory.Certify}} {
		s, err := tn.Registry.FindSystem(tn.t.Context(), step.by, code)
		if err == nil {
			_, err = tn.Registry.Move(tn.t.Context(), step.by, code, s.Version, step.move, "2017 年系统普查")
		}
		if err != nil {
			tn.t.Fatalf("%s %s: %v", step.move, code, err)
		}
	}
}

func (tn *town) file(code string) hub.File {
	tn.t.Helper()
	f, err := tn.Hub.Find(tn.t.Context(), tn.Someone(auth.Centre), code)
	if err != nil {
		tn.t.Fatal(err)
	}
	return f
}

func (tn *town) try(by auth.Principal, code string, step hub.Step) error {
	tn.t.Helper()
	_, err := tn.Hub.Take(tn.t.Context(), by, code, tn.file(code).Version, step)
	return err
}

func (tn *town) take(by auth.Principal, code string, step hub.Step) {
	tn.t.Helper()
	if err := tn.try(by, code, step); err != nil {
		tn.t.Fatalf("%s %s: %v (%v)", step.Move, code, err, fault.FieldsOf(err))
	}
}

// paper puts a file beside a connection. Each has another content.
func (tn *town) paper(prefix, code string, papers ...hub.Paper) {
	tn.t.Helper()
	for _, p := range papers {
		data := picture(tn.t, code+string(p))
		up := evidence.Upload{Name: string(p) + ".png", Reader: bytes.NewReader(data), Size: int64(len(data))}
		if _, err := tn.Hub.AddPaper(tn.t.Context(), tn.Clerk(prefix), code, p, up, ""); err != nil {
			tn.t.Fatalf("%s of %s: %v", p, code, err)
		}
	}
}

// picture is a file that looks different for each text.
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

// tested takes a connection to H5 with all its papers.
func (tn *town) tested(prefix, code string) {
	tn.t.Helper()
	tn.paper(prefix, code, hub.LineAcceptance, hub.Application, hub.SecurityReview, hub.Deployment, hub.TestReport)
	tn.take(tn.Head(prefix), code, hub.Step{Move: hub.HandIn, To: hub.Tested, Method: hub.ByAPI, IPRecord: "59.208.1.10"})
	tn.take(tn.Someone(auth.Centre), code, hub.Step{Move: hub.Accept})
}

// connected takes a connection to H6, with an exchange of today.
func (tn *town) connected(prefix, code string) {
	tn.t.Helper()
	tn.tested(prefix, code)
	tn.exchanges(code)
	tn.take(tn.Someone(auth.Centre), code, hub.Step{Move: hub.Verify})
}

func (tn *town) today() calendar.Date { return calendar.DateOf(tn.Clock.Now()) }

// exchanges lets the hub report an exchange of today for each of the systems.
func (tn *town) exchanges(codes ...string) {
	tn.t.Helper()
	r := hub.Report{Source: "gw-1"}
	for _, code := range codes {
		r.Exchanges = append(r.Exchanges, hub.Exchanged{Day: tn.today(), Provider: code, Consumer: "市政务大数据中心", Seq: 1, Exchanges: 10, Bytes: 1000})
	}
	if _, err := tn.Hub.TakeReport(tn.t.Context(), tn.Someone(auth.Centre), r); err != nil {
		tn.t.Fatal(err)
	}
}

func (tn *town) beats(day, code string) {
	tn.t.Helper()
	r := hub.Report{Source: "gw-1", Beats: []hub.Heartbeat{{Party: code, Hour: date(tn.t, day).At(8, 0)}}}
	if _, err := tn.Hub.TakeReport(tn.t.Context(), tn.Someone(auth.Probe), r); err != nil {
		tn.t.Fatal(err)
	}
}

func (tn *town) rate() hub.Rate {
	tn.t.Helper()
	s, err := tn.Hub.Summarise(tn.t.Context(), tn.Someone(auth.Office))
	if err != nil {
		tn.t.Fatal(err)
	}
	return s.All
}

func (tn *town) rateOn(day string) hub.Rate {
	tn.t.Helper()
	all, _, err := tn.Hub.RateOn(tn.t.Context(), tn.Someone(auth.Office), date(tn.t, day))
	if err != nil {
		tn.t.Fatal(err)
	}
	return all
}

func (tn *town) wantRate(what string, connected, must int64) {
	tn.t.Helper()
	if got := tn.rate(); got != (hub.Rate{Connected: connected, Must: must}) {
		tn.t.Errorf("%s: %d/%d, want %d/%d", what, got.Connected, got.Must, connected, must)
	}
	if got := tn.rateOn(tn.today().String()); got != (hub.Rate{Connected: connected, Must: must}) {
		tn.t.Errorf("%s, by the events: %d/%d, want %d/%d", what, got.Connected, got.Must, connected, must)
	}
}

// codesOf are the names and codes of what was refused.
func codesOf(err error) map[string]string {
	out := map[string]string{}
	for _, f := range fault.FieldsOf(err) {
		out[f.Name] = f.Code
	}
	var e *fault.Error
	if len(out) == 0 && errors.As(err, &e) {
		out[""] = e.Code
	}
	return out
}

package agent_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"qingce/inventory/usage/agent"
	"qingce/inventory/usage/wire"
)

// noon is when the tests play.
var noon = time.Date(2017, 11, 24, 12, 0, 0, 0, time.FixedZone("", 8*3600))

// crawlers are made once for all tests.
var crawlers = sync.OnceValue(func() *agent.Crawlers {
	c, err := agent.NewCrawlers()
	if err != nil {
		panic(err)
	}
	return c
})

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// service is what the agent sends to: it keeps the newest state of each key.
type service struct {
	*httptest.Server
	t       *testing.T
	now     *time.Time
	kept    map[wire.Key]wire.Report
	posts   int
	status  int // 0: as it should be
	headers http.Header
	refuse  wire.Code // every report
	token   string
	drop    bool // the answer is lost on its way
}

func newService(t *testing.T, now *time.Time) *service {
	s := &service{t: t, now: now, kept: map[wire.Key]wire.Report{}, token: "t0ken"}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.posts++
	if got := r.Header.Get("Authorization"); got != "Bearer "+s.token || r.URL.Path != "/api/v1/usage/reports" || r.Method != http.MethodPost {
		s.t.Errorf("%s %s with %q", r.Method, r.URL.Path, got)
	}
	if s.status != 0 {
		for k, v := range s.headers {
			w.Header()[k] = v
		}
		http.Error(w, "not now", s.status)
		return
	}
	format, packing, err := wire.NegotiateReport(r.Header)
	if err != nil {
		s.t.Errorf("headers %v: %v", r.Header, err)
	}
	d := wire.NewDecoder(wire.DefaultLimits())
	body, err := d.Read(r.Body, packing)
	var tally wire.Tally
	if err == nil {
		tally, err = d.Reports(format, body, *s.now, func(r *wire.Report) wire.Verdict {
			if s.refuse != "" {
				return wire.Refuse(s.refuse)
			}
			if old, ok := s.kept[r.Key()]; !ok || r.Seq > old.Seq {
				c := r.Clone()
				s.kept[c.Key()] = c
			}
			return wire.Keep
		})
	}
	if err != nil || tally.Refused > 0 && s.refuse == "" {
		s.t.Errorf("the service cannot read what was sent: %v, %+v", err, tally)
	}
	if s.drop {
		panic(http.ErrAbortHandler)
	}
	res := wire.Respond(format, tally, err, func(i wire.Issue) string { return "no " + string(i.Code) })
	if err := res.Write(w); err != nil {
		s.t.Error(err)
	}
}

// sum adds a signal over all that was kept of an hour.
func (s *service) sum(hour wire.Hour, signal wire.Signal) (sum int64) {
	for k, r := range s.kept {
		if k.Hour == hour {
			n, _ := r.Values.Get(signal)
			sum += n
		}
	}
	return sum
}

func (s *service) minutes(hour wire.Hour) (sum int) {
	for k, r := range s.kept {
		if k.Hour == hour {
			sum += r.Minutes
		}
	}
	return sum
}

// one is the only report of an hour.
func (s *service) one(hour wire.Hour) wire.Report {
	s.t.Helper()
	var found []wire.Report
	for k, r := range s.kept {
		if k.Hour == hour {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		s.t.Fatalf("%d reports of hour %v, want 1: %+v", len(found), hour.Start(), found)
	}
	return found[0]
}

// rig is an agent beside a log, with a service and a clock.
type rig struct {
	*service
	t     *testing.T
	dir   string
	log   string
	now   time.Time
	extra string // of the system in the configuration
	logs  string // of the log
	agent *agent.Agent
	out   strings.Builder // what the agent says
}

func newRig(t *testing.T) *rig {
	r := &rig{t: t, dir: t.TempDir(), now: noon}
	r.service = newService(t, &r.now)
	r.log = filepath.Join(r.dir, "access.log")
	return r
}

func (r *rig) config() agent.Config {
	r.t.Helper()
	text := fmt.Sprintf("server: %s\ntoken: t0ken\nstate_dir: %s/state\nhealth: /healthz\nsystems:\n  - system: HJ-RS-01\n    source: web-1\n%s    logs:\n      - path: %s\n%s",
		r.URL, r.dir, r.extra, r.log, r.logs)
	c, problems := agent.Load("agent.yaml", []byte(text), "here")
	if len(problems) > 0 {
		r.t.Fatalf("%+v in\n%s", problems, text)
	}
	return c
}

// open begins or goes on after a crash: what was in memory is forgotten.
func (r *rig) open() {
	r.t.Helper()
	a, err := agent.Open(r.config(), agent.Options{Log: slog.New(slog.NewTextHandler(&r.out, nil)), Crawlers: crawlers()}, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	r.agent = a
}

// step lets time pass and does what is due.
func (r *rig) step(passed time.Duration) {
	r.t.Helper()
	if r.agent == nil {
		r.open()
	}
	r.now = r.now.Add(passed)
	for range 100 {
		wait, err := r.agent.Step(context.Background(), r.now)
		if err != nil {
			r.t.Fatal(err)
		}
		if wait > 0 {
			return
		}
	}
	r.t.Fatal("the agent does not come to an end")
}

// write adds to a file.
func (r *rig) write(name, text string) {
	r.t.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
		f.Close()
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// pack replaces a file by what gzip makes of it.
func (r *rig) pack(name string) {
	r.t.Helper()
	raw, err := os.ReadFile(name)
	r.must(err)
	info, err := os.Stat(name)
	r.must(err)
	f, err := os.Create(name + ".gz")
	r.must(err)
	z := gzip.NewWriter(f)
	_, err = z.Write(raw)
	r.must(err)
	r.must(z.Close())
	r.must(f.Close())
	r.must(os.Chtimes(name+".gz", info.ModTime(), info.ModTime())) // as gzip does
	r.must(os.Remove(name))
}

const firefox = "Mozilla/5.0 (Windows NT 10.0; WOW64; rv:52.0) Gecko/20100101 Firefox/52.0"

// request is a line in the combined format.
func request(at time.Time, addr, path string, status int, agent string) string {
	return fmt.Sprintf("%s - - [%s] \"GET %s HTTP/1.1\" %d 12 \"-\" \"%s\"\n", addr, at.Format("02/Jan/2006:15:04:05 -0700"), path, status, agent)
}

package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	qingce "qingce/cmd/qingce"
	"qingce/internal/store/storetest"
)

// childVariable makes the test program the program itself, for tests that need
// a process of its own.
const childVariable = "QINGCE_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		qingce.Main()
		return
	}
	os.Exit(m.Run())
}

// home is a data directory with the address of its database.
type home struct{ dir, database string }

func sqliteHome(t *testing.T) home {
	dir := t.TempDir()
	return home{dir, "sqlite:" + filepath.Join(dir, "qingce.db")}
}

// emptyHomes runs a test on an empty database of each engine.
func emptyHomes(t *testing.T, test func(t *testing.T, h home)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteHome(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, home{t.TempDir(), emptyPostgres(t)}) })
}

// emptyPostgres gives the address of a database without tables.
func emptyPostgres(t *testing.T) string {
	t.Helper()
	dsn := storetest.PostgresDSN(t)
	execute(t, dsn, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
	return dsn
}

// config is that of a service on a free port of loopback.
func (h home) config() qingce.Config {
	return qingce.Config{
		Settings: qingce.Settings{Data: h.dir, Database: h.database},
		Serving:  qingce.Serving{Listen: "127.0.0.1:0", MaxRequests: 64, KeepBackups: 3},
		Clock:    clockwork.NewRealClock(), Log: slog.New(slog.DiscardHandler),
	}
}

// start runs the service until the test ends or stop is called.
func (h home) start(t *testing.T, changes ...func(*qingce.Config)) (app *qingce.App, stop func()) {
	t.Helper()
	conf := h.config()
	for _, change := range changes {
		change(&conf)
	}
	app, err := qingce.New(t.Context(), conf)
	if err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer cancel()
		if err := app.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	t.Cleanup(stop)
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return app, stop
}

// outcome is what a command did.
type outcome struct {
	code        int
	out, errors string
}

// commandWithin is how long a command may take: one that was to be refused and
// begins to serve must not keep the tests waiting.
const commandWithin = time.Minute

// run runs a command on the database of the home.
func (h home) run(t *testing.T, args ...string) outcome {
	t.Helper()
	return h.runWith(t, "", args...)
}

func (h home) runWith(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return command(t, []string{"QINGCE_DATA=" + h.dir, "QINGCE_DATABASE=" + h.database, "LANG=en_US.UTF-8"}, stdin, args...)
}

// command runs a command with an environment of its own.
func command(t *testing.T, env []string, stdin string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandWithin)
	defer cancel()
	var out, errors bytes.Buffer
	code := qingce.Run(ctx, args, env, strings.NewReader(stdin), &out, &errors)
	return outcome{code, out.String(), errors.String()}
}

// must is run for a command that has to succeed.
func (h home) must(t *testing.T, args ...string) string {
	t.Helper()
	got := h.run(t, args...)
	if got.code != 0 {
		t.Fatalf("qingce %s: exit %d\n%s%s", strings.Join(args, " "), got.code, got.out, got.errors)
	}
	return got.out
}

// browser is somebody at a web browser, who follows no redirects.
type browser struct {
	t      testing.TB
	url    string
	client *http.Client
}

func newBrowser(t testing.TB, url string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, url: url, client: &http.Client{
		Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// page is an answer.
type page struct {
	status int
	header http.Header
	body   string
}

func (b *browser) get(path string, headers ...string) page {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil, headers...)
}

func (b *browser) post(path string, form url.Values) page {
	b.t.Helper()
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

func (b *browser) do(method, path string, body io.Reader, headers ...string) page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{res.StatusCode, res.Header, string(raw)}
}

// signIn signs in and tells where the service leads next, "" when it refuses.
func (b *browser) signIn(login, password string) string {
	b.t.Helper()
	p := b.post("/sign-in", url.Values{"login": {login}, "password": {password}})
	if p.status != http.StatusSeeOther {
		return ""
	}
	return p.header.Get("Location")
}

// readiness is the answer of /readyz.
type readiness struct {
	Ready  bool              `json:"ready"`
	Checks map[string]string `json:"checks"`
}

func (b *browser) readiness(headers ...string) (int, readiness) {
	b.t.Helper()
	p := b.get("/readyz", headers...)
	var r readiness
	if err := json.Unmarshal([]byte(p.body), &r); err != nil {
		b.t.Fatalf("/readyz: %v: %s", err, p.body)
	}
	return p.status, r
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	within(t, 20*time.Second, what, ok)
}

// within waits for what takes longer.
func within(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline, tick := time.After(limit), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited too long for: %s", what)
		}
	}
}

// field takes the value after a label out of printed text.
func labelled(t *testing.T, text, label string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, label)
	if !ok {
		t.Fatalf("%q is not in:\n%s", label, text)
	}
	value, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	return strings.TrimSpace(value)
}

// contains fails unless text holds every part.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}

func mustf(t *testing.T, ok bool, format string, args ...any) {
	t.Helper()
	if !ok {
		t.Fatalf(format, args...)
	}
}

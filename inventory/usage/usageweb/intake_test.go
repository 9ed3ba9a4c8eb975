package usageweb_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/usageweb"
	"qingce/inventory/usage/wire"
)

// gate is a city whose probes send to a server.
type gate struct {
	*usagetest.World
	t      *testing.T
	server http.Handler
	jobs   inventory.System
	probe  usage.Probe
	token  string
	meters *prometheus.Registry
}

const sendPath = "/api/v1/usage/reports"

// gates runs a test with a gate on SQLite and on PostgreSQL, on a Friday at
// 9:30.
func gates(t *testing.T, test func(t *testing.T, g *gate)) {
	t.Helper()
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) { test(t, gateOver(t, w, nil)) })
}

func gateOver(t *testing.T, w *usagetest.World, quota *usage.QuotaLimits) *gate {
	t.Helper()
	w.Clock.Advance(time.Date(2017, 11, 24, 9, 30, 0, 0, calendar.Zone).Sub(w.Clock.Now()))
	g := &gate{World: w, t: t, meters: prometheus.NewRegistry()}
	g.jobs = w.Registered("RS", "就业服务系统")
	g.probe, g.token = w.Sender("RS", g.jobs)
	g.server = g.node(quota)
	return g
}

// node is a server over the database of the gate, with memories of its own.
func (g *gate) node(quota *usage.QuotaLimits) http.Handler {
	ledger := usage.NewLedger(g.DB, g.Registry)
	intake := usage.NewIntake(ledger, usage.DefaultIntakeLimits())
	g.t.Cleanup(func() {
		if err := intake.Stop(context.Background()); err != nil {
			g.t.Error(err)
		}
	})
	probes := usage.NewProbes(g.DB, g.Registry)
	if g.server == nil {
		probes = g.Probes
	}
	site := webtest.Open(g.t, func(site *webtest.Site) {
		deps := usageweb.Deps{DB: g.DB, Registry: g.Registry, Probes: probes, Ledger: ledger, Intake: intake, Catalog: site.Texts, Quota: quota}
		deps.Rules = usage.NewRules(g.DB, g.Registry)
		deps.Inbox = usage.NewInbox(g.DB, ledger, deps.Rules, usage.InboxOptions{})
		if g.server == nil {
			deps.Metrics = g.meters
		}
		usageweb.Mount(site.Server, deps)
	}, webtest.Config{Web: func(o *web.Options) { o.Clock = g.Clock.Now }})
	return site.Server
}

// request is a request with a body and headers in pairs; the token is that of
// the probe if none is given.
func (g *gate) request(body io.Reader, header ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, sendPath, body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Authorization", "Bearer "+g.token)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// send sends a body and returns the answer and its headers.
func (g *gate) send(r *http.Request) (int, wire.Answer, http.Header) {
	g.t.Helper()
	return sendTo(g.t, g.server, r)
}

func sendTo(t *testing.T, server http.Handler, r *http.Request) (int, wire.Answer, http.Header) {
	t.Helper()
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	a, err := wire.ReadAnswer(w.Body.Bytes())
	if err != nil {
		t.Fatalf("status %d: %v: %s", w.Code, err, w.Body)
	}
	return w.Code, a, w.Header()
}

// report is a report of the present hour; more replaces members.
func (g *gate) report(seq int, more ...string) string {
	members := []string{
		"system", strconv.Quote(g.jobs.Code), "source", `"web-1"`, "epoch", "1", "hour", `"2017-11-24T09:00:00+08:00"`, "seq", strconv.Itoa(seq),
		"minutes", "30", "requests", "1200",
	}
	for i := 0; i+1 < len(more); i += 2 {
		if at := slices.Index(members, more[i]); at >= 0 {
			members[at+1] = more[i+1]
			continue
		}
		members = append(members, more[i], more[i+1])
	}
	var parts []string
	for i := 0; i < len(members); i += 2 {
		parts = append(parts, strconv.Quote(members[i])+":"+members[i+1])
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (g *gate) stored() string { return g.Written("usage_hour", "system_id, bucket, source_id") }

func zipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

func TestReportsAreTakenInEveryForm(t *testing.T) {
	gates(t, func(t *testing.T, g *gate) {
		one, next, other := g.report(1), g.report(2, "requests", "1300"), g.report(1, "source", `"web-2"`)
		for _, c := range []struct {
			name   string
			body   []byte
			header []string
			want   int
		}{
			{"one object", []byte(one), nil, 1},
			{"an array", []byte("[" + one + "," + other + "]"), nil, 2},
			{"lines", []byte(next + "\n" + other + "\n"), []string{"Content-Type", "application/x-ndjson"}, 2},
			{"gzip", zipped(next), []string{"Content-Encoding", "gzip"}, 1},
			{"an old one again", []byte(one), nil, 1},
			{"basic", []byte(next), []string{"Authorization", "Basic " + basic("prometheus", g.token)}, 1},
			{"nothing", []byte("[]"), nil, 0},
		} {
			status, a, _ := g.send(g.request(bytes.NewReader(c.body), c.header...))
			if status != http.StatusOK || a.Accepted != c.want || a.Refused != 0 || len(a.Issues) != 0 {
				t.Errorf("%s: status %d, %+v", c.name, status, a)
			}
		}
		rows := strings.Split(strings.TrimSpace(g.stored()), "\n")
		if len(rows) != 2 || !strings.Contains(rows[0], " requests=1300 ") || !strings.Contains(rows[1], " requests=1200 ") {
			t.Errorf("stored %q", rows)
		}
	})
}

func basic(user, password string) string {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.SetBasicAuth(user, password)
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Basic ")
}

// codes are the issues of an answer in short: index, member and code.
func codes(a wire.Answer) string {
	var out []string
	for _, i := range a.Issues {
		out = append(out, strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", i.Index, i.Member, i.Code)), " "))
	}
	return strings.Join(out, ", ")
}

// placeholder is one that was not filled in.
var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func TestWhatIsWrongIsNamedAndTheRestIsKept(t *testing.T) {
	gates(t, func(t *testing.T, g *gate) {
		foreign := g.Registered("MZ", "婚姻登记系统")
		good := g.report(1)
		for _, c := range []struct{ name, bad, want string }{
			{"a system of another department", g.report(1, "system", strconv.Quote(foreign.Code)), "1 probe.foreign_system"},
			{"a system that is not there", g.report(1, "system", `"XX-9999"`), "1 probe.foreign_system"},
			{"a clock in the future", g.report(1, "hour", `"2017-11-24T11:00:00+08:00"`), "1 hour wire.too_new"},
			{"long ago", g.report(1, "hour", `"2017-10-01T09:00:00+08:00"`), "1 hour wire.too_old"},
			{"half an hour", g.report(1, "hour", `"2017-11-24T09:30:00+08:00"`), "1 hour wire.not_whole_hour"},
			{"negative", g.report(1, "requests", "-1"), "1 requests wire.negative"},
			{"a fraction", g.report(1, "requests", "1.5"), "1 requests wire.not_whole"},
			{"more minutes than an hour has", g.report(1, "minutes", "61"), "1 minutes wire.too_great"},
			{"more than all", g.report(1, "human_requests", "1201"), "1 human_requests wire.more_than_whole"},
			{"more than a hundred percent", g.report(1, "cpu_max", "100.5"), "1 cpu_max wire.not_percent"},
			{"more people than there are", g.report(1, "users", "9000000000"), "1 usage.impossible"},
			{"a broken sketch", g.report(1, "users_sketch", `"AAAA"`, "sketch_key", `"k"`), "1 usage.sketch_broken"},
			{"nothing measured", strings.Replace(g.report(1), `,"requests":1200`, "", 1), "1 wire.nothing_measured"},
			{"an unknown member", g.report(1, "password", `"x"`), "1 password wire.unknown_member"},
			{"a member twice", strings.Replace(g.report(1), "{", `{"seq":1,`, 1), "1 seq wire.member_twice"},
			{"a member missing", strings.Replace(g.report(1), `"epoch":1,`, "", 1), "1 epoch wire.missing"},
			{"a text for a number", g.report(1, "requests", `"many"`), "1 requests wire.not_whole"},
			{"no object", `7`, "1 wire.not_an_object"},
			{"deep", g.report(1, "requests", strings.Repeat("[", 5_000)+strings.Repeat("]", 5_000)), "1 wire.too_deep"},
		} {
			t.Run(c.name, func(t *testing.T) {
				before := g.stored()
				body := good + "\n" + c.bad + "\n" + g.report(1, "source", strconv.Quote("behind "+c.name)) + "\n"
				status, a, _ := g.send(g.request(strings.NewReader(body), "Content-Type", "application/x-ndjson"))
				if status != http.StatusOK || a.Accepted != 2 || a.Refused != 1 || codes(a) != c.want {
					t.Errorf("status %d, accepted %d, refused %d: %s, want %s", status, a.Accepted, a.Refused, codes(a), c.want)
				}
				for _, i := range a.Issues {
					if i.Message == "" || i.Message == string(i.Code) || placeholder.MatchString(i.Message) {
						t.Errorf("it says %q", i.Message)
					}
				}
				if n := strings.Count(g.stored(), "\n") - strings.Count(before, "\n"); n != 1 && before != "" {
					t.Errorf("%d rows more, want that of the report behind", n)
				}
				status, a, _ = g.send(g.request(strings.NewReader(c.bad+"\n"), "Content-Type", "application/x-ndjson"))
				if status != http.StatusUnprocessableEntity || a.Accepted != 0 {
					t.Errorf("alone: status %d, %+v", status, a)
				}
			})
		}
	})
}

func TestAForeignSystemLooksLikeNone(t *testing.T) {
	g := gateOver(t, usagetest.Open(t), nil)
	foreign := g.Registered("MZ", "婚姻登记系统")
	var said []string
	for _, code := range []string{foreign.Code, "MZ-9999"} {
		_, a, h := g.send(g.request(strings.NewReader(g.report(1, "system", strconv.Quote(code)))))
		said = append(said, strings.ReplaceAll(fmt.Sprint(a, h.Get("Content-Length")), code, "CODE"))
	}
	if said[0] != said[1] {
		t.Errorf("they differ:\n%s\n%s", said[0], said[1])
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	gates(t, func(t *testing.T, g *gate) {
		const mib = 1 << 20
		lines := []string{"Content-Type", "application/x-ndjson"}
		packed := []string{"Content-Encoding", "gzip"}
		for _, c := range []struct {
			name   string
			body   []byte
			header []string
			status int
			code   wire.Code
		}{
			{"empty", nil, nil, 400, wire.JSONBroken},
			{"a cut gzip", zipped(g.report(1))[:40], packed, 400, wire.PackingBroken},
			{"no gzip", []byte(g.report(1)), packed, 400, wire.PackingBroken},
			{"too large as it comes", make([]byte, 17*mib), nil, 413, wire.BodyTooLarge},
			{"a bomb", zipped(strings.Repeat(" ", 40*mib)), packed, 413, wire.UnpackedTooLarge},
			{"too many", []byte(strings.Repeat("{}\n", 50_001)), lines, 413, wire.TooManyItems},
			{"another type", []byte(g.report(1)), []string{"Content-Type", "text/csv"}, 415, wire.TypeUnknown},
			{"another packing", []byte(g.report(1)), []string{"Content-Encoding", "br"}, 415, wire.PackingUnknown},
		} {
			t.Run(c.name, func(t *testing.T) {
				status, a, _ := g.send(g.request(bytes.NewReader(c.body), c.header...))
				if status != c.status || a.Code != c.code || a.Message == "" || placeholder.MatchString(a.Message) {
					t.Errorf("status %d, %s: %s; want %d, %s", status, a.Code, a.Message, c.status, c.code)
				}
			})
		}
		// where an array breaks, what stands before counts
		for name, body := range map[string]string{"malformed": "[" + g.report(1) + `,{"system":,`, "truncated": "[" + g.report(1) + "," + g.report(2)[:30]} {
			status, a, _ := g.send(g.request(strings.NewReader(body)))
			if status != http.StatusOK || a.Accepted != 1 || codes(a) != "1 wire.item_broken" {
				t.Errorf("%s: status %d, %+v", name, status, a)
			}
		}
		if n := strings.Count(g.stored(), "\n"); n != 1 {
			t.Errorf("%d rows are stored, want one", n)
		}
	})
}

func TestGreatBodiesAreTaken(t *testing.T) {
	g := gateOver(t, usagetest.Open(t), nil)
	var b strings.Builder
	for i := range 3_000 { // more than fits into a small decoder
		b.WriteString(g.report(i+1) + "\n")
	}
	for name, r := range map[string]*http.Request{
		"plain":   g.request(strings.NewReader(b.String()), "Content-Type", "application/x-ndjson"),
		"gzip":    g.request(bytes.NewReader(zipped(b.String())), "Content-Type", "application/x-ndjson", "Content-Encoding", "gzip"),
		"chunked": g.request(io.MultiReader(strings.NewReader(b.String())), "Content-Type", "application/x-ndjson"),
	} {
		if status, a, _ := g.send(r); status != http.StatusOK || a.Accepted != 3_000 {
			t.Errorf("%s: status %d, accepted %d", name, status, a.Accepted)
		}
	}
}

// untouched is a body that must not be read.
type untouched struct{ t *testing.T }

func (u untouched) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestTokensAreAskedForBeforeTheBodyIsRead(t *testing.T) {
	gates(t, func(t *testing.T, g *gate) {
		stopped, ofStopped := g.Sender("RS", g.jobs)
		if _, err := g.Probes.Stop(t.Context(), g.Centre(), stopped.Code, 1, "停用"); err != nil {
			t.Fatal(err)
		}
		revoked := g.Token(g.probe)
		file, err := g.Probes.FindProbe(t.Context(), g.Centre(), g.probe.Code)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Probes.RevokeToken(t.Context(), g.Centre(), g.probe.Code, file.Tokens[0].ID, "泄露"); err != nil {
			t.Fatal(err)
		}
		_, short, err := g.Probes.IssueToken(t.Context(), g.Centre(), g.probe.Code, g.Clock.Now().Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		g.Clock.Advance(time.Minute)
		for _, c := range []struct {
			name, authorization, query string
			status                     int
			code                       wire.Code
		}{
			{"none", "", "", 401, "probe.err.no_token"},
			{"wrong", "Bearer qcp_aaaaaaaa_BBBBBBBBBBBBBBBBBBBBBBBBBB", "", 401, "probe.err.token"},
			{"of an account", "Bearer qct_aaaaaaaa_BBBBBBBBBBBBBBBBBBBBBBBBBB", "", 401, "probe.err.token"},
			{"another scheme", "Token " + g.token, "", 401, "probe.err.no_token"},
			{"revoked", "Bearer " + revoked, "", 401, "probe.err.token_revoked"},
			{"over", "Bearer " + short, "", 401, "probe.err.token_expired"},
			{"of a stopped probe", "Bearer " + ofStopped, "", 403, "probe.err.stopped"},
			{"in the query", "", "?token=" + g.token, 401, "probe.err.token_in_query"},
			{"in the query under another name", "", "?t=" + g.token, 401, "probe.err.token_in_query"},
			{"in both places", "Bearer " + g.token, "?access_token=" + g.token, 401, "probe.err.token_in_query"},
		} {
			t.Run(c.name, func(t *testing.T) {
				r := g.request(untouched{t}, "Authorization", c.authorization)
				r.URL.RawQuery = strings.TrimPrefix(c.query, "?")
				status, a, h := g.send(r)
				if status != c.status || a.Code != c.code || a.Message == "" || a.Message == string(c.code) {
					t.Errorf("status %d, %s: %s; want %d, %s", status, a.Code, a.Message, c.status, c.code)
				}
				if (h.Get("WWW-Authenticate") != "") != (c.status == 401) {
					t.Errorf("WWW-Authenticate %q", h.Get("WWW-Authenticate"))
				}
			})
		}
	})
}

func TestATokenRevokedOnAnotherNodeIsRefusedWithinFiveSeconds(t *testing.T) {
	gates(t, func(t *testing.T, g *gate) {
		other := g.node(nil)
		if status, _, _ := sendTo(t, other, g.request(strings.NewReader(g.report(1)))); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
		file, err := g.Probes.FindProbe(t.Context(), g.Centre(), g.probe.Code)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Probes.RevokeToken(t.Context(), g.Centre(), g.probe.Code, file.Tokens[0].ID, "泄露"); err != nil {
			t.Fatal(err)
		}
		if status, _, _ := g.send(g.request(strings.NewReader(g.report(2)))); status != http.StatusUnauthorized {
			t.Errorf("the node that revoked it: status %d", status)
		}
		g.Clock.Advance(5 * time.Second)
		if status, a, _ := sendTo(t, other, g.request(strings.NewReader(g.report(2)))); status != http.StatusUnauthorized || a.Code != "probe.err.token_revoked" {
			t.Errorf("the other node after five seconds: status %d, %s", status, a.Code)
		}
	})
}

func TestAQuotaHurtsNobodyElse(t *testing.T) {
	quota := &usage.QuotaLimits{Requests: usage.Rate{PerSecond: 1, Burst: 2}, Items: usage.Rate{PerSecond: 1, Burst: 3}}
	g := gateOver(t, usagetest.Open(t), quota)
	try := func(token string, items, want int) {
		t.Helper()
		body := strings.Repeat(g.report(1)+"\n", items)
		status, _, h := g.send(g.request(strings.NewReader(body), "Authorization", "Bearer "+token, "Content-Type", "application/x-ndjson"))
		if after := h.Get("Retry-After"); status != want || (want == http.StatusTooManyRequests) != (after != "") {
			t.Errorf("%d items: status %d, Retry-After %q, want %d", items, status, after, want)
		}
	}
	second := g.Token(g.probe)
	try(g.token, 1, 200)
	try(g.token, 1, 200)
	try(g.token, 1, 429) // requests
	try(second, 5, 200)
	try(second, 1, 429) // items
	g.Clock.Advance(time.Second)
	try(g.token, 1, 200)
	try(second, 1, 429)
	g.Clock.Advance(2 * time.Second)
	try(second, 1, 200)
}

func TestTheDatabaseAwayIs503(t *testing.T) {
	gates(t, func(t *testing.T, g *gate) {
		try := func(when string) {
			t.Helper()
			status, a, h := g.send(g.request(strings.NewReader(g.report(2))))
			if status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" || a.Code != wire.Unavailable || a.Accepted != 0 {
				t.Errorf("%s: status %d, Retry-After %q, %+v", when, status, h.Get("Retry-After"), a)
			}
		}
		if status, _, _ := g.send(g.request(strings.NewReader(g.report(1)))); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
		if err := g.DB.Close(); err != nil {
			t.Fatal(err)
		}
		try("with a token that is remembered")
		g.Clock.Advance(time.Minute)
		try("with one that must be asked for")
	})
}

// waiting is a body whose end does not come until it is released.
type waiting struct {
	begun   chan<- struct{}
	release <-chan struct{}
}

func (w waiting) Read([]byte) (int, error) {
	select {
	case w.begun <- struct{}{}:
	default:
	}
	<-w.release
	return 0, errors.New("gone")
}

func TestBodiesHaveSoMuchRoomAndNoMore(t *testing.T) {
	g := gateOver(t, usagetest.Open(t), nil)
	_, other := g.Sender("RS", g.jobs)
	release, done := make(chan struct{}), make(chan int)
	hold := func(token string) {
		begun := make(chan struct{}, 1)
		r := g.request(waiting{begun, release}, "Authorization", "Bearer "+token)
		go func() {
			w := httptest.NewRecorder()
			g.server.ServeHTTP(w, r)
			done <- w.Code
		}()
		<-begun
	}
	hold(g.token)
	hold(g.token) // of unknown length: each may become 16 MiB, and buffers double
	status, a, h := g.send(g.request(untouched{t}))
	if status != http.StatusTooManyRequests || a.Code != wire.TooBusy || h.Get("Retry-After") == "" {
		t.Errorf("the third great body of a probe: status %d, %+v", status, a)
	}
	if status, _, _ := g.send(g.request(strings.NewReader(g.report(1)))); status != http.StatusOK {
		t.Errorf("a small one meanwhile: status %d", status)
	}
	if status, _, _ := g.send(g.request(strings.NewReader(g.report(1)), "Authorization", "Bearer "+other)); status != http.StatusOK {
		t.Errorf("another probe meanwhile: status %d", status)
	}
	close(release)
	for range 2 {
		if status := <-done; status != http.StatusBadRequest {
			t.Errorf("a cut body: status %d", status)
		}
	}
}

func TestWhatTheProbeIsNotRegisteredForIsLeftOut(t *testing.T) {
	gates(t, func(t *testing.T, g *gate) {
		in := g.Form("RS", g.jobs)
		in.Signals = usage.SignalsOf(wire.Requests)
		if _, err := g.Probes.Change(t.Context(), g.Centre(), g.probe.Code, 1, in); err != nil {
			t.Fatal(err)
		}
		status, a, _ := g.send(g.request(strings.NewReader("[" + g.report(1, "errors", "7") + "," + g.report(2, "errors", "8") + "]")))
		if status != http.StatusOK || a.Accepted != 2 || len(a.Notes) != 1 || a.Notes[0].Code != "probe.signals_unlisted" || a.Notes[0].Count != 2 {
			t.Errorf("status %d, %+v", status, a)
		}
		if row := g.stored(); !strings.Contains(row, " requests=1200 ") || strings.Contains(row, " errors=8 ") {
			t.Errorf("stored %s", row)
		}
		only := strings.Replace(g.report(3, "errors", "7"), `"requests":1200,`, "", 1)
		if status, a, _ = g.send(g.request(strings.NewReader(only))); status != http.StatusUnprocessableEntity || codes(a) != "0 probe.nothing_listed" {
			t.Errorf("status %d, %s", status, codes(a))
		}
	})
}

func TestSourcesWithoutEndAreRefused(t *testing.T) {
	g := gateOver(t, usagetest.Open(t), nil)
	policy, err := g.Ledger.Policy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	policy.Sources = 2
	if _, err := g.Ledger.SetPolicy(t.Context(), g.Centre(), policy, "试用"); err != nil {
		t.Fatal(err)
	}
	body := "[" + g.report(1, "source", `"a"`) + "," + g.report(1, "source", `"b"`) + "," + g.report(1, "source", `"c"`) + "]"
	if status, a, _ := g.send(g.request(strings.NewReader(body))); status != http.StatusOK || a.Accepted != 2 || codes(a) != "2 usage.too_many_sources" {
		t.Errorf("status %d, %s", status, codes(a))
	}
}

func TestTheRegisterShowsWhatCame(t *testing.T) {
	gates(t, func(t *testing.T, g *gate) {
		g.send(g.request(strings.NewReader("[" + g.report(1) + "," + g.report(1, "requests", "-1") + "," + g.report(1, "requests", "-2") + "]")))
		g.send(g.request(strings.NewReader("{"), "Content-Encoding", "gzip"))
		if err := g.Probes.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		f, err := g.Probes.FindProbe(t.Context(), g.Clerk("RS"), g.probe.Code)
		if err != nil {
			t.Fatal(err)
		}
		if f.Standing != usage.Normal || f.RejectedToday != 3 || f.Contact.LastErrorCode != wire.PackingBroken || f.Tokens[0].LastUsedAt == nil {
			t.Errorf("%s, rejected %d, contact %+v", f.Standing, f.RejectedToday, f.Contact)
		}
		day := calendar.DateOf(g.Clock.Now())
		rejected, err := g.Probes.Rejections(t.Context(), g.Clerk("RS"), g.probe.Code, day, day)
		if err != nil || len(rejected) != 2 || rejected[0].Code != wire.Negative || rejected[0].Items != 2 || rejected[0].Example.Got != "-2" {
			t.Errorf("rejected %+v, %v", rejected, err)
		}
	})
}

func TestFiguresOfTheIntake(t *testing.T) {
	g := gateOver(t, usagetest.Open(t), nil)
	g.send(g.request(strings.NewReader("[" + g.report(1) + "," + g.report(1, "requests", "-1") + "]")))
	g.send(g.request(strings.NewReader(g.report(1)), "Authorization", "Bearer x"))
	families, err := g.meters.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	for name, want := range map[string]float64{
		"qingce_probe_requests_total json 200": 1, "qingce_probe_requests_total json 401": 1, "qingce_probe_items_accepted_total json": 1,
		"qingce_probe_items_refused_total wire.negative json": 1, "qingce_probe_items_refused_total probe.err.token json": 1,
		"qingce_probe_answer_seconds json": 2, "qingce_probe_queue_rows": 0, "qingce_probe_body_bytes": 0,
		"qingce_probe_last_accepted_seconds": float64(g.Clock.Now().Unix()),
		"qingce_probes normal":               0, "qingce_probes never": 1, "qingce_probes stopped": 0, // arrivals are written every few seconds
	} {
		if n, ok := got[name]; !ok || n != want {
			t.Errorf("%s is %v (there: %v), want %v", name, n, ok, want)
		}
	}
}

func TestPeopleAreNoProbes(t *testing.T) {
	g := gateOver(t, usagetest.Open(t), nil)
	site := webtest.Open(t, func(site *webtest.Site) {
		usageweb.Mount(site.Server, usageweb.Deps{DB: g.DB, Registry: g.Registry, Probes: g.Probes, Ledger: g.Ledger, Catalog: site.Texts})
	})
	var endpoints []string
	for _, r := range site.Routes() {
		if !r.Access.Probes {
			continue
		}
		endpoints = append(endpoints, r.String())
		centre := site.As(1, auth.Centre)
		for name, header := range map[string]string{"session": "", "token": "Bearer " + centre.Token("usage:write")} {
			p := centre.Do(r.Method, r.Path, strings.NewReader("{}"), http.Header{"Content-Type": {"application/json"}, "Authorization": {header}})
			if p.Status != http.StatusUnauthorized {
				t.Errorf("%s with the %s of a person: status %d", r, name, p.Status)
			}
		}
	}
	want := []string{
		"POST /api/v1/usage/reports probes", "POST /api/v1/usage/write probes", "POST /api/v1/usage/otlp/v1/metrics probes", "POST /v1/metrics probes",
	}
	if !slices.Equal(endpoints, want) {
		t.Errorf("endpoints %q, want %q", endpoints, want)
	}
}

package usageweb_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang/snappy"
	writev2 "github.com/prometheus/client_golang/exp/api/remote/genproto/v2"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/usageweb"
	"qingce/inventory/usage/wire"
)

// mill is a probe with rules that sends series to a server.
type mill struct {
	*usagetest.World
	t      testing.TB
	site   *webtest.Site
	system inventory.System
	token  string
	inbox  *usage.Inbox
	rules  *usage.Rules
	probe  usage.Probe
	hub    map[[3]string]usage.HubDay // what was said of the hub last
}

func newMill(t testing.TB, w *usagetest.World, opts usage.InboxOptions) *mill {
	t.Helper()
	m := &mill{World: w, t: t, system: w.Registered("RS", "就业服务系统"), hub: map[[3]string]usage.HubDay{}}
	var err error
	if m.probe, err = w.Probes.Register(t.Context(), w.Someone(auth.Centre), w.Form("RS", m.system)); err != nil {
		t.Fatal(err)
	}
	if _, m.token, err = w.Probes.IssueToken(t.Context(), w.Someone(auth.Centre), m.probe.Code, w.DB.Now().AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	m.rules = usage.NewRules(w.DB, w.Registry)
	opts.Hub = func(_ *store.Tx, heard usage.HubHeard) error {
		for _, d := range heard.Days {
			m.hub[[3]string{d.Day.String(), d.Provider, d.Consumer}] = d
		}
		return nil
	}
	m.inbox = usage.NewInbox(w.DB, w.Ledger, m.rules, opts)
	endless := usage.QuotaLimits{Requests: usage.Rate{PerSecond: 1e9, Burst: 1e9}, Items: usage.Rate{PerSecond: 1e9, Burst: 1e9}}
	intake := usage.NewIntake(w.Ledger, usage.DefaultIntakeLimits())
	t.Cleanup(func() {
		if err := intake.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	m.site = webtest.Open(t, func(site *webtest.Site) {
		usageweb.Mount(site.Server, usageweb.Deps{
			DB: w.DB, Registry: w.Registry, Probes: w.Probes, Ledger: w.Ledger, Intake: intake, Inbox: m.inbox, Rules: m.rules, Catalog: site.Texts, Quota: &endless,
		})
	}, webtest.Config{Web: func(o *web.Options) { o.Clock = w.DB.Now }})
	return m
}

func (m *mill) rule(metric, signal string) {
	m.t.Helper()
	_, err := m.rules.Add(m.t.Context(), m.Someone(auth.Centre), usage.RuleForm{
		ProbeID: m.probe.ID, Metric: metric, Signal: signal, SystemBy: usage.OnlySystem,
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

// hubRule reads exchanges through the hub from a metric.
func (m *mill) hubRule(metric string) {
	m.t.Helper()
	_, err := m.rules.Add(m.t.Context(), m.Someone(auth.Centre), usage.RuleForm{
		ProbeID: m.probe.ID, Metric: metric, Signal: "hub_exchanges", SystemBy: usage.LabelSystem, System: "provider", ConsumerLabel: "consumer",
		OutcomeLabel: "outcome", Failed: "error",
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

// exchanged folds what waits and adds up what went through the hub, and failed.
func (m *mill) exchanged() (out [2]int64) {
	m.t.Helper()
	if err := m.inbox.FoldAll(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	for _, d := range m.hub {
		out[0], out[1] = out[0]+d.Exchanges, out[1]+d.Failures
	}
	return out
}

// post sends a body as a sender does.
func (m *mill) post(path string, body []byte, header ...string) *http.Response {
	m.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+m.token)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	m.site.ServeHTTP(w, r)
	return w.Result()
}

const (
	writeTo = "/api/v1/usage/write"
	otlpTo  = "/v1/metrics"
	proto1  = "application/x-protobuf"
	proto2  = "application/x-protobuf;proto=io.prometheus.write.v2.Request"
)

// sum folds what waits and adds a signal up over the last two days.
func (m *mill) sum(s wire.Signal) (total int64) {
	m.t.Helper()
	if err := m.inbox.FoldAll(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	for back := range 2 {
		hours, err := m.Ledger.Hours(m.t.Context(), m.Someone(auth.Centre), m.system.ID, calendar.DateOf(m.DB.Now()).AddDays(-back))
		if err != nil {
			m.t.Fatal(err)
		}
		for _, h := range hours {
			n, _ := h.Values.Get(s)
			total += n
		}
	}
	return total
}

// manySeries is a remote write 1.0 of one sample of each of many series, with
// the labels that applications in clusters have.
func manySeries(shard int, at time.Time, value float64) []byte {
	var out []byte
	for n := range benchSeries {
		out = appendSeries(out, at, value, "__name__", "http_requests_total", "code", "200", "container", "app",
			"handler", "/api/v1/matters/"+strconv.Itoa(n), "instance", "10.1.0."+strconv.Itoa(shard)+":8080", "job", "kubernetes-pods",
			"method", "GET", "namespace", "production", "pod", "app-6d5b7c8f9d-"+strconv.Itoa(shard))
	}
	return snappy.Encode(nil, out)
}

// appendSeries adds a series of version 1.0 with one sample.
func appendSeries(dst []byte, at time.Time, value float64, labels ...string) []byte {
	var series []byte
	for i := 0; i < len(labels); i += 2 {
		l := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), labels[i])
		l = protowire.AppendString(protowire.AppendTag(l, 2, protowire.BytesType), labels[i+1])
		series = protowire.AppendBytes(protowire.AppendTag(series, 1, protowire.BytesType), l)
	}
	sample := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(value))
	sample = protowire.AppendVarint(protowire.AppendTag(sample, 2, protowire.VarintType), uint64(at.UnixMilli()))
	series = protowire.AppendBytes(protowire.AppendTag(series, 2, protowire.BytesType), sample)
	return protowire.AppendBytes(protowire.AppendTag(dst, 1, protowire.BytesType), series)
}

// written is a remote write of one sample for each name.
func written(v2 bool, at time.Time, value float64, names ...string) []byte {
	if v2 {
		table := writev2.NewSymbolTable()
		r := &writev2.Request{}
		for _, name := range names {
			r.Timeseries = append(r.Timeseries, &writev2.TimeSeries{
				LabelsRefs: table.SymbolizeLabels([]string{"__name__", name, "instance", "a"}, nil),
				Samples:    []*writev2.Sample{{Value: value, Timestamp: at.UnixMilli()}}, Metadata: &writev2.Metadata{},
			})
		}
		r.Symbols = table.Symbols()
		b, _ := proto.Marshal(r)
		return snappy.Encode(nil, b)
	}
	var out []byte
	for _, name := range names {
		out = appendSeries(out, at, value, "__name__", name, "instance", "a")
	}
	return snappy.Encode(nil, out)
}

// otlpBody is a request as a collector writes it in JSON: a counter, a
// histogram, and a point without a value.
const otlpBody = `{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.instance.id","value":{"stringValue":"a"}}]},"scopeMetrics":[{"scope":{"name":"http"},
"metrics":[{"name":"hits","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":"7","startTimeUnixNano":"START","timeUnixNano":"AT"}]}},
{"name":"http.server.request.duration","unit":"s","histogram":{"aggregationTemporality":2,"dataPoints":[{"count":"12","sum":3.5,"bucketCounts":["12","0"],
"explicitBounds":[1],"startTimeUnixNano":"START","timeUnixNano":"AT"}]}},
{"name":"other","gauge":{"dataPoints":[{"timeUnixNano":"AT"}]}}]}]}]}`

func TestAnswersToSeries(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		m := newMill(t, w, usage.InboxOptions{})
		m.rule("hits", "requests")
		m.rule("http.server.request.duration_count", "api_in")
		at := w.DB.Now()
		js := strings.NewReplacer("START", itoa(at.Add(-time.Minute).UnixNano()), "AT", itoa(at.UnixNano())).Replace(otlpBody)
		cases := []struct {
			name, path string
			body       []byte
			header     []string
			status     int
			samples    string // what the answer says was written
			text       string // in the answer
		}{
			{"version 1", writeTo, written(false, at, 5, "hits", "unknown"), []string{"Content-Type", proto1}, 204, "", ""},
			{"version 1 of old senders", writeTo, written(false, at, 5, "hits"), nil, 204, "", ""},
			{"version 2", writeTo, written(true, at, 5, "hits", "unknown"), []string{"Content-Type", proto2}, 204, "2", ""},
			{"version 1 in part", writeTo, written(false, at, 5, "hits", ""), []string{"Content-Type", proto1}, 400, "", "__name__"},
			{"version 2 in part", writeTo, written(true, at.Add(time.Second), 9, "hits", "", "other"), []string{"Content-Type", proto2}, 400, "2", "__name__"},
			{"less than nothing", writeTo, written(true, at, -9, "hits"), []string{"Content-Type", proto2}, 400, "0", "hits"},
			{"nothing", writeTo, written(true, at, 5), []string{"Content-Type", proto2}, 204, "0", ""},
			{"json", writeTo, []byte("{}"), []string{"Content-Type", "application/json"}, 415, "", ""},
			{"a picture", writeTo, []byte("{}"), []string{"Content-Type", "image/png"}, 415, "", ""},
			{"gzip", writeTo, written(true, at, 5, "hits"), []string{"Content-Type", proto2, "Content-Encoding", "gzip"}, 415, "", ""},
			{"corrupt", writeTo, []byte("hits 5"), []string{"Content-Type", proto2}, 400, "", ""},
			{"version 1 as 2", writeTo, written(false, at, 5, "hits"), []string{"Content-Type", proto2}, 400, "", ""},
			{"no token", writeTo, written(true, at, 5, "hits"), []string{"Authorization", ""}, 401, "", ""},
			{"a wrong token", writeTo, written(true, at, 5, "hits"), []string{"Authorization", "Bearer qcp_aaaaaaaa_b"}, 401, "", ""},
			{"a token in the address", writeTo + "?token=" + m.token, written(true, at, 5, "hits"), nil, 401, "", ""},
			{"a token as a password", writeTo, written(false, at, 5, "hits"), []string{"Authorization", passwordHeader(m.token)}, 204, "", ""},
			{"OTLP in JSON", otlpTo, []byte(js), []string{"Content-Type", "application/json"}, 200, "", `"rejectedDataPoints":"1"`},
			{"OTLP elsewhere", "/api/v1/usage/otlp/v1/metrics", []byte(js), []string{"Content-Type", "application/json"}, 200, "", `"rejectedDataPoints":"1"`},
			{"OTLP of nothing", otlpTo, nil, []string{"Content-Type", proto1}, 200, "", ""},
			{"OTLP as text", otlpTo, nil, []string{"Content-Type", "text/plain"}, 415, "", ""},
			{"OTLP that is cut", otlpTo, []byte(js[:40]), []string{"Content-Type", "application/json"}, 400, "", ""},
		}
		for _, c := range cases {
			res := m.post(c.path, c.body, c.header...)
			text := new(bytes.Buffer)
			_, _ = text.ReadFrom(res.Body)
			if res.StatusCode != c.status || res.Header.Get(wire.SamplesWritten) != c.samples || !strings.Contains(text.String(), c.text) {
				t.Errorf("%s: %d, written %q, %s; want %d, %q", c.name, res.StatusCode, res.Header.Get(wire.SamplesWritten), text, c.status, c.samples)
			}
		}
		if got := m.sum(wire.Requests); got != 4+7 { // 5 to 9, and seven by OTLP
			t.Errorf("%d requests, want 11", got)
		}
		if got := m.sum(wire.APIIn); got != 12 {
			t.Errorf("%d calls, want 12", got)
		}
	})
}

// A full inbox, and a database that does not answer, send away for now; the same
// body counts when it comes again.
func TestSeriesComeAgain(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		m := newMill(t, w, usage.InboxOptions{Bytes: 1})
		m.rule("hits", "requests")
		at := w.DB.Now()
		send := func(n int) (int, string) {
			res := m.post(writeTo, written(true, at.Add(time.Duration(n)*time.Second), float64(n), "hits"), "Content-Type", proto2)
			return res.StatusCode, res.Header.Get("Retry-After")
		}
		if status, _ := send(1); status != 204 {
			t.Fatalf("first: %d", status)
		}
		if status, after := send(4); status != 503 || after == "" { // a Prometheus drops what gets 429
			t.Errorf("full: %d %q", status, after)
		}
		if res := m.post(otlpTo, []byte("{}"), "Content-Type", "application/json"); res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
			t.Errorf("full for OTLP: %d", res.StatusCode)
		}
		m.sum(wire.Requests)
		release := m.lock()
		late := time.After(10 * time.Second)
		if status, after := send(4); status != 503 || after == "" {
			t.Errorf("away: %d %q", status, after)
		}
		select {
		case <-late:
			t.Error("the answer took longer than ten seconds")
		default:
		}
		release()
		if status, _ := send(4); status != 204 {
			t.Errorf("again: %d", status)
		}
		if got := m.sum(wire.Requests); got != 3 {
			t.Errorf("%d requests, want 3", got)
		}
	})
}

// lock keeps everybody from writing into the inbox until it is released.
func (m *mill) lock() (release func()) {
	m.t.Helper()
	locked, free, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- m.DB.Write(context.Background(), func(tx *store.Tx) error {
			if tx.Engine() == store.Postgres {
				if err := tx.Gorm().Exec("LOCK TABLE usage_inbox IN ACCESS EXCLUSIVE MODE").Error; err != nil {
					return err
				}
			}
			close(locked)
			<-free
			return nil
		})
	}()
	<-locked
	return func() {
		m.t.Helper()
		close(free)
		if err := <-done; err != nil {
			m.t.Fatal(err)
		}
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func passwordHeader(password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("probe:"+password))
}

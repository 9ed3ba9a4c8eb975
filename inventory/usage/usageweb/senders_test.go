package usageweb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"qingce/internal/store/storetest"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// inn is a mill by the clock on the wall, at an address that can be shut.
type inn struct {
	*mill
	addr   string
	server *http.Server
	away   atomic.Int64 // answers 503
}

// ServeHTTP lets the service answer, and counts when it could not store.
func (i *inn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.site.ServeHTTP(&watchedWriter{w, i}, r)
}

type watchedWriter struct {
	http.ResponseWriter
	inn *inn
}

func (w *watchedWriter) WriteHeader(status int) {
	if status == http.StatusServiceUnavailable {
		w.inn.away.Add(1)
	}
	w.ResponseWriter.WriteHeader(status)
}

func openInn(t *testing.T) *inn {
	t.Helper()
	w := usagetest.Over(t, inventorytest.Over(t, storetest.Open(t)))
	i := &inn{mill: newMill(t, w, usage.InboxOptions{}), addr: "127.0.0.1:0"}
	i.open()
	t.Cleanup(i.shut)
	return i
}

// open lets senders in, at the address of before.
func (i *inn) open() {
	i.t.Helper()
	l, err := net.Listen("tcp", i.addr)
	if err != nil {
		i.t.Fatal(err)
	}
	i.addr = l.Addr().String()
	i.server = &http.Server{Handler: i, ReadHeaderTimeout: 10 * time.Second}
	server := i.server
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // the listener is ours
		}
	}()
}

// shut is as if the machine had gone: connections are refused.
func (i *inn) shut() { _ = i.server.Close() }

// until asks again and again, and fails when the answer is not yes for long.
func until(t *testing.T, what func() string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	late := time.After(90 * time.Second)
	for !yes() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("it took too long: " + what())
		}
	}
}

// exporter shows a counter that grows whenever it is asked, until it is stopped.
type exporter struct {
	*httptest.Server
	count, asked atomic.Int64
	stopped      atomic.Bool
}

func newExporter(t *testing.T) *exporter {
	t.Helper()
	e := &exporter{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !e.stopped.Load() {
			e.count.Add(7)
		}
		e.asked.Add(1)
		_, _ = fmt.Fprintf(w, "# TYPE hits_total counter\nhits_total %d\n# TYPE temperature gauge\ntemperature 21.5\n"+
			"# TYPE gw_exchanges counter\ngw_exchanges_total{provider=\"RS-0001\",consumer=\"XYMZ\",outcome=\"ok\"} %d\n", e.count.Load(), e.count.Load())
	}))
	t.Cleanup(e.Close)
	return e
}

// prometheusVariable names a Prometheus for the test of the real sender; without
// it the one on the path is taken.
const prometheusVariable = "QINGCE_TEST_PROMETHEUS"

var prometheusMajor = regexp.MustCompile(`version (\d+)\.`)

// prometheusProgram finds the program and its major version.
func prometheusProgram(t *testing.T) (path string, major int) {
	t.Helper()
	path = os.Getenv(prometheusVariable)
	if path == "" {
		var err error
		if path, err = exec.LookPath("prometheus"); err != nil {
			storetest.Missing(t, "prometheus")
		}
	}
	out, err := exec.Command(path, "--version").CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, out)
	}
	m := prometheusMajor.FindSubmatch(out)
	if m == nil {
		t.Fatalf("version: %s", out)
	}
	major, _ = strconv.Atoi(string(m[1]))
	return path, major
}

// promConfig scrapes often, and sends as the given message.
const promConfig = `
global: {scrape_interval: 300ms, scrape_timeout: 300ms}
scrape_configs:
- job_name: app
  static_configs: [{targets: ["%s"]}]
remote_write:
- url: http://%s/api/v1/usage/write
  authorization: {credentials: "%s"}
%s
  queue_config: {batch_send_deadline: 500ms, min_backoff: 100ms, max_backoff: 1s}
`

// runPrometheus runs a Prometheus that scrapes the exporter and writes to the inn,
// and gives the address of its own pages.
func runPrometheus(t *testing.T, path string, e *exporter, i *inn, message string) string {
	t.Helper()
	dir := t.TempDir()
	if message != "" {
		message = "  protobuf_message: " + message
	}
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf(promConfig, strings.TrimPrefix(e.URL, "http://"), i.addr, i.token, message)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	cmd := exec.Command(path, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+addr, "--log.level=warn")
	log := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log)
		}
	})
	return "http://" + addr + "/metrics"
}

// promFigure adds a figure of a Prometheus up over its labels.
func promFigure(t *testing.T, url, name string) (total float64) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		return 0 // it has not begun to listen
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, name+"{") && !strings.HasPrefix(line, name+" ") {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndexByte(line, ' ')+1:]), 64)
		if err != nil {
			t.Fatal(err)
		}
		total += v
	}
	return total
}

// TestPrometheusSends: a real Prometheus scrapes a counter and writes it here,
// while first the service and then its database is away. Nothing fails for
// good, and what was counted is what the counter says.
func TestPrometheusSends(t *testing.T) {
	path, major := prometheusProgram(t)
	messages := map[string]string{"1.0": ""}
	if major >= 3 {
		messages = map[string]string{"1.0": "prometheus.WriteRequest", "2.0": "io.prometheus.write.v2.Request"}
	}
	for version, message := range messages {
		t.Run(version, func(t *testing.T) {
			i, e := openInn(t), newExporter(t)
			i.rule("hits_total", "requests")
			i.hubRule("gw_exchanges_total")
			page := runPrometheus(t, path, e, i, message)
			requests := func() int64 { return i.sum(wire.Requests) }
			said := func() string { return fmt.Sprintf("%d of %d", requests(), e.count.Load()) }
			until(t, said, func() bool { return requests() >= 35 })
			i.shut()
			from := e.asked.Load()
			until(t, said, func() bool { return e.asked.Load() >= from+10 })
			i.open()
			before := requests()
			until(t, said, func() bool { return requests() > before })
			release := i.lock()
			until(t, func() string { return "nothing was answered 503" }, func() bool { return i.away.Load() > 0 })
			release()
			e.stopped.Store(true)
			until(t, said, func() bool { return requests() == e.count.Load()-7 }) // the first value begins
			if got := i.exchanged(); got != [2]int64{e.count.Load() - 7, 0} {
				t.Errorf("through the hub: %v of %d", got, e.count.Load())
			}
			for _, name := range []string{"failed", "dropped"} {
				if n := promFigure(t, page, "prometheus_remote_storage_samples_"+name+"_total"); n != 0 {
					t.Errorf("%v samples %s", n, name)
				}
			}
			if n := promFigure(t, page, "prometheus_remote_storage_samples_retried_total"); n == 0 {
				t.Error("nothing was sent again: there was no outage")
			}
			list, err := i.rules.Unmapped(t.Context(), i.Centre(), i.probe.ID)
			if err != nil || len(list) == 0 {
				t.Errorf("what no rule takes: %v %v", list, err)
			}
		})
	}
}

// TestOTelSends: the SDK of OpenTelemetry exports a histogram of requests and a
// counter, across the same outages. What it drops meanwhile its later sums hold.
func TestOTelSends(t *testing.T) {
	i := openInn(t)
	i.rule("http.server.request.duration_count", "requests")
	i.rule("logins", "logins")
	i.hubRule("gw.exchanges")
	ctx := t.Context()
	out, err := otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpoint(i.addr), otlpmetrichttp.WithInsecure(),
		otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression),
		otlpmetrichttp.WithHeaders(map[string]string{"Authorization": "Bearer " + i.token}),
		otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{Enabled: true, InitialInterval: 100 * time.Millisecond, MaxInterval: time.Second, MaxElapsedTime: time.Minute}))
	if err != nil {
		t.Fatal(err)
	}
	provider := sdk.NewMeterProvider(sdk.WithReader(sdk.NewPeriodicReader(out, sdk.WithInterval(200*time.Millisecond))))
	t.Cleanup(func() { _ = provider.Shutdown(context.Background()) })
	meter := provider.Meter("app")
	duration, err := meter.Float64Histogram("http.server.request.duration", metric.WithUnit("s"))
	if err != nil {
		t.Fatal(err)
	}
	logins, err := meter.Int64Counter("logins")
	if err != nil {
		t.Fatal(err)
	}
	exchanges, err := meter.Int64Counter("gw.exchanges")
	if err != nil {
		t.Fatal(err)
	}
	want := int64(0)
	use := func(n int) {
		for k := range n {
			duration.Record(ctx, 0.01*float64(k), metric.WithAttributes(attribute.Int("http.response.status_code", 200+300*(k%2))))
			logins.Add(ctx, 2)
			exchanges.Add(ctx, 3, metric.WithAttributes(attribute.String("provider", "RS-0001"), attribute.String("consumer", "XYMZ"),
				attribute.String("outcome", map[bool]string{true: "ok", false: "error"}[k > 0])))
		}
		want += int64(n)
	}
	said := func() string { return fmt.Sprintf("%d of %d", i.sum(wire.Requests), want) }
	arrived := func() bool {
		return i.sum(wire.Requests) == want && i.sum(wire.Logins) == 2*want && i.exchanged()[0] == 3*want
	}
	use(11)
	until(t, said, arrived)
	i.shut()
	use(13)
	if err := provider.ForceFlush(ctx); err == nil {
		t.Error("the outage was not noticed")
	}
	i.open()
	use(17)
	until(t, said, arrived)
	release := i.lock()
	use(19)
	flushed := make(chan error, 1)
	go func() { flushed <- provider.ForceFlush(ctx) }()
	until(t, func() string { return "nothing was answered 503" }, func() bool { return i.away.Load() > 0 })
	release()
	if err := <-flushed; err != nil {
		t.Errorf("what was answered 503 did not come again: %v", err)
	}
	until(t, said, arrived)
	if got := i.exchanged(); got != [2]int64{3 * want, 3 * 4} { // the first of each lot failed
		t.Errorf("through the hub: %v of %d", got, 3*want)
	}
}

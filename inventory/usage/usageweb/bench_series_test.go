package usageweb_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

const (
	benchSenders = 8    // shards of a sender, or senders
	benchSeries  = 1000 // of one body, as Prometheus makes them
)

// benchBodies are the remote writes of one shard: a sample of each of its series
// in every body, ten seconds apart, until now.
func benchBodies(shard, bodies int, until time.Time) [][]byte {
	out := make([][]byte, bodies)
	for i := range out {
		at := until.Add(-time.Duration(bodies-i) * 10 * time.Second)
		out[i] = manySeries(shard, at, float64(i*7))
	}
	return out
}

// BenchmarkRemoteWrite sends the same bodies to the service, which answers after
// the commit and folds meanwhile, and to the receivers of Prometheus, which is
// started with its defaults. QINGCE_BENCH_PROMETHEUS names one more of these.
func BenchmarkRemoteWrite(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...storetest.Option) *store.DB
	}{{"sqlite", storetest.Open}, {"postgres", storetest.OpenPostgres}} {
		b.Run(engine.name, func(b *testing.B) {
			m := newMill(b, usagetest.Over(b, inventorytest.Over(b, engine.open(b))), usage.InboxOptions{})
			m.rule("http_requests_total", "requests")
			server := httptest.NewServer(m.site)
			b.Cleanup(server.Close)
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan struct{})
			go func() {
				defer close(done)
				m.inbox.Run(ctx)
			}()
			send(b, server.URL+writeTo, m.token, m.DB.Now())
			s, err := m.inbox.State(ctx)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(s.Samples), "unfolded")
			cancel()
			<-done
			if got := m.sum(wire.Requests); got != int64(b.N-1)*7*benchSeries*benchSenders {
				b.Errorf("%d requests were counted", got)
			}
		})
	}
	for _, path := range []string{os.Getenv(prometheusVariable), os.Getenv("QINGCE_BENCH_PROMETHEUS")} {
		if path != "" {
			b.Run("prometheus", func(b *testing.B) { send(b, startReceiver(b, path)+"/api/v1/write", "", storetest.Open(b).Now()) })
		}
	}
}

// send lets every shard send one body for each b.N, and reports samples a
// second and how long the slowest answers took.
func send(b *testing.B, url, token string, now time.Time) {
	bodies := make([][][]byte, benchSenders)
	for i := range bodies {
		bodies[i] = benchBodies(i, b.N, now)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: benchSenders}}
	var again atomic.Int64
	times := make([][]time.Duration, benchSenders)
	b.ResetTimer()
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() {
			for _, body := range bodies[i] {
				took, tries := deliver(b, client, url, token, body)
				times[i] = append(times[i], took)
				again.Add(int64(tries - 1))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	each := slices.Concat(times...)
	slices.Sort(each)
	b.ReportMetric(float64(len(each)*benchSeries)/b.Elapsed().Seconds(), "samples/s")
	b.ReportMetric(float64(each[len(each)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(again.Load()), "again")
	b.ReportMetric(0, "ns/op")
}

// deliver sends a body until it is taken; the time is that of the last try.
func deliver(b *testing.B, client *http.Client, url, token string, body []byte) (took time.Duration, tries int) {
	for tries = 1; tries < 1000; tries++ {
		r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			b.Error(err)
			return 0, 1
		}
		r.Header.Set("Content-Type", proto1)
		r.Header.Set("Content-Encoding", "snappy")
		r.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
		r.Header.Set("Authorization", "Bearer "+token)
		begun := time.Now()
		res, err := client.Do(r)
		if err != nil {
			b.Error(err)
			return 0, 1
		}
		text, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		took = time.Since(begun)
		switch {
		case res.StatusCode < 300:
			return took, tries
		case res.StatusCode < 429:
			b.Errorf("%d %s", res.StatusCode, text)
			return took, tries
		}
		<-time.After(100 * time.Millisecond)
	}
	b.Error("never taken")
	return took, tries
}

// startReceiver runs a Prometheus that takes remote writes.
func startReceiver(b *testing.B, path string) string {
	b.Helper()
	dir := b.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte("global: {}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	cmd := exec.Command(path, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+addr, "--web.enable-remote-write-receiver", "--log.level=error")
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 100 {
		if res, err := http.Get(fmt.Sprintf("http://%s/-/ready", addr)); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return "http://" + addr
			}
		}
		<-time.After(100 * time.Millisecond)
	}
	b.Fatal("Prometheus does not begin")
	return ""
}

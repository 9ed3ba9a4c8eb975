package main_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	qingce "qingce/cmd/qingce"
	"qingce/internal/store/storetest"
	"qingce/inventory/usage"
)

// BenchmarkReports sends reports to the whole service over HTTP, one or a
// hundred to a request, over 64 connections, and reports how many a second are
// acknowledged, after their commit, and the 99th percentile of the
// acknowledgement. Client and service share the machine.
func BenchmarkReports(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, size := range []int{1, 100} {
			b.Run(fmt.Sprintf("%s/batch=%d", engine, size), func(b *testing.B) {
				h := home{b.TempDir(), "sqlite:" + filepath.Join(b.TempDir(), "qingce.db")}
				if engine == "postgres" {
					h.database = storetest.PostgresDSN(b)
				}
				benchReports(b, h, size)
			})
		}
	}
}

const benchConnections = 64

func benchReports(b *testing.B, h home, size int) {
	conf := h.config()
	conf.Log, conf.Clock, conf.MaxRequests = slog.New(slog.DiscardHandler), clockwork.NewRealClock(), 256
	plenty := usage.Rate{PerSecond: 1e9, Burst: 1e9}
	conf.Quota = &usage.QuotaLimits{Requests: plenty, Items: plenty}
	app, err := qingce.New(b.Context(), conf)
	if err != nil {
		b.Fatal(err)
	}
	to := h.watch(b)
	if err := app.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = app.Stop(context.Background()) })
	qingce.CollectLess() // as serve does
	load := newSenders(b, to)
	sendMany(b, app.Addr(), load, size, 2*benchConnections) // sources are new only once
	b.ResetTimer()
	times := sendMany(b, app.Addr(), load, size, b.N)
	b.StopTimer()
	slices.Sort(times)
	b.ReportMetric(float64(len(times)*size)/b.Elapsed().Seconds(), "reports/s")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "ms-p99")
}

// sendMany sends n requests and returns how long each took.
func sendMany(b *testing.B, address string, load *senders, size, n int) []time.Duration {
	var next atomic.Int64
	var all sync.WaitGroup
	var mu sync.Mutex
	var times []time.Duration
	for c := range benchConnections {
		all.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			answers := bufio.NewReader(conn)
			var mine []time.Duration
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				request := load.request(address, c, int(i), size)
				begun := time.Now()
				if err := exchange(conn, answers, request); err != nil {
					b.Error(err)
					return
				}
				mine = append(mine, time.Since(begun))
			}
			mu.Lock()
			times = append(times, mine...)
			mu.Unlock()
		})
	}
	all.Wait()
	return times
}

// request is the i-th request of a connection, as it goes over the wire.
func (s *senders) request(address string, connection, i, size int) []byte {
	batch := make([]state, size)
	for k := range batch {
		batch[k] = state{place{fmt.Sprintf("web-%d", connection), (i + k) % hoursBack}, int64(i*size + k + 1)}
	}
	body := s.body(batch)
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST /api/v1/usage/reports HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n",
		address, s.to.token, len(body))
	b.Write(body)
	return b.Bytes()
}

func exchange(conn net.Conn, answers *bufio.Reader, request []byte) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	res, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || !strings.Contains(string(body), `"refused":0`)) {
		err = fmt.Errorf("status %d: %.200s", res.StatusCode, body)
	}
	return err
}

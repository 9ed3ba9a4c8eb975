package main_test

import (
	"bufio"
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
	sendMany(b, app.Addr(), load.requests(app.Addr(), 0, 2*benchConnections, size)) // sources are new only once
	ready := load.requests(app.Addr(), 2*benchConnections, b.N, size)
	b.ResetTimer()
	times := sendMany(b, app.Addr(), ready)
	b.StopTimer()
	slices.Sort(times)
	b.ReportMetric(float64(len(times)*size)/b.Elapsed().Seconds(), "reports/s")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "ms-p99")
}

// sendMany sends requests over all connections at once and returns how long each
// took.
func sendMany(b *testing.B, address string, ready [][]byte) []time.Duration {
	var all sync.WaitGroup
	times := make([]time.Duration, len(ready))
	for c := range benchConnections {
		all.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			answers := bufio.NewReader(conn)
			for i := c; i < len(ready); i += benchConnections {
				begun := time.Now()
				if err := exchange(conn, answers, ready[i]); err != nil {
					b.Error(err)
					return
				}
				times[i] = time.Since(begun)
			}
		})
	}
	all.Wait()
	return times
}

// requests makes n requests as they go over the wire, the first of the given
// number; each connection is a source of its own.
func (s *senders) requests(address string, first, n, size int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		batch := make([]state, size)
		for k := range batch {
			batch[k] = state{place{fmt.Sprintf("web-%d", i%benchConnections), (first + i + k) % hoursBack}, int64((first+i)*size + k + 1)}
		}
		body := s.body(batch)
		out[i] = append(fmt.Appendf(nil, "POST /api/v1/usage/reports HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n",
			address, s.to.token, len(body)), body...)
	}
	return out
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

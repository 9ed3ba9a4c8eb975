package main_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	qingce "qingce/cmd/qingce"
	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

// inFlight is how many requests are under way at a time.
const inFlight = 50

// loadPages are what the people of an office open at the same time: filtered,
// sorted, searched and deep pages of the list of all systems.
var loadPages = []string{
	"/systems", "/systems?page=400", "/systems?use_frequency=hardly&sort=name", "/systems?network=internet&sort=-om_amount_year",
	"/systems?q=%E4%BF%9D%E9%99%A9", "/systems?q=%E5%87%BA%E7%A7%9F%E5%B1%8B", "/systems?approval_dept=none&state=declared", "/systems?om_amount_year.from=50&sort=name",
}

// BenchmarkListUnderLoad asks the whole service, over HTTP and with a session,
// for pages of a list of 50 000 systems in 1 000 departments, 50 requests at a
// time, and reports the median and the 99th percentile. Client and service
// share the machine. With "writes" a record is changed four times a second, so
// that lists have to be worked out anew.
func BenchmarkListUnderLoad(b *testing.B) {
	for _, writes := range []bool{false, true} {
		for _, engine := range []string{"sqlite", "postgres"} {
			b.Run(fmt.Sprintf("%s/writes=%v", engine, writes), func(b *testing.B) {
				dsn := "sqlite:" + filepath.Join(b.TempDir(), "qingce.db")
				if engine == "postgres" {
					dsn = storetest.PostgresDSN(b)
				}
				loadList(b, dsn, writes)
			})
		}
	}
}

func loadList(b *testing.B, dsn string, writes bool) {
	var city *inventorytest.City
	br := loaded(b, dsn, func(c *inventorytest.City) {
		c.Fill(1_000, 50_000)
		city = c
	})
	warm(b, br, loadPages)
	if writes {
		stop := keepWriting(city)
		defer stop()
	}
	br.measure(b, inFlight, loadPages)
}

const benchPassword = "Load-test-2017"

// loaded starts the service on a city that fill has filled, and signs in a
// person of the Office with as many connections as there are requests.
func loaded(b *testing.B, dsn string, fill func(*inventorytest.City)) *browser {
	b.Helper()
	return loadedAt(b, dsn, clockwork.NewRealClock(), fill, auth.Office)
}

// loadedAt is loaded at another time, for a person with other roles.
func loadedAt(b *testing.B, dsn string, clock clockwork.Clock, fill func(*inventorytest.City), roles ...auth.Role) *browser {
	b.Helper()
	app, err := qingce.New(b.Context(), qingce.Config{
		Settings: qingce.Settings{Data: b.TempDir(), Database: dsn}, Serving: qingce.Serving{Listen: "127.0.0.1:0", MaxRequests: 256},
		Clock: clock, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), dsn, store.Options{Clock: clock.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	fill(inventorytest.OverDSN(b, dsn))
	_, _, err = account.New(db, account.Options{}).Create(b.Context(), auth.Command("bench", "bench"), account.Draft{
		Login: "office", Name: "市信息化办", Roles: roles, Password: benchPassword, Settled: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := app.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = app.Stop(context.Background()) })
	qingce.CollectLess() // as serve does
	br := newBrowser(b, app.URL())
	br.signIn("office", benchPassword)
	br.client.Transport = &http.Transport{MaxIdleConnsPerHost: inFlight}
	if db.Engine() == store.Postgres {
		vacuum(b, dsn)
	}
	return br
}

// warm asks for every page on every connection: the first answer of a page is
// not what is measured, and neither is what a connection has to learn.
func warm(b *testing.B, br *browser, pages []string) {
	b.Helper()
	for range 2 {
		inFlightTogether(inFlight, len(pages)*inFlight, func(i int) { ask(b, br.client, br.url+pages[i%len(pages)]) })
	}
}

// measure asks for the pages in turn, so many at a time, and reports the median
// and the 99th percentile.
func (br *browser) measure(b *testing.B, atATime int, pages []string) {
	var mu sync.Mutex
	var times []time.Duration
	b.ResetTimer()
	inFlightTogether(atATime, b.N, func(i int) {
		start := time.Now()
		ask(b, br.client, br.url+pages[i%len(pages)])
		mu.Lock()
		times = append(times, time.Since(start))
		mu.Unlock()
	})
	b.StopTimer()
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64(len(times))/b.Elapsed().Seconds(), "pages/s")
}

// inFlightTogether calls fn for 1 to n, so many at a time.
func inFlightTogether(atATime, n int, fn func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range atATime {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				fn(i)
			}
		})
	}
	wg.Wait()
}

// vacuum has a PostgreSQL server do at once what it would do in the next minute.
func vacuum(b *testing.B, dsn string) {
	s, err := sql.Open("pgx", dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if _, err := s.ExecContext(b.Context(), "VACUUM ANALYZE"); err != nil {
		b.Fatal(err)
	}
}

func ask(b *testing.B, client *http.Client, url string) {
	res, err := client.Get(url)
	if err != nil {
		b.Error(err)
		return
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Errorf("%s: %d %v", url, res.StatusCode, err)
	}
}

// keepWriting registers a system four times a second until it is stopped.
func keepWriting(c *inventorytest.City) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				in := inventory.Registration{System: c.System("RS", fmt.Sprint("新系统", i))}
				_, _, _ = c.Registry.Register(ctx, c.Clerk("RS"), in)
			}
		}
	}()
	return func() { cancel(); <-done }
}

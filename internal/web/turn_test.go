package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"qingce/internal/web"
	"qingce/internal/web/webtest"
)

// TestPagesTakeTurns: no more pages are worked out at a time than there
// are turns, all are answered, and one whose reader has gone away is not
// worked out.
func TestPagesTakeTurns(t *testing.T) {
	cpus := runtime.GOMAXPROCS(0)
	turns := cpus + (cpus+1)/2
	var now, most atomic.Int64
	full, open := make(chan struct{}), make(chan struct{})
	fill := sync.OnceFunc(func() { close(full) })
	site := webtest.Open(t, func(site *webtest.Site) {
		web.Get(site.Group(web.Public()), "/waiting", func(r *web.Request, in struct{}) (web.Response, error) {
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			if int(n) == turns {
				fill()
			}
			<-open
			return page(r, in)
		})
	})
	var wg sync.WaitGroup
	var answered atomic.Int64
	for range 2 * turns {
		wg.Go(func() {
			res := httptest.NewRecorder()
			site.ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/waiting", nil))
			if res.Code == http.StatusOK {
				answered.Add(1)
			}
		})
	}
	<-full
	gone, leave := context.WithCancel(t.Context())
	leave()
	res := httptest.NewRecorder()
	site.ServeHTTP(res, httptest.NewRequestWithContext(gone, http.MethodGet, "/waiting", nil))
	if res.Code == http.StatusOK {
		t.Error("a page was worked out for nobody")
	}
	close(open)
	wg.Wait()
	if int(answered.Load()) != 2*turns || int(most.Load()) != turns {
		t.Errorf("%d answered, at most %d at a time; want %d and %d", answered.Load(), most.Load(), 2*turns, turns)
	}
}

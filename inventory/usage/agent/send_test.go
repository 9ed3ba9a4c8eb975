package agent_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qingce/inventory/usage/agent"
	"qingce/inventory/usage/wire"
)

// minutesWithRequests lets a number of minutes pass, with a request in each.
func (r *rig) minutesWithRequests(n int) {
	for range n {
		r.write(r.log, request(r.now, "10.1.1.1", "/", 200, firefox))
		r.step(time.Minute + 7*time.Second)
	}
}

func TestTheAgentWaitsLongerWhileTheServiceIsAway(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  int
		headers http.Header
		posts   [2]int // least and most in an hour
	}{
		{"unavailable", 503, nil, [2]int{5, 9}},
		{"with a time", 503, http.Header{"Retry-After": {"1800"}}, [2]int{2, 2}},
		{"too many", 429, http.Header{"Retry-After": {"600"}}, [2]int{5, 6}},
		{"with a date", 503, http.Header{"Retry-After": {"Fri, 24 Nov 2017 05:00:00 GMT"}, "Date": {"Fri, 24 Nov 2017 04:30:00 GMT"}}, [2]int{2, 2}},
		{"the token is refused", 401, nil, [2]int{3, 4}},
		{"another address", 404, nil, [2]int{3, 4}},
		{"something else answers", 200, nil, [2]int{3, 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.status, r.headers = c.status, c.headers
			for range 55 {
				r.minutesWithRequests(1)
			}
			if r.posts < c.posts[0] || r.posts > c.posts[1] {
				t.Errorf("%d requests in an hour, want %v", r.posts, c.posts)
			}
			if n := strings.Count(r.out.String(), "could not be sent"); n != 1 {
				t.Errorf("it was said %d times, want once", n)
			}
			r.status = 0
			r.now = r.now.Add(time.Hour)
			r.step(0)
			r.step(2 * time.Minute)
			if got := r.sum(hour, wire.Requests) + r.sum(hour+1, wire.Requests); got != 55 {
				t.Errorf("%d requests arrived in the end, want 55", got)
			}
		})
	}
}

func TestWhatIsRefusedIsForgotten(t *testing.T) {
	r := newRig(t)
	r.refuse = "usage.unknown_system"
	r.minutesWithRequests(3)
	if n := len(r.agent.Reports()); n != 0 {
		t.Errorf("%d reports are kept", n)
	}
	if n := strings.Count(r.out.String(), "no usage.unknown_system"); n != 1 {
		t.Errorf("it was said %d times, want once:\n%s", n, r.out.String())
	}
	r.refuse = "" // the system is registered now: the hour goes on
	r.minutesWithRequests(1)
	r.want(wire.Requests, hour, 4)
}

func TestTheSpoolIsBounded(t *testing.T) {
	r := newRig(t)
	r.status = 503
	config := r.config()
	config.SpoolBytes = 20_000
	a, err := agent.Open(config, agent.Options{Log: quiet(), Crawlers: crawlers()}, r.now)
	r.must(err)
	r.agent = a
	for range 100 {
		for n := range 20 {
			r.write(r.log, request(r.now, "10.1.1."+strings.Repeat("1", n), "/", 200, firefox))
		}
		r.step(time.Hour)
	}
	info, err := os.Stat(filepath.Join(r.dir, "state", "state.json"))
	r.must(err)
	if info.Size() > 20_200 {
		t.Errorf("the state has %d bytes", info.Size())
	}
	kept := len(a.Reports())
	r.status = 0
	r.step(2 * time.Hour)
	if kept < 10 || len(r.kept) < kept*8/10 || r.kept[newest(r)].Hour < hour+98 {
		t.Errorf("%d hours were kept and %d sent, the newest %v", kept, len(r.kept), newest(r).Hour.Start())
	}
}

// newest is the key of the newest hour.
func newest(r *rig) (out wire.Key) {
	for k := range r.kept {
		if k.Hour >= out.Hour {
			out = k
		}
	}
	return out
}

func TestLargeBatchesAreSplit(t *testing.T) {
	r := newRig(t)
	big := true
	inner := r.Config.Handler
	r.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.ContentLength > 900 {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		big = false
		inner.ServeHTTP(w, q)
	})
	for n := range 30 {
		r.write(r.log, request(noon.Add(time.Duration(n-30)*time.Hour), "10.1.1.1", "/", 200, firefox))
	}
	r.step(0)
	if len(r.kept) != 31 || big {
		t.Errorf("%d hours arrived, want 31", len(r.kept))
	}
}

// A token goes where it was told to go, and nowhere else.
func TestRedirectsAreNotFollowed(t *testing.T) {
	r := newRig(t)
	stolen := false
	r.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/stolen" {
			stolen = true
			return
		}
		http.Redirect(w, q, "/stolen", http.StatusTemporaryRedirect)
	})
	r.minutesWithRequests(1)
	if stolen || len(r.agent.Reports()) == 0 {
		t.Error("the reports went elsewhere")
	}
}

// Who stops the agent sends what it has.
func TestTheLastWords(t *testing.T) {
	r := newRig(t)
	r.minutesWithRequests(1)
	r.write(r.log, request(r.now, "10.1.1.1", "/", 200, firefox))
	r.now = r.now.Add(10 * time.Second)
	r.step(0) // read, but not due
	r.want(wire.Requests, hour, 1)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	r.must(r.agent.Run(ctx, func() time.Time { return r.now }))
	r.want(wire.Requests, hour, 2)
}

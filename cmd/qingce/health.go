package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/migrations"
)

// Where the machine room asks.
const (
	pathHealth  = "/healthz"
	pathReady   = "/readyz"
	pathMetrics = "/metrics"
)

// readyWithin is how long the database may take to answer /readyz.
const readyWithin = 2 * time.Second

// health answers the machine room.
type health struct {
	db      *store.DB
	token   func(ctx context.Context, secret, origin string) (auth.Principal, error)
	metrics prometheus.Gatherer
	signer  signerState
	// stopping is set when the service no longer wants new requests.
	stopping atomic.Bool
}

// signerState keeps what the signer of the operation log said last.
type signerState struct{ failure atomic.Pointer[string] }

func (s *signerState) set(err error) {
	if err == nil {
		s.failure.Store(nil)
		return
	}
	text := err.Error()
	s.failure.Store(&text)
}

func (h *health) mount(s *web.Server) {
	s.Raw(http.MethodGet, pathHealth, web.Public(), http.HandlerFunc(h.alive))
	s.Raw(http.MethodGet, pathReady, web.Public(), http.HandlerFunc(h.ready))
	s.Raw(http.MethodGet, pathMetrics, web.Public(), http.HandlerFunc(h.measure))
}

// alive asks nobody: a process that answers need not be restarted because its
// database is away.
func (h *health) alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readiness is the answer of /readyz. Strangers see Ready only.
type readiness struct {
	Ready  bool              `json:"ready"`
	Checks map[string]string `json:"checks,omitempty"`
}

func (h *health) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	answer := h.look(ctx)
	status := http.StatusOK
	if !answer.Ready {
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "5")
	}
	if !h.insider(r) {
		answer.Checks = nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func (h *health) look(ctx context.Context) readiness {
	const fine = "ok"
	out := readiness{Ready: true, Checks: map[string]string{"database": fine, "schema": fine, "operation_log": fine, "service": fine}}
	not := func(check, why string) { out.Ready, out.Checks[check] = false, why }
	if h.stopping.Load() {
		not("service", "stopping")
	}
	if err := h.db.Ping(ctx); err != nil {
		not("database", err.Error())
		not("schema", "unknown")
	} else if err := h.schema(ctx); err != nil {
		not("schema", err.Error())
	}
	if why := h.signer.failure.Load(); why != nil {
		not("operation_log", *why)
	}
	return out
}

func (h *health) schema(ctx context.Context) error {
	m, err := h.db.Migrator(migrations.FS)
	if err != nil {
		return err
	}
	return m.Check(ctx)
}

func (h *health) measure(w http.ResponseWriter, r *http.Request) {
	if !h.insider(r) {
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
		return
	}
	promhttp.HandlerFor(h.metrics, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// insider tells whether the request comes from this machine, and not through a
// proxy on it, or with a token that may read the metrics.
func (h *health) insider(r *http.Request) bool {
	if secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		by, err := h.token(r.Context(), strings.TrimSpace(secret), peer(r).String())
		return err == nil && by.HasScope(account.ScopeMetricsRead)
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	return peer(r).IsLoopback()
}

func peer(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap()
}

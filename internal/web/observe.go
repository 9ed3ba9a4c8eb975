package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/auth"
)

type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	flying   prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qingce_http_requests_total", Help: "Answered requests.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "qingce_http_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		flying: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "qingce_http_requests_in_flight", Help: "Requests being answered.",
		}),
	}
	if reg != nil {
		reg.MustRegister(m.requests, m.seconds, m.flying)
	}
	return m
}

// noRoute stands in logs and figures for addresses that do not exist: they are
// whatever strangers think of.
const noRoute = "none"

// requestIDLength is enough to tell the requests of a year apart.
const requestIDLength = 12

// begin names the request and sets the headers of every answer.
func (s *Server) begin(c *gin.Context) {
	id := identity{}
	id.By = auth.Principal{Origin: c.ClientIP(), RequestID: rand.Text()[:requestIDLength]}
	c.Set(identityKey, id)
	s.setHeaders(c)
	s.keepLang(c)
}

// observe logs and counts every request and turns a panic into an answer.
func (s *Server) observe(c *gin.Context) {
	start := time.Now() // only a duration, never a date
	s.metrics.flying.Inc()
	defer func() { s.measure(c, time.Since(start)) }() // also when the connection is cut
	defer s.catch(c)
	c.Next()
}

// catch answers after a panic, but for the one that cuts the connection.
func (s *Server) catch(c *gin.Context) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	s.fail(c, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// quiet are the routes that machines ask all the time.
var quiet = []string{"/assets/*name", "/healthz", "/readyz", "/metrics"}

// measure counts and logs. The log holds no query and no body: people type
// names and numbers there.
func (s *Server) measure(c *gin.Context, took time.Duration) {
	s.metrics.flying.Dec()
	route, status := cmp.Or(c.FullPath(), noRoute), c.Writer.Status()
	s.metrics.requests.WithLabelValues(route, knownMethod(c.Request.Method), strconv.Itoa(status)).Inc()
	s.metrics.seconds.WithLabelValues(route).Observe(took.Seconds())
	if slices.Contains(quiet, route) || s.endpoints[route] && status < http.StatusBadRequest {
		return
	}
	by := identityOf(c).By
	s.opts.Log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request",
		slog.String("request_id", by.RequestID), slog.String("method", knownMethod(c.Request.Method)),
		slog.String("route", route), slog.Int("status", status),
		slog.Duration("took", took), slog.String("origin", by.Origin), slog.Int64("account", int64(by.AccountID)))
}

// knownMethod keeps a stranger from making a new series with every request.
func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// contentPolicy forbids everything that the pages do not need. data: is for
// the small pictures in the style sheet.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"

// setHeaders sets the headers of every answer, and takes back those that a
// download has set for itself.
func (s *Server) setHeaders(c *gin.Context) {
	h := c.Writer.Header()
	for _, name := range []string{"Content-Disposition", "Content-Type", "Content-Length", "Content-Encoding", "ETag"} {
		h.Del(name)
	}
	h.Set("X-Request-Id", identityOf(c).By.RequestID)
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
	h.Set("Cache-Control", "no-store")
	if s.opts.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// sameOrigin refuses unsafe requests that another site had the browser send.
func (s *Server) sameOrigin(c *gin.Context) {
	if err := s.origin.Check(c.Request); err != nil {
		s.fail(c, errForeign)
	}
}

package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
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

// observe logs and counts every request and turns a panic into an answer. The
// log holds no query and no body: people type names and numbers there.
func (s *Server) observe(c *gin.Context) {
	start := time.Now() // only a duration, never a date
	s.metrics.flying.Inc()
	defer func() {
		if p := recover(); p != nil {
			s.fail(c, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
		took := time.Since(start)
		s.metrics.flying.Dec()
		route := c.FullPath()
		if route == "" {
			route = "none"
		}
		status := c.Writer.Status()
		s.metrics.requests.WithLabelValues(route, c.Request.Method, strconv.Itoa(status)).Inc()
		s.metrics.seconds.WithLabelValues(route).Observe(took.Seconds())
		if strings.HasPrefix(route, "/assets") || route == "/healthz" || route == "/readyz" {
			return
		}
		by := identityOf(c).By
		s.opts.Log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request",
			slog.String("request_id", by.RequestID), slog.String("method", c.Request.Method),
			slog.String("route", route), slog.Int("status", status),
			slog.Duration("took", took), slog.String("origin", by.Origin), slog.Int64("account", int64(by.AccountID)))
	}()
	c.Next()
}

// contentPolicy forbids everything that the pages do not need. data: is for
// the small pictures in the style sheet.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"

func (s *Server) headers(c *gin.Context) {
	h := c.Writer.Header()
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
	if c.Request.Method == http.MethodTrace {
		c.AbortWithStatus(http.StatusMethodNotAllowed)
	}
}

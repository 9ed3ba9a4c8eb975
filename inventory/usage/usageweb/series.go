package usageweb

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// Where remote write and OTLP send. Exporters of OTLP put /v1/metrics behind the
// address that they are given.
const (
	writePath    = "/api/v1/usage/write"
	otlpPath     = "/api/v1/usage/otlp/v1/metrics"
	otlpRootPath = "/v1/metrics"
)

// mountSeries adds the endpoints of remote write and OTLP.
func (d *desk) mountSeries(s *web.Server) {
	s.Endpoint(http.MethodPost, writePath, describeWrite(), d.front.receive(endpoint{
		fallback: wire.RemoteWrite1, negotiate: wire.NegotiateWrite, take: d.takeSeries,
	}))
	otlp := d.front.receive(endpoint{fallback: wire.OTLPProto, negotiate: wire.NegotiateOTLP, take: d.takeSeries})
	s.Endpoint(http.MethodPost, otlpPath, describeOTLP("send-otlp"), otlp)
	s.Endpoint(http.MethodPost, otlpRootPath, describeOTLP("send-otlp-root"), otlp)
	d.watchInbox()
}

// takeSeries takes samples. It returns when those that the rules take are on
// disk.
func (d *desk) takeSeries(ctx context.Context, c *delivery) (wire.Tally, error) {
	return d.Inbox.Take(ctx, c.Pass, c.Format, func(visit wire.Visit) (wire.Tally, error) {
		if c.Format == wire.RemoteWrite1 || c.Format == wire.RemoteWrite2 {
			return c.Decoder.RemoteWrite(c.Format, c.Body, c.Now, visit)
		}
		return c.Decoder.OTLP(c.Format, c.Body, c.Now, visit)
	})
}

// inboxFresh is how long figures of the inbox may be shown without asking again.
const inboxFresh = 5 * time.Second

// watchInbox adds the figures of what waits to be folded.
func (d *desk) watchInbox() {
	if d.Metrics == nil {
		return
	}
	var mu sync.Mutex
	var asked time.Time
	var state usage.InboxState
	now := func() usage.InboxState {
		mu.Lock()
		defer mu.Unlock()
		if age := d.DB.Now().Sub(asked); age >= 0 && age < inboxFresh {
			return state
		}
		ctx, cancel := context.WithTimeout(context.Background(), tokenWithin)
		defer cancel()
		if s, err := d.Inbox.State(ctx); err == nil {
			asked, state = d.DB.Now(), s
		}
		return state
	}
	gauge := func(name, help string, of func(usage.InboxState) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return of(now()) })
	}
	d.Metrics.MustRegister(
		gauge("qingce_series_inbox_rows", "Deliveries of samples that wait to be folded.", func(s usage.InboxState) float64 { return float64(s.Rows) }),
		gauge("qingce_series_inbox_bytes", "Bytes of samples that wait to be folded.", func(s usage.InboxState) float64 { return float64(s.Bytes) }),
		gauge("qingce_series_inbox_aside", "Deliveries that could not be folded and were laid aside.", func(s usage.InboxState) float64 { return float64(s.Aside) }),
		gauge("qingce_series_inbox_age_seconds", "For how long the oldest delivery has waited.", func(s usage.InboxState) float64 {
			if s.Oldest.IsZero() {
				return 0
			}
			return max(0, d.DB.Now().Sub(s.Oldest).Seconds())
		}),
	)
}

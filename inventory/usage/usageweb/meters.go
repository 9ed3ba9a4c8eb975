package usageweb

import (
	"errors"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"qingce/inventory/usage/wire"
)

// meters are the figures of the intake.
type meters struct {
	requests *prometheus.CounterVec
	accepted *prometheus.CounterVec
	refused  *prometheus.CounterVec
	bytes    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	newest   prometheus.Gauge
}

func newMeters(deps Deps) *meters {
	m := &meters{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qingce_probe_requests_total", Help: "Requests of probes that were answered.",
		}, []string{"format", "status"}),
		accepted: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qingce_probe_items_accepted_total", Help: "Reports, samples and data points that were taken.",
		}, []string{"format"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qingce_probe_items_refused_total", Help: "Reports, samples and data points that were sent back; bodies that were sent back whole count as one.",
		}, []string{"format", "code"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qingce_probe_bytes_total", Help: "Bytes of bodies of probes, as they came.",
		}, []string{"format"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "qingce_probe_answer_seconds", Help: "Time from the arrival of a request of a probe to its answer, after the commit.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"format"}),
		newest: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "qingce_probe_last_accepted_seconds", Help: "When something of a probe was last accepted, in Unix time.",
		}),
	}
	if deps.Metrics != nil {
		deps.Metrics.MustRegister(m.requests, m.accepted, m.refused, m.bytes, m.seconds, m.newest)
	}
	return m
}

// watch adds the figures that are read when somebody asks.
func (m *meters) watch(deps Deps, held *room) {
	if deps.Metrics == nil {
		return
	}
	waiting := func(name, help string, of func(rows, bytes int) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(of(deps.Intake.Waiting())) })
	}
	deps.Metrics.MustRegister(
		waiting("qingce_probe_queue_rows", "Hours that wait in memory for their commit.", func(rows, _ int) int { return rows }),
		waiting("qingce_probe_queue_bytes", "Memory of the hours that wait for their commit.", func(_, bytes int) int { return bytes }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "qingce_probe_body_bytes", Help: "Memory that is held for the bodies of requests.",
		}, func() float64 { return float64(held.used()) }),
	)
}

// count counts a request.
func (m *meters) count(v *visit, status int) {
	format := formatName(v.format)
	m.requests.WithLabelValues(format, strconv.Itoa(status)).Inc()
	m.bytes.WithLabelValues(format).Add(float64(v.bytes))
	now := v.front.clock()
	m.seconds.WithLabelValues(format).Observe(max(0, now.Sub(v.began).Seconds()))
	if v.err != nil {
		m.refused.WithLabelValues(format, string(codeOf(v.err))).Inc()
		return
	}
	if v.tally.Kept > 0 {
		m.accepted.WithLabelValues(format).Add(float64(v.tally.Kept))
		m.newest.Set(float64(now.Unix()))
	}
	for code, n := range v.tally.Reasons {
		m.refused.WithLabelValues(format, string(code)).Add(float64(n))
	}
}

// formatName is a format as figures name it.
func formatName(f wire.Format) string {
	switch f {
	case wire.ReportJSON:
		return "json"
	case wire.ReportLines:
		return "ndjson"
	case wire.RemoteWrite1:
		return "remote_write_1"
	case wire.RemoteWrite2:
		return "remote_write_2"
	case wire.OTLPProto:
		return "otlp"
	}
	return "otlp_json"
}

// codeOf is the reason for which a body was not taken.
func codeOf(err error) wire.Code {
	var failed *wire.Error
	if errors.As(err, &failed) {
		return failed.Code
	}
	return wire.Unavailable
}

package usageweb

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/auth"
	"qingce/inventory/usage"
)

// standings says how many probes there are of each standing, when somebody
// asks. While the database is away it says nothing: that is not zero.
type standings struct {
	desk *desk
	of   *prometheus.Desc
}

func (d *desk) watchStandings() {
	if d.Metrics == nil {
		return
	}
	d.Metrics.MustRegister(standings{d, prometheus.NewDesc("qingce_probes", "Probes, by how they stand.", []string{"state"}, nil)})
}

// Describe names the figure.
func (s standings) Describe(out chan<- *prometheus.Desc) { out <- s.of }

// Collect counts the probes.
func (s standings) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), tokenWithin)
	defer cancel()
	counts, err := s.desk.Probes.CountStandings(ctx, auth.System("metrics"))
	if err != nil {
		return
	}
	for _, one := range usage.Standings() {
		out <- prometheus.MustNewConstMetric(s.of, prometheus.GaugeValue, float64(counts[one]), string(one))
	}
}

package usage

import (
	"context"
	"strings"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// Unmapped is series of a probe that no rule takes: those of one metric that
// have labels of the same names, with the newest of them as an example.
type Unmapped struct {
	ProbeID ProbeID
	Metric  string
	// Signature is the names of the labels.
	Signature string
	Format    RuleFormat
	Kind      string // counter, gauge, delta, or empty when the sender did not say
	Samples   int64  // that came so far, about: what is sent twice counts twice
	FirstAt   time.Time
	LastAt    time.Time
	Labels    map[string]string `gorm:"serializer:json"`
	Value     float64
}

// TableName is the table of unmapped series.
func (Unmapped) TableName() string { return "usage_unmapped" }

// unmappedOf is how many kinds of unmapped series are listed of one probe, and
// unmappedHeld how many wait in memory to be written.
const (
	unmappedOf   = 500
	unmappedHeld = 5000
)

// stranger counts the samples of one unmapped series in one request.
type stranger struct {
	samples int64
	value   float64
	kind    wire.Kind
}

type unmappedKey struct {
	probe             ProbeID
	metric, signature string
}

// unmappedCounts collects what is to be written. A crash loses some of it, and
// no fact.
type unmappedCounts struct {
	mu     sync.Mutex
	counts map[unmappedKey]*Unmapped
}

func (c *unmappedCounts) add(probe ProbeID, f RuleFormat, now time.Time, found map[*compiled]*stranger) {
	if len(found) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[unmappedKey]*Unmapped{}
	}
	for m, n := range found {
		key := unmappedKey{probe, clean(m.name), signature(m.labels)}
		u := c.counts[key]
		if u == nil && len(c.counts) >= unmappedHeld {
			continue
		}
		if u == nil {
			u = &Unmapped{ProbeID: probe, Metric: key.metric, Signature: key.signature, FirstAt: now}
			c.counts[key] = u
		}
		u.Format, u.Kind, u.LastAt, u.Value = f, kindName(n.kind), now, n.value
		u.Samples += n.samples
		u.Labels = labelMap(m.labels)
	}
}

// take hands the counts over; giveBack returns what could not be written.
func (c *unmappedCounts) take() map[unmappedKey]*Unmapped {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.counts
	c.counts = nil
	return out
}

func (c *unmappedCounts) giveBack(counts map[unmappedKey]*Unmapped) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = counts
		return
	}
	for key, old := range counts {
		u := c.counts[key]
		switch {
		case u != nil:
			u.Samples, u.FirstAt = u.Samples+old.Samples, old.FirstAt
		case len(c.counts) < unmappedHeld:
			c.counts[key] = old
		}
	}
}

// signature is the names of labels, which are sorted.
func signature(labels wire.Labels) string {
	var b strings.Builder
	for i, l := range labels {
		if b.Len() > 500 {
			b.WriteString(",…")
			break
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(l.Name)
	}
	return clean(b.String())
}

func labelMap(labels wire.Labels) map[string]string {
	out := make(map[string]string, len(labels))
	for _, l := range labels {
		out[l.Name] = l.Value
	}
	return out
}

func kindName(k wire.Kind) string {
	switch k {
	case wire.Gauge:
		return "gauge"
	case wire.Counter:
		return "counter"
	case wire.Delta:
		return "delta"
	}
	return ""
}

// Unmapped lists the series of a probe that no rule took, those with the most
// samples first. A probe that by may not see is not found.
func (r *Rules) Unmapped(ctx context.Context, by auth.Principal, probe ProbeID) (out []Unmapped, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if err := r.mayRead(tx, by, probe); err != nil {
			return err
		}
		out, err = unmappedSeries(tx, probe)
		return err
	})
	return out, err
}

// Flush writes the counts of unmapped series that no delivery took along.
func (x *Inbox) Flush(ctx context.Context) error {
	counts := x.unmapped.take()
	if len(counts) == 0 {
		return nil
	}
	err := x.db.Write(ctx, func(tx *store.Tx) error { return keepUnmapped(tx, counts) })
	if err != nil {
		x.unmapped.giveBack(counts)
	}
	return err
}

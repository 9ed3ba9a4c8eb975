package usage

import (
	"context"
	"fmt"
	"sync"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// Arrival is what came of one request of a probe.
type Arrival struct {
	At time.Time
	// Origin is the network address that it came from.
	Origin string
	// Accepted is how many items were taken.
	Accepted int
	// Refused counts what was sent back by reason, and Issues are examples of it.
	Refused map[wire.Code]int
	Issues  []wire.Issue
}

// arrivals collects what arrived until it is written.
type arrivals struct {
	mu     *sync.Mutex
	probes map[ProbeID]*heard
	tokens map[TokenID]used
}

// heard is what was heard of a probe since it was last written.
type heard struct {
	contact      span
	success      span
	rejected     map[rejectedKey]*Rejection
	errorAt      time.Time
	errorCode    wire.Code
	errorExample Example
}

// span is the first and the last time of something.
type span struct{ first, last time.Time }

func (s *span) add(at time.Time) {
	if s.first.IsZero() || at.Before(s.first) {
		s.first = at
	}
	if at.After(s.last) {
		s.last = at
	}
}

func (s *span) join(o span) {
	if !o.first.IsZero() {
		s.add(o.first)
		s.add(o.last)
	}
}

type rejectedKey struct {
	day  calendar.Date
	code wire.Code
}

type used struct {
	at     time.Time
	origin string
}

func newArrivals() arrivals {
	return arrivals{mu: &sync.Mutex{}, probes: map[ProbeID]*heard{}, tokens: map[TokenID]used{}}
}

// Arrived notes what came of a request. It is cheap: Flush writes it.
func (p *Probes) Arrived(pass Pass, a Arrival) {
	c := &p.arrivals
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens[pass.TokenID] = used{a.At, a.Origin}
	h := c.of(pass.ProbeID)
	h.contact.add(a.At)
	if a.Accepted > 0 {
		h.success.add(a.At)
	}
	for code, n := range a.Refused {
		h.refuse(pass.ProbeID, a.At, code, int64(n))
	}
	for _, i := range a.Issues {
		h.example(a.At, i)
	}
}

func (c *arrivals) of(id ProbeID) *heard {
	h := c.probes[id]
	if h == nil {
		h = &heard{rejected: map[rejectedKey]*Rejection{}}
		c.probes[id] = h
	}
	return h
}

func (h *heard) refuse(id ProbeID, at time.Time, code wire.Code, n int64) {
	key := rejectedKey{calendar.DateOf(at), code}
	r := h.rejected[key]
	if r == nil {
		r = &Rejection{ProbeID: id, Day: key.day, Code: code}
		h.rejected[key] = r
	}
	r.Items, r.ExampleAt = r.Items+n, at
	h.errorAt, h.errorCode, h.errorExample = at, code, r.Example
}

// example keeps an item that was sent back, if its reason was counted.
func (h *heard) example(at time.Time, i wire.Issue) {
	if r := h.rejected[rejectedKey{calendar.DateOf(at), i.Code}]; r != nil {
		r.Example, r.ExampleAt = exampleOf(i), at
		h.errorAt, h.errorCode, h.errorExample = at, i.Code, r.Example
	}
}

// take gives what was collected, and begins anew.
func (c *arrivals) take() (map[ProbeID]*heard, map[TokenID]used) {
	c.mu.Lock()
	defer c.mu.Unlock()
	probes, tokens := c.probes, c.tokens
	c.probes, c.tokens = map[ProbeID]*heard{}, map[TokenID]used{}
	return probes, tokens
}

// putBack joins what could not be written with what came meanwhile.
func (c *arrivals) putBack(probes map[ProbeID]*heard, tokens map[TokenID]used) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, old := range probes {
		h := c.of(id)
		h.contact.join(old.contact)
		h.success.join(old.success)
		for key, r := range old.rejected {
			if newer := h.rejected[key]; newer != nil {
				newer.Items += r.Items
				continue
			}
			h.rejected[key] = r
		}
		if h.errorAt.Before(old.errorAt) {
			h.errorAt, h.errorCode, h.errorExample = old.errorAt, old.errorCode, old.errorExample
		}
	}
	for id, u := range tokens {
		if c.tokens[id].at.Before(u.at) {
			c.tokens[id] = u
		}
	}
}

// Flush writes what arrived since the last time, and ends the silences of the
// probes of which something was accepted. What cannot be written is kept for the
// next time.
func (p *Probes) Flush(ctx context.Context) error {
	probes, tokens := p.arrivals.take()
	if len(probes) == 0 {
		return nil
	}
	err := p.db.Write(ctx, func(tx *store.Tx) error {
		if err := writeContacts(tx, probes); err != nil {
			return err
		}
		if err := writeRejections(tx, probes); err != nil {
			return err
		}
		return writeUsed(tx, tokens)
	})
	if err != nil {
		p.arrivals.putBack(probes, tokens)
		return fmt.Errorf("write what arrived from probes: %w", err)
	}
	return nil
}

const (
	// flushEvery is how old the written figures of probes may be.
	flushEvery  = 2 * time.Second
	flushWithin = 5 * time.Second
)

// Keep flushes every few seconds until the context ends, and once more then.
// failed is told what could not be written.
func (p *Probes) Keep(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	flush := func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushWithin)
		defer cancel()
		if err := p.Flush(within); err != nil {
			failed(err)
		}
	}
	for {
		select {
		case <-tick.C:
			flush()
		case <-ctx.Done():
			flush()
			return
		}
	}
}

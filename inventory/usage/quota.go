package usage

import (
	"sync"
	"time"
)

// Rate is how much a token may send: so much a second for ever, and Burst of it
// at once.
type Rate struct{ PerSecond, Burst float64 }

// QuotaLimits bound what one token may send.
type QuotaLimits struct{ Requests, Items Rate }

// DefaultQuota lets a probe send more than any single system needs, and catch up
// after an outage, and no more than a fraction of what a node can take.
func DefaultQuota() QuotaLimits {
	return QuotaLimits{Requests: Rate{PerSecond: 50, Burst: 500}, Items: Rate{PerSecond: 20_000, Burst: 400_000}}
}

// Quotas counts what tokens send. It is safe for concurrent use.
type Quotas struct {
	limits QuotaLimits

	mu  sync.Mutex
	all map[TokenID]*quota
}

// quota is what one token has left.
type quota struct {
	requests, items float64
	at              time.Time
}

// NewQuotas makes quotas in which all tokens are equal.
func NewQuotas(limits QuotaLimits) *Quotas {
	return &Quotas{limits: limits, all: map[TokenID]*quota{}}
}

// mostQuotas is how many tokens are remembered; more than that sweeps away those
// that have all their quota.
const mostQuotas = 10_000

// Begin counts a request. A token that has used up its quota is told how long to
// wait, and nothing is counted.
func (q *Quotas) Begin(id TokenID, now time.Time) (wait time.Duration, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.filled(id, now)
	if t.requests < 1 || t.items <= 0 {
		missing := max((1-t.requests)/q.limits.Requests.PerSecond, (1-t.items)/q.limits.Items.PerSecond)
		return max(time.Duration(missing*float64(time.Second)), time.Second), false
	}
	t.requests--
	return 0, true
}

// Charge counts the items of a request that was begun. They may be more than is
// left: the next request then waits until they are paid off.
func (q *Quotas) Charge(id TokenID, items int, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.filled(id, now).items -= float64(items)
}

// filled is the quota of a token as it is now.
func (q *Quotas) filled(id TokenID, now time.Time) *quota {
	t := q.all[id]
	if t == nil {
		if len(q.all) >= mostQuotas {
			q.sweep(now)
		}
		t = &quota{q.limits.Requests.Burst, q.limits.Items.Burst, now}
		q.all[id] = t
	}
	if passed := now.Sub(t.at).Seconds(); passed > 0 {
		t.requests = min(t.requests+passed*q.limits.Requests.PerSecond, q.limits.Requests.Burst)
		t.items = min(t.items+passed*q.limits.Items.PerSecond, q.limits.Items.Burst)
	}
	t.at = now // a clock that was put back fills nothing, and then goes on
	return t
}

// sweep forgets the tokens that would have all their quota by now.
func (q *Quotas) sweep(now time.Time) {
	for id, t := range q.all {
		passed := now.Sub(t.at).Seconds()
		if t.requests+passed*q.limits.Requests.PerSecond >= q.limits.Requests.Burst &&
			t.items+passed*q.limits.Items.PerSecond >= q.limits.Items.Burst {
			delete(q.all, id)
		}
	}
}

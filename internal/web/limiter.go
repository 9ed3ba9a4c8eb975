package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"qingce/internal/fault"
)

// Limiter slows down callers that ask too often. It is mild: a whole office
// may share one address. It remembers only so many callers and forgets those
// first that have been silent longest. It is safe for concurrent use.
type Limiter struct {
	every time.Duration
	burst int
	most  int
	clock func() time.Time

	mu      sync.Mutex
	callers map[string]*caller
}

type caller struct {
	bucket *rate.Limiter
	seen   time.Time
}

// NewLimiter allows each caller burst calls at once and one more each time
// every has passed, and remembers at most most callers.
func NewLimiter(every time.Duration, burst, most int, clock func() time.Time) *Limiter {
	return &Limiter{every: every, burst: burst, most: most, clock: clock, callers: map[string]*caller{}}
}

// Take counts a call from the network address. One too many is a RateLimited
// fault that says when to come back.
func (l *Limiter) Take(origin string) error {
	now := l.clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.find(network(origin), now)
	if c.bucket.AllowN(now, 1) {
		return nil
	}
	busy := fault.New(fault.RateLimited, "web.err.too_often")
	missing := 1 - c.bucket.TokensAt(now)
	busy.RetryAfter = time.Duration(missing * float64(l.every)).Round(time.Second)
	busy.RetryAfter = max(busy.RetryAfter, time.Second)
	return busy
}

func (l *Limiter) find(who string, now time.Time) *caller {
	c, ok := l.callers[who]
	if !ok {
		if len(l.callers) >= l.most {
			l.forget()
		}
		c = &caller{bucket: rate.NewLimiter(rate.Every(l.every), l.burst)}
		l.callers[who] = c
	}
	c.seen = now
	return c
}

// forget drops the caller that has been silent longest.
func (l *Limiter) forget() {
	oldest := ""
	for who, c := range l.callers {
		if oldest == "" || c.seen.Before(l.callers[oldest].seen) {
			oldest = who
		}
	}
	delete(l.callers, oldest)
}

// network is the address by which a caller is counted: of IPv6 the part that
// one subscriber gets, which can use every address below it.
func network(origin string) string {
	addr, err := netip.ParseAddr(origin)
	if err != nil || addr.Is4() || addr.Is4In6() {
		return origin
	}
	const subscriber = 64
	prefix, err := addr.WithZone("").Prefix(subscriber)
	if err != nil {
		return origin
	}
	return prefix.String()
}

package usage

import (
	"math"
	"slices"
	"time"

	"qingce/inventory/usage/wire"
)

const (
	hourMillis   = int64(time.Hour / time.Millisecond)
	minuteMillis = int64(time.Minute / time.Millisecond)
	// longestStep is the longest time between two points for which a series
	// counts as measured throughout.
	longestStep = 15 * minuteMillis
	// trustedStart is how long before its first point a sum may have begun for
	// that point to count from nothing: beyond it the sum is mostly of a time
	// before anybody watched.
	trustedStart = 24 * hourMillis
)

// readout is what the points of one hour of one series say. Nothing known is
// not zero.
type readout struct {
	amount int64 // in the unit of the signal
	millis int64 // of the hour that were measured
	known  bool
}

// readPoints reads the points of the hour that begins at start, in the order of
// time. Base is the last point of the series before them, if there is one: the
// growth from it to the first point, across whatever silence, belongs to this
// hour, so that every growth belongs to exactly one. A sum that falls, or that
// began anew since the point before, has been reset and counts from nothing.
func readPoints(t target, base *point, ps []point, start int64) readout {
	r := gatherer{target: t, start: start}
	for i := range ps {
		r.add(base, ps[i])
		base = &ps[i]
	}
	return r.readout()
}

// gatherer walks the points of an hour.
type gatherer struct {
	target
	start   int64
	sum     float64 // of growths
	millis  int64
	known   bool
	levels  []float64
	weights []float64
}

func (g *gatherer) add(prev *point, p point) {
	switch g.reading {
	case GaugeReading:
		g.level(p.value, 1)
		g.cover(prev, p, false)
	case DeltaReading:
		if p.start > 0 && (prev == nil || p.start > prev.at-minuteMillis) {
			prev = &point{at: p.start} // it says itself since when it counts
		}
		g.grow(prev, p, p.value)
	default:
		if growth, ok := growth(prev, p); ok {
			g.grow(sinceWhen(prev, p), p, growth)
		}
	}
}

// growth is by how much a sum grew up to p. Of a first point it is known only
// when the sum is young.
func growth(prev *point, p point) (float64, bool) {
	switch {
	case prev == nil:
		return p.value, p.start > 0 && p.start <= p.at && p.at-p.start <= trustedStart
	case p.start > prev.at, p.value < prev.value:
		return p.value, true
	}
	return p.value - prev.value, true
}

// sinceWhen is the point from which a sum grew: where it began, if it began anew.
func sinceWhen(prev *point, p point) *point {
	if prev == nil {
		return &point{at: p.start}
	}
	return prev
}

// grow takes a growth. Of a signal that is a level, growth is its integral: the
// seconds in which a processor had something to do.
func (g *gatherer) grow(prev *point, p point, by float64) {
	if flows(g.signal) {
		g.sum, g.known = g.sum+by, true
		g.cover(prev, p, true)
		return
	}
	if prev == nil || p.at <= prev.at || p.at-prev.at > longestStep {
		return
	}
	seconds := float64(p.at-prev.at) / 1000
	rate := by / seconds
	if g.reading == IdleReading {
		rate = max(0, 1-rate)
	}
	g.level(rate, seconds)
	g.cover(prev, p, false)
}

func (g *gatherer) level(v, weight float64) {
	g.levels, g.weights, g.known = append(g.levels, v), append(g.weights, weight), true
}

// cover counts the time that a point has measured. A step counts for the hour
// in which it ends, as its growth does; of a longer silence what lies in the
// hour, if all of its growth is known, else the minute of the point.
func (g *gatherer) cover(prev *point, p point, whole bool) {
	switch {
	case prev != nil && p.at-prev.at <= longestStep:
		g.millis += max(0, p.at-prev.at)
	case prev != nil && whole:
		g.millis += p.at - g.start
	default:
		g.millis += minuteMillis
	}
}

func (g *gatherer) readout() readout {
	if !g.known {
		return readout{}
	}
	v := g.sum
	if !flows(g.signal) {
		v = g.summary()
	}
	return readout{amount: g.scaled(v), millis: min(g.millis, hourMillis), known: true}
}

// summary is the one level of the hour that the signal asks for.
func (g *gatherer) summary() float64 {
	switch g.signal {
	case wire.CPUAvg, wire.MemAvg:
		sum, weight := 0.0, 0.0
		for i, v := range g.levels {
			sum, weight = sum+v*g.weights[i], weight+g.weights[i]
		}
		return sum / weight
	case wire.CPUP95:
		return percentile(g.levels, 95)
	case wire.CPUP05:
		return percentile(g.levels, 5)
	}
	return slices.Max(g.levels)
}

// percentile is the nearest rank.
func percentile(levels []float64, p int) float64 {
	slices.Sort(levels)
	rank := (len(levels)*p + 99) / 100
	return levels[max(rank, 1)-1]
}

// mostAmount bounds what one series can say of an hour, so that sums of many
// stay whole numbers.
const mostAmount = 1 << 50

// scaled turns a value of the series into the unit of the signal.
func (t target) scaled(v float64) int64 {
	v = v * float64(t.num) / float64(t.den)
	top := float64(mostAmount)
	if t.signal.Unit() == wire.Percent {
		v, top = v*100, 100_00
	}
	return int64(math.Round(min(max(v, 0), top)))
}

// flows tells whether a signal is counted up over the hour, and not a level.
func flows(s wire.Signal) bool { return s <= wire.NetBytes }

// joined puts the series of one source that say the same signal together, in
// any order. Counts and what is stored in several places add up; of levels the
// signal says which counts.
func joined(s wire.Signal, all []readout) readout {
	var out readout
	weighted, weight := int64(0), int64(0)
	for _, r := range all {
		if !r.known {
			continue
		}
		out.millis = max(out.millis, r.millis)
		switch {
		case !out.known:
			out.amount, out.known = r.amount, true
		case flows(s), s == wire.StorageBytes:
			out.amount += r.amount
		case s == wire.CPUP05:
			out.amount = min(out.amount, r.amount)
		default:
			out.amount = max(out.amount, r.amount)
		}
		w := max(1, r.millis/1000)
		weighted, weight = weighted+r.amount*w, weight+w
	}
	if slices.Contains(smallCounts[:], s) {
		out.amount = min(out.amount, mostCount)
	}
	if weight > 0 && (s == wire.CPUAvg || s == wire.MemAvg) {
		out.amount = (weighted + weight/2) / weight
	}
	return out
}

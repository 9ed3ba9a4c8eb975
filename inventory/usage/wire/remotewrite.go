package wire

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

const nameLabel = "__name__"

// RemoteWrite decodes an unpacked remote write of version 1.0 or 2.0 and shows
// every sample that can be taken to the visitor. Within a series the times
// must rise: an older sample is refused, the same sample again is noted and
// not visited. Errors are of type *Error: the body as a whole cannot be read.
func (d *Decoder) RemoteWrite(version Format, body []byte, now time.Time, visit Visit) (Tally, error) {
	p := &writePass{pass: d.pass(now, visit)}
	err := error(nil)
	if version == RemoteWrite1 {
		err = p.version1(body)
	} else {
		err = p.version2(body)
	}
	return p.Tally, err
}

// writePass is a pass through the series of a remote write.
type writePass struct {
	*pass
	count      int // series so far
	histograms int // of the series at hand
	bad        int // of them, those that contradict themselves
	exemplars  int
	name       string // of the label whose value comes next
	created    int64  // when the series began, as early senders of 2.0 put it
	fault      Issue  // what refuses the series at hand before its labels are seen
}

// begin makes room for the next series.
func (p *writePass) begin() error {
	if p.count >= p.limits.Series {
		return tooLarge(TooManySeries, p.limits.Series)
	}
	p.series = Series{Ref: p.count}
	p.labels, p.points = p.labels[:0], p.points[:0]
	p.histograms, p.bad, p.exemplars, p.created, p.fault = 0, 0, 0, 0, Issue{}
	p.count++
	return nil
}

// add keeps a sample until the labels of its series are known.
func (p *writePass) add(pt point) error {
	p.Items++
	if p.Items > p.limits.Items {
		return tooLarge(TooManyItems, p.limits.Items)
	}
	p.points = append(p.points, pt)
	return nil
}

// end checks the series at hand and offers its samples.
func (p *writePass) end() {
	issue, ok := p.sound(nameLabel)
	if p.fault.Code != "" {
		issue, ok = p.fault, false
		issue.Index, issue.Item = p.series.Ref, p.series.Name
	}
	if !ok {
		issue.Count = max(1, len(p.points)+p.histograms+p.exemplars)
		p.refuse(p.limits.Issues, issue)
		return
	}
	p.unkept(HistogramUnkept, p.histograms-p.bad, &p.Histograms)
	p.unkept(ExemplarUnkept, p.exemplars, &p.Exemplars)
	if p.bad > 0 {
		p.refuse(p.limits.Issues, p.about(HistogramBroken, "count", p.bad))
	}
	p.sample.Series = &p.series
	var last *point
	for i := range p.points {
		pt := &p.points[i]
		if (last == nil || p.ordered(last, pt)) && p.offerPoint(pt) {
			last = pt
		}
	}
}

// unkept notes or refuses what is understood but not kept.
func (p *writePass) unkept(code Code, n int, written *int) {
	switch {
	case n == 0:
	case p.limits.RefuseUnkept:
		p.refuse(p.limits.Issues, p.about(code, "", n))
	default:
		*written += n
		p.note(p.about(code, "", n))
	}
}

// ordered tells whether a sample comes after the last one of its series.
func (p *writePass) ordered(last, pt *point) bool {
	if pt.at > last.at {
		return true
	}
	if pt.at == last.at && math.Float64bits(pt.value) == math.Float64bits(last.value) {
		p.Samples++
		p.note(p.about(SampleTwice, "timestamp", 1))
		return false
	}
	code := OutOfOrder
	if pt.at == last.at {
		code = TimeTwice
	}
	i := p.about(code, "timestamp", 1)
	i.Got, i.Want = strconv.FormatInt(pt.at, 10), strconv.FormatInt(last.at, 10)
	p.refuse(p.limits.Issues, i)
	return false
}

func (p *writePass) offerPoint(pt *point) bool {
	p.sample.Value = pt.value
	p.sample.At = time.UnixMilli(pt.at).UTC()
	p.sample.Start = time.Time{}
	if start := cmp.Or(pt.start, p.created); start != 0 {
		p.sample.Start = time.UnixMilli(start).UTC()
	}
	return p.offer()
}

// addLabel keeps a label of the series at hand. A series with too many is
// refused, and costs no memory for the rest of them.
func (p *writePass) addLabel(l Label) {
	if len(p.labels) > p.limits.Labels+1 { // and the name of the metric
		if p.fault.Code == "" {
			p.fault = p.wrong(TooManyLabels, "", "", fmt.Sprint(p.limits.Labels))
		}
		return
	}
	p.labels = append(p.labels, l)
}

// readPoint reads a Sample, whose first three fields are the same in both versions.
func (p *writePass) readPoint(b []byte) error {
	var pt point
	f := message(b)
	for f.next() {
		switch {
		case f.is(1, protowire.Fixed64Type):
			pt.value = f.double()
		case f.is(2, protowire.VarintType):
			pt.at = f.int()
		case f.is(3, protowire.VarintType):
			pt.start = f.int()
		}
	}
	if f.broken {
		return broken("samples")
	}
	return p.add(pt)
}

// broken says in which part of a message its bytes stop making sense.
func broken(part string) *Error { return bad(MessageBroken, part, "") }

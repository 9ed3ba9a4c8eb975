package wire

import (
	"math"
	"strconv"
	"time"
)

// OTLP decodes an unpacked ExportMetricsServiceRequest and shows every data
// point of its gauges and sums to the visitor, each as a series with one
// sample. The labels are the attributes of the resource, otel.scope.name, and
// the attributes of the point, which win where names are the same. A point of a
// histogram is one item and two series, as others name them: <name>_count, whose
// verdict is that of the point, and <name>_sum, unless the sum is not there or
// not sure to grow. Its buckets are not kept. Summaries are refused under a code
// of their own. Errors are of type *Error: the body as a whole cannot be read.
func (d *Decoder) OTLP(format Format, body []byte, now time.Time, visit Visit) (Tally, error) {
	d.arena, d.shared = d.arena[:0], d.shared[:0]
	p := &otlpPass{pass: d.pass(now, visit)}
	err := error(nil)
	if format == OTLPJSON {
		err = p.readJSON(body)
	} else {
		err = p.readProto(body)
	}
	return p.Tally, err
}

const scopeLabel = "otel.scope.name"

// otlpPass is a pass through the data points of an OTLP request.
type otlpPass struct {
	*pass
	metrics   int
	metric    metric
	tooMany   bool // labels of the point at hand, or of its resource
	crowded   bool // labels of the resource at hand
	resources int  // how many of the shared labels are of the resource
}

// metric is what the data points of a metric share.
type metric struct {
	name, unit string
	histogram  bool
	sum        string // the name of the sum of a histogram
	sumUnit    string
	kind       Kind
	fault      Code // why its points cannot be taken
}

// otlpPoint is a data point as either encoding has it.
type otlpPoint struct {
	at, start uint64 // nanoseconds since 1970
	value     float64
	valued    bool
	sum       float64 // of a histogram, whose value is its count
	summed    bool
	flags     uint64
}

// temporality works out the kind of a sum.
func (m *metric) temporality(temporality int64, monotonic bool) {
	switch {
	case temporality == 2 && monotonic:
		m.kind = Counter
	case temporality == 2: // goes up and down: its sum is a level
		m.kind = Gauge
	case temporality == 1 && monotonic:
		m.kind = Delta
	case temporality == 1:
		m.fault = LevelAsDelta
	default:
		m.fault = Temporality
	}
}

// histogram makes the metric at hand the count of a histogram, and names its sum.
func (p *otlpPass) histogram(temporality int64) {
	m := &p.metric
	m.histogram = true
	m.temporality(temporality, true)
	name := m.name
	if name == "" {
		return // which refuses its points
	}
	m.name = p.inArena(func(dst []byte) []byte { return append(append(dst, name...), "_count"...) })
	m.sum = p.inArena(func(dst []byte) []byte { return append(append(dst, name...), "_sum"...) })
	m.sumUnit, m.unit = m.unit, ""
}

// temporalityOf reads a temporality that is written as a name.
func temporalityOf(name string) int64 {
	switch name {
	case "AGGREGATION_TEMPORALITY_DELTA":
		return 1
	case "AGGREGATION_TEMPORALITY_CUMULATIVE":
		return 2
	}
	return 0
}

// beginResource forgets the labels of the resource before.
func (p *otlpPass) beginResource() {
	p.arena, p.shared, p.crowded = p.arena[:0], p.shared[:0], false
}

// endResource remembers which labels all scopes of the resource share.
func (p *otlpPass) endResource() {
	p.resources = len(p.shared)
}

// beginScope adds the name of the scope to the labels of the resource.
func (p *otlpPass) beginScope(name string) {
	p.shared = p.shared[:p.resources]
	if name != "" {
		p.shared = append(p.shared, Label{scopeLabel, name})
	}
}

func (p *otlpPass) beginMetric(m metric) error {
	p.metrics++
	if p.metrics > p.limits.Series {
		return tooLarge(TooManySeries, p.limits.Series)
	}
	p.metric = m
	return nil
}

// beginPoint makes room for the next data point.
func (p *otlpPass) beginPoint() error {
	p.Items++
	if p.Items > p.limits.Items {
		return tooLarge(TooManyItems, p.limits.Items)
	}
	p.labels, p.tooMany = p.labels[:0], false
	p.series = Series{Ref: p.Items - 1, Name: p.metric.name, Unit: p.metric.unit, Kind: p.metric.kind}
	return nil
}

// attribute keeps an attribute of the resource or of the point at hand.
func (p *otlpPass) attribute(to *[]Label, l Label) {
	switch {
	case len(*to) <= p.limits.Labels:
		*to = append(*to, l)
	case to == &p.shared:
		p.crowded = true
	default:
		p.tooMany = true
	}
}

// compound notes an attribute that is a list or a map: such are no labels.
func (p *otlpPass) compound(key string) {
	p.note(Issue{Index: p.Items, Item: p.metric.name, Member: key, Code: AttributeUnkept, Count: 1})
}

// inArena puts the text of a number behind those that are still in use.
func (p *otlpPass) inArena(write func(dst []byte) []byte) string {
	from := len(p.arena)
	p.arena = write(p.arena)
	return text(p.arena[from:])
}

func (p *otlpPass) intText(n int64) string {
	return p.inArena(func(dst []byte) []byte { return strconv.AppendInt(dst, n, 10) })
}

func (p *otlpPass) doubleText(f float64) string {
	return p.inArena(func(dst []byte) []byte { return strconv.AppendFloat(dst, f, 'g', -1, 64) })
}

// unkept refuses the points of a metric of a kind of which nothing is kept.
func (p *otlpPass) unkept(code Code, points int) error {
	if points == 0 {
		return nil
	}
	p.series = Series{Ref: p.Items, Name: p.metric.name}
	p.Items += points
	if p.Items > p.limits.Items {
		return tooLarge(TooManyItems, p.limits.Items)
	}
	p.refuse(p.limits.Issues, p.about(code, "", points))
	return nil
}

// endPoint checks the data point at hand and offers it.
func (p *otlpPass) endPoint(pt otlpPoint) {
	own := len(p.labels)
	for _, l := range p.shared {
		if Labels(p.labels[:own]).Get(l.Name) == "" {
			p.labels = append(p.labels, l)
		}
	}
	issue, ok := p.sound("")
	if code, member := p.unfit(pt); code != "" {
		issue, ok = p.about(code, member, 1), false
	}
	if !ok {
		p.refuse(p.limits.Issues, issue)
		return
	}
	p.sample = Sample{Series: &p.series, Value: pt.value, At: moment(pt.at)}
	if pt.flags&1 != 0 { // no recorded value
		p.sample.Value = math.Float64frombits(staleBits)
	}
	if pt.start != 0 {
		p.sample.Start = moment(pt.start)
	}
	if p.offer() && pt.summed && pt.sum >= 0 && pt.flags&1 == 0 {
		p.offerSum(pt.sum)
	}
}

// offerSum shows the sum of the histogram whose count was taken. It is no item
// of its own, so that what becomes of it is not counted.
func (p *otlpPass) offerSum(sum float64) {
	p.series.Name, p.series.Unit = p.metric.sum, p.metric.sumUnit
	p.sample.Value, p.sample.Flaw = sum, flaw(sum)
	p.visit(&p.sample)
}

// unfit says what keeps a point from being a sample.
func (p *otlpPass) unfit(pt otlpPoint) (code Code, member string) {
	switch {
	case p.metric.fault != "":
		return p.metric.fault, ""
	case p.tooMany || p.crowded:
		return TooManyLabels, "attributes"
	case pt.at == 0:
		return TimeMissing, "timeUnixNano"
	case !pt.valued && pt.flags&1 == 0:
		return ValueMissing, "value"
	}
	return "", ""
}

// moment turns nanoseconds since 1970 into a time; what is beyond 2262 is then.
func moment(nanos uint64) time.Time {
	return time.Unix(0, int64(min(nanos, math.MaxInt64))).UTC()
}

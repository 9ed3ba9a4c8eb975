package wire

import "fmt"

// readJSON walks the request in JSON. Names are read in lowerCamelCase, as the
// protocol has them, and as the schema has them; others are skipped.
func (p *otlpPass) readJSON(body []byte) error {
	c := newChecker(body, p.limits.Depth)
	at := blank(body, 0)
	end, trouble := c.check(at)
	if end >= 0 && blank(body, end) < len(body) {
		end, trouble = -1, blank(body, end)
	}
	switch {
	case c.deep:
		return bad(TooDeep, fmt.Sprint(trouble), fmt.Sprint(p.limits.Depth))
	case end < 0:
		return bad(JSONBroken, fmt.Sprint(trouble), "")
	case body[at] != '{':
		return broken("ExportMetricsServiceRequest")
	}
	return eachOf(value(body[at:end]).pick("resourceMetrics")[0], "resourceMetrics", p.jsonResource)
}

// eachOf visits the objects of an array.
func eachOf(v value, name string, visit func(value) error) error {
	if v.null() {
		return nil
	}
	if v.kind() != '[' {
		return broken(name)
	}
	for item := range v.items() {
		if item.kind() != '{' {
			return broken(name)
		}
		if err := visit(item); err != nil {
			return err
		}
	}
	return nil
}

// picked is room for the members that one walk through an object picks.
type picked [3]value

// pick finds members of an object by their names. What is not there, and null,
// is nil.
func (v value) pick(names ...string) (found picked) {
	for name, m := range v.members() {
		for i, want := range names {
			if same(name, want) {
				found[i] = m
			}
		}
	}
	for i := range found {
		if found[i].null() {
			found[i] = nil
		}
	}
	return found
}

// same tells whether a name is the wanted one, in lowerCamelCase or as the
// schema writes it: dataPoints, data_points.
func same(name, camel string) bool {
	if name == camel {
		return true
	}
	at := 0
	for i := range len(camel) {
		c := camel[i]
		if c >= 'A' && c <= 'Z' {
			if at >= len(name) || name[at] != '_' {
				return false
			}
			at, c = at+1, c|0x20
		}
		if at >= len(name) || name[at] != c {
			return false
		}
		at++
	}
	return at == len(name)
}

func (p *otlpPass) jsonResource(v value) error {
	p.beginResource()
	m := v.pick("resource", "scopeMetrics")
	attributes := m[0].pick("attributes")[0]
	if err := eachOf(attributes, "attributes", func(kv value) error { return p.jsonAttribute(&p.shared, kv) }); err != nil {
		return err
	}
	p.endResource()
	return eachOf(m[1], "scopeMetrics", p.jsonScope)
}

func (p *otlpPass) jsonScope(v value) error {
	m := v.pick("scope", "metrics")
	name, _ := m[0].pick("name")[0].text()
	p.beginScope(name)
	return eachOf(m[1], "metrics", p.jsonMetric)
}

func (p *otlpPass) jsonMetric(v value) error {
	m := v.pick("name", "unit")
	name, _ := m[0].text()
	unit, _ := m[1].text()
	if err := p.beginMetric(metric{name: name, unit: unit}); err != nil {
		return err
	}
	for name, data := range v.members() {
		read := p.jsonData(name)
		if read == nil || data.null() {
			continue
		}
		if data.kind() != '{' {
			return broken(name)
		}
		if err := read(data); err != nil {
			return err
		}
	}
	return nil
}

// jsonData is what reads the data of a metric of a kind, nil for other members.
func (p *otlpPass) jsonData(name string) func(value) error {
	switch {
	case name == "gauge":
		return p.jsonGauge
	case name == "sum":
		return p.jsonSum
	case name == "histogram", same(name, "exponentialHistogram"):
		return p.jsonHistogram
	case name == "summary":
		return func(data value) error { return p.jsonUnkept(SummaryUnkept, data) }
	}
	return nil
}

func (p *otlpPass) jsonGauge(data value) error {
	p.metric.kind = Gauge
	return eachOf(data.pick("dataPoints")[0], "dataPoints", p.jsonPoint)
}

func (p *otlpPass) jsonSum(data value) error {
	m := data.pick("aggregationTemporality", "isMonotonic", "dataPoints")
	p.metric.temporality(m[0].temporality(), m[1].kind() == 't')
	return eachOf(m[2], "dataPoints", p.jsonPoint)
}

// temporality reads a temporality, which may be a number or a name.
func (v value) temporality() int64 {
	if n, ok := v.whole(); ok {
		return n
	}
	name, _ := v.text()
	return temporalityOf(name)
}

func (p *otlpPass) jsonHistogram(data value) error {
	m := data.pick("aggregationTemporality", "dataPoints")
	p.histogram(m[0].temporality())
	return eachOf(m[1], "dataPoints", p.jsonPoint)
}

func (p *otlpPass) jsonUnkept(code Code, data value) error {
	points := 0
	err := eachOf(data.pick("dataPoints")[0], "dataPoints", func(value) error {
		points++
		return nil
	})
	if err != nil {
		return err
	}
	return p.unkept(code, points)
}

func (p *otlpPass) jsonPoint(v value) error {
	if err := p.beginPoint(); err != nil {
		return err
	}
	mark := len(p.arena)
	defer func() { p.arena = p.arena[:mark] }()
	pt := otlpPoint{valued: p.metric.histogram} // a count of zero may be left out
	for name, m := range v.members() {
		if m.null() {
			continue
		}
		err, ok := error(nil), true
		switch {
		case name == "attributes":
			err = eachOf(m, name, func(kv value) error { return p.jsonAttribute(&p.labels, kv) })
		case same(name, "startTimeUnixNano"):
			pt.start, ok = m.unsigned()
		case same(name, "timeUnixNano"):
			pt.at, ok = m.unsigned()
		case same(name, "asDouble"):
			pt.value, ok = m.double()
			pt.valued = ok
		case same(name, "asInt"):
			var n int64
			n, ok = m.whole()
			pt.value, pt.valued = float64(n), ok
		case name == "count" && p.metric.histogram:
			var n uint64
			n, ok = m.unsigned()
			pt.value = float64(n)
		case name == "sum" && p.metric.histogram:
			pt.sum, ok = m.double()
			pt.summed = ok
		case name == "flags":
			pt.flags, ok = m.unsigned()
		}
		switch {
		case err != nil:
			return err
		case !ok:
			return broken(name)
		}
	}
	p.endPoint(pt)
	return nil
}

func (p *otlpPass) jsonAttribute(to *[]Label, v value) error {
	var l Label
	ok := true
	kv := v.pick("key", "value")
	if kv[0] != nil {
		l.Name, ok = kv[0].text()
	}
	for name, m := range kv[1].members() {
		if m.null() {
			continue
		}
		switch {
		case same(name, "stringValue"):
			l.Value, ok = m.text()
		case same(name, "boolValue"):
			l.Value, ok = text(m), m.kind() == 't' || m.kind() == 'f'
		case same(name, "intValue"):
			var n int64
			n, ok = m.whole()
			l.Value = p.intText(n)
		case same(name, "doubleValue"):
			var f float64
			f, ok = m.double()
			l.Value = p.doubleText(f)
		case same(name, "arrayValue"), same(name, "kvlistValue"), same(name, "bytesValue"):
			p.compound(l.Name)
			return nil
		}
		if !ok {
			return broken("attributes")
		}
	}
	if !ok {
		return broken("attributes")
	}
	p.attribute(to, l)
	return nil
}

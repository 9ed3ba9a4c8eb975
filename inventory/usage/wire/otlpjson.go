package wire

import (
	"fmt"
	"slices"
)

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
	for name, v := range value(body[at:end]).members() {
		if name == "resourceMetrics" || name == "resource_metrics" {
			if err := eachOf(v, name, p.jsonResource); err != nil {
				return err
			}
		}
	}
	return nil
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

// member finds a member of an object under one of its names. Null is as if it
// were absent.
func (v value) member(names ...string) value {
	var found value
	for name, m := range v.members() {
		if slices.Contains(names, name) {
			found = m
		}
	}
	if found.null() {
		return nil
	}
	return found
}

func (p *otlpPass) jsonResource(v value) error {
	p.beginResource()
	attributes := v.member("resource").member("attributes")
	if err := eachOf(attributes, "attributes", func(kv value) error { return p.jsonAttribute(&p.shared, kv) }); err != nil {
		return err
	}
	p.endResource()
	return eachOf(v.member("scopeMetrics", "scope_metrics"), "scopeMetrics", p.jsonScope)
}

func (p *otlpPass) jsonScope(v value) error {
	name, _ := v.member("scope").member("name").text()
	p.beginScope(name)
	return eachOf(v.member("metrics"), "metrics", p.jsonMetric)
}

func (p *otlpPass) jsonMetric(v value) error {
	var m metric
	m.name, _ = v.member("name").text()
	m.unit, _ = v.member("unit").text()
	if err := p.beginMetric(m); err != nil {
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
	switch name {
	case "gauge":
		return p.jsonGauge
	case "sum":
		return p.jsonSum
	case "histogram", "exponentialHistogram", "exponential_histogram":
		return func(data value) error { return p.jsonUnkept(HistogramUnkept, data) }
	case "summary":
		return func(data value) error { return p.jsonUnkept(SummaryUnkept, data) }
	}
	return nil
}

func (p *otlpPass) jsonGauge(data value) error {
	p.metric.kind = Gauge
	return p.jsonPoints(data)
}

func (p *otlpPass) jsonPoints(data value) error {
	return eachOf(data.member("dataPoints", "data_points"), "dataPoints", p.jsonPoint)
}

func (p *otlpPass) jsonSum(data value) error {
	t := data.member("aggregationTemporality", "aggregation_temporality")
	temporality, _ := t.whole()
	switch name, _ := t.text(); name {
	case "AGGREGATION_TEMPORALITY_DELTA":
		temporality = 1
	case "AGGREGATION_TEMPORALITY_CUMULATIVE":
		temporality = 2
	}
	p.metric.temporality(temporality, data.member("isMonotonic", "is_monotonic").kind() == 't')
	return p.jsonPoints(data)
}

func (p *otlpPass) jsonUnkept(code Code, data value) error {
	points := 0
	err := eachOf(data.member("dataPoints", "data_points"), "dataPoints", func(value) error {
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
	var pt otlpPoint
	for name, m := range v.members() {
		if m.null() {
			continue
		}
		err, ok := error(nil), true
		switch name {
		case "startTimeUnixNano", "start_time_unix_nano":
			pt.start, ok = m.unsigned()
		case "timeUnixNano", "time_unix_nano":
			pt.at, ok = m.unsigned()
		case "asDouble", "as_double":
			pt.value, ok = m.double()
			pt.valued = ok
		case "asInt", "as_int":
			var n int64
			n, ok = m.whole()
			pt.value, pt.valued = float64(n), ok
		case "attributes":
			err = eachOf(m, name, func(kv value) error { return p.jsonAttribute(&p.labels, kv) })
		case "flags":
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
	if key := v.member("key"); key != nil {
		l.Name, ok = key.text()
	}
	for name, m := range v.member("value").members() {
		if m.null() {
			continue
		}
		switch name {
		case "stringValue", "string_value":
			l.Value, ok = m.text()
		case "boolValue", "bool_value":
			l.Value, ok = text(m), m.kind() == 't' || m.kind() == 'f'
		case "intValue", "int_value":
			var n int64
			n, ok = m.whole()
			l.Value = p.intText(n)
		case "doubleValue", "double_value":
			var f float64
			f, ok = m.double()
			l.Value = p.doubleText(f)
		case "arrayValue", "array_value", "kvlistValue", "kvlist_value", "bytesValue", "bytes_value":
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

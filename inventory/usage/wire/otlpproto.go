package wire

import "google.golang.org/protobuf/encoding/protowire"

// readProto walks the request in protobuf. What concerns all parts of a
// message may stand behind them, so each is walked twice.
func (p *otlpPass) readProto(body []byte) error {
	return each(body, 1, "resource_metrics", p.protoResource)
}

// each visits the messages in the field with a number.
func each(b []byte, num protowire.Number, part string, visit func([]byte) error) error {
	f := message(b)
	for f.next() {
		if !f.is(num, protowire.BytesType) {
			continue
		}
		if err := visit(f.bytes); err != nil {
			return err
		}
	}
	if f.broken {
		return broken(part)
	}
	return nil
}

func (p *otlpPass) protoResource(b []byte) error {
	p.beginResource()
	err := each(b, 1, "resource", func(resource []byte) error {
		return each(resource, 1, "attributes", func(kv []byte) error { return p.protoAttribute(&p.shared, kv) })
	})
	if err != nil {
		return err
	}
	p.endResource()
	return each(b, 2, "scope_metrics", p.protoScope)
}

func (p *otlpPass) protoScope(b []byte) error {
	name := ""
	err := each(b, 1, "scope", func(scope []byte) error {
		return each(scope, 1, "name", func(s []byte) error {
			name = text(s)
			return nil
		})
	})
	if err != nil {
		return err
	}
	p.beginScope(name)
	return each(b, 2, "metrics", p.protoMetric)
}

func (p *otlpPass) protoMetric(b []byte) error {
	var m metric
	var kind protowire.Number
	var data []byte
	f := message(b)
	for f.next() {
		switch {
		case f.is(1, protowire.BytesType):
			m.name = f.text()
		case f.is(3, protowire.BytesType):
			m.unit = f.text()
		case f.num >= 5 && f.num <= 11 && f.typ == protowire.BytesType:
			kind, data = f.num, f.bytes
		}
	}
	if f.broken {
		return broken("metrics")
	}
	if err := p.beginMetric(m); err != nil {
		return err
	}
	switch kind {
	case 5:
		p.metric.kind = Gauge
		return each(data, 1, "gauge", p.protoPoint)
	case 7:
		return p.protoSum(data)
	case 9:
		return p.protoHistogram(data, 9)
	case 10:
		return p.protoHistogram(data, 1)
	case 11:
		return p.protoUnkept(SummaryUnkept, data)
	case 0:
		return nil // a metric without data
	}
	return p.unkept(MetricTypeUnread, 1)
}

func (p *otlpPass) protoSum(b []byte) error {
	var temporality int64
	var monotonic bool
	f := message(b)
	for f.next() {
		switch {
		case f.is(2, protowire.VarintType):
			temporality = f.int()
		case f.is(3, protowire.VarintType):
			monotonic = f.number != 0
		}
	}
	if f.broken {
		return broken("sum")
	}
	p.metric.temporality(temporality, monotonic)
	return each(b, 1, "sum", p.protoPoint)
}

// protoHistogram reads the points of a histogram, of which the two kinds
// differ in the field that holds the attributes.
func (p *otlpPass) protoHistogram(b []byte, attributes protowire.Number) error {
	var temporality int64
	f := message(b)
	for f.next() {
		if f.is(2, protowire.VarintType) {
			temporality = f.int()
		}
	}
	if f.broken {
		return broken("histogram")
	}
	p.histogram(temporality)
	return each(b, 1, "histogram", func(point []byte) error { return p.protoBuckets(point, attributes) })
}

// protoBuckets reads what is kept of a point of a histogram.
func (p *otlpPass) protoBuckets(b []byte, attributes protowire.Number) error {
	if err := p.beginPoint(); err != nil {
		return err
	}
	mark := len(p.arena)
	defer func() { p.arena = p.arena[:mark] }()
	var pt otlpPoint
	f := message(b)
	for f.next() {
		switch {
		case f.is(2, protowire.Fixed64Type):
			pt.start = f.number
		case f.is(3, protowire.Fixed64Type):
			pt.at = f.number
		case f.is(4, protowire.Fixed64Type):
			pt.value = float64(f.number)
		case f.is(5, protowire.Fixed64Type):
			pt.sum, pt.summed = f.double(), true
		case f.is(10, protowire.VarintType):
			pt.flags = f.number
		case f.num == attributes && f.typ == protowire.BytesType:
			if err := p.protoAttribute(&p.labels, f.bytes); err != nil {
				return err
			}
		}
	}
	if f.broken {
		return broken("data_points")
	}
	pt.valued = true // protobuf leaves out a count of zero
	p.endPoint(pt)
	return nil
}

func (p *otlpPass) protoUnkept(code Code, b []byte) error {
	points := 0
	err := each(b, 1, "data_points", func([]byte) error {
		points++
		return nil
	})
	if err != nil {
		return err
	}
	return p.unkept(code, points)
}

func (p *otlpPass) protoPoint(b []byte) error {
	if err := p.beginPoint(); err != nil {
		return err
	}
	mark := len(p.arena)
	defer func() { p.arena = p.arena[:mark] }()
	var pt otlpPoint
	f := message(b)
	for f.next() {
		switch {
		case f.is(2, protowire.Fixed64Type):
			pt.start = f.number
		case f.is(3, protowire.Fixed64Type):
			pt.at = f.number
		case f.is(4, protowire.Fixed64Type):
			pt.value, pt.valued = f.double(), true
		case f.is(6, protowire.Fixed64Type):
			pt.value, pt.valued = float64(f.int()), true
		case f.is(7, protowire.BytesType):
			if err := p.protoAttribute(&p.labels, f.bytes); err != nil {
				return err
			}
		case f.is(8, protowire.VarintType):
			pt.flags = f.number
		}
	}
	if f.broken {
		return broken("data_points")
	}
	p.endPoint(pt)
	return nil
}

func (p *otlpPass) protoAttribute(to *[]Label, b []byte) error {
	var l Label
	var any []byte
	f := message(b)
	for f.next() {
		switch {
		case f.is(1, protowire.BytesType):
			l.Name = f.text()
		case f.is(2, protowire.BytesType):
			any = f.bytes
		}
	}
	if f.broken {
		return broken("attributes")
	}
	var flat bool
	var err error
	if l.Value, flat, err = p.protoValue(any); err != nil {
		return err
	}
	if !flat {
		p.compound(l.Name)
		return nil
	}
	p.attribute(to, l)
	return nil
}

// protoValue is the text of an AnyValue, unless it is a list, a map or bytes.
func (p *otlpPass) protoValue(b []byte) (s string, flat bool, err error) {
	flat = true
	f := message(b)
	for f.next() {
		switch {
		case f.is(1, protowire.BytesType):
			s, flat = f.text(), true
		case f.is(2, protowire.VarintType):
			s, flat = "false", true
			if f.number != 0 {
				s = "true"
			}
		case f.is(3, protowire.VarintType):
			s, flat = p.intText(f.int()), true
		case f.is(4, protowire.Fixed64Type):
			s, flat = p.doubleText(f.double()), true
		case f.num >= 5 && f.num <= 7:
			flat = false
		}
	}
	if f.broken {
		return "", false, broken("attributes")
	}
	return s, flat, nil
}

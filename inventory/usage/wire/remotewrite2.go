package wire

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// version2 walks an io.prometheus.write.v2.Request: first its table of
// symbols, which may stand behind the series that refer to it.
func (p *writePass) version2(body []byte) error {
	if err := p.readSymbols(body); err != nil {
		return err
	}
	f := message(body)
	for f.next() {
		if !f.is(5, protowire.BytesType) {
			continue
		}
		if err := p.series2(f.bytes); err != nil {
			return err
		}
	}
	if f.broken {
		return broken("Request")
	}
	return nil
}

func (p *writePass) readSymbols(body []byte) error {
	p.symbols, p.sure = p.symbols[:0], true
	f := message(body)
	series, foreign := 0, false
	for f.next() {
		switch {
		case f.is(4, protowire.BytesType):
			p.symbols = append(p.symbols, f.text())
			p.sure = p.sure && valid(f.text())
		case f.num == 5:
			series++
		case f.num == 1, f.num == 3:
			foreign = true // series and metadata of version 1.0
		}
		if len(p.symbols) > p.limits.Series*4+p.limits.Items {
			return tooLarge(TooManySeries, p.limits.Series)
		}
	}
	switch {
	case f.broken:
		return broken("Request")
	case foreign && series == 0:
		return bad(WrongSchema, messageV1, messageV2)
	case series > 0 && (len(p.symbols) == 0 || p.symbols[0] != ""):
		return bad(MessageBroken, "symbols", "")
	}
	return nil
}

// symbol looks a reference up; a dangling one refuses the series.
func (p *writePass) symbol(ref uint64, member string) string {
	if ref < uint64(len(p.symbols)) {
		return p.symbols[ref]
	}
	if p.fault.Code == "" {
		p.fault = p.wrong(SymbolMissing, member, fmt.Sprint(ref), fmt.Sprint(len(p.symbols)))
	}
	return ""
}

func (p *writePass) series2(b []byte) error {
	if err := p.begin(); err != nil {
		return err
	}
	odd := false
	f := message(b)
	for f.next() {
		err := error(nil)
		switch {
		case f.num == 1:
			odd = p.labels2(&f, odd)
		case f.is(2, protowire.BytesType):
			err = p.readPoint(f.bytes)
		case f.is(3, protowire.BytesType):
			err = p.readHistogram(f.bytes)
		case f.is(4, protowire.BytesType):
			p.exemplars++
		case f.is(5, protowire.BytesType):
			err = p.metadata2(f.bytes)
		case f.is(6, protowire.VarintType):
			p.created = f.int()
		}
		if err != nil {
			return err
		}
	}
	if f.broken {
		return broken("timeseries")
	}
	if odd {
		p.fault = p.wrong(LabelsOdd, "labels_refs", "", "")
	}
	p.end()
	return nil
}

// labels2 reads pairs of references and tells whether one is left without its
// other half.
func (p *writePass) labels2(f *fields, odd bool) bool {
	f.packed(func(ref uint64) {
		s := p.symbol(ref, "labels_refs")
		if odd {
			p.addLabel(Label{p.name, s})
		}
		p.name, odd = s, !odd
	})
	return odd
}

// metadata2 reads the type and the unit of a series.
func (p *writePass) metadata2(b []byte) error {
	f := message(b)
	for f.next() {
		switch {
		case f.is(1, protowire.VarintType):
			p.series.Kind = kindOf(f.number)
		case f.is(4, protowire.VarintType):
			p.series.Unit = p.symbol(f.number, "unit_ref")
		}
	}
	if f.broken {
		return broken("metadata")
	}
	return nil
}

// kindOf turns Metadata.MetricType into a kind. The float series of classic
// histograms and summaries (_bucket, _sum, _count) stay unknown: some count
// and some do not.
func kindOf(metricType uint64) Kind {
	switch metricType {
	case 1:
		return Counter
	case 2, 6, 7: // gauge, info, stateset
		return Gauge
	}
	return Unknown
}

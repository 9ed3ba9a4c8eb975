package wire

import "google.golang.org/protobuf/encoding/protowire"

// version1 walks a prometheus.WriteRequest.
func (p *writePass) version1(body []byte) error {
	f := message(body)
	foreign := false
	for f.next() {
		switch {
		case f.is(1, protowire.BytesType):
			if err := p.series1(f.bytes); err != nil {
				return err
			}
		case f.num == 4, f.num == 5:
			foreign = true // symbols and series of version 2.0
		}
	}
	switch {
	case f.broken:
		return broken("WriteRequest")
	case foreign && p.count == 0:
		return bad(WrongSchema, messageV2, messageV1)
	}
	return nil
}

func (p *writePass) series1(b []byte) error {
	if err := p.begin(); err != nil {
		return err
	}
	f := message(b)
	for f.next() {
		err := error(nil)
		switch {
		case f.is(1, protowire.BytesType):
			err = p.label1(f.bytes)
		case f.is(2, protowire.BytesType):
			err = p.readPoint(f.bytes)
		case f.is(3, protowire.BytesType):
			p.exemplars++
		case f.is(4, protowire.BytesType):
			err = p.readHistogram(f.bytes)
		}
		if err != nil {
			return err
		}
	}
	if f.broken {
		return broken("timeseries")
	}
	p.end()
	return nil
}

func (p *writePass) label1(b []byte) error {
	var l Label
	f := message(b)
	for f.next() {
		switch {
		case f.is(1, protowire.BytesType):
			l.Name = f.text()
		case f.is(2, protowire.BytesType):
			l.Value = f.text()
		}
	}
	if f.broken {
		return broken("labels")
	}
	p.addLabel(l)
	return nil
}

package wire

import (
	"math"
	"unicode/utf8"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// fields walks the fields of one protobuf message without copying. It follows
// no message into another by itself, so that nesting costs nothing.
type fields struct {
	rest   []byte
	num    protowire.Number
	typ    protowire.Type
	bytes  []byte // of a length-delimited field
	number uint64 // of any other
	broken bool
}

func message(b []byte) fields { return fields{rest: b} }

// next goes to the next field. It returns false at the end and when the
// message is broken. Groups, which no message of ours has, are broken.
func (f *fields) next() bool {
	if len(f.rest) == 0 || f.broken {
		return false
	}
	tag, n := uint64(f.rest[0]), 1
	if tag >= 0x80 {
		tag, n = protowire.ConsumeVarint(f.rest)
	}
	f.num, f.typ = protowire.Number(tag>>3), protowire.Type(tag&7)
	if n < 0 || tag>>3 > uint64(protowire.MaxValidNumber) || f.num < protowire.MinValidNumber {
		return f.fail()
	}
	f.rest = f.rest[n:]
	if f.typ == protowire.BytesType && len(f.rest) > 0 && int(f.rest[0]) < min(len(f.rest), 0x80) {
		end := int(f.rest[0]) + 1 // short, as most are
		f.bytes, f.rest = f.rest[1:end], f.rest[end:]
		return true
	}
	return f.value()
}

// value reads what stands behind a tag.
func (f *fields) value() bool {
	size := -1
	switch f.typ {
	case protowire.VarintType:
		f.number, size = protowire.ConsumeVarint(f.rest)
	case protowire.Fixed64Type:
		f.number, size = protowire.ConsumeFixed64(f.rest)
	case protowire.BytesType:
		f.bytes, size = protowire.ConsumeBytes(f.rest)
	case protowire.Fixed32Type:
		var short uint32
		short, size = protowire.ConsumeFixed32(f.rest)
		f.number = uint64(short)
	}
	if size < 0 {
		return f.fail()
	}
	f.rest = f.rest[size:]
	return true
}

func (f *fields) fail() bool {
	f.broken = true
	return false
}

// is tells whether the field has the number and the type. A known number with
// another type makes the message broken: what it means cannot be known.
func (f *fields) is(num protowire.Number, typ protowire.Type) bool {
	if f.num != num {
		return false
	}
	if f.typ != typ {
		f.broken = true
		return false
	}
	return true
}

func (f *fields) double() float64 { return math.Float64frombits(f.number) }
func (f *fields) int() int64      { return int64(f.number) }
func (f *fields) text() string    { return text(f.bytes) }

// packed visits the numbers of a repeated varint field, packed or not.
func (f *fields) packed(visit func(uint64)) {
	switch f.typ {
	case protowire.VarintType:
		visit(f.number)
	case protowire.BytesType:
		for b := f.bytes; len(b) > 0; {
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				f.broken = true
				return
			}
			visit(v)
			b = b[n:]
		}
	default:
		f.broken = true
	}
}

// text reads bytes as a string where they lie. The string changes when the
// buffer is used again: see Decoder.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// valid tells whether all the strings are UTF-8.
func valid(texts ...string) bool {
	for _, s := range texts {
		if !utf8.ValidString(s) {
			return false
		}
	}
	return true
}

package usage

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// point is a value of a series at a time. Times are milliseconds since 1970;
// start is where a sum begins to count, 0 when nobody said.
type point struct {
	at, start int64
	value     float64
}

// before orders points by time, and points of one time so that the same one of
// them is the last wherever they came from: the order of arrival says nothing.
func (p point) before(q point) int {
	switch {
	case p.at != q.at:
		return compare(p.at, q.at)
	case p.value != q.value:
		return compare(p.value, q.value)
	}
	return compare(p.start, q.start)
}

func compare[T int64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// union sorts points and keeps one of each time, the greatest. It is the same
// for every order of the same points, and points that are there already change
// nothing: what was sent twice, late or in another order has no effect.
func union(ps []point) []point {
	if !slices.IsSortedFunc(ps, point.before) {
		slices.SortFunc(ps, point.before)
	}
	out := ps[:0]
	for i, p := range ps {
		if i+1 < len(ps) && ps[i+1].at == p.at {
			continue
		}
		out = append(out, p)
	}
	return out
}

// Bits of what stands before a point: the time since the one before, shifted.
const (
	rawValue = 1 << iota // eight bytes, and not the difference of whole numbers
	newStart
	tagBits = iota
)

// whole is the greatest float64 up to which all whole numbers are exact.
const whole = 1 << 53

// pack writes points that are sorted by time. Most take four to six bytes.
func pack(dst []byte, ps []point) []byte {
	var last point
	var number int64 // the last whole number
	for _, p := range ps {
		tag := uint64(p.at-last.at) << tagBits
		n, isWhole := wholeNumber(p.value)
		if !isWhole {
			tag |= rawValue
		}
		if p.start != last.start {
			tag |= newStart
		}
		dst = binary.AppendUvarint(dst, tag)
		if p.start != last.start {
			dst = binary.AppendVarint(dst, p.start)
		}
		if isWhole {
			dst = binary.AppendVarint(dst, n-number)
			number = n
		} else {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p.value))
		}
		last = p
	}
	return dst
}

func wholeNumber(v float64) (int64, bool) {
	if v != math.Trunc(v) || math.Abs(v) > whole || v == 0 && math.Signbit(v) {
		return 0, false
	}
	return int64(v), true
}

var errPoints = errors.New("points that were kept cannot be read")

// unpack appends the points of a blob to dst.
func unpack(dst []point, blob []byte) ([]point, error) {
	r := reader{rest: blob}
	var last point
	var number int64
	for len(r.rest) > 0 && !r.broken {
		tag := r.uvarint()
		p := point{at: last.at + int64(tag>>tagBits), start: last.start}
		if tag&newStart != 0 {
			p.start = r.varint()
		}
		if tag&rawValue != 0 {
			p.value = math.Float64frombits(r.fixed())
		} else {
			number += r.varint()
			p.value = float64(number)
		}
		dst = append(dst, p)
		last = p
	}
	if r.broken {
		return nil, errPoints
	}
	return dst, nil
}

// reader reads numbers from bytes that this program has written.
type reader struct {
	rest   []byte
	broken bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	r.skip(n)
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.rest)
	r.skip(n)
	return v
}

func (r *reader) fixed() uint64 {
	if len(r.rest) < 8 {
		r.skip(0)
		return 0
	}
	v := binary.LittleEndian.Uint64(r.rest)
	r.skip(8)
	return v
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.skip(0)
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// skip goes over n bytes; without any the rest cannot be read.
func (r *reader) skip(n int) {
	if n <= 0 {
		r.broken, r.rest = true, nil
		return
	}
	r.rest = r.rest[n:]
}

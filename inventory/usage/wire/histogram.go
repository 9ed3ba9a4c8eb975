package wire

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// readHistogram counts a native histogram, of which nothing is kept, and finds
// out whether its count is that of its buckets. The fields read here have the
// same numbers in both versions of remote write.
func (p *writePass) readHistogram(b []byte) error {
	var h histogram
	f := message(b)
	for f.next() {
		h.field(&f)
	}
	if f.broken {
		return broken("histograms")
	}
	p.Items++
	if p.Items > p.limits.Items {
		return tooLarge(TooManyItems, p.limits.Items)
	}
	p.histograms++
	if !h.agrees() {
		p.bad++
	}
	return nil
}

// histogram is what of a native histogram with whole numbers must agree.
type histogram struct {
	count, zero, inBuckets uint64
	bucket                 int64 // buckets hold differences to the one before
	floats                 bool
	sum                    float64
	negative               bool
}

func (h *histogram) field(f *fields) {
	switch {
	case f.is(1, protowire.VarintType):
		h.count = f.number
	case f.num == 2, f.num == 7:
		h.floats = true // counts are float64, which need not agree to the last bit
	case f.is(3, protowire.Fixed64Type):
		h.sum = f.double()
	case f.is(6, protowire.VarintType):
		h.zero = f.number
	case f.num == 9, f.num == 12:
		h.bucket = 0
		f.packed(h.add)
	}
}

func (h *histogram) add(delta uint64) {
	h.bucket += protowire.DecodeZigZag(delta)
	if h.bucket < 0 {
		h.negative = true
	}
	h.inBuckets += uint64(h.bucket)
}

// agrees tells whether the count is that of the buckets. Observations that are
// not a number are in the count and in no bucket.
func (h *histogram) agrees() bool {
	switch {
	case h.floats:
		return true
	case h.negative:
		return false
	case math.IsNaN(h.sum):
		return h.count >= h.zero+h.inBuckets
	}
	return h.count == h.zero+h.inBuckets
}

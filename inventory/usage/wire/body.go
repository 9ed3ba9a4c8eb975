package wire

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"

	"github.com/golang/snappy"
)

// Packing is how a body is compressed.
type Packing uint8

// The packings that are read.
const (
	Plain Packing = iota
	Gzip
	Snappy // the block format
)

// Decoder reads bodies one after another and keeps its buffers for the next.
// What it hands to a visitor lies in these buffers: it is valid until the
// visitor returns, and whoever keeps it longer clones it. A Decoder serves one
// request at a time; a pool of them serves many.
type Decoder struct {
	limits Limits

	raw, plain []byte
	source     bytes.Reader
	gzip       *gzip.Reader

	labels  []Label
	shared  []Label // of all data points of an OTLP resource
	symbols []string
	points  []point
	arena   []byte
	sketch  [2][]byte
	series  Series
	sample  Sample
	report  Report
}

// NewDecoder makes a decoder that keeps the limits.
func NewDecoder(limits Limits) *Decoder { return &Decoder{limits: limits} }

// Read takes a whole body off the wire and unpacks it. The bytes are the
// decoder's and valid until the next Read. Its errors are of type *Error.
func (d *Decoder) Read(body io.Reader, packing Packing) ([]byte, error) {
	raw, err := readUpTo(d.raw[:0], body, d.limits.Body)
	d.raw = raw
	var tooMuch *http.MaxBytesError
	switch {
	case errors.Is(err, errBound), errors.As(err, &tooMuch):
		return nil, tooLarge(BodyTooLarge, d.limits.Body)
	case err != nil:
		return nil, &Error{Status: http.StatusBadRequest, Code: BodyCut, cause: err}
	}
	return d.Unpack(raw, packing)
}

// Unpack opens a body that has been read. Bombs are refused before memory is
// given to them.
func (d *Decoder) Unpack(raw []byte, packing Packing) ([]byte, error) {
	switch packing {
	case Snappy:
		return d.unsnap(raw)
	case Gzip:
		return d.gunzip(raw)
	}
	if len(raw) > d.limits.Unpacked {
		return nil, tooLarge(UnpackedTooLarge, d.limits.Unpacked)
	}
	return raw, nil
}

// UnpackedSize is how large a body will be when it is unpacked, if it says so
// itself, as snappy does; Unpack refuses one that lies.
func UnpackedSize(raw []byte, packing Packing) (size int, ok bool) {
	switch packing {
	case Plain:
		return len(raw), true
	case Snappy:
		size, err := snappy.DecodedLen(raw)
		return size, err == nil
	}
	return 0, false
}

// snappyReach is more than the block format can unpack out of one byte: its
// best element copies 64 bytes by three.
const snappyReach = 22

func (d *Decoder) unsnap(raw []byte) ([]byte, error) {
	size, err := snappy.DecodedLen(raw)
	switch {
	case err != nil:
		return nil, bad(PackingBroken, "", "snappy")
	case size > d.limits.Unpacked:
		return nil, tooLarge(UnpackedTooLarge, d.limits.Unpacked)
	case size > len(raw)*snappyReach:
		return nil, bad(PackingBroken, "", "snappy")
	}
	plain, err := snappy.Decode(d.plain[:cap(d.plain)], raw)
	if err != nil {
		return nil, bad(PackingBroken, "", "snappy")
	}
	d.plain = plain
	return plain, nil
}

func (d *Decoder) gunzip(raw []byte) ([]byte, error) {
	d.source.Reset(raw)
	err := error(nil)
	if d.gzip == nil {
		d.gzip, err = gzip.NewReader(&d.source)
	} else {
		err = d.gzip.Reset(&d.source)
	}
	if err != nil {
		return nil, bad(PackingBroken, "", "gzip")
	}
	d.plain, err = readUpTo(d.plain[:0], d.gzip, d.limits.Unpacked)
	switch {
	case errors.Is(err, errBound):
		return nil, tooLarge(UnpackedTooLarge, d.limits.Unpacked)
	case err != nil:
		return nil, bad(PackingBroken, "", "gzip")
	}
	return d.plain, nil
}

var errBound = errors.New("more than the bound")

// readUpTo appends what the reader holds to dst, at most bound bytes.
func readUpTo(dst []byte, r io.Reader, bound int) ([]byte, error) {
	const first = 4 << 10
	for {
		if len(dst) == cap(dst) {
			grown := make([]byte, len(dst), min(max(2*cap(dst), first), bound+1))
			copy(grown, dst)
			dst = grown
		}
		n, err := r.Read(dst[len(dst):min(cap(dst), bound+1)])
		dst = dst[:len(dst)+n]
		switch {
		case len(dst) > bound:
			return dst, errBound
		case errors.Is(err, io.EOF):
			return dst, nil
		case err != nil:
			return dst, err
		}
	}
}

package wire_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"qingce/inventory/usage/wire"
)

func TestBodies(t *testing.T) {
	limits := wire.DefaultLimits()
	limits.Body, limits.Unpacked = 1000, 3000
	plain := strings.Repeat("qingce ", 142) // 994 bytes
	claims := binary.AppendUvarint(nil, 3000)
	cases := []struct {
		name    string
		packing wire.Packing
		body    io.Reader
		want    string
	}{
		{"plain", wire.Plain, strings.NewReader(plain), "<nil>"},
		{"plain to the last byte", wire.Plain, strings.NewReader(plain + "123456"), "<nil>"},
		{"a byte too long", wire.Plain, strings.NewReader(plain + "1234567"), "413 body_too_large"},
		{"in small parts", wire.Plain, iotest.OneByteReader(strings.NewReader(plain)), "<nil>"},
		{"cut", wire.Plain, iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(plain))), "400 body_cut"},
		{"stopped by the server", wire.Plain, http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader(plain)), 10), "413 body_too_large"},
		{"gzip", wire.Gzip, bytes.NewReader(gzipped(t, []byte(plain))), "<nil>"},
		{"two members", wire.Gzip, bytes.NewReader(append(gzipped(t, []byte(plain)), gzipped(t, nil)...)), "<nil>"},
		{"gzip bomb", wire.Gzip, bytes.NewReader(gzipped(t, make([]byte, 500_000))), "413 unpacked_too_large"},
		{"gzip cut", wire.Gzip, bytes.NewReader(gzipped(t, []byte(plain))[:20]), "400 packing_broken"},
		{"gzip with something behind", wire.Gzip, bytes.NewReader(append(gzipped(t, []byte(plain)), "more"...)), "400 packing_broken"},
		{"no gzip", wire.Gzip, strings.NewReader(plain), "400 packing_broken"},
		{"nothing as gzip", wire.Gzip, strings.NewReader(""), "400 packing_broken"},
		{"snappy", wire.Snappy, bytes.NewReader(packed([]byte(plain))), "<nil>"},
		{"snappy bomb", wire.Snappy, bytes.NewReader(packed(make([]byte, 10_000))), "413 unpacked_too_large"},
		{"a claim without substance", wire.Snappy, bytes.NewReader(append(claims, 0, 'x')), "400 packing_broken"},
		{"snappy cut", wire.Snappy, bytes.NewReader(packed([]byte(plain))[:20]), "400 packing_broken"},
		{"no snappy", wire.Snappy, strings.NewReader("\xff\xff\xff\xff\xff\xff"), "400 packing_broken"},
		{"nothing as snappy", wire.Snappy, strings.NewReader(""), "400 packing_broken"},
	}
	d := wire.NewDecoder(limits)
	for _, c := range cases {
		got, err := d.Read(c.body, c.packing)
		if refusedAs(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		if err == nil && !strings.HasPrefix(string(got), plain) {
			t.Errorf("%s: read %d bytes: %.20q", c.name, len(got), got)
		}
	}
}

// A bomb is refused before memory is given to it.
func TestBombsTakeNoMemory(t *testing.T) {
	limits := wire.DefaultLimits()
	limits.Unpacked = 1 << 20
	zip, snap := gzipped(t, make([]byte, 16<<20)), packed(make([]byte, 16<<20))
	for name, try := range map[string]func(d *wire.Decoder) error{
		"gzip":   func(d *wire.Decoder) error { _, err := d.Unpack(zip, wire.Gzip); return err },
		"snappy": func(d *wire.Decoder) error { _, err := d.Unpack(snap, wire.Snappy); return err },
		"a great claim": func(d *wire.Decoder) error {
			_, err := d.Unpack(binary.AppendUvarint(nil, 1<<20), wire.Snappy)
			return err
		},
	} {
		d := wire.NewDecoder(limits)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := try(d)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; err == nil || used > 4<<20 {
			t.Errorf("%s: %v, %d bytes", name, err, used)
		}
	}
}

func TestNegotiation(t *testing.T) {
	type negotiate = func(http.Header) (wire.Format, wire.Packing, error)
	cases := []struct {
		name, kind, packing string
		by                  negotiate
		format              wire.Format
		want                wire.Packing
		err                 string
	}{
		{"reports", "application/json; charset=utf-8", "", wire.NegotiateReport, wire.ReportJSON, wire.Plain, ""},
		{"reports without a type", "", "gzip", wire.NegotiateReport, wire.ReportJSON, wire.Gzip, ""},
		{"lines", "application/x-ndjson", "identity", wire.NegotiateReport, wire.ReportLines, wire.Plain, ""},
		{"reports as a form", "application/x-www-form-urlencoded", "", wire.NegotiateReport, 0, 0, "415 type_unknown"},
		{"reports in br", "application/json", "br", wire.NegotiateReport, 0, 0, "415 packing_unknown"},
		{"reports packed twice", "application/json", "gzip, gzip", wire.NegotiateReport, 0, 0, "415 packing_unknown"},
		{"write 1.0", "application/x-protobuf", "snappy", wire.NegotiateWrite, wire.RemoteWrite1, wire.Snappy, ""},
		{"write 1.0 of old senders", "", "", wire.NegotiateWrite, wire.RemoteWrite1, wire.Snappy, ""},
		{"write 1.0 by name", "application/x-protobuf;proto=prometheus.WriteRequest", "Snappy", wire.NegotiateWrite, wire.RemoteWrite1, wire.Snappy, ""},
		{"write 2.0", "application/x-protobuf; proto=io.prometheus.write.v2.Request", "snappy", wire.NegotiateWrite, wire.RemoteWrite2, wire.Snappy, ""},
		{"write 3.0", "application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy", wire.NegotiateWrite, 0, 0, "415 type_unknown"},
		{"write as json", "application/json", "snappy", wire.NegotiateWrite, 0, 0, "415 type_unknown"},
		{"write as picture", "image/png", "snappy", wire.NegotiateWrite, 0, 0, "415 type_unknown"},
		{"write in gzip", "application/x-protobuf", "gzip", wire.NegotiateWrite, 0, 0, "415 packing_unknown"},
		{"write in deflate", "application/x-protobuf", "deflate", wire.NegotiateWrite, 0, 0, "415 packing_unknown"},
		{"a type that is none", "x;;=", "", wire.NegotiateWrite, 0, 0, "415 type_unknown"},
		{"otlp", "application/x-protobuf", "gzip", wire.NegotiateOTLP, wire.OTLPProto, wire.Gzip, ""},
		{"otlp json", "application/json", "", wire.NegotiateOTLP, wire.OTLPJSON, wire.Plain, ""},
		{"otlp without a type", "", "", wire.NegotiateOTLP, 0, 0, "415 type_unknown"},
		{"otlp in zstd", "application/json", "zstd", wire.NegotiateOTLP, 0, 0, "415 packing_unknown"},
	}
	for _, c := range cases {
		h := http.Header{}
		if c.kind != "" {
			h.Set("Content-Type", c.kind)
		}
		if c.packing != "" {
			h.Set("Content-Encoding", c.packing)
		}
		format, packing, err := c.by(h)
		switch {
		case c.err != "":
			if got := refusedAs(err); got != c.err {
				t.Errorf("%s: %s, want %s", c.name, got, c.err)
			}
		case err != nil || format != c.format || packing != c.want:
			t.Errorf("%s: %d %d %v", c.name, format, packing, err)
		}
	}
}

func TestErrorsKeepTheirCause(t *testing.T) {
	cause := errors.New("disk on fire")
	err := wire.Away(0, cause)
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), "disk on fire") {
		t.Errorf("%v", err)
	}
}

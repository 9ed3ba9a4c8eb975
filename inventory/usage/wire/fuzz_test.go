package wire_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"unicode/utf8"

	writev2 "github.com/prometheus/client_golang/exp/api/remote/genproto/v2"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"qingce/inventory/usage/wire"
)

// small are limits that random bodies can reach.
func small() wire.Limits {
	l := wire.DefaultLimits()
	l.Unpacked, l.Items, l.Series, l.Labels, l.Depth, l.Sketch, l.Issues = 1<<16, 64, 32, 4, 16, 64, 8
	return l
}

// sane checks what every tally promises, and that strings which outlive the
// body are text.
func sane(t *testing.T, l wire.Limits, tally wire.Tally, err error) {
	t.Helper()
	if err != nil {
		if _, ok := err.(*wire.Error); !ok {
			t.Fatalf("an error without a status: %v", err)
		}
		return
	}
	if tally.Items > l.Items || tally.Kept > tally.Items || len(tally.Issues) > l.Issues {
		t.Fatalf("%+v", tally)
	}
	if (tally.Refused > 0) != (len(tally.Issues) > 0) {
		t.Fatalf("%d refused, %d issues", tally.Refused, len(tally.Issues))
	}
	for _, i := range append(tally.Issues, tally.Notes...) {
		if i.Code == "" || i.Count < 1 || len(i.Got) > 80 || len(i.Item) > 80 || !utf8.ValidString(i.Got+i.Item+i.Member) {
			t.Fatalf("%+v", i)
		}
	}
}

// visitSane checks what every sample promises.
func visitSane(t *testing.T, l wire.Limits) wire.Visit {
	return func(s *wire.Sample) wire.Verdict {
		if s.Name == "" || !utf8.ValidString(s.Name) || len(s.Labels) > l.Labels || s.At.Unix() < 0 || s.At.After(now.Add(l.Ahead)) {
			t.Fatalf("%+v of %+v", s, s.Series)
		}
		for i, label := range s.Labels {
			if label.Name == "" || label.Value == "" || !utf8.ValidString(label.Name+label.Value) || i > 0 && s.Labels[i-1].Name >= label.Name {
				t.Fatalf("labels %v", s.Labels)
			}
		}
		if (math.IsNaN(s.Value) || math.IsInf(s.Value, 0)) != (s.Flaw != "") {
			t.Fatalf("value %v, flaw %s", s.Value, s.Flaw)
		}
		return wire.Keep
	}
}

func FuzzRemoteWrite(f *testing.F) {
	for version, body := range both(f, []pair{{"__name__", "up"}, {"a", "b"}}, tick{1, ms}, tick{math.NaN(), ms + 1}) {
		f.Add(body, version == wire.RemoteWrite2)
	}
	d := wire.NewDecoder(small())
	f.Fuzz(func(t *testing.T, body []byte, two bool) {
		version := wire.RemoteWrite1
		if two {
			version = wire.RemoteWrite2
		}
		tally, err := d.RemoteWrite(version, body, now, visitSane(t, small()))
		sane(t, small(), tally, err)
		if two {
			alikeWrite(t, d, body)
		}
	})
}

// alikeWrite compares with the official decoder what it takes the body for.
func alikeWrite(t *testing.T, d *wire.Decoder, body []byte) {
	var official writev2.Request
	if (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(body, &official) != nil {
		return
	}
	want := 0
	for _, s := range official.Timeseries {
		want += len(s.Samples) + len(s.Histograms)
	}
	tally, err := d.RemoteWrite(wire.RemoteWrite2, write2(t, &official), now, visitSane(t, small()))
	e, _ := err.(*wire.Error)
	switch {
	case e != nil && (e.Status == 413 || e.Got == "symbols"):
	case e != nil || tally.Items != want:
		t.Fatalf("%v, %d items, want %d", err, tally.Items, want)
	}
}

func FuzzOTLPProto(f *testing.F) {
	for _, body := range encodings(f, request(nil, "s", gauge("g", intPoint(1, attr("a", "b"))), sum("s", 2, true, intPoint(7)))) {
		f.Add(body)
	}
	d := wire.NewDecoder(small())
	f.Fuzz(func(t *testing.T, body []byte) {
		tally, err := d.OTLP(wire.OTLPProto, body, now, visitSane(t, small()))
		sane(t, small(), tally, err)
		alikeExport(t, d, body)
	})
}

// alikeExport reads what the official decoder takes the body for, as protobuf
// and as JSON, and wants the same of both.
func alikeExport(t *testing.T, d *wire.Decoder, body []byte) {
	var official metricsv1.MetricsData
	if (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(body, &official) != nil {
		return
	}
	said := map[string]string{}
	for encoding, body := range encodings(t, &official) {
		tally, err := d.OTLP(formatOf(encoding), body, now, visitSane(t, small()))
		if e, ok := err.(*wire.Error); ok {
			if e.Status != 413 && e.Code != wire.TooDeep {
				t.Fatalf("%s: %v of %s", encoding, err, body)
			}
			return
		}
		said[encoding] = fmt.Sprint(tally.Items, tally.Kept, tally.Refused, reasons(tally))
	}
	if said["protobuf"] != said["json"] || said["json"] != said["json with other names"] {
		t.Fatalf("%q of %v", said, &official)
	}
}

func FuzzOTLPJSON(f *testing.F) {
	for encoding, body := range encodings(f, request(nil, "s", gauge("g", intPoint(1, attr("a", "b"))), sum("s", 2, true, intPoint(7)))) {
		if encoding != "protobuf" {
			f.Add(body)
		}
	}
	d := wire.NewDecoder(small())
	f.Fuzz(func(t *testing.T, body []byte) {
		tally, err := d.OTLP(wire.OTLPJSON, body, now, visitSane(t, small()))
		sane(t, small(), tally, err)
		if err == nil && !json.Valid(body) {
			t.Fatalf("this is no JSON: %q", body)
		}
		// What the official decoder reads, we read, as far as our limits go.
		var official metricsv1.MetricsData
		if e, ok := err.(*wire.Error); ok && e.Status == 400 && e.Code != wire.TooDeep && protojson.Unmarshal(body, &official) == nil {
			t.Fatalf("%v, and the official decoder reads it: %q", err, body)
		}
	})
}

func FuzzReports(f *testing.F) {
	r := full()
	f.Add(r.AppendJSON(nil), false)
	f.Add([]byte("["+report(`,"logins":1`)+","+report(`,"x":[{"\u00e9":-1.5e3}]`)+"]"), false)
	f.Add([]byte(report(`,"logins":1`)+"\n{}\n"), true)
	d, again := wire.NewDecoder(small()), wire.NewDecoder(small())
	f.Fuzz(func(t *testing.T, body []byte, lines bool) {
		format := wire.ReportJSON
		if lines {
			format = wire.ReportLines
		}
		tally, err := d.Reports(format, body, now, func(r *wire.Report) wire.Verdict {
			got, text := r.Clone(), r.AppendJSON(nil)
			second, err := again.Reports(wire.ReportJSON, text, now, func(r *wire.Report) wire.Verdict {
				if string(r.AppendJSON(nil)) != string(text) {
					t.Fatalf("%+v is written as %s and read as %+v", got, text, r)
				}
				return wire.Keep
			})
			if err != nil || second.Kept != 1 {
				t.Fatalf("what was read and written again is refused: %s: %v %+v", text, err, second.Issues)
			}
			return wire.Keep
		})
		sane(t, small(), tally, err)
		sound, broken := json.Valid(body), tally.Reasons[wire.ItemBroken]
		switch {
		case lines || err != nil || tally.Reasons[wire.TooDeep] > 0:
		case broken == 0 && !sound:
			t.Fatalf("this is no JSON: %q", body)
		case broken > 0 && sound && utf8.Valid(body):
			t.Fatalf("this is JSON: %q: %+v", body, tally.Issues)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(packed([]byte("hello hello hello")), true)
	f.Add(gzipped(f, []byte("hello hello hello")), false)
	d := wire.NewDecoder(small())
	f.Fuzz(func(t *testing.T, body []byte, snap bool) {
		packing := wire.Gzip
		if snap {
			packing = wire.Snappy
		}
		plain, err := d.Unpack(body, packing)
		sane(t, small(), wire.Tally{}, err)
		if len(plain) > small().Unpacked {
			t.Fatalf("%d bytes", len(plain))
		}
	})
}

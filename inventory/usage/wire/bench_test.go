package wire_test

import (
	"fmt"
	"strings"
	"testing"

	writev2 "github.com/prometheus/client_golang/exp/api/remote/genproto/v2"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"qingce/inventory/usage/wire"
)

// samplesOfBench is the size of a batch, which is what Prometheus sends at most.
const samplesOfBench = 2000

func benchLabels(i int) []pair {
	return []pair{
		{"__name__", "http_requests_total"}, {"code", "200"}, {"handler", fmt.Sprintf("/api/v1/matters/%d", i)},
		{"instance", fmt.Sprintf("10.1.2.%d:9100", i%250)}, {"job", "gateway"}, {"method", "get"}, {"system", fmt.Sprintf("HJ-RS-%04d", i%500)},
	}
}

func bench1() []byte {
	var b pb
	for i := range samplesOfBench {
		b = b.bytes(1, series1(benchLabels(i), tick{float64(i), ms}))
	}
	return b
}

func bench2(t testing.TB) []byte {
	table := writev2.NewSymbolTable()
	r := &writev2.Request{}
	for i := range samplesOfBench {
		var labels []string
		for _, l := range benchLabels(i) {
			labels = append(labels, l.name, l.value)
		}
		r.Timeseries = append(r.Timeseries, &writev2.TimeSeries{
			LabelsRefs: table.SymbolizeLabels(labels, nil), Samples: []*writev2.Sample{{Value: float64(i), Timestamp: ms}},
			Metadata: &writev2.Metadata{Type: 1},
		})
	}
	r.Symbols = table.Symbols()
	return write2(t, r)
}

// perItem reports the rate of items beside that of bodies.
func perItem(b *testing.B, items int) {
	b.ReportMetric(float64(items)*float64(b.N)/b.Elapsed().Seconds(), "items/s")
	b.ReportAllocs()
}

func BenchmarkRemoteWrite(b *testing.B) {
	for name, version := range map[string]wire.Format{"1.0": wire.RemoteWrite1, "2.0": wire.RemoteWrite2} {
		body := bench1()
		if version == wire.RemoteWrite2 {
			body = bench2(b)
		}
		raw := packed(body)
		d := wire.NewDecoder(wire.DefaultLimits())
		b.Run(name+"/decoded", func(b *testing.B) {
			for b.Loop() {
				if tally, err := d.RemoteWrite(version, body, now, keepAll); err != nil || tally.Kept != samplesOfBench {
					b.Fatal(err, tally)
				}
			}
			perItem(b, samplesOfBench)
		})
		b.Run(name+"/unpacked", func(b *testing.B) {
			for b.Loop() {
				plain, err := d.Unpack(raw, wire.Snappy)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := d.RemoteWrite(version, plain, now, keepAll); err != nil {
					b.Fatal(err)
				}
			}
			perItem(b, samplesOfBench)
		})
	}
	body := bench2(b)
	b.Run("2.0/official", func(b *testing.B) {
		for b.Loop() {
			var r writev2.Request
			if err := proto.Unmarshal(body, &r); err != nil {
				b.Fatal(err)
			}
		}
		perItem(b, samplesOfBench)
	})
}

func BenchmarkOTLP(b *testing.B) {
	var points []*metricsv1.NumberDataPoint
	for i := range samplesOfBench {
		points = append(points, intPoint(int64(i), attr("http.route", fmt.Sprintf("/matters/%d", i)), attr("http.request.method", "GET")))
	}
	data := request(nil, "go.http", sum("http.server.requests", 2, true, points...))
	for encoding, body := range encodings(b, data) {
		if strings.Contains(encoding, "other") {
			continue
		}
		d := wire.NewDecoder(wire.DefaultLimits())
		b.Run(encoding, func(b *testing.B) {
			for b.Loop() {
				if tally, err := d.OTLP(formatOf(encoding), body, now, keepAll); err != nil || tally.Kept != samplesOfBench {
					b.Fatal(err, tally)
				}
			}
			perItem(b, samplesOfBench)
		})
		b.Run(encoding+"/official", func(b *testing.B) {
			unmarshal := proto.Unmarshal
			if encoding != "protobuf" {
				unmarshal = protojson.Unmarshal
			}
			for b.Loop() {
				var r metricsv1.MetricsData
				if err := unmarshal(body, &r); err != nil {
					b.Fatal(err)
				}
			}
			perItem(b, samplesOfBench)
		})
	}
}

func BenchmarkReports(b *testing.B) {
	const reports = 100
	r := full()
	r.Users = make([]byte, 300)
	body := []byte(strings.Repeat(string(r.AppendJSON(nil))+"\n", reports))
	keep := func(*wire.Report) wire.Verdict { return wire.Keep }
	d := wire.NewDecoder(wire.DefaultLimits())
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if tally, err := d.Reports(wire.ReportLines, body, now, keep); err != nil || tally.Kept != reports {
				b.Fatal(err, tally)
			}
		}
		perItem(b, reports)
	})
	b.Run("write", func(b *testing.B) {
		var line []byte
		for b.Loop() {
			line = r.AppendJSON(line[:0])
		}
		perItem(b, 1)
	})
}

// Decoding allocates for a body and not for what is in it.
func TestSamplesAreNotAllocated(t *testing.T) {
	d := wire.NewDecoder(wire.DefaultLimits())
	data := encodings(t, request(nil, "s", sum("s", 2, true, intPoint(1, attr("a", "b")), intPoint(2), intPoint(3))))
	one, two := bench1(), bench2(t)
	for name, decode := range map[string]func() error{
		"1.0":      func() error { _, err := d.RemoteWrite(wire.RemoteWrite1, one, now, keepAll); return err },
		"2.0":      func() error { _, err := d.RemoteWrite(wire.RemoteWrite2, two, now, keepAll); return err },
		"protobuf": func() error { _, err := d.OTLP(wire.OTLPProto, data["protobuf"], now, keepAll); return err },
	} {
		if n := testing.AllocsPerRun(5, func() {
			if err := decode(); err != nil {
				t.Fatal(err)
			}
		}); n > 8 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

package wire_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"qingce/inventory/usage/wire"
)

// encodings are all the ways in which the official encoders write a request.
// MetricsData has the same one field as ExportMetricsServiceRequest.
func encodings(t testing.TB, data *metricsv1.MetricsData) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for name, marshal := range map[string]func(proto.Message) ([]byte, error){
		"protobuf":              proto.Marshal,
		"json":                  protojson.Marshal,
		"json with other names": protojson.MarshalOptions{UseProtoNames: true, Multiline: true, UseEnumNumbers: true}.Marshal,
	} {
		b, err := marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = b
	}
	return out
}

func formatOf(encoding string) wire.Format {
	if encoding == "protobuf" {
		return wire.OTLPProto
	}
	return wire.OTLPJSON
}

func attr(key, value string) *commonv1.KeyValue {
	return &commonv1.KeyValue{Key: key, Value: &commonv1.AnyValue{Value: &commonv1.AnyValue_StringValue{StringValue: value}}}
}

func nanos(t time.Time) uint64 { return uint64(t.UnixNano()) }

func intPoint(v int64, attrs ...*commonv1.KeyValue) *metricsv1.NumberDataPoint {
	return &metricsv1.NumberDataPoint{
		TimeUnixNano: nanos(now), StartTimeUnixNano: nanos(now.Add(-time.Minute)), Attributes: attrs,
		Value: &metricsv1.NumberDataPoint_AsInt{AsInt: v},
	}
}

func gauge(name string, points ...*metricsv1.NumberDataPoint) *metricsv1.Metric {
	return &metricsv1.Metric{Name: name, Data: &metricsv1.Metric_Gauge{Gauge: &metricsv1.Gauge{DataPoints: points}}}
}

func sum(name string, temporality int32, monotonic bool, points ...*metricsv1.NumberDataPoint) *metricsv1.Metric {
	return &metricsv1.Metric{Name: name, Unit: "1", Data: &metricsv1.Metric_Sum{Sum: &metricsv1.Sum{
		DataPoints: points, AggregationTemporality: metricsv1.AggregationTemporality(temporality), IsMonotonic: monotonic,
	}}}
}

func histogram(name string, temporality int32, count uint64, sum float64) *metricsv1.Metric {
	return &metricsv1.Metric{Name: name, Unit: "s", Data: &metricsv1.Metric_Histogram{Histogram: &metricsv1.Histogram{
		AggregationTemporality: metricsv1.AggregationTemporality(temporality),
		DataPoints: []*metricsv1.HistogramDataPoint{{
			Count: count, Sum: &sum, BucketCounts: []uint64{count, 0}, ExplicitBounds: []float64{1}, Attributes: []*commonv1.KeyValue{attr("a", "b")},
			TimeUnixNano: nanos(now), StartTimeUnixNano: nanos(now.Add(-time.Minute)),
		}},
	}}}
}

func request(attrs []*commonv1.KeyValue, scope string, metrics ...*metricsv1.Metric) *metricsv1.MetricsData {
	return &metricsv1.MetricsData{ResourceMetrics: []*metricsv1.ResourceMetrics{{
		Resource: &resourcev1.Resource{Attributes: attrs},
		ScopeMetrics: []*metricsv1.ScopeMetrics{{
			Scope: &commonv1.InstrumentationScope{Name: scope}, Metrics: metrics,
		}},
	}}}
}

func TestDataPoints(t *testing.T) {
	list := &commonv1.AnyValue{Value: &commonv1.AnyValue_ArrayValue{ArrayValue: &commonv1.ArrayValue{Values: []*commonv1.AnyValue{attr("", "x").Value}}}}
	num := func(v *commonv1.AnyValue) *commonv1.KeyValue { return &commonv1.KeyValue{Key: "k", Value: v} }
	edit := func(p *metricsv1.NumberDataPoint, do func(*metricsv1.NumberDataPoint)) *metricsv1.NumberDataPoint {
		do(p)
		return p
	}
	many := []*commonv1.KeyValue{}
	for i := range 66 {
		many = append(many, attr(fmt.Sprint("a", i), "x"))
	}
	const at, start = " 2017-11-24T01:42:00Z", " 2017-11-24T01:41:00Z "
	cases := []struct {
		name    string
		data    *metricsv1.MetricsData
		visited string
		issues  string
		notes   string
	}{
		{"gauge", request(nil, "", gauge("g", intPoint(-7))), "g [] 1 \"\" -7" + at + start, "", ""},
		{"cumulative", request(nil, "", sum("s", 2, true, intPoint(7))), "s [] 2 \"1\" 7" + at + start, "", ""},
		{"delta", request(nil, "", sum("s", 1, true, intPoint(7))), "s [] 3 \"1\" 7" + at + start, "", ""},
		{"up and down", request(nil, "", sum("s", 2, false, intPoint(-7))), "s [] 1 \"1\" -7" + at + start, "", ""},
		{"up and down as delta", request(nil, "", sum("s", 1, false, intPoint(7))), "", "0  level_as_delta", ""},
		{"no temporality", request(nil, "", sum("s", 0, true, intPoint(7))), "", "0  temporality", ""},
		{"negative counter", request(nil, "", sum("s", 2, true, intPoint(-7))), "", "0 value counter_negative", ""},
		{"labels of all levels", request([]*commonv1.KeyValue{attr("service.name", "hj"), attr("a", "resource")}, "go.http",
			gauge("g", intPoint(1, attr("z", "1"), attr("a", "point")))),
			"g [{a point} {otel.scope.name go.http} {service.name hj} {z 1}] 1 \"\" 1" + at + start, "", ""},
		{"an attribute twice", request(nil, "", gauge("g", intPoint(1, attr("a", "1"), attr("a", "2")))), "", "0 a label_twice", ""},
		{"true", request(nil, "", gauge("g", intPoint(1, num(&commonv1.AnyValue{Value: &commonv1.AnyValue_BoolValue{BoolValue: true}})))),
			"g [{k true}] 1 \"\" 1" + at + start, "", ""},
		{"a whole number", request(nil, "", gauge("g", intPoint(1, num(&commonv1.AnyValue{Value: &commonv1.AnyValue_IntValue{IntValue: -1 << 60}})))),
			"g [{k -1152921504606846976}] 1 \"\" 1" + at + start, "", ""},
		{"a fraction", request(nil, "", gauge("g", intPoint(1, num(&commonv1.AnyValue{Value: &commonv1.AnyValue_DoubleValue{DoubleValue: 2.5}})))),
			"g [{k 2.5}] 1 \"\" 1" + at + start, "", ""},
		{"a list", request([]*commonv1.KeyValue{num(list)}, "", gauge("g", intPoint(1, num(list)))),
			"g [] 1 \"\" 1" + at + start, "", "0 k attribute_unkept"},
		{"no value", request(nil, "", gauge("g", &metricsv1.NumberDataPoint{TimeUnixNano: nanos(now)})), "", "0 value value_missing", ""},
		{"no recorded value", request(nil, "", gauge("g", &metricsv1.NumberDataPoint{TimeUnixNano: nanos(now), Flags: 1})),
			"g [] 1 \"\" NaN" + at + " - wire.stale_marker", "", "0 value stale_marker"},
		{"NaN", request(nil, "", gauge("g", edit(intPoint(0), func(p *metricsv1.NumberDataPoint) {
			p.Value = &metricsv1.NumberDataPoint_AsDouble{AsDouble: math.NaN()}
		}))), "g [] 1 \"\" NaN" + at + start + "wire.not_a_number", "", "0 value not_a_number"},
		{"infinite", request(nil, "", gauge("g", edit(intPoint(0), func(p *metricsv1.NumberDataPoint) {
			p.Value = &metricsv1.NumberDataPoint_AsDouble{AsDouble: math.Inf(1)}
		}))), "g [] 1 \"\" +Inf" + at + start + "wire.infinite_number", "", "0 value infinite_number"},
		{"no time", request(nil, "", gauge("g", edit(intPoint(1), func(p *metricsv1.NumberDataPoint) { p.TimeUnixNano = 0 }))), "", "0 timeUnixNano time_missing", ""},
		{"beyond all time", request(nil, "", gauge("g", edit(intPoint(1), func(p *metricsv1.NumberDataPoint) { p.TimeUnixNano = math.MaxUint64 }))), "", "0 timestamp too_new", ""},
		{"tomorrow", request(nil, "", gauge("g", edit(intPoint(1), func(p *metricsv1.NumberDataPoint) { p.TimeUnixNano += 86_400e9 }))), "", "0 timestamp too_new", ""},
		{"seconds for nanoseconds", request(nil, "", gauge("g", edit(intPoint(1), func(p *metricsv1.NumberDataPoint) { p.TimeUnixNano /= 1e9 }))), "", "0 timestamp too_old", ""},
		{"no name", request(nil, "", gauge("", intPoint(1), intPoint(2))), "", "0  name_missing; 1  name_missing", ""},
		{"too many attributes", request(nil, "", gauge("g", intPoint(1, many...))), "", "0 attributes too_many_labels", ""},
		{"too many of the resource", request(many, "", gauge("g", intPoint(1)), gauge("h", intPoint(1))), "", "0 attributes too_many_labels; 1 attributes too_many_labels", ""},
		{"a histogram", request(nil, "", histogram("h", 2, 3, 1.5), gauge("g", intPoint(1))),
			"h_count [{a b}] 2 \"\" 3" + at + start + "; h_sum [{a b}] 2 \"s\" 1.5" + at + start + "; g [] 1 \"\" 1" + at + start, "", ""},
		{"a histogram of differences", request(nil, "", histogram("h", 1, 0, 0)),
			"h_count [{a b}] 3 \"\" 0" + at + start + "; h_sum [{a b}] 3 \"s\" 0" + at + start, "", ""},
		{"a histogram whose sum may fall", request(nil, "", histogram("h", 2, 3, -1)), "h_count [{a b}] 2 \"\" 3" + at + start, "", ""},
		{"a histogram without temporality", request(nil, "", histogram("h", 0, 3, 1)), "", "0  temporality", ""},
		{"a histogram without a name", request(nil, "", histogram("", 2, 3, 1)), "", "0  name_missing", ""},
		{"an exponential histogram", request(nil, "", &metricsv1.Metric{Name: "h", Unit: "s", Data: &metricsv1.Metric_ExponentialHistogram{ExponentialHistogram: &metricsv1.ExponentialHistogram{
			AggregationTemporality: 2, DataPoints: []*metricsv1.ExponentialHistogramDataPoint{{
				Count: 1 << 40, TimeUnixNano: nanos(now), StartTimeUnixNano: nanos(now.Add(-time.Minute)), Attributes: []*commonv1.KeyValue{attr("a", "b")},
				Positive: &metricsv1.ExponentialHistogramDataPoint_Buckets{BucketCounts: []uint64{1, 2}}}}}}}),
			"h_count [{a b}] 2 \"\" 1.099511627776e+12" + at + start, "", ""},
		{"a summary", request(nil, "", &metricsv1.Metric{Name: "h", Data: &metricsv1.Metric_Summary{Summary: &metricsv1.Summary{
			DataPoints: []*metricsv1.SummaryDataPoint{{Count: 3}}}}}), "", "0  summary_unkept", ""},
		{"a metric without data", request(nil, "", &metricsv1.Metric{Name: "h"}), "", "", ""},
		{"nothing", &metricsv1.MetricsData{}, "", "", ""},
	}
	d := wire.NewDecoder(wire.DefaultLimits())
	for _, c := range cases {
		for encoding, body := range encodings(t, c.data) {
			var visited []string
			tally, err := d.OTLP(formatOf(encoding), body, now, into(&visited))
			if err != nil {
				t.Errorf("%s in %s: %v", c.name, encoding, err)
			}
			got := []string{strings.TrimSpace(strings.Join(visited, "; ")), briefs(tally.Issues), briefs(tally.Notes)}
			if want := []string{strings.TrimSpace(c.visited), c.issues, c.notes}; !slices.Equal(got, want) {
				t.Errorf("%s in %s:\n got %q\nwant %q", c.name, encoding, got, want)
			}
			if tally.Items != tally.Kept+tally.Refused {
				t.Errorf("%s in %s: %d items, %d kept, %d refused", c.name, encoding, tally.Items, tally.Kept, tally.Refused)
			}
		}
	}
}

// TestAllEncodingsSayTheSame reads random requests of the official encoders.
func TestAllEncodingsSayTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	d := wire.NewDecoder(wire.DefaultLimits())
	for range 100 {
		data, want := randomExport(random)
		for encoding, body := range encodings(t, data) {
			got := []string{}
			if _, err := d.OTLP(formatOf(encoding), body, now, into(&got)); err != nil {
				t.Fatalf("%s: %v", encoding, err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s:\n got %q\nwant %q", encoding, got, want)
			}
		}
	}
}

// randomExport makes a request and the samples that it holds.
func randomExport(random *rand.Rand) (*metricsv1.MetricsData, []string) {
	data, want := &metricsv1.MetricsData{}, []string{}
	for r := range random.IntN(3) {
		service := fmt.Sprint("系统\n", r)
		rm := &metricsv1.ResourceMetrics{Resource: &resourcev1.Resource{Attributes: []*commonv1.KeyValue{attr("service.name", service)}}}
		for s := range random.IntN(3) {
			scope := fmt.Sprint("s", s)
			sm := &metricsv1.ScopeMetrics{Scope: &commonv1.InstrumentationScope{Name: scope, Version: "1"}}
			for m := range random.IntN(4) {
				var points []*metricsv1.NumberDataPoint
				for p := range random.IntN(4) {
					v := random.Int64N(1 << 53)
					points = append(points, intPoint(v, attr("p", fmt.Sprint(p))))
					want = append(want, fmt.Sprintf("m%d [{otel.scope.name %s} {p %d} {service.name %s}] 2 \"1\" %v 2017-11-24T01:42:00Z 2017-11-24T01:41:00Z ",
						m, scope, p, service, float64(v)))
				}
				sm.Metrics = append(sm.Metrics, sum(fmt.Sprint("m", m), 2, true, points...))
			}
			rm.ScopeMetrics = append(rm.ScopeMetrics, sm)
		}
		data.ResourceMetrics = append(data.ResourceMetrics, rm)
	}
	return data, want
}

func TestJSONThatOthersWrite(t *testing.T) {
	at := fmt.Sprint(now.UnixNano())
	body := `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[
		{"future":{"dataPoints":[1]},"sum":{"dataPoints":[
			{"asInt":7,"timeUnixNano":` + at + `,"attributes":[{"value":{"stringValue":"\u7cfb"},"key":"k"},{"key":"none"}]},
			{"asDouble":"Infinity","timeUnixNano":"` + at + `","exemplars":[{}],"attributes":null}
		],"isMonotonic":true,"aggregationTemporality":2},"name":"n"},
		{"name":"e","sum":{"dataPoints":[{"asInt":"8","timeUnixNano":"` + at + `"}],"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","isMonotonic":true}}
	]}],"resource":{"attributes":[{"key":"a","value":{"intValue":"12"}},{"key":"b","value":{"intValue":13}}]}}]}`
	var got []string
	_, err := wire.NewDecoder(wire.DefaultLimits()).OTLP(wire.OTLPJSON, []byte(body), now, into(&got))
	want := []string{
		`n [{a 12} {b 13} {k 系}] 2 "" 7 2017-11-24T01:42:00Z - `,
		`n [{a 12} {b 13}] 2 "" +Inf 2017-11-24T01:42:00Z - wire.infinite_number`,
		`e [{a 12} {b 13}] 3 "" 8 2017-11-24T01:42:00Z - `,
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n got %q\nwant %q", err, got, want)
	}
}

func TestOTLPThatCannotBeRead(t *testing.T) {
	limits := wire.DefaultLimits()
	limits.Items, limits.Series = 2, 3
	d := wire.NewDecoder(limits)
	metrics := func(inner string) string {
		return `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[` + inner + `]}]}]}`
	}
	cases := []struct{ name, body, want string }{
		{"nothing", "", "400 json_broken"},
		{"no object", "[]", "400 message_broken"},
		{"cut", `{"resourceMetrics":[`, "400 json_broken"},
		{"something behind", `{} {}`, "400 json_broken"},
		{"deep", `{"resourceMetrics":` + strings.Repeat("[", 100_000), "400 too_deep"},
		{"no list", `{"resourceMetrics":5}`, "400 message_broken"},
		{"no objects", `{"resourceMetrics":[5]}`, "400 message_broken"},
		{"a gauge that is a number", metrics(`{"gauge":5}`), "400 message_broken"},
		{"a time that is none", metrics(`{"gauge":{"dataPoints":[{"timeUnixNano":"noon"}]}}`), "400 message_broken"},
		{"a negative time", metrics(`{"gauge":{"dataPoints":[{"timeUnixNano":-5}]}}`), "400 message_broken"},
		{"a value that is none", metrics(`{"gauge":{"dataPoints":[{"asInt":"many"}]}}`), "400 message_broken"},
		{"an attribute that is no text", metrics(`{"gauge":{"dataPoints":[{"attributes":[{"key":"a","value":{"stringValue":5}}]}]}}`), "400 message_broken"},
		{"a key that is no text", metrics(`{"gauge":{"dataPoints":[{"attributes":[{"key":5}]}]}}`), "400 message_broken"},
		{"too many points", metrics(`{"gauge":{"dataPoints":[{},{},{}]}}`), "413 too_many_items"},
		{"too many histograms", metrics(`{"histogram":{"dataPoints":[{},{},{}]}}`), "413 too_many_items"},
		{"too many metrics", metrics(`{},{},{},{}`), "413 too_many_series"},
		{"null is as absent", `{"resourceMetrics":null}`, "<nil>"},
		{"the empty request", `{}`, "<nil>"},
	}
	for _, c := range cases {
		_, err := d.OTLP(wire.OTLPJSON, []byte(c.body), now, keepAll)
		if got := refusedAs(err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for encoding, body := range encodings(t, request(nil, "s", gauge("g", intPoint(1, attr("a", "b")), intPoint(2)))) {
		for cut := 1; cut < len(body); cut++ {
			var visited []string
			if _, err := d.OTLP(formatOf(encoding), body[:cut], now, into(&visited)); err == nil && len(visited) == 2 {
				t.Errorf("%s cut at %d of %d was taken whole", encoding, cut, len(body))
			}
		}
	}
}

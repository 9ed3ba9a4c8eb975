package wire_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	writev2 "github.com/prometheus/client_golang/exp/api/remote/genproto/v2"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"qingce/inventory/usage/wire"
)

// pair is a label, and tick a sample, of a remote write made by hand.
type pair struct{ name, value string }

type tick struct {
	value float64
	at    int64
}

var ms = now.UnixMilli()

func tickBytes(k tick) pb {
	return pb(nil).fixed(1, math.Float64bits(k.value)).varint(2, uint64(k.at))
}

// series1 is a prometheus.TimeSeries.
func series1(labels []pair, ticks ...tick) pb {
	var b pb
	for _, l := range labels {
		b = b.bytes(1, pb(nil).text(1, l.name).text(2, l.value))
	}
	for _, k := range ticks {
		b = b.bytes(2, tickBytes(k))
	}
	return b
}

func write1(series ...pb) []byte {
	var b pb
	for _, s := range series {
		b = b.bytes(1, s)
	}
	return b
}

// write2 encodes with the official messages.
func write2(t testing.TB, r *writev2.Request) []byte {
	t.Helper()
	b, err := proto.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func symbols(labels []pair) (table []string, refs []uint32) {
	table = []string{""}
	for _, l := range labels {
		refs = append(refs, uint32(len(table)), uint32(len(table)+1))
		table = append(table, l.name, l.value)
	}
	return table, refs
}

// both encodes one series in both versions.
func both(t testing.TB, labels []pair, ticks ...tick) map[wire.Format][]byte {
	table, refs := symbols(labels)
	s := &writev2.TimeSeries{LabelsRefs: refs}
	for _, k := range ticks {
		s.Samples = append(s.Samples, &writev2.Sample{Value: k.value, Timestamp: k.at})
	}
	return map[wire.Format][]byte{
		wire.RemoteWrite1: write1(series1(labels, ticks...)),
		wire.RemoteWrite2: write2(t, &writev2.Request{Symbols: table, Timeseries: []*writev2.TimeSeries{s}}),
	}
}

func TestSeriesOfRemoteWrites(t *testing.T) {
	up := []pair{{"__name__", "up"}, {"job", "a"}}
	stale := math.Float64frombits(0x7ff0000000000002)
	many := []pair{{"__name__", "up"}}
	for i := range 65 {
		many = append(many, pair{fmt.Sprintf("l%02d", i), "x"})
	}
	cases := []struct {
		name    string
		labels  []pair
		ticks   []tick
		visited string // value@offset flaw
		issues  string
		notes   string
		written int
	}{
		{"one sample", up, []tick{{5, ms}}, "5@0", "", "", 1},
		{"three", up, []tick{{5, ms - 2}, {6, ms - 1}, {7, ms}}, "5@-2 6@-1 7@0", "", "", 3},
		{"labels in any order", []pair{{"z", "1"}, {"__name__", "up"}, {"a", "2"}}, []tick{{5, ms}}, "5@0", "", "", 1},
		{"a label without value is absent", []pair{{"__name__", "up"}, {"b", ""}}, []tick{{5, ms}}, "5@0", "", "", 1},
		{"names as they are", []pair{{"__name__", "resource cpu.usage"}, {"job\nname", "测试"}}, []tick{{5, ms}}, "5@0", "", "", 1},
		{"no samples", up, nil, "", "", "", 0},
		{"no name", []pair{{"job", "a"}}, []tick{{5, ms}, {6, ms + 1}}, "", "0 __name__ name_missing", "", 0},
		{"no name and no samples", []pair{{"job", "a"}}, nil, "", "0 __name__ name_missing", "", 0},
		{"an empty name", []pair{{"__name__", ""}}, []tick{{5, ms}}, "", "0 __name__ name_missing", "", 0},
		{"no labels", nil, []tick{{5, ms}}, "", "0 __name__ name_missing", "", 0},
		{"a label twice", []pair{{"__name__", "up"}, {"a", "1"}, {"a", "2"}}, []tick{{5, ms}}, "", "0 a label_twice", "", 0},
		{"a label without name", []pair{{"", "1"}, {"__name__", "up"}}, []tick{{5, ms}}, "", "0  label_name_empty", "", 0},
		{"a long name", []pair{{"__name__", strings.Repeat("x", 201)}}, []tick{{5, ms}}, "", "0 __name__ name_too_long", "", 0},
		{"a long value", []pair{{"__name__", "up"}, {"a", strings.Repeat("x", 2049)}}, []tick{{5, ms}}, "", "0 a label_too_long", "", 0},
		{"65 labels", many, []tick{{5, ms}}, "", "0  too_many_labels", "", 0},
		{"64 labels", many[:65], []tick{{5, ms}}, "5@0", "", "", 1},
		{"negative time", up, []tick{{5, -1}}, "", "0 timestamp time_negative", "", 0},
		{"least time", up, []tick{{5, math.MinInt64}}, "", "0 timestamp time_negative", "", 0},
		{"greatest time", up, []tick{{5, math.MaxInt64}}, "", "0 timestamp too_new", "", 0},
		{"eleven minutes ahead", up, []tick{{5, ms + 11*60_000}, {6, ms + 12*60_000}}, "", "0 timestamp too_new; 0 timestamp too_new", "", 0},
		{"nine minutes ahead", up, []tick{{5, ms + 9*60_000}}, "5@540000", "", "", 1},
		{"too old", up, []tick{{4, ms - 41*86_400_000}, {5, ms}}, "5@0", "0 timestamp too_old", "", 1},
		{"out of order", up, []tick{{5, ms}, {6, ms - 1}, {7, ms + 1}}, "5@0 7@1", "0 timestamp out_of_order", "", 2},
		{"two values at a time", up, []tick{{5, ms}, {6, ms}}, "5@0", "0 timestamp time_twice", "", 1},
		{"the same again", up, []tick{{5, ms}, {5, ms}}, "5@0", "", "0 timestamp sample_twice", 2},
		{"stale", up, []tick{{stale, ms}}, "NaN@0 wire.stale_marker", "", "0 value stale_marker", 1},
		{"NaN", up, []tick{{math.NaN(), ms}}, "NaN@0 wire.not_a_number", "", "0 value not_a_number", 1},
		{"infinite", up, []tick{{math.Inf(-1), ms}}, "-Inf@0 wire.infinite_number", "", "0 value infinite_number", 1},
		{"negative value of unknown kind", up, []tick{{-5, ms}}, "-5@0", "", "", 1},
	}
	d := wire.NewDecoder(wire.DefaultLimits())
	for _, c := range cases {
		for version, body := range both(t, c.labels, c.ticks...) {
			var visited []string
			tally, err := d.RemoteWrite(version, body, now, func(s *wire.Sample) wire.Verdict {
				visited = append(visited, strings.TrimSpace(fmt.Sprintf("%v@%d %s", s.Value, s.At.UnixMilli()-ms, s.Flaw)))
				return wire.Keep
			})
			if err != nil {
				t.Errorf("%s in %d: %v", c.name, version, err)
			}
			got := []string{strings.Join(visited, " "), briefs(tally.Issues), briefs(tally.Notes), fmt.Sprint(tally.Samples)}
			if want := []string{c.visited, c.issues, c.notes, fmt.Sprint(c.written)}; !slices.Equal(got, want) {
				t.Errorf("%s in %d:\n got %q\nwant %q", c.name, version, got, want)
			}
			if c.issues != "" && tally.Refused == 0 {
				t.Errorf("%s in %d: issues and nothing refused", c.name, version)
			}
		}
	}
}

func TestLabelsAreSortedAndCanBeKept(t *testing.T) {
	for version, body := range both(t, []pair{{"z", "1"}, {"__name__", "up"}, {"b", ""}, {"a", "2"}}, tick{5, ms}) {
		var kept wire.Series
		_, err := wire.NewDecoder(wire.DefaultLimits()).RemoteWrite(version, body, now, func(s *wire.Sample) wire.Verdict {
			kept = s.Series.Clone()
			return wire.Keep
		})
		for i := range body {
			body[i] = 'x' // as when the buffer is used again
		}
		if got := fmt.Sprint(err, kept.Name, kept.Labels, kept.Labels.Get("z"), kept.Labels.Get("b")); got != "<nil>up[{a 2} {z 1}]1" {
			t.Errorf("version %d: %s", version, got)
		}
	}
}

// TestAgainstTheOfficialMessages reads what the official encoder has written.
func TestAgainstTheOfficialMessages(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	d := wire.NewDecoder(wire.DefaultLimits())
	for range 200 {
		request, want := randomWrite(random)
		var got []string
		tally, err := d.RemoteWrite(wire.RemoteWrite2, write2(t, request), now, into(&got))
		if err != nil || tally.Refused > 0 {
			t.Fatalf("%v %+v", err, tally.Issues)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("\n got %q\nwant %q", got, want)
		}
		if tally.Samples != len(want) || tally.Kept != len(want) {
			t.Errorf("%d written, %d kept, want %d", tally.Samples, tally.Kept, len(want))
		}
	}
}

// randomWrite makes a request and the samples that it holds.
func randomWrite(random *rand.Rand) (*writev2.Request, []string) {
	kinds := map[writev2.Metadata_MetricType]wire.Kind{1: wire.Counter, 2: wire.Gauge, 3: wire.Unknown, 0: wire.Unknown}
	table := writev2.NewSymbolTable()
	var want []string
	request := &writev2.Request{}
	for n := range random.IntN(6) {
		name := fmt.Sprintf("m%d", n)
		labels := []string{"__name__", name}
		flat := wire.Labels{}
		for l := range random.IntN(5) {
			k, v := fmt.Sprintf("k%d", l), fmt.Sprintf("值%d", random.IntN(9))
			labels, flat = append(labels, k, v), append(flat, wire.Label{Name: k, Value: v})
		}
		kind := writev2.Metadata_MetricType(random.IntN(4))
		series := &writev2.TimeSeries{
			LabelsRefs: table.SymbolizeLabels(labels, nil),
			Metadata:   &writev2.Metadata{Type: kind, UnitRef: table.Symbolize("By"), HelpRef: table.Symbolize("help")},
		}
		for k := range random.IntN(4) {
			s := &writev2.Sample{Value: random.Float64() * 1e6, Timestamp: ms + int64(k)}
			if random.IntN(2) == 0 {
				series.CreatedTimestamp = ms - 5000
			}
			series.Samples = append(series.Samples, s)
		}
		for _, s := range series.Samples {
			start := "-"
			if series.CreatedTimestamp != 0 {
				start = time.UnixMilli(series.CreatedTimestamp).UTC().Format(time.RFC3339Nano)
			}
			at := time.UnixMilli(s.Timestamp).UTC().Format(time.RFC3339Nano)
			want = append(want, fmt.Sprintf("%s %v %d %q %v %s %s ", name, flat, kinds[kind], "By", s.Value, at, start))
		}
		request.Timeseries = append(request.Timeseries, series)
	}
	request.Symbols = table.Symbols()
	return request, want
}

func TestStartOfASample(t *testing.T) {
	series := pb(nil).bytes(1, []byte{1, 2}).bytes(2, tickBytes(tick{5, ms}).varint(3, uint64(ms-1000)).text(99, "of the future"))
	body := pb(nil).bytes(5, series).text(4, "").text(4, "__name__").text(4, "up") // symbols last
	var start time.Time
	_, err := wire.NewDecoder(wire.DefaultLimits()).RemoteWrite(wire.RemoteWrite2, body, now, func(s *wire.Sample) wire.Verdict {
		start = s.Start
		return wire.Keep
	})
	if err != nil || start.UnixMilli() != ms-1000 {
		t.Errorf("%v, start %v", err, start)
	}
}

func TestCountersAreNotNegative(t *testing.T) {
	table, refs := symbols([]pair{{"__name__", "requests_total"}})
	body := write2(t, &writev2.Request{Symbols: table, Timeseries: []*writev2.TimeSeries{{
		LabelsRefs: refs, Samples: []*writev2.Sample{{Value: -1, Timestamp: ms}}, Metadata: &writev2.Metadata{Type: 1},
	}}})
	tally, err := wire.NewDecoder(wire.DefaultLimits()).RemoteWrite(wire.RemoteWrite2, body, now, keepAll)
	if got := briefs(tally.Issues); err != nil || got != "0 value counter_negative" {
		t.Errorf("%v, %s", err, got)
	}
}

func TestHistogramsAndExemplars(t *testing.T) {
	table, refs := symbols([]pair{{"__name__", "h"}})
	histogram := func(count uint64) *writev2.Histogram {
		return &writev2.Histogram{
			Count: &writev2.Histogram_CountInt{CountInt: count}, ZeroCount: &writev2.Histogram_ZeroCountInt{ZeroCountInt: 2},
			PositiveSpans: []*writev2.BucketSpan{{Length: 3}}, PositiveDeltas: []int64{3, -1, 2}, // 3, 2, 4
			NegativeSpans: []*writev2.BucketSpan{{Length: 1}}, NegativeDeltas: []int64{1},
			Sum: 5, Timestamp: ms,
		}
	}
	body := write2(t, &writev2.Request{Symbols: table, Timeseries: []*writev2.TimeSeries{{
		LabelsRefs: refs, Histograms: []*writev2.Histogram{histogram(12), histogram(13)},
		Exemplars: []*writev2.Exemplar{{Value: 1, Timestamp: ms}, {Value: 2, Timestamp: ms}, {Value: 3, Timestamp: ms}},
	}}})
	for _, c := range []struct {
		strict bool
		want   string
	}{
		{false, "1 3 1 | 0 count histogram_broken | 0  histogram_unkept; 0  exemplar_unkept"},
		{true, "0 0 5 | 0  histogram_unkept; 0  exemplar_unkept; 0 count histogram_broken | "},
	} {
		limits := wire.DefaultLimits()
		limits.RefuseUnkept = c.strict
		tally, err := wire.NewDecoder(limits).RemoteWrite(wire.RemoteWrite2, body, now, keepAll)
		got := fmt.Sprint(tally.Histograms, tally.Exemplars, tally.Refused) + " | " + briefs(tally.Issues) + " | " + briefs(tally.Notes)
		if err != nil || got != c.want {
			t.Errorf("strict %v: %v\n got %s\nwant %s", c.strict, err, got, c.want)
		}
	}
}

func TestDanglingSymbols(t *testing.T) {
	for name, c := range map[string]struct {
		refs []uint32
		want string
	}{
		"beyond the table": {[]uint32{1, 2, 3, 9}, "0 labels_refs symbol_missing"},
		"one too few":      {[]uint32{1, 2, 3}, "0 labels_refs labels_odd"},
	} {
		body := write2(t, &writev2.Request{Symbols: []string{"", "__name__", "up", "x"}, Timeseries: []*writev2.TimeSeries{
			{LabelsRefs: c.refs, Samples: []*writev2.Sample{{Value: 1, Timestamp: ms}}},
			{LabelsRefs: []uint32{1, 2}, Samples: []*writev2.Sample{{Value: 1, Timestamp: ms}}},
		}})
		tally, err := wire.NewDecoder(wire.DefaultLimits()).RemoteWrite(wire.RemoteWrite2, body, now, keepAll)
		if got := briefs(tally.Issues); err != nil || got != c.want || tally.Kept != 1 {
			t.Errorf("%s: %v, %s, kept %d, want %s and the other series", name, err, got, tally.Kept, c.want)
		}
	}
}

func TestRemoteWritesThatCannotBeRead(t *testing.T) {
	sound := both(t, []pair{{"__name__", "up"}, {"job", "a"}}, tick{5, ms}, tick{6, ms + 1})
	one, two := sound[wire.RemoteWrite1], sound[wire.RemoteWrite2]
	limits := wire.DefaultLimits()
	limits.Items, limits.Series = 3, 4
	group := protowire.AppendTag(protowire.AppendTag(nil, 9, protowire.StartGroupType), 9, protowire.EndGroupType)
	cases := []struct {
		name    string
		version wire.Format
		body    []byte
		want    string
	}{
		{"nothing at all", wire.RemoteWrite1, nil, "<nil>"},
		{"nothing at all", wire.RemoteWrite2, nil, "<nil>"},
		{"2.0 as 1.0", wire.RemoteWrite1, two, "400 wrong_schema"},
		{"1.0 as 2.0", wire.RemoteWrite2, one, "400 wrong_schema"},
		{"no table of symbols", wire.RemoteWrite2, pb(nil).bytes(5, nil), "400 message_broken"},
		{"a table that does not begin empty", wire.RemoteWrite2, pb(nil).text(4, "x").bytes(5, nil), "400 message_broken"},
		{"samples as numbers", wire.RemoteWrite1, pb(nil).bytes(1, pb(nil).varint(2, 7)), "400 message_broken"},
		{"a value as varint", wire.RemoteWrite1, write1(pb(nil).bytes(2, pb(nil).varint(1, 7))), "400 message_broken"},
		{"a group", wire.RemoteWrite1, group, "400 message_broken"},
		{"text", wire.RemoteWrite1, []byte("up 1"), "400 message_broken"},
		{"too many samples", wire.RemoteWrite1, slices.Concat(one, one), "413 too_many_items"},
		{"too many series", wire.RemoteWrite1, slices.Repeat(write1(nil), 5), "413 too_many_series"},
		{"too many symbols", wire.RemoteWrite2, slices.Repeat([]byte(pb(nil).text(4, "")), 1000), "413 too_many_series"},
	}
	d := wire.NewDecoder(limits)
	for _, c := range cases {
		_, err := d.RemoteWrite(c.version, c.body, now, keepAll)
		if got := refusedAs(err); got != c.want {
			t.Errorf("%s in %d: %s, want %s", c.name, c.version, got, c.want)
		}
	}
	for version, body := range sound {
		for cut := 1; cut < len(body); cut++ {
			var visited []string
			_, err := d.RemoteWrite(version, body[:cut], now, into(&visited))
			if err == nil && len(visited) == 2 {
				t.Errorf("version %d cut at %d of %d was taken whole", version, cut, len(body))
			}
		}
	}
}

// A body of labels alone must not take memory that is a multiple of its size.
func TestManyLabelsCostNoMemory(t *testing.T) {
	refs := slices.Repeat([]byte{1}, 4<<20)
	for version, body := range map[wire.Format][]byte{
		wire.RemoteWrite1: write1(pb(slices.Repeat([]byte{1<<3 | 2, 0}, 2<<20))),
		wire.RemoteWrite2: pb(nil).text(4, "").text(4, "a").bytes(5, pb(nil).bytes(1, refs)),
	} {
		d := wire.NewDecoder(wire.DefaultLimits())
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		tally, err := d.RemoteWrite(version, body, now, keepAll)
		runtime.ReadMemStats(&after)
		bytes := after.TotalAlloc - before.TotalAlloc
		if got := briefs(tally.Issues); err != nil || bytes > 1<<16 || got != "0  too_many_labels" {
			t.Errorf("version %d: %d bytes for a body of %d, %s", version, bytes, len(body), got)
		}
	}
}

package main_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang/snappy"
	"google.golang.org/protobuf/encoding/protowire"

	"qingce/internal/auth"
	"qingce/inventory"
	"qingce/inventory/usage"
)

// TestStorySeriesOfTheHub: the counters of the hub's own gateway come by remote
// write and by OTLP, as they come to every probe, and move the connections: what
// was exchanged, what failed, and when a system was heard last.
func TestStorySeriesOfTheHub(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		s := newStory(t, h)
		s.at("2017-11-20 09:00")
		s.gateway()
		s.remoteWritten(100, 4, 1000)
		s.clock.Advance(time.Minute)
		s.remoteWritten(160, 6, 51_000)
		s.remoteWritten(160, 6, 51_000) // sent again
		s.anotherNode(h)
		var sent string
		eventually(t, "the volumes of the hub", func() bool {
			sent = s.must("centre", http.MethodGet, storyHub+"/volumes", nil).text
			return strings.Contains(sent, `"exchanges":62`)
		})
		var got struct {
			Volumes []struct {
				Provider  string `json:"provider"`
				Consumer  string `json:"consumer"`
				Exchanges int    `json:"exchanges"`
				Failures  int    `json:"failures"`
				Bytes     int    `json:"bytes"`
			} `json:"volumes"`
		}
		if err := json.Unmarshal([]byte(sent), &got); err != nil {
			t.Fatal(err)
		}
		s.want("what went through the hub", fmt.Sprint(got.Volumes), "[{MZ-01 XY201 62 2 50000}]")
		s.cameToTest("MZ-01")
		s.mustMove("centre", "MZ-01", map[string]any{"move": "verify"}) // the centre saw it exchange
		s.at("2017-11-22 08:00")
		s.beatByOTLP("MZ-01")
		s.anotherNode(h)
		eventually(t, "the sign of life", func() bool {
			return strings.Contains(s.must("centre", http.MethodGet, storyHub+"/connections/MZ-01", nil).text, `"last_signal":"2017-11-22"`)
		})
	})
}

// gateway registers the gateway of the hub with rules for its counters, and gives
// it a token.
func (s *story) gateway() {
	s.t.Helper()
	registry := inventory.NewRegistry(s.db, inventory.Options{})
	dir, err := registry.Directory(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	owner, _ := dir.ByCode(storyBodies["GS"])
	probes, rules := usage.NewProbes(s.db, registry), usage.NewRules(s.db, registry)
	by := auth.Principal{AccountID: 1, Name: "centre", Roles: auth.Roles{auth.Centre}, Way: auth.BySession}
	probe, err := probes.Register(s.t.Context(), by, usage.ProbeForm{
		Name: "大数据中心网关", Kind: usage.GatewayProbe, Owner: owner.ID, Systems: []usage.SystemChoice{{Code: "GS-01"}},
	})
	if err == nil {
		_, s.tokens["gateway"], err = probes.IssueToken(s.t.Context(), by, probe.Code, s.clock.Now().AddDate(1, 0, 0))
	}
	for _, rule := range []usage.RuleForm{
		{Metric: "gw_exchanges_total", Signal: "hub_exchanges", System: "provider", ConsumerLabel: "consumer", OutcomeLabel: "outcome", Failed: "error"},
		{Metric: "gw_bytes_total", Signal: "hub_bytes", System: "provider", ConsumerLabel: "consumer"},
		{Metric: "gw.up", Signal: "hub_heartbeat", System: "party"},
	} {
		rule.ProbeID, rule.SystemBy = probe.ID, usage.LabelSystem
		if err == nil {
			_, err = rules.Add(s.t.Context(), by, rule)
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// remoteWritten sends the counters of the gateway as they stand now.
func (s *story) remoteWritten(good, bad, size float64) {
	s.t.Helper()
	var body []byte
	for _, c := range []struct {
		value  float64
		labels []string
	}{
		{good, []string{"__name__", "gw_exchanges_total", "consumer", "XY201", "outcome", "ok", "provider", "MZ-01"}},
		{bad, []string{"__name__", "gw_exchanges_total", "consumer", "XY201", "outcome", "error", "provider", "MZ-01"}},
		{size, []string{"__name__", "gw_bytes_total", "consumer", "XY201", "provider", "MZ-01"}},
	} {
		body = protowire.AppendBytes(protowire.AppendTag(body, 1, protowire.BytesType), s.writtenSeries(c.value, c.labels))
	}
	if r := s.send("gateway", http.MethodPost, "/api/v1/usage/write", "application/x-protobuf", snappy.Encode(nil, body)); r.status != http.StatusNoContent {
		s.t.Fatalf("remote write: %d %s", r.status, r.text)
	}
}

// writtenSeries is a series of remote write 1.0 with one sample of now.
func (s *story) writtenSeries(value float64, labels []string) []byte {
	var series []byte
	for i := 0; i < len(labels); i += 2 {
		l := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), labels[i])
		l = protowire.AppendString(protowire.AppendTag(l, 2, protowire.BytesType), labels[i+1])
		series = protowire.AppendBytes(protowire.AppendTag(series, 1, protowire.BytesType), l)
	}
	sample := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(value))
	sample = protowire.AppendVarint(protowire.AppendTag(sample, 2, protowire.VarintType), uint64(s.clock.Now().UnixMilli()))
	return protowire.AppendBytes(protowire.AppendTag(series, 2, protowire.BytesType), sample)
}

// beatByOTLP sends that a party is up, as a collector writes it in JSON.
func (s *story) beatByOTLP(party string) {
	s.t.Helper()
	body := `{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.instance.id","value":{"stringValue":"gw-1"}}]},"scopeMetrics":[{"metrics":[
		{"name":"gw.up","gauge":{"dataPoints":[{"asInt":"1","timeUnixNano":"AT","attributes":[{"key":"party","value":{"stringValue":"PARTY"}}]}]}}]}]}]}`
	body = strings.NewReplacer("AT", strconv.FormatInt(s.clock.Now().UnixNano(), 10), "PARTY", party).Replace(body)
	if r := s.send("gateway", http.MethodPost, "/v1/metrics", "application/json", []byte(body)); r.status != http.StatusOK || strings.Contains(r.text, "rejected") {
		s.t.Fatalf("OTLP: %d %s", r.status, r.text)
	}
}

package wire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"qingce/inventory/usage/wire"
)

// partly is a tally of three items of which one was refused.
func partly() wire.Tally {
	return wire.Tally{
		Items: 3, Kept: 1, Refused: 1, Samples: 2, Histograms: 4, Exemplars: 5,
		Reasons: map[wire.Code]int{wire.TooNew: 1, wire.Negative: 1},
		Issues: []wire.Issue{
			{Index: 1, Item: "up", Member: "timestamp", Code: wire.TooNew, Got: "soon", Count: 1},
		},
		Notes: []wire.Issue{{Index: 2, Item: "up", Code: wire.StaleMarker, Count: 1}},
	}
}

func whole() wire.Tally { return wire.Tally{Items: 2, Kept: 2, Samples: 2} }

func TestAnswers(t *testing.T) {
	none := wire.Tally{Items: 1, Refused: 1, Reasons: map[wire.Code]int{wire.TooNew: 1}, Issues: partly().Issues}
	const line = "[1] up timestamp wire.too_new soon"
	otlp := string(pb(nil).bytes(1, pb(nil).varint(1, 1).text(2, line)))
	status := func(code uint64, text string) string { return string(pb(nil).varint(1, code).text(2, text)) }
	broken := &wire.Error{Status: 400, Code: wire.MessageBroken, Got: "samples"}
	away := wire.Away(1500*time.Millisecond, errors.New("x"))
	const written = "X-Prometheus-Remote-Write-Samples-Written=2 X-Prometheus-Remote-Write-Histograms-Written=%d X-Prometheus-Remote-Write-Exemplars-Written=%d "
	cases := []struct {
		name   string
		format wire.Format
		tally  wire.Tally
		err    error
		want   string // status, headers, body
	}{
		{"write 1.0", wire.RemoteWrite1, whole(), nil, "204 |"},
		{"write 1.0 in part", wire.RemoteWrite1, partly(), nil, "400 Content-Type=text/plain; charset=utf-8 |" + line + "\n"},
		{"write 2.0", wire.RemoteWrite2, whole(), nil, "204 " + fmt.Sprintf(written, 0, 0) + "|"},
		{"write 2.0 in part", wire.RemoteWrite2, partly(), nil, "400 Content-Type=text/plain; charset=utf-8 " + fmt.Sprintf(written, 4, 5) + "|" + line + "\n"},
		{"a broken write", wire.RemoteWrite2, partly(), broken, "400 Content-Type=text/plain; charset=utf-8 |[0]   wire.message_broken samples\n"},
		{"no store for a write", wire.RemoteWrite2, partly(), away, "503 Content-Type=text/plain; charset=utf-8 Retry-After=2 |[0]   wire.unavailable\n"},
		{"a write that fails for reasons of our own", wire.RemoteWrite2, partly(), errors.New("oh"), "503 Content-Type=text/plain; charset=utf-8 Retry-After=10 |[0]   wire.unavailable\n"},
		{"otlp", wire.OTLPProto, whole(), nil, "200 Content-Type=application/x-protobuf |"},
		{"otlp in part", wire.OTLPProto, partly(), nil, "200 Content-Type=application/x-protobuf |" + otlp},
		{"a broken otlp", wire.OTLPProto, whole(), broken, "400 Content-Type=application/x-protobuf |" + status(3, "[0]   wire.message_broken samples")},
		{"otlp and no store", wire.OTLPProto, whole(), away, "503 Content-Type=application/x-protobuf Retry-After=2 |" + status(14, "[0]   wire.unavailable")},
		{"otlp json", wire.OTLPJSON, whole(), nil, "200 Content-Type=application/json |{}"},
		{"otlp json in part", wire.OTLPJSON, partly(), nil, `200 Content-Type=application/json |{"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"` + line + `"}}`},
		{"busy for remote write", wire.RemoteWrite2, whole(), wire.Busy(time.Second), "503 Content-Type=text/plain; charset=utf-8 Retry-After=1 |[0]   wire.too_busy\n"},
		{"busy for otlp json", wire.OTLPJSON, whole(), wire.Busy(time.Second), `429 Content-Type=application/json Retry-After=1 |{"code":8,"message":"[0]   wire.too_busy"}`},
		{"reports", wire.ReportJSON, whole(), nil, `200 Content-Type=application/json |{"accepted":2,"refused":0,"issues":[]}`},
		{"reports in part", wire.ReportLines, partly(), nil, `200 Content-Type=application/json |{"accepted":2,"refused":1,"issues":[` +
			`{"index":1,"system":"up","member":"timestamp","code":"wire.too_new","got":"soon","count":1,"message":"` + line + `"}],"unlisted":1,` +
			`"notes":[{"index":2,"system":"up","code":"wire.stale_marker","count":1,"message":"[2] up  wire.stale_marker"}]}`},
		{"no report", wire.ReportJSON, none, nil, `422 Content-Type=application/json |{"accepted":0,"refused":1,"issues":[` +
			`{"index":1,"system":"up","member":"timestamp","code":"wire.too_new","got":"soon","count":1,"message":"` + line + `"}]}`},
		{"broken reports", wire.ReportJSON, none, broken, `400 Content-Type=application/json |{"accepted":0,"refused":0,"issues":[],` +
			`"code":"wire.message_broken","message":"[0]   wire.message_broken samples","got":"samples"}`},
	}
	for _, c := range cases {
		w := httptest.NewRecorder()
		if err := wire.Respond(c.format, c.tally, c.err, said).Write(w); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%d ", w.Code)
		for _, name := range []string{"Content-Type", "Retry-After", wire.SamplesWritten, wire.HistogramsWritten, wire.ExemplarsWritten} {
			if v := w.Header().Get(name); v != "" {
				got += name + "=" + v + " "
			}
		}
		if got += "|" + w.Body.String(); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestLongAnswersAreShort(t *testing.T) {
	tally := partly()
	for range 100 {
		tally.Issues = append(tally.Issues, tally.Issues[0])
	}
	r := wire.Respond(wire.RemoteWrite2, tally, nil, said)
	if n := strings.Count(string(r.Body), "\n"); n != 11 {
		t.Errorf("%d lines", n)
	}
}

func TestTheSenderReadsItsAnswer(t *testing.T) {
	r := wire.Respond(wire.ReportJSON, partly(), nil, said)
	a, err := wire.ReadAnswer(r.Body)
	if err != nil || a.Accepted != 2 || a.Issues[0].Index != 1 || a.Issues[0].Code != wire.TooNew {
		t.Errorf("%v %+v", err, a)
	}
	if _, err := wire.ReadAnswer([]byte("<html>")); err == nil {
		t.Error("a page was taken for an answer")
	}
	if !json.Valid(r.Body) {
		t.Error("the answer is no JSON")
	}
}

func TestIssuesAreShortCopies(t *testing.T) {
	value := strings.Repeat("测", 1000)
	body := write1(series1([]pair{{"__name__", "up"}, {"a", value}, {"b", "\xff"}}, tick{1, ms}))
	tally, err := wire.NewDecoder(wire.DefaultLimits()).RemoteWrite(wire.RemoteWrite1, body, now, keepAll)
	if err != nil || len(tally.Issues) != 1 {
		t.Fatal(err, tally)
	}
	for i := range body {
		body[i] = 0xff
	}
	i := tally.Issues[0]
	if got := i.Got; got != strings.Repeat("测", 21)+"…" || i.Item != "up" {
		t.Errorf("got %q of %q", got, i.Item)
	}
	if args := i.Args(); args["item"] != "up" || args["count"] != 1 || len(args) != 6 {
		t.Errorf("%v", args)
	}
}

package wire_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang/snappy"

	"qingce/inventory/usage/wire"
)

// The report of the documentation is read, and one beside it refused.
func ExampleDecoder_Reports() {
	body := `[
	{"system":"HJ-RS-01", "source":"web-1", "epoch":3,
	 "hour":"2017-11-24T09:00:00+08:00", "seq":17, "minutes":42,
	 "requests":1200, "human_requests":800, "users":55, "machine_clients":4,
	 "logins":30, "business_tx":12, "errors":3, "cpu_max":37.5,
	 "users_sketch":"FIt/AP8=", "sketch_key":"2017a",
	 "last_write":"2017-11-24T09:41:12+08:00", "build":"2.3.1"},
	{"system":"HJ-RS-02", "source":"web-1", "epoch":3,
	 "hour":"2017-11-24T09:00:00+08:00", "seq":17, "minutes":42, "visits":5}
	]`
	d := wire.NewDecoder(wire.DefaultLimits())
	tally, err := d.Reports(wire.ReportJSON, []byte(body), now, func(r *wire.Report) wire.Verdict {
		logins, measured := r.Values.Get(wire.Logins)
		_, api := r.Values.Get(wire.APIIn)
		fmt.Println(r.System, r.Hour.Start().Format(time.RFC3339), logins, measured, api)
		return wire.Keep
	})
	fmt.Println(tally.Items, tally.Kept, err)
	for _, i := range tally.Issues {
		fmt.Println(i.Index, i.Item, i.Member, i.Code)
	}
	// Output:
	// HJ-RS-01 2017-11-24T01:00:00Z 30 true false
	// 2 1 <nil>
	// 1 HJ-RS-02 visits wire.unknown_member
}

// A probe writes a report for every hour that has not been acknowledged.
func ExampleReport_AppendJSON() {
	r := wire.Report{System: "HJ-RS-01", Source: "web-1", Epoch: 3, Hour: wire.HourOf(now), Seq: 17, Minutes: 42}
	r.Values.Set(wire.Requests, 1200)
	r.Values.Set(wire.CPUMax, 3750)
	fmt.Println(string(r.AppendJSON(nil)))
	// Output:
	// {"system":"HJ-RS-01","source":"web-1","epoch":3,"hour":"2017-11-24T01:00:00Z","seq":17,"minutes":42,"requests":1200,"cpu_max":37.5}
}

// A remote write is negotiated, read, decoded and answered.
func ExampleRespond() {
	message := write1(
		series1([]pair{{"__name__", "http_requests_total"}, {"system", "HJ-RS-01"}}, tick{1200, now.UnixMilli()}),
		series1([]pair{{"system", "HJ-RS-02"}}, tick{7, now.UnixMilli()}),
	)
	request, _ := http.NewRequest(http.MethodPost, "/", strings.NewReader(string(snappy.Encode(nil, message))))
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Content-Encoding", "snappy")

	d := wire.NewDecoder(wire.DefaultLimits())
	receive := func() (wire.Format, wire.Tally, error) {
		format, packing, err := wire.NegotiateWrite(request.Header)
		if err != nil {
			return format, wire.Tally{}, err
		}
		body, err := d.Read(request.Body, packing)
		if err != nil {
			return format, wire.Tally{}, err
		}
		tally, err := d.RemoteWrite(format, body, now, func(s *wire.Sample) wire.Verdict {
			fmt.Println(s.Name, s.Labels.Get("system"), s.Value)
			return wire.Keep
		})
		return format, tally, err
	}
	format, tally, err := receive()
	answer := wire.Respond(format, tally, err, func(i wire.Issue) string { return fmt.Sprint(i.Index, " ", i.Code) })
	fmt.Print(answer.Status, " ", string(answer.Body))
	// Output:
	// http_requests_total HJ-RS-01 1200
	// 400 1 wire.name_missing
}

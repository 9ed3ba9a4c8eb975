package usageweb

import (
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/web"
	"qingce/inventory/usage/wire"
)

// UsageReport is a report as the API document shows it; package wire reads it.
type UsageReport struct {
	System         string    `json:"system" example:"RS-0001" doc:"Code of the system; one that the probe may report on"`
	Source         string    `json:"source" example:"web-1" doc:"Where it was counted: a name that tells the places of one probe apart"`
	Epoch          int64     `json:"epoch" example:"1" doc:"One more each time the source has lost its counters and begins anew"`
	Hour           time.Time `json:"hour" example:"2017-11-24T09:00:00+08:00" doc:"Beginning of the hour"`
	Seq            int64     `json:"seq" example:"17" doc:"Grows with each report of the hour: the greatest says all, the others nothing"`
	Minutes        int       `json:"minutes" example:"42" doc:"For how many minutes of the hour was measured"`
	Requests       *int64    `json:"requests,omitempty" example:"1200" doc:"Counted since the beginning of the hour; what is not measured is left out: 0 is measured and not used"`
	HumanRequests  *int64    `json:"human_requests,omitempty" example:"800" doc:"Those of people"`
	Users          *int64    `json:"users,omitempty" example:"55" doc:"Distinct people"`
	MachineClients *int64    `json:"machine_clients,omitempty" example:"4" doc:"Distinct programs"`
	Logins         *int64    `json:"logins,omitempty" example:"30" doc:"Sessions opened"`
	BusinessTx     *int64    `json:"business_tx,omitempty" example:"12" doc:"Matters handled"`
	Errors         *int64    `json:"errors,omitempty" example:"3" doc:"Requests that failed"`
	APIIn          *int64    `json:"api_in,omitempty" doc:"Calls by other systems"`
	APIOut         *int64    `json:"api_out,omitempty" doc:"Calls to other systems"`
	NetBytes       *int64    `json:"net_bytes,omitempty" doc:"Bytes received and sent"`
	CPUAvg         *float64  `json:"cpu_avg,omitempty" doc:"Percent, with at most two decimals; so are the others"`
	CPUMax         *float64  `json:"cpu_max,omitempty" example:"37.5"`
	CPUP95         *float64  `json:"cpu_p95,omitempty"`
	CPUP05         *float64  `json:"cpu_p05,omitempty"`
	MemAvg         *float64  `json:"mem_avg,omitempty"`
	MemMax         *float64  `json:"mem_max,omitempty"`
	DiskMax        *float64  `json:"disk_max,omitempty"`
	StorageBytes   *int64    `json:"storage_bytes,omitempty" doc:"The most that data has occupied"`
	UsersSketch    string    `json:"users_sketch,omitempty" doc:"HyperLogLog of keyed hashes of the people, in base64; never identifiers"`
	MachinesSketch string    `json:"machines_sketch,omitempty" doc:"The same of the programs"`
	SketchKey      string    `json:"sketch_key,omitempty" example:"2017a" doc:"Name of the key of the hashes: sketches of one key are merged"`
	LastWrite      string    `json:"last_write,omitempty" example:"2017-11-24T09:41:12+08:00" doc:"When data was last changed"`
	Build          string    `json:"build,omitempty" example:"2.3.1" doc:"Version of the program that runs"`
}

const aboutReports = `The state of the current hour of one source, or many of them: a JSON object or array (application/json), or one object on each line (application/x-ndjson); as it is, or gzip.

A report makes all earlier ones of its system, source, epoch and hour superfluous. It may come twice, late or never, if only a later one comes: sending again never counts twice.

The token of the probe stands in the header Authorization, as Bearer or as the password of Basic. The answer comes when what it calls accepted is on disk. It says of each refused report what is wrong, and how to mend it; the others are kept. Forget what was accepted and what was refused. Send the whole body again after 429 and 503, at the time of Retry-After, and after no answer.`

// describeReports is the endpoint of reports in the API document.
func describeReports(s *web.Server) *huma.Operation {
	schemas := s.OpenAPI().Components.Schemas
	many := &huma.Schema{Type: huma.TypeArray, Items: schemas.Schema(reflect.TypeFor[UsageReport](), true, "UsageReport")}
	answer := map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(reflect.TypeFor[wire.Answer](), true, "ReportAnswer")}}
	op := endpointOperation("send-reports", "Send reports of use", aboutReports)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: many}, "application/x-ndjson": {},
	}}
	op.Responses["200"] = &huma.Response{Description: "At least one report was accepted, or none was there", Content: answer}
	op.Responses["422"] = &huma.Response{Description: "Every report was refused", Content: answer}
	return op
}

// endpointOperation is an endpoint of probes in the API document, with the
// errors that all have.
func endpointOperation(id, summary, about string) *huma.Operation {
	op := &huma.Operation{
		OperationID: id, Summary: summary, Tags: []string{"intake"}, Description: about, Security: []map[string][]string{{}},
		Responses: map[string]*huma.Response{},
	}
	for status, text := range map[int]string{
		http.StatusBadRequest:            "The body is no whole message",
		http.StatusUnauthorized:          "No token, or one that opens nothing",
		http.StatusForbidden:             "The probe was stopped",
		http.StatusRequestEntityTooLarge: "The body is too great, as it came or unpacked, or has too many items",
		http.StatusUnsupportedMediaType:  "Content-Type or Content-Encoding is none of those that are read",
		http.StatusTooManyRequests:       "Too much at the moment: come again after Retry-After",
		http.StatusServiceUnavailable:    "It cannot be stored at the moment: come again after Retry-After",
	} {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Description: text}
	}
	return op
}

const aboutWrite = `Remote write as Prometheus and everything that speaks like it sends it: version 1.0 (application/x-protobuf) and 2.0 (application/x-protobuf;proto=io.prometheus.write.v2.Request), in snappy.

The mapping rules of the probe say which series is which signal of which system. Samples of series that no rule takes are counted and listed on the page of the probe. 204 means that everything is on disk; 400 that something was refused and the rest was kept: the answer names it.`

// describeWrite is the endpoint of remote write in the API document.
func describeWrite() *huma.Operation {
	op := endpointOperation("send-remote-write", "Send by Prometheus remote write", aboutWrite)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/x-protobuf": {}}}
	op.Responses["204"] = &huma.Response{Description: "Everything is on disk"}
	return op
}

const aboutOTLP = `Metrics by OTLP/HTTP, in protobuf or JSON, as they are or in gzip. Exporters put /v1/metrics behind the address that they are given; both addresses are the same endpoint.

The mapping rules of the probe say which data point is which signal of which system. What is refused is counted in partialSuccess, and the rest is on disk.`

// describeOTLP is an endpoint of OTLP in the API document.
func describeOTLP(id string) *huma.Operation {
	op := endpointOperation(id, "Send by OTLP", aboutOTLP)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/x-protobuf": {}, "application/json": {}}}
	op.Responses["200"] = &huma.Response{Description: "What was not refused is on disk"}
	return op
}

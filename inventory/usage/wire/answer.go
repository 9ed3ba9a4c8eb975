package wire

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Response is what a sender gets, as its protocol wants it.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Write sends the response.
func (r Response) Write(w http.ResponseWriter) error {
	for name, values := range r.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.Status)
	if len(r.Body) == 0 {
		return nil // a 204 may not have one
	}
	_, err := w.Write(r.Body)
	return err
}

// The headers by which remote write 2.0 says what was written.
const (
	SamplesWritten    = "X-Prometheus-Remote-Write-Samples-Written"
	HistogramsWritten = "X-Prometheus-Remote-Write-Histograms-Written"
	ExemplarsWritten  = "X-Prometheus-Remote-Write-Exemplars-Written"
)

// Respond answers a request whose tally is known, or that failed as a whole.
// An error that is no *Error is answered as if the store were away (503),
// because every protocol tries again after that and none after a 500. The
// tally of a failed request says nothing: nothing of it was kept.
func Respond(format Format, tally Tally, err error, say Say) Response {
	r := Response{Header: http.Header{"X-Content-Type-Options": {"nosniff"}}}
	var failed *Error
	switch {
	case errors.As(err, &failed):
		r.fail(format, failed, say)
	case err != nil:
		r.fail(format, Away(retryAfter, err), say)
	case format == RemoteWrite1 || format == RemoteWrite2:
		r.written(format, tally, say)
	case format == OTLPProto || format == OTLPJSON:
		r.exported(format, tally, say)
	default:
		r.reported(tally, say)
	}
	return r
}

// retryAfter is when senders come again after an error of which we know nothing.
const retryAfter = 10 * time.Second

func (r *Response) typed(status int, contentType string, body []byte) {
	r.Status, r.Body = status, body
	r.Header.Set("Content-Type", contentType)
}

// fail answers a body of which nothing was taken. A Prometheus that is not told
// to come again after a 429 drops what it sent; after a 503 all of them come.
func (r *Response) fail(format Format, e *Error, say Say) {
	if e.RetryAfter > 0 {
		r.Header.Set("Retry-After", strconv.FormatInt(int64(math.Ceil(e.RetryAfter.Seconds())), 10))
	}
	text := say(e.Issue())
	switch format {
	case RemoteWrite1, RemoteWrite2:
		status := e.Status
		if status == http.StatusTooManyRequests {
			status = http.StatusServiceUnavailable
		}
		r.typed(status, "text/plain; charset=utf-8", []byte(text+"\n"))
	case OTLPProto:
		r.typed(e.Status, typeProto, statusProto(e.Status, text))
	case OTLPJSON:
		r.typed(e.Status, typeJSON, jsonOf(struct {
			Code    uint64 `json:"code"`
			Message string `json:"message"`
		}{grpcCode(e.Status), text}))
	default:
		r.typed(e.Status, typeJSON, jsonOf(Answer{Code: e.Code, Message: text, Got: e.Got, Want: e.Want, Issues: []AnswerIssue{}}))
	}
}

// written answers a remote write: 204, or 400 when something was refused. What
// was written stays written, and the sender does not come again with the rest.
func (r *Response) written(format Format, t Tally, say Say) {
	r.Status = http.StatusNoContent
	if format == RemoteWrite2 {
		r.Header.Set(SamplesWritten, strconv.Itoa(t.Samples))
		r.Header.Set(HistogramsWritten, strconv.Itoa(t.Histograms))
		r.Header.Set(ExemplarsWritten, strconv.Itoa(t.Exemplars))
	}
	if t.Refused > 0 {
		r.typed(http.StatusBadRequest, "text/plain; charset=utf-8", []byte(t.said(say)+"\n"))
	}
}

// exported answers an OTLP request: always 200, with the refused data points.
func (r *Response) exported(format Format, t Tally, say Say) {
	text := t.said(say)
	if format == OTLPJSON {
		type partial struct {
			Rejected string `json:"rejectedDataPoints"`
			Message  string `json:"errorMessage"`
		}
		var body struct {
			Partial *partial `json:"partialSuccess,omitempty"`
		}
		if t.Refused > 0 {
			body.Partial = &partial{strconv.Itoa(t.Refused), text}
		}
		r.typed(http.StatusOK, typeJSON, jsonOf(body))
		return
	}
	var body []byte
	if t.Refused > 0 {
		var partial []byte
		partial = protowire.AppendTag(partial, 1, protowire.VarintType)
		partial = protowire.AppendVarint(partial, uint64(t.Refused))
		partial = protowire.AppendTag(partial, 2, protowire.BytesType)
		partial = protowire.AppendString(partial, text)
		body = protowire.AppendTag(body, 1, protowire.BytesType)
		body = protowire.AppendBytes(body, partial)
	}
	r.typed(http.StatusOK, typeProto, body)
}

// mostSaid is how many issues are written into an answer that is one text.
const mostSaid = 10

// said writes the first issues one to a line.
func (t Tally) said(say Say) string {
	var lines []string
	for _, i := range t.Issues[:min(len(t.Issues), mostSaid)] {
		lines = append(lines, say(i))
	}
	if len(t.Issues) > mostSaid {
		lines = append(lines, "…")
	}
	return strings.Join(lines, "\n")
}

// statusProto writes a google.rpc.Status.
func statusProto(status int, text string) []byte {
	b := protowire.AppendTag(nil, 1, protowire.VarintType)
	b = protowire.AppendVarint(b, grpcCode(status))
	b = protowire.AppendTag(b, 2, protowire.BytesType)
	return protowire.AppendString(b, text)
}

// grpcCode is the code of gRPC that means the same as an HTTP status.
func grpcCode(status int) uint64 {
	switch status {
	case http.StatusTooManyRequests, http.StatusRequestEntityTooLarge:
		return 8 // RESOURCE_EXHAUSTED
	case http.StatusServiceUnavailable:
		return 14 // UNAVAILABLE
	case http.StatusUnauthorized:
		return 16 // UNAUTHENTICATED
	case http.StatusForbidden:
		return 7 // PERMISSION_DENIED
	}
	return 3 // INVALID_ARGUMENT
}

func jsonOf(v any) []byte {
	b, _ := json.Marshal(v) // structs of strings and numbers can be marshalled
	return b
}

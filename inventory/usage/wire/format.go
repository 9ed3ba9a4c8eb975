package wire

import (
	"mime"
	"net/http"
	"strings"
)

// Format is a form of bodies, as the headers of a request name it.
type Format uint8

// The formats.
const (
	ReportJSON   Format = iota + 1 // one report, or an array of them
	ReportLines                    // NDJSON: a report on each line
	RemoteWrite1                   // prometheus.WriteRequest
	RemoteWrite2                   // io.prometheus.write.v2.Request
	OTLPProto                      // ExportMetricsServiceRequest in protobuf
	OTLPJSON                       // the same in JSON
)

const (
	typeJSON  = "application/json"
	typeLines = "application/x-ndjson"
	typeProto = "application/x-protobuf"

	messageV1 = "prometheus.WriteRequest"
	messageV2 = "io.prometheus.write.v2.Request"
)

// NegotiateReport finds format and packing of a request that brings reports:
// application/json, or application/x-ndjson; as it is, or gzip.
func NegotiateReport(h http.Header) (Format, Packing, error) {
	kind, _, err := mediaType(h, typeJSON, typeJSON+", "+typeLines)
	if err != nil {
		return 0, 0, err
	}
	packing, err := packingOf(h, Plain, "identity, gzip", map[string]Packing{"identity": Plain, "gzip": Gzip})
	switch kind {
	case typeJSON:
		return ReportJSON, packing, err
	case typeLines, "application/jsonl":
		return ReportLines, packing, err
	}
	return 0, 0, typeUnknown(h, typeJSON+", "+typeLines)
}

// NegotiateWrite finds the version of a remote write. A request without
// Content-Type is version 1.0 and one without Content-Encoding is snappy, as
// old senders have it.
func NegotiateWrite(h http.Header) (Format, Packing, error) {
	const want = typeProto + "; proto=" + messageV2
	kind, params, err := mediaType(h, typeProto, want)
	if err != nil {
		return 0, 0, err
	}
	packing, err := packingOf(h, Snappy, "snappy", map[string]Packing{"snappy": Snappy})
	if kind == typeProto {
		switch params["proto"] {
		case "", messageV1:
			return RemoteWrite1, packing, err
		case messageV2:
			return RemoteWrite2, packing, err
		}
	}
	return 0, 0, typeUnknown(h, want)
}

// NegotiateOTLP finds format and packing of an OTLP/HTTP request.
func NegotiateOTLP(h http.Header) (Format, Packing, error) {
	kind, _, err := mediaType(h, "", typeProto+", "+typeJSON)
	if err != nil {
		return 0, 0, err
	}
	packing, err := packingOf(h, Plain, "identity, gzip", map[string]Packing{"identity": Plain, "gzip": Gzip})
	switch kind {
	case typeProto:
		return OTLPProto, packing, err
	case typeJSON:
		return OTLPJSON, packing, err
	}
	return 0, 0, typeUnknown(h, typeProto+", "+typeJSON)
}

// mediaType reads Content-Type; without one it is the given one.
func mediaType(h http.Header, none, want string) (string, map[string]string, error) {
	text := h.Get("Content-Type")
	if text == "" {
		return none, nil, nil
	}
	kind, params, err := mime.ParseMediaType(text)
	if err != nil {
		return "", nil, typeUnknown(h, want)
	}
	return kind, params, nil
}

func typeUnknown(h http.Header, want string) *Error {
	return refusal(http.StatusUnsupportedMediaType, TypeUnknown, h.Get("Content-Type"), want)
}

// packingOf reads Content-Encoding; without one the packing is the given one.
func packingOf(h http.Header, none Packing, want string, known map[string]Packing) (Packing, error) {
	text := strings.Join(h.Values("Content-Encoding"), ", ")
	if text == "" {
		return none, nil
	}
	packing, ok := known[strings.ToLower(strings.TrimSpace(text))]
	if !ok {
		return 0, refusal(http.StatusUnsupportedMediaType, PackingUnknown, text, want)
	}
	return packing, nil
}

// Package wire reads what probes send about the use of systems, and answers
// them as their protocol wants to be answered. It knows no database and no
// clock: bytes and a time go in, reports or samples and a tally come out.
//
// # Formats
//
// A Report is this program's own format: the state of the current hour of one
// source. It is JSON (one report, or an array) or NDJSON (a report on each
// line), as it is or in gzip:
//
//	{"system":"HJ-RS-01", "source":"web-1", "epoch":3,
//	 "hour":"2017-11-24T09:00:00+08:00", "seq":17, "minutes":42,
//	 "requests":1200, "human_requests":800, "users":55, "machine_clients":4,
//	 "logins":30, "business_tx":12, "errors":3, "cpu_max":37.5,
//	 "users_sketch":"FIt/AP8=", "sketch_key":"2017a",
//	 "last_write":"2017-11-24T09:41:12+08:00", "build":"2.3.1"}
//
// system, source, epoch, hour, seq and minutes must be there, and something
// that was measured. A signal that was not measured is left out: zero means
// that there was none. Counts begin at the start of the hour, so that a report
// makes all earlier ones of its Key superfluous: it may come twice, late, or
// never, if only a later one comes. See Signals for all of them and
// Signal.Unit for their units; percentages have at most two decimals.
//
// Remote write, of Prometheus and everything that speaks like it, is read in
// version 1.0 (prometheus.WriteRequest) and 2.0 (io.prometheus.write.v2.Request),
// in snappy. OTLP/HTTP is read in protobuf and JSON, as it is or in gzip:
// gauges, sums, and counts and sums of histograms. All of these become Samples, which a visitor sees one by
// one; what they mean for a system is not for this package.
//
// # How to read
//
// NegotiateReport, NegotiateWrite and NegotiateOTLP find the Format and the
// Packing by the headers of the request. A Decoder reads the body (Read), then
// decodes it (Reports, RemoteWrite, OTLP). Respond makes the answer of the
// Tally, or of the error. A Decoder keeps its buffers, so that decoding does
// not allocate for each sample; in return what a visitor is shown is valid
// during the call only, and Clone copies it.
//
// # What it promises
//
// Nothing is swallowed. An item that cannot be taken is refused: counted under
// a Code and, up to a limit, listed as an Issue with its index, the member that
// is wrong, what stands there and what may stand there; the items around it
// are kept. What is taken but is no figure to count with (a stale marker, NaN)
// or is not kept (a native histogram) is noted. A body that cannot be read as
// a whole is an *Error with the HTTP status of the protocols: then nothing of
// it may be kept, even if some of it was visited.
//
// Memory is bounded by Limits whatever arrives, and bombs are refused before
// memory is given to them.
//
// The texts of the codes are in the message files; the placeholders are those
// of Issue.Args.
package wire

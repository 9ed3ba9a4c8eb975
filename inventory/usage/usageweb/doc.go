// Package usageweb holds the pages and the API of usage, and the endpoints by
// which probes send: their own reports, remote write and OTLP.
//
// An endpoint for probes is no page and no operation of the API: it answers in
// the language of its protocol (package wire) and is open to the tokens of
// probes only. All of them share one front (receive), which does in this order:
// the token, before the body is read; the quota of the token; room in memory;
// reading and unpacking; the work of the endpoint; counting; and the answer,
// which comes after the commit.
package usageweb

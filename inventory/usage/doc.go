// Package usage is the evidence of how much systems are used: probes that stand
// beside them, and the hourly and daily facts that come of what probes send.
//
// # Nouns
//
// A Probe is something that watches systems and reports: an agent that reads
// logs, a gateway, a cloud monitor. It has an owner, a kind, the interval in
// which it should be heard, the systems it may speak of, and Tokens by which it
// comes in. A Pass is what a valid token opens. Its Standing is worked out of
// what arrived: normal, late, down, never heard, or stopped by hand. A Silence
// is an outage that was noticed, a Rejection what was sent back and why.
//
// A Source is a place of a probe under one epoch. An HourState is what a source
// knows of an hour so far; of the states of one key the greatest Seq says all. A
// Day is made of the hours of all probes, and of GivenDays, which came in files;
// the Ledger keeps them, the Intake writes the states of many requests in one
// commit, and a Policy says for how long and what counts as covered.
//
// An Upload is such a file on its way: compared, handed in with the source of
// its figures, accepted by the centre or sent back, and withdrawn. A Review is
// how it passes the centre; the centre's own files have none, and say so.
//
// # Promises
//
// What Intake.Put answered is on disk. Days do not depend on the order in which
// states came, nor on how often: days and months are worked out anew and set. A
// signal that was not measured has no value.
//
// A probe speaks of its own systems only, and does not learn which others there
// are. A token is kept as a hash, shown once, and opens nothing within five
// seconds of being revoked, on every node. Silence is never zero: a probe is
// heard when something of it was accepted, not when it knocked.
//
// What a department says of its own systems in a file counts only when somebody
// of the centre has accepted it who is not of that department, did not hand it
// in, and whose department owns none of the systems.
//
// What is known of arrivals (Contact, Rejection) is collected in memory and
// written every few seconds, so that a report costs no write of its own; a crash
// loses a few seconds of these counts, and never a fact.
//
// # Left to others
//
// What probes send is read by package wire; pages, the API and the endpoints are
// in usageweb.
package usage

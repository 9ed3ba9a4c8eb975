// Package hub is the connection of systems with the city's exchange platform,
// the hub (市政务大数据中心): which systems must be connected, how far each has
// come, what was proved, and what the hub itself heard (办法 art. 4, 9; 方案 part
// 2 (8)).
//
// # Nouns
//
// A Connection stands beside each system of the register. Whether it must be
// connected is not typed but worked out (Judge) from the register, and from
// Exemptions that the Office approved; its Basis says why. Its Stage goes from H0
// to H7, each with the Papers that it needs. An Event is one thing that happened
// to it, with what that did to the rate.
//
// What the hub heard are heartbeats by hour and exchanges by day, between
// Parties, which the register knows or does not. A Difference is where that
// disagrees with what was declared. A Node is an exchange server at the edge of a
// department, a Link an exchange that still goes past the hub. A Policy is a
// version of the terms.
//
// # Stages
//
// H0 not begun, H1 must be connected, H2 on the extranet, H3 applied, H4 node or
// interface in place, H5 joint test, H6 connected, H7 stable. A department hands
// papers in for the stages up to H5 and its head confirms; the centre accepts or
// returns. H6 is the centre's alone, and needs a real exchange that the hub
// counted, or a file of the gateway. H7 comes by itself after a month of signals.
// After a week of silence the connection is down and does not count, until it is
// heard again.
//
// # Promises
//
// The rate is counted, never typed: numerator and denominator are the sums of the
// deltas of all events, so that what moved the rate on a day can be read. A
// department cannot take its own system off the list: what it says of being
// exempt holds once the census has locked the record, or the Office approved.
//
// What the hub sends is the state of a day so far under a sequence number: sent
// twice, late or out of order it comes to the same. What a file says counts only
// where no sender speaks. Counters of the hub's own gateway come as series, by the
// door of probes, and are read by rules of the centre.
//
// # Left to others
//
// Pages, the API and the door for what the hub sends are in hubweb; who must be
// told is for the rooms above.
package hub

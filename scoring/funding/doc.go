// Package funding is who gets money for operation and maintenance in a fiscal
// year, and why (办法 art. 20; 方案 part 2 (9), part 3 (5)).
//
// # Nouns
//
// A Run freezes, on one day, the Facts of every system of the city's departments
// and holds them against a table of package eligibility. An Item is a system in
// the run as it stands now. A Finding is a result that the item has had, with the
// facts, the rules that held and the articles; the first one is what was frozen,
// and none is ever changed or removed. An Opinion is what the Office or the
// reform commission says of it, the decision is the finance bureau's, an
// exception is the leading group's and has a last day. A Plea is what the head of
// the department puts forward: an appeal against the opinion, or that facts have
// changed since. A Step is one thing that was done. A Statement is the whole year
// on one paper, for the budget. Money is in fen.
//
// # The way of an item
//
//	found → opined (both opinions) → decided
//
// A plea goes beside it: submitted → verified → consulted → granted or upheld. A
// verification that finds other facts makes a new finding, and the finance bureau
// decides again; what a re-check changes holds from the first day of the next
// month.
//
// # What it promises
//
// The frozen facts are kept as canonical JSON with a digest each and a hash over
// all of them, so that the run can be worked out again years later (Verify). Facts
// of all systems are read in a fixed number of queries. Before the year from which
// the rules hold a run says what would hold then: a forecast. Nobody gives an
// opinion or decides about a system of the own department. A department sees its
// own items only. Every step is dated, says who took it and why, and is in the
// operation log in the same transaction.
//
// # Left to others
//
// Whether a system is connected, suspected or under rectification is said by
// package hub, package cleanup and a func in Deps. Projects (build, acceptance)
// have no room yet: the kind of a run leaves their place open. Pages and the API
// are in fundingweb, the key that signs statements is that of the operation log.
package funding

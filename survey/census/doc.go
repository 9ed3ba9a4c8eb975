// Package census holds what the bodies declared against what others know of
// them, and certifies the count (方案 part 2 (2)).
//
// Its nouns: a Source is a list that somebody else keeps (cloud resources, the
// finance ledger of operation and maintenance, addresses and domains, filings
// of classified protection, leads of audits); an Item is a line of it, matched
// with a declared system or with none; a Visit is a check on the spot; a
// Certificate is the count of the city at the day of the lock, with a hash over
// every system in it.
package census

// Package census holds what the bodies declared against what others know of
// them, and certifies the count (方案 part 2 (2)).
//
// Its nouns: a Source is a list that somebody else keeps (cloud resources, the
// finance ledger of operation and maintenance, addresses and domains, filings
// of classified protection, leads of audits); an Item is a line of it, matched
// with a declared system or with none, and what was decided about it; a Visit
// is a check on the spot; a Certificate is the count of the city at the day of
// the lock, with a hash over every system in it.
//
// What it promises: a list may have any columns, and nothing of a line is lost;
// how a line was matched stays beside it, and several candidates are left to a
// person; what a person decided stays when a list is matched again; nobody
// decides about the own department, and the answers of a department change only
// by the department itself. A certificate is made once, only when every body in
// scope is accepted and nothing is undecided, and together with the lock of the
// forms and of the register, or not at all. It can be recomputed from the
// history of the register at any time.
//
// The forms are package survey, the register is package inventory.
package census

// Package eligibility tells which systems and projects may get money, and why
// (方案 part 2 article 9 and part 3 article 5, 办法 art. 20). It is pure: facts
// and a table of rules go in, a result with all its reasons comes out.
//
// # Nouns
//
// Facts are what is known of a system or a project on the day its facts are
// frozen. A Table is a version of the rules, read from data: each Rule names
// what must and must not be true, from which fiscal year it holds, what it
// results in and where that is written. A Finding is the result: that of the
// first rule that holds, with every other rule that held beside it.
//
// # What it promises
//
// The same facts under the same table give the same finding. A rule that names
// a fact that nobody knows of is refused when the table is read. What the rules
// decide is a proposal: the finance bureau decides, the leading group grants
// exceptions.
package eligibility

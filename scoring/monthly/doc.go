// Package monthly closes the month: it counts what each body has done, freezes
// the counts, lets the bodies object, has them approved and publishes them
// (方案 part 3 article 5).
//
// # Nouns
//
// A Period is a month of the calendar. A Month is one version of its close. The
// Facts of a body are what was counted of it on the last day of the period: a
// Figure for each number, with the Row of every record that was counted, that
// is missing, or that was left out and why. A Sheet is the facts of a body with
// the scorecard.Card that they make. A Table is the cards of all bodies. A
// Method is a version of the policy: what scorecard needs, and the windows in
// which is counted. An Objection doubts a figure. A Proposal is the praise or
// criticism that a card suggests; people decide on each.
//
// # States
//
//	computing → frozen → appeal → reviewed → approved → published → superseded
//
// While a month is computing it may be counted again. Frozen, its inputs are
// kept word for word, with a hash over all of them and the method. In appeal
// the bodies see their own sheets and object within three working days. What
// the Office upholds corrects rows by name; the first hash is kept. A correction
// after publication is a new version with its reason; the old one stays.
//
// # Promises
//
// Every number is the count of its rows, never typed. Cards are made of the
// inputs whenever they are read, by the method that was in force for the month,
// so a frozen month is the same in any year; Verify says so or names what is
// not. They are made once for each revision of a month and remembered. What happened after the last day of the period counts for the next one.
// The bodies are counted together: the number of queries does not grow with
// them. Nobody answers an objection of the own department. Before publication a
// body sees nothing but its own sheet.
//
// # Left to others
//
// The arithmetic is in scorecard; how records came about in the rooms of
// inventory. Tasks, late reports and rectification come through Deps. Pages and
// the API are in monthlyweb.
package monthly

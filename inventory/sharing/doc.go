// Package sharing is how departments ask each other for data and answer (办法
// ch. 3 and 4): demands, requests, agreements, use, objections.
//
// Its nouns: a Demand is a need that no request can be written for yet, because
// nobody knows which catalog entry holds the data; reviewers match it to an
// entry or put it to the likely holder. A Request asks the provider of an entry
// that is shared under conditions; the provider grants it whole or in part, or
// refuses with reasons. What was refused, or was met with silence, goes in
// writing to the Office, which brings the parties together. An Agreement is what
// came out of it: for what, by whom, in which way and until when the data may be
// used. A Use is one line of the ledger of what was taken; a Misuse is use
// against the agreement. An Objection doubts a record that was received. A
// Relief is something that citizens and firms no longer hand in. Desk holds the
// verbs.
//
// What the package promises: the provider has ten working days, the Office
// another ten, verification five (Policy); each term is a due date of
// schedule.Book, so it follows the calendar, and the record keeps the day and
// the lateness once the term has ended. Silence is overdue and never consent.
// Whose turn it is follows from the state alone (Turn). A department sees its
// own records, as user and as provider, and never those between others. Nobody
// who is a party decides an escalation. Every act is authorised, checked and
// written into the operation log in the same transaction, and stands as a Step
// beside the record.
//
// What an entry is and who provides it belongs to the catalog; who is told of
// what, and what lateness costs, to those who read the facts.
package sharing

// Package schedule keeps the working calendar in the database, and the due
// dates that follow it.
//
// Its nouns: a Year is a statutory schedule that is known, with the notice it
// comes from; a Closure is a local exception (offices shut by a flood, a day
// worked instead); a Due is what a department has to do by when, open until it
// is closed. Book holds the verbs.
//
// A year is published from a file or from rows: first a Preview says which
// days change and which open due dates would move from where to where, then
// the publication makes it so, provided that the calendar is still the one
// that was previewed. The same schedule a second time changes nothing.
// Closures work the same way. The Office, the centre and the administrator may
// do both, and it counts at once, since deadlines cannot wait; what the Office
// did not do itself stays unconfirmed until the Office confirms it.
//
// What the package promises: an open due date always agrees with the calendar
// that is in force, also when two nodes write at once; whatever changes the
// calendar moves the due dates in the same transaction, and each move is in
// the operation log with its old and its new day. Closed due dates never move.
// A date that stands in a document is not rolled and does not move either;
// only one that was set with a way to roll follows the calendar. Nothing is
// guessed: a term that runs into a year without a schedule is refused with
// err.calendar, and so is a closure that would push one there.
//
// Counting is done by calendar; who is reminded of what is the business of
// those who read the open due dates.
package schedule

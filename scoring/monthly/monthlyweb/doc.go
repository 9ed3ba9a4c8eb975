// Package monthlyweb is the pages of the scorecards: all bodies of a month, the
// sheet of one body, every number with its rows, the way of a month from the
// count to publication, and the method.
//
// It promises that every number opens to what it is made of, that what does not
// apply or was not measured is never written as 0, that a picture stands beside
// the table of its numbers and is read without colour, that each page prints on
// A4, and that a form which comes back has everything in it that was typed.
//
// What is counted, who sees which sheet and what may be done with a month is
// decided by package monthly, the arithmetic by scorecard.
package monthlyweb

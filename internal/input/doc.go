// Package input understands what people type into a form or a cell: full-width
// digits, 2017年9月, 2017.9.30, 12.5万元, 是 and √.
//
// Every function returns the value, a note (message key) when more than blanks
// had to be put right, so that it can be said, and an error whose Code is the
// message that says what is wrong and how to mend it. Nothing is guessed: what
// can be read in two ways is refused.
package input

// Package programme holds what a programme asks of whom, as data: a city or a
// year is a pack of files, and no Go.
//
// # Nouns
//
// A Pack is a programme: its document, its Articles, and its Obligations: who is
// bound, to what, by when, what shows that it is done, and what follows if it is
// not. Of an obligation with a day a Term is one occasion: the one day, or each
// month or year.
//
// # What it promises
//
// A pack that cannot be carried out is refused when it is read, with the file
// and the line: an obligation of nobody, of no article, or without the day that
// its kind needs.
//
// # Left to others
//
// Which bodies are bound, and whether they have done it, is worked out in
// package scoring.
package programme

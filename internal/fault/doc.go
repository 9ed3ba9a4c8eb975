// Package fault holds the one error type that people get to see.
//
// An error has a Kind (what sort of trouble, which decides the HTTP status and
// the exit code), a Code (stable for programs, and at the same time the key of
// the message that people read) and, where a person can mend something, the
// list of Fields with what is wrong at each of them. Anything that is not a
// fault.Error is internal: its text goes to the log and never to a person.
//
// The package knows no language: texts are found by Code in the message files.
package fault

// Package survey asks every body what IT systems it has, and has the answers
// reviewed until they can stand in the register (方案 part 2 (1), (2)).
//
// Its nouns: a Campaign is one self-survey or census with its dates, its scope
// and the version of the questionnaire that it asks; a Form is what one body
// answers in it, a Row one system on that form; a Comment is what a reviewer
// or the census says about an answer; a Submission is the form as its head
// handed it in, kept word for word. Package questionnaire describes the
// questions, package census compares the answers with what others know.
//
// A campaign is prepared, runs, is closed, and is locked. A form is a draft,
// submitted, returned (and submitted again), accepted, and locked with the
// campaign; a zero report takes the same way. Whether a form is late is decided
// by its first submission and never changes. Due days are those of the document
// and include the day itself.
//
// What the package promises: what was typed is kept, also when it is wrong and
// also when several people fill in one form; a running campaign's questionnaire
// does not change; only the body's own people write its answers and only others
// review them; a return names what is to be mended and keeps all else;
// acceptance writes the register in the same transaction, and each of the two
// says where the other is.
//
// The register with its rules is package inventory. Delivery of reminders is
// left to those who read them.
package survey

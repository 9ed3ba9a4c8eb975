// Package cleanup is what people do with a suspicion: it is put to the
// department, answered, decided, cleaned up, proved and watched (方案 part 2
// article 4).
//
// # Nouns
//
// A Case is about one system: what a run said of it, word for word as it was
// said, what the department answered, what the Office decided, the Plan of what
// becomes of system and data, the proof that it was done, and what was seen
// after it. A Step is one thing that was done with it. Terms are how long an
// answer and a clean-up may take, in versions. Desk holds the verbs.
//
// # The way of a case
//
//	suspected → notified → admitted or contested → confirmed → planned →
//	cleaning → evidence_submitted → cleaned
//
// A decision may dismiss it, use that resumes closes what nobody confirmed yet
// (closed_itself), an exemption puts it aside until a day, and use that is seen
// after the clean-up makes it reopened. Whether it is overdue is worked out of
// its due day and kept nowhere. Moves is the table of who may take which step.
//
// # What it promises
//
// A system has at most one case under way. Nobody decides about a system of the
// own department, nor about an answer of the own hand. A department sees its own
// cases only. Follow may be run any number of times for a day: what it found
// once changes nothing the second time. Every step is dated, says who took it
// and why, and is in the operation log in the same transaction; acceptance
// writes the register in that transaction too.
//
// # Left to others
//
// Whether a system is suspected is judged by detect and zombie. Nothing is sent
// from here: cases and due dates are facts that those who send notices read.
// Pages and the API are in zombieweb.
package cleanup

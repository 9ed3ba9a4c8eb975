// Package similar finds systems that do the same work (方案 part 2 (4): a system
// whose function can be replaced by another one).
//
// # Nouns
//
// A Pair is two systems whose names and functions read alike, or of which one
// was declared to replace the other. It has a score (package text), the words
// that both hold, and what is known of people who went from one to the other
// (Move). A Judgement is what a reviewer said of a pair: the same work, partly
// the same, or different, with the reason. A Replacement is what another room
// needs to know of all this for one system.
//
// # Promises
//
// Alike texts are candidates for people to look at, never a verdict: only a
// declared relation of the register and a reviewer's judgement make a
// Replacement. A decided pair leaves the list, and comes back only when one of
// its texts has changed so much that it is no longer what was judged.
//
// A department learns of systems of other departments only the code and the
// department, and of their texts only words that its own text holds as well.
// Classified placeholders are never compared.
//
// How many people went from one system to another is said only when it can be
// known: sketches of another key are not compared, and where the error of the
// sketches would drown the answer there is none.
//
// # Left to others
//
// The verdict on a system is in package zombie; pages and the API are in
// similarweb.
package similar

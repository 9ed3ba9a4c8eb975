// Package scorecard works out what a month was worth (方案 part 3 article 5):
// six metrics of a body, their total, its rank and what is proposed for it. It
// is pure: counts and a policy go in, exact numbers come out; no database, no
// clock.
//
// # Nouns
//
// An Input is what was counted of a body at the end of a month. A Policy is one
// version of the method: weights, points, targets, deductions and bands. A Card
// is the result: each Metric with its value or not applicable, the weight that
// applies, the total before and after deductions, rounded once, and the Band in
// which it lies. Rank compares the cards of one group.
//
// # What it promises
//
// Values are exact fractions; only Points is rounded, once, half up, to
// hundredths. A metric that does not apply takes its weight with it and is never
// zero. A total lies between 0 and 100. More of what is counted never lowers it.
// The same input under the same policy is the same card, in any year.
//
// # Left to others
//
// Which rows were counted, freezing, objections and publishing are in package
// scoring; praise and criticism are proposed here and decided by people.
package scorecard

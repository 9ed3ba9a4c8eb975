// Package zombie finds systems that are no longer used (方案 part 2 article 4),
// day by day, and keeps what was found with the figures behind it.
//
// # Nouns
//
// A Policy is a version of every number that the document leaves open; it holds
// for days from its AppliesFrom on, and verdicts keep the version that they were
// made with. A Run evaluates all systems for one day, once. What is remembered
// of a system between two days is a detect.State. A Verdict is what a run found
// of a system: a Finding for each of the five features, with its grounds and
// figures. Verdicts are kept where they changed: a quiet day writes none.
//
// # What it promises
//
// A day is run once; running it again answers with the same summary, and only a
// correction (facts that came late) makes it anew, which is written down. What a
// run found is seen all at once, at its end. A run that would suspect too much of
// the fleet at once is held, and nothing of it is seen until somebody has looked.
// A run that broke off goes on where it stopped. The state of a system that was
// made anew from its facts is the same as the one that grew day by day.
//
// A verdict is a suspicion: what people make of it is in package cleanup.
package zombie

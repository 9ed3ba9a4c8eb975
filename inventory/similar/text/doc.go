// Package text finds texts that say the same: names and functions of systems,
// demands for data and catalog entries, projects and what exists already.
//
// An Index holds texts under keys. A text is cut into runs of one and of two
// letters or digits, since Chinese has no blanks to cut at; a run weighs the
// more the fewer texts hold it (TF-IDF), and two texts are as alike as the
// cosine between their runs, 0 to 1. From Likely on they are likely the same
// thing, from Candidate on people should have a look; a score is never a verdict.
//
// Similar finds the nearest texts of one, Pairs all pairs of the index, Score
// compares two, and Words and Mark say which words they share. The package
// knows no database; an Index lives in memory (about 1.2 kB for a text of a
// hundred letters) and is safe for concurrent use.
package text

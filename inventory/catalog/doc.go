// Package catalog is the resource catalog: what data each department holds, how
// it may be shared, how fresh it is, and what became of each entry when.
//
// # Nouns
//
// A Class is a node of the classification tree that codes begin with; classes
// of base and theme libraries name the department that leads them (办法 art. 8).
// An Entry describes one resource by the 13 core elements of the compilation
// guideline (发改高技〔2017〕1272号) and some local ones; its Items are the
// fields of the resource. A Version is an entry as it was published. A Draft is
// the next version in the making: the published one stands beside it until the
// draft is published. A Mount says where the data really are; an entry without
// one is an empty shell. A Change is a law that was revised or a duty that
// moved, which gives the departments it touches 15 working days to update their
// entries (办法 art. 6). A Filing is the whole catalog of a department, handed
// in by a day and accepted. An Overlap is an item that several departments
// collect although the hub holds it (办法 art. 11).
//
// # States
//
// An entry is drafted by a clerk, submitted by the head (办法 art. 22), looked at
// by the sharing authority of the region where there is one, then reviewed and
// published by the Office, or returned with reasons. A published entry is
// changed through a draft, and withdrawn with a reason; its code is never used
// again.
//
// # Promises
//
// One set of rules (V01 to V09) holds for forms, workbooks and the API. What is
// published is visible to every department; what is not yet, to its own
// department, its region and those who review. Whatever was published can be
// read as of any moment and compared.
//
// # Left to others
//
// Who wants an entry, who may use it and what is wrong with its data is for
// package sharing; pages and the API are in catalogweb.
package catalog

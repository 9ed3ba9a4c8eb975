// Package oplog is the operation log: every change with who, when, from where,
// what before and after, and why, in a form that shows any later meddling.
//
// # Nouns
//
// An Entry is what a verb reports through Record. A Row is an entry as it is
// kept. Its Record is the row as canonical JSON (RFC 8785); the hash of that is
// a leaf of a Merkle tree (RFC 6962), entry n being leaf n-1. A Head is the size
// and root of the tree; the Anchor is a directory outside the database that
// signs heads and keeps them all. A Bundle is one entry with the proof that it
// stands under a signed head. A Report says what Verify found.
//
// # Promises
//
// Record writes in the transaction of the act: both are kept, or neither. Ids
// have no gaps and follow the order of commits. A Signer signs within a second
// of a commit. Verify finds entries that were edited, removed, inserted,
// reordered or cut off, damaged hashes, a rewritten tree, and head files that
// are missing, forged or put back, and names the entries.
//
// Three things it cannot see. What is done to entries, hashes and count alike
// in the moment before they are signed. An entry that somebody with the rights
// of the service adds at the end, hashes and all: it is in the log for good,
// but the log cannot tell who wrote it. And what is done by somebody who holds
// the key as well: that shows only against a copy of a head kept elsewhere,
// for which heads are short and made to be mailed or printed.
//
// Nothing is ever removed or rewritten: the package has no verb for it, so no
// setting can bring the retention under the 180 days of 网络安全法.
//
// # What is kept
//
// Of two states of an object only the members that differ. A member whose name
// holds password, secret, token, hash or cookie becomes "***", unless it is
// true, false or null (call the digest of a file "digest" or "sha256", not
// "hash"). Personal data such as telephone numbers stays readable in Before and
// After, because the log must show what was changed to what: the pages that
// show it are for the roles of the permission matrix only, and Verify, Prove
// and an export of the log are acts that their callers record.
//
// # Left to others
//
// The names of actions are messages oplog.<action>. Which departments belong to
// a region, pages, the API and the subcommand are elsewhere.
package oplog

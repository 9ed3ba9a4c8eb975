// Package evidence keeps the files that prove something: an acceptance
// certificate, a photograph of a removed server, a signed statement.
//
// Its nouns: an Upload is what somebody hands in; a File is a content that was
// accepted, kept once however often it is handed in, and known by its SHA-256;
// a Link puts a file beside a record (its Subject) for a purpose and carries
// the name and the note that the person gave. Box holds the verbs.
//
// # What is taken
//
// Validation rule V32: pdf, ofd, jpg, png, docx and xlsx of at most 20 MiB and
// without macros. The content decides, not the name; both must agree. A file
// that is broken, locked with a password, packed to burst, or two kinds at once
// is refused with words that say how to mend it. What a PDF or a picture shows,
// and whether the objects inside a document are harmless, is not judged: files
// are to be served as attachments, with Disposition and SafeMediaType and
// without sniffing.
//
// # Where the bytes are
//
// In the database, in pieces of 1 MiB. Files are few and small here, and this
// way they are committed with the link that names them, are in every backup,
// come back with every restore, and are there on every node, without a shared
// directory that could drift from the rows. The price is that the embedded
// database has its one writer busy for as long as it takes to write 20 MiB.
//
// # Promises
//
// A link that was answered is on disk with all its bytes. The hash is checked
// whenever a file is opened, before the first byte is given out. Links are
// marked as removed and files are never deleted. Every link and every removal
// is in the operation log, in the same transaction. Memory is bounded: a file
// is held whole only while it is being received, a fixed number at a time, and
// is read back piece by piece.
//
// # Left to others
//
// Whether the subject exists, is in the named department and may be changed is
// known to its own package, which calls Attach, Detach and List inside its own
// transaction. Add, Open and Remove check roles and departments themselves.
package evidence

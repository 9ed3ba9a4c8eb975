// Package backup writes a whole database to one file and reads it back, into
// the same engine or the other one.
//
// A Manifest says what is in the file: the schema version, and for every table
// its columns, the number of its rows and the SHA-256 of its rows. The file
// (.qcb) is a zip of the manifest, one text file per table with a row as a JSON
// array per line, and the small files that were given with it, such as the
// signed heads of the operation log. Anybody can read it without this program.
//
// Write reads one state of the database, in one transaction, while the service
// goes on writing. Values are written in a form that is the same on both
// engines and in the order of the primary keys, so two equal databases give
// equal sums whatever engine they are on: comparing two manifests compares two
// databases row by row.
//
// Archive.Check reads everything and compares it with the sums. Archive.Load
// puts the rows into a migrated database of the same schema version in one
// transaction, in place of what is there, and checks sums, numbers and foreign
// keys before it commits: it succeeds whole or leaves the database as it was.
//
// Tables that only serve to find things (search indexes, whose form depends on
// the engine) are left out by the caller, who builds them anew after a Load.
// Which database may be overwritten, and who may ask, is the caller's question.
package backup

// Package store is the database: one SQLite file or one PostgreSQL database,
// with the same schema, the same SQL and the same promises.
//
// A DB is opened by DSN. DB.Read and DB.Write run a function inside one
// transaction: Read always rolls back, Write commits and answers only after
// the commit is on disk. A function given to Write must be repeatable: on
// PostgreSQL it is run again after a serialization failure or a deadlock. On
// SQLite there is a single writer, so writers queue instead of failing.
//
// Tx carries the context and the time, taken once, so that all rows of one
// act have the same time. gorm is visible only through Tx.Gorm, and only files
// named store*.go of other packages may call it: its errors are turned into
// fault errors here and in those files, and go no further.
//
// Migrator runs the numbered SQL files of the migrations package on either
// engine and tells whether a database is older, newer or foreign.
package store

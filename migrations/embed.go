// Package migrations holds the one history of the schema: numbered SQL files
// in goose's format with a few macros for what differs between SQLite and
// PostgreSQL. A file that was released is never changed again; the next change
// is the next file. The whole schema, as the files leave it, is written out
// for people in schema_sqlite.txt and schema_postgres.txt.
package migrations

import "embed"

// FS holds the numbered files.
//
//go:embed *.sql
var FS embed.FS

package backup

import (
	"errors"
	"time"

	"qingce/internal/store"
)

// format names the format of the file and its version.
const format = "qingce-backup/1"

// manifestName is the file of the manifest inside the archive. It is the last
// one written.
const manifestName = "manifest.json"

// Manifest says what a backup holds.
type Manifest struct {
	Format string `json:"format"`
	// Program is the version of the program that wrote it.
	Program string       `json:"program"`
	Engine  store.Engine `json:"engine"`
	// Schema is the version of the schema.
	Schema  int64     `json:"schema"`
	TakenAt time.Time `json:"taken_at"`
	Tables  []Table   `json:"tables"`
	Files   []File    `json:"files,omitempty"`
}

// Rows is how many rows there are in all tables.
func (m Manifest) Rows() int64 {
	var n int64
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Table finds a table by name.
func (m Manifest) Table(name string) (Table, bool) {
	for _, t := range m.Tables {
		if t.Name == name {
			return t, true
		}
	}
	return Table{}, false
}

// Table is one table of a backup.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	// SHA256 is of the lines of the table, in hexadecimal.
	SHA256 string `json:"sha256"`
	// Next is the next generated id, 0 where ids are not generated.
	Next int64 `json:"next,omitempty"`
}

func (t Table) file() string { return "tables/" + t.Name + ".ndjson" }

// File is a file that was given with the database.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func (f File) file() string { return "files/" + f.Name }

// What is refused.
var (
	// ErrFormat: the file is no backup, or one of a newer format.
	ErrFormat = errors.New("not a backup of this program")
	// ErrDamaged: the file is not what was written.
	ErrDamaged = errors.New("the backup is damaged")
	// ErrSchema: the backup and the database have different tables.
	ErrSchema = errors.New("the backup does not fit the tables of the database")
)

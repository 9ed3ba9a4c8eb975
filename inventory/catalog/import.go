package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
)

// ImportID identifies a file of entries.
type ImportID int64

// String writes the id as addresses and the operation log have it.
func (id ImportID) String() string { return fmt.Sprint(int64(id)) }

// ImportState is what became of a file.
type ImportState string

// The states.
const (
	ImportReady     ImportState = "ready" // waits for its person
	ImportConfirmed ImportState = "confirmed"
	ImportDropped   ImportState = "dropped"
)

// Outcome is what a row of a file would do.
type Outcome string

// The outcomes.
const (
	RowNew     Outcome = "new"
	RowChanged Outcome = "changed"
	RowSame    Outcome = "same"
	RowWrong   Outcome = "wrong"
)

// Outcomes lists the outcomes.
func Outcomes() []Outcome { return []Outcome{RowNew, RowChanged, RowWrong, RowSame} }

// Import is a file of entries between preview and confirmation.
type Import struct {
	ID           ImportID
	AccountID    auth.AccountID
	AccountName  string
	DepartmentID DepartmentID
	FileName     string
	Sha256       string
	State        ImportState
	RowsTotal    int64 // entries, not lines
	RowsNew      int64
	RowsChanged  int64
	RowsSame     int64
	RowsWrong    int64
	CreatedAt    time.Time
	SettledAt    *time.Time
	Version      int64
}

// TableName is the table of files.
func (Import) TableName() string { return "catalog_imports" }

// Writes tells whether confirming would write anything.
func (i Import) Writes() bool { return i.RowsNew+i.RowsChanged > 0 }

// ImportRow is an entry of a file: what it says, and what that would do.
type ImportRow struct {
	ImportID    ImportID
	RowNo       int64
	Outcome     Outcome
	Code        string
	Name        string
	BaseVersion int64      // of the entry that it was compared with
	Content     Content    `gorm:"serializer:json"`
	Found       fault.Kept `gorm:"serializer:json"`
}

// TableName is the table of their entries.
func (ImportRow) TableName() string { return "catalog_import_rows" }

// Bounds of a file.
const (
	GreatestImport = 16 << 20
	mostSheetRows  = 100_000
	mostEntries    = 5_000
)

// Receive reads a workbook or text table and compares it with the catalog.
// Nothing is written before it is confirmed. A file that cannot be read at all
// is refused; entries that cannot be taken are kept beside the others, each
// cell with what is wrong.
func (d *Desk) Receive(ctx context.Context, by auth.Principal, name string, data []byte) (Import, error) {
	if err := by.Require(writers...); err != nil {
		return Import{}, err
	}
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name, sheet.Limits{File: GreatestImport, Rows: mostSheetRows})
	if err != nil {
		return Import{}, err
	}
	var out Import
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		rows, err := d.readBook(tx, by, book)
		if err != nil {
			return err
		}
		if err := d.compare(tx, by, rows); err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		out = Import{
			AccountID: by.AccountID, AccountName: by.Name, DepartmentID: by.DepartmentID, FileName: fileName(name), Sha256: hex.EncodeToString(sum[:]),
			State: ImportReady, CreatedAt: tx.Now(), Version: 1,
		}
		out.count(rows)
		if err := insertImport(tx, &out, rows); err != nil {
			return err
		}
		return recordImport(tx, by, "catalog.import_received", &out)
	})
	return out, err
}

// fileName is the name of a file without its folders.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if r := []rune(name); len(r) > 120 {
		return string(r[:120])
	}
	return name
}

func (i *Import) count(rows []*ImportRow) {
	i.RowsTotal = int64(len(rows))
	for _, r := range rows {
		switch r.Outcome {
		case RowNew:
			i.RowsNew++
		case RowChanged:
			i.RowsChanged++
		case RowSame:
			i.RowsSame++
		default:
			i.RowsWrong++
		}
	}
}

type importFacts struct {
	State   ImportState `json:"state"`
	Sha256  string      `json:"sha256"`
	Entries int64       `json:"entries"`
	Wrong   int64       `json:"wrong"`
}

func recordImport(tx *store.Tx, by auth.Principal, action string, i *Import) error {
	return oplog.Record(tx, by, oplog.Entry{
		Action: action, Kind: "catalog_import", ID: i.ID.String(), Name: i.FileName, Department: i.DepartmentID,
		After: importFacts{i.State, i.Sha256, i.RowsTotal, i.RowsWrong},
	})
}

// FindImport gives a file to the person who handed it in.
func (d *Desk) FindImport(ctx context.Context, by auth.Principal, id ImportID) (Import, error) {
	var out Import
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = importOf(tx, by.AccountID, id)
		return err
	})
	return out, err
}

// Imports lists the last files of the principal, the newest first.
func (d *Desk) Imports(ctx context.Context, by auth.Principal) ([]Import, error) {
	var out []Import
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = importsOf(tx, by.AccountID)
		return err
	})
	return out, err
}

// ImportRows gives a page of the entries of a file with an outcome, all when it
// is empty.
func (d *Desk) ImportRows(ctx context.Context, by auth.Principal, id ImportID, outcome Outcome, page, size int) ([]ImportRow, int64, error) {
	var out []ImportRow
	var total int64
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := importOf(tx, by.AccountID, id); err != nil {
			return err
		}
		var err error
		out, total, err = importRows(tx, id, outcome, max(page, 1), min(max(size, 1), MaxPageSize))
		return err
	})
	return out, total, err
}

// Confirm writes the good entries of a file as drafts, all or none. What was
// changed meanwhile by others makes it a Conflict: hand the file in again.
func (d *Desk) Confirm(ctx context.Context, by auth.Principal, id ImportID, version int64) (Import, error) {
	return d.settle(ctx, by, id, version, "catalog.import_confirmed", func(tx *store.Tx, i *Import) error {
		i.State = ImportConfirmed
		s, err := d.surroundings(tx)
		if err != nil {
			return err
		}
		for page := 1; ; page++ {
			rows, _, err := importRows(tx, id, "", page, exportLot)
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, r := range rows {
				if err := d.writeRow(tx, by, s, r); err != nil {
					return err
				}
			}
		}
	})
}

func (d *Desk) writeRow(tx *store.Tx, by auth.Principal, s surroundings, r ImportRow) error {
	switch r.Outcome {
	case RowNew:
		_, err := d.createIn(tx, by, s, EntryForm{Content: r.Content, Code: r.Code})
		return err
	case RowChanged:
		e, err := d.EntryByCodeIn(tx, r.Code)
		if err != nil {
			return err
		}
		_, err = d.saveIn(tx, by, s, e.ID, r.BaseVersion, EntryForm{Content: r.Content, Reason: e.Reason, ChangeID: e.ChangeID})
		return err
	}
	return nil
}

// Drop forgets a file that was not confirmed.
func (d *Desk) Drop(ctx context.Context, by auth.Principal, id ImportID, version int64) (Import, error) {
	return d.settle(ctx, by, id, version, "catalog.import_dropped", func(tx *store.Tx, i *Import) error {
		i.State = ImportDropped
		return deleteImportRows(tx, id)
	})
}

func (d *Desk) settle(ctx context.Context, by auth.Principal, id ImportID, version int64, action string, do func(*store.Tx, *Import) error) (Import, error) {
	if err := by.Require(writers...); err != nil {
		return Import{}, err
	}
	var out Import
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		i, err := importOf(tx, by.AccountID, id)
		switch {
		case err != nil:
			return err
		case i.State != ImportReady:
			return fault.New(fault.Conflict, "catalog.err.import_state")
		}
		if err := do(tx, &i); err != nil {
			return err
		}
		now := tx.Now()
		i.SettledAt, i.Version = &now, version+1
		out = i
		if err := tx.UpdateVersion(&i, int64(id), version); err != nil {
			return err
		}
		return recordImport(tx, by, action, &i)
	})
	return out, err
}

// importLife is how long the rows of a file are kept.
const importLife = 30 * 24 * time.Hour

// Purge forgets the rows of files that are older than 30 days, and drops those
// that nobody confirmed. It tells how many files that were.
func (d *Desk) Purge(ctx context.Context) (total int64, err error) {
	for {
		var n int64
		err := d.db.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = purgeImports(tx, tx.Now().Add(-importLife))
			return err
		})
		if err != nil {
			return total, fmt.Errorf("forget old files of entries: %w", err)
		}
		if total += n; n == 0 {
			return total, nil
		}
	}
}

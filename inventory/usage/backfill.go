package usage

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
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory"
)

// Bounds of a file of daily figures.
const (
	GreatestUpload = 8 << 20 // bytes
	mostUploadRows = 20_000
	// uploadLife is how long a file waits for its person to go on with it.
	uploadLife = 30 * 24 * time.Hour
)

// ErrUploadState says that a file is not in the state for what was asked.
var ErrUploadState = fault.New(fault.Conflict, "usage.err.upload_state")

// Backfill takes files of daily figures, for systems that no probe measures:
// it compares them, shows what every row would do, gives the good rows to the
// ledger when the centre accepts them, and takes them back with a reason. What a
// department says of its own systems counts only after somebody of the centre,
// who is not of that department, has looked at it: use clears a system of the
// suspicion that nobody uses it. What a probe measured is never replaced by what
// a file says.
type Backfill struct {
	db       *store.DB
	registry *inventory.Registry
	ledger   givenKeeper
	catalog  *locale.Catalog
}

// givenKeeper keeps what files give; it is the Ledger.
type givenKeeper interface {
	// PutDaysIn keeps days, in the transaction of the caller.
	PutDaysIn(tx *store.Tx, days []GivenDay) error
	// WithdrawIn takes all days of a file away.
	WithdrawIn(tx *store.Tx, upload UploadID) error
}

// NewBackfill makes it over the ledger; titles of columns are known in every
// language of the catalog.
func NewBackfill(db *store.DB, registry *inventory.Registry, ledger givenKeeper, catalog *locale.Catalog) *Backfill {
	return &Backfill{db: db, registry: registry, ledger: ledger, catalog: catalog}
}

// Backfillers may hand in files: departments for their own systems, the centre
// for all.
func Backfillers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Centre} }

// Submitters hand files in for the centre to review.
func Submitters() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// Reviewers accept files or send them back, confirm those of the centre itself,
// and take back what counts.
func Reviewers() []auth.Role { return []auth.Role{auth.Centre} }

// forCentre tells whether somebody hands in files as the centre does: for every
// system. Who also fills in for a department is of the department.
func forCentre(by auth.Principal) bool {
	return by.Console() || by.Is(auth.Centre) && !by.Is(Submitters()...)
}

// Receive reads a file and compares it with what was given before. Nothing
// counts before it is accepted, or confirmed by the centre if it is its own. A file that cannot be read at all is refused
// with the reason; rows that cannot be taken are kept beside the others, each
// cell with what is wrong.
func (b *Backfill) Receive(ctx context.Context, by auth.Principal, name string, data []byte) (Upload, error) {
	if err := by.Require(Backfillers()...); err != nil {
		return Upload{}, err
	}
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name, sheet.Limits{File: GreatestUpload, Rows: mostUploadRows + 20})
	if err != nil {
		return Upload{}, err
	}
	read, err := b.readBook(book)
	if err != nil {
		return Upload{}, err
	}
	if err := b.recognise(ctx, by, read.rows); err != nil {
		return Upload{}, err
	}
	sum := sha256.Sum256(data)
	u := Upload{
		DepartmentID: by.DepartmentID, AccountID: by.AccountID, AccountName: by.Name, FileName: plainName(name),
		Sha256: hex.EncodeToString(sum[:]), Size: int64(len(data)), State: UploadReady, Version: 1,
	}
	if forCentre(by) {
		u.Review = ReviewOwn
	}
	u.Notes = fault.Kept(read.notes).Text()
	err = b.db.Write(ctx, func(tx *store.Tx) error { return b.receiveIn(tx, by, &u, read.rows) })
	return u, err
}

func (b *Backfill) receiveIn(tx *store.Tx, by auth.Principal, u *Upload, rows []*givenRow) error {
	if err := b.judge(tx, rows); err != nil {
		return err
	}
	u.ID, u.CreatedAt = 0, tx.Now()
	u.count(rows)
	if err := insertUpload(tx, u); err != nil {
		return err
	}
	kept := make([]uploadRow, len(rows))
	for i, r := range rows {
		var err error
		if kept[i], err = r.kept(u.ID); err != nil {
			return err
		}
	}
	if err := insertUploadRows(tx, kept); err != nil {
		return err
	}
	return recordUpload(tx, by, "usage.upload.received", u, "")
}

// count sums up what the rows of a file would do.
func (u *Upload) count(rows []*givenRow) {
	u.RowsTotal, u.RowsNew, u.RowsChanged, u.RowsSame, u.RowsWrong = int64(len(rows)), 0, 0, 0, 0
	systems := map[inventory.SystemID]bool{}
	for _, r := range rows {
		switch r.outcome {
		case inventory.RowNew:
			u.RowsNew++
		case inventory.RowChanged:
			u.RowsChanged++
		case inventory.RowSame:
			u.RowsSame++
		default:
			u.RowsWrong++
			continue
		}
		systems[r.system.ID] = true
		if u.FirstDay.IsZero() || r.day.Before(u.FirstDay) {
			u.FirstDay = r.day
		}
		if r.day.After(u.LastDay) {
			u.LastDay = r.day
		}
	}
	u.Systems = int64(len(systems))
}

// recordUpload writes to the operation log what became of a file.
func recordUpload(tx *store.Tx, by auth.Principal, action string, u *Upload, reason string) error {
	return oplog.Record(tx, by, oplog.Entry{
		Action: action, Kind: "usage_upload", ID: fmt.Sprint(u.ID), Name: u.FileName, Department: u.DepartmentID, Reason: reason,
		After: struct {
			Sha256 string `json:"sha256"`
			State  string `json:"state"`
			Review Review `json:"review,omitempty"` // own: nobody else looked at it
			Rows   int64  `json:"rows"`
			Wrong  int64  `json:"rows_wrong"`
		}{u.Sha256, string(u.State), u.Review, u.RowsTotal, u.RowsWrong},
	})
}

// plainName keeps a file name that can be shown.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name[strings.LastIndexAny(name, `/\`)+1:])
	if r := []rune(name); len(r) > 120 {
		return string(r[:120])
	}
	return name
}

// Purge forgets files with which nobody went on for 30 days. What was handed in
// waits for the centre as long as it takes, and what was sent back stays to be
// read.
func (b *Backfill) Purge(ctx context.Context) (int64, error) {
	var n int64
	err := b.db.Write(ctx, func(tx *store.Tx) error {
		var err error
		n, err = purgeUploads(tx, tx.Now().Add(-uploadLife))
		return err
	})
	return n, err
}

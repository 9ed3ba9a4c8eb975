package usage

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// Readers see the figures of systems: departments and regions their own, the
// rest all.
func Readers() []auth.Role {
	return []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Auditor}
}

// UploadQuery says which files are asked for.
type UploadQuery struct {
	State      UploadState // empty for all
	Page, Size int
}

// UploadPage is a page of files with the number of them all.
type UploadPage struct {
	Rows       []Upload
	Total      int64
	Page, Size int
}

// Uploads lists the files that the principal sees, newest first.
func (b *Backfill) Uploads(ctx context.Context, by auth.Principal, q UploadQuery) (UploadPage, error) {
	if err := by.Require(Readers()...); err != nil {
		return UploadPage{}, err
	}
	out := UploadPage{Page: max(q.Page, 1), Size: pageSize(q.Size)}
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := b.seenBy(tx, by)
		if err != nil {
			return err
		}
		out.Rows, out.Total, err = uploadsOf(tx, seen, q.State, (out.Page-1)*out.Size, out.Size)
		return err
	})
	return out, err
}

func pageSize(n int) int {
	if n <= 0 {
		return inventory.DefaultPageSize
	}
	return min(n, inventory.MaxPageSize)
}

// seenBy lists the departments whose files a principal sees; nil is all.
func (b *Backfill) seenBy(tx *store.Tx, by auth.Principal) ([]auth.DepartmentID, error) {
	dir, err := b.registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return dir.Within(by.View()), nil
}

// Find returns a file that the principal sees.
func (b *Backfill) Find(ctx context.Context, by auth.Principal, id UploadID) (Upload, error) {
	if err := by.Require(Readers()...); err != nil {
		return Upload{}, err
	}
	var out Upload
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = b.findIn(tx, by, id)
		return err
	})
	return out, err
}

func (b *Backfill) findIn(tx *store.Tx, by auth.Principal, id UploadID) (Upload, error) {
	seen, err := b.seenBy(tx, by)
	if err != nil {
		return Upload{}, err
	}
	return uploadByID(tx, seen, id)
}

// Rows lists rows of a file with an outcome (all when none is named), a page at
// a time, with the number of them all, and beside each what probes measured on
// its day.
func (b *Backfill) Rows(ctx context.Context, by auth.Principal, id UploadID, outcome inventory.Outcome, page, size int) ([]UploadedRow, int64, error) {
	if err := by.Require(Readers()...); err != nil {
		return nil, 0, err
	}
	var out []UploadedRow
	var total int64
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := b.findIn(tx, by, id); err != nil {
			return err
		}
		size = pageSize(size)
		rows, n, err := uploadRowsOf(tx, id, outcome, (max(page, 1)-1)*size, size)
		if err != nil {
			return err
		}
		measured, err := b.measuredBeside(tx, by, rows)
		if err != nil {
			return err
		}
		total, out = n, make([]UploadedRow, len(rows))
		for i, r := range rows {
			if out[i], err = r.shown(); err != nil {
				return err
			}
			if v, ok := measured[systemDay{inventory.SystemID(r.SystemID), dayNumber(r.Day)}]; ok {
				out[i].Measured = figuresOf(namedValues(v), nil)
			}
		}
		return nil
	})
	return out, total, err
}

// measuredBeside is what probes measured on the days of rows, of the systems
// whose figures the principal sees.
func (b *Backfill) measuredBeside(tx *store.Tx, by auth.Principal, rows []uploadRow) (map[systemDay]wire.Values, error) {
	var days []systemDay
	for _, r := range rows {
		if r.SystemID != 0 && !r.Day.IsZero() {
			days = append(days, systemDay{inventory.SystemID(r.SystemID), dayNumber(r.Day)})
		}
	}
	seen, err := b.seenBy(tx, by)
	if err != nil {
		return nil, err
	}
	return probedDays(tx, seen, days)
}

package usage

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
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
// a time, with the number of them all.
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
		total, out = n, make([]UploadedRow, len(rows))
		for i, r := range rows {
			if out[i], err = r.shown(); err != nil {
				return err
			}
		}
		return nil
	})
	return out, total, err
}

// daysToGive are the good rows of a file; those that only repeat an earlier
// file too, for that one may be withdrawn. The systems must still be the
// principal's own: a reorganisation may have come between.
func (b *Backfill) daysToGive(tx *store.Tx, by auth.Principal, u *Upload) ([]GivenDay, error) {
	rows, _, err := uploadRowsOf(tx, u.ID, "", 0, mostUploadRows)
	if err != nil {
		return nil, err
	}
	own, err := b.ownSystems(tx, by)
	if err != nil {
		return nil, err
	}
	var out []GivenDay
	for _, r := range rows {
		if r.Outcome == string(inventory.RowWrong) {
			continue
		}
		if own != nil && !own[inventory.SystemID(r.SystemID)] {
			return nil, fault.New(fault.Conflict, "usage.err.upload_moved", "code", r.Code, "row", r.RowNo)
		}
		body, err := r.read()
		if err != nil {
			return nil, fmt.Errorf("row %d of file %d: %w", r.RowNo, u.ID, err)
		}
		out = append(out, GivenDay{
			System: inventory.SystemID(r.SystemID), Date: r.Day, Upload: u.ID, Values: valuesNamed(body.Values), By: by.AccountID, At: tx.Now(),
		})
	}
	return out, nil
}

// ownSystems are the systems that a principal may give figures for; nil is all.
func (b *Backfill) ownSystems(tx *store.Tx, by auth.Principal) (map[inventory.SystemID]bool, error) {
	if by.Is(auth.Centre) {
		return nil, nil
	}
	dir, err := b.registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	systems, err := b.registry.SystemsOfIn(tx, dir.Within(by.Own()))
	if err != nil {
		return nil, err
	}
	out := map[inventory.SystemID]bool{}
	for _, s := range systems {
		out[s.ID] = true
	}
	return out, nil
}

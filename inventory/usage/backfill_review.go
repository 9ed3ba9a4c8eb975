package usage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// Bounds of what is said of a file, in characters.
const (
	shortestSource = 5
	longestSaid    = 300
)

// ErrUploadEmpty says that nothing in a file would count.
var ErrUploadEmpty = fault.New(fault.Conflict, "usage.err.upload_nothing")

// Submit hands a file in for the centre to review. The source tells where the
// figures come from, in 5 to 300 characters. Until it is accepted nothing of it
// counts, and the department can take it back by Drop.
func (b *Backfill) Submit(ctx context.Context, by auth.Principal, id UploadID, version int64, source string) (Upload, error) {
	source, err := checkSource(source)
	if err != nil {
		return Upload{}, err
	}
	return b.settle(ctx, by, id, version, MoveSubmit, func(tx *store.Tx, u *Upload) error {
		if !u.Writes() {
			return ErrUploadEmpty
		}
		if _, err := b.daysToGive(tx, by, u); err != nil {
			return err
		}
		now := tx.Now()
		u.Review, u.SourceNote, u.SubmittedAt, u.SubmittedBy, u.SubmittedName = ReviewWaiting, source, &now, by.AccountID, by.Name
		return recordUpload(tx, by, "usage.upload.submitted", u, source)
	})
}

// Accept lets the good rows of a file that was handed in count. Nobody accepts
// a file of their own or of their own department; the systems must still be of
// the department that handed it in.
func (b *Backfill) Accept(ctx context.Context, by auth.Principal, id UploadID, version int64) (Upload, error) {
	return b.settle(ctx, by, id, version, MoveAccept, func(tx *store.Tx, u *Upload) error {
		now := tx.Now()
		u.Review, u.ReviewedAt, u.ReviewedBy, u.ReviewedName = ReviewAccepted, &now, by.AccountID, by.Name
		return b.letCount(tx, by, u, "usage.upload.accepted")
	})
}

// Return sends a file back with a reason, which the department reads. Its rows
// are kept; the department drops it, or hands in another.
func (b *Backfill) Return(ctx context.Context, by auth.Principal, id UploadID, version int64, reason string) (Upload, error) {
	reason, err := checkSaid("reason", reason, "usage.err.upload_return_reason")
	if err != nil {
		return Upload{}, err
	}
	return b.settle(ctx, by, id, version, MoveReturn, func(tx *store.Tx, u *Upload) error {
		now := tx.Now()
		u.Review, u.ReviewedAt, u.ReviewedBy, u.ReviewedName, u.ReviewReason = ReviewReturned, &now, by.AccountID, by.Name, reason
		return recordUpload(tx, by, "usage.upload.returned", u, reason)
	})
}

// Confirm lets the good rows of a file of the centre itself count. The log says
// that it was its own.
func (b *Backfill) Confirm(ctx context.Context, by auth.Principal, id UploadID, version int64) (Upload, error) {
	return b.settle(ctx, by, id, version, MoveConfirm, func(tx *store.Tx, u *Upload) error {
		return b.letCount(tx, by, u, "usage.upload.confirmed")
	})
}

// letCount gives the good rows of a file to the ledger.
func (b *Backfill) letCount(tx *store.Tx, by auth.Principal, u *Upload, action string) error {
	days, err := b.daysToGive(tx, by, u)
	if err != nil {
		return err
	}
	if err := b.ledger.PutDaysIn(tx, days); err != nil {
		return fmt.Errorf("give the days of file %d: %w", u.ID, err)
	}
	now := tx.Now()
	u.State, u.ConfirmedAt, u.ConfirmedBy, u.ConfirmedName = UploadConfirmed, &now, by.AccountID, by.Name
	return recordUpload(tx, by, action, u, "")
}

// Withdraw takes back what a file that counts said; what an earlier file said of
// the same days counts again. Only the centre does, and the reason is kept.
func (b *Backfill) Withdraw(ctx context.Context, by auth.Principal, id UploadID, version int64, reason string) (Upload, error) {
	reason, err := checkSaid("reason", reason, "usage.err.upload_reason")
	if err != nil {
		return Upload{}, err
	}
	return b.settle(ctx, by, id, version, MoveWithdraw, func(tx *store.Tx, u *Upload) error {
		if err := b.ledger.WithdrawIn(tx, u.ID); err != nil {
			return fmt.Errorf("take back the days of file %d: %w", u.ID, err)
		}
		now := tx.Now()
		u.State, u.WithdrawnAt, u.WithdrawnBy, u.WithdrawnName, u.Reason = UploadWithdrawn, &now, by.AccountID, by.Name, reason
		return recordUpload(tx, by, "usage.upload.withdrawn", u, reason)
	})
}

// Drop forgets a file that never counted; also one that waits for the centre.
func (b *Backfill) Drop(ctx context.Context, by auth.Principal, id UploadID, version int64) (Upload, error) {
	return b.settle(ctx, by, id, version, MoveDrop, func(tx *store.Tx, u *Upload) error {
		u.State = UploadDropped
		if err := deleteUploadRows(tx, u.ID); err != nil {
			return err
		}
		return recordUpload(tx, by, "usage.upload.dropped", u, "")
	})
}

// settle makes a move with a file that the principal sees, if the file stands
// where there is such a move and the principal may make it.
func (b *Backfill) settle(ctx context.Context, by auth.Principal, id UploadID, version int64, move UploadMove, step func(*store.Tx, *Upload) error) (Upload, error) {
	if err := by.Require(move.roles()...); err != nil {
		return Upload{}, err
	}
	var out Upload
	err := b.db.Write(ctx, func(tx *store.Tx) error {
		u, err := b.findIn(tx, by, id)
		if err != nil {
			return err
		}
		dir, err := b.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		if !slices.Contains(u.movesFrom(), move) {
			return ErrUploadState
		}
		if err := u.may(dir, by, move); err != nil {
			return err
		}
		if err := step(tx, &u); err != nil {
			return err
		}
		u.Version = version + 1
		out = u
		return tx.UpdateVersion(&u, int64(u.ID), version)
	})
	return out, err
}

// daysToGive are the good rows of a file; those that only repeat an earlier
// file too, for that one may be withdrawn. The systems must still be of whoever
// handed them in: a reorganisation may have come between.
func (b *Backfill) daysToGive(tx *store.Tx, by auth.Principal, u *Upload) ([]GivenDay, error) {
	rows, _, err := uploadRowsOf(tx, u.ID, "", 0, mostUploadRows)
	if err != nil {
		return nil, err
	}
	owned, err := b.ownedBy(tx, u)
	if err != nil {
		return nil, err
	}
	var out []GivenDay
	for _, r := range rows {
		if r.Outcome == string(inventory.RowWrong) {
			continue
		}
		owner, ours := owned[inventory.SystemID(r.SystemID)]
		switch {
		case u.Review != ReviewOwn && !ours:
			return nil, fault.New(fault.Conflict, "usage.err.upload_moved", "code", r.Code, "row", r.RowNo)
		case u.Review == ReviewAccepted && owner == by.DepartmentID:
			return nil, ErrOwnUpload
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

// ownedBy are the systems that a file may speak of with their owners: those of
// its department and of the bodies below. The centre's own files may speak of
// all.
func (b *Backfill) ownedBy(tx *store.Tx, u *Upload) (map[inventory.SystemID]auth.DepartmentID, error) {
	if u.Review == ReviewOwn {
		return nil, nil
	}
	dir, err := b.registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	systems, err := b.registry.SystemsOfIn(tx, dir.Below(u.DepartmentID))
	if err != nil {
		return nil, err
	}
	out := map[inventory.SystemID]auth.DepartmentID{}
	for _, s := range systems {
		out[s.ID] = s.OwnerID
	}
	return out, nil
}

// checkSource wants to know where figures come from.
func checkSource(text string) (string, error) {
	text, err := checkSaid("source", text, "usage.err.upload_source")
	if n := len([]rune(text)); err == nil && n < shortestSource {
		return "", fault.Refuse([]fault.Field{fault.At("source", "usage.err.upload_source_short", "n", n, "min", shortestSource)})
	}
	return text, err
}

// checkSaid wants something to be said, and not too much; empty is the code of
// what is said when nothing is.
func checkSaid(field, text, empty string) (string, error) {
	text = strings.TrimSpace(text)
	switch n := len([]rune(text)); {
	case n == 0:
		return "", fault.Refuse([]fault.Field{fault.At(field, empty)})
	case n > longestSaid:
		return "", fault.Refuse([]fault.Field{fault.At(field, "usage.err.upload_said_long", "n", n, "max", longestSaid)})
	}
	return text, nil
}

package usage

import (
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// UploadMove is what can be done with a file.
type UploadMove string

// The moves of a file.
const (
	MoveSubmit   UploadMove = "submit"   // the department hands it in
	MoveAccept   UploadMove = "accept"   // the centre lets its good rows count
	MoveReturn   UploadMove = "return"   // the centre sends it back
	MoveConfirm  UploadMove = "confirm"  // the centre lets its own file count
	MoveDrop     UploadMove = "drop"     // whose file it is forgets it
	MoveWithdraw UploadMove = "withdraw" // the centre takes back what counts
)

// movesFrom are the moves of a file where it stands, whoever makes them.
func (u *Upload) movesFrom() []UploadMove {
	switch u.Standing() {
	case UploadReady:
		if u.Review == ReviewOwn {
			return []UploadMove{MoveConfirm, MoveDrop}
		}
		return []UploadMove{MoveSubmit, MoveDrop}
	case UploadWaiting:
		return []UploadMove{MoveAccept, MoveReturn, MoveDrop}
	case UploadReturned:
		return []UploadMove{MoveDrop}
	case UploadConfirmed:
		return []UploadMove{MoveWithdraw}
	}
	return nil
}

// roles are those that can make a move at all.
func (m UploadMove) roles() []auth.Role {
	switch m {
	case MoveSubmit:
		return Submitters()
	case MoveDrop:
		return Backfillers()
	}
	return Reviewers()
}

// ErrOwnUpload says that nobody accepts a file of their own, nor of their own
// department.
var ErrOwnUpload = fault.New(fault.Forbidden, "usage.err.upload_own")

// may tells whether somebody who holds a role of the move may make it with this
// file.
func (u *Upload) may(dir *inventory.Directory, by auth.Principal, move UploadMove) error {
	switch move {
	case MoveWithdraw:
		return nil
	case MoveSubmit, MoveDrop, MoveConfirm:
		if u.Review == ReviewOwn && forCentre(by) || u.Review != ReviewOwn && dir.Covers(by.Own(), u.DepartmentID) {
			return nil
		}
		return auth.ErrForbidden
	}
	if u.isOf(dir, by) {
		return ErrOwnUpload
	}
	return nil
}

// isOf tells whether a file is somebody's own, or of their own department.
func (u *Upload) isOf(dir *inventory.Directory, by auth.Principal) bool {
	if by.AccountID != 0 && (by.AccountID == u.AccountID || by.AccountID == u.SubmittedBy) {
		return true
	}
	return slices.Contains(departmentsOf(dir, by), u.DepartmentID)
}

// departmentsOf are the departments whose files somebody cannot review.
func departmentsOf(dir *inventory.Directory, by auth.Principal) []auth.DepartmentID {
	if by.DepartmentID == 0 {
		return nil
	}
	return append(dir.Within(by.Own()), by.DepartmentID)
}

// Moves lists what the principal can do with a file.
func (b *Backfill) Moves(ctx context.Context, by auth.Principal, u Upload) ([]UploadMove, error) {
	dir, err := b.registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(u.movesFrom(), func(m UploadMove) bool {
		return by.Require(m.roles()...) != nil || u.may(dir, by, m) != nil
	}), nil
}

// UploadWaits is how many files wait for somebody.
type UploadWaits struct {
	Review   int64 // for the centre: those that it can accept or send back
	Returned int64 // for a department: those that were sent back
}

// Waiting counts the files that wait for the principal.
func (b *Backfill) Waiting(ctx context.Context, by auth.Principal) (UploadWaits, error) {
	var out UploadWaits
	if by.Require(Backfillers()...) != nil {
		return out, nil // nothing waits for who hands in nothing
	}
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		dir, err := b.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		if by.Is(Reviewers()...) {
			if out.Review, err = countToReview(tx, by.AccountID, departmentsOf(dir, by)); err != nil {
				return err
			}
		}
		if own := dir.Within(by.Own()); len(own) > 0 {
			out.Returned, err = countUploads(tx, own, UploadReturned)
		}
		return err
	})
	return out, err
}

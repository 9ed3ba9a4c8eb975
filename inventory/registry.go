package inventory

import (
	"context"
	"sync"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/recall"
	"qingce/internal/store"
)

// Registry is the register with its verbs. It is safe for concurrent use.
type Registry struct {
	db       *store.DB
	opts     Options
	listings *recall.Answers[[]SystemID]
	totals   *recall.Answers[Totals]
	pages    *recall.Answers[pageOfIDs]

	mu        sync.Mutex
	directory *Directory
	known     int64 // revision of directory
}

// Options are what the register needs of other rooms; each may be nil.
type Options struct {
	// Returned is told, inside the transaction, that a record was sent back to
	// its department: it sets the day by which it is to be mended.
	Returned func(tx *store.Tx, by auth.Principal, s System) error
	// Settled is told that the department has answered or the record has left
	// its hands: the day is closed.
	Settled func(tx *store.Tx, by auth.Principal, s System) error
	// Transferred is told that a record has gone to another department: what
	// stands beside it goes along.
	Transferred func(tx *store.Tx, s System) error
	// ChangeSubmitted is told that a change request waits for the Office, with
	// the record it is about: it sets the day by which it is to be answered.
	ChangeSubmitted func(tx *store.Tx, by auth.Principal, c ChangeRequest, s System) error
	// ChangeSettled is told that a submitted request was decided or withdrawn.
	ChangeSettled func(tx *store.Tx, by auth.Principal, c ChangeRequest) error
	// Evidence counts the files of a purpose that are attached to a system.
	Evidence func(tx *store.Tx, id SystemID, purpose string) (int64, error)
}

// NewRegistry makes the register over a database.
func NewRegistry(db *store.DB, opts Options) *Registry {
	return &Registry{
		db: db, opts: opts, listings: newListings(), totals: recall.New[Totals](rememberedTotals),
		pages: recall.New[pageOfIDs](rememberedPages),
	}
}

// Errors of the register that callers test for.
var (
	ErrNotEditable = fault.New(fault.Conflict, "inventory.err.not_editable")
	ErrOwnReview   = fault.New(fault.Forbidden, "inventory.err.own_review")
	ErrWrongState  = fault.New(fault.Conflict, "inventory.err.wrong_state")
	ErrReason      = fault.New(fault.Invalid, "inventory.err.reason")
	ErrLocked      = fault.New(fault.Conflict, "err.locked")
)

// Directory returns all departments as the register stands.
func (r *Registry) Directory(ctx context.Context) (*Directory, error) {
	var d *Directory
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		d, err = r.directoryIn(tx)
		return err
	})
	return d, err
}

// directoryIn reads the directory, or reuses the one of the same revision.
func (r *Registry) directoryIn(tx *store.Tx) (*Directory, error) {
	_, rev, err := revisions(tx)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.directory != nil && r.known == rev {
		return r.directory, nil
	}
	all, err := allDepartments(tx)
	if err != nil {
		return nil, err
	}
	d := newDirectory(all)
	if rev > r.known { // never keep an older state over a newer one
		r.directory, r.known = d, rev
	}
	return d, nil
}

// today is the day of a transaction in Asia/Shanghai.
func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

// mayWrite returns nil when the principal's own scope covers the department;
// to everybody else the row does not exist.
func (r *Registry) mayWrite(tx *store.Tx, by auth.Principal, id DepartmentID) error {
	if by.Console() {
		return nil
	}
	d, err := r.directoryIn(tx)
	if err != nil {
		return err
	}
	if !d.Covers(by.Own(), id) {
		return fault.New(fault.NotFound, "err.not_found")
	}
	return nil
}

// writers may register and change systems of their own department or region.
var writers = []auth.Role{auth.Clerk, auth.Head, auth.Region}

package scoring

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/hub"
	"qingce/inventory/sharing"
	"qingce/inventory/zombie/cleanup"
	"qingce/survey"
)

// Deps are the rooms that facts come from; all must be set but Events.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Book     *schedule.Book
	Box      *evidence.Box
	Surveys  *survey.Desk
	Catalog  *catalog.Desk
	Sharing  *sharing.Desk
	Cases    *cleanup.Desk
	Hub      *hub.Hub

	// Events gives what has happened since a day, or is not done yet, in rooms that
	// stand above or beside this one, for tasks that arise from it; may be nil.
	Events func(tx *store.Tx, since calendar.Date) ([]Occurrence, error)
}

// Board is where the tasks of the programme are told. It is safe for concurrent
// use.
type Board struct {
	deps  Deps
	packs packs
}

// NewBoard makes a board.
func NewBoard(deps Deps) *Board { return &Board{deps: deps} }

// Who may do what (DOMAIN §1.3: key-area plan, monthly and annual report).

// Writers prepare for their department or region.
func Writers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// Heads hand in for a department or region.
func Heads() []auth.Role { return []auth.Role{auth.Head, auth.Region} }

// Viewers see tasks and reports: of everybody, or of their own.
func Viewers() []auth.Role {
	return append(Writers(), auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance, auth.Standards, auth.Police,
		auth.Network, auth.Leader, auth.Auditor, auth.Expert)
}

var (
	errAbsent = fault.New(fault.NotFound, "err.not_found")
	// ErrState says that a step is not possible as the record stands.
	ErrState = fault.New(fault.Conflict, "tasks.err.state")
	// ErrOwnReview says that somebody would accept the own department's paper.
	ErrOwnReview = fault.New(fault.Conflict, "tasks.err.own_review")
)

func stateError(state fault.Label) error {
	return fault.New(ErrState.Kind, ErrState.Code, "state", state)
}

// Refresh brings the facts that other rooms work out now and then up to the
// present moment; a reading for a decision begins with it.
func (b *Board) Refresh(ctx context.Context) error { return b.deps.Hub.Settle(ctx) }

// seen lists the departments whose rows the principal may read; nil is all.
func (b *Board) seen(tx *store.Tx, by auth.Principal) ([]auth.DepartmentID, error) {
	dir, err := b.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return dir.Within(by.View()), nil
}

// ofOwn returns nil when the principal acts for the department; to everybody
// else the row does not exist.
func (b *Board) ofOwn(tx *store.Tx, by auth.Principal, id auth.DepartmentID) error {
	if by.Console() {
		return nil
	}
	dir, err := b.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	if !dir.Covers(by.Own(), id) {
		return errAbsent
	}
	return nil
}

// reviews returns nil when the principal may decide for the Office about a
// paper of the department.
func reviews(by auth.Principal, dept auth.DepartmentID) error {
	if err := by.Require(auth.Office); err != nil {
		return err
	}
	if by.DepartmentID != 0 && by.DepartmentID == dept {
		return ErrOwnReview
	}
	return nil
}

// today is the day of a transaction in Asia/Shanghai.
func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

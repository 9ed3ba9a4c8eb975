package rectification

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// Record is what a room says of a record that a notice is to speak of.
type Record struct {
	Title string
	Path  string
	// Departments are those whom the record concerns; empty is everybody.
	Departments []auth.DepartmentID
	SystemID    *inventory.SystemID
}

// Deps are the rooms that a Desk works with; all must be set.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Book     *schedule.Book
	Box      *evidence.Box
	// Resolve finds the record of a kind by its code or number; an unknown one is
	// NotFound.
	Resolve func(tx *store.Tx, kind FactKind, ref string) (Record, error)
}

// Desk is where notices are drafted, issued, answered and closed. It is safe
// for concurrent use.
type Desk struct{ deps Deps }

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk { return &Desk{deps} }

// Who may do what (DOMAIN §1.3).

// Drafters write drafts: the Office, the centre and the police.
func Drafters() []auth.Role { return []auth.Role{auth.Office, auth.Centre, auth.Police} }

// Repliers write replies for their department or region; Heads hand them in.
func Repliers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// Heads answer for a department or region.
func Heads() []auth.Role { return []auth.Role{auth.Head, auth.Region} }

// Watchers see the notices to everybody.
func Watchers() []auth.Role {
	return []auth.Role{
		auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance, auth.Police, auth.Leader, auth.Auditor,
	}
}

// Viewers see notices: those to everybody, or those to their own.
func Viewers() []auth.Role { return append(Repliers(), Watchers()...) }

// draftViewers see what is not issued.
func draftViewers() []auth.Role { return append(Drafters(), auth.Auditor) }

var errAbsent = fault.New(fault.NotFound, "err.not_found")

// sight is what a principal sees.
type sight struct {
	seen   []auth.DepartmentID // whose notices; nil is all
	drafts bool                // what is not issued, too
}

func (d *Desk) sight(tx *store.Tx, by auth.Principal) (sight, error) {
	out := sight{drafts: by.Is(draftViewers()...)}
	if by.Is(Watchers()...) { // the console too
		return out, nil
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return out, err
	}
	out.seen = dir.Within(by.Own())
	return out, nil
}

// covers tells whether the principal belongs to the body or its region.
func (d *Desk) covers(tx *store.Tx, by auth.Principal, id auth.DepartmentID) (bool, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return false, err
	}
	return by.DepartmentID == id || dir.Covers(by.Own(), id), nil
}

// ofOwn returns nil when the principal acts for the body; to everybody else the
// notice does not exist.
func (d *Desk) ofOwn(tx *store.Tx, by auth.Principal, id auth.DepartmentID) error {
	if by.Console() {
		return nil
	}
	own, err := d.covers(tx, by, id)
	if err != nil {
		return err
	}
	if !own {
		return errAbsent
	}
	return nil
}

// ofOther returns nil when the body is not the principal's own: nobody decides
// on the own body.
func (d *Desk) ofOther(tx *store.Tx, by auth.Principal, id auth.DepartmentID) error {
	if by.Console() {
		return nil
	}
	own, err := d.covers(tx, by, id)
	if err != nil {
		return err
	}
	if own {
		return ErrOwn
	}
	return nil
}

// today is the day of a transaction in Asia/Shanghai.
func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

package sharing

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/catalog"
)

// Deps are the rooms that a Desk works with; all must be set.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Catalog  *catalog.Desk
	Book     *schedule.Book
	Box      *evidence.Box
}

// Desk is where data are asked for, granted and accounted for. It is safe for
// concurrent use.
type Desk struct {
	deps  Deps
	names names
}

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk { return &Desk{deps: deps} }

// Who may do what (DOMAIN §1.3).

// Writers fill in for their department or region.
func Writers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// Heads answer for a department or region: they hand in and they reply.
func Heads() []auth.Role { return []auth.Role{auth.Head, auth.Region} }

// Watchers see the requests, agreements and objections of everybody.
func Watchers() []auth.Role {
	return []auth.Role{auth.Office, auth.Centre, auth.Leader, auth.Auditor}
}

// DemandWatchers see the demands of everybody.
func DemandWatchers() []auth.Role {
	return []auth.Role{auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Leader, auth.Auditor}
}

// Matchers review demands.
func Matchers() []auth.Role { return []auth.Role{auth.Office, auth.Staffing} }

// Viewers see requests: those of everybody, or those of their own.
func Viewers() []auth.Role { return append(Writers(), Watchers()...) }

// DemandViewers see demands: those of everybody, or those of their own.
func DemandViewers() []auth.Role { return append(Writers(), DemandWatchers()...) }

// view is the scope of rows that the principal may read.
func view(by auth.Principal, watchers []auth.Role) auth.Scope {
	if by.Is(watchers...) { // the console too
		return auth.Scope{All: true}
	}
	return by.Own()
}

// seen lists the departments whose rows the principal may read; nil is all.
func (d *Desk) seen(tx *store.Tx, by auth.Principal, watchers []auth.Role) ([]auth.DepartmentID, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return dir.Within(view(by, watchers)), nil
}

var errAbsent = fault.New(fault.NotFound, "err.not_found")

// ofOwn returns nil when the principal acts for the department; to everybody
// else the row does not exist.
func (d *Desk) ofOwn(tx *store.Tx, by auth.Principal, id auth.DepartmentID) error {
	if by.Console() {
		return nil
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	if !dir.Covers(by.Own(), id) {
		return errAbsent
	}
	return nil
}

// department is for whom the principal writes: the one that is named, or its
// own.
func (d *Desk) department(tx *store.Tx, by auth.Principal, named auth.DepartmentID) (auth.DepartmentID, error) {
	if named == 0 {
		named = by.DepartmentID
	}
	if named == 0 {
		return 0, auth.ErrForbidden
	}
	return named, d.ofOwn(tx, by, named)
}

// ErrNoOrgan says that no body of the register has the duty that a term falls to.
var ErrNoOrgan = fault.New(fault.Conflict, "sharing.err.no_organ")

// Duties by which the register knows the organs.
const (
	officeDuty = "office"
	centreDuty = "hub_operator"
)

// organ is the body that has a duty today.
func (d *Desk) organ(tx *store.Tx, duty string) (auth.DepartmentID, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return 0, err
	}
	for _, body := range dir.ActiveOn(today(tx)) {
		if body.Duties.Has(duty) {
			return body.ID, nil
		}
	}
	return 0, fault.New(ErrNoOrgan.Kind, ErrNoOrgan.Code, "duty", fault.Label("opt.duty."+duty))
}

// today is the day of a transaction in Asia/Shanghai.
func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

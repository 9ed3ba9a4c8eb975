package oplog

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// The technical kinds of objects: entries on them are what the system
// administrator sees. A longer kind that begins with one of them and "_" is
// technical too ("account_policy").
const (
	KindAccount  = "account"
	KindSession  = "session"
	KindToken    = "token"
	KindSetting  = "setting"
	KindCalendar = "calendar"
	KindBackup   = "backup"
	KindSchema   = "schema"
	KindServer   = "server" // start, stop, configuration
	KindAnchor   = "anchor" // signing keys of this log
)

// TechnicalKinds lists the kinds above.
func TechnicalKinds() []string {
	return []string{
		KindAccount, KindSession, KindToken, KindSetting, KindCalendar,
		KindBackup, KindSchema, KindServer, KindAnchor,
	}
}

// Below tells which departments belong to a region's authority, itself
// included.
type Below func(tx *store.Tx, top auth.DepartmentID) ([]auth.DepartmentID, error)

// view is what a principal may read of the log: what one of the members
// allows. The zero value sees nothing.
type view struct {
	all         bool
	account     auth.AccountID
	departments []auth.DepartmentID
	kinds       []string // and those that begin with one of them
}

// viewOf is the line "Audit log" of the permission matrix (DOMAIN §1.3).
// Several roles see what each of them sees.
func viewOf(tx *store.Tx, by auth.Principal, below Below) (view, error) {
	if by.Is(auth.Office, auth.Centre, auth.Auditor) {
		return view{all: true}, nil
	}
	var v view
	if by.Is(auth.Admin) {
		v.kinds = TechnicalKinds()
	}
	if slices.ContainsFunc(by.Roles, seesOwnActs) {
		v.account = by.AccountID
	}
	if by.DepartmentID != 0 && by.Is(auth.Head, auth.Region) {
		v.departments = []auth.DepartmentID{by.DepartmentID}
	}
	if by.DepartmentID != 0 && by.Is(auth.Region) && below != nil {
		ids, err := below(tx, by.DepartmentID)
		if err != nil {
			return view{}, err
		}
		v.departments = append(v.departments, ids...)
	}
	return v, nil
}

// seesOwnActs tells which roles see what they did themselves: all but the
// leading group, which the matrix gives nothing, and the administrator, who
// gets the technical entries instead.
func seesOwnActs(r auth.Role) bool { return r != auth.Leader && r != auth.Admin }

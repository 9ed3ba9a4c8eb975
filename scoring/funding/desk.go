package funding

import (
	"slices"
	"strings"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/zombie/cleanup"
)

// Deps are the rooms that a Desk works with; all must be set.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Book     *schedule.Book
	Box      *evidence.Box
	Hub      *hub.Hub
	Cases    *cleanup.Desk
	// Notices reads the rectification notices of R1 to R4 that are overdue on a day,
	// by the system they are about.
	Notices func(tx *store.Tx, day calendar.Date) (map[inventory.SystemID][]Notice, error)
}

// Desk is where it is decided who gets money. It is safe for concurrent use.
type Desk struct{ deps Deps }

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk { return &Desk{deps: deps} }

// Terms of the pleas in working days, [A].
const (
	AppealWd = 5
	VerifyWd = 10
)

// Watchers see the items of everybody (DOMAIN §1.3).
func Watchers() []auth.Role {
	return []auth.Role{auth.Office, auth.Centre, auth.Reform, auth.Finance, auth.Leader, auth.Auditor}
}

// Viewers see items: those of everybody, or those of their own.
func Viewers() []auth.Role {
	return append([]auth.Role{auth.Clerk, auth.Head, auth.Region}, Watchers()...)
}

// Heads put pleas forward.
func Heads() []auth.Role { return []auth.Role{auth.Head} }

// Opiners give opinions. The leading group does so in the place of one whose own
// body it is about.
func Opiners() []auth.Role { return []auth.Role{auth.Office, auth.Reform, auth.Leader} }

// Deciders decide. The leading group does so about the systems of the finance
// bureau.
func Deciders() []auth.Role { return []auth.Role{auth.Finance, auth.Leader} }

// Consulters record what a consultation came to (办法 art. 20).
func Consulters() []auth.Role { return []auth.Role{auth.Office, auth.Finance, auth.Reform} }

func scopeOf(by auth.Principal) auth.Scope {
	if by.Is(Watchers()...) { // the console too
		return auth.Scope{All: true}
	}
	return by.Own()
}

// seen lists the departments whose items the principal may read; nil is all.
func (d *Desk) seen(tx *store.Tx, by auth.Principal) ([]auth.DepartmentID, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return dir.Within(scopeOf(by)), nil
}

// duties by which the register knows the bodies that have a say.
var duties = map[auth.Role]string{auth.Office: "office", auth.Reform: "funding_consult", auth.Finance: "funding_decision"}

// mayAct tells why somebody cannot act on an item in a role: nobody does so on a
// system of the own department, and the leading group only in the place of a role
// whose body it is.
func (d *Desk) mayAct(tx *store.Tx, by auth.Principal, i *Item, role auth.Role) error {
	if by.DepartmentID != 0 && by.DepartmentID == i.DepartmentID {
		return ErrOwnBody
	}
	if by.Is(role) {
		return nil
	}
	if err := by.Require(auth.Leader); err != nil {
		return err
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	if body, ok := dir.Find(i.DepartmentID); !ok || !body.Duties.Has(duties[role]) {
		return auth.ErrForbidden
	}
	return nil
}

// today is the day of a transaction in the city.
func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

const (
	longestText = 1000
	leastReason = 10
)

// needText refuses a text that is too short or too long; least 0 is "may be left
// out".
func needText(name, text string, least int) []fault.Field {
	label := fault.Label("funding.field." + name)
	switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
	case n == 0 && least > 0:
		return []fault.Field{fault.At(name, "err.required", "field", label)}
	case n < least:
		return []fault.Field{fault.At(name, "funding.err.short", "field", label, "min", least)}
	case n > longestText:
		return []fault.Field{fault.At(name, "err.too_long", "field", label, "max", longestText)}
	}
	return nil
}

// oneOf refuses a word that is not in the set.
func oneOf[T ~string](name string, given T, set []T) []fault.Field {
	if slices.Contains(set, given) {
		return nil
	}
	return []fault.Field{fault.At(name, "err.choice", "field", fault.Label("funding.field."+name))}
}
